// Passkeys: a form asks the portal what to ask the browser, and sends on what the browser made.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const readable = (options) => {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: bytes(options.user.id) };
  for (const name of ["excludeCredentials", "allowCredentials"]) {
    if (options[name]) publicKey[name] = options[name].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return { publicKey };
};

const writable = (made) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
};

const give = (form, name, value) => {
  const field = form.querySelector(`[name=${name}]`) ?? form.appendChild(document.createElement("input"));
  Object.assign(field, { type: "hidden", name, value });
};

const ask = async (form) => {
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ origin: location.origin }),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const { options, setup } = await answer.json();
  const made = await navigator.credentials[form.dataset.passkey](readable(options));
  give(form, "setup", setup);
  give(form, "credential", JSON.stringify(writable(made)));
  form.submit();
};

const forms = window.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : [];
for (const form of forms) {
  const button = form.querySelector("[data-needs-script]");
  const said = form.querySelector("[data-passkey-said]");
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    button.setAttribute("aria-busy", "true");
    try {
      await ask(form);
    } catch {
      button.removeAttribute("aria-busy");
      said.textContent = form.dataset.failed;
    }
  });
}

// Small manners every page has. Nothing here is needed to use the portal.
const root = document.documentElement;
root.classList.add("has-script");

// The server writes the times, so it is told which zone this clock is in; it takes only what it knows.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
if (timeZone) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `portico-zone=${timeZone}; path=/; max-age=31536000; samesite=lax${secure}`;
}

// On a phone the tabs scroll: the one that is open is brought into sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "nearest", block: "nearest" });

// Menus made of <details> close on Escape and when something else is clicked.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A link that leads to a question opens the same question in a dialog instead.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest("dialog").close();
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

// What is wrong is read out first, and is where the keyboard stands.
document.querySelector("[data-focus]")?.focus();

// Sent once: the button waits. The browser's back button gives it back.
const sending = new Set();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  if (sending.has(form)) {
    event.preventDefault();
    return;
  }
  sending.add(form);
  (event.submitter ?? form.querySelector("[type=submit]"))?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  sending.clear();
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

// Words that are typed and not sent are asked about before they are lost.
const dirty = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-leave]");
  if (form && event.target.matches("textarea, input[type=text]")) dirty.add(form);
});
addEventListener("beforeunload", (event) => {
  const lost = [...dirty].some((form) => form.isConnected && !sending.has(form)
    && [...form.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue));
  if (lost) event.preventDefault();
});

// Lists: what is being replaced says so, and a request that gets no answer is told.
const busy = (event, on) => {
  const place = document.querySelector(event.detail.elt.dataset?.busy ?? "#none");
  place?.classList.toggle("is-busy", on);
  place?.setAttribute("aria-busy", String(on));
};
document.addEventListener("htmx:beforeRequest", (event) => busy(event, true));
document.addEventListener("htmx:afterRequest", (event) => busy(event, false));

export const toast = (words) => {
  const place = document.querySelector("[data-toasts]");
  const box = document.createElement("p");
  box.className = "toast";
  box.textContent = words;
  place.replaceChildren(box);
  setTimeout(() => box.remove(), 8000);
};
const lost = () => toast(document.querySelector("[data-toasts]").dataset.lost);
document.addEventListener("htmx:sendError", lost);
document.addEventListener("htmx:timeout", lost);
document.addEventListener("htmx:responseError", (event) => {
  // A session that ended answers 401: the whole page goes to the login and comes back here.
  if (event.detail.xhr.status === 401) location.reload();
  else lost();
});

document.addEventListener("click", (event) => event.target.closest("[data-print]") && print());

// A secret that is shown once can be copied.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    toast(button.dataset.copied);
  } catch { /* the field is selected: Ctrl+C does it */ }
});

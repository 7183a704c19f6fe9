// The captcha (F042): a browser works for some moments while its form is filled in, and sends what it found along.
// The work itself is done by ALTCHA's own worker. Where it cannot be done, or takes too long, the form goes without.
const LONGEST = 30_000;

const solution = (field) => new Promise((resolve, reject) => {
  const challenge = JSON.parse(field.dataset.captcha);
  const many = Math.min(navigator.hardwareConcurrency || 2, 4);
  const workers = Array.from({ length: many }, () => new Worker(field.dataset.worker));
  const over = (answer) => {
    for (const worker of workers) worker.terminate();
    if (answer?.derivedKey) resolve({ challenge, solution: answer });
    else reject(new Error("no solution"));
  };
  workers.forEach((worker, counterStart) => {
    worker.onerror = () => over();
    worker.onmessage = ({ data }) => over(data);
    worker.postMessage({ type: "work", challenge, counterStart, counterStep: many, timeout: LONGEST });
  });
  setTimeout(over, LONGEST);
});

for (const field of document.querySelectorAll("[data-captcha]")) {
  const { form } = field;
  const status = form.querySelector("[data-captcha-status]");
  let working = null;
  let done = !window.crypto?.subtle || !window.Worker;
  const work = () => {
    working ??= solution(field)
      .then((found) => { field.value = btoa(JSON.stringify(found)); }, () => {})
      .finally(() => { done = true; });
    return working;
  };
  if (!done) form.addEventListener("focusin", work, { once: true });
  form.addEventListener("submit", async (event) => {
    if (done) return;
    event.preventDefault();
    status.textContent = field.dataset.words;
    await work();
    status.textContent = "";
    form.requestSubmit(event.submitter);
  });
}

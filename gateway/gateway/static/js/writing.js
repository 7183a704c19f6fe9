// Tells colleagues that somebody is writing: while there is typing, every so often, and not more.
const EVERY = 15_000;
const form = document.querySelector("[data-writing]");
let last = 0;

form?.addEventListener("input", (event) => {
  if (!event.target.matches("[data-reply]") || Date.now() - last < EVERY) return;
  last = Date.now();
  fetch(form.dataset.writing, { method: "POST", headers: { Accept: "text/html" } }).catch(() => { /* said next time */ });
});

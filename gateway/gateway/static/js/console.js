// The console from the keyboard. Every key does what a link, a field or a button on the page does anyway.
// A list marks its rows' links [data-row]; a case its neighbours [data-previous] [data-next], its list [data-back]
// and the page where it is edited [data-edit].
const OFF = "console-keys-off";
const one = (selector) => document.querySelector(selector);

const step = (by) => {
  const beside = one(by > 0 ? "[data-next]" : "[data-previous]");
  if (beside) return beside.click();
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  const row = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
};

// The mode is chosen together with the field, so that nobody writes to a customer by accident.
const write = (visibility) => {
  const mode = one(`[name=visibility][value=${visibility}]`);
  const field = one("[data-reply]");
  if (!mode || !field) return;
  mode.click();
  field.focus();
  field.scrollIntoView({ block: "center" });
};

// The field in the head; where there is no room for it, the page with one.
const everywhere = () => {
  const field = one("[data-everywhere]");
  if (field.checkVisibility()) field.focus();
  else one("[data-everywhere-link]").click();
};

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  u: () => one("[data-back], .crumbs a")?.click(),
  r: () => write("customer"),
  i: () => write("internal"),
  e: () => one("[data-edit]")?.click(),
  s: everywhere,
  "/": () => one("[data-search]")?.focus(),
  "?": () => one("#help").showModal(),
};

const typing = (target) => target.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])");

document.addEventListener("keydown", (event) => {
  const field = typing(event.target);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-reply]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
  if (event.key === "Escape" && field && !one("dialog[open]")) field.blur();
  if (field || one("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!KEYS[event.key] || remembered()) return;
  event.preventDefault();
  KEYS[event.key]();
});

// Who speaks to the computer, or types without looking, turns single letters off (WCAG 2.1.4).
const remembered = () => {
  try { return localStorage.getItem(OFF); } catch { return null; }
};
const choice = one("[data-keys-on]");
choice.checked = !remembered();
choice.addEventListener("change", () => {
  try {
    if (choice.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  } catch { /* a browser that keeps nothing forgets this too */ }
});

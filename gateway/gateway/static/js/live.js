// Keeps an open case page true: told by server-sent events, asked every so often where those do not come.
// The address [data-live] sends an event (any name in EVENTS) whenever the reader may see something new;
// then the page itself is fetched again and the parts that changed take their place. What is being typed stays.
const EVENTS = ["message", "changed"];
const POLL = 15_000;
const PARTS = ["head-facts", "facts", "files", "people", "articles", "writing"];
const GATES = ["note", "close"];
const FORMS = ["triage"];

const box = document.querySelector("[data-live]");
const words = JSON.parse(box.dataset.words);
const state = box.querySelector("[data-live-state]");
const said = box.querySelector("[data-live-said]");
let timer;
let running = false;
let again = false;

const show = (on) => {
  state.hidden = false;
  state.textContent = on ? words.on : words.off;
  state.classList.toggle("is-off", !on);
};

const refresh = async () => {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    const answer = await fetch(box.dataset.page, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* the next event or the next round asks again */ }
  running = false;
  if (again) {
    again = false;
    refresh();
  }
};

const take = (fresh) => {
  const news = converse(fresh);
  for (const id of PARTS) swap(id, fresh, (old, now) => old.innerHTML !== now.innerHTML);
  // A form is only exchanged when it may no longer (or again) be used: never under somebody's hands.
  for (const id of GATES) swap(id, fresh, (old, now) => old.dataset.state !== now.dataset.state);
  // Nor is a choice that is not saved yet: its old version then tells who was quicker.
  for (const id of FORMS) swap(id, fresh, (old, now) => old.dataset.version !== now.dataset.version && !touched(old));
  if (news) said.textContent = words.new;
};

const touched = (form) => form.contains(document.activeElement)
  || [...form.querySelectorAll("select")].some((field) => !field.selectedOptions[0]?.defaultSelected);

const swap = (id, fresh, differs) => {
  const old = document.getElementById(id);
  const now = fresh.getElementById(id);
  if (old && now && differs(old, now)) old.replaceWith(now);
};

const converse = (fresh) => {
  const list = document.getElementById("conversation");
  let news = false;
  let after = null;
  for (const item of fresh.querySelectorAll("#conversation > li")) {
    let here = document.getElementById(item.id);
    if (!here) {
      item.classList.add("is-fresh");
      if (after) after.after(item);
      else list.prepend(item);
      here = item;
      news = true;
    }
    after = here;
  }
  return news;
};

const poll = (on) => {
  clearInterval(timer);
  if (on) timer = setInterval(() => document.hidden || refresh(), POLL);
};

const listen = () => {
  const source = new EventSource(box.dataset.live);
  source.addEventListener("open", () => {
    show(true);
    poll(false);
    refresh();  // what was said while nobody listened
  });
  for (const name of EVENTS) source.addEventListener(name, refresh);
  source.addEventListener("error", () => {
    show(false);
    poll(true);
    // CLOSED: the browser gave up (an error answer); CONNECTING: it tries again by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 60_000);
  });
  addEventListener("pagehide", () => source.close(), { once: true });
};

addEventListener("pageshow", (event) => event.persisted && listen());
document.addEventListener("visibilitychange", () => document.hidden || refresh());
listen();

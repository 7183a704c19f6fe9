// A first password is on the screen for ten seconds and then gone, from the browser's memory of pages, too.
const box = document.querySelector("[data-vanish]");
const end = Date.now() + Number(box.dataset.vanish) * 1000;
const wipe = () => box.querySelector("[data-secret]")?.remove();
const leave = () => {
  wipe();
  location.replace(box.dataset.next);
};
const tick = () => {
  const left = Math.ceil((end - Date.now()) / 1000);
  if (left <= 0) leave();
  else box.querySelector("[data-left]").textContent = String(left);
};
setInterval(tick, 200);
addEventListener("pagehide", wipe);
addEventListener("pageshow", (event) => event.persisted && leave());

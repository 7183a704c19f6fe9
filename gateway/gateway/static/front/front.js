// What config.js says goes before what the page was downloaded with.
const portal = globalThis.PORTAL ?? {};
const site = (portal.site_URL ?? "").replace(/\/+$/, "");
if (/^https?:\/\//.test(site)) {
  for (const link of document.querySelectorAll("a[data-to]")) link.href = site + link.dataset.to;
  for (const form of document.querySelectorAll("form[data-to]")) form.action = site + form.dataset.to;
}
if (portal.CompanyName) {
  document.title = portal.CompanyName;
  document.getElementById("name").textContent = portal.CompanyName;
}
const logo = document.getElementById("logo");
if ("logoPath" in portal) {
  logo.hidden = !portal.logoPath;
  if (portal.logoPath) logo.src = portal.logoPath;
}

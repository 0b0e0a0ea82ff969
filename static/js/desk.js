/** The desk: arrows go through the lists, and what is focused or pointed at is previewed beside them. */
const desk = document.getElementById("desk");
const preview = document.getElementById("desk-preview");
const WAIT = 180; // milliseconds: whoever runs through the list does not fetch every line
const kept = new Map();
let waiting = 0;
let shown = null;

const wide = () => getComputedStyle(preview).display !== "none" && preview.offsetLeft > desk.firstElementChild.offsetLeft;

async function show(link) {
  const address = link.dataset.preview;
  if (address === shown || !wide()) return;
  shown = address;
  if (!kept.has(address)) {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    kept.set(address, await answer.text());
  }
  if (shown !== address) return;
  preview.innerHTML = kept.get(address);
  desk.querySelectorAll("[data-chosen]").forEach((other) => other.removeAttribute("data-chosen"));
  link.closest("li, [role=listitem]").dataset.chosen = "";
}

function soon(event) {
  const link = event.target.closest("[data-preview]") ?? event.target.closest("li, [role=listitem]")?.querySelector("[data-preview]");
  clearTimeout(waiting);
  if (link) waiting = setTimeout(show, WAIT, link);
}

desk.addEventListener("focusin", soon);
desk.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse") soon(event); });

desk.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey || preview.contains(event.target)) return;
  const links = [...desk.querySelectorAll(".lines a, .shelf a")].filter((link) => !preview.contains(link));
  const next = links[links.indexOf(event.target.closest("a")) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

/** Finds places of the file plan while somebody types; the tree steps aside meanwhile. Without it the form opens a page. */
import { announce } from "./notify.js";

const WAIT = 180; // milliseconds after the last key
const form = document.querySelector("[data-plan-search]");
const input = form.querySelector("input");
const places = document.getElementById("plan-places");
const aside = [...document.querySelectorAll(".tree-panel .at-hand, .tree-panel [role=tree]")];
let timer;
let asking;

async function find() {
  asking?.abort();
  const words = input.value.trim();
  if (words.length < 2) return show("");
  asking = new AbortController();
  try {
    const answer = await fetch(`${form.action}?q=${encodeURIComponent(words)}`, { signal: asking.signal, headers: { "HX-Request": "true" } });
    return answer.ok ? show(await answer.text()) : undefined; // our own server's escaped fragment
  } catch {
    return undefined; // replaced by a newer question, or no network: the form still works
  }
}

function show(found) {
  places.innerHTML = found;
  aside.forEach((part) => { part.hidden = Boolean(found.trim()); });
  const sentence = places.querySelector("[data-announce]")?.textContent;
  if (sentence) announce(sentence);
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, WAIT);
});
input.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && input.value) {
    event.preventDefault();
    clearTimeout(timer);
    asking?.abort();
    input.value = "";
    show("");
  }
  if (event.key === "ArrowDown") move(event, 0);
});
places.addEventListener("keydown", (event) => {
  const links = [...places.querySelectorAll("a")];
  const place = links.indexOf(event.target);
  if (event.key === "ArrowDown") move(event, place + 1);
  if (event.key === "ArrowUp") move(event, place - 1);
});

/** Between the field and what was found the arrows go as in a list. */
function move(event, place) {
  const links = places.querySelectorAll("a");
  if (!links.length) return;
  event.preventDefault();
  (links[Math.min(place, links.length - 1)] ?? input).focus();
}

/** While a subject is typed: articles that may help, below the field. Asked after a pause; an answer that is late is not shown. */
import { announce } from "./notify.js";

const PAUSE = 350; // milliseconds without a key
const SHORTEST = 4;
const place = document.querySelector("[data-suggest]");
const field = document.getElementById("id_subject");
let timer;
let asking;
let said = "";

async function ask() {
  const subject = field.value.trim();
  asking?.abort();
  if (subject.length < SHORTEST) return show("");
  asking = new AbortController();
  try {
    const answer = await fetch(`${place.dataset.suggest}?betreff=${encodeURIComponent(subject)}`, { signal: asking.signal, headers: { "HX-Request": "true" } });
    if (answer.ok && !answer.redirected) show((await answer.text()).trim());
  } catch { /* typed on, or no network: the request can be sent all the same */ }
  return undefined;
}

function show(html) {
  if (place.contains(document.activeElement)) return; // somebody reads what is there: it does not vanish under her hands
  place.innerHTML = html;
  place.hidden = !html;
  const words = place.querySelector("[data-suggested-words]")?.dataset.suggestedWords ?? "";
  if (words && words !== said) announce(words);
  said = words;
}

if (place && field) {
  field.closest(".field").after(place);
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  if (field.value) ask();
}

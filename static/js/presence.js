/** Who else of the staff is at this ticket, asked every ten seconds while somebody looks; nothing of it is stored. */
import { csrfToken, words } from "./notify.js";

const EVERY = 10_000; // milliseconds
const place = document.getElementById("presence");
const say = words("presence-words");
let typed = -Infinity;
let timer;

const names = (others) => others.map((one) => one.name).join(", ");

function show({ others, revision }) {
  const typing = others.filter((one) => one.typing);
  const reading = others.filter((one) => !one.typing);
  const lines = [];
  if (typing.length) lines.push(say("types", { names: names(typing) }));
  if (reading.length) lines.push(say("reads", { names: names(reading) }));
  if (String(revision) !== place.dataset.revision) lines.push(say("changed"));
  const text = lines.join(" ");
  if (text !== place.textContent) place.textContent = text;
  place.hidden = !text;
}

async function ask() {
  clearTimeout(timer);
  if (document.hidden) return;
  const body = new URLSearchParams({ typing: performance.now() - typed < 2 * EVERY ? "1" : "0" });
  const answer = await fetch(place.dataset.address, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
  if (answer?.ok && !answer.redirected) show(await answer.json());
  timer = setTimeout(ask, EVERY);
}

if (place) {
  document.addEventListener("input", (event) => { if (event.target.matches("textarea[data-keep]")) typed = performance.now(); });
  document.addEventListener("visibilitychange", ask);
  ask();
}

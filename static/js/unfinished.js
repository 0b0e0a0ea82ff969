/** What staff write and do not send is kept at the centre, for them alone: it is there after the tab was closed, and on another machine. */
import { csrfToken } from "./notify.js";

const REST = 3_000; // milliseconds after the last key
const form = document.querySelector("form[data-unfinished]");
const offer = document.querySelector("[data-unfinished-offer]");
const state = document.querySelector("[data-unfinished-state]");
const mark = `unfinished ${location.pathname}`;
let timer;
let saved = "";
let sent = false;
let calling = null;

/** When this tab saved last: keep.js has that text, and it is not offered a second time. */
function lastSaved(at) {
  try {
    if (at === undefined) return sessionStorage.getItem(mark);
    sessionStorage.setItem(mark, at);
  } catch { /* private window: it is offered then */ }
  return null;
}

const said = () => new URLSearchParams({ kind: form.elements.kind?.value ?? "", body: form.elements.body.value, quiet: "1" });

/** While an older text waits for its writer to decide, it is not overwritten. */
async function save({ keepalive = false } = {}) {
  clearTimeout(timer);
  const body = said();
  if (sent || (offer && !offer.hidden) || String(body) === saved) return;
  saved = String(body);
  calling = new AbortController();
  const asked = { method: "POST", body, keepalive, signal: calling.signal, headers: { "X-CSRFToken": csrfToken() } };
  const answer = await fetch(form.dataset.unfinished, asked).catch(() => null);
  if (!answer || answer.redirected || !(answer.ok || answer.status === 422)) {
    saved = "";
    return;
  }
  const { at, words } = await answer.json();
  if (at !== undefined) lastSaved(at);
  if (state) state.textContent = words;
}

if (form) {
  const text = form.elements.body;
  if (offer && text.value && lastSaved() === offer.dataset.unfinishedOffer) offer.hidden = true;
  saved = text.value ? "" : String(said());
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, REST); });
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); calling?.abort(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save({ keepalive: true }); });
  if (text.value) timer = setTimeout(save, REST);
}

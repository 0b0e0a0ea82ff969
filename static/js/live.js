/** A list that is being worked on renews itself: asked every few seconds while data-busy is 1, silent while nobody looks. */
import { announce, csrfToken, toast, words } from "./notify.js";

const SOONEST = 1200; // milliseconds
const LATEST = 6000;

const say = words("binder-words");
const list = () => document.querySelector("[data-live]");
const states = () => new Map([...list().querySelectorAll("[data-state]")].map((row) => [row.id, row]));
let wait = SOONEST;
let timer;
let asking = false;
let missed = false;
let known = "";

/** Tell what has become of documents since the last look. */
function tell(before, after) {
  for (const [id, row] of after) {
    const was = before.get(id)?.dataset.state;
    if (!was || was === row.dataset.state) continue;
    wait = SOONEST;
    const title = row.querySelector(".contents__title")?.textContent ?? "";
    if (row.dataset.state === "ready") announce(say("ready", { title }));
    if (row.dataset.state === "failed") toast(say("unreadable", { title }));
  }
}

/** The row that must not move when the list is replaced: the one with the focus, else the first that is seen. */
function anchorOf(scroller, focused) {
  const { left, top } = scroller.getBoundingClientRect();
  const row = focused?.closest("[data-state]") ?? document.elementFromPoint(left + 60, top + 60)?.closest("[data-state]");
  return row && { id: row.id, top: row.getBoundingClientRect().top };
}

/** Bring it back to its place; again in the next frames, because rows out of sight have a guessed height until they are laid out. */
function hold(scroller, anchor, frames = 2) {
  const row = document.getElementById(anchor.id);
  if (!row) return;
  scroller.scrollTop += row.getBoundingClientRect().top - anchor.top;
  if (frames) requestAnimationFrame(() => hold(scroller, anchor, frames - 1));
}

/** Fetch the list and put it in place of the old one; keeps focus and scroll position. */
export async function refresh() {
  const old = list();
  if (asking) missed = true; // what has changed meanwhile may not be in the answer that is on its way
  if (!old || asking) return;
  asking = true;
  try {
    const answer = await fetch(old.dataset.live, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const text = await answer.text();
    if (text === known) return;
    known = text;
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-live]");
    if (!fresh) return;
    const before = states();
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const mark = focused?.dataset.document ? `[data-document="${focused.dataset.document}"]` : focused?.dataset.upload !== undefined && focused ? `[data-upload="${focused.dataset.upload}"]` : focused?.closest("#cancelled-documents > summary") ? "#cancelled-documents > summary" : null;
    const scroller = old.parentElement;
    const anchor = anchorOf(scroller, focused);
    if (old.querySelector("#cancelled-documents[open]")) fresh.querySelector("#cancelled-documents")?.setAttribute("open", "");
    old.replaceWith(document.adoptNode(fresh));
    if (mark) list().querySelector(mark)?.focus({ preventScroll: true });
    if (anchor) hold(scroller, anchor);
    tell(before, states());
    document.dispatchEvent(new CustomEvent("documents:refreshed"));
  } catch {
    // no network for a moment: the next look tries again
  } finally {
    asking = false;
    if (missed) refresh();
    else plan();
    missed = false;
  }
}

function plan() {
  clearTimeout(timer);
  if (list()?.dataset.busy !== "1" || document.hidden) return;
  timer = setTimeout(refresh, wait);
  wait = Math.min(LATEST, wait * 1.25);
}

document.addEventListener("visibilitychange", () => {
  wait = SOONEST;
  if (!document.hidden && list()?.dataset.busy === "1") refresh();
});
document.addEventListener("documents:changed", () => { wait = SOONEST; refresh(); });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-read-again]");
  if (!button || button.disabled) return undefined;
  button.disabled = true;
  const answer = await fetch(button.dataset.readAgain, { method: "POST", headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok) return refresh();
  button.disabled = false;
  return answer?.status === 409 && toast(await answer.text());
});

plan();

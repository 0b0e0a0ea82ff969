/** The binder: puts stream, words, tiles, panels, toolbar and keys together. */
import { announce, csrfToken, saidSince, words as wordsOf } from "../notify.js";
import { singleKeys } from "../shortcuts.js";
import { follow, grip } from "./contents.js";
import { WIDEST } from "./pictures.js";
import { inWords } from "./sheet.js";
import { Stream } from "./stream.js";

const TWO = "&ansicht=2"; // part of the address while two sheets lie side by side
const ZOOMS = [0.5, 0.75, 1, 1.5, 2, 3, 4, 8];
const binder = document.getElementById("binder");
const part = (selector) => binder.querySelector(selector);
const manifest = () => JSON.parse(document.getElementById("binder-manifest").textContent);

const say = wordsOf("binder-words");
const stream = new Stream(part(".binder-view"), manifest(), say);
const number = document.getElementById("binder-sheet");
const zoom = document.getElementById("binder-zoom");

/** Fetch a module when it is wanted for the first time; the same object ever after. */
const once = (load) => {
  let made;
  return () => (made ??= load());
};
const words = once(async () => { const { Words } = await import("./words.js"); return new Words(stream); });
const tiles = once(async () => { const { Tiles } = await import("./tiles.js"); return new Tiles(stream); });
const hits = once(async () => { const { Hits } = await import("./hits.js"); return new Hits(stream, say, announce, part("[data-hits]")); });
const jump = once(async () => { const { Jump } = await import("./jump.js"); return new Jump(stream, number, document.getElementById("binder-places"), say); });
const panels = {
  bookmarks: once(async () => { const { Bookmarks } = await import("./bookmarks.js"); return new Bookmarks(part("[data-panel=bookmarks]"), stream, say); }),
  thumbnails: once(async () => { const { Thumbnails } = await import("./panels.js"); return new Thumbnails(part("[data-panel=thumbnails]"), stream, say); }),
  text: once(async () => { const { SheetText } = await import("./panels.js"); return new SheetText(part("[data-panel=text]"), stream, await words(), say); }),
  notes: once(async () => { const { Notes } = await import("./notes.js"); return new Notes(part("[data-panel=notes]"), stream, say); }),
};
const papers = once(async () => { const { Papers } = await import("./papers.js"); return new Papers(binder, stream, say); });
const paper = (act) => (button) => papers().then((made) => made[act](button));

grip(binder);
part(".binder-hits").hidden = !stream.manifest.query;
part("[data-hits]").textContent = say("hits", { hits: `${(stream.manifest.hits ?? []).reduce((sum, [, count]) => sum + count, 0)}${stream.manifest.hits_cut_at ? "+" : ""}` });

// --- Where we are: toolbar, contents, address, memory ----------------------------------------------------------------------------
let told;
let kept;
let unsaved = null; // the sheet to be kept; 0: the file was opened, and there is no sheet
let spoken = "";
let begun = false;

function remember(sheet, leaving = false) {
  unsaved = null;
  fetch(binder.dataset.remember, { method: "POST", keepalive: leaving, headers: { "X-CSRFToken": csrfToken(), "Content-Type": "application/x-www-form-urlencoded" }, body: `sheet=${sheet}` }).catch(() => {});
}

function sheetNear(leaf) {
  return leaf.sheet ?? stream.leaves.slice(leaf.index).find((next) => next.sheet)?.sheet ?? stream.sheets;
}

function moved(leaf) {
  const sheet = sheetNear(leaf);
  if (document.activeElement !== number) number.value = sheet || "";
  part("[data-folio]").textContent = leaf.folio ? `(${say("folio", { folio: leaf.folio })})` : "";
  part("[data-current]").textContent = leaf.document?.title ?? leaf.stand?.title ?? leaf.register?.name ?? "";
  const original = part("[data-original]");
  original.toggleAttribute("hidden", !leaf.document);
  if (leaf.document) original.href = leaf.document.original;
  if (begun) follow(binder, leaf);
  clearTimeout(told);
  const since = performance.now();
  told = setTimeout(() => {
    history.replaceState(history.state, "", sheet ? `#blatt=${sheet}${stream.pairs ? TWO : ""}` : location.href);
    const sentence = leaf.kind === "sheet" ? inWords(leaf, say) : leaf.document?.title ?? (leaf.stand ? [`${say(leaf.stand.kind)}: ${leaf.stand.title}`, ...leaf.stand.lines].join(", ") : say("register", { name: leaf.register.name }));
    // Nobody's answer, and no news of the list, is drowned by the sheet that stays.
    if (sentence !== spoken && !saidSince(since)) announce(spoken = sentence);
  }, 350);
  keep(sheet || 0);
}

function keep(sheet) {
  unsaved = sheet;
  clearTimeout(kept);
  kept = setTimeout(() => remember(sheet), 2000);
}

stream.addEventListener("current", ({ detail }) => moved(detail));
stream.addEventListener("settled", () => words().then((made) => made.lay()));
stream.addEventListener("settled", () => { if ((stream.boxes[stream.current]?.width ?? 0) * devicePixelRatio > WIDEST) tiles().then((made) => made.lay()); });
stream.addEventListener("settled", async () => (await import("./room.js")).rememberRoom(stream.room()), { once: true }); // no panel is open yet: so the next binder begins, too
addEventListener("pagehide", () => { if (unsaved !== null) remember(unsaved, true); });

/** The leaf that an address names: #blatt=17, #stelle=<id> of a missing sheet or #dokument=<id>, or ?dokument=<id>&seite=3. */
function addressed(search = "") {
  const asked = new URLSearchParams(location.hash.slice(1) || search);
  const id = asked.get("dokument");
  if (asked.has("stelle")) return stream.leaves.find((one) => one.stand?.id === asked.get("stelle"))?.index;
  if (asked.has("blatt")) return stream.leafOfSheet(Number(asked.get("blatt")) || 1);
  if (!id) return undefined;
  const leaf = stream.leaves.find((one) => one.document?.id === id && (one.page ?? 1) === (Number(asked.get("seite")) || 1)) ?? stream.leaves.find((one) => one.document?.id === id);
  return leaf?.index;
}

function followAddress() {
  const index = addressed();
  if (index !== undefined) stream.go(index);
}

addEventListener("hashchange", () => {
  pane("view");
  followAddress();
});

// --- Acts ------------------------------------------------------------------------------------------------------------------------
function pane(name) {
  binder.dataset.pane = name;
  part(`[name=pane][value=${name}]`).checked = true;
}

function panel(name) {
  for (const other of binder.querySelectorAll("[data-panel]")) {
    const open = other.dataset.panel === name && other.hidden;
    other.hidden = !open;
    part(`[data-act=${other.dataset.panel}]`).setAttribute("aria-pressed", String(open));
    if (open) panels[other.dataset.panel]().then((made) => made.open());
  }
}

function magnify(way) {
  const now = typeof stream.zoom === "number" ? stream.zoom : stream.boxes[stream.current]?.scale ?? 1;
  const next = way > 0 ? ZOOMS.find((factor) => factor > now + 0.01) : ZOOMS.findLast((factor) => factor < now - 0.01);
  if (next) setZoom(next);
}

/** Two sheets side by side, or one; remembered on this machine. A window that is too narrow shows one all the same. */
function sideBySide(two) {
  stream.pair(two);
  part("[data-act=two]").setAttribute("aria-pressed", String(two));
  try { localStorage.setItem("binder-two", two ? "1" : ""); } catch { /* private window: not remembered */ }
  const leaf = stream.leaves[stream.current];
  if (leaf) moved(leaf);
  announce(say(!two ? "oneSheet" : stream.two ? "twoSheets" : "tooNarrow"));
}

function setZoom(value) {
  zoom.value = String(value);
  stream.resize(value);
}

/** Whether a document begins with a leaf, or something stands there for one. */
const begins = (leaf) => leaf.stand || (leaf.document && (leaf.page ?? 1) === 1);

const acts = {
  next: () => stream.step(1),
  previous: () => stream.step(-1),
  nextDocument: () => stream.step(1, begins),
  previousDocument: () => stream.step(-1, begins),
  first: () => stream.go(0),
  last: () => stream.go(stream.leaves.length - 1),
  larger: () => magnify(1),
  smaller: () => magnify(-1),
  fit: () => setZoom(stream.zoom === "width" ? "page" : "width"),
  rotate: () => stream.rotate(),
  hit: () => hits().then((made) => made.next(1)),
  hitBefore: () => hits().then((made) => made.next(-1)),
  thumbnails: () => panel("thumbnails"),
  text: () => panel("text"),
  notes: () => panel("notes"),
  menu: paper("menu"),
  properties: paper("properties"),
  select: paper("select"),
  newVersion: paper("newVersion"),
  checkOut: paper("checkOut"),
  checkIn: paper("checkIn"),
  cancelDocument: paper("cancel"),
  registerDraft: paper("registerDraft"),
  discardDraft: paper("discardDraft"),
  askForErasure: paper("askForErasure"),
  cutDocument: async (button) => { const made = await papers(); const row = made.rowOf(button); made.popover.hidePopover(); (await carry()).cutOut(row); },
  cutSelected: async () => (await carry()).cutOut(null),
  openNotes: () => { if (part("[data-panel=notes]").hidden) panel("notes"); },
  stick: (button) => paper("show")(button).then(acts.openNotes),
  two: () => sideBySide(!stream.pairs),
  bookmarks: () => panel("bookmarks"),
  bookmark: () => panels.bookmarks().then((made) => made.toggle()),
  contents: () => {
    const shown = binder.toggleAttribute("data-alone") === false;
    part("[data-act=contents]").setAttribute("aria-pressed", String(shown));
  },
  fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : binder.requestFullscreen?.()),
};

function toRegister(place) {
  const register = stream.manifest.registers[place];
  const leaf = register && stream.leaves.find((one) => one.kind === "divider" && one.register.id === register.id);
  if (leaf) stream.go(leaf.index);
}

binder.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) return acts[button.dataset.act](button);
  const tab = event.target.closest(".binder-tab");
  if (tab) return toRegister(stream.manifest.registers.findIndex((register) => register.id === tab.dataset.register));
  const link = event.target.closest('.contents__rows a[href^="#"]');
  if (link && link.hash === location.hash.split("&")[0]) { // the address is there already: no hashchange will come
    event.preventDefault();
    pane("view");
    followAddress();
  }
  return undefined;
});
binder.addEventListener("change", (event) => { if (event.target.name === "pane") binder.dataset.pane = event.target.value; });
binder.addEventListener("contextmenu", (event) => {
  const link = event.target.closest(".contents__link");
  if (!link || event.shiftKey) return; // with Shift the browser's own
  event.preventDefault();
  acts.menu(link.nextElementSibling);
});
zoom.addEventListener("change", () => setZoom(Number(zoom.value) || zoom.value));
part("[data-jump]").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!/^\d{0,6}$/.test(number.value) || number.hasAttribute("aria-activedescendant")) return jump().then((made) => made.submit());
  stream.goToSheet(Number(number.value) || 1);
  return stream.view.focus({ preventScroll: true });
});
number.addEventListener("focus", async () => {
  number.select();
  let typed = false;
  const heed = () => { typed = true; };
  number.addEventListener("input", heed);
  const places = await jump();
  number.removeEventListener("input", heed);
  if (typed && document.activeElement === number) places.show(); // typed while the module was on its way, be it the number that stood there
});
number.addEventListener("blur", () => { // whatever was typed: it says where we are
  const leaf = stream.leaves[stream.current];
  if (leaf) number.value = sheetNear(leaf) || "";
});

// --- Keys ------------------------------------------------------------------------------------------------------------------------
function pans(way) {
  const { scrollLeft, scrollWidth, clientWidth } = stream.view;
  return scrollWidth > clientWidth + 4 && (way > 0 ? scrollLeft < scrollWidth - clientWidth - 4 : scrollLeft > 4);
}

function scrollBy(share) {
  stream.goal = null;
  stream.view.scrollBy(0, share * stream.view.clientHeight);
}

const keys = {
  ArrowRight: () => (pans(1) ? stream.view.scrollBy(120, 0) : acts.next()),
  ArrowLeft: () => (pans(-1) ? stream.view.scrollBy(-120, 0) : acts.previous()),
  ArrowDown: () => scrollBy(0.12),
  ArrowUp: () => scrollBy(-0.12),
  PageDown: () => scrollBy(0.9),
  PageUp: () => scrollBy(-0.9),
  Home: acts.first,
  End: acts.last,
};
const letters = { "+": acts.larger, "-": acts.smaller, 0: acts.fit, n: acts.hit, N: acts.hitBefore, r: acts.rotate, t: acts.text, e: acts.properties, m: acts.menu, h: acts.notes, b: acts.bookmark, d: acts.two };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const { key, target } = event;
  const typing = target.closest("input, select, textarea, [role=listbox], [role=separator], [popover]");
  let act = null;
  if (event.ctrlKey && key.toLowerCase() === "g") act = () => number.focus();
  else if (event.altKey && !typing) act = { ArrowDown: acts.nextDocument, ArrowUp: acts.previousDocument }[key];
  else if (typing || event.ctrlKey || event.metaKey) return;
  else act = keys[key] ?? (singleKeys(event) ? letters[key] ?? (/^[1-9]$/.test(key) ? () => toRegister(Number(key) - 1) : null) : null);
  if (!act) return;
  event.preventDefault();
  act();
});

// --- Moving documents: fetched when somebody comes near the contents -----------------------------------------------------------------
const carry = once(async () => { const { Carry } = await import("./carry.js"); return new Carry(binder); });
if (binder.dataset.move) {
  for (const near of ["pointerenter", "focusin"]) part(".binder-contents").addEventListener(near, carry, { once: true });
  part(".binder-contents").addEventListener("keydown", (event) => {
    const act = event.ctrlKey && !event.shiftKey && { x: "cutOut", v: "paste", z: "undo" }[event.key.toLowerCase()];
    const register = event.target.closest(".contents__register");
    if (!act || !register || event.target.matches("input:not([type=checkbox])")) return;
    event.preventDefault();
    carry().then((made) => made[act](event.target.closest("li[data-state]"), register));
  });
}

// --- Start, and news from the server ----------------------------------------------------------------------------------------------
let known = document.getElementById("binder-manifest").textContent;
document.addEventListener("documents:refreshed", () => {
  const news = document.getElementById("binder-manifest").textContent;
  if (news !== known) stream.read(JSON.parse(known = news));
  part("[data-count]").textContent = stream.sheets;
  const leaf = stream.leaves[stream.current];
  if (leaf) moved(leaf);
});

/** The first sheet comes before the list: to find its row there, hundreds are laid out. */
function begin() {
  if (begun) return;
  begun = true;
  const leaf = stream.leaves[stream.current];
  if (leaf) follow(binder, leaf);
}

stream.addEventListener("shown", () => requestAnimationFrame(() => setTimeout(begin)), { once: true });
setTimeout(begin, 500); // also where the sheet takes its time, or there is none

// The goal is set before the first layout: no picture of another sheet is asked for on the way.
try { stream.pairs = location.hash.includes(TWO) || Boolean(localStorage.getItem("binder-two")); } catch { /* private window */ }
part("[data-act=two]").setAttribute("aria-pressed", String(stream.pairs));
stream.goal = addressed(location.search) ?? stream.leafOfSheet(stream.manifest.start ?? 1) ?? null;
stream.layout();
if (unsaved === null) keep(0); // to have opened the file counts, also where there is nothing to leaf through or the sheets are out of sight
if (stream.manifest.query && stream.manifest.hits?.length) words().then((made) => made.lay());
performance.mark("binder-ready");

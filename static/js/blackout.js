/** The black-out tool: rectangles over a picture, which is then drawn anew. What lies under a rectangle is gone, and so is all that the file said of itself. */
import { words } from "./notify.js";

const MOST_PIXELS = 40_000_000;
const LONGEST_SIDE = 16_000; // what browsers can draw
const A_DRAG = 4; // pixels of the screen: less is a click
const SMALLEST = 3; // pixels of the picture
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const say = words("attachment-words");
const dialog = document.getElementById("blackout");
const stage = dialog.querySelector(".blackout__stage");
const canvas = stage.querySelector("canvas");
const state = document.getElementById("blackout-state");
const part = (name) => dialog.querySelector(`[data-${name}]`);

let picture = null; // an ImageBitmap
let set = []; // rectangles {x, y, w, h}, in whole pixels of the picture
let draft = null; // the one that is being drawn
let corner = null; // of a rectangle that is made by two clicks
let held = null; // where the button or finger went down
let pan = null; // where the second finger is
let finish = null;
let mayBePlain = false;
let mostBytes = Infinity;

const between = (value, least, most) => Math.min(Math.max(value, least), most);

/** Why a picture cannot be blacked out here: `reason` is the key of a sentence. */
export class NoPicture extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Show a picture for blacking out. Resolves to a PNG as a Blob, drawn anew; to null if nothing is to be attached. Throws NoPicture.
 * `plain`: it may be attached without any rectangle, after a second question. `most`: bytes that the PNG may have; a larger one is scaled down.
 */
export async function blackOut(file, { plain, most }) {
  picture = await createImageBitmap(file).catch(() => { throw new NoPicture("unreadable"); });
  if (picture.width * picture.height > MOST_PIXELS || Math.max(picture.width, picture.height) > LONGEST_SIDE) throw new NoPicture("tooManyPixels");
  [set, draft, corner, held, pan, mostBytes] = [[], null, null, null, null, most];
  canvas.width = picture.width;
  canvas.height = picture.height;
  mayBePlain = plain;
  part("sure").hidden = true;
  zoom(false);
  show("nothingYet");
  dialog.showModal();
  stage.focus();
  const answer = await new Promise((resolve) => { finish = resolve; });
  finish = null;
  if (dialog.open) dialog.close();
  picture.close();
  canvas.width = canvas.height = 0;
  return answer;
}

/** The picture in its original size, or fitted into the dialog. */
function zoom(full) {
  stage.classList.toggle("blackout__stage--full", full);
  part("full").setAttribute("aria-pressed", String(full));
}

function show(key, values = {}) {
  state.textContent = say(key, values);
  part("undo").disabled = !set.length && !draft && !corner;
  part("unsure").hidden = !mayBePlain || set.length > 0 || Boolean(draft);
  if (part("unsure").hidden) part("sure").hidden = true;
  paint();
}

/** The rectangle in words: hundredths of the picture. */
function said({ x, y, w, h }) {
  const across = (value) => Math.round((value / picture.width) * 100);
  const down = (value) => Math.round((value / picture.height) * 100);
  return { x: across(x), y: down(y), w: across(w), h: down(h), count: set.length };
}

const count = () => (set.length === 1 ? show("one") : set.length ? show("several", { count: set.length }) : show("nothingYet"));

function paint() {
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0);
  pen.fillStyle = "#000";
  for (const one of set) pen.fillRect(one.x, one.y, one.w, one.h);
  if (!draft) return;
  const thick = Math.max(2, Math.round((2 * canvas.width) / (canvas.clientWidth || canvas.width)));
  pen.globalAlpha = 0.6;
  pen.fillRect(draft.x, draft.y, draft.w, draft.h);
  pen.globalAlpha = 1;
  pen.lineWidth = thick; // light and dark, to be seen on any picture
  for (const [colour, dashes] of [["#fff", []], ["#c00", [4 * thick, 4 * thick]]]) {
    pen.strokeStyle = colour;
    pen.setLineDash(dashes);
    pen.strokeRect(draft.x, draft.y, draft.w, draft.h);
  }
}

/** The rectangle between two points, outwards to whole pixels and inside the picture. */
function spanned(one, other) {
  const left = between(Math.floor(Math.min(one.x, other.x)), 0, picture.width);
  const top = between(Math.floor(Math.min(one.y, other.y)), 0, picture.height);
  const right = between(Math.ceil(Math.max(one.x, other.x)), 0, picture.width);
  const bottom = between(Math.ceil(Math.max(one.y, other.y)), 0, picture.height);
  return { x: left, y: top, w: right - left, h: bottom - top };
}

function put(rectangle) {
  draft = corner = null;
  if (rectangle.w < SMALLEST || rectangle.h < SMALLEST) return count();
  set.push(rectangle);
  return show("set", said(rectangle));
}

function undo() {
  if (draft || corner) {
    draft = corner = null;
    return show("dropped");
  }
  return set.pop() ? show("undone") : show("nothingYet");
}

/** Where a pointer is, in pixels of the picture. */
function place(event) {
  const box = canvas.getBoundingClientRect();
  return { x: ((event.clientX - box.left) / box.width) * picture.width, y: ((event.clientY - box.top) / box.height) * picture.height };
}

canvas.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  stage.focus({ preventScroll: true });
  canvas.setPointerCapture(event.pointerId);
  if (!event.isPrimary) { // a second finger moves the picture
    [draft, held, pan] = [null, null, { id: event.pointerId, x: event.clientX, y: event.clientY }];
    paint();
  } else {
    held = { ...place(event), left: event.clientX, top: event.clientY, drawn: false };
  }
});

canvas.addEventListener("pointermove", (event) => {
  if (pan?.id === event.pointerId) {
    stage.scrollBy(pan.x - event.clientX, pan.y - event.clientY);
    [pan.x, pan.y] = [event.clientX, event.clientY];
  } else if (held && event.isPrimary) {
    held.drawn ||= Math.hypot(event.clientX - held.left, event.clientY - held.top) > A_DRAG;
    if (held.drawn) corner = null;
    draft = held.drawn ? spanned(held, place(event)) : draft;
    if (held.drawn) paint();
  } else if (corner && event.pointerType === "mouse") {
    draft = spanned(corner, place(event));
    paint();
  }
});

canvas.addEventListener("pointerup", (event) => {
  if (pan?.id === event.pointerId) pan = null;
  if (!held || !event.isPrimary) return;
  const { drawn } = held;
  const from = drawn ? held : corner;
  held = null;
  if (from) return put(spanned(from, place(event)));
  [corner, draft] = [place(event), null];
  return show("corner");
});

canvas.addEventListener("pointercancel", () => {
  [held, pan, draft] = [null, null, null];
  paint();
});

/** Begin with the keyboard: in the middle, or below the last one with its size. */
function begun() {
  const last = set.at(-1);
  if (last) return { ...last, y: between(last.y + last.h, 0, picture.height - last.h) };
  const [w, h] = [Math.max(SMALLEST, Math.round(picture.width / 4)), Math.max(SMALLEST, Math.round(picture.height / 12))];
  return { x: Math.round((picture.width - w) / 2), y: Math.round((picture.height - h) / 2), w, h };
}

/** Move or resize; a key that is held down goes faster. */
function step(event) {
  const pace = Math.max(1, Math.round(Math.min(picture.width, picture.height) / (event.repeat ? 50 : 200)));
  const [across, down] = ARROWS[event.key].map((way) => way * pace);
  if (event.shiftKey) {
    draft.w = between(draft.w + across, SMALLEST, picture.width - draft.x);
    draft.h = between(draft.h + down, SMALLEST, picture.height - draft.y);
  } else {
    draft.x = between(draft.x + across, 0, picture.width - draft.w);
    draft.y = between(draft.y + down, 0, picture.height - draft.h);
  }
}

/** In original size the rectangle is kept in view. */
function follow() {
  const scale = canvas.clientWidth / picture.width;
  stage.scrollTo((draft.x + draft.w / 2) * scale - stage.clientWidth / 2, (draft.y + draft.h / 2) * scale - stage.clientHeight / 2);
}

stage.addEventListener("keydown", (event) => {
  const undoes = event.key === "Backspace" || event.key === "Delete" || (event.key === "z" && (event.ctrlKey || event.metaKey));
  if ((event.key in ARROWS || (event.key === "Enter" && !draft)) && !event.ctrlKey && !event.altKey && !event.metaKey) {
    if (draft && !corner) step(event);
    else [draft, corner] = [begun(), null];
    show("draft", said(draft));
    follow();
  } else if (event.key === "Enter" && draft) {
    put(draft);
  } else if (undoes || (event.key === "Escape" && (draft || corner))) {
    undo();
  } else {
    return;
  }
  event.preventDefault();
});

/** The picture anew, as a PNG without anything else in it: white where it was transparent, black where it is blacked out. */
async function flattened() {
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [picture.width, picture.height];
  const pen = sheet.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(picture, 0, 0);
  pen.fillStyle = "#000";
  for (const one of set) pen.fillRect(one.x, one.y, one.w, one.h);
  let made = await asPng(sheet);
  for (let smaller = sheet; made && made.size > mostBytes && smaller.width > 100;) {
    const scaled = document.createElement("canvas"); // of the blacked-out one: nothing comes back
    const by = 0.9 * Math.sqrt(mostBytes / made.size);
    [scaled.width, scaled.height] = [Math.floor(smaller.width * by), Math.max(1, Math.floor(smaller.height * by))];
    scaled.getContext("2d").drawImage(smaller, 0, 0, scaled.width, scaled.height);
    smaller = scaled;
    made = await asPng(smaller);
  }
  return made;
}

const asPng = (sheet) => new Promise((resolve) => { sheet.toBlob(resolve, "image/png"); });

async function attach() {
  const done = finish; // of this picture, should another one be shown meanwhile
  const made = await flattened();
  if (made) done?.(made);
  else show("failed");
}

part("attach-it").addEventListener("click", () => {
  if (draft) put(draft); // drawn, but not set: she takes it for covered
  if (set.length) return attach();
  show("first");
  return stage.focus();
});
part("unsure").addEventListener("click", () => {
  part("sure").hidden = false;
  part("plain").focus();
});
part("plain").addEventListener("click", attach);
part("undo").addEventListener("click", () => {
  undo();
  stage.focus();
});
part("full").addEventListener("click", () => {
  zoom(!stage.classList.contains("blackout__stage--full"));
  paint();
  if (draft) follow();
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) event.stopPropagation(); }); // a drag that ends beside the picture closes nothing
dialog.addEventListener("close", () => { if (!dialog.open) finish?.(null); });

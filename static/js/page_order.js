/** Pages of a document, or documents to be put together, in order: by drag, by keys, by buttons. The form's own fields are kept in step. */
import { announce } from "./notify.js";

const list = document.querySelector("[data-pages]");
const cards = () => [...list.children];
const field = (card, name) => card.querySelector(`[name^="${name}"]`);
const grid = list.classList.contains("page-cards");
let dragged = null;

const changed = (card) => card.dispatchEvent(new Event("input", { bubbles: true })); // for the guard of unsaved entries

function say(kind, card) {
  const values = { page: card.dataset.page, place: cards().indexOf(card) + 1, count: cards().length, turn: card.dataset.turn };
  if (list.dataset[kind]) announce(list.dataset[kind].replace(/\{(\w+)\}/g, (_whole, name) => values[name]));
}

/** Places follow the order of the cards; what is summed up beside them, too. */
function keepUp() {
  const all = cards();
  all.forEach((card, place) => {
    field(card, "platz-").value = place + 1;
    card.querySelector("[data-do=back]").disabled = place === 0;
    card.querySelector("[data-do=on]").disabled = place === all.length - 1;
  });
  const sum = document.querySelector("[data-sum]");
  if (!sum) return;
  const ticked = (name) => all.filter((card) => field(card, name).checked);
  const out = ticked("weg").length;
  const cuts = ticked("trennen").filter((card) => card !== all[0]);
  cuts.forEach((card, place) => { field(card, "titel-").placeholder = list.dataset.proposed.replace(/2(?=\D*$)/, place + 2); });
  const parts = cuts.length + 1;
  const values = { count: all.length, out, kept: all.length - out, turned: all.filter((card) => card.dataset.turn !== "0").length, parts };
  const fill = (text) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
  sum.textContent = fill(sum.dataset.sum) + (parts > 1 ? ` · ${fill(sum.dataset.parts)}` : "");
  list.form ??= list.closest("form");
  list.form.toggleAttribute("data-out", out > 0);
  list.form.toggleAttribute("data-cut", parts > 1);
}

/** One card has the Tab stop; arrows go on from there. */
function choose(card) {
  for (const one of cards()) one.tabIndex = one === card ? 0 : -1;
  card.focus();
}

function move(card, other, after) {
  if (!other || other === card) return;
  if (after) other.after(card);
  else other.before(card);
  keepUp();
  say("moved", card);
  changed(card);
}

function turn(card, by = 90) {
  card.dataset.turn = (Number(card.dataset.turn) + by + 360) % 360;
  field(card, "dreh-").value = card.dataset.turn;
  keepUp();
  say("turned", card);
  changed(card);
}

/** Leave out or keep, begin a new document or not. */
function tick(card, name) {
  const box = field(card, name);
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function neighbour(card, key) {
  const all = cards();
  const columns = grid ? getComputedStyle(list).gridTemplateColumns.split(" ").length : 1;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -all.length, End: all.length }[key];
  return step && all[Math.max(0, Math.min(all.length - 1, all.indexOf(card) + step))];
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  const card = event.target.closest("[data-page]");
  if (button?.dataset.do === "turn") turn(card, event.shiftKey ? -90 : 90);
  else if (button) {
    const on = button.dataset.do === "on";
    move(card, on ? card.nextElementSibling : card.previousElementSibling, on);
    (button.disabled ? card : button).focus();
  }
});

list.addEventListener("keydown", (event) => {
  const card = event.target;
  if (!card.matches("[data-page]")) return; // in one of its fields
  const other = neighbour(card, event.key);
  const letters = document.body.dataset.shortcuts !== "off" && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (other) {
    if (event.ctrlKey || event.altKey) {
      move(card, other, cards().indexOf(other) > cards().indexOf(card));
      card.focus();
    } else choose(other);
  } else if (grid && letters && event.key.toLowerCase() === "r") turn(card, event.shiftKey ? -90 : 90);
  else if (grid && letters && (event.key === "Delete" || event.key === "Backspace")) tick(card, "weg");
  else if (grid && letters && event.key.toLowerCase() === "t") tick(card, "trennen");
  else return;
  event.preventDefault();
  event.stopPropagation();
});

list.addEventListener("focusin", (event) => {
  const card = event.target.closest("[data-page]");
  for (const one of cards()) one.tabIndex = one === card ? 0 : -1;
});

list.addEventListener("change", (event) => {
  const card = event.target.closest("[data-page]");
  const { name, value, checked } = event.target;
  if (name === "weg") {
    card.toggleAttribute("data-left-out", checked);
    say(checked ? "out" : "in", card);
  }
  if (name === "trennen") say(checked ? "cut" : "uncut", card);
  if (name.startsWith("platz-")) {
    const place = Math.max(1, Math.min(cards().length, Number.parseInt(value, 10) || cards().indexOf(card) + 1));
    const other = cards()[place - 1];
    move(card, other, cards().indexOf(other) > cards().indexOf(card));
  }
  keepUp();
});

list.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-page]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  dragged.dataset.dragged = "";
});
list.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-page]");
  if (!dragged || !over) return;
  event.preventDefault();
  if (over === dragged) return;
  const { left, width, top, height } = over.getBoundingClientRect();
  if (grid ? event.clientX < left + width / 2 : event.clientY < top + height / 2) over.before(dragged);
  else over.after(dragged);
});
list.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
list.addEventListener("dragend", () => {
  if (!dragged) return;
  const card = dragged;
  dragged = null;
  delete card.dataset.dragged;
  keepUp();
  say("moved", card);
  changed(card);
});

list.closest("form").dataset.live = "";
cards().forEach((card, place) => {
  card.draggable = true;
  card.tabIndex = place ? -1 : 0;
});
keepUp();

/** Registers put in order: by drag, by Alt with the arrows, by buttons. Each way sends the whole order; without this script the buttons post. */
import { announce, csrfToken, toast } from "./notify.js";

const list = document.querySelector("[data-order]");
const rows = () => [...list.children];
let sent = list ? order() : [];
let dragged = null;

function order() {
  return rows().map((row) => row.dataset.id);
}

/** The first cannot go up, the last not down. */
function mark() {
  const all = rows();
  all.forEach((row, place) => {
    row.querySelector("[data-move=up]").disabled = place === 0;
    row.querySelector("[data-move=down]").disabled = place === all.length - 1;
  });
}

function restore(ids) {
  ids.forEach((id) => list.append(rows().find((row) => row.dataset.id === id)));
  mark();
}

/** Tell the server; what it refuses goes back to where it was, with its sentence. */
async function save(row) {
  const wanted = order();
  if (wanted.join() === sent.join()) return;
  const before = sent;
  sent = wanted;
  mark();
  const place = wanted.indexOf(row.dataset.id) + 1;
  announce(list.dataset.moved.replace("{name}", row.dataset.name).replace("{place}", place).replace("{count}", wanted.length));
  const body = new URLSearchParams([["act", "order"], ...wanted.map((id) => ["register", id])]);
  const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
  const answer = await fetch(list.dataset.order, { method: "POST", body, headers }).catch(() => null);
  if (answer?.ok) return;
  sent = before;
  restore(before);
  if (answer?.status === 409) toast(await answer.text());
}

function move(row, way) {
  const other = way === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (way === "up") other.before(row);
  else other.after(row);
  save(row);
}

list?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  event.preventDefault();
  move(button.closest("li"), button.dataset.move);
  (button.disabled ? button.closest("li") : button).focus();
});
list?.addEventListener("keydown", (event) => {
  const row = event.target.closest("li");
  if (!event.altKey || !row || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  move(row, event.key === "ArrowUp" ? "up" : "down");
  row.focus();
});
list?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("li");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.name);
  dragged.dataset.dragged = "";
});
list?.addEventListener("dragover", (event) => {
  const over = event.target.closest("li");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const { top, height } = over.getBoundingClientRect();
  if (event.clientY < top + height / 2) over.before(dragged);
  else over.after(dragged);
});
list?.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
list?.addEventListener("dragend", (event) => {
  if (!dragged) return;
  const row = dragged;
  delete row.dataset.dragged;
  dragged = null;
  if (event.dataTransfer.dropEffect === "none") restore(sent);
  else save(row);
});

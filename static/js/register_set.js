/** Rows of a register set: added, removed, moved by arrows or dragged by their dots. What is saved is their order in the page. */
import { announce } from "./notify.js";

const form = document.querySelector("[data-dividers]");
const rows = form.querySelector("[data-rows]");
let dragged;

const changed = () => form.dispatchEvent(new Event("input", { bubbles: true })); // for the guard of unsaved entries

function tell(row) {
  const place = [...rows.children].indexOf(row) + 1;
  announce(`${row.querySelector("[name=divider]").value} ${form.dataset.moved.replace("{place}", place)}`);
  changed();
}

function step(row, down) {
  const other = down ? row.nextElementSibling : row.previousElementSibling;
  if (!other) return;
  if (down) other.after(row);
  else other.before(row);
  row.querySelector(down ? "[data-down]" : "[data-up]").focus(); // the row has left its place and the focus with it
  tell(row);
}

function remove(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (next?.querySelector("[name=divider]") ?? form.querySelector("[data-add]")).focus();
  changed();
}

form.addEventListener("click", (event) => {
  const row = event.target.closest("[data-divider]");
  if (event.target.closest("[data-up]")) step(row, false);
  if (event.target.closest("[data-down]")) step(row, true);
  if (event.target.closest("[data-remove]")) remove(row);
  if (event.target.closest("[data-add]")) {
    rows.append(form.querySelector("template").content.cloneNode(true));
    rows.lastElementChild.querySelector("[name=divider]").focus();
  }
});

rows.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-divider]");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", ""); // without data some browsers drag nothing
  event.dataTransfer.setDragImage(dragged, 12, 12);
  dragged.classList.add("divider--dragged");
});
rows.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-divider]");
  if (!dragged || !over) return;
  event.preventDefault();
  if (over === dragged) return;
  const { top, height } = over.getBoundingClientRect();
  if (event.clientY < top + height / 2) over.before(dragged);
  else over.after(dragged);
});
rows.addEventListener("drop", (event) => event.preventDefault());
rows.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("divider--dragged");
  tell(dragged);
  dragged = undefined;
});

/**
 * Moving documents in the contents: dragging them, and Ctrl+X / Ctrl+V. Everything is sent at once and can be undone, also by Ctrl+Z.
 * What is cut out the server remembers, so that it can be put into another file and in another window; the list shows it (#cut-bar).
 */
import { announce, csrfToken, toast, words } from "../notify.js";

const say = words("binder-words");
const OWN = "application/x-eakte-documents";
const idOf = (row) => row.querySelector(".contents__link").dataset.document;
const bar = () => document.getElementById("cut-bar");
const titleOf = (row) => row.querySelector(".contents__title").textContent;

async function send(address, fields) {
  const answer = await fetch(address, { method: "POST", body: fields, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" } }).catch(() => null);
  const sentence = answer && (answer.ok || answer.status === 409) ? await answer.text() : say(answer?.status === 404 ? "outOfReach" : "noConnection");
  document.dispatchEvent(new CustomEvent("documents:changed"));
  return { done: Boolean(answer?.ok), sentence };
}

/** Have the list renewed; at most a moment, for one that is as it was tells nothing. */
const fresh = () => new Promise((done) => {
  document.addEventListener("documents:refreshed", done, { once: true });
  document.dispatchEvent(new CustomEvent("documents:changed"));
  setTimeout(done, 1500);
});

export class Carry {
  constructor(binder) {
    this.binder = binder;
    this.address = binder.dataset.move;
    this.cut = [];
    binder.addEventListener("dragstart", (event) => this.start(event));
    binder.addEventListener("dragover", (event) => this.over(event));
    binder.addEventListener("dragend", () => this.mark(null));
    binder.addEventListener("drop", (event) => this.drop(event));
    document.addEventListener("documents:refreshed", () => this.show());
    this.show();
  }

  /** The rows that are meant: all that are ticked, or the one that was taken hold of. */
  meant(row) {
    const ticked = [...this.binder.querySelectorAll(".contents__check:checked")].map((box) => box.closest("li"));
    return ticked.includes(row) || !row ? ticked : [row];
  }

  start(event) {
    const row = event.target.closest?.("li[data-state]");
    if (!row) return;
    this.dragged = this.meant(row).map(idOf);
    event.dataTransfer.setData(OWN, this.dragged.join(" "));
    event.dataTransfer.effectAllowed = "move";
  }

  place(event) {
    if (!event.dataTransfer?.types.includes(OWN)) return null;
    const register = event.target.closest?.(".contents__register");
    return register && { register, row: event.target.closest("li[data-state]") };
  }

  over(event) {
    const place = this.place(event);
    if (!place) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    this.mark(place.row ?? place.register);
  }

  drop(event) {
    const place = this.place(event);
    this.mark(null);
    if (!place) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const moved = event.dataTransfer.getData(OWN).split(" ");
    if (place.row && moved.includes(idOf(place.row))) return;
    this.move(moved, place.register, place.row);
  }

  mark(place) {
    this.binder.querySelectorAll("[data-drop-here]").forEach((other) => other.removeAttribute("data-drop-here"));
    if (place) place.dataset.dropHere = "";
  }

  async cutOut(row) {
    const rows = this.meant(row);
    if (!rows.length) return;
    this.cut = rows.map(idOf);
    this.show();
    const what = rows.length === 1 ? titleOf(rows[0]) : say("documents", { count: rows.length });
    const fields = new FormData();
    for (const id of this.cut) fields.append("dokument", id);
    const { done, sentence } = await (this.sending = send(this.binder.dataset.cut, fields));
    if (!done) this.cut = [];
    toast(done ? say("cut", { what }) : sentence);
  }

  /** Put in what was cut out, here or in another file; when the list does not show it yet, it is asked for anew. */
  async paste(row, register) {
    await this.sending;
    if (!bar()) await fresh();
    if (!bar()) return announce(say("nothingCut"));
    const own = bar().dataset.documents?.split(" ") ?? [];
    return this.move(null, register, row && !own.includes(idOf(row)) ? row : null, bar().dataset.move);
  }

  show() {
    if (bar()?.dataset.documents) this.cut = bar().dataset.documents.split(" ");
    else if (bar()) this.cut = [];
    for (const row of this.binder.querySelectorAll("li[data-state]")) row.toggleAttribute("data-cut", this.cut.includes(idOf(row)));
  }

  /** Send documents (null: those that were cut out) to a place of this file. */
  async move(documents, register, row, address = this.address) {
    const fields = new FormData();
    for (const id of documents ?? []) fields.append("dokument", id);
    if (!documents) fields.set("ausgeschnitten", "1");
    fields.set("ziel", this.binder.dataset.file);
    fields.set("register", register.dataset.register);
    if (row) fields.set("ueber", idOf(row));
    if (register.dataset.volume) fields.set("band", register.dataset.volume);
    const { done, sentence } = await send(address, fields);
    if (done) this.cut = [];
    toast(sentence, done ? { action: { label: say("undo"), run: () => this.undo() } } : {});
  }

  async undo() {
    toast((await send(this.binder.dataset.undo, new FormData())).sentence);
  }
}

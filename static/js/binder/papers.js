/** What is done with documents from the contents: their menu, new versions, checking out and in, cancelling and discarding with undo, selecting. */
import { announce, csrfToken, toast, words } from "../notify.js";

const say = words("binder-words");
const titleOf = (row) => row.querySelector(".contents__title").textContent;
const pathOf = (row) => JSON.parse(document.getElementById("binder-manifest").textContent).properties.replace("{document}", row.querySelector(".contents__link").dataset.document);
const changed = () => document.dispatchEvent(new CustomEvent("documents:changed"));

/** Send an act; "" if it is done, else the sentence that says why not. */
async function send(address, fields = new FormData()) {
  const answer = await fetch(address, { method: "POST", body: fields, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok) return "";
  if (answer?.status === 413) return say("tooLarge", { limit: document.getElementById("uploads").dataset.limit });
  return (answer?.status === 409 && (await answer.text())) || say("noConnection");
}

/** A dialog about one document that sends its own form and stays open, with the sentence, when it is refused. */
function ask(dialog, row, address, done, fill = () => {}) {
  const form = dialog.querySelector("form");
  const refusal = dialog.querySelector("[role=alert]");
  refusal.hidden = true;
  form.reset();
  dialog.querySelector("[data-of]").textContent = titleOf(row);
  form.onsubmit = async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const fields = new FormData(form);
    fill(fields);
    refusal.textContent = await send(address, fields);
    refusal.hidden = !refusal.textContent;
    if (!refusal.hidden) return;
    dialog.close();
    done();
    changed();
  };
  dialog.showModal();
}

/** A new version: of a file that was dropped on the document, or of one to be chosen. `instead` files it as a document of its own. */
export function askVersion(row, dropped = null, instead = null) {
  const dialog = document.getElementById("new-version");
  const [name, chooser, other] = ["[data-dropped]", "[data-file-field]", "[data-as-document]"].map((part) => dialog.querySelector(part));
  name.hidden = !dropped;
  name.querySelector("[data-name]").textContent = dropped?.name ?? "";
  chooser.hidden = Boolean(dropped);
  chooser.querySelector("input").required = !dropped;
  other.hidden = !instead;
  other.onclick = () => { dialog.close(); instead(); };
  const title = titleOf(row);
  ask(dialog, row, `${pathOf(row)}fassungen/`, () => toast(say("versionFiled", { title })), (fields) => { if (dropped) fields.set("content", dropped, dropped.name); });
}

export class Papers {
  constructor(binder, stream) {
    Object.assign(this, { binder, stream, popover: document.getElementById("document-menu"), bar: document.getElementById("selection"), chosen: new Set() });
    this.popover.addEventListener("keydown", (event) => this.walk(event));
    this.popover.addEventListener("toggle", (event) => { if (event.newState === "closed" && this.popover.contains(document.activeElement)) this.row?.querySelector(".contents__more").focus(); });
    binder.addEventListener("change", (event) => { if (event.target.matches(".contents__check")) this.count(event.target); });
    document.addEventListener("documents:refreshed", () => { if (this.selecting) this.boxes(); });
  }

  /** The row of a button, of the menu that is open, or of the document in view. */
  rowOf(button) {
    const row = button?.closest?.("li[data-state]");
    if (row) return row;
    if (button && this.popover.contains(button)) return document.getElementById(this.row.id) ?? this.row;
    const id = this.stream.leaves[this.stream.current]?.document?.id;
    return id ? document.getElementById(`document-${id}`) : null;
  }

  menu(button) {
    const row = this.rowOf(button);
    if (!row) return;
    this.row = row;
    this.popover.querySelector("[data-menu-title]").textContent = titleOf(row);
    for (const link of this.popover.querySelectorAll("[data-menu-link]")) link.href = pathOf(row) + link.dataset.menuLink;
    for (const link of this.popover.querySelectorAll("[data-menu-move]")) link.search = `?dokument=${row.querySelector(".contents__link").dataset.document}`;
    for (const item of this.popover.querySelectorAll("[data-unless-held], [data-only-held], [data-of-draft]")) item.hidden = !this.fits(item.dataset, row.dataset);
    const more = row.querySelector(".contents__more");
    more.scrollIntoView({ block: "nearest" });
    this.popover.showPopover();
    const place = more.getBoundingClientRect();
    this.popover.style.top = `${Math.max(8, Math.min(place.bottom + 4, innerHeight - this.popover.offsetHeight - 8))}px`;
    this.popover.style.left = `${Math.max(8, Math.min(place.left, innerWidth - this.popover.offsetWidth - 8))}px`;
    this.items()[0].focus();
  }

  /** Whether an act of the menu is one for this row: who has it checked out, and whether it is a draft. */
  fits({ unlessHeld, onlyHeld, ofDraft }, { held = "", draft }) {
    if (unlessHeld?.split(" ").includes(held) || (onlyHeld && onlyHeld !== held)) return false;
    return !ofDraft || (ofDraft === "only") === (draft !== undefined);
  }

  items() {
    return [...this.popover.querySelectorAll("a, button")].filter((item) => !item.hidden);
  }

  walk(event) {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const items = this.items();
    items[(items.indexOf(document.activeElement) + way + items.length) % items.length].focus();
  }

  properties(button) {
    const row = this.rowOf(button);
    if (row) location.assign(pathOf(row));
  }

  /** Bring the sheets of a document onto the desk. */
  show(button) {
    const row = this.rowOf(button);
    this.popover.hidePopover();
    const id = row?.querySelector(".contents__link").dataset.document;
    if (this.stream.leaves[this.stream.current]?.document?.id === id) return;
    const leaf = this.stream.leaves.find((one) => one.document?.id === id);
    if (leaf) this.stream.go(leaf.index);
  }

  newVersion(button) {
    const row = this.rowOf(button);
    this.popover.hidePopover();
    askVersion(row);
  }

  async act(button, path, sentence) {
    const row = this.rowOf(button);
    this.popover.hidePopover();
    const title = titleOf(row);
    toast((await send(pathOf(row) + path)) || say(sentence, { title }));
    changed();
  }

  checkOut(button) { return this.act(button, "auschecken/", "checkedOut"); }

  checkIn(button) { return this.act(button, "einchecken/", "checkedIn"); }

  registerDraft(button) { return this.act(button, "registrieren/", "registered"); }

  /** The button of a message that takes back what was cancelled or discarded. */
  undo(title, path) {
    const run = async () => {
      toast((await send(`${path}wiederherstellen/`)) || say("restored", { title }));
      changed();
    };
    return { action: { label: say("undo"), run } };
  }

  cancel(button) {
    const row = this.rowOf(button);
    const [title, path] = [titleOf(row), pathOf(row)];
    this.popover.hidePopover();
    ask(document.getElementById("cancel-document"), row, `${path}stornieren/`, () => toast(say("cancelled", { title }), this.undo(title, path)));
  }

  /** A draft is thrown away without a reason, at once; it can be taken back. */
  async discardDraft(button) {
    const row = this.rowOf(button);
    const [title, path] = [titleOf(row), pathOf(row)];
    this.popover.hidePopover();
    const refused = await send(`${path}verwerfen/`);
    if (refused) toast(refused);
    else toast(say("discarded", { title }), this.undo(title, path));
    changed();
  }

  askForErasure(button) {
    const row = this.rowOf(button);
    const title = titleOf(row);
    this.popover.hidePopover();
    ask(document.getElementById("ask-for-erasure"), row, `${pathOf(row)}loeschen/`, () => toast(say("erasureAsked", { title })));
  }

  // --- Selecting several ---------------------------------------------------------------------------------------------------------
  select() {
    document.getElementById("contents-menu").hidePopover();
    this.selecting = !this.selecting;
    this.bar.hidden = !this.selecting;
    this.chosen.clear();
    this.binder.querySelectorAll(".contents__check").forEach((box) => box.remove());
    if (!this.selecting) return;
    this.boxes();
    this.count();
    this.binder.querySelector(".contents__check")?.focus();
  }

  boxes() {
    for (const row of this.binder.querySelectorAll("li[data-state]")) {
      if (row.querySelector(".contents__check")) continue;
      const box = document.createElement("input");
      const id = row.querySelector(".contents__link").dataset.document;
      Object.assign(box, { type: "checkbox", className: "contents__check", name: "dokument", value: id, checked: this.chosen.has(id) });
      box.setAttribute("form", "selection");
      box.setAttribute("aria-label", say("select", { title: titleOf(row) }));
      row.prepend(box);
    }
  }

  count(box) {
    if (box?.checked) this.chosen.add(box.value);
    else if (box) this.chosen.delete(box.value);
    const sentence = say("selected", { count: this.chosen.size });
    this.bar.querySelector(".selection__count").textContent = sentence;
    this.bar.querySelectorAll("[type=submit]").forEach((button) => { button.disabled = this.chosen.size < (button.dataset.least ?? 1); });
    if (box) announce(sentence);
  }
}

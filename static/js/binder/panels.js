/** Panels that are opened when wanted: thumbnails, and the sheet's text. */
import { address } from "./pictures.js";
import { el } from "./sheet.js";
import { linesOf } from "./words.js";

const CELL = 168; // height of a thumbnail's place in CSS pixels

/** A strip of small pictures; only those in sight are in the page. */
export class Thumbnails {
  constructor(panel, stream, say) {
    Object.assign(this, { panel, stream, say, strip: panel.querySelector(".thumbnails"), shown: new Map() });
    this.strip.addEventListener("scroll", () => this.draw(), { passive: true });
    this.strip.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-sheet]");
      if (cell) stream.goToSheet(Number(cell.dataset.sheet));
    });
    this.strip.addEventListener("keydown", (event) => {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      stream.step(way, (leaf) => leaf.kind === "sheet");
    });
    stream.addEventListener("current", ({ detail }) => this.mark(detail));
  }

  open() {
    const last = this.strip.querySelector(".thumbnails__end") ?? this.strip.appendChild(el("div", "thumbnails__end"));
    last.style.top = `${this.stream.sheets * CELL}px`;
    this.mark(this.stream.leaves[this.stream.current]);
    this.draw();
  }

  mark(leaf) {
    if (this.panel.hidden || !leaf?.sheet) return;
    const top = (leaf.sheet - 1) * CELL;
    if (top < this.strip.scrollTop || top + CELL > this.strip.scrollTop + this.strip.clientHeight) this.strip.scrollTop = top - this.strip.clientHeight / 2 + CELL / 2;
    this.draw();
    this.strip.querySelectorAll("[aria-selected=true]").forEach((cell) => cell.setAttribute("aria-selected", "false"));
    this.shown.get(leaf.sheet)?.setAttribute("aria-selected", "true");
    this.strip.setAttribute("aria-activedescendant", `thumbnail-${leaf.sheet}`);
  }

  draw() {
    if (this.panel.hidden) return;
    const from = Math.max(1, Math.floor(this.strip.scrollTop / CELL));
    const to = Math.min(this.stream.sheets, Math.ceil((this.strip.scrollTop + this.strip.clientHeight) / CELL) + 1);
    for (const [sheet, cell] of this.shown) {
      if (sheet >= from && sheet <= to) continue;
      cell.remove();
      this.shown.delete(sheet);
    }
    for (let sheet = from; sheet <= to; sheet += 1) if (!this.shown.has(sheet)) this.shown.set(sheet, this.strip.appendChild(this.cell(sheet)));
  }

  cell(sheet) {
    const leaf = this.stream.leaves[this.stream.bySheet.get(sheet)];
    const { manifest } = this.stream;
    const cell = el("div", "thumbnail");
    Object.assign(cell.dataset, { sheet, colour: leaf.register?.colour ?? "" });
    cell.id = `thumbnail-${sheet}`;
    cell.setAttribute("role", "option");
    cell.setAttribute("aria-selected", String(this.stream.leaves[this.stream.current]?.sheet === sheet));
    cell.setAttribute("aria-label", this.say("sheet", { sheet, title: leaf.document.title, page: leaf.page, pages: leaf.document.pages.length }));
    cell.style.top = `${(sheet - 1) * CELL}px`;
    const picture = el("img");
    picture.alt = "";
    picture.decoding = "async";
    picture.src = address(manifest.thumbnail ?? manifest.image, { document: leaf.document.id, version: leaf.document.version, page: leaf.page, width: 240 });
    cell.append(picture, el("span", "", String(sheet)));
    return cell;
  }
}

/** The text of the sheet in view, to read and to copy. */
export class SheetText {
  constructor(panel, stream, words, say) {
    Object.assign(this, { panel, stream, words, say, place: panel.querySelector(".sheet-text") });
    stream.addEventListener("settled", () => this.open());
  }

  async open() {
    const leaf = this.stream.leaves[this.stream.current];
    if (this.panel.hidden || !leaf || this.sheet === leaf.index) return undefined;
    this.sheet = leaf.index;
    if (leaf.kind !== "sheet") return this.place.replaceChildren(el("p", "muted", this.say("noText")));
    const lines = linesOf(await this.words.of(leaf));
    if (this.sheet !== leaf.index) return undefined;
    this.place.replaceChildren(el("h3", "", this.say("sheet", { sheet: leaf.sheet, title: leaf.document.title, page: leaf.page, pages: leaf.document.pages.length })));
    for (const line of lines.length ? lines : [this.say("noText")]) this.place.append(el("p", "", line));
    return undefined;
  }
}

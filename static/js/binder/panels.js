/** Panels that are opened when wanted: thumbnails, and the sheet's text. */
import { address } from "./pictures.js";
import { el, inWords } from "./sheet.js";
import { linesOf } from "./words.js";

const CELL = 168; // height of a thumbnail's place in CSS pixels
const BREAK = 34; // and of a register's name above its first one

/** A strip of small pictures with the registers' names between them; only those in sight are in the page. */
export class Thumbnails {
  constructor(panel, stream, say) {
    Object.assign(this, { panel, stream, say, strip: panel.querySelector(".thumbnails"), shown: new Map(), rows: [] });
    this.strip.addEventListener("scroll", () => this.draw(), { passive: true });
    this.strip.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-leaf]");
      if (cell) stream.go(Number(cell.dataset.leaf));
    });
    this.strip.addEventListener("keydown", (event) => {
      const screen = Math.max(1, Math.floor(this.strip.clientHeight / CELL));
      const way = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: screen, PageUp: -screen, Home: -Infinity, End: Infinity }[event.key];
      if (!way || event.altKey || event.ctrlKey) return;
      event.preventDefault();
      this.measure();
      const cells = this.rows.map((row) => row.leaf.index).filter((index) => stream.leaves[index].kind !== "divider");
      const here = cells.findLastIndex((index) => index <= stream.current);
      if (cells.length) stream.go(cells[Math.max(0, Math.min(cells.length - 1, here + way))]);
    });
    for (const sign of ["current", "marked"]) stream.addEventListener(sign, () => this.mark());
  }

  open() {
    this.mark();
    this.draw();
  }

  /** Where everything is to lie, anew when the file has changed. */
  measure() {
    if (this.leaves === this.stream.leaves) return;
    this.leaves = this.stream.leaves;
    this.shown.forEach((cell) => cell.remove());
    this.shown.clear();
    let top = 0;
    this.rows = this.leaves.filter((leaf) => ["sheet", "stand"].includes(leaf.kind) || (leaf.kind === "divider" && (leaf.to >= leaf.from || this.leaves[leaf.index + 1]?.stand))).map((leaf) => {
      const row = { leaf, top };
      top += leaf.kind === "divider" ? BREAK : CELL;
      return row;
    });
    const last = this.strip.querySelector(".thumbnails__end") ?? this.strip.appendChild(el("div", "thumbnails__end"));
    last.style.top = `${top}px`;
  }

  mark() {
    if (this.panel.hidden) return;
    this.measure();
    const leaf = this.stream.leaves[this.stream.current];
    const row = this.rows.find((one) => one.leaf === leaf);
    if (!row) return;
    const { scrollTop, clientHeight } = this.strip;
    if (row.top < scrollTop || row.top + CELL > scrollTop + clientHeight) this.strip.scrollTop = row.top - clientHeight / 2 + CELL / 2;
    this.draw();
    for (const [index, cell] of this.shown) if (cell.id) cell.setAttribute("aria-selected", String(index === leaf.index));
    this.shown.get(leaf.index)?.toggleAttribute("data-marked", leaf.marked);
    if (leaf.kind !== "divider") this.strip.setAttribute("aria-activedescendant", this.nameOf(leaf));
  }

  draw() {
    if (this.panel.hidden) return;
    this.measure();
    const { scrollTop, clientHeight } = this.strip;
    const seen = this.rows.filter(({ top }) => top > scrollTop - CELL && top < scrollTop + clientHeight + CELL);
    const wanted = new Set(seen.map(({ leaf }) => leaf.index));
    for (const [index, cell] of this.shown) {
      if (wanted.has(index)) continue;
      cell.remove();
      this.shown.delete(index);
    }
    for (const row of seen) if (!this.shown.has(row.leaf.index)) this.shown.set(row.leaf.index, this.strip.appendChild(row.leaf.kind === "divider" ? this.break(row) : this.cell(row)));
  }

  nameOf(leaf) {
    return `thumbnail-${leaf.sheet ?? leaf.stand.id}`;
  }

  break({ leaf, top }) {
    const line = el("div", "thumbnails__register", leaf.name);
    Object.assign(line.dataset, { leaf: leaf.index, colour: leaf.register.colour });
    line.setAttribute("aria-hidden", "true"); // what is chosen says its register
    line.style.top = `${top}px`;
    return line;
  }

  cell({ leaf, top }) {
    const { manifest } = this.stream;
    const cell = el("div", "thumbnail");
    Object.assign(cell.dataset, { leaf: leaf.index, colour: leaf.register?.colour ?? "" });
    cell.id = this.nameOf(leaf);
    cell.setAttribute("role", "option");
    cell.setAttribute("aria-selected", String(this.stream.current === leaf.index));
    cell.setAttribute("aria-label", [leaf.stand ? `${this.say(leaf.stand.kind)}: ${leaf.stand.title}` : inWords(leaf, this.say), leaf.register && this.say("register", { name: leaf.register.name })].filter(Boolean).join(", "));
    cell.toggleAttribute("data-marked", leaf.marked);
    cell.style.top = `${top}px`;
    if (leaf.stand) {
      cell.append(el("span", "thumbnail__stand", this.say(leaf.stand.kind)));
      return cell;
    }
    cell.dataset.sheet = leaf.sheet;
    const picture = el("img");
    picture.alt = "";
    picture.decoding = "async";
    picture.src = address(manifest.thumbnail ?? manifest.image, { document: leaf.document.id, version: leaf.document.version, page: leaf.page, width: 240 });
    const number = el("span", "thumbnail__number", String(leaf.sheet));
    if (leaf.folio) number.dataset.folio = this.say("folioShort", { folio: leaf.folio }); // for the eyes: the label says it in full
    cell.append(picture, number);
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
    if (leaf.stand) return this.place.replaceChildren(...[this.say(leaf.stand.kind), leaf.stand.title, ...leaf.stand.lines].map((line) => el("p", "", line)));
    if (leaf.kind !== "sheet") return this.place.replaceChildren(el("p", "muted", this.say("noText")));
    const lines = linesOf(await this.words.of(leaf));
    if (this.sheet !== leaf.index) return undefined;
    this.place.replaceChildren(el("h3", "", inWords(leaf, this.say)));
    for (const line of lines.length ? lines : [this.say("noText")]) this.place.append(el("p", "", line));
    return undefined;
  }
}

/** The stream of leaves: fixed boxes, a handful of elements in the page, look-ahead in the direction of leafing. */
import { GAP, ROOMY, leafAt, leavesOf, rowEnd, rowStart, stack } from "./leaves.js";
import { Pictures, address, widthFor } from "./pictures.js";
import { clear, elementOf, paint, trouble } from "./sheet.js";

const AHEAD = 1; // sheets decoded beyond the ones in the page (which reach one beyond the window): each is some ten megabytes
const SETTLE = 110; // milliseconds without scrolling until words and tiles are fetched

/** What makes a leaf the same one in a newer manifest; anything its element shows is part of it. */
const nameOf = ({ kind, register, document: paper, stand, page, sheet, count, to, folio }) => [kind, register?.id, stand?.id, stand?.title, stand?.lines, paper?.id, paper?.version, paper?.state, paper?.title, paper?.stamp, paper?.marks, page, sheet, count, to, folio].join();

export class Stream extends EventTarget {
  constructor(view, manifest, say) {
    super();
    Object.assign(this, { view, say, boxes: [], live: new Map(), turns: new Map(), pictures: new Pictures(), zoom: "width", current: -1, direction: 1, goal: null, pairs: false });
    this.stream = view.querySelector(".binder-stream");
    this.read(manifest);
    let waiting = false;
    view.addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; this.update(); });
    }, { passive: true });
    for (const sign of ["wheel", "pointerdown", "touchstart"]) view.addEventListener(sign, () => { this.goal = null; }, { passive: true });
    new ResizeObserver(() => this.layout()).observe(view);
  }

  /** Take a manifest: at the start, and again when documents have become readable. The leaf in view stays in view. */
  read(manifest) {
    const old = this.leaves ?? [];
    const before = old[this.current];
    this.manifest = manifest;
    for (const paper of manifest.documents) paper.original = address(manifest.original, { document: paper.id });
    Object.assign(this, leavesOf(manifest));
    this.bySheet = new Map(this.leaves.filter((leaf) => leaf.kind === "sheet").map((leaf) => [leaf.sheet, leaf.index]));
    if (!before) return;
    const now = new Map(this.leaves.map((leaf) => [nameOf(leaf), leaf.index]));
    const live = [...this.live];
    this.live.clear();
    for (const [index, element] of live) {
      const place = now.get(nameOf(old[index]));
      if (place === undefined) clear(element);
      else this.live.set(place, element);
    }
    this.turns = new Map([...this.turns].map(([index, turned]) => [now.get(nameOf(old[index])), turned]));
    const same = now.get(nameOf(before)) ?? this.leaves.find((leaf) => leaf.document && leaf.document.id === before.document?.id)?.index ?? Math.min(this.current, this.leaves.length - 1);
    const offset = this.view.scrollTop - this.boxes[this.current].top;
    this.current = -1;
    this.goal = null;
    this.layout(same);
    this.view.scrollTop = this.boxes[same].top + offset; // what arrived above does not push away what is being read
    this.update();
  }

  room() {
    const { clientWidth: width, clientHeight: height } = this.view;
    return { width, height, margin: width < 640 ? 14 : 52, two: this.pairs && width >= ROOMY };
  }

  /** Compute all boxes anew and stay at the same place of the same leaf (or go to `index`). */
  layout(index = null) {
    const room = this.room();
    if (!room.width || !this.leaves.length) return;
    const anchor = index ?? Math.max(0, this.current);
    const box = this.boxes[anchor];
    const share = index === null && box ? (this.view.scrollTop - box.top) / box.height : null;
    const size = stack(this.leaves, this.zoom, room, this.turns, this.boxes);
    this.two = room.two;
    this.view.parentElement.style.setProperty("--sheet", `${size.across}px`);
    this.stream.style.height = `${size.height}px`;
    this.stream.style.width = `${Math.max(size.width, room.width)}px`;
    this.width = Math.max(size.width, room.width);
    for (const [place, element] of this.live) this.place(place, element);
    const fresh = this.boxes[anchor];
    if (share !== null && this.goal === null) this.view.scrollTop = fresh.top + share * fresh.height;
    else this.show(this.goal ?? anchor);
    this.update();
    this.dispatchEvent(new Event("layout"));
  }

  place(index, element) {
    const { top, left, width, height } = this.boxes[index];
    const style = element.style;
    style.top = `${top}px`;
    style.left = `${Math.round(this.width / 2 + left)}px`;
    style.width = `${width}px`;
    style.height = `${height}px`;
    const turned = this.turns.get(index) ?? 0;
    const paper = element.querySelector(".leaf__paper");
    if (!paper) return;
    const flat = turned % 180 !== 0;
    paper.style.width = `${flat ? height : width}px`;
    paper.style.height = `${flat ? width : height}px`;
    paper.style.rotate = turned ? `${turned}deg` : "";
    paper.style.translate = flat ? `${(width - height) / 2}px ${(height - width) / 2}px` : "";
  }

  url(index) {
    const { document: paper, page } = this.leaves[index];
    const box = this.boxes[index];
    const flat = (this.turns.get(index) ?? 0) % 180 !== 0;
    const pixels = (flat ? box.height : box.width) * devicePixelRatio;
    return address(this.manifest.image, { document: paper.id, version: paper.version, page, width: widthFor(pixels) });
  }

  mount(index, priority) {
    const leaf = this.leaves[index];
    let element = this.live.get(index);
    if (!element) {
      element = elementOf(leaf, this.say);
      this.place(index, element);
      const after = [...this.live.keys()].filter((other) => other > index).sort((a, b) => a - b)[0];
      this.stream.insertBefore(element, this.live.get(after) ?? null); // the order in the page is the order of reading
      this.live.set(index, element);
    }
    if (leaf.kind === "sheet" && priority) this.picture(index, element, priority);
  }

  picture(index, element, priority) {
    const url = this.url(index);
    if (element.dataset.shown === url || element.dataset.asked === url) return;
    element.dataset.asked = url;
    const take = (bitmap) => {
      if (this.live.get(index) !== element || element.dataset.asked !== url) return; // gone, or another size is wanted by now
      delete element.dataset.asked;
      this.pictures.handOver(url);
      paint(element, bitmap, url);
      performance.mark(`sheet-${this.leaves[index].sheet}`);
      this.dispatchEvent(new Event("shown"));
      if (this.hurry) requestAnimationFrame(() => this.update()); // now there is time for what lies ahead
    };
    const ready = this.pictures.ready(url);
    if (ready) return take(ready);
    this.pictures.get(url, priority).then(take, (reason) => {
      if (element.dataset.asked === url) delete element.dataset.asked;
      if (reason.name !== "AbortError" && this.live.get(index) === element) trouble(element, this.say, () => this.picture(index, element, "high"));
    });
  }

  /** Bring the page in step with the scroll position: what is in view, what is near, what is current. */
  update() {
    const { scrollTop, clientHeight } = this.view;
    const first = rowStart(this.boxes, leafAt(this.boxes, scrollTop + GAP));
    const last = leafAt(this.boxes, scrollTop + clientHeight - 1);
    const from = rowStart(this.boxes, Math.max(0, first - 1));
    const to = rowEnd(this.boxes, Math.min(this.leaves.length - 1, last + 1));
    for (const [index, element] of this.live) {
      if (index >= from && index <= to) continue;
      this.live.delete(index);
      clear(element);
    }
    // At the very top it is the first one, however short: into its register goes what is uploaded to an empty file.
    const current = this.goal ?? rowStart(this.boxes, leafAt(this.boxes, scrollTop && scrollTop + clientHeight * 0.4));
    if (current !== this.current) {
      this.direction = current >= this.current ? 1 : -1;
      this.current = current;
      this.dispatchEvent(new CustomEvent("current", { detail: this.leaves[current] }));
    }
    for (let index = first; index <= last; index += 1) this.mount(index, "high");
    // While a sheet in view is still on its way, nothing else stands in the queue before it.
    this.hurry = [...this.live].some(([index, element]) => index >= first && index <= last && element.dataset.asked);
    for (let index = from; index <= to; index += 1) if (index < first || index > last) this.mount(index, this.hurry ? null : "low");
    this.lookAhead(from, to);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.dispatchEvent(new Event("settled")), SETTLE);
  }

  lookAhead(from, to) {
    const near = new Set();
    for (const [index, element] of this.live) if (this.leaves[index].kind === "sheet" && element.dataset.shown !== this.url(index)) near.add(this.url(index));
    let index = this.direction > 0 ? to : from;
    for (let found = 0; found < AHEAD;) {
      index += this.direction;
      if (index < 0 || index >= this.leaves.length) break;
      if (this.leaves[index].kind !== "sheet") continue;
      found += 1;
      near.add(this.url(index));
    }
    this.pictures.keepOnly(near);
    if (!this.hurry) for (const url of near) this.pictures.get(url, "low").catch(() => {});
  }

  /** Scroll so that a leaf stands at the top. */
  show(index) {
    const { top, left, width } = this.boxes[index];
    const aside = this.two && this.width > this.view.clientWidth ? left + width / 2 : 0; // two large sheets do not fit into the window
    this.view.scrollTop = top - GAP + 8;
    this.view.scrollLeft = (this.width - this.view.clientWidth) / 2 + aside;
  }

  /** Go to a leaf; it stays the current one until the reader scrolls by hand. */
  go(index) {
    if (!this.leaves.length) return;
    this.goal = Math.max(0, Math.min(this.leaves.length - 1, index));
    this.show(this.goal);
    this.update();
  }

  leafOfSheet(sheet) {
    return this.bySheet.get(Math.max(1, Math.min(this.sheets, sheet)));
  }

  goToSheet(sheet) {
    const index = this.leafOfSheet(sheet);
    if (index !== undefined) this.go(index);
  }

  /** Next (1) or previous (−1) leaf that is not a divider, or the next two side by side; with `test`, the next one that passes. */
  step(way, test = (leaf) => leaf.kind !== "divider" && !(this.two && leaf.right)) {
    const here = way < 0 ? rowStart(this.boxes, this.current) : this.current;
    for (let index = here + way; index >= 0 && index < this.leaves.length; index += way) {
      if (test(this.leaves[index])) return this.go(index);
    }
    return undefined;
  }

  resize(zoom) {
    this.zoom = zoom;
    this.layout();
    this.dispatchEvent(new Event("zoom"));
  }

  /** One sheet beside another, or one below another. */
  pair(two) {
    this.pairs = two;
    this.layout(Math.max(0, this.current));
    this.dispatchEvent(new Event("zoom"));
  }

  rotate() {
    const leaf = this.leaves[this.current];
    if (leaf?.kind !== "sheet") return;
    this.turns.set(this.current, ((this.turns.get(this.current) ?? 0) + 90) % 360);
    this.dispatchEvent(new Event("rotate"));
    this.layout(this.current);
  }
}

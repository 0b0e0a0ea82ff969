/** The text of sheets: selectable over the picture, marked where a search hit, and readable on its own. */
import { address } from "./pictures.js";
import { el } from "./sheet.js";

const KEPT = 24; // sheets whose words stay in memory
const RULER = 100; // pixels: letters are measured once at this size

const measure = document.createElement("canvas").getContext("2d");
measure.font = `${RULER}px sans-serif`;

/** Join words to lines: a new line where the next word starts further left, or clearly lower. */
export function linesOf(words) {
  const lines = [];
  let before = null;
  for (const word of words) {
    const fresh = !before || word.y > before.y + before.h * 0.6 || word.x + word.w < before.x;
    if (fresh) lines.push(word.t);
    else lines[lines.length - 1] += ` ${word.t}`;
    before = word;
  }
  return lines;
}

export class Words {
  constructor(stream) {
    this.stream = stream;
    this.known = new Map(); // leaf's address → words
  }

  url(leaf) {
    const { manifest } = this.stream;
    const plain = address(manifest.words, { document: leaf.document.id, version: leaf.document.version, page: leaf.page });
    return manifest.query ? `${plain}${plain.includes("?") ? "&" : "?"}q=${encodeURIComponent(manifest.query)}` : plain;
  }

  /** The words of a sheet: [{t, x, y, w, h, m}] with fractions of the sheet; [] if it has none. */
  of(leaf) {
    const url = this.url(leaf);
    let words = this.known.get(url);
    if (words) return words;
    words = fetch(url, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : []))
      .then((found) => found.words ?? found)
      .catch(() => { this.known.delete(url); return []; });
    this.known.set(url, words);
    if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
    return words;
  }

  /** Lay the text over every sheet in view that has none yet. While it is fetched the list may renew itself: sheets then have other places. */
  async lay() {
    const { live, leaves, view } = this.stream;
    const window = view.getBoundingClientRect();
    const bare = [...live].filter(([index, element]) => {
      const { top, bottom } = element.getBoundingClientRect();
      return leaves[index].kind === "sheet" && !element.dataset.words && bottom >= window.top && top <= window.bottom;
    });
    for (const [, element] of bare) element.dataset.words = "1";
    for (const [index, element] of bare) {
      const words = await this.of(leaves[index]);
      if (element.isConnected) element.querySelector(".leaf__paper").append(this.layer(words, leaves[index]));
    }
    this.stream.dispatchEvent(new Event("words"));
  }

  layer(words, leaf) {
    const layer = el("div", "words");
    layer.lang = "de";
    for (const word of words) {
      const span = el("span", word.m ? "word word--hit" : "word", word.t);
      const style = span.style;
      style.left = `${word.x * 100}%`;
      style.top = `${word.y * 100}%`;
      style.fontSize = `${word.h * 100}cqh`;
      const natural = (measure.measureText(word.t).width / RULER) * word.h * leaf.h;
      if (natural) style.scale = `${((word.w * leaf.w) / natural).toFixed(3)} 1`;
      layer.append(span, " ");
    }
    return layer;
  }
}

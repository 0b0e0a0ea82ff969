/** Large plans under the magnifying glass: when a sheet is shown wider than its widest picture, tiles of full sharpness lie over it. */
import { WIDEST, address } from "./pictures.js";

const TILE = 512; // pixels; the server cuts the sheet, drawn `width` pixels wide, into squares of this size
const MOST = 48; // tiles kept: 48 MB
const MOST_PIXELS = 22400; // steps of two: 2800, 5600, 11200, 22400

/** Part of the unturned sheet (fractions) that a window (fractions of the turned box) shows. */
export function unturned({ left, top, right, bottom }, turned) {
  if (turned === 90) return { left: top, right: bottom, top: 1 - right, bottom: 1 - left };
  if (turned === 180) return { left: 1 - right, right: 1 - left, top: 1 - bottom, bottom: 1 - top };
  if (turned === 270) return { left: 1 - bottom, right: 1 - top, top: left, bottom: right };
  return { left, top, right, bottom };
}

export class Tiles {
  constructor(stream) {
    this.stream = stream;
    this.laid = new Map(); // url → {canvas, controller}
    for (const sign of ["zoom", "rotate"]) stream.addEventListener(sign, () => this.keepOnly(new Set()));
  }

  /** Take away tiles that are not wanted any more, and stop asking for those under way. */
  keepOnly(wanted) {
    for (const [url, { canvas, controller }] of this.laid) {
      if (wanted.has(url) || (canvas.isConnected && wanted.size && this.laid.size <= MOST)) continue;
      controller.abort();
      canvas.width = canvas.height = 0;
      canvas.remove();
      this.laid.delete(url);
    }
  }

  /** Cover what is in view. */
  lay() {
    const { stream } = this;
    const wanted = new Map();
    for (const [index, element] of stream.live) {
      const leaf = stream.leaves[index];
      if (leaf.kind !== "sheet") continue;
      const turned = stream.turns.get(index) ?? 0;
      const box = stream.boxes[index];
      const pixels = (turned % 180 ? box.height : box.width) * devicePixelRatio;
      if (pixels > WIDEST * 1.1) this.seen(leaf, element, turned, pixels).forEach((tile) => wanted.set(tile.url, tile));
    }
    this.keepOnly(wanted);
    for (const tile of wanted.values()) if (!this.laid.has(tile.url)) this.fetch(tile);
  }

  seen(leaf, element, turned, pixels) {
    const window = this.stream.view.getBoundingClientRect();
    const box = element.querySelector(".leaf__paper").getBoundingClientRect();
    const part = unturned({
      left: Math.max(0, (window.left - box.left) / box.width), right: Math.min(1, (window.right - box.left) / box.width),
      top: Math.max(0, (window.top - box.top) / box.height), bottom: Math.min(1, (window.bottom - box.top) / box.height),
    }, turned);
    const width = Math.min(2 ** Math.ceil(Math.log2(pixels / 1400)) * 1400, MOST_PIXELS);
    const height = Math.round((width * leaf.h) / leaf.w);
    const tiles = [];
    for (let y = Math.floor((part.top * height) / TILE); y * TILE < part.bottom * height; y += 1) {
      for (let x = Math.floor((part.left * width) / TILE); x * TILE < part.right * width; x += 1) {
        tiles.push({ element, width, height, x, y, url: address(this.stream.manifest.tiles, { document: leaf.document.id, version: leaf.document.version, page: leaf.page, width, x, y }) });
      }
    }
    return tiles;
  }

  async fetch({ url, element, width, height, x, y }) {
    const canvas = document.createElement("canvas");
    const controller = new AbortController();
    this.laid.set(url, { canvas, controller });
    try {
      const answer = await fetch(url, { signal: controller.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const bitmap = await createImageBitmap(await answer.blob());
      if (controller.signal.aborted) return bitmap.close();
      canvas.className = "tile";
      Object.assign(canvas.style, { left: `${((x * TILE) / width) * 100}%`, top: `${((y * TILE) / height) * 100}%`, width: `${(bitmap.width / width) * 100}%`, height: `${(bitmap.height / height) * 100}%` });
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
      element.querySelector(".leaf__paper canvas").after(canvas);
    } catch {
      if (this.laid.get(url)?.canvas === canvas) this.laid.delete(url); // the softer picture stays: no harm
    }
    return undefined;
  }
}

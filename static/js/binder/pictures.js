/** Pictures of sheets: fetched, decoded off the main thread, kept only while they are near, closed by hand. */

const WIDTHS = [1000, 1400, 2000, 2800]; // what the server makes; wider is a matter of tiles

export const WIDEST = WIDTHS.at(-1);

/** Fill an address like "/{document}/{page}?width={width}". */
export const address = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** Up to how many device pixels each picture is sharp enough. */
export const steps = WIDTHS.map((width) => [width / 0.92, width]);

/** The smallest picture that is sharp at `pixels` device pixels. */
export const widthFor = (pixels) => steps.find(([most]) => pixels <= most)?.[1] ?? WIDEST;

export class Pictures {
  constructor() {
    this.wanted = new Map(); // url → {controller, promise, bitmap}
    const first = window.firstPicture; // first.js has asked for it; if it turns out to be another one, keepOnly() drops it
    if (first) this.keep(first.url, first.controller, first.bitmap);
    window.firstPicture = null;
  }

  /** Ask for a picture; the same question twice is one request. */
  get(url, priority = "low") {
    const known = this.wanted.get(url);
    if (known) return known.promise;
    const controller = new AbortController();
    const picture = fetch(url, { signal: controller.signal, priority })
      .then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.blob();
      })
      .then((blob) => createImageBitmap(blob));
    return this.keep(url, controller, picture);
  }

  keep(url, controller, picture) {
    const entry = { controller, bitmap: null };
    entry.promise = picture.then((bitmap) => {
      if (controller.signal.aborted) {
        bitmap.close();
        throw new DOMException("", "AbortError");
      }
      entry.bitmap = bitmap;
      return bitmap;
    });
    entry.promise.catch(() => { if (this.wanted.get(url) === entry) this.wanted.delete(url); });
    this.wanted.set(url, entry);
    return entry.promise;
  }

  /** The decoded picture, if it is there already. */
  ready(url) {
    return this.wanted.get(url)?.bitmap ?? null;
  }

  /** A canvas has taken the bitmap over. */
  handOver(url) {
    this.wanted.delete(url);
  }

  /** Forget everything but these addresses: abort what is under way, close what is decoded. */
  keepOnly(urls) {
    for (const [url, entry] of this.wanted) {
      if (urls.has(url)) continue;
      entry.controller.abort();
      entry.bitmap?.close();
      this.wanted.delete(url);
    }
  }
}

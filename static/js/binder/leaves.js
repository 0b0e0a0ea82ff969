/** What lies in the binder, in order, and where each leaf stands in the stream. Nothing here touches the page. */

export const CSS_PIXELS_PER_POINT = 96 / 72;
export const A4 = { w: 595, h: 842 };
export const LARGEST_FIT = 1.45; // a receipt is not blown up to the width of the window

export const GAP = 44; // room above every leaf for its caption, in CSS pixels
const DIVIDER = 116;
const CARD = 196;

/**
 * Put registers and documents in a row: dividers, sheets, and cards for documents that have no pages.
 * A leaf is {kind: "divider" | "sheet" | "card", register, document, page, sheet, w, h}; w and h in points.
 */
export function leavesOf(manifest) {
  const leaves = [];
  let sheet = 0;
  const groups = [{ register: null, documents: [] }, ...manifest.registers.map((register) => ({ register, documents: [] }))];
  const byId = new Map(groups.map((group) => [group.register?.id ?? null, group]));
  for (const document of manifest.documents) (byId.get(document.register ?? null) ?? groups[0]).documents.push(document);
  for (const { register, documents } of groups) {
    if (register) leaves.push({ kind: "divider", register, count: documents.length });
    for (const document of documents) {
      const pages = document.pages ?? [];
      if (!pages.length) leaves.push({ kind: "card", register, document });
      pages.forEach(([w, h], index) => {
        sheet += 1;
        leaves.push({ kind: "sheet", register, document, page: index + 1, sheet, w: w || A4.w, h: h || A4.h });
      });
    }
  }
  leaves.forEach((leaf, index) => { leaf.index = index; });
  return { leaves, sheets: sheet };
}

/** The leaf's size on the desk in CSS pixels. `zoom` is "width", "page" or a factor; `turned` is 0, 90, 180 or 270. */
export function sizeOf(leaf, zoom, room, turned = 0) {
  const fit = (w) => Math.min((room.width - 2 * room.margin) / w, LARGEST_FIT);
  const base = A4.w * CSS_PIXELS_PER_POINT;
  if (leaf.kind !== "sheet") {
    const width = Math.round(Math.min(base * (typeof zoom === "number" ? Math.max(0.6, Math.min(zoom, 1.2)) : fit(base)), room.width - 2 * room.margin));
    return { width, height: leaf.kind === "divider" ? DIVIDER : CARD, scale: 1 };
  }
  const flat = turned % 180 !== 0;
  const w = (flat ? leaf.h : leaf.w) * CSS_PIXELS_PER_POINT;
  const h = (flat ? leaf.w : leaf.h) * CSS_PIXELS_PER_POINT;
  let scale = zoom;
  if (zoom === "width") scale = fit(w);
  if (zoom === "page") scale = Math.min(fit(w), (room.height - GAP - 12) / h);
  return { width: Math.round(w * scale), height: Math.round(h * scale), scale };
}

/** Stack the leaves: fills `boxes` with {top, width, height, scale}; returns the stream's size. */
export function stack(leaves, zoom, room, turns, boxes) {
  let top = 0;
  let widest = 0;
  leaves.forEach((leaf, index) => {
    const size = sizeOf(leaf, zoom, room, turns.get(index));
    top += GAP;
    boxes[index] = { top, ...size };
    top += size.height;
    widest = Math.max(widest, size.width);
  });
  boxes.length = leaves.length;
  return { height: top + GAP, width: widest + 2 * room.margin };
}

/** Index of the last leaf whose caption begins at or above `y`. */
export function leafAt(boxes, y) {
  let low = 0;
  let high = boxes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (boxes[middle].top - GAP <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

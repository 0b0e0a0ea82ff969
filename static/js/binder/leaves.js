/** What lies in the binder, in order, and where each leaf stands in the stream. Nothing here touches the page. */

export const CSS_PIXELS_PER_POINT = 96 / 72;
export const A4 = { w: 595, h: 842 };
export const LARGEST_FIT = 1.45; // a receipt is not blown up to the width of the window

export const GAP = 44; // room above every leaf for its caption, in CSS pixels
export const GUTTER = 28; // between two sheets that lie side by side
export const ROOMY = 860; // a desk that is narrower has no room for two
const DIVIDER = 116;
const CARD = 196; // also of what stands in for a paper

/**
 * Put registers and documents in a row: dividers, sheets, cards for documents that have no pages, and what stands in for papers that are
 * not here ("stand": a missing sheet, a cross-reference). That one lies at its place without a number: it is no sheet of the file.
 * A leaf is {kind: "divider" | "sheet" | "card" | "stand", register, document, stand, page, sheet, folio, w, h, right, marked}; w and h in points. `right`: of two
 * sheets side by side it is the second; a document of several sheets begins at the left. A divider has its sheets `from` and `to`, and a `name` that says its volume, too.
 */
export function leavesOf(manifest) {
  const leaves = [];
  const marked = new Set((manifest.bookmarks ?? []).map(String));
  let sheet = 0;
  const standIn = (register, behind) => {
    for (const stand of manifest.stand_ins ?? []) if (stand.behind === behind && (behind || stand.register === (register?.id ?? null))) leaves.push({ kind: "stand", register, stand, marked: false });
  };
  for (const { volume, register, documents } of groupsOf(manifest)) {
    const name = [volume?.name, register?.name].filter(Boolean).join(" · ");
    const divider = { kind: "divider", register, name, count: documents.length, from: sheet + 1 };
    if (register) leaves.push(divider);
    if (!volume?.closed) standIn(register);
    for (const document of documents) {
      const pages = document.pages ?? [];
      if (!pages.length) leaves.push({ kind: "card", register, document });
      pages.forEach(([w, h], index) => {
        sheet += 1;
        const page = index + 1;
        leaves.push({ kind: "sheet", register, document, page, sheet, folio: document.folios?.[index] ?? "", w: w || A4.w, h: h || A4.h, marked: marked.has(`${document.id},${page}`) });
      });
      standIn(register, document.id);
    }
    divider.to = sheet;
  }
  leaves.forEach((leaf, index) => {
    const before = leaves[index - 1];
    leaf.index = index;
    leaf.right = leaf.kind === "sheet" && before?.kind === "sheet" && !before.right && (leaf.page > 1 || leaf.document.pages.length === 1);
  });
  return { leaves, sheets: sheet };
}

/** What lies together, as the server counts it: volume by volume, in each the documents without a register and then the registers, empty ones where something can be filed. */
function groupsOf({ registers, documents, volumes = [null] }) {
  return volumes.flatMap((volume, place) => {
    const groups = [null, ...registers].map((register) => ({ volume, register, documents: [] }));
    const byId = new Map(groups.map((group) => [group.register?.id ?? null, group]));
    for (const document of documents) if (!volume || document.volume === place) (byId.get(document.register ?? null) ?? groups[0]).documents.push(document);
    return volume?.closed ? groups.filter((group) => group.documents.length) : groups;
  });
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

/** The room that one sheet has: half of it where two lie side by side. */
export const roomOf = (room) => (room.two ? { ...room, width: (room.width - GUTTER) / 2 + room.margin } : room);

/** Stack the leaves: fills `boxes` with {top, left (from the middle), width, height, scale}; returns the stream's size and a usual sheet's `across`. */
export function stack(leaves, zoom, room, turns, boxes) {
  const each = roomOf(room);
  let bottom = 0;
  let reach = 0;
  leaves.forEach((leaf, index) => {
    const size = sizeOf(leaf, zoom, leaf.kind === "sheet" ? each : room, turns.get(index));
    const beside = room.two && leaf.right;
    const alone = !room.two || leaf.kind !== "sheet";
    const left = alone ? -size.width / 2 : beside ? GUTTER / 2 : -size.width - GUTTER / 2;
    const top = beside ? boxes[index - 1].top : bottom + GAP;
    boxes[index] = { top, left, ...size };
    bottom = Math.max(beside ? bottom : 0, top + size.height);
    reach = Math.max(reach, -left, left + size.width);
  });
  boxes.length = leaves.length;
  const { width } = sizeOf({ kind: "sheet", ...A4 }, zoom, each);
  return { height: bottom + GAP, width: 2 * (reach + room.margin), across: room.two ? 2 * width + GUTTER : width };
}

/** The first and the last leaf that lie beside this one. */
export const rowStart = (boxes, index) => (boxes[index - 1]?.top === boxes[index]?.top ? index - 1 : index);
export const rowEnd = (boxes, index) => (boxes[index + 1]?.top === boxes[index]?.top ? index + 1 : index);

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

/** One leaf in the stream: a sheet with its picture, a divider, a card for a document without pages, or what stands in for a paper. */

/** Make an element: `el("p", "class", "text")`. */
export function el(name, className = "", text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.querySelector(".icon use").getAttribute("href").split("#")[0]}#${name}`);
  svg.append(use);
  return svg;
};

/** A sheet in words: its number, its folio number if it has one, where it is from, and whether a bookmark is in it. */
export function inWords(leaf, say) {
  const { sheet, folio, page, marked, document: { title, pages } } = leaf;
  const words = say("sheet", { sheet: folio ? `${sheet} (${say("folio", { folio })})` : sheet, title, page, pages: pages.length });
  return marked ? `${words}, ${say("marked")}` : words;
}

function caption(leaf, say) {
  const line = el("div", "leaf__caption");
  const title = el("span", leaf.page === 1 ? "leaf__title" : "leaf__title leaf__title--again", leaf.document.title);
  const pages = leaf.document.pages.length;
  const where = [pages > 1 && say("pageOf", { page: leaf.page, pages }), leaf.page === 1 && !leaf.document.stamp && leaf.document.received_on && say("received", { date: leaf.document.received_on }), leaf.page === 1 && leaf.document.reference];
  line.append(title, el("span", "leaf__where", where.filter(Boolean).join(" · ")));
  if (leaf.page === 1 && leaf.document.stamp) line.append(el("span", "stamp stamp--small", leaf.document.stamp));
  line.append(el("span", "leaf__number", String(leaf.sheet)));
  return line;
}

/** Notes stuck to this sheet: little slips at its edge; a click opens their list. */
function slips(leaf, say) {
  const pile = el("div", "slips");
  for (const { page, text, by } of leaf.document.notes ?? []) {
    if (page !== leaf.page) continue;
    const slip = el("button", "slip");
    slip.type = "button";
    slip.dataset.act = "openNotes";
    slip.setAttribute("aria-label", say("note", { by, text }));
    slip.append(el("span", "slip__text", text), el("span", "slip__by", by));
    pile.append(slip);
  }
  return pile;
}

function sheetElement(leaf, say) {
  const leafElement = el("article", "leaf leaf--sheet");
  leafElement.setAttribute("aria-label", inWords(leaf, say));
  leafElement.toggleAttribute("data-marked", leaf.marked);
  const paper = el("div", "leaf__paper");
  const canvas = el("canvas");
  canvas.setAttribute("aria-hidden", "true"); // the text layer is what is read out
  paper.append(canvas);
  if (leaf.folio) {
    const folio = paper.appendChild(el("span", "leaf__folio", leaf.folio));
    folio.title = say("folio", { folio: leaf.folio });
    folio.setAttribute("aria-hidden", "true"); // the label of the sheet says it
  }
  leafElement.append(caption(leaf, say), paper);
  if (leaf.document.marks) leafElement.append(slips(leaf, say));
  return leafElement;
}

function dividerElement(leaf, say) {
  const divider = el("div", "leaf leaf--divider");
  divider.dataset.colour = leaf.register.colour;
  const count = leaf.count === 1 ? say("document") : leaf.count ? say("documents", { count: leaf.count }) : say("empty");
  const range = leaf.to > leaf.from ? say("sheetsFromTo", { from: leaf.from, to: leaf.to }) : leaf.to === leaf.from ? say("sheetNumber", { sheet: leaf.from }) : "";
  divider.append(el("span", "leaf__holes"), el("h2", "leaf__register", leaf.name), el("span", "leaf__count", [count, range].filter(Boolean).join(" · ")));
  return divider;
}

function cardElement(leaf, say) {
  const { document: paper } = leaf;
  const card = el("article", `leaf leaf--card leaf--${paper.state}`);
  card.setAttribute("aria-label", paper.title);
  const sentence = { received: say("beingRead"), reading: say("beingRead"), failed: paper.failure || say("failed") }[paper.state] ?? (paper.notice || say("noPreview"));
  const link = el("a", "kern-btn kern-btn--secondary kern-btn--small", say("download"));
  link.href = paper.original;
  const body = el("div", "leaf__card");
  body.append(el("p", "leaf__heading", paper.title), el("p", "", sentence), ...(paper.reference ? [el("p", "small muted", paper.reference)] : []), link);
  card.append(icon(paper.state === "failed" ? "alert" : paper.state === "ready" ? "document" : "clock"), body);
  return card;
}

/** What stands in for a paper: a sheet of its own, drawn like the slip of cardboard that is put into a binder. */
function standElement({ stand }, say) {
  const sheet = el("article", `leaf leaf--card leaf--stand leaf--${stand.kind}`);
  sheet.setAttribute("aria-label", `${say(stand.kind)}: ${stand.title}`);
  const body = el("div", "leaf__card");
  body.append(el("p", "leaf__kind", say(stand.kind)), el("p", "leaf__heading", stand.title), ...stand.lines.map((line) => el("p", "", line)));
  if (stand.lives) body.appendChild(el("a", "kern-btn kern-btn--secondary kern-btn--small", say("lives"))).href = stand.lives;
  sheet.append(icon(stand.lives ? "folder-open" : "archive"), body);
  return sheet;
}

/** Build a leaf's element. Its place and size come from the stream. */
export function elementOf(leaf, say) {
  const make = { sheet: sheetElement, divider: dividerElement, card: cardElement, stand: standElement }[leaf.kind];
  const element = make(leaf, say);
  element.dataset.leaf = leaf.index;
  element.tabIndex = -1;
  return element;
}

/** Give a decoded picture to the sheet's canvas: no copy, and the bitmap is closed with it. */
export function paint(element, bitmap, url) {
  const canvas = element.querySelector("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
  element.dataset.shown = url;
  element.querySelector(".leaf__trouble")?.remove();
}

/** Free the canvas' memory at once instead of at the next garbage collection. */
export function clear(element) {
  const canvas = element.querySelector("canvas");
  if (canvas) canvas.width = canvas.height = 0;
  element.remove();
}

/** Say on the sheet that its picture did not come, with a button to ask again. */
export function trouble(element, say, again) {
  if (element.querySelector(".leaf__trouble")) return;
  const note = el("div", "leaf__trouble", say("noPicture"));
  const button = el("button", "kern-btn kern-btn--secondary kern-btn--small", say("tryAgain"));
  button.type = "button";
  button.addEventListener("click", () => { note.remove(); again(); });
  note.append(button);
  element.querySelector(".leaf__paper").append(note);
}

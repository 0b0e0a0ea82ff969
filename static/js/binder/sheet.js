/** One leaf in the stream: a sheet with its picture, a divider, or a card for a document without pages. */

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

function caption(leaf, say) {
  const line = el("div", "leaf__caption");
  const title = el("span", leaf.page === 1 ? "leaf__title" : "leaf__title leaf__title--again", leaf.document.title);
  const pages = leaf.document.pages.length;
  const where = [pages > 1 && say("pageOf", { page: leaf.page, pages }), leaf.page === 1 && leaf.document.received_on && say("received", { date: leaf.document.received_on }), leaf.page === 1 && leaf.document.reference];
  line.append(title, el("span", "leaf__where", where.filter(Boolean).join(" · ")), el("span", "leaf__number", String(leaf.sheet)));
  return line;
}

function sheetElement(leaf, say) {
  const leafElement = el("article", "leaf leaf--sheet");
  leafElement.setAttribute("aria-label", say("sheet", { sheet: leaf.sheet, title: leaf.document.title, page: leaf.page, pages: leaf.document.pages.length }));
  const paper = el("div", "leaf__paper");
  const canvas = el("canvas");
  canvas.setAttribute("aria-hidden", "true"); // the text layer is what is read out
  paper.append(canvas);
  leafElement.append(caption(leaf, say), paper);
  return leafElement;
}

function dividerElement(leaf, say) {
  const divider = el("div", "leaf leaf--divider");
  divider.dataset.colour = leaf.register.colour;
  const count = leaf.count === 1 ? say("document") : leaf.count ? say("documents", { count: leaf.count }) : say("empty");
  divider.append(el("span", "leaf__holes"), el("h2", "leaf__register", leaf.register.name), el("span", "leaf__count", count));
  return divider;
}

function cardElement(leaf, say) {
  const { document: paper } = leaf;
  const card = el("article", `leaf leaf--card leaf--${paper.state}`);
  card.setAttribute("aria-label", paper.title);
  const sentence = { received: say("beingRead"), reading: say("beingRead"), failed: paper.failure || say("failed") }[paper.state] ?? (paper.notice || say("noPreview"));
  const link = el("a", "kern-btn kern-btn--secondary kern-btn--small", say("download"));
  link.href = paper.original;
  link.download = "";
  const body = el("div", "leaf__card");
  body.append(el("p", "leaf__heading", paper.title), el("p", "", sentence), ...(paper.reference ? [el("p", "small muted", paper.reference)] : []), link);
  card.append(icon(paper.state === "failed" ? "alert" : paper.state === "ready" ? "document" : "clock"), body);
  return card;
}

/** Build a leaf's element. Its place and size come from the stream. */
export function elementOf(leaf, say) {
  const make = { sheet: sheetElement, divider: dividerElement, card: cardElement }[leaf.kind];
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

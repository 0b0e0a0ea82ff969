/** A clerk's own bookmarks: a ribbon at the sheet, and a list to jump from. */
import { announce, csrfToken, toast } from "../notify.js";
import { el, inWords } from "./sheet.js";

export class Bookmarks {
  constructor(panel, stream, say) {
    Object.assign(this, { panel, stream, say, list: panel.querySelector(".bookmarks"), button: panel.querySelector("[data-act=bookmark]") });
    this.list.addEventListener("click", (event) => {
      const entry = event.target.closest("[data-leaf]");
      if (entry) stream.go(Number(entry.dataset.leaf));
    });
    stream.addEventListener("current", () => this.draw());
  }

  open() {
    this.draw();
  }

  /** In the order of the sheets, as ribbons hang out of a book. */
  draw() {
    if (this.panel.hidden) return;
    const { leaves, current } = this.stream;
    const held = this.list.contains(document.activeElement) ? document.activeElement.dataset.leaf : null;
    const marked = leaves.filter((leaf) => leaf.marked);
    this.list.replaceChildren(...marked.map((leaf) => {
      const row = el("li");
      const entry = row.appendChild(el("button", "bookmarks__entry"));
      entry.type = "button";
      entry.dataset.leaf = leaf.index;
      if (leaf.index === current) entry.setAttribute("aria-current", "true");
      const number = leaf.folio ? `${this.say("sheetNumber", { sheet: leaf.sheet })} · ${this.say("folio", { folio: leaf.folio })}` : this.say("sheetNumber", { sheet: leaf.sheet });
      entry.append(el("span", "", leaf.document.title), el("span", "muted", number));
      return row;
    }));
    if (!marked.length) this.list.append(el("li", "muted", this.say("noBookmarks")));
    if (held) this.list.querySelector(`[data-leaf="${held}"]`)?.focus();
    const leaf = leaves[current];
    this.button.disabled = leaf?.kind !== "sheet";
    this.button.textContent = this.say(leaf?.marked ? "takeOut" : "putIn");
  }

  /** Put a bookmark in at the sheet in view, or take it out; it is shown at once and taken back if the server does not know of it. */
  async toggle() {
    const leaf = this.stream.leaves[this.stream.current];
    if (leaf?.kind !== "sheet") return announce(this.say("noSheetToMark"));
    this.set(leaf, !leaf.marked);
    announce(`${this.say(leaf.marked ? "marked" : "unmarked")}: ${this.say("sheetNumber", { sheet: leaf.sheet })}`);
    const { manifest } = this.stream;
    const body = JSON.stringify({ document: leaf.document.id, page: leaf.page });
    const headers = { "X-CSRFToken": csrfToken(), "Content-Type": "application/json" };
    const answer = await fetch(`${manifest.bookmarked}${leaf.marked ? "" : "remove/"}`, { method: "POST", headers, body, keepalive: true }).catch(() => null);
    if (!answer?.ok) {
      this.set(leaf, !leaf.marked);
      toast(this.say("notMarked"));
    }
    return undefined;
  }

  set(leaf, marked) {
    const { manifest, live } = this.stream;
    leaf.marked = marked;
    manifest.bookmarks = manifest.bookmarks.filter(([paper, page]) => paper !== leaf.document.id || page !== leaf.page);
    if (marked) manifest.bookmarks.push([leaf.document.id, leaf.page]);
    const element = live.get(leaf.index);
    element?.toggleAttribute("data-marked", marked);
    element?.setAttribute("aria-label", inWords(leaf, this.say));
    this.stream.dispatchEvent(new Event("marked"));
    this.draw();
  }
}

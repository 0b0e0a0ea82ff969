/** Tree view after the WAI-ARIA pattern: one tab stop, arrows, Home, End, *, type-ahead; branches come when they are opened. */
import { announce } from "./notify.js";

const TYPE_AHEAD = 700; // milliseconds

class Tree {
  constructor(tree) {
    this.tree = tree;
    this.typed = "";
    const start = tree.querySelector("[aria-selected=true]") ?? tree.querySelector("[role=treeitem]");
    if (start) start.tabIndex = 0;
    if (start?.getAttribute("aria-selected") === "true") start.scrollIntoView({ block: "nearest" });
    tree.addEventListener("keydown", (event) => this.key(event));
    tree.addEventListener("click", (event) => this.click(event));
  }

  shown() {
    return [...this.tree.querySelectorAll("[role=treeitem]")].filter((item) => !item.closest("[role=group][hidden]"));
  }

  group(item) {
    return item.parentElement.querySelector(":scope > [role=group]");
  }

  parent(item) {
    return item.parentElement.parentElement.closest("li")?.querySelector("[role=treeitem]");
  }

  focus(item) {
    if (!item) return;
    this.tree.querySelectorAll("[tabindex='0']").forEach((other) => { other.tabIndex = -1; });
    item.tabIndex = 0;
    item.focus();
    item.scrollIntoView({ block: "nearest" });
  }

  async open(item) {
    if (item.getAttribute("aria-expanded") !== "false") return;
    const group = this.group(item);
    if (!group.childElementCount) {
      item.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(item.dataset.branch, { headers: { "HX-Request": "true" } });
        if (!answer.ok) throw new Error(String(answer.status));
        group.innerHTML = await answer.text();
        announce(`${item.querySelector(".tree__title").textContent}: ${group.childElementCount}`);
      } catch {
        return location.assign(item.querySelector("a").href); // the page of the unit says what is wrong
      } finally {
        item.removeAttribute("aria-busy");
      }
    }
    group.hidden = false;
    item.setAttribute("aria-expanded", "true");
    return undefined;
  }

  close(item) {
    const group = this.group(item);
    group.hidden = true;
    item.setAttribute("aria-expanded", "false");
    if (group.querySelector("[tabindex='0']")) this.focus(item);
  }

  key(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
    const shown = this.shown();
    const place = shown.indexOf(item);
    const expanded = item.getAttribute("aria-expanded");
    const acts = {
      ArrowDown: () => this.focus(shown[place + 1]),
      ArrowUp: () => this.focus(shown[place - 1]),
      Home: () => this.focus(shown[0]),
      End: () => this.focus(shown.at(-1)),
      ArrowRight: () => (expanded === "false" ? this.open(item) : expanded && this.focus(this.group(item).querySelector("[role=treeitem]"))),
      ArrowLeft: () => (expanded === "true" ? this.close(item) : this.focus(this.parent(item))),
      Enter: () => item.querySelector("a").click(),
      " ": () => item.querySelector("a").click(),
      "*": () => [...item.parentElement.parentElement.children].forEach((sibling) => this.open(sibling.firstElementChild)),
    };
    const act = acts[event.key] ?? (event.key.length === 1 ? () => this.typeAhead(event.key, shown, place) : null);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  typeAhead(letter, shown, place) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.typed = ""; }, TYPE_AHEAD);
    this.typed += letter.toLowerCase();
    const from = this.typed.length === 1 ? place + 1 : place;
    const starts = (item) => [".tree__code", ".tree__title"].some((part) => item.querySelector(part).textContent.toLowerCase().startsWith(this.typed));
    this.focus([...shown.slice(from), ...shown.slice(0, from)].find(starts));
  }

  click(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.target.closest("a")) return;
    const expanded = item.getAttribute("aria-expanded");
    if (expanded === null) return item.querySelector("a").click();
    this.focus(item);
    return expanded === "true" ? this.close(item) : this.open(item);
  }
}

document.querySelectorAll("[role=tree]").forEach((tree) => new Tree(tree));

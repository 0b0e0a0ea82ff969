/** The panel with the sticky notes of the file: read, stuck to the sheet in view, changed, taken off. */
import { announce, csrfToken } from "../notify.js";

export class Notes {
  constructor(panel, stream, say) {
    Object.assign(this, { panel, stream, say, place: panel.querySelector(".sheet-notes") });
    stream.addEventListener("current", () => this.point());
    // Below the document: there another listener would keep a form from being sent twice.
    panel.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.send(event.target);
    });
    panel.addEventListener("click", (event) => this.go(event));
  }

  async open() {
    if (this.panel.hidden) return;
    await this.fetch(this.panel.dataset.address);
    this.place.querySelector("textarea")?.focus();
  }

  async fetch(address, options = {}) {
    const answer = await fetch(address, { ...options, headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() } }).catch(() => null);
    if (!answer || (!answer.ok && answer.status !== 422)) {
      announce(this.say("noConnection"));
      return false;
    }
    this.place.innerHTML = await answer.text(); // our own server's escaped fragment
    this.point();
    return answer.ok;
  }

  async send(form) {
    const done = await this.fetch(form.action, { method: "POST", body: new FormData(form) });
    if (done) document.dispatchEvent(new CustomEvent("documents:changed")); // the sheets get their slips
    this.place.querySelector(done ? "textarea" : "[role=alert] ~ * textarea, textarea")?.focus();
  }

  /** The new note sticks to the sheet in view. */
  point() {
    const leaf = this.stream.leaves[this.stream.current];
    const [paper, page, where] = ["[data-sticky-document]", "[data-sticky-page]", "[data-sticky-where]"].map((part) => this.place.querySelector(part));
    if (!paper || !leaf?.document) return;
    paper.value = leaf.document.id;
    page.value = leaf.page ?? 1;
    where.textContent = this.say("noteOn", { title: leaf.document.title, page: leaf.page ?? 1 });
  }

  go(event) {
    const link = event.target.closest("[data-goto-document]");
    const leaf = link && this.stream.leaves.find((one) => one.document?.id === link.dataset.gotoDocument && (one.page ?? 1) === Number(link.dataset.gotoPage));
    if (!leaf) return;
    event.preventDefault();
    this.stream.go(leaf.index);
  }
}

/** One field for all that a clerk knows of a place: sheet, folio number ("Bl. 17a"), date, or register. The places are shown while she types. */
import { announce } from "../notify.js";
import { el } from "./sheet.js";

const MOST = 8;
const plain = (text) => text.toLowerCase().replace(/\s+/g, "");
const two = (number) => number.padStart(2, "0");

/** What a date was typed as: a test for "12.03.2026", or null. Day and month, month and year, or all three; also 2026-03-12. */
export function dateTest(text) {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return (day) => day === `${two(iso[3])}.${two(iso[2])}.${iso[1]}`;
  const month = /^(\d{1,2})\.(\d{4})$/.exec(text);
  if (month) return (day) => day.endsWith(`.${two(month[1])}.${month[2]}`);
  const [, day, of, year] = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2}|\d{4})?$/.exec(text) ?? [];
  if (!day) return null;
  const whole = `${two(day)}.${two(of)}.${year?.length === 2 ? `20${year}` : year ?? ""}`;
  return (other) => (year ? other === whole : other.startsWith(whole));
}

/** Places that the text may mean, the likeliest first: [{leaf, label, more}]. A bare number is a sheet before it is a folio number. */
export function placesOf(stream, text, say) {
  const { leaves } = stream;
  const typed = text.trim();
  if (!typed) return [];
  const found = [];
  const folioOnly = /^(bl\.?|blattnummer|f\.?)\s*(?=\d)/i;
  const number = typed.replace(/^(blatt)\s+/i, "");
  if (/^\d{1,6}$/.test(number)) {
    const leaf = leaves[stream.bySheet.get(Number(number))];
    if (leaf) found.push({ leaf, label: say("sheetNumber", { sheet: leaf.sheet }), more: leaf.document.title });
  }
  const folio = plain(typed.replace(folioOnly, ""));
  for (const leaf of leaves) if (leaf.folio && plain(leaf.folio) === folio) found.push({ leaf, label: say("folio", { folio: leaf.folio }), more: leaf.document.title });
  const isDate = dateTest(typed);
  if (isDate) {
    for (const leaf of leaves) {
      if (!leaf.document || (leaf.page ?? 1) > 1) continue;
      const kind = ["document_date", "received_on"].find((name) => leaf.document[name] && isDate(leaf.document[name]));
      if (kind) found.push({ leaf, label: say(kind === "received_on" ? "received" : "dated", { date: leaf.document[kind] }), more: leaf.document.title });
    }
  }
  const place = /^(?:r|register)\s*(\d{1,3})$/i.exec(typed)?.[1];
  for (const leaf of leaves) {
    if (leaf.kind !== "divider") continue;
    const same = stream.manifest.registers[place - 1]?.id === leaf.register.id;
    if (same || (typed.length > 1 && leaf.register.name.toLowerCase().includes(typed.toLowerCase()))) found.push({ leaf, label: say("register", { name: leaf.name }), more: "" });
  }
  return found.slice(0, MOST);
}

/** The list below the field: focus stays in the field, arrows choose, Enter goes there. */
export class Jump {
  constructor(stream, input, list, say) {
    Object.assign(this, { stream, input, list, say, chosen: 0, places: [] });
    input.addEventListener("input", () => this.show());
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (way && this.places.length) {
        event.preventDefault();
        this.choose((this.chosen + way + this.places.length) % this.places.length);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        this.close();
      }
    });
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus in the field
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.go(this.places[Number(option.dataset.place)]);
    });
  }

  /** Show what the text means, or what may be typed. */
  show() {
    this.places = placesOf(this.stream, this.input.value, this.say);
    this.list.replaceChildren(...this.places.map(({ label, more }, place) => {
      const option = el("div");
      option.id = `jump-${place}`;
      option.setAttribute("role", "option");
      option.dataset.place = place;
      option.append(el("span", "", label), el("span", "muted truncate", more));
      return option;
    }));
    this.list.hidden = !this.places.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.choose(0);
  }

  choose(place) {
    this.chosen = place;
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
    if (this.places.length) this.input.setAttribute("aria-activedescendant", `jump-${place}`);
    else this.input.removeAttribute("aria-activedescendant");
    this.list.children[place]?.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** Enter: go to what is chosen, else to what the text means. */
  submit() {
    if (this.list.hidden) this.show();
    if (this.places.length) return this.go(this.places[this.chosen]);
    this.input.select();
    return announce(this.say("noPlace", { place: this.input.value }));
  }

  go({ leaf }) {
    this.close();
    this.stream.view.focus({ preventScroll: true }); // first: the field then shows the new place
    this.stream.go(leaf.index);
  }
}

/** Step through the hits of a search across all documents: first those on the sheet in view, then the next sheet that has some. */
export class Hits {
  constructor(stream, say, announce, counter) {
    Object.assign(this, { stream, say, announce, counter, place: -1, way: 0, sheet: 0 });
    stream.addEventListener("words", () => { if (this.way) this.next(this.way); });
  }

  next(way) {
    const { stream } = this;
    const hits = stream.manifest.hits ?? []; // [[sheet, words marked on it], …] in the order of sheets
    const cutAt = stream.manifest.hits_cut_at; // documents looked through, if more have hits
    const leaf = stream.leaves[stream.current];
    const here = leaf?.sheet ?? stream.leaves.slice(0, stream.current).findLast((one) => one.sheet)?.sheet + 0.5; // a divider lies between two sheets
    const element = stream.live.get(stream.current);
    if (here !== this.sheet) Object.assign(this, { sheet: here, place: -1 });
    const marks = [...(element?.querySelectorAll(".word--hit") ?? [])];
    const place = (this.place < 0 && way < 0 ? marks.length : this.place) + way;
    const pending = hits.some(([sheet]) => sheet === here) && !element?.querySelector(".words");
    this.way = pending ? way : 0;
    if (pending) return; // its words are on their way: whoever is faster than they are must not miss its hits
    if (marks[place]) return this.mark(marks, place, leaf, hits);
    const other = way > 0 ? hits.find(([sheet]) => sheet > (here || 0)) : hits.findLast(([sheet]) => sheet < (here || 0));
    if (!other) return this.announce(this.say(cutAt ? "noHitsCut" : "noHits", { documents: cutAt }));
    this.way = way; // goes on when the words of that sheet have come
    return stream.goToSheet(other[0]);
  }

  mark(marks, place, leaf, hits) {
    this.place = place;
    this.stream.view.querySelector(".word--now")?.classList.remove("word--now");
    marks[place].classList.add("word--now");
    centre(marks[place], this.stream.view);
    const known = hits.find(([sheet]) => sheet === leaf.sheet);
    if (known) known[1] = marks.length; // the server has counted in the text, here it is what can be seen
    const count = (some) => some.reduce((sum, [, number]) => sum + number, 0);
    const sentence = this.say("hit", { hit: count(hits.filter(([sheet]) => sheet < leaf.sheet)) + place + 1, hits: atLeast(Math.max(count(hits), place + 1), this.stream.manifest) });
    this.counter.textContent = sentence;
    this.announce(`${sentence}, ${this.say("sheetNumber", { sheet: leaf.sheet })}`);
  }
}

/** A number of hits; with a plus where more documents have some than were looked through. */
const atLeast = (number, manifest) => `${number}${manifest.hits_cut_at ? "+" : ""}`;

/** Scroll the desk, and only the desk, so that a word stands in its middle. */
function centre(mark, view) {
  const word = mark.getBoundingClientRect();
  const desk = view.getBoundingClientRect();
  const beside = word.left < desk.left || word.right > desk.right;
  view.scrollBy(beside ? word.left - desk.left - desk.width / 2 : 0, word.top + word.height / 2 - desk.top - desk.height / 2);
}

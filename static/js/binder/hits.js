/** Step through the hits of a search: first those on the sheet in view, then the next sheet that has some. */
export class Hits {
  constructor(stream, say, announce) {
    Object.assign(this, { stream, say, announce, place: -1, way: 0, sheet: 0 });
    stream.addEventListener("words", () => { if (this.way) this.next(this.way); });
  }

  next(way) {
    const { stream } = this;
    const leaf = stream.leaves[stream.current];
    const element = stream.live.get(stream.current);
    if (leaf?.sheet !== this.sheet) Object.assign(this, { sheet: leaf?.sheet, place: -1 });
    const marks = [...(element?.querySelectorAll(".word--hit") ?? [])];
    if (this.place < 0 && way < 0) this.place = marks.length;
    const place = this.place + way;
    this.way = 0;
    if (marks[place]) return this.mark(marks, place, leaf);
    const sheets = stream.manifest.hits ?? [];
    const other = way > 0 ? sheets.find((sheet) => sheet > (leaf?.sheet ?? 0)) : sheets.findLast((sheet) => sheet < (leaf?.sheet ?? Infinity));
    if (other === undefined) return this.announce(this.say("noHits"));
    this.way = way; // goes on when the words of that sheet have come
    return stream.goToSheet(other);
  }

  mark(marks, place, leaf) {
    this.place = place;
    this.stream.view.querySelector(".word--now")?.classList.remove("word--now");
    marks[place].classList.add("word--now");
    centre(marks[place], this.stream.view);
    this.announce(this.say("hit", { hit: place + 1, hits: marks.length, sheet: leaf.sheet }));
  }
}

/** Scroll the desk, and only the desk, so that a word stands in its middle. */
function centre(mark, view) {
  const word = mark.getBoundingClientRect();
  const desk = view.getBoundingClientRect();
  const beside = word.left < desk.left || word.right > desk.right;
  view.scrollBy(beside ? word.left - desk.left - desk.width / 2 : 0, word.top + word.height / 2 - desk.top - desk.height / 2);
}

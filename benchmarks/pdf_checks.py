"""What the file as one PDF must be, checked from outside: by qpdf, by PDFium, and against what stands on its pages."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

STAND_IN = "Fehlblatt: "  # bookmarks of sheets that say what is missing; they are no documents


@dataclass(frozen=True)
class Ran:
    """What a program took: seconds of wall and CPU time, most memory in MiB, and how it ended."""

    wall: float
    cpu: float
    peak: float
    returncode: int


def run(command: Sequence[str | Path]) -> Ran:
    """Run a program and watch it. What wait4 says of its memory is no use: it begins with that of the process that started it."""
    began, peak = time.monotonic(), 0
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        said = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
        peak = max(peak, int(said[1]) if said else 0)
        time.sleep(0.02)
    _pid, status, used = ended
    process.returncode = os.waitstatus_to_exitcode(status)
    return Ran(time.monotonic() - began, used.ru_utime + used.ru_stime, peak / 1024, process.returncode)


def bare_join(sources: Sequence[Path], out: Path) -> Ran:
    """The same documents put behind one another by qpdf: no cover, no contents, no stamps, no bookmarks, no labels, no checks."""
    return run(["qpdf", "--empty", "--pages", *sources, "--", out])


def faults(path: Path, titles: Sequence[str], numbers: Sequence[str]) -> dict[str, list[str]]:
    """Look at all pages; for each check, what is wrong (nothing, if all is well).

    `titles` are the documents' in their order, `numbers` those of all sheets.
    """
    found: dict[str, list[str]] = {
        name: [] for name in ("page labels", "stamps", "bookmarks", "table of contents", "structure", "catalogue")
    }
    with pypdfium2.PdfDocument(path) as pdf:
        labels = [pdf.get_page_label(number) for number in range(len(pdf))]
        texts = [_text(pdf, number) for number in range(len(pdf))]
        toc = [(item.level, item.get_title(), _page(item)) for item in pdf.get_toc()]
    _check_numbers(labels, texts, numbers, found)
    _check_bookmarks(toc, labels, texts, titles, found)
    contents = re.sub(r"\s+", " ", " ".join(text for label, text in zip(labels, texts, strict=True) if label.startswith("I-")))
    for level, title, _page_number in toc:
        if level == 1 and not title.startswith(STAND_IN):
            span, _two_spaces, name = title.partition("  ")
            if not re.search(rf"{re.escape(name)}\D.{{0,60}}?{re.escape(span)}(?!\d|[a-z]| RS)", contents):
                found["table of contents"].append(title)
    with pikepdf.open(path) as whole:
        _check_structure(whole, found)
    return found


def marks(path: Path, stamps: Mapping[str, str], missing: Sequence[str]) -> dict[str, list[str]]:
    """The receipt stamps by the documents' titles ("" for none) and the stand-ins: what is wrong with them."""
    found: dict[str, list[str]] = {"receipt stamps": [], "stand-ins": []}
    with pypdfium2.PdfDocument(path) as pdf:
        labels = [pdf.get_page_label(number) for number in range(len(pdf))]
        texts = [re.sub(r"\s+", " ", _text(pdf, number)) for number in range(len(pdf))]
        toc = [(item.get_title(), _page(item)) for item in pdf.get_toc() if item.level == 1]
    first = {title.partition("  ")[2]: place for title, place in toc}
    words = {stamp for stamp in stamps.values() if stamp}
    for title, stamp in stamps.items():
        borne = {word for word in words if word in texts[first[title]]}  # type: ignore[index]
        if borne != {stamp} - {""}:
            found["receipt stamps"].append(f"{title} bears {sorted(borne)}, not {stamp!r}")
    bearing = sum(any(word in text for word in words) for text in texts)
    if bearing != sum(map(bool, stamps.values())):
        found["receipt stamps"].append(f"{bearing} pages bear one")
    standing = [text for label, text in zip(labels, texts, strict=True) if re.fullmatch(r"E-\d+", label)]
    found["stand-ins"] += [what for what in missing if sum(what in text for text in standing) != 1]
    led_to = {title.removeprefix(STAND_IN): texts[place] for title, place in toc if title.startswith(STAND_IN) and place is not None}
    found["stand-ins"] += [f"no bookmark leads to {what}" for what in missing if what not in led_to.get(what, "")]
    found["stand-ins"] += [] if len(standing) == len(missing) else [f"{len(standing)} pages for {len(missing)}"]
    return found


def _check_numbers(labels: Sequence[str], texts: Sequence[str], numbers: Sequence[str], found: dict[str, list[str]]) -> None:
    """Our own sheets are called A-1, I-1 …; the documents' sheets have their numbers, and bear them."""
    sheets = [(place, label) for place, label in enumerate(labels) if not re.fullmatch(r"[AINE]-\d+", label)]
    found["page labels"] += [f"{label} for {given}" for (_place, label), given in zip(sheets, numbers, strict=False) if label != given]
    found["page labels"] += [] if len(sheets) == len(numbers) else [f"{len(sheets)} sheets for {len(numbers)}"]
    lists = [(place, label) for place, label in enumerate(labels) if re.fullmatch(r"[IN]-\d+", label)]
    found["page labels"] += [
        f"{label} is not printed on its page" for place, label in lists if not re.search(rf"{label}(?!\d)", texts[place])
    ]
    found["stamps"] += [label for place, label in sheets if not re.search(rf"Blatt {label}(?!\d|[a-z]| RS)", texts[place])]


def _check_bookmarks(
    toc: Sequence[tuple[int, str, int | None]],
    labels: Sequence[str],
    texts: Sequence[str],
    titles: Sequence[str],
    found: dict[str, list[str]],
) -> None:
    documents = [entry for entry in toc if entry[0] == 1 and not entry[1].startswith(STAND_IN)]
    if [title.partition("  ")[2] for _level, title, _place in documents] != list(titles):
        found["bookmarks"].append("other documents, or in another order, than in the file")
    for _level, title, place in documents:
        span, _two_spaces, name = title.partition("  ")
        if place is None or labels[place] != span.partition("–")[0] or name not in texts[place]:
            found["bookmarks"].append(title)
    for entry, following in itertools.pairwise(toc):
        if entry[0] == 0 and following[0] == 1 and entry[2] != following[2]:
            found["bookmarks"].append(f"{entry[1]} does not lead to its first document")


def _check_structure(whole: pikepdf.Pdf, found: dict[str, list[str]]) -> None:
    """Each page is known to the structure, which knows it: its entry in the parent tree leads to elements on this very page."""
    root = whole.Root
    if str(root.get("/Lang", "")) != "de" or not str(whole.docinfo.get("/Title", "")):
        found["catalogue"].append("no language or no title")
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)) or "/StructTreeRoot" not in root:
        found["structure"].append("not tagged")
        return
    numbers = list(root.StructTreeRoot.ParentTree.Nums)
    parents = {int(number): entry for number, entry in zip(numbers[::2], numbers[1::2], strict=True)}
    for place, page in enumerate(whole.pages):
        entry = parents.get(int(page.obj.get("/StructParents", -1)))
        elements = [element for element in entry if element is not None] if isinstance(entry, pikepdf.Array) else []
        if not elements:
            found["structure"].append(f"page {place + 1} is not known to it")
        elif any(_page_of(element) not in (None, page.obj.objgen) for element in elements):
            found["structure"].append(f"page {place + 1} has elements of another page")


def _page_of(element: Any) -> tuple[int, int] | None:
    page = element.get("/Pg")
    return None if page is None else page.objgen


def _text(pdf: pypdfium2.PdfDocument, number: int) -> str:
    page = pdf[number]
    text = page.get_textpage()
    try:
        return str(text.get_text_range())
    finally:
        text.close()
        page.close()


def _page(item: Any) -> int | None:
    destination = item.get_dest()
    return destination.get_index() if destination else None

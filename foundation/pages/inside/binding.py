"""Bind prepared documents into one PDF: pages, bookmarks, page labels, and what structure (tags) and layers they have.

Pages are never held in memory: qpdf joins them, and pikepdf opens what it wrote and adds to it, leaving the bytes of pictures where they are.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from foundation.pages.inside import seats


def bind(parts: Sequence[dict[str, Any]], out: Path, *, title: str, language: str) -> None:
    """Write one PDF of many.

    Each part has `path`, `labels` (one for each page, as people call it), `bookmarks` (titles from the outermost inwards; what two
    neighbours have in common is said once) and `stamped` (it comes from parts.prepare; others are our own sheets). Raises
    CalledProcessError, ValueError.
    """
    joined = out.with_name("joined.pdf")
    _join(parts, joined)
    with pikepdf.open(joined) as whole:
        starts = _starts(parts, len(whole.pages))
        _take_over(whole, parts, starts)
        _bookmarks(whole, parts, starts)
        label_pages(whole, [label for part in parts for label in part["labels"]])
        whole.Root["/Lang"] = String(language)
        whole.Root["/PageMode"] = Name.UseOutlines
        whole.Root["/ViewerPreferences"] = Dictionary(DisplayDocTitle=True)
        with whole.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = title
            metadata["dc:language"] = {language}
        whole.docinfo["/Title"] = String(title)
        whole.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)
    joined.unlink()


def _join(parts: Sequence[dict[str, Any]], joined: Path) -> None:
    """Put all pages behind one another."""
    paths, first = [], seats.OWN_SHEETS
    for place, part in enumerate(parts):
        path = Path(part["path"])
        if not part["stamped"]:
            with pikepdf.open(path) as pdf:
                seats.seat(pdf, first=first)
                first += seats.NUMBERS_EACH * len(pdf.pages)
                path = joined.with_name(f"own-{place}.pdf")
                pdf.save(path)
        paths.append(str(path))
    asked = joined.with_name("join.txt")  # thousands of names are too long for a command
    options = ["--warning-exit-0", "--remove-unreferenced-resources=no", "--empty", "--pages"]
    asked.write_text("\n".join([*options, *paths, "--", str(joined)]), encoding="utf-8")
    subprocess.run(["/usr/bin/qpdf", f"@{asked}"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- a list, in the sandbox


def _starts(parts: Sequence[dict[str, Any]], count: int) -> list[int]:
    """The page (from 0) at which each part begins. Raises ValueError when there are more or fewer pages than labels."""
    starts, start = [], 0
    for part in parts:
        starts.append(start)
        start += len(part["labels"])
    if start != count:
        raise ValueError(f"{count} pages, {start} labels")
    return starts


def _take_over(whole: pikepdf.Pdf, parts: Sequence[dict[str, Any]], starts: Sequence[int]) -> None:
    """Take structure and layers from the last page of each part, and give stamped pages the font of their stamps."""
    from foundation.pages.inside.stamping import STAMP_FONT, font_object  # after the joining, which needs the memory that this takes

    font = font_object(whole)
    structure, layers = seats.Structure(whole), seats.Layers(whole)
    for part, start in zip(parts, starts, strict=True):
        end = start + len(part["labels"])
        last = whole.pages[end - 1].obj
        structure.take_over(last[seats.SEAT])
        layers.take_over(last[seats.SEAT])
        del last[seats.SEAT]
        for number in range(start, end) if part["stamped"] else ():
            whole.pages[number].add_resource(font, Name.Font, Name(STAMP_FONT))
    structure.finish()
    layers.finish()


def _bookmarks(whole: pikepdf.Pdf, parts: Sequence[dict[str, Any]], starts: Sequence[int]) -> None:
    with whole.open_outline() as outline:
        path: list[tuple[str, OutlineItem]] = []
        for part, start in zip(parts, starts, strict=True):
            titles = part["bookmarks"]
            common = 0
            while common < min(len(path), len(titles) - 1) and path[common][0] == titles[common]:
                common += 1
            path = path[:common]
            for title in titles[common:]:
                item = OutlineItem(title, start, "Fit")
                (path[-1][1].children if path else outline.root).append(item)
                path.append((title, item))


def label_pages(whole: pikepdf.Pdf, labels: Sequence[str]) -> None:
    """Page labels (ISO 32000-2, 12.4.2): runs of numbers that count up are said once."""
    ranges: list[Any] = []
    last: int | None = None
    for place, label in enumerate(labels):
        number = int(label) if label.isascii() and label.isdecimal() and not label.startswith("0") else None
        if number is None or last is None or number != last + 1:
            ranges += [place, Dictionary(P=String(label)) if number is None else Dictionary(S=Name.D, St=number)]
        last = number
    whole.Root["/PageLabels"] = Dictionary(Nums=Array(ranges))

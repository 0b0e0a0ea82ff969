"""Bind prepared documents into one PDF: pages, bookmarks, page labels, and what structure (tags) and layers they have."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from foundation.pages.inside.stamping import STAMP_FONT, font_object

LONGEST_NESTING = 200


def bind(parts: Sequence[dict[str, Any]], out: Path, *, title: str, language: str) -> None:
    """Write one PDF of many.

    Each part has `path`, `labels` (one for each page, as people call it), `bookmarks` (titles from the outermost inwards; what two
    neighbours have in common is said once) and `stamped`.
    """
    with ExitStack() as sources, pikepdf.new() as whole:
        font = font_object(whole)
        structure, layers = Structure(whole), _Layers(whole)
        starts = []
        for part in parts:
            source = sources.enter_context(pikepdf.open(part["path"]))
            starts.append(len(whole.pages))
            structure.shift(source)
            whole.pages.extend(source.pages)
            if part["stamped"]:
                for number in range(starts[-1], len(whole.pages)):
                    whole.pages[number].add_resource(font, Name.Font, Name(STAMP_FONT))
            structure.take_over(source)
            layers.take_over(source)
        _bookmarks(whole, parts, starts)
        label_pages(whole, [label for part in parts for label in part["labels"]])
        structure.finish()
        layers.finish()
        whole.Root["/Lang"] = String(language)
        whole.Root["/PageMode"] = Name.UseOutlines
        whole.Root["/ViewerPreferences"] = Dictionary(DisplayDocTitle=True)
        with whole.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = title
            metadata["dc:language"] = {language}
        whole.docinfo["/Title"] = String(title)
        whole.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)


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


class Structure:
    """The tags of all parts under one root. Pages find their tags by numbers, which are shifted so that no two parts share one."""

    def __init__(self, whole: pikepdf.Pdf) -> None:
        self.whole, self.next = whole, 0
        self.tops: list[pikepdf.Object] = []
        self.numbers: list[Any] = []
        self.roles: dict[str, Any] = {}
        self.untagged = False
        self._shift = 0

    def shift(self, source: pikepdf.Pdf) -> None:
        """Before the pages are taken over: give the numbers of a part a range of their own."""
        root = source.Root.get("/StructTreeRoot")
        self._shift, used = self.next, 0
        for thing in source.objects:
            if not isinstance(thing, Dictionary | pikepdf.Stream):
                continue
            for key in ("/StructParents", "/StructParent"):
                if key not in thing:
                    continue
                if root is None:
                    del thing[key]
                else:
                    used = max(used, int(thing[key]) + 1)
                    thing[key] = int(thing[key]) + self._shift
        self.next += used

    def take_over(self, source: pikepdf.Pdf) -> None:
        """After its pages have been taken over, so that the tags find them."""
        root = source.Root.get("/StructTreeRoot")
        if root is None or "/K" not in root:
            self.untagged = True
            return
        copied = self.whole.copy_foreign(source.make_indirect(root))
        tops = copied.K if isinstance(copied.K, Array) else [copied.K]
        self.tops += [top if top.is_indirect else self.whole.make_indirect(top) for top in tops if isinstance(top, Dictionary)]
        for number, entry in numbers_of(copied.get("/ParentTree")):
            self.numbers += [number + self._shift, entry]
        for role, meant in dict(copied.get("/RoleMap", {})).items():
            self.roles.setdefault(role, meant)

    def finish(self) -> None:
        if not self.tops:
            return
        root = self.whole.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        for top in self.tops:
            top["/P"] = root
        pairs = sorted(zip(self.numbers[::2], self.numbers[1::2], strict=True), key=lambda pair: pair[0])
        root["/K"] = Array(self.tops)
        root["/ParentTree"] = self.whole.make_indirect(Dictionary(Nums=Array([value for pair in pairs for value in pair])))
        root["/ParentTreeNextKey"] = self.next
        if self.roles:
            root["/RoleMap"] = Dictionary(self.roles)
        self.whole.Root["/StructTreeRoot"] = root
        self.whole.Root["/MarkInfo"] = Dictionary(Marked=True, Suspects=self.untagged)


def numbers_of(tree: Any, depth: int = 0) -> list[tuple[int, Any]]:
    """All entries of a number tree."""
    if not isinstance(tree, Dictionary) or depth > LONGEST_NESTING:
        return []
    pairs = list(tree.get("/Nums", []))
    found = [(int(number), entry) for number, entry in zip(pairs[::2], pairs[1::2], strict=False)]
    for kid in tree.get("/Kids", []):
        found += numbers_of(kid, depth + 1)
    return found


class _Layers:
    """Layers that are switched off stay off: what an architect hid in a plan does not show in the copy."""

    def __init__(self, whole: pikepdf.Pdf) -> None:
        self.whole = whole
        self.groups: list[Any] = []
        self.off: list[Any] = []

    def take_over(self, source: pikepdf.Pdf) -> None:
        layers = source.Root.get("/OCProperties")
        if not isinstance(layers, Dictionary):
            return
        copied = self.whole.copy_foreign(source.make_indirect(layers))
        groups = list(copied.get("/OCGs", []))
        chosen = copied.get("/D", Dictionary())
        shown = {group.objgen for group in chosen.get("/ON", [])}
        hidden = (
            [group for group in groups if group.objgen not in shown] if chosen.get("/BaseState") == Name.OFF else chosen.get("/OFF", [])
        )
        self.groups += groups
        self.off += list(hidden)

    def finish(self) -> None:
        if self.groups:
            self.whole.Root["/OCProperties"] = Dictionary(
                OCGs=Array(self.groups), D=Dictionary(Order=Array(self.groups), OFF=Array(self.off))
            )

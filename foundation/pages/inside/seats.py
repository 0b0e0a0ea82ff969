"""What a document brings along besides its pages: its structure (tags) and its layers. It carries them on its last page until all are bound.

The pages are joined by qpdf, which copies pages with all they refer to and leaves their bytes on the disk; a structure that hangs on the last
page comes along, and knows the pages before it. On an earlier page it would not: qpdf forgets references to pages that it has not copied yet.
"""

from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from foundation.pages.inside import structure

SEAT = "/EAkteSeat"
NUMBERS_EACH = 1000  # of elements, for each page; a document that has more loses its tags
OWN_SHEETS = 1_000_000_000  # where the numbers of covers and lists begin, behind those of a million sheets


def seat(pdf: pikepdf.Pdf, *, first: int) -> None:
    """Hang structure and layers onto the last page. The numbers by which pages find their elements begin at `first`.

    No two documents of a whole may share a number: each page brings NUMBERS_EACH.
    """
    for page in pdf.pages:
        if SEAT in page.obj:
            del page.obj[SEAT]
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary) or "/K" not in root or not _shift(pdf, root, first):
        root = None
        structure.forget_numbers(pdf)
    marks: Any = pdf.Root.get("/MarkInfo", {})
    carried = Dictionary(Doubtful=root is None or bool(marks.get("/Suspects", False)))
    for key, what in (("/Structure", root), ("/Layers", pdf.Root.get("/OCProperties"))):
        if isinstance(what, Dictionary):
            carried[key] = pdf.make_indirect(what)
    pdf.pages[-1].obj[SEAT] = pdf.make_indirect(carried)
    for key in ("/StructTreeRoot", "/OCProperties"):
        if key in pdf.Root:
            del pdf.Root[key]


def _shift(pdf: pikepdf.Pdf, root: Dictionary, first: int) -> bool:
    """Give the numbers of a document a range of their own; False if there are too many, or none to be read."""
    most = NUMBERS_EACH * len(pdf.pages)
    entries = structure.numbers_of(root.get("/ParentTree"))
    if any(not 0 <= number < most for number, _entry in entries):
        return False
    for thing, key in structure.numbered(pdf):
        thing[key] = int(thing[key]) + first
    pairs = dict(entries)
    kept = [value for number in sorted(pairs) for value in (number + first, pairs[number])]
    root["/ParentTree"] = pdf.make_indirect(Dictionary(Nums=pikepdf.Array(kept)))
    return True


class Structure(structure.Structure):
    """The tags of all documents under one root, as they carry them."""

    def take_over(self, carried: pikepdf.Object) -> None:
        """Take over what a document carries. Raises ValueError when it shares numbers with another one."""
        self.doubtful = self.doubtful or bool(carried.Doubtful)
        if "/Structure" in carried:
            self.add(carried.Structure)


class Layers:
    """Layers that are switched off stay off: what an architect hid in a plan does not show in the copy."""

    def __init__(self, whole: pikepdf.Pdf) -> None:
        self.whole = whole
        self.groups: list[Any] = []
        self.off: list[Any] = []

    def take_over(self, carried: pikepdf.Object) -> None:
        """Take over what a document carries."""
        layers = carried.get("/Layers")
        if not isinstance(layers, Dictionary):
            return
        groups = list(layers.get("/OCGs", []))
        chosen = layers.get("/D", Dictionary())
        shown = {group.objgen for group in chosen.get("/ON", [])}
        hidden = (
            [group for group in groups if group.objgen not in shown] if chosen.get("/BaseState") == Name.OFF else chosen.get("/OFF", [])
        )
        self.groups += groups
        self.off += list(hidden)

    def finish(self) -> None:
        """Write the one list of layers."""
        if self.groups:
            order = pikepdf.Array(self.groups)
            self.whole.Root["/OCProperties"] = Dictionary(OCGs=order, D=Dictionary(Order=order, OFF=pikepdf.Array(self.off)))

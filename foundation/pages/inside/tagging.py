"""Give pages that no structure knows a place in one: a screen reader finds the words of a scan in their sheet, and is told of a picture.

What stands on such a page becomes one paragraph (or, without words, one figure named after the sheet). Nobody has looked at the order of its
words, so the document says that its tags are to be doubted (/Suspects; ISO 32000-1, 14.7.1).
"""

from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String

MOST_MARKS = 5000  # numbered marks that a page without a structure has left over from an older one


class Tagger:
    """Tags the untagged pages of one document."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self._section: pikepdf.Object | None = None
        root = pdf.Root.get("/StructTreeRoot")
        if root is not None and not (isinstance(root, Dictionary) and isinstance(root.get("/ParentTree"), Dictionary) and "/K" in root):
            del pdf.Root["/StructTreeRoot"]  # half of one leads nowhere
            root = None
        self._known = set(pikepdf.NumberTree(root.ParentTree)) if root is not None else set()
        self._next = max(self._known, default=-1) + 1

    def tag(self, page: pikepdf.Page, name: str, has_text: Callable[[], bool]) -> None:
        """Put all that stands on a page into one element, unless the document's structure knows the page. Comes before the stamp."""
        if int(page.obj.get("/StructParents", -1)) in self._known:
            return
        mark = _highest_mark(page) + 1
        if mark > MOST_MARKS:
            return
        section = self._section or self._begin()
        kind = Name.P if has_text() else Name.Figure
        element = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=kind, P=section, Pg=page.obj, K=mark))
        if kind == Name.Figure:
            element.Alt = String(name)
        section.K.append(element)
        page.obj.StructParents = self._next
        pikepdf.NumberTree(self.pdf.Root.StructTreeRoot.ParentTree)[self._next] = Array([None] * mark + [element])
        self._next += 1
        page.contents_add(f"{kind} <</MCID {mark}>> BDC\n".encode(), prepend=True)
        page.contents_add(b"\nEMC\n")

    def _begin(self) -> pikepdf.Object:
        """The element that holds the untagged pages, below the document's own structure if there is one."""
        root = self.pdf.Root.get("/StructTreeRoot")
        if root is None:
            tree = self.pdf.make_indirect(Dictionary(Nums=Array()))
            root = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array(), ParentTree=tree))
            self.pdf.Root.StructTreeRoot = root
        if not isinstance(root.K, Array):
            root.K = Array([root.K])
        section = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Sect, P=root, K=Array()))
        root.K.append(section)
        self.pdf.Root.MarkInfo = Dictionary(Marked=True, Suspects=True)
        self._section = section
        return section


def _highest_mark(page: pikepdf.Page) -> int:
    """The highest number of a mark in a page's content; -1 without any."""
    found = [
        int(instruction.operands[1].get("/MCID", -1))
        for instruction in pikepdf.parse_content_stream(page, "BDC")
        if len(instruction.operands) > 1 and isinstance(instruction.operands[1], Dictionary)
    ]
    return max(found, default=-1)

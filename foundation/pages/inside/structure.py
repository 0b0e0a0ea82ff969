"""The tags (structure) of several documents under one root: ISO 32000-2, 14.7. Pages find their elements by numbers of one tree."""

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

LONGEST_NESTING = 200


def numbers_of(tree: Any, depth: int = 0) -> list[tuple[int, Any]]:
    """All entries of a number tree."""
    if not isinstance(tree, Dictionary) or depth > LONGEST_NESTING:
        return []
    pairs = list(tree.get("/Nums", []))
    found = [(int(number), entry) for number, entry in zip(pairs[::2], pairs[1::2], strict=False)]
    for kid in tree.get("/Kids", []):
        found += numbers_of(kid, depth + 1)
    return found


def numbered(pdf: pikepdf.Pdf) -> list[tuple[Any, str]]:
    """What has a number in the tree of a document (pages, forms, annotations), and the key under which it says so."""
    things = (thing for thing in pdf.objects if isinstance(thing, Dictionary | pikepdf.Stream))
    return [(thing, key) for thing in things for key in ("/StructParents", "/StructParent") if key in thing]


def forget_numbers(pdf: pikepdf.Pdf) -> None:
    """For a document without a structure that could be found by them."""
    for thing, key in numbered(pdf):
        del thing[key]


class Structure:
    """The tags of all documents under one root."""

    def __init__(self, whole: pikepdf.Pdf) -> None:
        self.whole = whole
        self.tops: list[pikepdf.Object] = []
        self.entries: dict[int, Any] = {}
        self.roles: dict[str, Any] = {}
        self.doubtful = False

    def add(self, root: Any, *, shift: int = 0) -> None:
        """Add the structure of one document, which is in the whole already. Raises ValueError when it shares numbers with another one."""
        tops = root.K if isinstance(root.K, Array) else [root.K]
        self.tops += [top if top.is_indirect else self.whole.make_indirect(top) for top in tops if isinstance(top, Dictionary)]
        entries = {number + shift: entry for number, entry in numbers_of(root.get("/ParentTree"))}
        if entries.keys() & self.entries.keys():
            raise ValueError("two documents share numbers of their structure")
        self.entries |= entries
        for role, meant in dict(root.get("/RoleMap", {})).items():
            self.roles.setdefault(role, meant)

    def finish(self) -> None:
        """Write the one root."""
        if not self.tops:
            return
        root = self.whole.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        for top in self.tops:
            top["/P"] = root
        pairs = [value for number in sorted(self.entries) for value in (number, self.entries[number])]
        root["/K"] = Array(self.tops)
        root["/ParentTree"] = self.whole.make_indirect(Dictionary(Nums=Array(pairs)))
        root["/ParentTreeNextKey"] = max(self.entries, default=-1) + 1
        if self.roles:
            root["/RoleMap"] = Dictionary(self.roles)
        self.whole.Root["/StructTreeRoot"] = root
        self.whole.Root["/MarkInfo"] = Dictionary(Marked=True, Suspects=self.doubtful)


class CopiedStructure(Structure):
    """The same for documents whose pages are copied one document after the other; numbers are shifted so that no two share one."""

    def __init__(self, whole: pikepdf.Pdf) -> None:
        super().__init__(whole)
        self._shift, self._next = 0, 0

    def shift(self, source: pikepdf.Pdf) -> None:
        """Before the pages are taken over: give the numbers of a document a range of their own."""
        root = source.Root.get("/StructTreeRoot")
        if root is None:
            forget_numbers(source)
            return
        self._shift, used = self._next, [number for number, _entry in numbers_of(root.get("/ParentTree"))]
        for thing, key in numbered(source):
            used.append(int(thing[key]))
            thing[key] = used[-1] + self._shift
        self._next += max(used, default=-1) + 1

    def take_over(self, source: pikepdf.Pdf) -> None:
        """After its pages have been taken over, so that the tags find them."""
        root = source.Root.get("/StructTreeRoot")
        if root is None or "/K" not in root:
            self.doubtful = True
        else:
            self.add(self.whole.copy_foreign(source.make_indirect(root)), shift=self._shift)

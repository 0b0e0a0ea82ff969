"""Splitting a document by its pages: it keeps the first part as a new version, every further part becomes a document right behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import description, journal, moving, numbering, page_following, page_making, rearranging
from .models import Document, DocumentVersion
from .page_following import Place
from .rearranging import CannotRearrange, Chosen

MOST_PIECES = 100
# What is said of a part is what was said of the whole, until somebody says better.
TAKEN_OVER = (
    "file", "register", "case", "volume", "parent", "directly_in_file", "received_on", "document_date", "kind", "direction", "keywords",
    "protection_need", "text_exception",
)  # fmt: skip


class BadTitles(CannotRearrange):
    """Titles cannot be used. `errors` has a sentence by the place of the piece, from 0."""

    def __init__(self, errors: Mapping[int, str]) -> None:
        super().__init__(" ".join(dict.fromkeys(errors.values())))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Piece:
    """A part that becomes a document of its own."""

    title: str
    pages: tuple[Chosen, ...]


def split(
    *,
    document: Document,
    seen: int,
    pages: Sequence[Chosen],
    pieces: Sequence[Piece],
    by: User,
    at: datetime,
    despite_signature: bool = False,
) -> list[Document]:
    """Leave `pages` with the document and make a document of each piece; gives all of them in their order.

    The new ones lie right behind the document in paper order (as its fellow attachments, if it is one), so that who leafs through the file meets
    the same sheets in the same order. They take over what is said of the document, not its attachments and not the files inside of it.
    `seen` and `despite_signature` as for rearrange(). All is done or nothing.
    Raises CannotRearrange, BadTitles, rearranging.Stale, page_making.CannotTakePages, page_making.Signed.
    """
    if document.draft:
        raise CannotRearrange(_("A draft is neither split nor put together with others; please register it first."))
    version = rearranging.fit(document, seen=seen, by=by, despite_signature=despite_signature)
    pieces = _checked(pages, pieces, version, at)
    wanted = [page_making.Wanted((rearranging.part_of(pages),))]
    wanted += [page_making.Wanted((rearranging.part_of(piece.pages),), title=piece.title, attachments=False) for piece in pieces]
    made = page_making.make([version], wanted)
    with current.atomic():
        _file, document = rearranging.hold_still(document=document, seen=seen, by=by)
        told = {"version": version.number, "of": numbering.reference_of(document)}
        elsewhere = [page for piece in pieces for page in piece.pages]
        said = _("p. %(pages)s split off") % {"pages": rearranging.in_words(sorted(elsewhere, key=lambda page: page.number))}
        comment = rearranging.sentence_of(version, pages, [said, *made[0].remarks], elsewhere)
        new = rearranging.put_new_version(document, made[0], comment=comment, by=by, at=at)
        made_of = _new_documents(document, pieces, by, at)
        places: dict[Place, Place] = {(document.pk, page.number): (document.pk, place) for place, page in enumerate(pages, start=1)}
        for one, piece, finished in zip(made_of, pieces, made[1:], strict=True):
            comment = _origin(told, piece, finished.remarks)
            rearranging.put_new_version(one, finished, comment=comment, by=by, at=at)
            places |= {(document.pk, page.number): (one.pk, place) for place, page in enumerate(piece.pages, start=1)}
        followed = page_following.follow(documents=[document], moved=places)
        _tell(document, version, new, pages, list(zip(made_of, pieces, strict=True)), followed, by, at)
    return [document, *made_of]


def proposed_title(document: Document, place: int) -> str:
    """What a part is called unless somebody says better; `place` counts from 2."""
    ending = " " + _("(part %(number)s)") % {"number": place}
    return document.title[: description.LONGEST["title"] - len(ending)].rstrip() + ending


def _checked(pages: Sequence[Chosen], pieces: Sequence[Piece], version: DocumentVersion, at: datetime) -> list[Piece]:
    if not pieces:
        raise CannotRearrange(_("Please say at which page a new document begins."))
    if len(pieces) > MOST_PIECES:
        raise CannotRearrange(_("A document is split into at most %(most)s further documents at once.") % {"most": MOST_PIECES})
    if not pages or not all(piece.pages for piece in pieces):
        raise CannotRearrange(_("Every part needs at least one page."))
    rearranging.refuse_bad_pages([*pages, *(page for piece in pieces for page in piece.pages)], version)
    tidy, errors = [], {}
    for place, piece in enumerate(pieces):
        try:
            title = description.tidied({"title": piece.title}, today=timezone.localdate(at))["title"]
            tidy.append(Piece(title, piece.pages))
        except description.BadDescription as refusal:
            errors[place] = refusal.errors["title"]
    if errors:
        raise BadTitles(errors)
    return tidy


def _new_documents(source: Document, pieces: Sequence[Piece], by: User, at: datetime) -> list[Document]:
    """Documents without a version yet, right behind the source."""
    try:
        numbering.refuse_leaving(source.case)
        last, _highest = numbering.next_numbers(file=source.file, case=source.case, register=source.register, more=len(pieces))
    except numbering.CaseNotOpen as refusal:
        raise CannotRearrange(str(refusal)) from refusal
    ranks = moving.ranks_below(source, len(pieces))
    said = {name: getattr(source, name) for name in TAKEN_OVER}
    rows = [
        Document(**said, title=piece.title, rank=rank, revision=0, number=last - len(pieces) + place, created_at=at, created_by=by)
        for place, (piece, rank) in enumerate(zip(pieces, ranks, strict=True), start=1)
    ]
    return Document.objects.bulk_create(rows)


def _origin(told: Mapping[str, object], piece: Piece, remarks: Sequence[str]) -> str:
    """Where a part comes from, for its version's comment: by the number, because a title would stay here after its document was erased by law."""
    words = {"pages": rearranging.in_words(piece.pages), "version": told["version"], "document": told["of"]}
    if told["of"]:
        said = _("P. %(pages)s of document %(document)s, version %(version)s") % words
    else:
        said = _("P. %(pages)s of the document that was split here, version %(version)s") % words
    said = "; ".join([said, *remarks])
    return said if len(said) <= rearranging.LONGEST_COMMENT else said[: rearranging.LONGEST_COMMENT - 1] + "…"


def _tell(
    source: Document,
    old: DocumentVersion,
    new: DocumentVersion,
    pages: Sequence[Chosen],
    made: Sequence[tuple[Document, Piece]],
    followed: Mapping[int, Mapping[str, journal.Change]],
    by: User,
    at: datetime,
) -> None:
    file_id = source.file.public_id
    told = {
        **rearranging.version_told(old, new),
        "pages": (rearranging.all_pages(old), rearranging.in_words(pages)),
        "documents": (1, 1 + len(made)),
        **followed.get(source.pk, {}),
    }
    entries = [journal.Entry("split", "Document", source.public_id, file_id, told)]
    for one, piece in made:
        assert one.current is not None
        said: dict[str, journal.Change] = {
            "title": (None, one.title),
            "sha256": (None, one.current.sha256),
            "register": (None, str(one.register) if one.register else None),
            "origin": (None, source.public_id),
            "origin_version": (None, old.number),
            "pages": (None, rearranging.in_words(piece.pages)),
            **followed.get(one.pk, {}),
        }
        said |= {
            name: (None, description.told(getattr(one, name))) for name in TAKEN_OVER if name in description.FIELDS and getattr(one, name)
        }
        entries.append(journal.Entry("split_off", "Document", one.public_id, file_id, said))
    journal.enter_all(entries=entries, by=by, at=at)

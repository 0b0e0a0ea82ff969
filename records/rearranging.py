"""Putting the pages of a document into another order, turning them, leaving some out: always as a new version, the old one stays.

What splitting and merging have in common with it stands here, too: pages as they are chosen, and holding a document still while it is decided upon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import indexing, intake, journal, journal_reading, page_following, page_making, sentences
from .models import Document, DocumentVersion, RecordFile

TURNS = (0, 90, 180, 270)
LONGEST_COMMENT = 500


class CannotRearrange(Exception):
    """The pages cannot be arranged like that; the message says why. Nothing was changed."""


class Stale(CannotRearrange):
    """Somebody else was quicker; the message says who and when."""


@dataclass(frozen=True)
class Chosen:
    """A page of the version that the clerk has seen, and by how many degrees clockwise it is turned."""

    number: int
    turn: int = 0


def rearrange(
    *, document: Document, seen: int, pages: Sequence[Chosen], by: User, at: datetime, despite_signature: bool = False
) -> DocumentVersion:
    """Make a new version of these pages in this order; pages that are not named are left out of it.

    `seen` is the number of the version whose pages are meant. Folio numbers, sticky notes and bookmarks go with their pages. With
    `despite_signature` somebody has confirmed that an electronic signature holds for the original only.
    Raises CannotRearrange (also: nothing changed), Stale, page_making.CannotTakePages, page_making.Signed.
    """
    version = fit(document, seen=seen, by=by, despite_signature=despite_signature)
    refuse_bad_pages(pages, version)
    if [(page.number, page.turn) for page in pages] == [(number, 0) for number in range(1, (version.page_count or 0) + 1)]:
        raise CannotRearrange(_("Nothing has been changed yet."))
    [made] = page_making.make([version], [page_making.Wanted((part_of(pages),))])
    with current.atomic():
        file, document = hold_still(document=document, seen=seen, by=by)
        comment = sentence_of(version, pages, made.remarks)
        new = put_new_version(document, made, comment=comment, by=by, at=at)
        places = {(document.pk, page.number): (document.pk, place) for place, page in enumerate(pages, start=1)}
        followed = page_following.follow(documents=[document], moved=places)[document.pk]
        told: dict[str, journal.Change] = {**version_told(version, new), "pages": (all_pages(version), in_words(pages)), **followed}
        journal.enter(act="rearrange", object=document, by=by, at=at, file_id=file.public_id, changes=told)
    return new


def fit(document: Document, *, seen: int | None, by: User, despite_signature: bool) -> DocumentVersion:
    """The version whose pages are meant, if they may be worked on now. Nothing is locked yet: hold_still() asks again.

    Raises like hold_still and page_making.refuse_unfit.
    """
    refuse(document.file, document, by=by, seen=seen)
    page_making.refuse_unfit(document.current, title=document.title, despite_signature=despite_signature)
    assert document.current is not None
    return document.current


def hold_still(*, document: Document, seen: int | None, by: User) -> tuple[RecordFile, Document]:
    """Lock the file, then the document, as all acts do, and make sure that both are as the clerk saw them. Raises CannotRearrange, Stale."""
    file: RecordFile = RecordFile.objects.select_for_update(of=("self",)).get(pk=document.file_id)
    row = Document.objects.select_for_update(of=("self",)).select_related(
        "checked_out_by", "current__created_by", "register", "case", "parent", "volume"
    )
    locked: Document = row.get(pk=document.pk)
    refuse(file, locked, by=by, seen=seen)
    locked.file = file
    return file, locked


def refuse(file: RecordFile, document: Document, *, by: User, seen: int | None) -> None:
    """Raises CannotRearrange, Stale: closed or cancelled, in another file meanwhile, checked out by somebody else, another version."""
    if document.file_id != file.pk:
        raise Stale(journal_reading.moved_away(document, file=file))
    if not file.is_open:
        raise Stale(journal_reading.read_only(file))
    if document.cancelled_at is not None:
        who = journal_reading.who_did(object_id=document.public_id, acts=("cancel",))
        raise Stale(journal_reading.with_more(_("A cancelled document is not changed."), who))
    if document.is_held_from(by):
        raise Stale(sentences.held(document))
    version = document.current
    if seen is not None and version is not None and version.number != seen:
        filed = timezone.localtime(version.created_at)
        raise Stale(
            _("%(name)s has filed version %(number)s of this document meanwhile (%(day)s, %(time)s). Please look at its pages first.")
            % {"name": version.created_by, "number": version.number, "day": f"{filed:%d.%m.%Y}", "time": f"{filed:%H:%M}"}
        )


def refuse_bad_pages(pages: Sequence[Chosen], version: DocumentVersion) -> None:
    """Raises CannotRearrange: none chosen, one twice, one that is not there, a turn that is no quarter."""
    count = version.page_count or 0
    if not pages:
        raise CannotRearrange(_("At least one page has to stay."))
    numbers = [page.number for page in pages]
    for number in numbers:
        if not 1 <= number <= count:
            raise CannotRearrange(_("There is no page %(page)s; the document has %(count)s pages.") % {"page": number, "count": count})
    twice = next((number for number in numbers if numbers.count(number) > 1), None) if len(set(numbers)) < len(numbers) else None
    if twice is not None:
        raise CannotRearrange(_("Page %(page)s was named twice; each page lies in one place.") % {"page": twice})
    if any(page.turn not in TURNS for page in pages):
        raise CannotRearrange(_("Pages are turned by 90, 180 or 270 degrees."))


def part_of(pages: Sequence[Chosen], source: int = 0, bookmark: str = "") -> page_making.Part:
    return page_making.Part(source, tuple((page.number, page.turn) for page in pages), bookmark)


def put_new_version(document: Document, made: page_making.Finished, *, comment: str, by: User, at: datetime) -> DocumentVersion:
    """Put what was made on a locked document. Raises like intake.take_in."""
    name = document.title[:120].replace("/", "-").replace("\\", "-")  # "Bescheid 63/2026" is no folder
    arrival = intake.Arrival(made.stored, f"{name}.pdf")
    version = intake.put_on(document=document, arrival=arrival, comment=comment, by=by, at=at)
    document.revision += 1
    document.save(update_fields=["current", "revision"])
    indexing.note_document(document)
    return version


def version_told(old: DocumentVersion, new: DocumentVersion) -> Mapping[str, journal.Change]:
    """A new version as the journal keeps it."""
    return {"version": (old.number, new.number), "sha256": (old.sha256, new.sha256), "comment": (None, new.comment)}


def all_pages(version: DocumentVersion) -> str:
    return in_words([Chosen(number) for number in range(1, (version.page_count or 0) + 1)])


def in_words(pages: Sequence[Chosen]) -> str:
    """Pages in their order as people write them: "1–3, 5 (90°), 4"."""
    steps = enumerate(pages)
    runs = [[page for _place, page in run] for _key, run in groupby(steps, key=lambda step: (step[1].number - step[0], step[1].turn))]
    words = []
    for run in runs:
        numbers = f"{run[0].number}–{run[-1].number}" if len(run) > 1 else f"{run[0].number}"
        words.append(f"{numbers} ({run[0].turn}°)" if run[0].turn else numbers)
    return ", ".join(words)


def sentence_of(version: DocumentVersion, pages: Sequence[Chosen], remarks: Sequence[str], elsewhere: Sequence[Chosen] = ()) -> str:
    """What was done, for the version's comment; pages `elsewhere` are not left out."""
    numbers = [page.number for page in pages]
    turned = sorted(page.number for page in pages if page.turn)
    left_out = sorted(set(range(1, (version.page_count or 0) + 1)) - {page.number for page in (*pages, *elsewhere)})
    done = [
        _("pages put into another order") if numbers != sorted(numbers) else "",
        _("turned: p. %(pages)s") % {"pages": in_words([Chosen(number) for number in turned])} if turned else "",
        _("left out: p. %(pages)s") % {"pages": in_words([Chosen(number) for number in left_out])} if left_out else "",
        *remarks,
    ]
    said = _("From version %(number)s: %(what)s") % {"number": version.number, "what": "; ".join(filter(None, done))}
    return said if len(said) <= LONGEST_COMMENT else said[: LONGEST_COMMENT - 1] + "…"

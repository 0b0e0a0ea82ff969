"""Taking apart again what was put together, as long as nobody has changed it since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from foundation.store import Stored
from tenants import current
from tenants.models import User

from . import intake, journal, journal_reading, page_following, rearranging, restoring
from .models import CrossReference, Document, DocumentVersion, Participant, RecordFile, Reminder
from .page_following import Place
from .rearranging import CannotRearrange


@dataclass(frozen=True)
class Together:
    """What was put together: the first document as it was (`before` is the version it had, `made` the one it got, `revision` its own since), the
    others with the number of their pages, in order, and whose attachments, participants, cross-references and reminders are the first one's now."""

    first: UUID
    revision: int
    before: int
    made: int
    title: str
    protection_need: str
    parent: UUID | None
    others: tuple[tuple[UUID, int], ...]
    attachments: tuple[tuple[UUID, UUID], ...]
    participants: tuple[tuple[UUID, UUID], ...]
    cross_references: tuple[tuple[UUID, UUID], ...]
    reminders: tuple[tuple[UUID, UUID], ...] = ()


def take_apart(*, together: Together, by: User, at: datetime) -> Document:
    """Bring all documents back as they were; gives the first one, which gets a further version with the bytes it had before.

    Nothing is deleted: also the version with all pages stays. Whoever calls this has made sure that `by` may write in the file.
    Raises CannotRearrange (changed since), rearranging.Stale, restoring.CannotRestore.
    """
    with current.atomic():
        first = Document.objects.select_related("file").get(public_id=together.first)
        file, first = rearranging.hold_still(document=first, seen=together.made, by=by)
        if first.revision != together.revision:
            sentence = _("“%(title)s” was changed meanwhile; this can no longer be undone.") % {"title": first.title}
            raise CannotRearrange(journal_reading.with_more(sentence, journal_reading.last_change_of(object_id=first.public_id)))
        rows = _restored(together, by, at)
        old = first.versions.get(number=together.before)
        told = _described(first, together, rows)
        told |= _as_before(first, old, by, at)
        followed = page_following.follow(documents=[first], moved=_places(first, old, together, rows))
        told |= followed.get(first.pk, {})
        entries = [journal.Entry("take_apart", "Document", first.public_id, file.public_id, told)]
        entries += _hung_back(together, file, first, rows)
        journal.enter_all(entries=entries, by=by, at=at)
    return first


def _restored(together: Together, by: User, at: datetime) -> dict[UUID, Document]:
    """The others, back at their places; who is attached to another one of them comes back with it."""
    wanted = [public_id for public_id, _pages in together.others]
    cancelled = Document.objects.filter(public_id__in=wanted, cancelled_at__isnull=False).order_by("pk")
    for attached in (False, True):
        for one in list(cancelled.filter(parent__isnull=not attached)):
            restoring.restore_document(document=one, by=by, at=at)
    return {one.public_id: one for one in Document.objects.filter(public_id__in=wanted).select_related("register")}


def _described(first: Document, together: Together, rows: dict[UUID, Document]) -> dict[str, journal.Change]:
    told: dict[str, journal.Change] = {}
    for name in ("title", "protection_need"):
        if getattr(first, name) != getattr(together, name):
            told[name] = (getattr(first, name), getattr(together, name))
            setattr(first, name, getattr(together, name))
    if together.parent is not None and first.parent_id is None:
        first.parent = rows[together.parent]
        told["parent"] = (None, together.parent)
    first.save(update_fields=["title", "protection_need", "parent"])
    return told


def _as_before(first: Document, old: DocumentVersion, by: User, at: datetime) -> dict[str, journal.Change]:
    """A further version with the bytes of the old one."""
    seen = first.current
    assert seen is not None
    comment = _("Putting together taken back: as version %(number)s") % {"number": old.number}
    arrival = intake.Arrival(Stored(old.sha256, old.size), old.original_name)
    new = intake.put_on(document=first, arrival=arrival, comment=comment, by=by, at=at)
    first.revision += 1
    first.save(update_fields=["current", "revision"])
    return dict(rearranging.version_told(seen, new))


def _places(first: Document, old: DocumentVersion, together: Together, rows: dict[UUID, Document]) -> dict[Place, Place]:
    """Each page goes back to where it came from."""
    start = old.page_count or 0
    places: dict[Place, Place] = {(first.pk, page): (first.pk, page) for page in range(1, start + 1)}
    for public_id, pages in together.others:
        places |= {(first.pk, start + page): (rows[public_id].pk, page) for page in range(1, pages + 1)}
        start += pages
    return places


def _hung_back(together: Together, file: RecordFile, first: Document, rows: dict[UUID, Document]) -> list[journal.Entry]:
    """Attachments, participants, cross-references and reminders go back to whom they belonged. Tells of the attachments."""
    for public_id, owner in together.participants:
        Participant.objects.filter(public_id=public_id, document=first).update(document=rows[owner])
    for public_id, owner in together.cross_references:
        CrossReference.objects.filter(public_id=public_id, document=first).update(document=rows[owner])
    for public_id, owner in together.reminders:
        Reminder.objects.filter(public_id=public_id, document=first).update(document=rows[owner])
    entries = []
    for public_id, owner in together.attachments:
        parent = rows[owner]
        one = Document.objects.filter(public_id=public_id, file=file).exclude(parent=parent).select_related("parent").first()
        if one is None:
            continue
        told: dict[str, journal.Change] = {"parent": (one.parent and one.parent.public_id, owner)}
        if one.register_id != parent.register_id:
            one.register, one.rank = parent.register, intake.next_rank(file, parent.register)
        one.parent, one.revision = parent, one.revision + 1
        one.save(update_fields=["parent", "register", "rank", "revision"])
        entries.append(journal.Entry("attach", "Document", public_id, file.public_id, told))
    return entries

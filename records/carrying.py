"""Carrying several documents at once to another place, in their order, and putting them back where they lay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import attaching, binder, journal_reading, moving
from .models import Document, RecordFile, Register, Volume

BOTTOM = 10**9  # below whatever lies there
CannotMove = moving.CannotMove


@dataclass(frozen=True)
class Place:
    """Where a document lay, to put it back: above `above` (None: at the bottom) in `register`, or as an attachment of `parent`; and in which
    `volume`. `revision` is the one it has since: whoever changed it meanwhile had a reason."""

    document: UUID
    file: UUID
    register: UUID | None
    above: UUID | None
    parent: UUID | None
    revision: int
    volume: UUID | None = None


def carry(
    *,
    documents: Sequence[Document],
    file: RecordFile,
    register: Register | None,
    by: User,
    at: datetime,
    above: Document | None = None,
    at_bottom: bool = False,
    volume: Volume | None = None,
) -> list[Place]:
    """Put documents on top of a register, at its bottom, or right above a document of it; among themselves they keep their paper order.

    Attachments go along with their document. With a `volume`, they go into that one. All are moved or none. Whoever calls this has made sure that `by` may write in all the files.
    Raises CannotMove: nothing chosen, `above` lies elsewhere or is among the chosen, and what moving.move_document() refuses.
    """
    chosen = _in_paper_order(documents)
    if not chosen:
        raise CannotMove(_("Please choose at least one document."))
    if above is not None and (above.file_id != file.pk or above.register_id != (register.pk if register else None)):
        raise CannotMove(_("The place you chose lies in another register meanwhile."))
    if above is not None and above.pk in {document.pk for document in chosen}:
        raise CannotMove(_("A document cannot be put above itself."))
    with current.atomic():
        places = [_place_of(document) for document in chosen]
        moved: list[Document] = []
        for document in chosen:
            position = BOTTOM if at_bottom else 1 + sum(1 + one.attachments.count() for one in moved)
            if above is not None:
                position = _place_above(above, document)
            moved.append(
                moving.move_document(document=document, file=file, register=register, position=position, volume=volume, by=by, at=at)
            )
        revisions = {document.public_id: document.revision for document in moved}
        return [Place(**{**vars(place), "revision": revisions[place.document]}) for place in places]


def put_back(*, places: Sequence[Place], by: User, at: datetime) -> list[Document]:
    """Undo a carry(). Raises CannotMove if one of the documents, its file or its register was changed meanwhile; then nothing is moved."""
    back: list[Document] = []
    with current.atomic():
        for place in reversed(places):  # from the bottom: what it lay above is there already
            document = Document.objects.select_for_update(of=("self",)).get(public_id=place.document)
            if document.revision != place.revision:
                sentence = _("“%(title)s” was changed meanwhile; this can no longer be undone.") % {"title": document.title}
                raise CannotMove(journal_reading.with_more(sentence, journal_reading.last_change_of(object_id=document.public_id)))
            back.append(_put_back(document, place, by, at))
    return back


def _put_back(document: Document, place: Place, by: User, at: datetime) -> Document:
    file = RecordFile.objects.get(public_id=place.file)
    register = Register.objects.filter(file=file, public_id=place.register).first() if place.register else None
    if place.register and register is None:
        raise CannotMove(_("The register that “%(title)s” lay in is gone.") % {"title": document.title})
    standing = Document.objects.filter(file=file, register=register, cancelled_at__isnull=True)
    neighbour = standing.filter(public_id=place.above).first() if place.above else None
    position = _place_above(neighbour, document) if neighbour else BOTTOM
    volume = Volume.objects.filter(public_id=place.volume, file=file).first() if place.volume else None
    document = moving.put_at(document=document, file=file, register=register, position=position, volume=volume, by=by, at=at)
    parent = Document.objects.filter(public_id=place.parent, file=file).first() if place.parent else None
    return attaching.attach(document=document, to=parent, by=by, at=at) if parent else document


def _in_paper_order(documents: Sequence[Document]) -> list[Document]:
    """The chosen ones as they lie, without attachments of documents that are chosen too."""
    keys = {document.pk for document in documents}
    found = Document.objects.filter(pk__in=keys).exclude(parent__in=keys).order_by("file", *binder.paper_order())
    return list(found.select_related("file", "register", "parent", "volume"))


def _place_of(document: Document) -> Place:
    same = Document.objects.filter(file=document.file_id, register=document.register_id, cancelled_at__isnull=True, parent__isnull=True)
    ids = list(same.order_by(*binder.rank_order(), "id").values_list("public_id", flat=True))
    after = ids.index(document.public_id) + 1 if document.public_id in ids else len(ids)
    return Place(
        document.public_id,
        document.file.public_id,
        document.register.public_id if document.register else None,
        ids[after] if after < len(ids) else None,
        document.parent.public_id if document.parent else None,
        document.revision,
        document.volume.public_id if document.volume else None,
    )


def _place_above(neighbour: Document, moved: Document) -> int:
    """The position that puts a document right above a neighbour: what moves away from above it does not count."""
    lead = neighbour.parent or neighbour
    place = moving.places_of([lead, moved])
    same = (moved.file_id, moved.register_id) == (lead.file_id, lead.register_id)
    goes_away = same and moved.parent_id != lead.pk and place.get(moved.pk, place[lead.pk]) < place[lead.pk]
    return place[lead.pk] - (1 + moved.attachments.filter(cancelled_at__isnull=True).count() if goes_away else 0)

"""What stands in a file for paper that is not there: missing sheets, and sheets that say where a document lives instead (cross-references).

Each has its place in paper order: behind the document that a clerk has named, or, without one, where it would lie had it been filed in its
register on the day on which it was put in. It bears no sheet number (docs/decisions/0044).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from tenants.models import User

from . import linking, missing_sheets, moving
from .models import CrossReference, MissingSheet, RecordFile, Volume

MISSING, REFERENCE = "missing", "reference"


class Lying(Protocol):
    """A document as it lies in its file: records.contents.Listed, or a Document."""

    pk: int
    register_id: int | None
    volume_id: int | None
    parent_id: int | None
    created_at: datetime


Volumes = frozenset[int | None] | None
Paper = TypeVar("Paper", bound=Lying)


@dataclass(frozen=True)
class StandIn:
    """One of them at its place. `behind`: the document after which it comes, None at the beginning of its register."""

    kind: str
    row: MissingSheet | CrossReference
    register_id: int | None
    behind: int | None

    @property
    def id(self) -> str:
        return str(self.row.public_id)

    @property
    def title(self) -> str:
        return self.row.what if isinstance(self.row, MissingSheet) else self.row.document.title


def standing_in(*, file: RecordFile, clerk: User, documents: Sequence[Lying], volumes: Sequence[Volume] = ()) -> list[StandIn]:
    """What stands in a file, as far as the clerk may know of it, in the order in which it was put in. Two queries.

    `documents` are those of the file in paper order. Where it has volumes, what names no document stands in the one that is open.
    """
    rows: list[MissingSheet | CrossReference] = [*missing_sheets.still_missing(file), *linking.cross_references_of(file=file, clerk=clerk)]
    newest, places = moving.newest_on_top(), open_places(volumes)
    return [_placed(row, documents, newest, places) for row in sorted(rows, key=lambda row: (row.created_at, row.pk))]


def open_places(volumes: Sequence[Volume]) -> Volumes:
    """What is written at documents of the volume that is open; None while the file is one binder. Those of before the second one name none."""
    if not volumes:
        return None
    first = min(volumes, key=lambda volume: volume.number)
    standing = {volume.pk for volume in volumes if volume.closed_on is None}
    return frozenset(standing | ({None} if first.pk in standing else set()))


def behind_each(stand_ins: Iterable[StandIn]) -> dict[int, list[StandIn]]:
    """Those that come after a document, by its key."""
    found: dict[int, list[StandIn]] = {}
    for each in stand_ins:
        if each.behind is not None:
            found.setdefault(each.behind, []).append(each)
    return found


def beginning(stand_ins: Iterable[StandIn], register_id: int | None) -> list[StandIn]:
    """Those with which a register begins."""
    return [each for each in stand_ins if each.behind is None and each.register_id == register_id]


def among(
    documents: Sequence[Paper], stand_ins: Sequence[StandIn], registers: Sequence[int | None], volumes: Volumes = None
) -> list[Paper | StandIn]:
    """Documents in whatever order they go, with each stand-in at its place.

    `registers` are the file's in their order, None first; `volumes` as open_places() gives them.
    """
    behind, stream = behind_each(stand_ins), list[Paper | StandIn]()
    waiting = {register: beginning(stand_ins, register) for register in registers}
    for document in documents:
        if document.register_id in waiting and (volumes is None or document.volume_id in volumes):
            for register in registers[: registers.index(document.register_id) + 1]:  # also those of registers that are empty otherwise
                stream += waiting.pop(register, [])
        stream += [document, *behind.get(document.pk, [])]
    return stream + [each for register in registers for each in waiting.get(register, [])]


def lines_of(stand_in: StandIn, *, today: date) -> list[str]:
    """What the sheet says below its title."""
    row = stand_in.row
    if isinstance(row, CrossReference):
        return [_("lies in file %(file)s") % {"file": row.document.file.file_reference}, *([row.remark] if row.remark else [])]
    said = [_("lent to %(who)s since %(day)s") % {"who": row.borrower, "day": _day(row.since)}]
    if row.back_by is not None:
        late = row.back_by < today
        text = _("overdue since %(day)s") if late else _("expected back by %(day)s")
        said.append(text % {"day": _day(row.back_by)})
    return said


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _placed(row: MissingSheet | CrossReference, documents: Sequence[Lying], newest_on_top: bool, volumes: Volumes) -> StandIn:
    kind = MISSING if isinstance(row, MissingSheet) else REFERENCE
    named = next((each for each in documents if each.pk == row.behind_id), None) if row.behind_id else None
    if named is not None:  # wherever the document has been put meanwhile
        return StandIn(kind, row, named.register_id, named.pk)
    lying = [each for each in documents if each.register_id == row.register_id and (volumes is None or each.volume_id in volumes)]
    # Newest on top: it lies on the first that was there already. Oldest on top: before the first that came later.
    leads = (at for at, each in enumerate(lying) if each.parent_id is None and (each.created_at <= row.created_at) == newest_on_top)
    place = next(leads, len(lying))
    return StandIn(kind, row, row.register_id, lying[place - 1].pk if place else None)

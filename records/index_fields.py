"""Index fields: which ones the files of a unit (and of all below it) have, in which order; kept by administrators and the registry."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import facts, journal
from .models import FilePlanUnit, IndexField, RecordFile

MOST = 30


class CannotDefine(facts.CannotKeep):
    """The field cannot be defined or changed like that; the message says why."""


def fields_of(unit: FilePlanUnit) -> QuerySet[IndexField]:
    """Fields that hold in a unit: its own and those of the units above, topmost first."""
    above = [*unit.ancestor_ids, unit.pk]
    return _in_order(IndexField.objects.filter(unit__in=above, retired_at__isnull=True))


def fields_of_file(file: RecordFile) -> QuerySet[IndexField]:
    """Fields of its unit, and those that a value was given in before they were retired or the file was re-filed."""
    above = [*file.unit.ancestor_ids, file.unit_id]
    held = Q(unit__in=above, retired_at__isnull=True) | Q(values__file=file)
    return _in_order(IndexField.objects.filter(held).distinct())


def add_field(*, unit: FilePlanUnit, name: str, kind: str, by: User | None, at: datetime) -> IndexField:
    """Define a field at a unit, below those it has. Raises CannotDefine: the name is taken there, above or below, or there are too many."""
    name = facts.line(name, field="name", most=80, name=_("Name"), required=True)
    if kind not in IndexField.Kind.values:
        raise CannotDefine(_("There is no such kind of field."), "kind")
    with current.atomic():
        unit = FilePlanUnit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
        _refuse_taken(unit, name)
        if fields_of(unit).count() >= MOST:
            raise CannotDefine(_("A unit has at most %(most)s fields.") % {"most": MOST})
        last = IndexField.objects.filter(unit=unit).aggregate(last=Max("position"))["last"] or 0
        field = IndexField.objects.create(unit=unit, name=name, kind=kind, position=last + 1)
        journal.enter(
            act="create", object=field, by=by, at=at, changes={"name": (None, name), "kind": (None, kind), "file_plan_unit": (None, unit)}
        )
    return field


def rename_field(*, field: IndexField, name: str, by: User, at: datetime) -> IndexField:
    """Give a field another name; its kind stays, because values of it are kept. Raises CannotDefine."""
    name = facts.line(name, field="name", most=80, name=_("Name"), required=True)
    with current.atomic():
        field = _locked(field)
        if name != field.name:
            _refuse_taken(field.unit, name, but=field)
            old, field.name = field.name, name
            field.save(update_fields=["name"])
            journal.enter(act="edit", object=field, by=by, at=at, changes={"name": (old, name)})
    return field


def move_field(*, field: IndexField, up: bool, by: User, at: datetime) -> None:
    """Change places with the field above or below it in the same unit; at the end nothing happens. Raises CannotDefine."""
    with current.atomic():
        field = _locked(field)
        rows = list(IndexField.objects.select_for_update().filter(unit=field.unit, retired_at__isnull=True).order_by("position", "pk"))
        place = rows.index(field)
        other = place + (-1 if up else 1)
        if not 0 <= other < len(rows):
            return
        rows[place], rows[other] = rows[other], rows[place]
        for position, row in enumerate(rows, 1):
            row.position = position
        IndexField.objects.bulk_update(rows, ["position"])
        journal.enter(act="edit", object=field, by=by, at=at, changes={"position": (place + 1, other + 1)})


def retire_field(*, field: IndexField, by: User, at: datetime) -> None:
    """Offer a field no more. Values that files have in it stay, and are found. Raises CannotDefine."""
    with current.atomic():
        field = _locked(field)
        field.retired_at = at
        field.save(update_fields=["retired_at"])
        journal.enter(act="retire", object=field, by=by, at=at, changes={"name": (field.name, None)})


def _locked(field: IndexField) -> IndexField:
    found = IndexField.objects.select_for_update(of=("self",)).select_related("unit").get(pk=field.pk)
    if found.retired_at is not None:
        raise CannotDefine(_("This field has been retired."))
    return found


def _refuse_taken(unit: FilePlanUnit, name: str, but: IndexField | None = None) -> None:
    """A file never has two fields of one name: not from above, and not in the units below."""
    on_the_way = Q(unit__in=[*unit.ancestor_ids, unit.pk]) | Q(unit__path__startswith=unit.path)
    taken = IndexField.objects.filter(on_the_way, name__iexact=name, retired_at__isnull=True).exclude(pk=but.pk if but else 0)
    if other := taken.select_related("unit").first():
        raise CannotDefine(
            _("There is a field “%(name)s” at unit %(code)s already.") % {"name": other.name, "code": other.unit.classification_code},
            "name",
        )


def _in_order(fields: QuerySet[IndexField]) -> QuerySet[IndexField]:
    return fields.select_related("unit").order_by("unit__level", "position", "pk")

"""What files say in their index fields, and files found by it: by address and parcel, as building offices look for them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import facts, index_fields, journal, spellings
from .models import IndexField, IndexValue, RecordFile
from .spellings import Value

MOST_VALUES = 50
PLACES = (IndexField.Kind.ADDRESS, IndexField.Kind.PARCEL)
SUGGESTED = 8


class CannotFill(facts.CannotKeep):
    """The values cannot be kept like that; the message says why."""


def values_of(file: RecordFile) -> dict[int, list[IndexValue]]:
    """Values of a file by field, in their order. One query."""
    held: dict[int, list[IndexValue]] = {}
    for value in IndexValue.objects.filter(file=file).order_by("position"):
        held.setdefault(value.field_id, []).append(value)
    return held


def mark_of(values: Mapping[int, Sequence[IndexValue]]) -> str:
    """A digest of what a file says in all of its fields: a form sends it along (facts.mark_of)."""
    said = "\x1f".join(f"{field}:{value.text}" for field in sorted(values) for value in values[field])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def fill(*, file: RecordFile, values: Mapping[IndexField, Sequence[Value]], by: User, at: datetime, mark: str | None = None) -> bool:
    """Put these values in place of those that the file has in these fields; tells whether anything changed.

    Raises CannotFill (a field the file does not have, too many values), ReadOnly, Changed if `mark` is not that of the values as they are.
    """
    with current.atomic():
        file = facts.open_file(file)
        held = values_of(file)
        facts.refuse_changed(mark, mark_of(held), object_id=file.public_id, acts=("fill_in",))
        known = {field.pk for field in index_fields.fields_of_file(file)}
        changes: dict[str, journal.Change] = {}
        for field, wanted in values.items():
            if field.pk not in known:
                raise CannotFill(_("The file does not have this field."), "field")
            if len(wanted) > MOST_VALUES:
                raise CannotFill(_("A field has at most %(most)s values.") % {"most": MOST_VALUES}, "values")
            unique = list({value.text: value for value in wanted}.values())
            old = [value.text for value in held.get(field.pk, [])]
            if old != [value.text for value in unique]:
                _replace(file, field, unique)
                changes[_in_journal(field)] = ("; ".join(old) or None, "; ".join(value.text for value in unique) or None)
        if changes:
            journal.enter(act="fill_in", object=file, by=by, at=at, changes=changes)
    return bool(changes)


def add_value(*, file: RecordFile, field: IndexField, value: Value, by: User, at: datetime) -> None:
    """Add one value to those that the file has in a field. Raises CannotFill, ReadOnly."""
    with current.atomic():
        file = facts.open_file(file)
        before = [_as_value(each) for each in values_of(file).get(field.pk, [])]
        if value.text in {each.text for each in before}:
            raise CannotFill(_("The file has this value already."), "value")
        fill(file=file, values={field: [*before, value]}, by=by, at=at)


def files_with(*, clerk: User, text: str, most: int = 20, typing: bool = False) -> list[RecordFile]:
    """Standing files the clerk may see, one of whose values holds every word that was typed; addresses and parcels first.

    `typing`: the last word may go on, "Hauptstraße 1" also means number 12.
    """
    wanted = matching(text, typing=typing)
    if wanted is None:
        return []
    visible = RecordFile.objects.visible_to(clerk).standing()
    rows = IndexValue.objects.filter(wanted, file__in=visible).select_related("file", "field")
    if not typing:  # an order would have all of them looked at that a town's name is in, with every key that is pressed
        rows = rows.order_by("file__reference_key", "pk")
    found = sorted(rows[: most * 5], key=lambda value: (value.field.kind not in PLACES, value.file.reference_key, value.pk))
    return list(dict.fromkeys(value.file for value in found))[:most]


def ids_with(*, clerk: User, text: str, most: int = 500) -> list[int]:
    """The same as keys, for lists that are narrowed: asked for first, so that indexes answer the rest."""
    wanted = matching(text)
    if wanted is None:
        return []
    visible = RecordFile.objects.visible_to(clerk)
    return list(IndexValue.objects.filter(wanted, file__in=visible).values_list("file_id", flat=True).distinct()[:most])


def is_place(text: str) -> bool:
    """Whether what was typed can be meant as an address or a parcel: a number with a slash, or words with a number."""
    words = spellings.words_of(text)
    numbered = [word for word in words if re.match(r"\d", word)]
    return any(re.fullmatch(r"\d+/\d+", word) for word in numbered) or (
        bool(numbered) and any(re.match(r"[^\W\d]{3}", word) for word in words)
    )


def suggest(*, clerk: User, field: IndexField, text: str) -> list[IndexValue]:
    """Values that files the clerk may see have in a field already, while somebody types."""
    text = " ".join(text.replace("\x00", " ").split())[:100]
    if len(text) < 2:
        return []
    visible = RecordFile.objects.visible_to(clerk)
    rows = IndexValue.objects.filter(field=field, file__in=visible)
    for word in text.split():
        rows = rows.filter(text__icontains=word)
    found = {value.text: value for value in rows.order_by("text", "pk")[: SUGGESTED * 10]}
    return list(found.values())[:SUGGESTED]


def matching(text: str, *, typing: bool = False) -> Q | None:
    """Values that hold every word typed, numbers as whole numbers: 12/3 is not in 112/3. None if nothing typed can be looked for."""
    text = text.replace("\x00", " ").strip()
    if len(text) > 200 or text.startswith("-"):
        return None
    words = spellings.words_of(text)
    if not any(len(re.sub(r"[^\w/]", "", word)) >= 3 for word in words):
        return None
    wanted = Q()
    for place, word in enumerate(words, 1):
        wanted &= Q(text__icontains=word)  # the index of groups of three letters answers this
        if re.match(r"\d", word):
            end = "" if typing and place == len(words) else "($|[^[:alnum:]/])"
            wanted &= Q(text__iregex=rf"(^|[^[:alnum:]/,.]|, ){re.escape(word)}{end}")
    return wanted


def _in_journal(field: IndexField) -> str:
    """Never the name of a field of ours, whatever an administrator calls hers."""
    return f"{_('Index field')} {field.name}"[:60]


def _replace(file: RecordFile, field: IndexField, values: Sequence[Value]) -> None:
    IndexValue.objects.filter(file=file, field=field).delete()
    IndexValue.objects.bulk_create(
        [
            IndexValue(file=file, field=field, position=place, text=v.text, number=v.number, day=v.day, parts=dict(v.parts))
            for place, v in enumerate(values, 1)
        ]
    )


def _as_value(row: IndexValue) -> Value:
    return Value(row.text, row.number, row.day, row.parts)

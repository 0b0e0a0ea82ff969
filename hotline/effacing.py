"""Taking a person's name, addresses and telephone number out of whatever the centre has written down, wherever it stands.

It walks through every text and JSON column of every table, so that a table that somebody adds later cannot be forgotten.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import CharField, Field, ForeignKey, JSONField, Model, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from .models import Message, Ticket
from .telephoning import COUNTRY, dialled

SHORTEST_NAME, SHORTEST_NUMBER = 3, 6  # letters, digits
PARTICLES = frozenset({"van", "von", "vom", "der", "den", "des", "dem", "und", "zum", "zur", "ter", "ten", "del", "las", "los", "dos"})
LEFT_ALONE = (User, Session)  # other people's accounts say who they are, whoever shares a name with them; sessions end
BETWEEN = r"[\s/().–-]{0,3}"  # digits of a telephone number
Touched = dict[type[Model], set[Any]]


@dataclass(frozen=True)
class Traces:
    """What names a person, as regular expressions that Python and PostgreSQL read alike.

    `everywhere`: what is hers alone. `near`: also what others share with her, `parts`: single words of her name (here capitals count); these two
    only on what has to do with her tickets. Empty strings where there is nothing.
    """

    everywhere: str
    near: str
    parts: str


def word() -> str:
    """What stands in a text instead of her."""
    return _("[anonymised]")


def traces(*, person: User, names: Iterable[str], addresses: Iterable[str]) -> Traces:
    """What names this person: her account's name, address and number, and those she had before as far as her mails show them."""
    names = sorted({name.strip() for name in (person.display_name, *names) if len(name.strip()) >= SHORTEST_NAME})
    addresses = sorted({address.strip() for address in (person.email, *addresses) if "@" in address})
    others = User.objects.exclude(pk=person.pk)
    sure: list[str] = []
    near: list[str] = []
    parts: list[str] = []
    for name in names:
        unlike = " " in name and not others.filter(display_name__iexact=name).exists()
        (sure if unlike else near).append(_name(name))
        parts += [part for part in re.split(r"[\s,]+", name) if len(part) >= SHORTEST_NAME and part.lower() not in PARTICLES]
    for address in addresses:
        (near if others.filter(email__iexact=address).exists() else sure).append(rf"(?<![\w.+%-]){_spelled(address)}(?![\w-])")
    if number := _number(person.telephone):
        shared = len(re.sub(r"\D", "", person.telephone)) < SHORTEST_NUMBER or others.filter(telephone=person.telephone).exists()
        (near if shared else sure).append(number)
    forms = dict.fromkeys(form for part in parts for form in (part, part.capitalize(), part.upper()))
    alone = rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})s?(?!\w)" if forms else ""
    return Traces("|".join(sure), "|".join(dict.fromkeys([*sure, *near])), alone)


def efface(*, traces: Traces, tickets: Sequence[int]) -> Touched:
    """Replace what names a person; returns the keys of the rows that were changed, by their table. Inside the act's transaction.

    `tickets`: keys of those that have to do with her. Accounts of others stay. Published articles change for this only (a trigger sees to it).
    """
    touched: Touched = defaultdict(set)
    current.ask("SELECT set_config('hotline.effacing', 'on', true)", [])
    for model, fields in written_in():
        _replace(model, fields, traces.everywhere, Q(), touched)
        if (near := _near(model, tickets)) is not None:
            _replace(model, fields, traces.near, near, touched)
            _replace(model, fields, traces.parts, near, touched, capitals=True)
    current.ask("SELECT set_config('hotline.effacing', '', true)", [])
    return touched


def written_in() -> Iterator[tuple[type[Model], list[Field[Any, Any]]]]:
    """Every table with its columns in which words stand: those that name nothing (keys, choices) are left out."""
    for model in apps.get_models(include_auto_created=True):
        if model in LEFT_ALONE or model._meta.proxy or not model._meta.managed:
            continue
        fields: list[Field[Any, Any]] = [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, CharField | TextField | JSONField) and not (field.unique or field.primary_key or field.choices)
        ]
        if fields:
            yield model, fields


def _replace(
    model: type[Model], fields: Sequence[Field[Any, Any]], pattern: str, which: Q, touched: Touched, *, capitals: bool = False
) -> None:
    if not pattern:
        return
    wanted, looked = re.compile(pattern, 0 if capitals else re.IGNORECASE), Q()
    columns = {f"words_of_{field.name}": Cast(field.name, TextField()) for field in fields}
    for name in columns:
        looked |= Q(**{f"{name}__{'regex' if capitals else 'iregex'}": pattern})
    names = [field.name for field in fields]
    rows = model._base_manager.annotate(**columns).filter(which).filter(looked).order_by("pk").values_list("pk", *names)
    for pk, *values in list(rows):
        changes = {field.name: new for field, value in zip(fields, values, strict=True) if (new := _without(field, value, wanted)) != value}
        if changes and model._base_manager.filter(pk=pk).update(**changes):
            touched[model].add(pk)


def _without(field: Field[Any, Any], value: Any, wanted: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        new = wanted.sub(word(), value)
        return new if new == value or field.max_length is None else new[: field.max_length]
    return _deeply(value, wanted)


def _deeply(value: Any, wanted: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return wanted.sub(word(), value)
    if isinstance(value, list):
        return [_deeply(one, wanted) for one in value]
    if isinstance(value, dict):
        return {wanted.sub(word(), key): _deeply(one, wanted) for key, one in value.items()}
    return value


def _near(model: type[Model], tickets: Sequence[int]) -> Q | None:
    """Rows of a table that belong to tickets or to what was said on them; None for a table that knows neither."""
    if model is Ticket:
        return Q(pk__in=tickets)
    found: list[Any] = [Q(**{f"{field.name}__in": tickets}) for field in _keys(model, Ticket)]
    found += [Q(**{f"{field.name}__ticket__in": tickets}) for field in _keys(model, Message)]
    return None if not found else Q.create(found, connector=Q.OR)


def _keys(model: type[Model], to: type[Model]) -> list[ForeignKey[Any, Any]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey) and field.related_model is to]


def _name(name: str) -> str:
    """A whole name, also "Kurz, Anna", also with a genitive's s."""
    parts = name.split()
    forms = [r"\s+".join(map(_spelled, parts))]
    if len(parts) > 1:
        forms.append(_spelled(parts[-1]) + r",\s*" + r"\s+".join(map(_spelled, parts[:-1])))
    return rf"(?<!\w)(?:{'|'.join(forms)})s?(?!\w)"


def _number(written: str) -> str:
    """A telephone number in any spelling, with or without the country's code; "" for what is none."""
    number = dialled(written)
    digits = number.removeprefix(f"+{COUNTRY}") if number.startswith(f"+{COUNTRY}") else number.lstrip("+")
    if len(digits) < 3:
        return ""
    before = rf"(?:(?:\+|00){COUNTRY}{BETWEEN}(?:\(0\))?|0){BETWEEN}" if number.startswith(f"+{COUNTRY}") else r"(?:\+|00)?"
    return rf"(?<!\d){before}{BETWEEN.join(digits)}(?!\d)"


def _spelled(text: str) -> str:
    """Letters beyond ASCII in both cases: not every collation of PostgreSQL knows that they belong together."""
    return "".join(_letter(sign) for sign in text)


def _letter(sign: str) -> str:
    lower, upper = sign.lower(), sign.upper()
    if sign.isascii() or len(lower) != 1 or len(upper) != 1 or lower == upper:
        return re.escape(sign)
    return f"[{lower}{upper}]"

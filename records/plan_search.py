"""Finding a place in the file plan by code, title, former code or words of its legal basis."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q

from tenants.models import User

from .models import FilePlanUnit, FormerCode

MOST = 50
LONGEST = 200


@dataclass(frozen=True)
class Place:
    """A unit that was found; `former` is the code that it once had and that was typed, `above` the titles that lead there."""

    unit: FilePlanUnit
    former: str
    above: tuple[str, ...]


def find_places(*, clerk: User, text: str) -> list[Place]:
    """Units the clerk may see in which every word stands somewhere; the code typed in full comes first. Three queries beside her rights."""
    words = text.replace("\x00", " ").split()[:8]
    typed = " ".join(words)[:LONGEST]
    if not typed:
        return []
    matching = Q(classification_code__istartswith=typed) | Q(former_codes__classification_code__istartswith=typed)  # codes may hold spaces
    each = Q()
    for word in words:
        each &= Q(classification_code__istartswith=word) | Q(title__icontains=word) | Q(legal_basis__icontains=word)
    visible = FilePlanUnit.objects.visible_to(clerk)
    chosen = visible.filter(pk__in=FilePlanUnit.objects.filter(matching | each).values("pk")).with_leaf().in_order()
    former_codes = Prefetch("former_codes", FormerCode.objects.order_by("-until"))
    units = list(chosen.prefetch_related(former_codes)[: MOST * 4])
    units.sort(key=lambda unit: _rank(unit, typed.casefold()))
    shown = units[:MOST]
    titles = dict(FilePlanUnit.objects.filter(pk__in={pk for unit in shown for pk in unit.ancestor_ids}).values_list("pk", "title"))
    return [Place(unit, _former(unit, typed.casefold()), tuple(titles[pk] for pk in unit.ancestor_ids)) for unit in shown]


def _rank(unit: FilePlanUnit, typed: str) -> int:
    """0: its code, 1: a code that it had, 2: its code begins so, 3: anything else. Within, the plan's order stays."""
    if unit.classification_code.casefold() == typed:
        return 0
    if any(former.classification_code.casefold() == typed for former in unit.former_codes.all()):
        return 1
    return 2 if unit.classification_code.casefold().startswith(typed) else 3


def _former(unit: FilePlanUnit, typed: str) -> str:
    if unit.classification_code.casefold().startswith(typed):
        return ""
    return next((f.classification_code for f in unit.former_codes.all() if f.classification_code.casefold().startswith(typed)), "")

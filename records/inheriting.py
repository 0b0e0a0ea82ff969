"""What a unit says of its files' lives, by itself or by the units above it: who opens files, what starts the period, the transfer period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .models import FilePlanUnit


@dataclass(frozen=True)
class Rules:
    """`starts_with` is the event that starts the period ("" is closing), `transfer_years` None where there is no transfer period."""

    by_registry: bool
    starts_with: str
    transfer_years: int | None


def rules_of(*, unit: FilePlanUnit) -> Rules:
    """Resolve them for one unit: its own value, else the nearest ancestor's (domain: inherited down). One query."""
    chain = {found.pk: found for found in FilePlanUnit.objects.filter(pk__in=[*unit.ancestor_ids, unit.pk])}
    return _nearest(chain[pk] for pk in [unit.pk, *reversed(unit.ancestor_ids)])


def run_by_registry(units: Iterable[FilePlanUnit]) -> set[int]:
    """Of these units those in which the registry opens files and clerks make drafts. One query, however many units."""
    asked = list(units)
    needed = {pk for unit in asked for pk in (*unit.ancestor_ids, unit.pk)}
    known = {unit.pk: unit for unit in FilePlanUnit.objects.filter(pk__in=needed)}
    return {unit.pk for unit in asked if _nearest(known[pk] for pk in [unit.pk, *reversed(unit.ancestor_ids)]).by_registry}


def _nearest(units: Iterable[FilePlanUnit]) -> Rules:
    registration, starts_with, transfer_years = "", "", None
    for unit in units:
        registration = registration or unit.registration
        starts_with = starts_with or unit.retention_starts_with
        transfer_years = unit.transfer_years if transfer_years is None else transfer_years
    return Rules(registration == FilePlanUnit.Registration.REGISTRY, starts_with, transfer_years)

"""A small file plan, its next edition, and looks into both."""

from __future__ import annotations

from typing import Any

from records import plan_review
from records.models import FilePlanUnit, JournalEntry, PlanEdition, PlannedUnit
from tests.factories import FilePlanUnitFactory


def building_plan() -> dict[str, FilePlanUnit]:
    """6 Bauen (10 years) › 60 Verwaltung, 63 Bauordnung › 63.1, 63.2; and 7 › 70."""
    made: dict[str, FilePlanUnit] = {}
    for code, above, more in (
        ("6", None, {"retention_years": 10, "disposal_action": "B"}), ("60", "6", {}), ("63", "6", {}), ("63.1", "63", {}), ("63.2", "63", {}),
        ("7", None, {}), ("70", "7", {}),
    ):  # fmt: skip
        made[code] = FilePlanUnitFactory(classification_code=code, title=f"Betreff {code}", parent=made.get(above or ""), **more)
    return made


def planned(edition: PlanEdition, code: str) -> PlannedUnit:
    return edition.units.select_related("unit").get(classification_code=code, dropped=False)


def entries_of(unit: Any) -> list[str]:
    return list(JournalEntry.objects.filter(object_id=unit.public_id).order_by("sequence").values_list("act", flat=True))


def faults(edition: PlanEdition) -> str:
    return " ".join(fault.sentence for fault in plan_review.review(edition=edition).faults)


def change_of(edition: PlanEdition, code: str) -> plan_review.Change:
    return next(c for c in plan_review.review(edition=edition).changes if c.planned.classification_code == code)

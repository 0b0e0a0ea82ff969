"""What tests of the file plan's screens send and read."""

from __future__ import annotations

import html
import re
from typing import Any

from records import plan_fields
from records.models import FilePlanUnit, PlanEdition, PlannedUnit
from tests.factories import FilePlanUnitFactory


def small_plan() -> dict[str, FilePlanUnit]:
    top = FilePlanUnitFactory(classification_code="6", title="Bauen", retention_years=10)
    below = FilePlanUnitFactory(classification_code="63", title="Bauordnung", parent=top)
    return {"6": top, "63": below, "63.1": FilePlanUnitFactory(classification_code="63.1", title="Anträge", parent=below)}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def planned(edition: PlanEdition, code: str) -> PlannedUnit:
    return edition.units.get(classification_code=code)


def entered(unit: Any, **changes: Any) -> dict[str, Any]:
    """What the form of a unit sends."""
    sent = {name: getattr(unit, name) for name in plan_fields.DESCRIPTIVE if name not in ("register_set", "retention_unlimited")}
    sent |= {"classification_code": unit.classification_code, "seen": plan_fields.fingerprint(unit)}
    sent["retention_start"], sent["retention_starts_with"] = plan_fields.split_start(unit.retention_starts_with)
    sent["parent"] = unit.parent.classification_code if unit.parent else ""
    return {name: "" if value is None else value for name, value in {**sent, **changes}.items()}


def seen_in(page: str) -> str:
    """The mark that a form sends along."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])

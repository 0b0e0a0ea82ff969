"""What is written down of a file plan unit: its fields, what may stand in them, and how they come down from the units above.

The same fields stand on a unit in force (FilePlanUnit) and on one of an edition in preparation (PlannedUnit).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenants import current

from .models import FilePlanUnit, PlannedUnit, RegisterSet

Unit = FilePlanUnit | PlannedUnit
RETENTION = ("retention_years", "retention_unlimited")
DEFAULTS = (
    *RETENTION, "disposal_action", "register_set", "legal_basis", "override_reason", "retention_starts_with", "transfer_years", "registration",
)  # fmt: skip
DESCRIPTIVE = ("title", *DEFAULTS)
WORDS: dict[str, Any] = {
    "classification_code": gettext_lazy("Classification code"),
    "title": gettext_lazy("Title"),
    "parent": gettext_lazy("Unit above"),
    "retention": gettext_lazy("Retention"),
    "disposal_action": gettext_lazy("Disposal action"),
    "register_set": gettext_lazy("Register set"),
    "legal_basis": gettext_lazy("Legal basis"),
    "override_reason": gettext_lazy("Reason for a period of its own"),
    "retention_starts_with": gettext_lazy("The period starts with"),
    "transfer_years": gettext_lazy("Transfer period in years"),
    "registration": gettext_lazy("Who opens files"),
}
CODE = re.compile(r"[^\W_]+(?:[.\-/ ][^\W_]+)*")
LONGEST = {"classification_code": 40, "title": 300, "legal_basis": 500, "override_reason": 500, "retention_starts_with": 200}
MOST_YEARS = {"retention_years": 200, "transfer_years": 100}


class BadField(Exception):
    """What was entered cannot stand in this field; `field` names it, the message says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def take_turns() -> None:
    """Wait until nobody else changes the make-up of the file plan or of an edition, until this transaction ends."""
    with current.connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('the file plan', 0))")


def cleaned(changes: Mapping[str, Any]) -> dict[str, Any]:
    """What was entered, tidied. Raises BadField for a value that cannot be kept; unknown names are left out."""
    tidy: dict[str, Any] = {}
    for name, value in changes.items():
        if name in LONGEST:
            tidy[name] = _text(name, value)
        elif name in MOST_YEARS:
            tidy[name] = _years(name, value)
        elif name in (*DEFAULTS, "frozen"):
            tidy[name] = value
    if tidy.get("retention_unlimited") and tidy.get("retention_years") is not None:
        raise BadField("retention_years", _("A unit is kept for some years or without limit, not both."))
    return tidy


def _text(name: str, value: Any) -> str:
    text = " ".join(str(value or "").replace("\x00", "").split())
    if len(text) > LONGEST[name]:
        raise BadField(name, _("At most %(limit)d characters can stand here.") % {"limit": LONGEST[name]})
    if name == "title" and not text:
        raise BadField(name, _("Please give the unit a title."))
    if name == "classification_code" and not CODE.fullmatch(text):
        raise BadField(name, _("A classification code is made of digits and letters, divided by single dots, hyphens, slashes or spaces."))
    return text


def _years(name: str, value: Any) -> int | None:
    lowest, highest = (1 if name == "retention_years" else 0), MOST_YEARS[name]
    if value is not None and not lowest <= value <= highest:
        raise BadField(name, _("Please enter whole years from %(lowest)d to %(highest)d.") % {"lowest": lowest, "highest": highest})
    return value  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Defaults:
    """What holds for files of a unit, after inheritance. `retention_years` None with unlimited False: nothing is set.

    `retention_starts_with` empty: the period starts with closing; `registration` empty: clerks open files.
    """

    retention_years: int | None = None
    retention_unlimited: bool = False
    disposal_action: str = ""
    register_set: RegisterSet | None = None
    retention_starts_with: str = ""
    transfer_years: int | None = None
    registration: str = ""
    legal_basis: str = ""

    @property
    def by_registry(self) -> bool:
        """Whether the registry opens files here, and clerks make drafts."""
        return self.registration == FilePlanUnit.Registration.REGISTRY

    @property
    def retention(self) -> tuple[int | None, bool]:
        return self.retention_years, self.retention_unlimited

    def below(self, unit: Unit) -> Defaults:
        """What holds in a unit below: its own values, else these."""
        own = has_own_retention(unit)
        return Defaults(
            retention_years=unit.retention_years if own else self.retention_years,
            retention_unlimited=unit.retention_unlimited if own else self.retention_unlimited,
            disposal_action=unit.disposal_action or self.disposal_action,
            register_set=self.register_set if unit.register_set_id is None else unit.register_set,
            retention_starts_with=unit.retention_starts_with or self.retention_starts_with,
            transfer_years=self.transfer_years if unit.transfer_years is None else unit.transfer_years,
            registration=unit.registration or self.registration,
            legal_basis=unit.legal_basis or self.legal_basis,
        )


def has_own_retention(unit: Unit) -> bool:
    return unit.retention_years is not None or unit.retention_unlimited


def overrides_without_reason(unit: Unit, above: Defaults) -> bool:
    """Whether a unit sets aside the period that it would inherit, and does not say why."""
    if not has_own_retention(unit) or above.retention == (None, False):
        return False
    return above.retention != (unit.retention_years, unit.retention_unlimited) and not unit.override_reason


def retention_words(years: int | None, unlimited: bool) -> str:
    """A period as people read it in a list; empty if nothing is set."""
    if unlimited:
        return _("Without limit")
    return "" if years is None else ngettext("%(years)d year", "%(years)d years", years) % {"years": years}


def shown(unit: Unit, field: str) -> str:
    """A field's value as people read it; "retention" is years and unlimited together."""
    if field == "retention":
        return retention_words(unit.retention_years, unit.retention_unlimited)
    if field in ("disposal_action", "registration"):
        return str(getattr(unit, f"get_{field}_display")())
    value = getattr(unit, field)
    return "" if value is None else str(value)


def fingerprint(unit: Unit) -> str:
    """Changes with every field that people edit: a form carries it, so that nobody overwrites what somebody else has just entered."""
    values = [unit.parent_id, unit.classification_code, *(getattr(unit, name) for name in DESCRIPTIVE if name != "register_set")]
    more = [
        unit.register_set_id,
        unit.successor_id,
        getattr(unit, "dropped", None),
        getattr(unit, "frozen", None),
        getattr(unit, "frozen_at", None),
    ]
    return hashlib.sha256(repr([*values, *more]).encode()).hexdigest()[:32]

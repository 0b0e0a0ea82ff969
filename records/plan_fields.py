"""What is written down of a file plan unit: its fields, what may stand in them, and how they come down from the units above.

The same fields stand on a unit in force (FilePlanUnit) and on one of an edition in preparation (PlannedUnit).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenants import current

from .models import WITH_CLOSING, FilePlanUnit, PlannedUnit, RegisterSet

Unit = FilePlanUnit | PlannedUnit
RETENTION = ("retention_years", "retention_unlimited")
REASONS = {  # the inherited defaults, and where a unit says why it sets one aside; "retention" is years and unlimited together
    "retention": "override_reason",
    "retention_starts_with": "retention_starts_with_reason",
    "transfer_years": "transfer_years_reason",
    "disposal_action": "disposal_action_reason",
    "register_set": "register_set_reason",
    "registration": "registration_reason",
    "legal_basis": "legal_basis_reason",
}
DEFAULTS = (
    *RETENTION, "disposal_action", "register_set", "legal_basis", "retention_starts_with", "transfer_years", "registration", *REASONS.values(),
)  # fmt: skip
VALIDITY = ("valid_from", "valid_until")
DESCRIPTIVE = ("title", *DEFAULTS, *VALIDITY)
WORDS: dict[str, Any] = {
    "classification_code": gettext_lazy("Classification code"),
    "title": gettext_lazy("Title"),
    "parent": gettext_lazy("Unit above"),
    "retention": gettext_lazy("Retention"),
    "override_reason": gettext_lazy("Reason for a period of its own"),
    "retention_starts_with": gettext_lazy("The period starts with"),
    "retention_starts_with_reason": gettext_lazy("Reason for a start of its own"),
    "transfer_years": gettext_lazy("Transfer period in years"),
    "transfer_years_reason": gettext_lazy("Reason for a transfer period of its own"),
    "disposal_action": gettext_lazy("Disposal action"),
    "disposal_action_reason": gettext_lazy("Reason for a disposal action of its own"),
    "register_set": gettext_lazy("Register set"),
    "register_set_reason": gettext_lazy("Reason for a register set of its own"),
    "registration": gettext_lazy("Who opens files"),
    "registration_reason": gettext_lazy("Reason for a rule of its own on who opens files"),
    "legal_basis": gettext_lazy("Legal basis"),
    "legal_basis_reason": gettext_lazy("Reason for a legal basis of its own"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_until": gettext_lazy("Valid until"),
}
CODE = re.compile(r"[^\W_]+(?:[.\-/ ][^\W_]+)*")
LONGEST = {
    "classification_code": 40, "title": 300, "legal_basis": 500, "retention_starts_with": 200, **dict.fromkeys(REASONS.values(), 500),
}  # fmt: skip
CLOSING_IN_SHEETS = "Schließen der Akte"  # how the export writes WITH_CLOSING, in a language that does not change with the reader
CLOSING_SPELLINGS = frozenset(  # what people write for it; taken as an event, it would be awaited for ever
    words.casefold()
    for words in (
        WITH_CLOSING, CLOSING_IN_SHEETS, f"{CLOSING_IN_SHEETS} (zdA)", f"Mit dem {CLOSING_IN_SHEETS}", "Schließen", "Schließung", "Schließung der Akte",
        "Abschluss der Akte", "Aktenschluss", "zdA", "zdA-Verfügung", "Closing of the file",
    )
)  # fmt: skip
MOST_YEARS = {"retention_years": 200, "transfer_years": 100}
FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2199, 12, 31)  # a slip of the finger (1582, 2999) is no validity


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
        elif name in VALIDITY:
            tidy[name] = day(name, value)
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
    return start_of(text) if name == "retention_starts_with" else text


def start_of(text: str) -> str:
    """What starts a period, as it is stored: an event in words; WITH_CLOSING for any of the words for closing; empty as it is."""
    return WITH_CLOSING if text.casefold() in CLOSING_SPELLINGS else text


def event_of(start: str) -> str:
    """The event that is awaited by what is stored; empty if closing starts the period, because it is said or because nothing is."""
    return "" if start == WITH_CLOSING else start


def start_words(start: str) -> str:
    """What starts a period as people read it; empty if nothing is said."""
    return _("Closing of the file") if start == WITH_CLOSING else start


EVENT = "event"  # beside "" and WITH_CLOSING, where one chooses what starts a period and names the event apart


def split_start(start: str) -> tuple[str, str]:
    """What is stored as the choice that a form offers ("", WITH_CLOSING, EVENT) and the event."""
    event = event_of(start)
    return (EVENT, event) if event else (start, "")


def _years(name: str, value: Any) -> int | None:
    lowest, highest = (1 if name == "retention_years" else 0), MOST_YEARS[name]
    if value is not None and not lowest <= value <= highest:
        raise BadField(name, _("Please enter whole years from %(lowest)d to %(highest)d.") % {"lowest": lowest, "highest": highest})
    return value  # type: ignore[no-any-return]


def day(name: str, value: date | None) -> date | None:
    """A day of a unit's validity. Raises BadField for one that nobody can have meant."""
    if value is not None and not FIRST_DAY <= value <= LAST_DAY:
        words = {"first": f"{FIRST_DAY:%d.%m.%Y}", "last": f"{LAST_DAY:%d.%m.%Y}"}
        raise BadField(name, _("The date must lie between %(first)s and %(last)s.") % words)
    return value


def refuse_backward_validity(unit: Unit) -> None:
    """Raises BadField for a unit whose validity would end before it begins."""
    if unit.valid_from is not None and unit.valid_until is not None and unit.valid_until < unit.valid_from:
        raise BadField("valid_until", _("The validity cannot end before it begins."))


@dataclass(frozen=True)
class Defaults:
    """What holds for files of a unit, after inheritance. `retention_years` None with unlimited False: nothing is set.

    `retention_starts_with` as it is stored, `event` what is awaited by it, empty for closing; `registration` empty: clerks open files.
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
    def event(self) -> str:
        return event_of(self.retention_starts_with)

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


NOTHING_SET = (None, "", (None, False))


def own_value(unit: Unit, field: str) -> Any:
    """What a unit itself says of an inherited default, to be compared with another one; one of NOTHING_SET if it inherits."""
    if field == "retention":
        return unit.retention_years, unit.retention_unlimited
    return unit.register_set_id if field == "register_set" else getattr(unit, field)


def silent_overrides(unit: Unit, above: Defaults) -> list[str]:
    """The defaults (keys of REASONS) that a unit sets aside without saying why; `above` is what it would inherit."""
    found = []
    for field, reason in REASONS.items():
        own = own_value(unit, field)
        inherited = (above.register_set.pk if above.register_set else None) if field == "register_set" else getattr(above, field)
        if own not in NOTHING_SET and inherited not in NOTHING_SET and own != inherited and not getattr(unit, reason):
            found.append(field)
    return found


def touched_defaults(names: Collection[str]) -> set[str]:
    """The defaults (keys of REASONS) whose value or reason is among the fields of some changes."""
    touched = {field for field, reason in REASONS.items() if field in names or reason in names}
    return touched | {"retention"} if not {*RETENTION}.isdisjoint(names) else touched


def refuse_silent_overrides(unit: Unit, above: Defaults, names: Collection[str]) -> None:
    """Raises BadField if a default that is being changed (`names`: the changed fields) sets aside an inherited one without a reason."""
    touched = touched_defaults(names)
    if field := next((field for field in silent_overrides(unit, above) if field in touched), ""):
        raise BadField(REASONS[field], silence(field))


def silence(field: str) -> str:
    """That a unit does not say why it sets a default aside."""
    if field == "retention":
        return _("Please say why this unit has a period of its own.")
    return _("Please say why this unit sets aside what it would inherit: %(field)s.") % {"field": WORDS[field]}


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
    if field == "retention_starts_with":
        return start_words(unit.retention_starts_with)
    value = getattr(unit, field)
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
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

"""The demo file plan and its register sets.

The plan in `file_plan.csv` was written for this demo. It is *modelled on the structure of* municipal file plans: ten main groups with
decimal codes, as in the KGSt's reports on file plans and its administrative structure plan (Verwaltungsgliederungsplan: 10 Hauptamt, 20
Kämmerei, 32 Ordnungsamt, 63 Bauordnung …). It copies no published plan.

The periods are plausible, not legal advice; a town decides them itself. They follow the order of magnitude of the KGSt report on retention
periods in municipal administration (Aufbewahrungsfristen für Kommunalverwaltungen) and of these rules:
- tax and accounting records six, eight or ten years: § 147 AO; budget records: the states' GemHVO/KomHVO (annual accounts for ever);
- building files as long as the building stands, hence unlimited: the states' building codes (BauO) and archive practice;
- byelaws, council minutes, development plans, public easements (Baulasten), register of monuments: unlimited, to the archive (A);
- applications of people who were not taken on: as briefly as the General Equal Treatment Act (AGG § 15) and Art. 17 GDPR allow.
Disposal actions: A to the archive, B appraise, V destroy after the offer. Empty fields are inherited from the unit above.
"""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from records.plan_sheets import PlanRow, read_sheet

SHEET = Path(__file__).with_name("file_plan.csv")
WHY = "So im Muster-Aktenplan vorgesehen"  # where the sheet itself does not say why a unit sets an inherited default aside
_REGISTER_SETS = Path(__file__).with_name("register_sets.toml")


@dataclass(frozen=True, slots=True)
class DemoRegister:
    """One divider; `colour` is #rrggbb."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class DemoRegisterSet:
    name: str
    registers: tuple[DemoRegister, ...]


@cache
def units() -> tuple[PlanRow, ...]:
    """Return the units as the sheet has them, parents before children, read by the product's own importer."""
    with SHEET.open("rb") as stream:
        sheet = read_sheet(stream, SHEET.name)
    if sheet.faults:
        raise ValueError(f"{SHEET.name}: {sheet.faults[0]}")
    return tuple(sheet.rows)


@cache
def effective_units() -> dict[str, PlanRow]:
    """Return every unit by its code with what it inherits filled in: retention, disposal action, register set."""
    filled: dict[str, PlanRow] = {}
    for unit in units():
        above = filled.get(unit.parent_code or "")
        if above is not None:
            own_period = unit.unlimited or unit.retention_years is not None
            unit = replace(
                unit,
                retention_years=unit.retention_years if own_period else above.retention_years,
                unlimited=unit.unlimited if own_period else above.unlimited,
                disposal_action=unit.disposal_action or above.disposal_action,
                register_set=unit.register_set or above.register_set,
            )
        filled[unit.classification_code] = unit
    return filled


@cache
def leaf_codes() -> tuple[str, ...]:
    """Return the codes of the units that may hold files."""
    inner = {unit.parent_code for unit in units()}
    return tuple(unit.classification_code for unit in units() if unit.classification_code not in inner)


@cache
def register_sets() -> tuple[DemoRegisterSet, ...]:
    """Return the register sets; which branch uses which stands in the plan's column "Registersatz" and is inherited down."""
    sets = tomllib.loads(_REGISTER_SETS.read_text(encoding="utf-8"))["set"]
    return tuple(DemoRegisterSet(entry["name"], tuple(DemoRegister(*pair) for pair in entry["registers"])) for entry in sets)


def registers_of(unit_code: str) -> tuple[str, ...]:
    """Return the names of the dividers that a new file of this unit gets. Raises KeyError for a code that is not in the plan."""
    by_name = {one.name: one for one in register_sets()}
    return tuple(register.name for register in by_name[effective_units()[unit_code].register_set or "Standard"].registers)

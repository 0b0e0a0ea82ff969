"""What tests of a file's life begin with: a unit, who writes there, and who keeps the registry."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from django.db import connections

from records import filing, granting
from records.models import FilePlanUnit, JournalEntry, RecordFile
from tenants import current
from tenants.models import User
from tenants.roles import Role
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def writer(*units: FilePlanUnit, right: str = "write", roles: tuple[str, ...] = (Role.CLERK,)) -> User:
    clerk: User = ClerkFactory(roles=list(roles))
    for unit in units:
        granting.grant(target=unit, to=clerk, right=f"{right}_records", by=None, at=AT)
    return clerk


def registrar(*units: FilePlanUnit) -> User:
    return writer(*units, roles=(Role.REGISTRY,))


def registry_unit(**fields: Any) -> FilePlanUnit:
    """A leaf below a unit whose files the registry registers."""
    top = FilePlanUnitFactory(registration=FilePlanUnit.Registration.REGISTRY)
    unit: FilePlanUnit = FilePlanUnitFactory(parent=top, **fields)
    return unit


def new_file(unit: FilePlanUnit | None = None, *, by: User | None = None, title: str = "Neubau") -> RecordFile:
    unit = unit or FilePlanUnitFactory()
    return filing.create_file(unit=unit, title=title, by=by or writer(unit), at=AT)


def told(act: str) -> dict[str, tuple[str | None, str | None]]:
    """What the newest entry of this act says of each field."""
    entry = JournalEntry.objects.filter(act=act).order_by("-sequence").first()
    assert entry is not None, f"nothing was journaled as {act}"
    return {value.field: (value.old, value.new) for value in entry.values.all()}


def at_once(act: Any, count: int, workers: int = 10) -> list[Any]:
    """Run act(0), act(1) … at once on connections of their own; exceptions are returned like results."""

    def one(number: int) -> Any:
        with current.memory():
            try:
                return act(number)
            except Exception as refusal:
                return refusal
            finally:
                connections[current.alias()].close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(current.inside(current.municipality(), one), range(count)))

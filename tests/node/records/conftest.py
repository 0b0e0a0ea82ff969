from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, Any]]]:
    """Names, lanes and arguments of what was queued; the broker says that no message is waiting."""
    seen: list[tuple[str, str, dict[str, Any]]] = []
    monkeypatch.setattr("tenants.queues.send", lambda name, lane="house", **kwargs: seen.append((name, lane, kwargs)))
    monkeypatch.setattr("tenants.queues.waiting", lambda lane: 0)
    monkeypatch.setattr("tenants.queues.named", lambda lane: {})
    return seen


@pytest.fixture
def binder(queued: Any) -> tuple[Any, Any]:
    """A file with a register: a PDF of two pages in it, a text and a picture beside it; all read. Gives the file and its clerk."""
    from records.models import Document, Register
    from tests.node.records.handed_over import pdf_of, picture, read_all
    from tests.node.records.papers import filed, refiled

    version, clerk = filed(pdf_of("Bauantrag Blatt eins", "Bauantrag Blatt zwei"), "Antrag.pdf")
    file = version.document.file
    register = Register.objects.create(file=file, position=1, name="Anträge")
    Document.objects.filter(pk=version.document_id).update(register=register, kind="Antrag", received_on=date(2026, 3, 1))
    refiled(b"Aktennotiz zum Ortstermin\n" * 3, "Notiz.txt", file, clerk)
    refiled(picture(), "Foto.png", file, clerk)
    read_all()
    return file, clerk


@pytest.fixture
def by() -> Any:
    """Whoever acts, where it does not matter who."""
    from tests.factories import UserFactory

    return UserFactory()


@pytest.fixture
def administrator() -> Any:
    from tenants.roles import Role
    from tests.factories import UserFactory

    return UserFactory(roles=[Role.ADMINISTRATOR])


@pytest.fixture
def plan() -> Any:
    """The file plan of tests/node/records/building_plan.py: its units by their codes."""
    from tests.node.records.building_plan import building_plan

    return building_plan()


@pytest.fixture
def edition(plan: Any, by: Any) -> Any:
    """The next edition of the plan, as it was when it was prepared."""
    from records import editions
    from tests.node.factories import AT

    return editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)


@pytest.fixture
def quick() -> Any:
    """Somebody who was quicker (tests/node/records/quicker.py)."""
    from tests.factories import ClerkFactory

    return ClerkFactory(display_name="Frau Schnell")


@pytest.fixture
def _practice_town() -> Iterator[None]:
    """Musterstadt is a practice municipality (tests/node/records/practice.py)."""
    from tests.node.records.practice import practice_mark

    with practice_mark():
        yield

"""What the competence centre sends in tests of support access: orders, and people on their way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from foundation import signed
from records import support_access
from records.models import RecordFile, SupportAccess
from tenants import channel, current, identity, joining, orders
from tenants.models import OutgoingMessage, User
from tests.node.factories import RecordFileFactory, managed_file

AGENT = UUID("a9e00000-0000-4000-8000-000000000001")
TICKET = "2026-000123"
ADDRESS = "https://musterstadt.example"


def file_beside_another(manager: User) -> RecordFile:
    """A file in a unit that the manager manages; another one lies beside it."""
    file = managed_file(manager, file_reference="12-2026/0001")
    RecordFileFactory(unit=file.unit, title="Nachbarin")
    return file


def order(body: Any = None, **other: Any) -> orders.Order:
    """An order that was checked: to ask for a file or an area, unless `body` says something else."""
    now = timezone.now()
    said = {"kind": channel.SUPPORT_ACCESS, "municipality": "musterstadt", "given_by": "Jule Behrens", "given_at": now}
    return orders.Order(**{"id": uuid4(), **said, "expires_at": now + timedelta(days=7), "body": body, **other})


def asking(**other: Any) -> dict[str, Any]:
    """The body of an order that asks; None leaves a field out."""
    said = {"access": str(uuid4()), "do": "ask", "agent": {"id": str(AGENT), "name": "Jule Behrens"}, "ticket": TICKET, "hours": 4}
    return {name: value for name, value in {**said, "file": "12-2026/0001", **other}.items() if value is not None}


def asked(target: RecordFile | None = None, /, **other: Any) -> SupportAccess:
    """Let the centre ask, by an order that is carried out: for the file, or for what is said."""
    body = asking(**({"file": target.file_reference} if target else {}), **other)
    handled = orders.carry_out(order=order(body), at=timezone.now())
    assert handled.state == "done", handled.answer
    return SupportAccess.objects.get(public_id=body["access"])


def accepted(file: RecordFile, by: User, *, hours: int = 4, at: datetime | None = None, **other: Any) -> SupportAccess:
    return accept(asked(file, **other), by, hours=hours, at=at)


def accept(access: SupportAccess, by: User, *, hours: int = 4, at: datetime | None = None) -> SupportAccess:
    done = support_access.accept(access=access, hours=hours, confirmed=True, address=ADDRESS, by=by, at=at or timezone.now())
    current.forget()
    return done


class Centre:
    """The centre that this node knows, with its key: it introduces people."""

    def __init__(self) -> None:
        self.key, self.id = signed.Key.new(), str(uuid4())
        joining.remember(joining.Centre("http://zentrum.test", "http://zentrum.test", self.id, self.key.public))

    def introduces(self, access: SupportAccess, *, claims: dict[str, Any] | None = None, **other: Any) -> str:
        said = {"municipality": "musterstadt", "access": str(access.public_id), "agent": str(AGENT), **(claims or {})}
        signing = {"key": self.key, "purpose": channel.VISIT, "issuer": self.id, "audience": identity.mine().id}
        rest = {"at": timezone.now(), "lasts": timedelta(seconds=60)}
        return signed.sign(claims=said, **{**signing, **rest, **other})


def told() -> list[dict[str, Any]]:
    """What was put into the out-tray of accesses, the oldest first."""
    return list(OutgoingMessage.objects.filter(kind=channel.SUPPORT_STATE).order_by("pk").values_list("body", flat=True))


def seen_by(guest: User) -> list[RecordFile]:
    guest.refresh_from_db()
    current.forget()
    return list(RecordFile.objects.visible_to(guest))


def waiting(person: User) -> list[SupportAccess]:
    return list(support_access.waiting_for(person=person, at=timezone.now()))

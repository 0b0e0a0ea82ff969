"""How mail stands, for operators: the servers that the settings name, whether they answer, when the mailbox was last fetched, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q

from tenants.centre.mail_servers import NoServer, server_of

from .models import Mailbox, OutgoingMail

LATE = timedelta(minutes=10)  # the mailbox is fetched each minute, what goes out is sent at once


@dataclass(frozen=True)
class Standing:
    """One server. `state`: "ok"; "down"; "late": nobody has asked it for ten minutes though somebody should have; "unknown": never asked; "wrong": its
    address in the settings is none. `box` is what is known of it, `incoming` says whether mails come from there."""

    name: str
    incoming: bool
    state: str
    box: Mailbox | None


@dataclass(frozen=True)
class Waiting:
    """What waits to be sent, and since when; what did not reach its reader and nobody has seen to."""

    waiting: int
    since: datetime | None
    undelivered: int

    def late(self, at: datetime) -> bool:
        return self.since is not None and at - self.since > LATE


def servers(*, at: datetime) -> list[Standing]:
    """The servers that the settings name, in two queries at most; one that was named before and is no longer is left out."""
    return [
        _standing(address, incoming, at)
        for address, incoming in ((settings.MAIL_IMAP_URL, True), (settings.MAIL_SMTP_URL, False))
        if address
    ]


def waiting() -> Waiting:
    found = OutgoingMail.objects.aggregate(
        waiting=Count("pk", filter=Q(next_try_at__isnull=False)),
        since=Min("queued_at", filter=Q(next_try_at__isnull=False)),
        undelivered=Count("pk", filter=Q(failed_at__isnull=False) | Q(returned_at__isnull=False, returned_seen_at=None)),
    )
    return Waiting(**found)


def _standing(address: str, incoming: bool, at: datetime) -> Standing:
    try:
        name = server_of(address).name
    except NoServer:
        return Standing("imap://?" if incoming else "smtp://?", incoming, "wrong", None)
    box = Mailbox.objects.filter(name=name[:400]).first()
    if box is None or (box.answered_at is None and box.down_since is None):
        return Standing(name, incoming, "unknown", box)
    if box.down_since is not None:
        return Standing(name, incoming, "down", box)
    late = incoming and (box.fetched_at is None or at - box.fetched_at > LATE)
    return Standing(name, incoming, "late" if late else "ok", box)

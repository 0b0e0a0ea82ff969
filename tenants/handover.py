"""Open work of a person who leaves, and handing it to a successor. Each app says what open work is, by registering a provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from . import current, journal
from .models import Membership, User


@dataclass(frozen=True)
class OpenWork:
    """One kind of open work: what it is ("Offices that she leads") and how much of it there is."""

    title: str
    count: int


class Provider(Protocol):
    def open_work(self, person: User) -> OpenWork: ...

    def hand_over(self, *, person: User, successor: User, by: User | None, at: datetime) -> None: ...


_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Called once from an AppConfig.ready()."""
    if not any(type(known) is type(provider) for known in _providers):
        _providers.append(provider)


def open_work_of(*, person: User) -> list[OpenWork]:
    """Everything that somebody must take over before this person can be deactivated."""
    return [work for work in (provider.open_work(person) for provider in _providers) if work.count]


def hand_over(*, person: User, successor: User, by: User | None, at: datetime) -> None:
    """Hand all open work to the successor, in one transaction."""
    with current.atomic():
        for provider in _providers:
            provider.hand_over(person=person, successor=successor, by=by, at=at)


class LedOffices:
    """The offices a person leads: the successor leads them, and works in them from now on."""

    def open_work(self, person: User) -> OpenWork:
        return OpenWork(_("Offices led by this person"), Membership.objects.filter(user=person, is_lead=True).count())

    def hand_over(self, *, person: User, successor: User, by: User | None, at: datetime) -> None:
        for led in Membership.objects.select_related("office__group").filter(user=person, is_lead=True):
            led.is_lead = False
            led.save(update_fields=["is_lead"])
            Membership.objects.update_or_create(
                user=successor, office=led.office, defaults={"is_lead": True}, create_defaults={"is_lead": True, "since": at.date()}
            )
            successor.groups.add(led.office.group)
            journal.enter(act="lead", object=led.office, by=by, at=at, changes={"lead": (str(person), str(successor))})

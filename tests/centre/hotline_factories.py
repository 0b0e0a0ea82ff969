"""Rows of the ticket desk for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from hotline.models import Agreement, AgreementMember, ClosingTime, Message, Queue, ServiceLevel, Ticket
from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tests.factories import UserFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class MunicipalityFactory(DjangoModelFactory[Municipality]):
    class Meta:
        model = Municipality
        django_get_or_create = ("slug",)

    slug = "musterstadt"
    name = "Musterstadt"


class QueueFactory(DjangoModelFactory[Queue]):
    class Meta:
        model = Queue
        django_get_or_create = ("key",)

    key = "hotline"
    name = "Hotline"


def agent(**more: Any) -> User:
    return UserFactory(roles=["agent"], **more)


def requester(municipality: str = "musterstadt", **more: Any) -> User:
    """Somebody of a municipality who asks for help."""
    person = UserFactory(roles=["requester"], **more)
    Contact.objects.create(person=person, municipality=MunicipalityFactory(slug=municipality), office="Bauordnung")
    return person


class TicketFactory(DjangoModelFactory[Ticket]):
    """A new ticket of a requester with what she wrote."""

    class Meta:
        model = Ticket
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"2025-{n + 1:06}")
    subject = "Der Drucker druckt keine Trennblätter"
    requester = factory.LazyFunction(requester)
    created_by = factory.SelfAttribute("requester")
    queue = factory.SubFactory(QueueFactory)
    created_at = AT
    changed_at = AT

    @factory.post_generation
    def body(self: Any, create: bool, extracted: str | None, **_more: Any) -> None:
        if create:
            text = extracted or "Es kommt nur ein leeres Blatt."
            Message.objects.create(ticket=self, kind="reply", author=self.requester, body=text, at=AT)


FULL, FRIDAY = [[480, 720], [780, 960]], [[480, 750]]  # 08:00–12:00 and 13:00–16:00; 08:00–12:30
OFFICE_HOURS = [FULL, FULL, FULL, FULL, FRIDAY, [], []]
LEVELS = {"low": (480, 480, 4200), "normal": (240, 480, 2100), "high": (120, 240, 840), "urgent": (60, 60, 420)}


def agreement(
    *municipalities: Municipality, levels: dict[str, tuple[int | None, int | None, int | None]] | None = None, **more: Any
) -> Agreement:
    """An agreement with office hours; with no municipality it is the one for all."""
    made: Agreement = Agreement.objects.create(**{"name": "Vereinbarung", "default": not municipalities, "week": OFFICE_HOURS, **more})
    for municipality in municipalities:
        AgreementMember.objects.create(agreement=made, municipality=municipality)
    for priority, (first, following, resolution) in (LEVELS if levels is None else levels).items():
        ServiceLevel.objects.create(agreement=made, priority=priority, first_response=first, next_response=following, resolution=resolution)
    return made


def closed(agreement: Agreement, name: str, first: date, **more: Any) -> ClosingTime:
    return ClosingTime.objects.create(agreement=agreement, name=name, first=first, **{"last": first, **more})

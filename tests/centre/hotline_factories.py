"""Rows of the ticket desk for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from hotline.models import Message, Queue, Ticket
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

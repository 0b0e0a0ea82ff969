"""Rows of the ticket desk for tests."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from hotline import attaching
from hotline.models import Attachment, Message, Queue, Ticket
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


def picture(kind: str = "PNG") -> bytes:
    """A drawn picture, as a screenshot would be."""
    drawn = io.BytesIO()
    Image.new("RGB", (900, 300), "teal").save(drawn, kind)
    return drawn.getvalue()


def attachment_of(ticket: Ticket, *, name: str = "bild.png", content: bytes | None = None) -> Attachment:
    """A file of the ticket's first message."""
    [kept] = attaching.keep([attaching.Given(name, content or picture())])
    return attaching.attach(message=Message.objects.filter(ticket=ticket).order_by("pk").first(), files=[kept])[0]


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

"""Rows of the ticket desk for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from hotline import publishing
from hotline.composing import NewStep
from hotline.models import Article, Message, Queue, Ticket
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


def article(title: str = "Trennblätter drucken", *, body: str = "Auf **Drucken** klicken.", published: bool = True, **more: Any) -> Article:
    """An article made by the acts; published unless told otherwise."""
    staff = agent()
    said = {"summary": "So kommen Trennblätter aufs Papier.", "topic": "Drucken", "steps": [NewStep(body)], **more}
    made = publishing.begin(title=title, **said, by=staff, at=AT)
    return publishing.publish(article=made, by=staff, at=AT) if published else made


def small_picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (30, 10)).save(made, "PNG")
    return made.getvalue()

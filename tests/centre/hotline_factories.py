"""Rows of the ticket desk for tests."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from hotline import announcing, attaching, publishing
from hotline.composing import NewStep
from hotline.models import Agreement, AgreementMember, Article, Attachment, ClosingTime, Incident, Message, Queue, ServiceLevel, Ticket
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


def incident(*towns: str, tickets: list[Ticket] | None = None, announced: bool = True, at: datetime = AT, **more: Any) -> Incident:
    """An incident of these municipalities (slugs) and tickets, made by the acts; announced unless told otherwise."""
    said = {"title": "Scans werden nicht gelesen", "text": "Seit heute früh bleiben Scans stehen.", "until": at + timedelta(days=1)}
    affected = [MunicipalityFactory(slug=slug, name=slug.capitalize()) for slug in towns]
    staff = agent()
    made = announcing.begin(**{**said, **more}, towns=affected, tickets=tickets or [], by=staff, at=at)
    return announcing.announce(incident=made, by=staff, at=at) if announced else made

"""No page and no answer of the API asks the database more often because there is more in it: every address that can be read, with few rows and with more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotline import linking
from hotline.models import (
    Attachment,
    CallBack,
    DeskNotice,
    IncomingMail,
    Message,
    OutgoingMail,
    Queue,
    QueueMember,
    SavedView,
    SupportRequest,
    TextModule,
    Ticket,
    TicketEvent,
    TicketPause,
    TimeEntry,
    TownAddress,
    Webhook,
    WebhookCall,
)
from tenants.centre.models import Contact, Order, Site
from tenants.models import AccessibilityFeedback
from tenants.roles import CentreRole
from tests.centre.hotline_factories import (
    AT,
    MunicipalityFactory,
    QueueFactory,
    TicketFactory,
    agent,
    agreement,
    article,
    incident,
    requester,
)
from tests.centre.route_table import EXPECTED
from tests.centre.test_routes import WALKED, ids, of_ticket, undone
from tests.centre.training.plan_ids import more_of_planning
from tests.factories import OfficeFactory, UserFactory
from tests.routes import Call, ask, filled

__all__ = ["ids"]  # the fixture
MORE = 4
ONE_BY_ONE = {  # route → why it may ask once more for each row
    "hotline:time_report_pdf": "drawn once a quarter",
}


@pytest.fixture
def world(ids: dict[str, Any]) -> dict[str, Any]:
    """A ticket and all that belongs to a desk, each twice at least: what is fetched only if there is any is fetched already."""
    ticket = TicketFactory(requester=requester(), assignee=agent(), state="open", number="2024-000001")
    Contact.objects.filter(person=ticket.requester).update(sees_office=True)
    own = {**ids, **of_ticket(ticket)}
    grow(ticket, 2)
    return own


def grow(ticket: Ticket, more: int) -> None:
    """More of everything, much of it on one ticket."""
    for number in range(more):
        others = around(ticket, number)
        on_a_ticket(ticket, others)
        on_a_desk(others[0])
        more_of_planning()


def around(ticket: Ticket, number: int) -> list[Ticket]:
    """More tickets: of the same person, her office and somebody else's; merged, below, linked, watched, part of an incident, with deadlines."""
    colleague = requester()
    now = timezone.now() - timedelta(minutes=number)
    due = {"next_due": now + timedelta(hours=1), "due_resolution": now + timedelta(hours=1), "created_at": now}
    mine, office, below = (TicketFactory(requester=who, assignee=agent(), **due) for who in (ticket.requester, colleague, ticket.requester))
    merged = TicketFactory(requester=colleague, state="closed", solved_at=AT, merged_into=ticket)
    settled = TicketFactory(requester=ticket.requester, state="closed", solved_at=AT, assignee=agent())
    Ticket.objects.filter(pk=below.pk).update(parent=ticket)
    foreign = TicketFactory(
        requester=requester(f"ort-{Ticket.objects.count()}"), municipality=MunicipalityFactory(slug=f"stadt-{below.pk}"), **due
    )
    linking.link(ticket=ticket, other=mine, by=agent(), at=AT)
    office.watchers.add(ticket.requester, agent())
    running = incident("musterstadt", f"stadt-{below.pk}", tickets=[foreign], at=timezone.now(), title=f"Störung {below.pk}")
    Ticket.objects.filter(pk__in=[office.pk, settled.pk]).update(incident=running)
    return [mine, office, below, merged, foreign]


def on_a_ticket(ticket: Ticket, others: list[Ticket]) -> None:
    """More that was said and done on it, with files, mails, pauses, booked time."""
    staff = agent()
    for kind, author in (("reply", ticket.requester), ("reply", staff), ("note", staff)):
        message = Message.objects.create(ticket=ticket, kind=kind, author=author, by_staff=author is staff, body="Noch etwas.", at=AT)
        Attachment.objects.create(message=message, position=0, name="bild.png", media_type="image/png", size=9, sha256=f"{message.pk:064x}")
        with_mail(message)
        message.also_on.add(others[0])
    TicketEvent.objects.create(ticket=ticket, act="take", actor="Jule", at=AT)
    entry = TimeEntry.objects.create(ticket=ticket, minutes=5, activity="other", day=AT, booked_by=staff, at=AT)
    TimeEntry.objects.create(ticket=ticket, minutes=-5, activity="other", day=AT, booked_by=staff, at=AT, corrects=entry)
    TicketPause.objects.create(ticket=ticket, since=AT, until=AT + timedelta(hours=1))
    wanted = {"telephone": "0208 12345", "earliest": AT, "latest": AT + timedelta(hours=1), "asked_at": AT, "done_at": AT}
    CallBack.objects.create(ticket=ticket, **wanted)
    CallBack.objects.create(ticket=others[0], **{**wanted, "done_at": None})
    DeskNotice.objects.create(
        kind="new", once=f"n{staff.pk}", person=staff, to_address="a@b.example", ticket=others[0], at=AT, failed_at=AT, fault="550"
    )
    given = {"kind": "support_access", "given_by": "Jule", "given_at": AT, "expires_at": AT + timedelta(days=7)}
    site = Site.objects.create(name="Rathaus", asked_at=AT)
    order = Order.objects.create(site=site, municipality=MunicipalityFactory(), **given)
    SupportRequest.objects.create(
        ticket=ticket, order=order, asked_by=agent(), asked_at=AT, file_reference="63-1", hours=4, state="refused"
    )


def with_mail(message: Message) -> None:
    for number, where in enumerate(({"ticket": message.ticket, "message": message, "outcome": "answer"}, {"reason": "auto_reply"})):
        sha256 = f"{message.pk:060x}{number:04x}"
        IncomingMail.objects.create(sha256=sha256, size=9, arrived_at=AT, subject="Drucker", text="Lang", proposal=message.ticket, **where)
    failed = {"queued_at": AT, "failed_at": AT, "trouble": "550", "to_address": "a@b.example", "mail_id": f"<{message.pk}@z.example>"}
    OutgoingMail.objects.create(kind="reply", ticket=message.ticket, message=message, **failed)


def on_a_desk(ticket: Ticket) -> None:
    """More articles, queues, municipalities, agreements, modules, views, people, webhooks with calls."""
    number = ticket.pk
    article(f"Trennblätter {number}"), article(f"Entwurf {number}", published=False)
    queue = QueueFactory(key=f"q{number}", name=f"Warteschlange {number}")
    QueueMember.objects.create(queue=queue, person=agent(), lead=True)
    QueueMember.objects.create(queue=Queue.objects.get(key="technik"), person=agent())
    confirmed = Site.objects.create(name=f"Rathaus {number}", asked_at=AT, state="confirmed", confirmed_at=AT, last_heartbeat_at=AT)
    MunicipalityFactory(slug=f"ort-am-standort-{number}", site=confirmed)
    TownAddress.objects.create(municipality=MunicipalityFactory(slug="musterstadt"), address=f"a{number}@b.example")
    agreement(MunicipalityFactory(slug=f"gemeinde-{number}"), name=f"Vereinbarung {number}")
    TextModule.objects.create(key=f"m{number}", title="Gruß", body="Guten Tag")
    SavedView.objects.create(owner=agent(), name=f"Ansicht {number}", asked={"stand": "offen"}, shared=True)
    hook = Webhook.objects.create(name=f"Fachverfahren {number}", address="https://fach.example/", secret="geheim", created_at=AT)
    for one in (hook, Webhook.objects.order_by("pk").first()):
        WebhookCall.objects.create(webhook=one, ticket=ticket, act="open", at=AT)
    UserFactory(roles=[CentreRole.OPERATOR], office=OfficeFactory())
    AccessibilityFeedback.objects.create(message="Zu klein", created_at=timezone.now())


def asked_by(client: Any, call: Call, address: str, names: dict[str, Any]) -> tuple[int, list[str]]:
    """The answer's status, and the queries that it took."""
    with undone(), CaptureQueriesContext(connections["default"]) as asked:
        answer = ask(client, call, address, names)
    return answer.status, [query["sql"] for query in asked.captured_queries]


def reading() -> list[tuple[str, Call]]:
    further = [("hotline:tickets", f"?{query}") for query in ("stand=", "q=Blatt", "stand=&q=Trennblätter", "frist=bald", "welche=amt")]
    calls = [(name, call) for name, route in EXPECTED.items() for call in route.calls if call.method == "get"]
    return [*calls, *((name, Call("get", query=query)) for name, query in further)]


def faults(world: dict[str, Any], clients: dict[str, Any]) -> list[str]:
    """Addresses that take more queries with more rows."""
    calls, counted = reading(), []
    for _turn in range(2):
        found = {}
        for name, call in calls:
            address = filled(WALKED[name], world)
            client = clients["/api/" if address.startswith("/api/") else ""]
            found[name, address + call.query] = asked_by(client, call, address, world)
        counted.append(found)
        grow(Ticket.objects.get(public_id=world["ticket"]), MORE)
    few, more = counted
    assert any(status == 200 for status, _queries in few.values())
    return [
        f"{place[1]}: {len(few[place][1])} queries, with more rows {len(more[place][1])}"
        for place in few
        if len(few[place][1]) != len(more[place][1]) and place[0] not in ONE_BY_ONE
    ]


class TestNumberOfQueries:
    @pytest.mark.parametrize("role", [CentreRole.OPERATOR, CentreRole.AGENT])
    def test_is_the_same_with_more_rows_for_staff(
        self, role: str, world: dict[str, Any], client_of: Callable[..., Any], api_client: Callable[..., Any]
    ) -> None:
        person = UserFactory(roles=[role])

        assert faults(world, {"": client_of(person), "/api/": api_client(person)}) == []

    def test_is_the_same_with_more_rows_for_those_who_ask(
        self, world: dict[str, Any], client_of: Callable[..., Any], api_client: Callable[..., Any]
    ) -> None:
        person = Ticket.objects.get(public_id=world["ticket"]).requester

        assert faults(world, {"": client_of(person), "/api/": api_client(person)}) == []

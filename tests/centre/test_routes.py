"""Every route of the centre, called by strangers and by people without the role. The table is tests/centre/route_table.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from hotline import disclosing, rating
from hotline.composing import NewStep
from hotline.models import (
    CallBack,
    DeskNotice,
    MailDomain,
    Message,
    SupportRequest,
    Tag,
    TextModule,
    Ticket,
    TimeEntry,
    Webhook,
    WebhookCall,
)
from tenants import current
from tenants.centre.models import Order, Site
from tenants.models import AccessibilityFeedback
from tenants.roles import CentreRole
from tests.centre import training_factories
from tests.centre.hotline.mails import put_aside, unsent
from tests.centre.hotline_factories import (
    AT,
    MunicipalityFactory,
    QueueFactory,
    TicketFactory,
    agent,
    agreement,
    article,
    attachment_of,
    incident,
    requester,
    small_picture,
)
from tests.centre.route_table import EXPECTED, STAFF
from tests.centre.training.plan_ids import of_planning
from tests.centre.training_ids import of_notices, of_training
from tests.factories import OfficeFactory, UserFactory
from tests.routes import Answer, Call, Route, ask, filled, walk
from training import enrolling
from training.models import Standing

WALKED = walk("ebehoerdenakte.urls_centre")
SECRET = "obsthofer"  # a person's name, for the operator's eyes only
LISTS = ("tenants:offices", "centre:sites", "centre:site_states")
OF_NODES = ("records", "akten", "dokumente", "aktenplan", "suche")


@pytest.fixture
def ids() -> dict[str, Any]:
    """Ids of a person, her office and a message about a barrier."""
    office, feedback = OfficeFactory(), AccessibilityFeedback.objects.create(message="Zu klein", created_at=timezone.now())
    person = UserFactory(display_name="Frau Obsthofer", office=office)
    module = TextModule.objects.create(key="gruss", title="Gruß", body="Guten Tag")
    names = {
        "module": module.public_id,
        "view": module.public_id,
        "public_id": person.public_id,
        "office_id": office.public_id,
        "host": "zentrum.localhost",
    }
    ticket = TicketFactory()  # of somebody who is none of those who walk
    names["site"] = Site.objects.create(name="Rathaus", asked_at=timezone.now()).public_id
    mail = put_aside()
    sent, domain = (
        unsent(ticket).public_id,
        MailDomain.objects.create(domain="rathaus.example", municipality=MunicipalityFactory()).public_id,
    )
    names |= {"mails": mail.public_id, "mail": mail.public_id, "sent": sent, "undelivered-mails": sent, "agreement": agreement().public_id}
    names |= {"domain": domain, "mail-domains": domain}
    names |= of_protection()
    names |= of_planning()
    return {
        **names,
        **of_training_towns(),
        "office": office.public_id,
        "feedback": feedback.public_id,
        **of_ticket(ticket),
        **of_the_desk(ticket),
        **of_training(),
        **of_notices(),
    }


def of_training_towns() -> dict[str, Any]:
    """An enrolment of somebody who is none of those who walk, and a coordinator whom an operator named."""
    person = training_factories.requester()
    date = training_factories.course_date()
    made = enrolling.enrol(date=date, person=person, by=person, at=training_factories.AT)
    named = Standing.objects.create(person=person, municipality=person.contact.municipality, role="coordinator", by_hand=True)
    return {"enrolment": made.public_id, "enrolments": made.public_id, "invitation": made.public_id, "key": named.pk, "slug": "musterstadt"}


def of_protection() -> dict[str, Any]:
    """A contact and what was made for her, ready to be fetched by an operator."""
    person = requester(display_name="Zita Zwiebelknecht")
    asked = disclosing.ask(person=person, by=UserFactory(roles=[CentreRole.OPERATOR]), at=timezone.now())
    disclosing.make(export=asked.pk, now=timezone.now)
    return {"person": person.public_id, "contacts": person.public_id, "export": asked.public_id, "exports": asked.public_id}


def of_ticket(ticket: Ticket) -> dict[str, Any]:
    """A ticket and what belongs to it, by the names of the addresses."""
    attachment, other = attachment_of(ticket).public_id, TicketFactory(requester=UserFactory())
    second = Message.objects.create(ticket=ticket, kind="reply", author=ticket.requester, body="Noch etwas.", at=AT).public_id
    wanted = {"telephone": "0208 12345", "earliest": AT, "latest": AT + timedelta(hours=1), "asked_at": AT}
    entry = TimeEntry.objects.create(ticket=ticket, minutes=5, activity="other", day=AT, booked_by=agent(), at=AT)
    TimeEntry.objects.create(ticket=ticket, minutes=-5, activity="other", day=AT, booked_by=agent(), at=AT, corrects=entry)
    more = {"callback": CallBack.objects.create(ticket=ticket, **wanted).public_id, "token": rating.token_for(ticket)}
    more["entry"] = entry.public_id
    more["access"] = look_at(ticket)
    below = {**more, "attachment": attachment, "attachments": attachment, "message": second, "messages": second}
    return {"tickets": ticket.public_id, "ticket": ticket.public_id, "other": other.public_id, "other_number": other.number, **below}


def look_at(ticket: Ticket) -> Any:
    """A look at a file that was asked for on a ticket, by an agent."""
    site = Site.objects.create(name="Rathaus", asked_at=AT)
    given = {"kind": "support_access", "given_by": "Jule Behrens", "given_at": AT, "expires_at": AT + timedelta(days=7)}
    order = Order.objects.create(site=site, municipality=MunicipalityFactory(), **given)
    asked = {"asked_by": agent(), "asked_at": AT, "file_reference": "63-2026/0001", "hours": 4}
    return SupportRequest.objects.create(ticket=ticket, order=order, **asked).public_id


def of_the_desk(ticket: Ticket) -> dict[str, Any]:
    """Ids of an article with a picture, a queue, a municipality, a webhook with a call."""
    read = article(steps=[NewStep("Auf Drucken klicken.", content=small_picture(), alt="Der Knopf")])
    hook = Webhook.objects.create(name="Fachverfahren", address="https://fach.example/", secret="geheim", created_at=AT)
    call = WebhookCall.objects.create(webhook=hook, ticket=ticket, act="open", at=AT)
    town, queue = MunicipalityFactory(), QueueFactory(key="technik", name="Technik")
    shown = {"article": read.public_id, "articles": read.public_id, "picture": read.pictures.get().public_id, "number": 1, "kind": "csv"}
    running, soon = incident("musterstadt", at=timezone.now()).public_id, (timezone.now() + timedelta(days=2)).isoformat()
    shown |= {"incident": running, "incidents": running, "soon": soon}
    shown["tag"] = Tag.objects.create(name="Drucken").public_id
    notice = DeskNotice.objects.create(kind="new", once="x", to_address="a@b.example", ticket=ticket, at=AT, failed_at=AT, fault="550")
    shown |= {"queues": queue.public_id, "told": notice.public_id}
    return {
        **shown,
        "webhook": hook.public_id,
        "call": call.public_id,
        "municipality": town.public_id,
        "queue": queue.public_id,
        "incident-addresses": town.public_id,
    }


@contextmanager
def undone() -> Iterator[None]:
    with current.atomic():
        yield
        transaction.set_rollback(True, using="default")


def visits(ids: dict[str, Any]) -> Iterator[tuple[str, Route, Call, str]]:
    for name, route in EXPECTED.items():
        special = {"tenants:office": "office", "pages:feedback_done": "feedback", "centre:site": "site"}
        of = next((special[start] for start in special if name.startswith(start) and name not in LISTS), "public_id")
        for call in route.calls:
            yield name, route, call, filled(WALKED[name], {**ids, "public_id": ids[of]})


def fingerprint() -> Any:
    """Digest of the accounts, offices and tickets."""
    with connections["default"].cursor() as cursor:
        tables = ("tenants_user", "tenants_office", "tenants_membership", "tenants_user_groups", "tenants_accessibilityfeedback")
        tables += (
            "hotline_ticket",
            "hotline_message",
            "hotline_ticketevent",
            "hotline_timeentry",
            "hotline_agreement",
            "centre_site",
            "hotline_supportrequest",
        )
        tables += (
            "hotline_article",
            "hotline_incident",
            "hotline_incidenttown",
            "hotline_articleversion",
            "hotline_queue",
            "hotline_queuemember",
            "hotline_townaddress",
            "hotline_desknotice",
            "hotline_webhook",
            "hotline_tag",
            "hotline_tag_tickets",
            "hotline_desksettings",
            "hotline_maildomain",
            "hotline_outgoingmail",
            "centre_municipality",
        )
        tables += (
            "training_course",
            "training_coursedate",
            "training_session",
            "training_room",
            "training_enrolment",
            "training_trainerabsence",
        )
        cursor.execute(" UNION ALL ".join(f"SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {t} r" for t in tables))
        return cursor.fetchall()


def is_turned_away(answer: Answer, address: str) -> bool:
    if address.startswith("/api/"):
        return answer.status == 401 and answer.media_type == "application/problem+json"
    return answer.status == 302 and answer.location.startswith("/anmelden/?next=")


def said(name: str, call: Call, answer: Answer) -> str:
    return f"{call.method.upper()} {name}: {answer.status}"


class TestTable:
    def test_every_route_is_listed(self) -> None:
        assert sorted(WALKED.keys() - EXPECTED.keys()) == [], "say in tests/centre/route_table.py who may pass there"

    def test_nothing_is_listed_that_is_gone(self) -> None:
        assert sorted(EXPECTED.keys() - WALKED.keys()) == []

    def test_the_centre_has_no_route_to_records(self) -> None:
        assert [address for address in WALKED.values() if any(word in address for word in OF_NODES)] == []


class TestRequesters:
    def test_see_and_answer_their_own_ticket_and_handle_none(
        self, ids: dict[str, Any], client_of: Callable[..., Any], api_client: Callable[..., Any]
    ) -> None:
        ticket, faults = TicketFactory(), []
        clients = {"/api/": api_client(ticket.requester), "": client_of(ticket.requester)}
        own = {**ids, **of_ticket(ticket)}
        calls = [(name, call) for name, route in EXPECTED.items() if name.startswith("hotline") for call in route.calls]

        for name, call in calls:
            address = filled(WALKED[name], own)
            with undone():
                answer = ask(clients["/api/" if address.startswith("/api/") else ""], call, address, own)
            if answer.status != call.cells.get("requester", call.cells.get("signed in", call.good)):
                faults.append(said(name, call, answer))

        assert calls
        assert not faults, faults


class TestThoseWhoMay:
    def test_an_operator_passes_every_route(self, ids: dict[str, Any], client_of: Callable[..., Any]) -> None:
        client, faults = client_of(UserFactory(roles=[CentreRole.OPERATOR])), []

        for name, route, call, address in visits(ids):
            with undone():
                answer = ask(client, call, address, ids)
            shown = call.method != "get" or route.found in answer.said
            if not shown or (answer.status != call.good and not route.open):
                faults.append(said(name, call, answer))

        assert not faults, faults


class TestStrangers:
    def test_get_the_login_page_or_401_everywhere(
        self, ids: dict[str, Any], client_of: Callable[..., Any], api_client: Callable[..., Any]
    ) -> None:
        faults, wrong = [], api_client(None)
        wrong.credentials(HTTP_AUTHORIZATION="Bearer 0123456789abcdef")

        for name, route, call, address in visits(ids):
            for client in (client_of(None), wrong) if address.startswith("/api/") and not route.open else (client_of(None),):
                with undone():
                    answer = ask(client, call, address, ids)
                if SECRET in answer.said or not (answer.status == call.good if route.open else is_turned_away(answer, address)):
                    faults.append(said(name, call, answer))

        assert not faults, faults


class TestPeopleWithoutTheRole:
    @pytest.mark.parametrize("role", ["", *(role for role in CentreRole.values if role != CentreRole.OPERATOR), "superuser"])
    def test_meet_nothing_that_is_others(self, role: str, ids: dict[str, Any], client_of: Callable[..., Any]) -> None:
        client, faults = client_of(UserFactory(roles=[role], is_superuser=role == "superuser")), []
        before = fingerprint()

        for name, route, call, address in visits(ids):
            with undone():
                answer = ask(client, call, address, ids)
                unchanged = fingerprint() == before or bool(route.open) or answer.status == call.good
            allowed = call.good if not call.cells.get("signed in") or role in STAFF else call.cells["signed in"]
            allowed = allowed if route.roles else call.cells.get(role, allowed)
            passed = route.open or answer.status == (allowed if not route.roles or role in route.roles else 404)
            if SECRET in answer.said or not passed or not unchanged:
                faults.append(said(name, call, answer))

        assert not faults, faults

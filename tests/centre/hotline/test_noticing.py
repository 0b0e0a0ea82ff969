"""What staff and municipalities are told by mail: whom, of what, and each thing once, to a real SMTP server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotline import (
    announcing,
    calling_back,
    desk_keeping,
    gathering,
    handling,
    notifying,
    reminding,
    taking_in,
)
from hotline.models import DeskNotice, Incident, Queue, QueueMember, Ticket, TicketEvent, TownAddress, Webhook, WebhookCall
from tenants.centre.models import Municipality
from tenants.models import User
from tests.centre.hotline.test_promises import opened
from tests.centre.hotline.test_reminding import DUE, WARN
from tests.centre.hotline.test_sending import Postman, postman
from tests.centre.hotline_factories import AT, MunicipalityFactory, QueueFactory, TicketFactory, agent, agreement, requester
from tests.factories import UserFactory

__all__ = ["postman"]  # the fixture


@pytest.fixture
def queue(postman: Postman) -> Queue:
    return Queue.objects.get(key="hotline")


def member(queue: Queue, name: str, *, lead: bool = False) -> User:
    person = agent(display_name=name, email=f"{name.lower()}@zentrale.example")
    QueueMember.objects.create(queue=queue, person=person, lead=lead)
    return person


def told(kind: str = "") -> list[str]:
    rows = DeskNotice.objects.filter(kind=kind) if kind else DeskNotice.objects.all()
    return sorted(rows.values_list("to_address", flat=True))


def send(at: Any = None) -> int:
    moment = at or timezone.now() + timedelta(minutes=1)
    return notifying.send_waiting(now=lambda: moment)


def asked(**more: Any) -> Ticket:
    return taking_in.open_ticket(subject="Drucker", body="Geht nicht.", **{"by": requester(), "at": AT, **more})


class TestNewTicket:
    def test_is_told_to_the_team_in_german_once(self, queue: Queue, postman: Postman) -> None:
        member(queue, "Jule"), agent(email="fremd@zentrale.example")
        ticket = asked()

        assert [send(), send()] == [1, 0]

        [mail] = postman.mails()
        assert mail["To"] == "Jule <jule@zentrale.example>"
        assert mail["Subject"] == f"Neue Anfrage {ticket.number} in Hotline"
        assert mail["Auto-Submitted"] == "auto-generated"
        body = mail.get_content()
        assert "Betreff: Drucker" in body
        assert f"/anfragen/{ticket.public_id}/" in body
        assert "Geht nicht." not in body

    def test_is_not_told_to_who_took_it_in(self, queue: Queue) -> None:
        jule, _kim = member(queue, "Jule"), member(queue, "Kim")

        asked(by=jule, requester=requester())

        assert told() == ["kim@zentrale.example"]

    def test_is_told_when_it_comes_from_another_queue_unless_it_is_somebodys(self, queue: Queue) -> None:
        technik = QueueFactory(key="technik", name="Technik")
        jule = member(technik, "Jule")
        first, second = asked(), asked()

        handling.put(ticket=first, queue=technik, by=agent(), at=AT)
        handling.put(ticket=second, queue=technik, assignee=jule, by=agent(), at=AT)

        assert list(DeskNotice.objects.values_list("ticket", flat=True)) == [first.pk]

    def test_is_not_mailed_any_more_when_somebody_has_it_or_she_has_gone(self, queue: Queue, postman: Postman) -> None:
        member(queue, "Jule"), member(queue, "Kim")
        ticket = asked()
        handling.take(ticket=ticket, by=User.objects.get(display_name="Jule"), at=AT)
        User.objects.filter(display_name="Jule").update(is_active=False)

        assert send() == 0
        assert not DeskNotice.objects.exclude(next_try_at=None).exists()

    def test_is_not_told_to_who_is_no_longer_of_the_staff(self, queue: Queue, postman: Postman) -> None:
        member(queue, "Jule").groups.clear()
        kim = member(queue, "Kim")
        asked()
        kim.groups.clear()

        assert told() == ["kim@zentrale.example"]
        assert send() == 0

    def test_nothing_is_kept_without_a_mail_server(self, queue: Queue, settings: Any) -> None:
        settings.MAIL_SMTP_URL = ""
        member(queue, "Jule")

        asked()

        assert told() == []


class TestDeadlines:
    def test_are_told_to_whose_it_is_and_to_who_leads_once_each(self, queue: Queue, postman: Postman) -> None:
        agreement()
        member(queue, "Jule"), member(queue, "Kim", lead=True)
        ticket = opened()
        DeskNotice.objects.all().delete()
        handling.take(ticket=ticket, by=agent(display_name="Ole", email="ole@zentrale.example"), at=WARN - timedelta(hours=2))

        for at in (WARN, WARN + timedelta(minutes=1), DUE, DUE + timedelta(minutes=1)):
            reminding.tell(at=at)

        assert told("warn") == told("escalate") == ["kim@zentrale.example", "ole@zentrale.example"]
        assert list(
            TicketEvent.objects.filter(ticket=ticket, act__in=["warn", "escalate"]).order_by("pk").values_list("act", flat=True)
        ) == [
            "warn",
            "escalate",
        ]
        send(DUE + timedelta(minutes=2))
        subjects = sorted({mail["Subject"] for mail in postman.mails()})
        assert subjects == [f"Frist läuft bald ab: Anfrage {ticket.number}", f"Frist verpasst: Anfrage {ticket.number}"]
        assert "Erste Antwort: 02.03.2026 14:00" in postman.mails()[-1].get_content()

    def test_of_what_is_nobodys_go_to_all_members_where_nobody_leads(self, queue: Queue) -> None:
        agreement()
        member(queue, "Jule"), member(queue, "Kim")
        opened()

        reminding.tell(at=DUE)

        assert told("escalate") == ["jule@zentrale.example", "kim@zentrale.example"]

    def test_are_told_to_webhooks(self, queue: Queue) -> None:
        agreement()
        Webhook.objects.create(name="Fach", address="https://fach.example/", secret="geheim", created_at=AT)
        ticket = opened()

        reminding.tell(at=WARN)
        reminding.tell(at=DUE)
        reminding.tell(at=DUE)

        calls = WebhookCall.objects.filter(ticket=ticket, act__in=["warn", "escalate"]).order_by("pk")
        assert [call.act for call in calls] == ["warn", "escalate"]

    def test_of_many_ask_no_more_queries_than_of_one(self, queue: Queue) -> None:
        agreement()
        member(queue, "Jule")
        counts = []
        for more in (2, 12):
            for _n in range(more):
                handling.take(ticket=opened(), by=agent(email=f"a{_n}@zentrale.example"), at=WARN - timedelta(hours=1))
            with CaptureQueriesContext(connections["default"]) as asked_for:
                assert reminding.tell(at=WARN) == (more, 0)
            counts.append(len(asked_for))

        assert counts[0] == counts[1]


class TestCallBacks:
    def wanted(self, ticket: Ticket) -> Any:
        span = {"earliest": AT + timedelta(hours=1), "latest": AT + timedelta(hours=2)}
        return calling_back.ask(ticket=ticket, telephone="0208 12345", **span, by=ticket.requester, at=AT)

    def test_are_told_when_their_time_begins_once(self, queue: Queue, postman: Postman) -> None:
        ticket, begins = TicketFactory(assignee=agent(email="ole@zentrale.example")), AT + timedelta(hours=1)
        self.wanted(ticket)

        reminded = [calling_back.remind(at=at) for at in (begins - timedelta(seconds=1), begins, begins + timedelta(minutes=1))]

        assert reminded == [0, 1, 0]
        assert told("call_back") == ["ole@zentrale.example"]
        assert TicketEvent.objects.filter(ticket=ticket, act="remind_call_back").count() == 1
        send(begins)
        [mail] = postman.mails()
        assert mail["Subject"] == f"Jetzt zurückrufen: Anfrage {ticket.number}"
        assert "Telefon: 0208 12345" in mail.get_content()

    def test_of_what_is_nobodys_are_told_to_the_team(self, queue: Queue) -> None:
        member(queue, "Jule")
        self.wanted(TicketFactory(queue=queue))

        calling_back.remind(at=AT + timedelta(hours=1))

        assert told("call_back") == ["jule@zentrale.example"]

    def test_that_were_made_are_told_to_nobody(self, queue: Queue, postman: Postman) -> None:
        ticket = TicketFactory(assignee=agent(email="ole@zentrale.example"))
        wish = self.wanted(ticket)
        calling_back.remind(at=AT + timedelta(hours=1))
        calling_back.tick_off(callback=wish, by=agent(), at=AT + timedelta(hours=1))

        assert send(AT + timedelta(hours=1)) == 0
        assert calling_back.remind(at=AT + timedelta(hours=2)) == 0

    def test_of_settled_requests_are_told_to_nobody(self, queue: Queue) -> None:
        ticket = TicketFactory(assignee=agent(email="ole@zentrale.example"))
        self.wanted(ticket)
        handling.close(ticket=Ticket.objects.get(pk=ticket.pk), by=agent(), at=AT)

        assert calling_back.remind(at=AT + timedelta(hours=1)) == 0
        assert told("call_back") == []


class TestIncidents:
    @pytest.fixture
    def running(self, queue: Queue) -> Incident:
        for slug in ("musterstadt", "beispielheim"):
            town = MunicipalityFactory(slug=slug, name=slug.capitalize())
            TownAddress.objects.create(municipality=town, address=f"it@{slug}.example")
        begun = announcing.begin(
            title="Suche langsam", text="Seit 8 Uhr.", until=self.now + timedelta(days=1), towns=[self.town("musterstadt")], **self.who
        )
        return announcing.announce(incident=begun, **self.who)

    @property
    def now(self) -> Any:
        return AT

    @property
    def who(self) -> dict[str, Any]:
        return {"by": agent(), "at": AT}

    def town(self, slug: str) -> Municipality:
        found: Municipality = Municipality.objects.get(slug=slug)
        return found

    def test_are_told_to_affected_municipalities_that_asked_nothing(self, running: Incident, postman: Postman) -> None:
        announcing.report(incident=running, text="Wir arbeiten daran.", **self.who)
        announcing.end(incident=running, answer="Behoben.", **self.who)

        send()

        assert {mail["To"] for mail in postman.mails()} == {"it@musterstadt.example"}
        assert [mail["Subject"] for mail in postman.mails()] == [
            "Störung: Suche langsam",
            "Neuigkeit: Suche langsam",
            "Behoben: Suche langsam",
        ]
        assert "Seit 8 Uhr." in postman.mails()[0].get_content()
        assert "von der Musterstadt betroffen ist" in postman.mails()[0].get_content()

    def test_are_told_to_one_that_is_affected_later(self, running: Incident) -> None:
        ticket = TicketFactory(municipality=self.town("beispielheim"))

        gathering.add(incident=running, ticket=ticket, **self.who)

        assert told("incident") == ["it@beispielheim.example", "it@musterstadt.example"]

    def test_one_that_is_left_out_is_told_so(self, running: Incident, postman: Postman) -> None:
        announcing.report(incident=running, text="Auch dort.", towns=[self.town("beispielheim")], **self.who)
        announcing.leave_out(incident=running, municipality=self.town("beispielheim"), **self.who)
        announcing.end(incident=running, answer="Behoben.", **self.who)

        assert told("not_affected") == ["it@beispielheim.example"]
        assert told("incident").count("it@beispielheim.example") == 1
        send()
        assert "Nicht betroffen: Suche langsam" in [mail["Subject"] for mail in postman.mails()]

    def test_a_draft_is_told_to_nobody(self, queue: Queue) -> None:
        TownAddress.objects.create(municipality=MunicipalityFactory(), address="it@musterstadt.example")
        draft = announcing.begin(title="X", text="Y", until=AT + timedelta(days=1), towns=[self.town("musterstadt")], **self.who)
        announcing.discard(incident=draft, **self.who)

        assert told() == []

    def test_the_page_says_whom_a_mail_reaches(self, running: Incident, client_of: Callable[..., Any]) -> None:
        announcing.report(incident=running, text="Auch dort.", towns=[MunicipalityFactory(slug="ohne", name="Ohne Adresse")], **self.who)

        page = client_of(agent()).get(f"/stoerungen/{running.public_id}/").content.decode()

        assert "E-Mail an 1 Adresse" in page
        assert "keine Adresse für eine E-Mail bekannt" in page


class TestAddresses:
    def test_are_set_on_the_municipalitys_page(self, client_of: Callable[..., Any]) -> None:
        town = MunicipalityFactory()
        browser, address = client_of(UserFactory(roles=["operator"])), f"/verwaltung/kommunen/{town.public_id}/"

        browser.post(
            f"{address}stoerungsmeldungen/", {"addresses": "it@musterstadt.example\n IT@Musterstadt.example;zweite@musterstadt.example"}
        )

        assert desk_keeping.addresses_of(town) == ["it@musterstadt.example", "zweite@musterstadt.example"]
        assert "zweite@musterstadt.example" in browser.get(address).content.decode()

    @pytest.mark.parametrize(
        ("written", "words"),
        [("keine adresse", "ist keine E-Mail-Adresse"), (" ".join(f"a{n}@b.example" for n in range(21)), "höchstens 20 Adressen")],
    )
    def test_what_is_wrong_is_said_and_stays(self, written: str, words: str, client_of: Callable[..., Any]) -> None:
        town = MunicipalityFactory()

        page = client_of(UserFactory(roles=["operator"])).post(
            f"/verwaltung/kommunen/{town.public_id}/stoerungsmeldungen/", {"addresses": written}
        )

        assert words in page.content.decode()
        assert written.split()[0] in page.content.decode()
        assert not TownAddress.objects.exists()

    def test_programs_read_and_set_them(self, api_client: Callable[..., Any]) -> None:
        town, other = MunicipalityFactory(), MunicipalityFactory(slug="nebenan", name="Nebenan")
        client, one = api_client(UserFactory(roles=["operator"])), f"/api/v1/incident-addresses/{town.public_id}/"

        answer = client.patch(one, {"addresses": ["zweite@musterstadt.example", "IT@musterstadt.example"]}, format="json")
        listed = client.get("/api/v1/incident-addresses/").json()["results"]

        assert (answer.status_code, answer.json()) == (200, client.get(one).json())
        assert answer.json()["addresses"] == ["it@musterstadt.example", "zweite@musterstadt.example"]
        assert [(row["municipality"], row["name"], len(row["addresses"])) for row in listed] == [
            (town.slug, town.name, 2),
            (other.slug, other.name, 0),
        ]
        assert client.patch(one, {"addresses": []}, format="json").json()["addresses"] == []

    def test_a_program_that_has_read_others_overwrites_nothing(self, api_client: Callable[..., Any]) -> None:
        town = MunicipalityFactory()
        client, one = api_client(UserFactory(roles=["operator"])), f"/api/v1/incident-addresses/{town.public_id}/"
        etag = client.get(one)["ETag"]

        def say(address: str) -> Any:
            return client.patch(one, {"addresses": [address]}, format="json", headers={"If-Match": etag})

        first, stale = say("it@musterstadt.example"), say("amt@musterstadt.example")

        assert (first.status_code, first["ETag"] == client.get(one)["ETag"], stale.status_code) == (200, True, 412)
        with pytest.raises(desk_keeping.StaleAddresses):
            desk_keeping.say_addresses(
                municipality=town, written="", by=UserFactory(roles=["operator"]), at=timezone.now(), seen=["wer@anders.example"]
            )
        assert [row.address for row in TownAddress.objects.all()] == ["it@musterstadt.example"]

    def test_a_program_is_told_what_is_wrong(self, api_client: Callable[..., Any]) -> None:
        client, one = api_client(UserFactory(roles=["operator"])), f"/api/v1/incident-addresses/{MunicipalityFactory().public_id}/"

        refused = client.patch(one, {"addresses": ["it@b.example", "keine"]}, format="json")
        many = client.patch(one, {"addresses": [f"a{n}@b.example" for n in range(21)]}, format="json")

        assert (refused.status_code, many.status_code) == (400, 400)
        assert "ist keine E-Mail-Adresse" in refused.json()["errors"]["addresses"][0]
        assert "höchstens 20 Adressen" in many.json()["errors"]["addresses"][0]
        assert client.patch(one, {}, format="json").status_code == 400
        assert not TownAddress.objects.exists()

    def test_are_nobody_elses_business(self, api_client: Callable[..., Any]) -> None:
        one = f"/api/v1/incident-addresses/{MunicipalityFactory().public_id}/"

        for person in (agent(), requester()):
            client = api_client(person)
            calls = [client.get("/api/v1/incident-addresses/"), client.get(one), client.patch(one, {"addresses": []}, format="json")]
            assert [call.status_code for call in calls] == [404] * 3

    def test_the_list_asks_no_more_for_more_towns(self, api_client: Callable[..., Any]) -> None:
        client, counts = api_client(UserFactory(roles=["operator"])), []
        for n in range(2):
            for place in range(1 + 5 * n):
                town = MunicipalityFactory(slug=f"ort-{n}-{place}", name=f"Ort {n}.{place}")
                TownAddress.objects.create(municipality=town, address=f"it@ort-{n}-{place}.example")
            with CaptureQueriesContext(connections["default"]) as asked:
                client.get("/api/v1/incident-addresses/")
            counts.append(len(asked))

        assert counts[0] == counts[1]


class TestFailure:
    def test_is_shown_to_operators_and_sent_again(self, queue: Queue, postman: Postman, client_of: Callable[..., Any]) -> None:
        member(queue, "Jule")
        asked()
        postman.says["RCPT"] = "550 kennen wir nicht"
        assert send() == 0
        browser = client_of(UserFactory(roles=["operator"]))

        page = browser.get("/verwaltung/e-mail/").content.decode()
        assert "jule@zentrale.example" in page
        assert "550" in page
        postman.says.clear()
        browser.post(f"/verwaltung/e-mail/mitteilungen/{DeskNotice.objects.get().public_id}/nochmals/")

        assert send() == 1
        assert DeskNotice.objects.get().sent_at is not None

    def test_for_now_is_tried_again_later(self, queue: Queue, postman: Postman) -> None:
        member(queue, "Jule")
        asked()
        postman.says["RCPT"] = "451 bitte später"
        now = timezone.now()

        assert [send(now), send(now)] == [0, 0]
        postman.says.clear()
        assert send(now + timedelta(minutes=2)) == 1

    def test_old_ones_are_forgotten(self, queue: Queue, postman: Postman) -> None:
        member(queue, "Jule")
        asked()
        later = AT + timedelta(days=91)

        assert notifying.forget_old(at=later) == 0
        send()
        assert notifying.forget_old(at=later) == 1

"""What programs are told of a ticket that was solved more than 14 days ago, by every door: the same as people on the page and by mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hotline import handling, merging, rating
from hotline.models import HelpfulCount, Link, Message, Queue, Ticket
from tenants.models import User
from tests.centre.hotline_factories import MunicipalityFactory, QueueFactory, TicketFactory, agent, picture, requester

URL = "/api/v1/tickets/"
WITHIN, OVER = timedelta(days=13, hours=23), timedelta(days=14, minutes=1)
NOBODY = "00000000-0000-0000-0000-000000000000"
REPLY, REASON = {"body": "Doch nicht."}, {"reason": "Doch nicht."}
LATE = "seit mehr als 14 Tagen erledigt"
CLOSED = "Bitte eröffnen Sie eine neue"


@pytest.fixture(autouse=True)
def queue() -> Queue:
    return QueueFactory()


def solved(ago: timedelta, **more: Any) -> Ticket:
    return TicketFactory(state="solved", solved_at=timezone.now() - ago, municipality=MunicipalityFactory(), **more)


def verb(ticket: Ticket, name: str = "") -> str:
    return f"{URL}{ticket.public_id}/{name and name + '/'}"


def state_of(ticket: Ticket) -> str:
    return str(Ticket.objects.get(pk=ticket.pk).state)


def person(who: str, ticket: Ticket) -> User:
    return ticket.requester if who == "requester" else agent()


class TestWhatTakesItUpAgain:
    @pytest.mark.parametrize("who", ["requester", "agent"])
    @pytest.mark.parametrize(("door", "sent"), [("messages", REPLY), ("reopen", REASON)])
    def test_within_14_days_it_goes_on(self, api_client: Any, who: str, door: str, sent: dict[str, str]) -> None:
        ticket = solved(WITHIN)

        answer = api_client(person(who, ticket)).post(verb(ticket, door), sent, format="json")

        assert answer.status_code in (200, 201)
        assert state_of(ticket) == ("waiting" if (who, door) == ("agent", "messages") else "open")

    @pytest.mark.parametrize("who", ["requester", "agent"])
    @pytest.mark.parametrize(("door", "sent", "words"), [("messages", REPLY, CLOSED), ("reopen", REASON, LATE)])
    def test_after_14_days_it_is_refused_with_what_to_do(
        self, api_client: Any, who: str, door: str, sent: dict[str, str], words: str
    ) -> None:
        ticket = solved(OVER)

        answer = api_client(person(who, ticket)).post(verb(ticket, door), sent, format="json")

        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
        assert words in answer.json()["detail"]
        assert (state_of(ticket), ticket.messages.count()) == ("solved", 1)

    def test_a_file_that_came_with_a_refused_reply_is_on_no_ticket(self, api_client: Any) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        ticket = solved(OVER)
        sent = {"body": "Mit Bild.", "attachments": [SimpleUploadedFile("bild.png", picture())]}

        answer = api_client(ticket.requester).post(verb(ticket, "messages"), sent, format="multipart")

        assert answer.status_code == 409
        assert not Message.objects.exclude(attachments=None).exists()

    @pytest.mark.parametrize("then", ["open", "waiting", "solved"])
    def test_no_state_that_staff_wish_for_takes_it_up_either(self, api_client: Any, then: str) -> None:
        ticket, low = solved(OVER), TicketFactory()
        Ticket.objects.filter(pk=low.pk).update(parent=ticket)
        client = api_client(agent())

        answers = [
            client.post(verb(ticket, "messages"), {**REPLY, "then": then, **more}, format="json") for more in ({}, {"children": True})
        ]

        assert [answer.status_code for answer in answers] == [409, 409]
        assert (state_of(ticket), state_of(low), low.messages.count()) == ("solved", "new", 1)

    @pytest.mark.parametrize(("kind", "state"), [("note", "solved"), ("phone", "closed")])
    def test_what_staff_note_changes_nothing_of_that(self, api_client: Any, kind: str, state: str) -> None:
        ticket = solved(OVER)

        answer = api_client(agent()).post(verb(ticket, "messages"), {"kind": kind, "body": "Rief an.", "then": "open"}, format="json")

        assert (answer.status_code, state_of(ticket)) == (201, state)

    @pytest.mark.parametrize(
        ("method", "door", "sent", "status"),
        [
            ("post", "take", {}, 409),
            ("patch", "", {"priority": "urgent"}, 409),
            ("patch", "", {"tags": []}, 200),
            ("post", "watch", {}, 204),
            ("post", "support-accesses", {"area": "settings", "hours": 4}, 409),
            ("post", "time", {"minutes": 5, "activity": "searching"}, 201),
        ],
    )
    def test_what_staff_do_with_it(self, api_client: Any, method: str, door: str, sent: dict[str, Any], status: int) -> None:
        ticket, client = solved(OVER), api_client(agent())
        match = {"headers": {"If-Match": client.get(verb(ticket))["ETag"]}} if method == "patch" else {}

        answer = getattr(client, method)(verb(ticket, door), sent, format="json", **match)

        assert (answer.status_code, state_of(ticket)) == (status, "solved"), answer.content

    def test_nothing_is_merged_into_it_or_put_below_it(self, api_client: Any) -> None:
        ticket, other, client = solved(OVER), TicketFactory(), api_client(agent())

        answers = [client.post(verb(other, door), {"ticket": str(ticket.public_id)}, format="json") for door in ("merge", "put-below")]

        assert [answer.status_code for answer in answers] == [409, 409]
        assert (state_of(ticket), state_of(other)) == ("solved", "new")

    def test_merged_and_taken_out_again_it_is_as_old_as_before(self, api_client: Any) -> None:
        ticket, other, client = solved(OVER), TicketFactory(), api_client(agent())
        client.post(verb(ticket, "merge"), {"ticket": str(other.public_id)}, format="json")

        undone = client.post(verb(ticket, "unmerge"))
        answer = api_client(ticket.requester).post(verb(ticket, "messages"), REPLY, format="json")

        assert (undone.json()["state"], answer.status_code) == ("solved", 409)
        assert handling.is_closed(Ticket.objects.get(pk=ticket.pk), at=timezone.now())

    @pytest.mark.parametrize("who", ["requester", "agent"])
    def test_closing_it_says_what_holds_anyway(self, api_client: Any, who: str) -> None:
        ticket = solved(OVER)
        client = api_client(person(who, ticket))

        assert client.post(verb(ticket, "close")).json()["state"] == "closed"
        assert client.post(verb(ticket, "reopen"), REASON, format="json").status_code == 409
        assert Ticket.objects.get(pk=ticket.pk).solved_at == ticket.solved_at

    def test_whether_it_helped_can_be_said_and_takes_nothing_up(self, client_of: Any) -> None:
        ticket = solved(OVER)

        said = client_of(ticket.requester).post(f"/war-das-hilfreich/{rating.token_for(ticket)}/", {"helpful": "0"})

        assert (said.status_code, HelpfulCount.objects.get().no, state_of(ticket)) == (200, 1, "solved")


class TestFollows:
    @pytest.mark.parametrize("who", ["requester", "agent"])
    def test_a_new_one_goes_on_from_it_and_is_linked(self, api_client: Any, who: str) -> None:
        ticket = solved(OVER)
        sent = {"subject": "Wieder", "body": "Es geht wieder nicht.", "follows": str(ticket.public_id)}

        answer = api_client(person(who, ticket)).post(URL, sent, format="json")

        assert answer.status_code == 201
        made = Ticket.objects.get(public_id=answer.json()["id"])
        assert Link.objects.filter(one=ticket, other=made).count() == 1
        linked = api_client(agent()).get(verb(made, "links")).json()["linked"]
        assert (linked, state_of(ticket)) == ([str(ticket.public_id)], "solved")

    def test_of_a_merged_one_where_that_went(self, api_client: Any) -> None:
        lead, ticket = TicketFactory(), TicketFactory()
        merging.merge(ticket=ticket, into=lead, by=agent(), at=timezone.now())
        Ticket.objects.filter(pk=lead.pk).update(state="solved", solved_at=timezone.now() - OVER)
        sent = {"subject": "Wieder", "body": "Es geht wieder nicht.", "follows": str(ticket.public_id)}

        api_client(ticket.requester).post(URL, sent, format="json")

        assert Link.objects.get().one == lead

    @pytest.mark.parametrize("which", ["somebody else's", "nobody's", "in work", "no id"])
    def test_refuses_what_cannot_be_followed(self, api_client: Any, which: str) -> None:
        whose = requester()
        named = {
            "somebody else's": lambda: str(solved(OVER).public_id),
            "nobody's": lambda: NOBODY,
            "in work": lambda: str(TicketFactory(requester=whose).public_id),
            "no id": lambda: "2026-000001",
        }[which]()
        before = Ticket.objects.count()

        answer = api_client(whose).post(URL, {"subject": "x", "body": "y", "follows": named}, format="json")

        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["follows"])
        assert (Ticket.objects.count(), Link.objects.exists()) == (before, False)

    def test_the_page_of_a_new_request_follows_it_where_it_was_merged(self, client_of: Any) -> None:
        lead, ticket = TicketFactory(subject="Wo es weitergeht"), TicketFactory()
        merging.merge(ticket=ticket, into=lead, by=agent(), at=timezone.now())
        browser, address = client_of(ticket.requester), f"/anfragen/neu/?zu={ticket.public_id}"

        working = browser.get(address).content.decode()
        Ticket.objects.filter(pk=lead.pk).update(state="solved", solved_at=timezone.now() - OVER)
        browser.post(address, {"subject": "Wieder", "body": "Es geht wieder nicht.", "priority": "normal"})

        assert "Wo es weitergeht" not in working  # it is in work: there is nothing to follow
        assert Link.objects.get().one == lead

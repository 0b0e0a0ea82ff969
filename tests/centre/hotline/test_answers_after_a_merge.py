"""An answer to a ticket that was merged does to the other one what an answer to that one does: by mail, on the page and by the API. Nothing reopens the merged one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from hotline import answering, bundling, handling, merging, receiving
from hotline.models import Link, Merge, Message, OutgoingMail, Queue, Ticket
from tests.centre.hotline.mails import SETTINGS, mail
from tests.centre.hotline_factories import QueueFactory, TicketFactory, agent, requester

THANKS, QUESTION = "Vielen Dank für die schnelle Hilfe!", "Danke, aber es geht noch nicht."
AGES = {"just now": timedelta(hours=1), "long ago": timedelta(days=15)}
Say = Callable[[Ticket, str], None]


@pytest.fixture(autouse=True)
def queue(tmp_path: Path) -> Iterator[Queue]:
    with override_settings(**SETTINGS, MAIL_STORE=tmp_path / "mails"):
        yield QueueFactory()


@pytest.fixture(params=["mail", "page", "API"])
def door(request: pytest.FixtureRequest, client_of: Any, api_client: Any) -> tuple[str, Say]:
    """How the requester of a ticket says something on it."""

    def by_mail(ticket: Ticket, words: str) -> None:
        receiving.take_in(raw=mail(words, sender=ticket.requester.email, subject=f"AW: [HL#{ticket.number}] Drucker"), at=timezone.now())

    def on_the_page(ticket: Ticket, words: str) -> None:
        client_of(ticket.requester).post(f"/anfragen/{ticket.public_id}/", {"body": words, "seen": ticket.revision})

    def by_the_api(ticket: Ticket, words: str) -> None:
        api_client(ticket.requester).post(f"/api/v1/tickets/{ticket.public_id}/messages/", {"body": words}, format="json")

    return request.param, {"mail": by_mail, "page": on_the_page, "API": by_the_api}[request.param]


def merged(state: str, age: timedelta, *, source: str = "waiting") -> tuple[Ticket, Ticket]:
    """A ticket and the one that it went into, which has this state since then."""
    now, lead, ticket = timezone.now(), TicketFactory(), TicketFactory()
    handling.put(ticket=lead, assignee=agent(), by=agent(), at=now - age - timedelta(hours=2))
    Ticket.objects.filter(pk=ticket.pk).update(state=source, solved_at=now - age if source in ("solved", "closed") else None)
    merging.merge(ticket=Ticket.objects.get(pk=ticket.pk), into=lead, by=agent(), at=now - age - timedelta(hours=1))
    settled = {"solved_at": now - age} if state in ("solved", "closed") else {}
    Ticket.objects.filter(pk=lead.pk).update(state=state, **settled)
    return Ticket.objects.get(pk=ticket.pk), Ticket.objects.get(pk=lead.pk)


def became(lead: Ticket) -> tuple[str, int, int]:
    """What became of a ticket: its state, how many messages are read on it, and how many tickets go on from it."""
    return Ticket.objects.get(pk=lead.pk).state, Message.objects.filter(ticket=lead).count(), Link.objects.filter(one=lead).count()


@pytest.mark.parametrize("words", [THANKS, QUESTION], ids=["thanks", "question"])
@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("state", ["open", "waiting", "solved", "closed"])
class TestWhateverIsSaid:
    def test_does_to_the_other_one_what_an_answer_to_that_one_does(self, door: tuple[str, Say], state: str, age: str, words: str) -> None:
        _name, say = door
        (ticket, lead), (_ticket, direct) = (merged(state, AGES[age]) for _twice in range(2))

        say(ticket, words)
        say(direct, words)

        assert became(lead) == became(direct)
        again = Ticket.objects.get(pk=ticket.pk)
        assert (again.state, again.merged_into, again.solved_at) == ("closed", lead, ticket.solved_at)

    def test_is_as_the_rules_have_it(self, door: tuple[str, Say], state: str, age: str, words: str) -> None:
        name, say = door
        ticket, lead = merged(state, AGES[age])
        is_closed = state == "closed" or (state == "solved" and age == "long ago")
        silent = name == "mail" and words == THANKS and state in ("solved", "closed")

        say(ticket, words)

        said = silent or not is_closed
        goes_on = name == "mail" and is_closed and not silent
        assert became(lead) == (state if silent or is_closed else "open", 3 if said else 2, 1 if goes_on else 0)


class TestThanks:
    """Kept on the other one while that is settled. When the merge is undone they go home, and ask for nothing there either."""

    def thanked(self, *, source: str) -> tuple[Ticket, Ticket]:
        ticket, lead = merged("solved", AGES["just now"], source=source)
        raw = mail(THANKS, sender=ticket.requester.email, subject=f"[HL#{ticket.number}] Drucker")
        assert receiving.take_in(raw=raw, at=timezone.now()).reason == "thanks"
        return ticket, lead

    @pytest.mark.parametrize("source", ["waiting", "solved", "closed"])
    def test_do_not_take_up_the_ticket_that_they_go_back_to(self, source: str) -> None:
        ticket, lead = self.thanked(source=source)
        was = Merge.objects.get(source=ticket)

        merging.undo(ticket=ticket, by=agent(), at=timezone.now())

        assert [one.body for one in ticket.messages.order_by("pk")][-1] == THANKS
        again = Ticket.objects.get(pk=ticket.pk)
        assert (again.state, again.solved_at, again.unanswered_since) == (source, was.solved_at, None)
        assert Ticket.objects.get(pk=lead.pk).state == "solved"

    def test_with_a_question_after_them_do(self) -> None:
        ticket, lead = self.thanked(source="solved")
        answering.say(ticket=Ticket.objects.get(pk=lead.pk), body=QUESTION, by=ticket.requester, at=timezone.now())

        merging.undo(ticket=ticket, by=agent(), at=timezone.now())

        assert Ticket.objects.get(pk=ticket.pk).state == "open"

    def test_of_the_others_people_are_no_question_that_is_owed_an_answer(self) -> None:
        """Hers is the question since which an answer was owed; when she leaves, thanks are all that is left."""
        ticket, lead = merged("solved", AGES["just now"])
        Ticket.objects.filter(pk=lead.pk).update(answered_at=timezone.now() - timedelta(hours=2))
        answering.say(ticket=Ticket.objects.get(pk=lead.pk), body=QUESTION, by=ticket.requester, at=timezone.now())
        handling.solve(ticket=Ticket.objects.get(pk=lead.pk), by=agent(), at=timezone.now())
        theirs = mail(THANKS, sender=lead.requester.email, subject=f"[HL#{lead.number}] Drucker")
        assert receiving.take_in(raw=theirs, at=timezone.now()).reason == "thanks"

        merging.undo(ticket=ticket, by=agent(), at=timezone.now())

        assert Ticket.objects.get(pk=lead.pk).unanswered_since is None


class TestOthers:
    def test_who_watches_the_merged_one_is_heard_like_its_requester(self, client_of: Any) -> None:
        ticket, lead = merged("solved", AGES["just now"])
        watcher = requester()
        ticket.watchers.add(watcher)

        client_of(watcher).post(f"/anfragen/{ticket.public_id}/", {"body": QUESTION, "seen": ticket.revision})

        assert (Ticket.objects.get(pk=lead.pk).state, Ticket.objects.get(pk=ticket.pk).state) == ("open", "closed")

    def test_a_thread_of_the_merged_one_leads_to_the_other(self) -> None:
        ticket, lead = merged("solved", AGES["just now"])
        OutgoingMail.objects.create(
            kind="receipt",
            ticket=ticket,
            to_address=ticket.requester.email,
            mail_id="<alt@zentrale.example>",
            queued_at=timezone.now(),
            sent_at=timezone.now(),
        )

        for words, state in ((THANKS, "solved"), (QUESTION, "open")):
            receiving.take_in(
                raw=mail(words, sender=ticket.requester.email, In_Reply_To="<alt@zentrale.example>", subject="Anders"), at=timezone.now()
            )
            assert (Ticket.objects.get(pk=lead.pk).state, Ticket.objects.get(pk=ticket.pk).state) == (state, "closed")

    @pytest.mark.parametrize("act", ["close", "reopen", "take"])
    def test_no_act_of_the_api_handles_the_merged_one(self, api_client: Any, act: str) -> None:
        ticket, lead = merged("solved", AGES["just now"])

        answer = api_client(agent()).post(f"/api/v1/tickets/{ticket.public_id}/{act}/", {"reason": "Doch."}, format="json")

        assert (answer.status_code, lead.number in answer.json()["detail"]) == (409, True)
        assert (Ticket.objects.get(pk=lead.pk).state, Ticket.objects.get(pk=ticket.pk).state) == ("solved", "closed")

    def test_one_answer_for_all_below_reaches_those_below_the_other(self) -> None:
        ticket, lead = merged("open", AGES["just now"])
        low = TicketFactory(parent=lead)

        bundling.answer_all(ticket=ticket, body="Behoben.", by=agent(), at=timezone.now())

        assert [one.ticket for one in Message.objects.filter(body="Behoben.").order_by("pk")] == [lead, low]
        assert Ticket.objects.get(pk=low.pk).state == "closed"

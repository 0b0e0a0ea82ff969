"""Merging and undoing, splitting: whatever is done, nothing said is lost or doubled, nobody sees a note, nobody loses what was said to him."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline import answering, attaching, handling, merging, splitting, taking_in
from hotline.models import Attachment, DeskNotice, Message, QueueMember, Ticket, TicketEvent
from tenants import current
from tenants.centre.models import Contact
from tenants.models import User
from tests.centre.hotline_factories import AT, QueueFactory, TicketFactory, agent, agreement, picture, requester

LATER = AT + timedelta(hours=1)
REFUSALS = (merging.CannotMerge, splitting.CannotSplit, answering.CannotAnswer, handling.CannotHandle)


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def read_by(person: User, ticket: Ticket) -> list[str]:
    return [message.body for message in Message.objects.visible_to(person).of(ticket).in_order()]


class TestMerge:
    def test_both_requesters_read_on_in_the_other_ticket(self) -> None:
        first, second = TicketFactory(body="Erste"), TicketFactory(body="Zweite")

        merging.merge(ticket=second, into=first, by=agent(), at=LATER)

        assert [read_by(one.requester, first) for one in (first, second)] == [["Erste", "Zweite"]] * 2
        assert (second.state, second.merged_into) == ("closed", first)

    def test_replies_to_the_merged_one_land_in_the_other(self) -> None:
        first, second = TicketFactory(state="waiting"), TicketFactory()
        merging.merge(ticket=second, into=first, by=agent(), at=LATER)

        message = answering.say(ticket=again(second), body="Noch etwas.", by=second.requester, at=LATER)

        assert message.ticket == first
        assert (again(first).state, again(second).state) == ("open", "closed")

    def test_who_had_not_yet_seen_the_merge_is_shown_what_is_new(self) -> None:
        first, second = TicketFactory(), TicketFactory()
        merging.merge(ticket=again(second), into=first, by=agent(), at=LATER)

        with pytest.raises(handling.Stale):
            answering.say(ticket=second, body="Zu spät.", by=second.requester, at=LATER, seen=1)

    def test_is_entered_on_both(self) -> None:
        first, second = TicketFactory(), TicketFactory()

        merging.merge(ticket=second, into=first, by=agent(), at=LATER)

        assert TicketEvent.objects.get(ticket=second).changes == {"merged_into": [None, first.number], "state": ["new", "closed"]}
        assert TicketEvent.objects.get(ticket=first).changes == {"merged": [None, second.number]}

    def test_what_was_merged_into_the_merged_one_goes_on_there_too(self) -> None:
        one, two, three = TicketFactory(body="1"), TicketFactory(body="2"), TicketFactory(body="3")
        merging.merge(ticket=three, into=two, by=agent(), at=LATER)

        merging.merge(ticket=two, into=one, by=agent(), at=LATER)

        assert read_by(three.requester, one) == ["1", "2", "3"]
        assert again(three).merged_into == one

    @pytest.mark.parametrize("fault", ["itself", "settled", "merged", "children"])
    def test_refuses(self, fault: str) -> None:
        first, second, third = TicketFactory(), TicketFactory(), TicketFactory()
        if fault == "settled":
            handling.solve(ticket=first, by=agent(), at=LATER)
        elif fault == "merged":
            merging.merge(ticket=second, into=third, by=agent(), at=LATER)
        elif fault == "children":
            Ticket.objects.filter(pk=third.pk).update(parent=second)

        with pytest.raises(merging.CannotMerge):
            merging.merge(ticket=second, into=second if fault == "itself" else first, by=agent(), at=LATER)

    def test_a_merged_ticket_is_handled_where_it_went(self) -> None:
        first, second, staff = TicketFactory(), TicketFactory(), agent()
        merging.merge(ticket=second, into=first, by=staff, at=LATER)

        for act in (handling.take, handling.solve, handling.close, lambda **more: handling.reopen(reason="Doch.", **more)):
            with pytest.raises(handling.CannotHandle, match=first.number):
                act(ticket=second, by=staff, at=LATER)


class TestUndo:
    @pytest.fixture(autouse=True)
    def _queue(self) -> None:
        QueueFactory()

    def test_restores_both(self) -> None:
        first, second = TicketFactory(body="Erste"), TicketFactory(body="Zweite", state="solved", solved_at=AT)
        merging.merge(ticket=second, into=first, by=agent(), at=LATER)

        merging.undo(ticket=second, by=agent(), at=LATER)

        assert [read_by(first.requester, first), read_by(second.requester, second)] == [["Erste"], ["Zweite"]]
        assert (second.state, second.solved_at, second.merged_into) == ("solved", AT, None)
        assert not Ticket.objects.visible_to(second.requester).filter(pk=first.pk).exists()

    def test_gives_back_what_its_requester_wrote_meanwhile_and_keeps_answers_on_both(self) -> None:
        first, second, staff = TicketFactory(body="Erste"), TicketFactory(body="Zweite", state="waiting"), agent()
        merging.merge(ticket=second, into=first, by=staff, at=LATER)
        answering.say(ticket=again(second), body="Noch etwas.", by=second.requester, at=LATER)
        answering.say(ticket=again(first), body="Antwort an beide.", by=staff, at=LATER)
        answering.say(ticket=again(first), body="Nur für uns.", by=staff, kind="note", at=LATER)

        merging.undo(ticket=second, by=staff, at=LATER)

        assert read_by(second.requester, second) == ["Zweite", "Noch etwas.", "Antwort an beide."]
        assert read_by(first.requester, first) == ["Erste", "Antwort an beide."]
        assert second.state == "open"

    def test_gives_back_what_she_wrote_on_the_page_of_the_other(self) -> None:
        """The page of a merged ticket leads to the other one, and its form posts there."""
        first, second, watched = TicketFactory(), TicketFactory(body="Zweite", state="waiting"), TicketFactory(body="Dritte")
        watcher = requester()
        watched.watchers.add(watcher)
        for one in (second, watched):
            merging.merge(ticket=one, into=again(first), by=agent(), at=LATER)
        [kept] = attaching.keep([attaching.Given("bild.png", picture())])
        answering.say(ticket=again(first), body="Auf der Seite.", by=second.requester, at=LATER, files=[kept])
        answering.say(ticket=again(first), body="Ich sehe zu.", by=watcher, at=LATER)
        answering.say(ticket=again(first), body="Das ist meine.", by=first.requester, at=LATER)

        for one in (second, watched):
            merging.undo(ticket=again(one), by=agent(), at=LATER)

        assert read_by(second.requester, second) == ["Zweite", "Auf der Seite."]
        assert read_by(watcher, watched) == ["Dritte", "Ich sehe zu."]
        assert read_by(first.requester, first) == ["Es kommt nur ein leeres Blatt.", "Das ist meine."]
        assert Attachment.objects.get().message.ticket == second
        assert again(second).state == "open"

    def test_gives_back_what_a_colleague_of_hers_wrote_and_her_thanks(self) -> None:
        first, second = TicketFactory(requester=requester("beispielheim")), TicketFactory(body="Zweite")
        colleague = requester()
        Contact.objects.filter(person=colleague).update(sees_office=True)
        merging.merge(ticket=second, into=first, by=agent(), at=LATER)
        answering.say(ticket=again(first), body="Bei uns allen.", by=colleague, at=LATER)
        handling.solve(ticket=again(first), by=agent(), at=LATER)
        answering.keep_thanks(ticket=again(first), body="Danke!", by=second.requester, at=LATER)

        merging.undo(ticket=again(second), by=agent(), at=LATER)

        assert read_by(second.requester, second) == ["Zweite", "Bei uns allen.", "Danke!"]

    def test_who_asked_both_keeps_her_words_where_she_wrote_them(self) -> None:
        anna = requester()
        first, second = TicketFactory(requester=anna, body="Erste"), TicketFactory(requester=anna, body="Zweite")
        merging.merge(ticket=second, into=first, by=agent(), at=LATER)
        answering.say(ticket=again(first), body="Hier.", by=anna, at=LATER)
        answering.say(ticket=again(second), body="Dort.", by=anna, at=LATER)

        merging.undo(ticket=again(second), by=agent(), at=LATER)

        assert [read_by(anna, one) for one in (first, second)] == [["Erste", "Hier."], ["Zweite", "Dort."]]

    def test_what_was_answered_to_both_counts_for_both(self) -> None:
        agreement()
        first, second = (taking_in.open_ticket(subject="Hilfe", body="Bitte.", by=requester(), at=AT) for _ in range(2))
        merging.merge(ticket=second, into=first, by=agent(), at=LATER)
        answering.say(ticket=again(first), body="Nur für uns.", by=agent(), kind="note", at=LATER)
        answered = LATER + timedelta(minutes=5)
        answering.say(ticket=again(first), body="Antwort an beide.", by=agent(), at=answered)

        merging.undo(ticket=again(second), by=agent(), at=answered + timedelta(days=3))

        due = again(second).due_first_response
        assert (again(second).answered_at, due) == (answered, again(first).due_first_response)
        assert due is not None
        assert due > answered

    def test_who_waited_for_a_next_response_got_it_or_waits_on_by_herself(self) -> None:
        agreement()
        first, second, third = (taking_in.open_ticket(subject="Hilfe", body="Bitte.", by=requester(), at=AT) for _ in range(3))
        for minutes, one in enumerate((first, second, third)):
            answering.say(ticket=one, body="Antwort.", by=agent(), at=AT + timedelta(minutes=minutes))
        for one in (second, third):
            answering.say(ticket=again(one), body="Und weiter?", by=one.requester, at=LATER)
            merging.merge(ticket=again(one), into=again(first), by=agent(), at=LATER)
        answering.say(ticket=again(first), body="Antwort an alle.", by=agent(), at=LATER + timedelta(minutes=5))
        asked = LATER + timedelta(minutes=10)
        answering.say(ticket=again(first), body="Noch etwas.", by=third.requester, at=asked)
        assert again(first).unanswered_since == asked

        for one in (second, third):
            merging.undo(ticket=again(one), by=agent(), at=LATER + timedelta(minutes=20))

        assert [(again(one).next_kept, again(one).unanswered_since) for one in (first, second, third)] == [(0, None), (1, None), (1, asked)]
        assert again(first).due_next_response is None
        assert again(third).due_next_response is not None

    def test_the_operators_page_has_a_query_that_names_what_was_not_given_back_in_former_times(self) -> None:
        """As it was left before decision 0049; an undo of today leaves nothing of it."""
        page = (Path(__file__).parents[3] / "docs" / "operating.md").read_text()
        [query] = re.findall(r"```sql\n(SELECT t\.number.+?)```", page, re.DOTALL)
        old, first, second = (TicketFactory() for _ in range(3))
        for one in (old, second):
            merging.merge(ticket=one, into=again(first), by=agent(), at=LATER)
            answering.say(ticket=again(first), body="Noch etwas.", by=one.requester, at=LATER)
        left = Message.objects.filter(ticket=first, author=old.requester, body="Noch etwas.")
        left.update(home=None)

        for one in (old, second):
            merging.undo(ticket=again(one), by=agent(), at=LATER + timedelta(minutes=1))

        assert current.ask(query, []) == [(first.number, old.number, LATER)]

    def test_refuses_what_is_not_merged(self) -> None:
        with pytest.raises(merging.CannotMerge, match="nicht zusammengeführt"):
            merging.undo(ticket=TicketFactory(), by=agent(), at=LATER)


class TestSplit:
    def test_makes_a_linked_ticket_of_the_author(self) -> None:
        ticket, staff = TicketFactory(), agent()
        colleague = requester()
        message = answering.say(ticket=ticket, body="Etwas ganz anderes.", by=colleague, at=LATER)

        new = splitting.split(message=message, subject="Etwas anderes", by=staff, at=LATER)

        assert (new.requester, new.subject, new.state) == (colleague, "Etwas anderes", "new")
        assert [one.body for one in new.messages.all()] == ["Etwas ganz anderes."]

    def test_whoever_could_read_it_still_can(self) -> None:
        ticket, staff = TicketFactory(body="Erstes"), agent()
        message = answering.say(ticket=ticket, body="Anderes.", by=staff, at=LATER)

        splitting.split(message=message, subject="Anderes", by=staff, at=LATER)

        assert read_by(ticket.requester, ticket) == ["Erstes", "Anderes."]

    def test_its_deadlines_run_from_now(self) -> None:
        agreement(levels={"normal": (60, 120, 240)})
        ticket = TicketFactory()
        message = answering.say(ticket=ticket, body="Etwas ganz anderes.", by=ticket.requester, at=LATER)

        new = splitting.split(message=message, subject="Anderes", by=agent(), at=LATER)

        kept = Ticket.objects.get(pk=new.pk)
        opened = taking_in.open_ticket(subject="Gleich", body="Zur selben Zeit.", by=ticket.requester, at=LATER)
        assert kept.due_first_response is not None
        assert (kept.due_first_response, kept.due_resolution, kept.next_due) == (
            opened.due_first_response,
            opened.due_resolution,
            opened.next_due,
        )

    def test_a_call_was_answered(self) -> None:
        agreement(levels={"normal": (60, 120, 240)})
        ticket, staff = TicketFactory(), agent()
        message = answering.say(ticket=ticket, body="Rief auch wegen etwas anderem an.", kind="phone", by=staff, at=LATER)

        new = splitting.split(message=message, subject="Anderes", by=staff, at=LATER)

        assert (new.kind, Ticket.objects.get(pk=new.pk).answered_at) == ("phone", LATER)
        assert Ticket.objects.get(pk=new.pk).due_first_response is None

    def test_the_team_of_the_queue_is_told_except_for_who_did_it(self, settings: Any) -> None:
        settings.MAIL_SMTP_URL = "smtp://localhost:1"
        ticket, staff, colleague = TicketFactory(), agent(email="eine@zentrale.example"), agent(email="andere@zentrale.example")
        for person in (staff, colleague):
            QueueMember.objects.create(queue=ticket.queue, person=person)
        message = answering.say(ticket=ticket, body="Etwas ganz anderes.", by=ticket.requester, at=LATER)

        new = splitting.split(message=message, subject="Anderes", by=staff, at=LATER)

        assert list(DeskNotice.objects.filter(ticket=new, kind="new").values_list("to_address", flat=True)) == ["andere@zentrale.example"]

    @pytest.mark.parametrize("kind", ["note", "reply"])
    def test_refuses_a_note_and_the_only_message(self, kind: str) -> None:
        ticket = TicketFactory()
        message = ticket.messages.get()
        if kind == "note":
            message = answering.say(ticket=ticket, body="Intern", kind="note", by=agent(), at=LATER)

        with pytest.raises(splitting.CannotSplit):
            splitting.split(message=message, subject="Neu", by=agent(), at=LATER)


class World:
    """Three tickets of three people, and what each of them has been told."""

    def __init__(self) -> None:
        self.staff = agent()
        self.tickets = [TicketFactory(body=f"Frage {n}") for n in range(3)]
        self.people = [ticket.requester for ticket in self.tickets]
        self.told: dict[int, set[int]] = {
            person.pk: {ticket.messages.get().pk} for person, ticket in zip(self.people, self.tickets, strict=True)
        }
        self.said, self.at = 3, LATER

    def do(self, act: str, one: int, other: int) -> None:
        self.at += timedelta(minutes=1)
        tickets = list(Ticket.objects.order_by("pk"))
        ticket, second = tickets[one % len(tickets)], tickets[other % len(tickets)]
        with suppress(*REFUSALS), current.atomic():
            if act == "merge":
                merging.merge(ticket=ticket, into=second, by=self.staff, at=self.at)
            elif act == "undo":
                merging.undo(ticket=ticket, by=self.staff, at=self.at)
            elif act == "split":
                messages = list(Message.objects.order_by("pk"))
                splitting.split(message=messages[one % len(messages)], subject="Neu", by=self.staff, at=self.at)
            else:
                self.say(act, ticket)

    def say(self, act: str, ticket: Ticket) -> None:
        by, kind = (ticket.requester, "reply") if act == "ask" else (self.staff, "note" if act == "note" else "reply")
        message = answering.say(ticket=ticket, body=act, kind=kind, by=by, at=self.at)
        self.said += 1
        lead = Ticket.objects.get(pk=ticket.merged_into_id or ticket.pk)
        if act == "ask":
            self.told[by.pk].add(message.pk)
        elif act == "answer":
            for one in (lead, *lead.merged.all()):
                self.told[one.requester_id].add(message.pk)

    def check(self) -> None:
        assert Message.objects.count() == self.said
        assert not Message.objects.filter(ticket__merged_into__isnull=False).exists(), "said where nobody reads it"
        for ticket in Ticket.objects.standing():
            seen = [message.pk for message in Message.objects.visible_to(self.staff).of(ticket).in_order()]
            assert len(seen) == len(set(seen)), "shown twice"
        for person in self.people:
            seen = list(Message.objects.visible_to(person))
            assert not [message for message in seen if message.kind == "note"]
            assert self.told[person.pk] <= {message.pk for message in seen}, "lost"
        for ticket in Ticket.objects.exclude(merged_into=None):
            assert Ticket.objects.visible_to(ticket.requester).filter(pk=ticket.merged_into_id).exists()


ACTS = st.tuples(st.sampled_from(["merge", "merge", "undo", "split", "ask", "answer", "note"]), st.integers(0, 5), st.integers(0, 5))


class TestWhateverIsDone:
    @settings(max_examples=40)
    @given(acts=st.lists(ACTS, min_size=4, max_size=14))
    def test_nothing_is_lost_doubled_or_shown_to_the_wrong_people(self, acts: list[tuple[str, int, int]]) -> None:
        with current.atomic():
            world = World()
            for act in acts:
                world.do(*act)
            world.check()
            transaction.set_rollback(True, using="default")

    def test_undoing_all_merges_puts_everybodys_words_back(self, queries: Any) -> None:
        one, two, three = TicketFactory(), TicketFactory(), TicketFactory()
        merging.merge(ticket=three, into=two, by=agent(), at=LATER)
        merging.merge(ticket=again(two), into=one, by=agent(), at=LATER)

        merging.undo(ticket=again(two), by=agent(), at=LATER)
        merging.undo(ticket=again(three), by=agent(), at=LATER)

        assert [again(ticket).messages.get().author for ticket in (one, two, three)] == [one.requester, two.requester, three.requester]
        assert not Message.objects.exclude(home=None).exists()

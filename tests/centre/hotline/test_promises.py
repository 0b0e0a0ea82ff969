"""What is promised is counted as agreed on: business time from the opening, standing while it waits, kept over new priorities."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from hotline import answering, handling, taking_in
from hotline.models import Ticket, TicketPause, Told
from tenants import current
from tests.centre.hotline_factories import AT, MunicipalityFactory, TicketFactory, agent, agreement, closed, requester

BERLIN = ZoneInfo("Europe/Berlin")


pytestmark = pytest.mark.usefixtures("queue")


def local(text: str) -> datetime:
    """A moment as the wall clock in Berlin shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def opened(at: str = "2026-03-02T09:00", **more: object) -> Ticket:
    given = {"subject": "Hilfe", "body": "Bitte.", "at": local(at), **more}
    return taking_in.open_ticket(**{"by": requester(), **given})  # type: ignore[arg-type]


def fresh(ticket: Ticket) -> Ticket:
    found: Ticket = Ticket.objects.get(pk=ticket.pk)
    return found


class TestBegin:
    def test_a_new_ticket_has_its_deadlines_at_once(self) -> None:
        agreement()

        ticket = fresh(opened())

        assert ticket.due_first_response == local("2026-03-02T14:00")  # 3 hours, lunch, 1 hour
        assert ticket.due_resolution == local("2026-03-09T11:30")  # 6 hours, three days of 7, 4.5 on Friday, 3.5 on Monday
        assert (ticket.next_due, ticket.due_next_response) == (ticket.due_first_response, None)
        assert ticket.tell_at == local("2026-03-02T12:00")  # three quarters of it

    def test_a_call_is_answered_by_being_taken(self) -> None:
        agreement()

        ticket = fresh(opened(by=agent(), requester=requester(), kind="phone"))

        assert (ticket.answered_at, ticket.due_first_response) == (local("2026-03-02T09:00"), None)
        assert ticket.next_due == ticket.due_resolution

    def test_without_an_agreement_nothing_is_promised(self) -> None:
        ticket = fresh(opened())

        assert (ticket.due_first_response, ticket.due_resolution, ticket.next_due, ticket.tell_at) == (None, None, None, None)

    def test_a_municipality_has_its_own_agreement_before_the_one_for_all(self) -> None:
        agreement()
        agreement(MunicipalityFactory(slug="beispielheim"), name="Eigene", levels={"normal": (60, None, None)})

        own, other = fresh(opened(by=requester("beispielheim"))), fresh(opened())

        assert (own.due_first_response, own.due_resolution) == (local("2026-03-02T10:00"), None)
        assert other.due_first_response == local("2026-03-02T14:00")

    @pytest.mark.parametrize(
        ("at", "due", "why"),
        [
            ("2026-06-03T15:00", "2026-06-05T11:00", "Corpus Christi is a holiday in NRW"),
            ("2026-02-13T11:30", "2026-02-17T11:00", "Rosenmontag is closed, the Friday short"),
            ("2026-03-27T11:30", "2026-03-30T11:00", "the clock goes forward on the Sunday"),
            ("2026-10-23T11:30", "2026-10-26T11:00", "the clock goes back on the Sunday"),
        ],
    )
    def test_nights_weekends_holidays_and_closing_days_do_not_count(self, at: str, due: str, why: str) -> None:
        closed(agreement(), "Rosenmontag", date(2026, 2, 16))

        assert fresh(opened(at)).due_first_response == local(due), why


class TestFollow:
    def test_the_clock_stands_while_the_ticket_waits_for_the_requester(self) -> None:
        agreement()
        ticket = opened()
        due = fresh(ticket).due_resolution

        answering.say(ticket=ticket, body="Welcher Drucker?", by=agent(), at=local("2026-03-02T10:00"))
        waiting = fresh(ticket)
        answering.say(ticket=ticket, body="Der im Flur.", by=ticket.requester, at=local("2026-03-03T10:00"))

        assert (waiting.due_resolution, waiting.next_due, waiting.tell_at) == (None, None, None)
        assert due == local("2026-03-09T11:30")
        assert fresh(ticket).due_resolution == local("2026-03-10T11:30")  # a day of 7 hours later
        assert TicketPause.objects.get(ticket=ticket).until == local("2026-03-03T10:00")

    def test_the_first_response_keeps_its_deadline_once_it_is_given(self) -> None:
        agreement()
        ticket = opened()

        answering.say(ticket=ticket, body="Gesehen.", by=agent(), at=local("2026-03-02T15:00"))
        handling.put(ticket=ticket, priority="urgent", by=agent(), at=local("2026-03-02T15:30"))

        assert fresh(ticket).due_first_response == local("2026-03-02T14:00")

    def test_what_she_writes_again_is_to_be_answered_in_time(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))

        answering.say(ticket=ticket, body="Der im Flur.", by=ticket.requester, at=local("2026-03-03T08:00"))
        answering.say(ticket=ticket, body="Hallo?", by=ticket.requester, at=local("2026-03-03T10:00"))
        asked = fresh(ticket)
        answering.say(ticket=ticket, body="Notiz", kind="note", by=agent(), at=local("2026-03-03T10:30"))
        noted = fresh(ticket)
        answering.say(ticket=ticket, body="Geht wieder.", by=agent(), at=local("2026-03-03T11:00"))

        assert asked.due_next_response == local("2026-03-04T09:00") == asked.next_due  # 8 hours from her first message
        assert noted.due_next_response == asked.due_next_response  # a note answers nobody
        assert (fresh(ticket).due_next_response, fresh(ticket).unanswered_since) == (None, None)

    def test_an_answer_that_solves_answers_too(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))
        answering.say(ticket=ticket, body="Der im Flur.", by=ticket.requester, at=local("2026-03-03T08:00"))

        answering.say(ticket=ticket, body="Geht wieder.", by=agent(), then="solved", at=local("2026-03-03T11:00"))

        assert fresh(ticket).due_next_response is None

    def test_before_the_first_response_there_is_no_next_one(self) -> None:
        agreement()
        ticket = opened()

        answering.say(ticket=ticket, body="Noch etwas.", by=ticket.requester, at=local("2026-03-02T10:00"))

        assert fresh(ticket).due_next_response is None

    def test_time_used_up_stays_used_up_over_a_new_priority(self) -> None:
        agreement()
        ticket = opened()

        handling.put(ticket=ticket, priority="urgent", by=agent(), at=local("2026-03-02T11:00"))

        urgent = fresh(ticket)
        assert (urgent.due_first_response, urgent.due_resolution) == (local("2026-03-02T10:00"), local("2026-03-03T09:00"))

    def test_pauses_count_for_the_new_priority_too(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))
        answering.say(ticket=ticket, body="Der im Flur.", by=ticket.requester, at=local("2026-03-03T10:00"))

        handling.put(ticket=ticket, priority="urgent", by=agent(), at=local("2026-03-03T10:30"))

        assert fresh(ticket).due_resolution == local("2026-03-04T09:00")

    def test_a_settled_ticket_keeps_its_deadline_and_runs_no_more(self) -> None:
        agreement()
        ticket = opened()

        handling.solve(ticket=ticket, by=agent(), at=local("2026-03-03T10:00"))

        assert (fresh(ticket).due_resolution, fresh(ticket).next_due) == (local("2026-03-09T11:30"), None)
        assert fresh(ticket).tell_at is None

    def test_what_is_settled_while_it_waited_knows_until_when_it_had_time(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))

        handling.close(ticket=ticket, by=ticket.requester, at=local("2026-03-03T10:00"))

        assert fresh(ticket).due_resolution == local("2026-03-10T11:30")

    def test_being_settled_is_no_time_of_work(self) -> None:
        agreement()
        ticket = opened()
        handling.solve(ticket=ticket, by=agent(), at=local("2026-03-03T10:00"))
        handling.close(ticket=ticket, by=agent(), at=local("2026-03-03T12:00"))

        handling.reopen(ticket=ticket, reason="Doch nicht.", by=ticket.requester, at=local("2026-03-04T10:00"))

        assert fresh(ticket).due_resolution == local("2026-03-10T11:30")

    def test_who_reopens_wants_an_answer(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Erledigt.", by=agent(), then="solved", at=local("2026-03-02T10:00"))

        handling.reopen(ticket=ticket, reason="Doch nicht.", by=ticket.requester, at=local("2026-03-03T08:00"))

        assert fresh(ticket).due_next_response == local("2026-03-04T09:00")

    def test_a_clock_that_is_slow_leaves_no_pause_that_ends_before_it_begins(self) -> None:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))

        answering.say(ticket=ticket, body="Der.", by=ticket.requester, at=local("2026-03-02T09:59"))

        assert TicketPause.objects.get(ticket=ticket).until == local("2026-03-02T10:00")

    def test_a_broken_promise_is_not_mended_by_waiting(self) -> None:
        agreement(levels={"normal": (60, None, 60)})
        ticket = opened()

        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T11:00"))

        assert fresh(ticket).due_resolution == local("2026-03-02T10:00")

    def test_an_escalation_can_come_again_when_a_new_priority_has_given_more_time(self) -> None:
        agreement()
        ticket = opened(priority="urgent")
        Ticket.objects.filter(pk=ticket.pk).update(told_first_response=Told.MISSED)

        handling.put(ticket=ticket, priority="low", by=agent(), at=local("2026-03-02T11:00"))

        assert fresh(ticket).told_first_response == Told.NOTHING
        assert fresh(ticket).tell_at == local("2026-03-02T16:00")  # 6 of 8 hours

    def test_asks_the_same_number_of_queries_for_any_number_of_pauses_and_agreements(self) -> None:
        agreement()
        counts = []
        for rounds in (1, 4):
            ticket = opened()
            for n in range(rounds):
                agreement(MunicipalityFactory(slug=f"ort-{rounds}-{n}", name="Ort"), name="Eigene")
                answering.say(ticket=ticket, body="Frage", by=agent(), at=AT)
                answering.say(ticket=ticket, body="Antwort", by=ticket.requester, at=AT)
            with CaptureQueriesContext(connections["default"]) as asked:
                handling.put(ticket=ticket, priority="high", by=ticket.requester, at=AT)
            counts.append(len(asked))

        assert counts[0] == counts[1]


class TestNextResponses:
    """A next response is owed eight hours after her oldest message without an answer; Monday and Tuesday have seven, from 8 or 9 to 16."""

    def asked_again(self, at: str = "2026-03-03T08:00") -> Ticket:
        agreement()
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))
        answering.say(ticket=ticket, body="Der im Flur.", by=ticket.requester, at=local(at))
        return ticket

    def answers(self, ticket: Ticket, at: str, **more: object) -> tuple[int, int]:
        answering.say(**{"ticket": ticket, "body": "So geht es.", "by": agent(), "at": local(at), **more})  # type: ignore[arg-type]
        return self.counted(ticket)

    def counted(self, ticket: Ticket) -> tuple[int, int]:
        return fresh(ticket).next_kept, fresh(ticket).next_missed

    @pytest.mark.parametrize(("at", "counted"), [("2026-03-04T09:00", (1, 0)), ("2026-03-04T09:01", (0, 1)), ("2026-03-03T08:01", (1, 0))])
    def test_one_is_kept_to_the_very_minute(self, at: str, counted: tuple[int, int]) -> None:
        assert self.answers(self.asked_again(), at) == counted

    def test_each_one_counts_and_several_messages_want_one_answer(self) -> None:
        ticket = self.asked_again()
        answering.say(ticket=ticket, body="Hallo?", by=ticket.requester, at=local("2026-03-03T10:00"))
        assert self.answers(ticket, "2026-03-03T11:00") == (1, 0)
        answering.say(ticket=ticket, body="Und das Papier?", by=ticket.requester, at=local("2026-03-04T08:00"))
        assert self.answers(ticket, "2026-03-09T11:00") == (1, 1)
        answering.say(ticket=ticket, body="Und der Toner?", by=ticket.requester, at=local("2026-03-10T08:00"))
        assert self.answers(ticket, "2026-03-10T09:00", then="solved") == (2, 1)

    def test_the_first_response_an_answer_unasked_and_a_note_count_nothing(self) -> None:
        agreement()
        ticket = opened()
        assert self.answers(ticket, "2026-03-02T10:00") == (0, 0)
        assert self.answers(ticket, "2026-03-02T11:00") == (0, 0)
        answering.say(ticket=ticket, body="Der im Flur.", by=ticket.requester, at=local("2026-03-03T08:00"))
        assert self.answers(ticket, "2026-03-03T09:00", kind="note") == (0, 0)

    def test_without_a_promise_nothing_is_counted(self) -> None:
        agreement(levels={"normal": (240, None, None)})
        ticket = opened()
        answering.say(ticket=ticket, body="Welcher?", by=agent(), at=local("2026-03-02T10:00"))
        answering.say(ticket=ticket, body="Der im Flur.", by=ticket.requester, at=local("2026-03-03T08:00"))

        assert self.answers(ticket, "2026-03-13T09:00") == (0, 0)

    def test_what_is_put_to_wait_meanwhile_is_measured_without_that_time(self) -> None:
        ticket = self.asked_again()
        handling.put(ticket=ticket, priority="normal", by=agent(), at=local("2026-03-03T09:00"))
        self.waits(ticket, "2026-03-03T10:00")

        assert self.answers(ticket, "2026-03-20T10:00") == (1, 0)  # two hours were used up

    def test_what_was_late_before_it_was_put_to_wait_stays_late(self) -> None:
        ticket = self.asked_again()
        self.waits(ticket, "2026-03-05T10:00")

        assert self.answers(ticket, "2026-03-05T11:00") == (0, 1)

    def waits(self, ticket: Ticket, at: str) -> None:
        """It waits without a word to her: as when her colleague was answered by telephone."""
        with current.atomic():
            locked = handling.locked(ticket)
            handling.move(locked, state=Ticket.State.WAITING, at=local(at))

    def test_settled_in_time_and_answered_later_nothing_was_owed_any_more(self) -> None:
        ticket = self.asked_again()
        handling.solve(ticket=fresh(ticket), by=agent(), at=local("2026-03-03T09:00"))

        assert self.answers(ticket, "2026-03-16T11:00", then="solved") == (0, 0)

    def test_settled_too_late_it_was_late(self) -> None:
        ticket = self.asked_again()
        handling.solve(ticket=fresh(ticket), by=agent(), at=local("2026-03-06T09:00"))

        assert self.answers(ticket, "2026-03-06T10:00", then="solved") == (0, 1)


class TestUtc:
    def test_deadlines_are_kept_in_utc(self) -> None:
        agreement()

        assert fresh(opened()).due_first_response == datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
        assert TicketFactory().due_first_response is None  # a row that no act has made

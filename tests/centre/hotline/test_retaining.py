"""Requests whose time is over lose their content and keep their numbers; nothing goes a day too early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from hotline import answering, figures, findable, handling, mail_store, merging, protecting, retaining, searching
from hotline.models import (
    Attachment,
    BilledQuarter,
    CallBack,
    IncomingMail,
    LegalHold,
    Message,
    OutgoingMail,
    ProtectionEntry,
    Ticket,
    TicketContext,
    TicketEvent,
    TimeEntry,
    Tombstone,
    UnneededBytes,
)
from tenants.centre import stores
from tenants.models import User
from tests.centre.hotline.everything import EMAIL, NAME, asked_by, zita
from tests.centre.hotline.mails import SETTINGS, mail, take_in
from tests.centre.hotline_factories import AT, MunicipalityFactory, QueueFactory, TicketFactory, agent, attachment_of, requester
from tests.centre.test_routes import look_at

SETTLED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEW_YEAR = datetime(2029, 12, 31, 23, 0, tzinfo=UTC)  # 2030 begins in Berlin
OVER = datetime(2030, 1, 2, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_stores(tmp_path: Path) -> Iterator[None]:
    QueueFactory()
    with override_settings(**SETTINGS, MAIL_STORE=tmp_path / "mails", VAR=tmp_path):
        yield


def old(**more: Any) -> Ticket:
    return TicketFactory(**{"state": "closed", "solved_at": SETTLED, **more})


def due(at: datetime = OVER) -> set[str]:
    return set(retaining.due(at=at).values_list("number", flat=True))


class TestDue:
    def test_years_count_from_the_end_of_the_local_year_in_which_it_was_settled(self) -> None:
        ticket = old()
        new_years_eve = old(solved_at=datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
        next_year = old(solved_at=datetime(2026, 12, 31, 23, 0, tzinfo=UTC))  # already 2027 in Berlin

        assert due(NEW_YEAR - timedelta(seconds=1)) == set()
        assert due(NEW_YEAR) == {ticket.number, new_years_eve.number}
        assert next_year.number in due(datetime(2031, 1, 1, tzinfo=UTC))

    def test_what_is_not_settled_never_goes(self) -> None:
        TicketFactory()
        old(state="solved")

        assert len(due()) == 1

    def test_a_municipality_may_have_a_rule_of_its_own(self, operator: User) -> None:
        town = MunicipalityFactory(slug="beispielheim", name="Beispielheim")
        theirs, others, without = old(municipality=town), old(municipality=MunicipalityFactory()), old()

        retaining.set_rule(municipality=town, years=5, by=operator, at=AT)
        assert due() == {others.number, without.number}
        retaining.set_rule(municipality=None, years=6, by=operator, at=AT)
        assert due() == set()
        assert due(datetime(2032, 1, 2, tzinfo=UTC)) == {theirs.number}
        retaining.set_rule(municipality=town, years=None, by=operator, at=AT)
        assert due(datetime(2032, 1, 2, tzinfo=UTC)) == set()

    def test_a_hold_keeps_it_until_it_ends(self, operator: User) -> None:
        ticket = old()

        retaining.hold(ticket=ticket, reason="Klage", by=operator, at=AT)
        assert due() == set()
        assert retaining.run(at=OVER) == 0
        retaining.end_hold(ticket=ticket, by=operator, at=AT)
        assert due() == {ticket.number}

    def test_what_belongs_to_a_request_that_stays_stays_with_it(self, operator: User) -> None:
        lead, staff = TicketFactory(), agent()
        merged = TicketFactory()
        merging.merge(ticket=merged, into=lead, by=staff, at=SETTLED)
        handling.close(ticket=lead, by=staff, at=SETTLED + timedelta(days=400))
        also, there = old(), TicketFactory()
        Message.objects.get(ticket=also).also_on.add(there)

        assert due() == set()
        assert due(datetime(2031, 1, 2, tzinfo=UTC)) == {lead.number, merged.number}
        retaining.hold(ticket=merged, reason="Klage", by=operator, at=AT)
        assert due(datetime(2031, 1, 2, tzinfo=UTC)) == set()


class TestRun:
    def test_content_goes_and_number_dates_queue_and_municipality_stay(self, operator: User) -> None:
        person = zita()
        ticket = asked_by(person)
        arrived = take_in(mail(f"Ich bin {NAME}", sender=f"{NAME} <{EMAIL}>"))
        handling.close(ticket=arrived.ticket, by=agent(), at=SETTLED)
        access = look_at(ticket)
        kept = Ticket.objects.values("number", "municipality", "queue", "created_at", "solved_at", "state").order_by("pk")
        before = list(kept)

        assert retaining.run(at=OVER) == 2
        protecting.empty_stores(at=OVER)

        assert list(kept) == before
        assert set(Ticket.objects.values_list("subject", flat=True)) == {"(nach Ablauf der Frist entfernt)"}
        assert {str(one.requester) for one in Ticket.objects.all()} == {"(entfernt)"}
        for model in (Message, Attachment, OutgoingMail, CallBack, TicketContext):
            assert not model.objects.exists(), model
        assert [event.act for event in TicketEvent.objects.filter(ticket=ticket)] == ["remove"]
        assert access
        mailed = IncomingMail.objects.get()
        assert (mailed.outcome, mailed.reason, mailed.text, mailed.sender_address, mailed.ticket) == ("left", "removed", "", "", None)
        assert not list(mail_store.store().objects())
        assert not UnneededBytes.objects.exists()
        assert Tombstone.objects.count() == 2

    def test_what_was_removed_is_neither_merged_nor_taken_out_again_nor_added_to(self, client: Client) -> None:
        lead, merged, staff, living = TicketFactory(), TicketFactory(), agent(), TicketFactory()
        merging.merge(ticket=merged, into=lead, by=staff, at=SETTLED)
        handling.close(ticket=Ticket.objects.get(pk=lead.pk), by=staff, at=SETTLED)
        client.force_login(staff)
        undo = reverse("hotline:ticket_unmerge", args=[merged.public_id])
        page, merging_form = reverse("hotline:ticket", args=[lead.public_id]), reverse("hotline:ticket_merge", args=[lead.public_id])
        before = client.get(page).content.decode()
        assert undo in before
        assert merging_form in before
        assert retaining.run(at=OVER) == 2
        lead, merged = (Ticket.objects.get(pk=one.pk) for one in (lead, merged))

        with pytest.raises(merging.CannotMerge, match=merged.number):
            merging.undo(ticket=merged, by=staff, at=OVER)
        with pytest.raises(merging.CannotMerge, match=lead.number):
            merging.merge(ticket=lead, into=living, by=staff, at=OVER)
        with pytest.raises(merging.CannotMerge, match=lead.number):
            merging.merge(ticket=living, into=lead, by=staff, at=OVER)
        with pytest.raises(answering.CannotAnswer, match="entfernt"):
            answering.keep_thanks(ticket=lead, body="Danke!", by=staff, at=OVER)
        after = client.get(page).content.decode()
        assert undo not in after
        assert merging_form not in after
        assert merged.number in after

    @pytest.mark.parametrize("state", ["open", "solved", "closed"])
    def test_nothing_is_added_to_what_was_removed_whatever_its_state(self, state: str) -> None:
        ticket = TicketFactory(state=state, solved_at=None if state == "open" else AT)
        Tombstone.objects.create(ticket=ticket, at=AT)

        for kind in ("reply", "note"):
            with pytest.raises(answering.CannotAnswer, match="entfernt"):
                answering.say(ticket=ticket, body="Noch etwas.", kind=kind, by=agent(), at=OVER)

    def test_the_search_finds_the_number_and_no_word(self) -> None:
        ticket, staff = old(subject="Sonderbares Trennblatt"), agent()
        findable.keep(ticket)

        retaining.run(at=OVER)

        assert not searching.tickets(Ticket.objects.all(), person=staff, text="Sonderbares").exists()
        assert searching.tickets(Ticket.objects.all(), person=staff, text=ticket.number).exists()

    def test_statistics_still_hold(self) -> None:
        for _each in range(7):
            old()
        quarter = figures.last_quarter(date(2026, 4, 1))
        before = figures.of_quarters([quarter])

        retaining.run(at=OVER)

        assert figures.of_quarters([quarter]) == before

    def test_billed_time_goes_into_its_sum_and_unbilled_time_stays_without_a_person(self) -> None:
        billed, open_one, staff = old(), old(), agent()
        booked = {"activity": "other", "booked_by": staff, "at": AT}
        entry = TimeEntry.objects.create(ticket=billed, minutes=30, day=date(2026, 3, 2), **booked)
        TimeEntry.objects.create(ticket=billed, minutes=-30, day=date(2026, 3, 3), corrects=entry, **booked)
        TimeEntry.objects.create(ticket=open_one, minutes=20, day=date(2026, 4, 2), **booked)
        BilledQuarter.objects.create(year=2026, quarter=1, lines=[], billed_at=AT, billed_by="x")

        retaining.run(at=OVER)

        assert [(left.ticket, left.minutes, str(left.booked_by)) for left in TimeEntry.objects.all()] == [(open_one, 20, "(entfernt)")]

    def test_bytes_that_another_request_needs_stay(self) -> None:
        first, second = old(), TicketFactory()
        gone, stays = attachment_of(first), attachment_of(second)
        assert gone.sha256 == stays.sha256

        retaining.run(at=OVER)

        assert stores.of_centre().has(stays.sha256)
        assert not UnneededBytes.objects.exists()

    def test_nothing_can_be_added_to_what_was_removed(self, operator: User) -> None:
        ticket, staff = old(), agent()
        retaining.run(at=OVER)

        with pytest.raises(answering.CannotAnswer, match="entfernt"):
            answering.say(ticket=ticket, body="Notiz", kind="note", by=staff, at=OVER)
        with pytest.raises(retaining.CannotRetain, match="bereits entfernt"):
            retaining.hold(ticket=ticket, reason="Zu spät", by=operator, at=OVER)

    def test_her_who_asked_does_not_see_the_tombstone(self) -> None:
        person = requester()
        old(requester=person)

        retaining.run(at=OVER)

        assert not Ticket.objects.visible_to(person).exists()

    def test_a_second_run_does_nothing(self) -> None:
        old()

        assert [retaining.run(at=OVER), retaining.run(at=OVER)] == [1, 0]
        assert ProtectionEntry.objects.filter(act="remove").count() == 1

    def test_a_run_is_bounded_and_what_breaks_off_goes_on(self, monkeypatch: Any) -> None:
        tickets = [old() for _each in range(7)]
        monkeypatch.setattr(retaining, "AT_ONCE", 2)
        real, calls = retaining._remove, iter(range(10))

        def breaks(keys: Any, at: datetime) -> None:
            real(keys, at)
            if next(calls) == 1:
                raise RuntimeError("the power is off")

        monkeypatch.setattr(retaining, "_remove", breaks)
        with pytest.raises(RuntimeError):
            retaining.run(at=OVER)

        assert Tombstone.objects.count() == 2, "the second transaction was rolled back as a whole"
        assert Message.objects.count() == 5
        assert retaining.run(at=OVER, most=3) == 3
        assert retaining.run(at=OVER) == 2
        assert Tombstone.objects.count() == len(tickets)

    def test_costs_the_same_number_of_queries_for_any_size_of_a_batch(self, queries: Any) -> None:
        counts = []
        for size in (2, 6, 12):
            for _each in range(size):
                ticket = old()
                TimeEntry.objects.create(ticket=ticket, minutes=5, activity="other", day=date(2026, 3, 2), booked_by=agent(), at=AT)
            with queries() as asked:
                assert retaining.run(at=OVER) == size
            counts.append(len(asked))
        assert counts[1] == counts[2]


class TestPreview:
    def test_says_what_would_go_at_the_next_run_and_changes_nothing(self, operator: User) -> None:
        ticket, held = old(), old()
        retaining.hold(ticket=held, reason="Klage", by=operator, at=AT)

        found = retaining.preview(at=datetime(2029, 12, 31, 12, 0, tzinfo=UTC))

        assert found.at == datetime(2030, 1, 1, 2, 30, tzinfo=UTC)
        assert ([one.number for one in found.tickets], found.count, found.held) == ([ticket.number], 1, 1)
        assert Message.objects.filter(ticket=ticket).exists()

    def test_before_half_past_three_the_next_run_is_today(self) -> None:
        assert retaining.next_run(at=datetime(2026, 7, 1, 1, 0, tzinfo=UTC)) == datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
        assert retaining.next_run(at=datetime(2026, 7, 1, 1, 30, tzinfo=UTC)) == datetime(2026, 7, 2, 1, 30, tzinfo=UTC)


class TestRulesAndHolds:
    def test_are_for_operators_and_within_bounds(self, operator: User) -> None:
        ticket = old()

        for by, years in ((agent(), 3), (operator, 0), (operator, 11), (operator, None)):
            with pytest.raises(retaining.CannotRetain):
                retaining.set_rule(municipality=None, years=years, by=by, at=AT)
        for by, reason in ((agent(), "Klage"), (operator, " "), (operator, "x" * 501)):
            with pytest.raises(retaining.CannotRetain):
                retaining.hold(ticket=ticket, reason=reason, by=by, at=AT)
        with pytest.raises(retaining.CannotRetain):
            retaining.end_hold(ticket=ticket, by=operator, at=AT)
        assert not LegalHold.objects.exists()

    def test_are_journaled_with_old_and_new(self, operator: User) -> None:
        town, ticket = MunicipalityFactory(), old()

        retaining.set_rule(municipality=town, years=5, by=operator, at=AT)
        retaining.set_rule(municipality=town, years=None, by=operator, at=AT)
        retaining.hold(ticket=ticket, reason="Klage", by=operator, at=AT)

        entries = ProtectionEntry.objects.order_by("pk")
        assert [(entry.act, entry.about, entry.changes.get("years")) for entry in entries] == [
            ("set_rule", "musterstadt", [None, 5]),
            ("set_rule", "musterstadt", [5, None]),
            ("hold", ticket.number, None),
        ]


class TestMailsAside:
    def test_mails_of_which_no_request_was_made_go_as_well(self) -> None:
        put_aside = take_in(mail("Ich bin weg.", sender=EMAIL, Auto_Submitted="auto-replied"))
        assert put_aside.outcome == "parked"
        end = datetime(2029, 12, 31, 22, 0, tzinfo=UTC)

        retaining.run(at=end)
        assert IncomingMail.objects.get().sender_address == EMAIL
        retaining.run(at=end + timedelta(hours=1))

        gone = IncomingMail.objects.get()
        assert (gone.outcome, gone.reason, gone.sender_address, gone.text) == ("left", "removed", "", "")
        assert not list(mail_store.store().objects())


class TestStatement:
    def test_says_the_terms_that_hold(self, operator: User, client_of: Any) -> None:
        retaining.set_rule(municipality=None, years=4, by=operator, at=AT)
        retaining.set_rule(municipality=MunicipalityFactory(), years=6, by=operator, at=AT)

        page = client_of().get("/datenschutz/").content.decode()

        assert "und 4 weitere Jahre" in page
        assert "Für Musterstadt sind es 6 Jahre" in page
        assert "sie ist 7 Tage abrufbar" in page

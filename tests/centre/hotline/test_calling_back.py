"""Call-backs: with a number and a time, shown to staff until the call was made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hotline import calling_back, merging, overview
from hotline.models import CallBack, Message, Ticket
from tests.centre.hotline_factories import AT, TicketFactory, agent

WANTED = {"telephone": "0208 12345", "earliest": AT + timedelta(hours=1), "latest": AT + timedelta(hours=2)}


class TestAsk:
    def test_opens_a_waiting_ticket_and_replaces_an_earlier_one(self) -> None:
        ticket = TicketFactory(state="waiting")

        for telephone in ("0208 1", "0208 2"):
            calling_back.ask(ticket=ticket, **WANTED | {"telephone": telephone}, by=ticket.requester, at=AT)

        assert list(CallBack.objects.filter(done_at=None).values_list("telephone", flat=True)) == ["0208 2"]
        assert Ticket.objects.get(pk=ticket.pk).state == "open"
        assert ticket.events.order_by("pk").first().changes["call_back"] == [None, "02.03.2026 10:00–11:00"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"telephone": "ja"},
            {"latest": AT + timedelta(minutes=70)},
            {"earliest": AT - timedelta(hours=2), "latest": AT},
            {"latest": AT + timedelta(days=31)},
        ],
    )
    def test_refuses(self, wrong: dict[str, Any]) -> None:
        ticket = TicketFactory()

        with pytest.raises(calling_back.CannotCallBack):
            calling_back.ask(ticket=ticket, **WANTED | wrong, by=ticket.requester, at=AT)
        assert not CallBack.objects.exists()

    def test_not_on_a_closed_ticket(self) -> None:
        ticket = TicketFactory(state="closed", solved_at=AT)

        with pytest.raises(calling_back.CannotCallBack):
            calling_back.ask(ticket=ticket, **WANTED, by=ticket.requester, at=AT)


class TestTickOff:
    def test_once(self) -> None:
        ticket = TicketFactory()
        callback = calling_back.ask(ticket=ticket, **WANTED, by=ticket.requester, at=AT)

        calling_back.tick_off(callback=callback, by=agent(), at=AT)

        with pytest.raises(calling_back.CannotCallBack):
            calling_back.tick_off(callback=callback, by=agent(), at=AT)


class TestScreens:
    def test_a_requester_asks_and_staff_see_it_and_tick_it_off(self, client_of: Any) -> None:
        ticket = TicketFactory()
        day = timezone.localdate() + timedelta(days=1)
        sent = {"telephone": "0208 12345", "day": day.isoformat(), "since": "09:00", "until": "11:00"}

        client_of(ticket.requester).post(f"/anfragen/{ticket.public_id}/rueckruf/", sent)
        page = client_of(agent()).get(f"/anfragen/{ticket.public_id}/").content.decode()
        client_of(agent()).post(f"/anfragen/rueckrufe/{CallBack.objects.get().public_id}/erledigt/")

        assert f"{day:%d.%m.%Y} 09:00–11:00" in page
        assert CallBack.objects.get().done_at is not None

    def test_what_is_wrong_is_said_and_her_entries_stay(self, client_of: Any) -> None:
        ticket = TicketFactory()
        sent = {"telephone": "0208 777", "day": "2020-01-01", "since": "09:00", "until": "11:00"}

        page = client_of(ticket.requester).post(f"/anfragen/{ticket.public_id}/rueckruf/", sent).content.decode()

        assert "noch bevorsteht" in page
        assert "0208 777" in page


class TestOverview:
    """Call-backs among the staff's requests: marked, filtered, sorted, ticked off where they stand."""

    def wish(self, hours: float, **more: Any) -> Ticket:
        ticket, now = TicketFactory(**more), timezone.now()
        begins = now + timedelta(hours=hours)
        CallBack.objects.create(ticket=ticket, telephone="0208 12345", earliest=begins, latest=begins + timedelta(hours=1), asked_at=now)
        return ticket

    def test_marks_what_is_wanted_and_what_is_due(self, client_of: Any) -> None:
        due, later, none = self.wish(-0.5), self.wish(2), TicketFactory()

        page = client_of(agent()).get("/anfragen/").content.decode()
        rows = {ticket: page.split(f">{ticket.number}</td>")[1].split("</tr>")[0] for ticket in (due, later, none)}

        assert "Jetzt zurückrufen" in rows[due]
        assert "Rückruf" in rows[later]
        assert "Jetzt zurückrufen" not in rows[later]
        assert "ückruf" not in rows[none]
        assert "1 Rückruf ist fällig" in page

    def test_filters_and_sorts_them_by_their_time(self) -> None:
        later, due, soon = self.wish(3), self.wish(-1), self.wish(1)
        TicketFactory()
        staff, now = agent(), timezone.now()

        first = overview.page_of(person=staff, asked={"rueckruf": "offen"}, at=now, size=2)
        second = overview.page_of(person=staff, asked={"rueckruf": "offen", "nach": first.next_number or ""}, at=now, size=2)
        only_due = overview.page_of(person=staff, asked={"rueckruf": "jetzt", "stand": "offen"}, at=now)

        assert [*first.tickets, *second.tickets] == [due, soon, later]
        assert only_due.tickets == [due]

    def test_goes_along_when_its_ticket_is_merged(self) -> None:
        wanted, target = self.wish(-1), TicketFactory()

        merging.merge(ticket=wanted, into=target, by=agent(), at=timezone.now())

        found = overview.page_of(person=agent(), asked={"rueckruf": "jetzt"}, at=timezone.now())
        assert found.tickets == [target]

    def test_of_two_that_are_merged_one_is_open_and_the_other_comes_after_it(self, client_of: Any) -> None:
        later, sooner = self.wish(3), self.wish(1)
        CallBack.objects.filter(ticket=later).update(telephone="0208 333")
        CallBack.objects.filter(ticket=sooner).update(telephone="0208 111")
        staff = client_of(agent())

        merging.merge(ticket=sooner, into=later, by=agent(), at=timezone.now())
        page = staff.get(f"/anfragen/{later.public_id}/").content.decode()

        assert list(CallBack.objects.filter(done_at=None).values_list("ticket", "telephone")) == [(later.pk, "0208 111")]
        assert "Rückruf gewünscht unter 0208 111" in page
        assert "Danach Rückruf gewünscht unter 0208 333" in page
        staff.post(f"/anfragen/rueckrufe/{CallBack.objects.get(done_at=None).public_id}/erledigt/")
        assert list(CallBack.objects.filter(done_at=None).values_list("ticket", "telephone")) == [(later.pk, "0208 333")]
        assert not CallBack.objects.filter(set_aside_at__isnull=False).exists()

    @pytest.mark.parametrize(("of_source", "of_target"), [(1, 3), (3, 1)])
    def test_undoing_the_merge_gives_both_back(self, of_source: float, of_target: float) -> None:
        source, target = self.wish(of_source), self.wish(of_target)
        before = set(CallBack.objects.values_list("public_id", "ticket", "telephone", "earliest", "latest", "done_at"))
        merging.merge(ticket=source, into=target, by=agent(), at=timezone.now())

        merging.undo(ticket=Ticket.objects.get(pk=source.pk), by=agent(), at=timezone.now())

        assert set(CallBack.objects.values_list("public_id", "ticket", "telephone", "earliest", "latest", "done_at")) == before
        assert not CallBack.objects.exclude(home=None, set_aside_at=None).exists()

    def test_undoing_the_merge_does_not_ask_again_for_a_call_that_was_made(self) -> None:
        source, target = self.wish(1), self.wish(3)
        merging.merge(ticket=source, into=target, by=agent(), at=timezone.now())
        made = CallBack.objects.get(done_at=None)
        calling_back.tick_off(callback=made, by=agent(), at=timezone.now())

        merging.undo(ticket=Ticket.objects.get(pk=source.pk), by=agent(), at=timezone.now())

        assert list(CallBack.objects.filter(done_at=None).values_list("ticket", flat=True)) == [target.pk]
        assert CallBack.objects.get(pk=made.pk).ticket == source

    def test_through_several_merges_and_back_none_is_lost(self) -> None:
        one, two, three = self.wish(2), self.wish(3), self.wish(1)
        wanted = set(CallBack.objects.values_list("pk", "ticket"))
        merging.merge(ticket=three, into=two, by=agent(), at=timezone.now())
        merging.merge(ticket=Ticket.objects.get(pk=two.pk), into=one, by=agent(), at=timezone.now())
        assert CallBack.objects.filter(done_at=None).count() == 1
        assert set(CallBack.objects.to_make().values_list("ticket", flat=True)) == {one.pk}

        merging.undo(ticket=Ticket.objects.get(pk=three.pk), by=agent(), at=timezone.now())
        assert set(CallBack.objects.filter(done_at=None).values_list("ticket", flat=True)) == {one.pk, three.pk}
        merging.undo(ticket=Ticket.objects.get(pk=two.pk), by=agent(), at=timezone.now())

        assert set(CallBack.objects.filter(done_at=None).values_list("pk", "ticket")) == wanted

    def test_what_she_asks_on_a_merged_request_goes_back_with_it(self) -> None:
        source, target, now = TicketFactory(), TicketFactory(), timezone.now()
        merging.merge(ticket=source, into=target, by=agent(), at=now)
        wanted = {"telephone": "0208 12345", "earliest": now + timedelta(hours=1), "latest": now + timedelta(hours=2)}

        calling_back.ask(ticket=Ticket.objects.get(pk=source.pk), **wanted, by=source.requester, at=now)
        assert CallBack.objects.get().ticket == target
        merging.undo(ticket=Ticket.objects.get(pk=source.pk), by=agent(), at=now)

        assert CallBack.objects.get().ticket == source

    def test_programs_ask_for_them(self, api_client: Any) -> None:
        due, soon = self.wish(-1), self.wish(1)
        TicketFactory()

        told = {
            asked: {one["number"] for one in api_client(agent()).get(f"/api/v1/tickets/?call_back={asked}").json()["results"]}
            for asked in ("open", "due")
        }

        assert told == {"open": {due.number, soon.number}, "due": {due.number}}
        assert api_client(due.requester).get("/api/v1/tickets/?call_back=open").status_code == 403

    def test_a_requester_cannot_ask_for_them(self) -> None:
        ticket = TicketFactory()

        assert overview.page_of(person=ticket.requester, asked={"rueckruf": "jetzt"}, at=timezone.now()).tickets == [ticket]

    def test_one_click_makes_a_telephone_entry_and_leads_back(self, client_of: Any) -> None:
        ticket = self.wish(-0.5, state="open")
        wish = CallBack.objects.get()

        answer = client_of(agent()).post(f"/anfragen/rueckrufe/{wish.public_id}/erledigt/", {"liste": "stand=offen&rueckruf=jetzt"})

        assert answer["Location"] == "/anfragen/?stand=offen&rueckruf=jetzt"
        entry = Message.objects.filter(ticket=ticket, kind="phone").get()
        assert entry.body.startswith("Zurückgerufen unter 0208 12345")
        assert Ticket.objects.get(pk=ticket.pk).state == "open"
        assert Ticket.objects.get(pk=ticket.pk).answered_at is not None

    def test_a_second_click_makes_no_second_entry(self, client_of: Any) -> None:
        self.wish(-0.5)
        browser, address = client_of(agent()), f"/anfragen/rueckrufe/{CallBack.objects.get().public_id}/erledigt/"

        browser.post(address)
        page = browser.post(address, follow=True).content.decode()

        assert "bereits erledigt" in page
        assert Message.objects.filter(kind="phone").count() == 1

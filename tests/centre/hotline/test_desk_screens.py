"""What staff and requesters do on the desk's screens beyond reading and answering: next, merge, split, link, watch, go on in a new one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotline import answering, handling, linking, merging, watching
from hotline.models import Link, Message, Ticket
from tests.centre.hotline_factories import AT, TicketFactory, agent, requester

LATER = AT + timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("queue")


class TestNextFor:
    def test_takes_what_is_urgent_then_what_is_due_then_what_has_waited_longest(self) -> None:
        TicketFactory(assignee=agent(), state="open"), TicketFactory(state="waiting"), TicketFactory(state="solved", solved_at=AT)
        old, high, due, urgent = (
            TicketFactory(),
            TicketFactory(priority="high"),
            TicketFactory(next_due=LATER),
            TicketFactory(priority="urgent"),
        )
        staff = agent()

        taken = [handling.next_for(by=staff, at=LATER) for _n in range(5)]

        assert taken == [urgent, due, high, old, None]
        assert set(Ticket.objects.filter(assignee=staff).values_list("state", flat=True)) == {"open"}

    def test_is_for_staff(self) -> None:
        TicketFactory()

        with pytest.raises(handling.CannotHandle):
            handling.next_for(by=requester(), at=LATER)

    def test_leads_to_the_ticket_or_says_that_nothing_waits(self, client_of: Any) -> None:
        ticket, browser = TicketFactory(), client_of(agent())

        assert browser.post("/anfragen/naechste/")["Location"] == f"/anfragen/{ticket.public_id}/"
        assert "Zurzeit wartet nichts" in browser.post("/anfragen/naechste/", follow=True).content.decode()


class TestMergingOnScreens:
    def test_a_merged_ticket_leads_to_the_other_and_is_taken_out_again(self, client_of: Any) -> None:
        first, second, browser = TicketFactory(), TicketFactory(), client_of(agent())
        year, _minus, count = first.number.partition("-")

        page = browser.post(f"/anfragen/{second.public_id}/zusammenfuehren/", {"number": f" {year}-{int(count)} "}, follow=True)

        assert page.redirect_chain[-1][0] == f"/anfragen/{first.public_id}/"
        assert "Rückgängig" in page.content.decode()
        forwarded = client_of(second.requester).get(f"/anfragen/{second.public_id}/", follow=True)
        assert f"{second.number} wurde mit {first.number} zusammengeführt" in forwarded.content.decode()
        assert second.number not in browser.get("/anfragen/?stand=").content.decode()
        browser.post(f"/anfragen/{second.public_id}/trennen/")
        assert Ticket.objects.get(pk=second.pk).merged_into is None

    def test_what_is_sent_to_a_merged_one_from_an_old_page_is_kept_and_lands_in_the_other(self, client_of: Any) -> None:
        first, second = TicketFactory(), TicketFactory()
        merging.merge(ticket=Ticket.objects.get(pk=second.pk), into=first, by=agent(), at=LATER)
        browser = client_of(second.requester)

        refused = browser.post(f"/anfragen/{second.public_id}/", {"body": "Mein langer Text", "seen": "1"})
        page = refused.content.decode()
        browser.post(f"/anfragen/{first.public_id}/", {"body": "Mein langer Text", "seen": refused.context["form"]["seen"].value()})

        assert (refused.status_code, "Mein langer Text" in page) == (409, True)
        assert f'action="/anfragen/{first.public_id}/"' in page
        assert Message.objects.get(body="Mein langer Text").ticket == first

    @pytest.mark.parametrize("number", ["", "2025-99999", "x", "\x00"])
    def test_an_unknown_number_is_said(self, number: str, client_of: Any) -> None:
        ticket = TicketFactory()

        page = client_of(agent()).post(f"/anfragen/{ticket.public_id}/zusammenfuehren/", {"number": number}, follow=True)

        assert "Es gibt keine Anfrage mit dieser Nummer" in page.content.decode()


class TestOtherBonds:
    def test_a_message_is_split_off(self, client_of: Any) -> None:
        ticket = TicketFactory()
        message = answering.say(ticket=ticket, body="Etwas anderes.", by=ticket.requester, at=LATER)
        address = f"/anfragen/nachrichten/{message.public_id}/abtrennen/"

        page = client_of(agent()).get(address).content.decode()
        client_of(agent()).post(address, {"subject": "Etwas anderes"})

        assert "Etwas anderes." in page
        assert Message.objects.get(pk=message.pk).ticket.subject == "Etwas anderes"

    def test_tickets_are_linked_put_below_and_released(self, client_of: Any) -> None:
        one, other, browser = TicketFactory(subject="Eins"), TicketFactory(subject="Zwei"), client_of(agent())

        for act in ("verknuepfen", "unterordnen"):
            browser.post(f"/anfragen/{one.public_id}/{act}/", {"number": other.number})
        page = browser.get(f"/anfragen/{other.public_id}/").content.decode()

        assert "untergeordnet" in page
        assert "Auch auf die untergeordneten Anfragen antworten" in page
        browser.post(f"/anfragen/{one.public_id}/herausloesen/")
        browser.post(f"/anfragen/{one.public_id}/verknuepfung-loesen/", {"number": other.number})
        assert not Link.objects.exists()
        assert Ticket.objects.get(pk=one.pk).parent is None

    def test_one_answer_closes_those_below(self, client_of: Any) -> None:
        top, low = TicketFactory(), TicketFactory()
        linking.put_below(ticket=low, parent=top, by=agent(), at=LATER)
        sent = {"body": "Behoben.", "kind": "reply", "then": "solved", "children": "on", "seen": "1"}

        client_of(agent()).post(f"/anfragen/{top.public_id}/", sent)

        assert list(Ticket.objects.order_by("pk").values_list("state", flat=True)) == ["solved", "closed"]

    def test_a_note_reaches_nobody_below(self, client_of: Any) -> None:
        top, low = TicketFactory(), TicketFactory()
        linking.put_below(ticket=low, parent=top, by=agent(), at=LATER)

        client_of(agent()).post(
            f"/anfragen/{top.public_id}/", {"body": "x", "kind": "note", "then": "solved", "children": "on", "seen": "1"}
        )

        assert (low.messages.count(), top.messages.count()) == (1, 2)


class TestWatchingOnScreens:
    def test_a_requesters_lists(self, client_of: Any) -> None:
        reader, own = requester(), None
        own = TicketFactory(subject="Meine Frage", requester=reader)
        TicketFactory(subject="Frage im Amt")
        browser = client_of(reader)
        assert "Frage im Amt" not in browser.get("/anfragen/").content.decode()

        client_of(agent()).post(f"/anfragen/{own.public_id}/amt/", {"allowed": "1"})
        office, mine = (browser.get(f"/anfragen/?welche={which}").content.decode() for which in ("amt", "meine"))

        assert ("Frage im Amt" in office, "Meine Frage" in office) == (True, False)
        assert ("Frage im Amt" in mine, "Meine Frage" in mine) == (False, True)

    def test_watched_ones_are_listed(self, client_of: Any) -> None:
        ticket, browser = TicketFactory(subject="Beobachtetes"), client_of(agent())
        TicketFactory(subject="Anderes")

        browser.post(f"/anfragen/{ticket.public_id}/beobachten/")
        page = browser.get("/anfragen/?welche=beobachtet").content.decode()
        browser.post(f"/anfragen/{ticket.public_id}/nicht-mehr-beobachten/")

        assert ("Beobachtetes" in page, "Anderes" in page) == (True, False)
        assert not ticket.watchers.exists()


class TestAfterFourteenDays:
    def test_a_linked_new_one_is_offered(self, client_of: Any) -> None:
        ticket = TicketFactory(state="closed", solved_at=timezone.now() - timedelta(days=15))
        browser = client_of(ticket.requester)

        page = browser.get(f"/anfragen/{ticket.public_id}/").content.decode()
        browser.post(f"/anfragen/neu/?zu={ticket.public_id}", {"subject": "Wieder da", "body": "Bitte."})

        assert f"/anfragen/neu/?zu={ticket.public_id}" in page
        assert "wieder-oeffnen" not in page
        assert linking.linked_with(ticket) == [Ticket.objects.get(subject="Wieder da")]

    def test_not_to_somebody_elses(self, client_of: Any) -> None:
        ticket = TicketFactory(state="closed", solved_at=AT)

        client_of(requester()).post(f"/anfragen/neu/?zu={ticket.public_id}", {"subject": "Neu", "body": "Bitte."})

        assert not Link.objects.exists()


class TestCost:
    def test_a_ticket_page_asks_the_same_number_of_queries_for_any_length(self, client_of: Any) -> None:
        ticket, staff = TicketFactory(), agent()
        browser, counts = client_of(staff), []
        browser.get(f"/anfragen/{ticket.public_id}/")
        for more in (1, 5):
            for _n in range(more):
                answering.say(ticket=ticket, body="Mehr.", by=staff, at=LATER)
                linking.link(ticket=ticket, other=TicketFactory(), by=staff, at=LATER)
                linking.put_below(ticket=TicketFactory(), parent=ticket, by=staff, at=LATER)
                merging.merge(ticket=TicketFactory(), into=ticket, by=staff, at=LATER)
                watching.watch(ticket=ticket, by=agent(), at=LATER)
            ticket.refresh_from_db()
            with CaptureQueriesContext(connections["default"]) as asked:
                browser.get(f"/anfragen/{ticket.public_id}/")
            counts.append(len(asked))

        assert counts[0] == counts[1]

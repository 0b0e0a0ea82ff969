"""What staff write and do not send: kept for its writer alone, offered again, gone when it is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotline import answering, disclosing, merging, unfinished
from hotline.models import TicketEvent, Unfinished
from tenants import housekeeping
from tenants.models import User
from tests.centre.hotline_factories import AT, QueueFactory, TicketFactory, agent, requester
from tests.factories import UserFactory


def keep(ticket: Any, by: User, body: str = "Halb fertig", **more: Any) -> Unfinished | None:
    return unfinished.keep(**{"ticket": ticket, "kind": "reply", "body": body, "by": by, "at": AT, **more})


class TestKeep:
    def test_one_of_each_person_and_ticket_the_newest_text(self) -> None:
        ticket, jule, karin = TicketFactory(), agent(), agent()
        keep(ticket, jule), keep(ticket, karin, "Von Karin")
        keep(ticket, jule, "Fast  fertig ", kind="note", at=AT + timedelta(hours=1))

        found = unfinished.of_ticket(ticket, by=jule)

        assert found is not None
        assert (found.body, found.kind, found.at) == ("Fast  fertig", "note", AT + timedelta(hours=1))
        assert [one.body for one in unfinished.of_person(karin)] == ["Von Karin"]

    def test_nothing_written_is_nothing_kept(self) -> None:
        ticket, jule = TicketFactory(), agent()
        keep(ticket, jule)

        assert keep(ticket, jule, " \n ") is None
        assert not Unfinished.objects.exists()

    @pytest.mark.parametrize("more", [{"body": "x" * 50_001}, {"kind": "brief"}, {"kind": ""}])
    def test_what_could_not_be_sent_is_refused(self, more: dict[str, Any]) -> None:
        with pytest.raises(unfinished.CannotKeep):
            keep(TicketFactory(), agent(), **more)

    def test_of_requesters_nothing_is_kept(self) -> None:
        asker = requester()

        with pytest.raises(unfinished.CannotKeep):
            keep(TicketFactory(requester=asker), asker)

    def test_what_was_sent_a_moment_ago_is_not_kept_again(self) -> None:
        ticket, jule = TicketFactory(), agent()
        answering.say(ticket=ticket, body="Fertig", by=jule, at=AT)

        assert keep(ticket, jule, "Fertig\r\n", at=AT + timedelta(seconds=1)) is None
        assert keep(ticket, jule, "Fertig", at=AT + timedelta(minutes=3)) is not None

    def test_leaves_no_trace_of_when_somebody_wrote(self) -> None:
        ticket = TicketFactory()

        keep(ticket, agent())

        assert not TicketEvent.objects.exists()

    def test_goes_after_thirty_days(self) -> None:
        keep(TicketFactory(), agent(), at=timezone.now() - timedelta(days=29))
        keep(TicketFactory(), agent(), "Alt", at=timezone.now() - timedelta(days=31))

        housekeeping.forget_old()

        assert [one.body for one in Unfinished.objects.all()] == ["Halb fertig"]

    def test_follows_a_ticket_that_is_merged(self) -> None:
        source, target, jule = TicketFactory(requester=requester()), TicketFactory(requester=requester()), agent()
        keep(source, jule)

        merging.merge(ticket=source, into=target, by=agent(), at=AT)

        found = unfinished.of_ticket(target, by=jule)
        assert found is not None
        unfinished.discard(ticket=target, by=jule)
        assert not Unfinished.objects.exists()

    def test_is_in_nobodys_export(self) -> None:
        asker = requester(display_name="Zita Zwiebelknecht")
        keep(TicketFactory(requester=asker), agent(), "Unausgegorenes")

        asked = disclosing.ask(person=asker, by=UserFactory(roles=["operator"]), at=AT)
        disclosing.make(export=asked.pk, now=lambda: AT)
        asked.refresh_from_db()

        assert "Unausgegorenes" not in str(asked.__dict__)


class TestScreen:
    def test_the_page_saves_while_somebody_types_and_offers_it_to_her_alone(self, client_of: Any) -> None:
        QueueFactory()
        ticket, jule = TicketFactory(), agent()
        address = f"/anfragen/{ticket.public_id}/"

        saved = client_of(jule).post(f"{address}entwurf/", {"kind": "reply", "body": "Guten Tag <b>", "quiet": "1"}).json()
        page = client_of(jule).get(address).content.decode()

        assert "nur für Sie" in saved["words"]
        assert f'data-unfinished-offer="{saved["at"]}"' in page
        assert "Ihr Entwurf (Antwort) von" in page
        assert "Guten Tag &lt;b&gt;" not in page
        assert "Ihr Entwurf" not in client_of(agent()).get(address).content.decode()
        assert "Ihr Entwurf" not in client_of(ticket.requester).get(address).content.decode()

    def test_going_on_puts_it_into_the_form_with_its_kind(self, client_of: Any) -> None:
        ticket, jule = TicketFactory(), agent()
        keep(ticket, jule, "Guten Tag <b>")

        page = client_of(jule).get(f"/anfragen/{ticket.public_id}/?entwurf=1").content.decode()

        assert "Guten Tag &lt;b&gt;" in page
        assert "data-unfinished-offer" not in page
        assert page.index('value="reply"') < page.index("checked", page.index('value="reply"')) < page.index('value="phone"')

    def test_sending_ends_it(self, client_of: Any) -> None:
        ticket, jule = TicketFactory(), agent()
        keep(ticket, jule)

        sent = client_of(jule).post(
            f"/anfragen/{ticket.public_id}/", {"kind": "note", "then": "open", "body": "Fertig", "seen": ticket.revision}
        )

        assert sent.status_code == 302
        assert not Unfinished.objects.exists()

    def test_what_is_refused_keeps_it(self, client_of: Any) -> None:
        ticket, jule = TicketFactory(), agent()
        keep(ticket, jule)

        client_of(jule).post(f"/anfragen/{ticket.public_id}/", {"kind": "note", "body": "", "seen": ticket.revision})

        assert Unfinished.objects.exists()

    def test_by_its_button_without_a_script(self, client_of: Any) -> None:
        ticket, jule = TicketFactory(), agent()

        page = (
            client_of(jule).post(f"/anfragen/{ticket.public_id}/entwurf/", {"kind": "note", "body": "Halb"}, follow=True).content.decode()
        )
        wrong = client_of(jule).post(f"/anfragen/{ticket.public_id}/entwurf/", {"kind": "x", "body": "Halb"}, follow=True).content.decode()
        quiet = client_of(jule).post(f"/anfragen/{ticket.public_id}/entwurf/", {"kind": "x", "body": "Halb", "quiet": "1"})

        assert "Ihr Entwurf (Interner Vermerk) von" in page
        assert "Bitte wählen Sie aus, was es ist." in wrong
        assert quiet.status_code == 422

    def test_the_overview_lists_them_and_they_are_discarded(self, client_of: Any) -> None:
        ticket, jule = TicketFactory(subject="Drucker streikt"), agent()
        keep(ticket, jule)
        keep(TicketFactory(), agent(), "Von Karin")

        page = client_of(jule).get("/anfragen/").content.decode()
        after = client_of(jule).post(f"/anfragen/{ticket.public_id}/entwurf/verwerfen/", follow=True).content.decode()

        assert f"/anfragen/{ticket.public_id}/?entwurf=1" in page
        assert page.count("?entwurf=1") == 1
        assert "Der Entwurf ist verworfen." in after
        assert [one.body for one in Unfinished.objects.all()] == ["Von Karin"]

    def test_asks_no_more_queries_for_more_of_them(self, client_of: Any) -> None:
        jule, asked = agent(), []
        browser = client_of(jule)
        for _more in range(2):
            for number in range(3):
                keep(TicketFactory(), jule, f"Text {number}")
            browser.get("/anfragen/?stand=closed")
            with CaptureQueriesContext(connections["default"]) as queries:
                browser.get("/anfragen/?stand=closed")
            asked.append(len(queries))

        assert asked[0] == asked[1]

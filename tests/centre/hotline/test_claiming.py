"""Mails of strangers that name a ticket: a proposal for staff, and nothing for the stranger until somebody has agreed."""

from __future__ import annotations

from typing import Any

import pytest

from hotline import answering, claiming, handling, merging, overview
from hotline.models import Attachment, Message, OutgoingMail, Ticket
from tests.centre.hotline.mails import NOW, annas_ticket, mail, take_in
from tests.centre.hotline_factories import TicketFactory, agent, requester

STRANGER = "fremd@anderswo.example"


pytestmark = pytest.mark.usefixtures("mail_settings")


def strangers_ticket() -> Ticket:
    return take_in(mail("Was stand da?", sender=STRANGER, subject="Frage", In_Reply_To="<unser@zentrale.example>")).ticket


class TestOfTicket:
    def test_says_which_ticket_is_named_and_why_the_mail_is_not_there(self) -> None:
        named, own = annas_ticket(), strangers_ticket()

        claim = claiming.of_ticket(own)

        assert (claim.other, claim.mail.sender_address) == (named, STRANGER)
        assert claiming.of_ticket(named) is None

    def test_one_that_was_merged_meanwhile_is_named_by_where_it_goes_on(self) -> None:
        named, own, lead = annas_ticket(), strangers_ticket(), TicketFactory()
        merging.merge(ticket=named, into=lead, by=agent(), at=NOW)

        assert claiming.of_ticket(own).other == lead

    def test_the_follower_of_a_closed_ticket_claims_nothing(self) -> None:
        named = annas_ticket()
        handling.close(ticket=named, by=agent(), at=NOW)
        follower = take_in(mail("Es geht schon wieder nicht.", subject="[HL#2026-000123]")).ticket

        assert claiming.of_ticket(follower) is None


class TestAStrangerBefore:
    def test_reads_nothing_of_the_named_ticket_on_any_way(self, client_of: Any, api_client: Any) -> None:
        named, own = annas_ticket(), strangers_ticket()
        stranger, path = own.requester, f"/anfragen/{named.public_id}/"
        browser, program = client_of(stranger), api_client(stranger)

        assert not Ticket.objects.visible_to(stranger).filter(pk=named.pk).exists()
        assert browser.get(path).status_code == 404
        for address in (f"/api/v1/tickets/{named.public_id}/", f"/api/v1/tickets/{named.public_id}/messages/"):
            assert program.get(address).status_code == 404
        for page in (f"/anfragen/{own.public_id}/", "/anfragen/", "/anfragen/?q=Drucker"):
            said = browser.get(page).content.decode()
            assert "2026-000123" not in said
            assert "Gehört vielleicht" not in said
        assert own.number in str(program.get(f"/api/v1/tickets/{own.public_id}/").data)
        assert "2026-000123" not in str(program.get(f"/api/v1/tickets/{own.public_id}/messages/").data)

    def test_is_told_nothing_by_mail_when_somebody_answers_there(self) -> None:
        named = annas_ticket()
        strangers_ticket()

        answering.say(ticket=named, body="Bitte neu starten.", by=agent(), at=NOW)

        assert not OutgoingMail.objects.filter(ticket=named, to_address=STRANGER).exists()

    def test_decides_nothing(self, client_of: Any, api_client: Any) -> None:
        annas_ticket()
        own = strangers_ticket()
        browser, program = client_of(own.requester), api_client(own.requester)

        for act in ("zusammenfuehren/vorschlag", "eigene-anfrage"):
            assert browser.post(f"/anfragen/{own.public_id}/{act}/").status_code == 404
        assert program.get(f"/api/v1/tickets/{own.public_id}/merge-proposal/").status_code == 403
        for act in ("agree", "decline"):
            assert program.post(f"/api/v1/tickets/{own.public_id}/merge-proposal/{act}/").status_code == 403
        for act in (claiming.agree, claiming.decline):
            with pytest.raises(claiming.CannotClaim):
                act(ticket=own, by=own.requester, at=NOW)
        own.refresh_from_db()
        assert own.merged_into is None
        assert claiming.of_ticket(own) is not None

    def test_writes_only_on_the_own_ticket(self) -> None:
        named, own = annas_ticket(), strangers_ticket()
        before = Message.objects.filter(ticket=named).count()

        again = take_in(mail("Hallo?", sender=STRANGER, subject="[HL#2026-000123]"))

        assert again.ticket not in (named, own)  # names a foreign one: a ticket of its own again
        assert Message.objects.filter(ticket=named).count() == before
        assert not Attachment.objects.filter(message__ticket=named).exists()


class TestAgree:
    def test_merges_and_can_be_undone_and_then_stands_again(self) -> None:
        named, own, helper = annas_ticket(), strangers_ticket(), agent()
        stranger = own.requester

        claiming.agree(ticket=own, by=helper, at=NOW)

        own.refresh_from_db()
        assert own.merged_into == named
        assert Ticket.objects.visible_to(stranger).filter(pk=named.pk).exists()
        merging.undo(ticket=own, by=helper, at=NOW)
        own.refresh_from_db()
        assert not Ticket.objects.visible_to(stranger).filter(pk=named.pk).exists()
        assert claiming.of_ticket(own).other == named

    def test_is_done_once(self) -> None:
        annas_ticket()
        own, helper = strangers_ticket(), agent()
        claiming.agree(ticket=own, by=helper, at=NOW)

        with pytest.raises(claiming.CannotClaim):
            claiming.agree(ticket=own, by=helper, at=NOW)

    def test_says_why_it_cannot_be_merged(self) -> None:
        named, own = annas_ticket(), strangers_ticket()
        handling.solve(ticket=named, by=agent(), at=NOW)

        with pytest.raises(merging.CannotMerge, match="2026-000123"):
            claiming.agree(ticket=own, by=agent(), at=NOW)


class TestDecline:
    def test_leaves_both_as_they_are_and_asks_no_more(self) -> None:
        named, own = annas_ticket(), strangers_ticket()

        claiming.decline(ticket=own, by=agent(), at=NOW)

        own.refresh_from_db()
        assert (own.merged_into, claiming.of_ticket(own)) == (None, None)
        assert own.events.get(act="decline_merge").changes == {"other": [named.number, None]}
        with pytest.raises(claiming.CannotClaim):
            claiming.decline(ticket=own, by=agent(), at=NOW)


class TestScreens:
    def test_an_agent_merges_from_the_ticket_and_is_offered_to_undo_it(self, client_of: Any) -> None:
        named, own = annas_ticket(), strangers_ticket()
        client = client_of(agent())
        page = client.get(f"/anfragen/{own.public_id}/").content.decode()
        assert "Gehört vielleicht zu Anfrage" in page
        assert 'data-stroke="z"' in page
        assert "Nein, eigene Anfrage" in page

        answer = client.post(f"/anfragen/{own.public_id}/zusammenfuehren/vorschlag/", follow=True)

        assert answer.redirect_chain[-1][0] == f"/anfragen/{named.public_id}/"
        assert f"/anfragen/{own.public_id}/trennen/" in answer.content.decode()

    def test_an_agent_says_that_it_is_a_request_of_its_own(self, client_of: Any) -> None:
        annas_ticket()
        own, client = strangers_ticket(), client_of(agent())

        page = client.post(f"/anfragen/{own.public_id}/eigene-anfrage/", follow=True).content.decode()

        assert "Gehört vielleicht" not in page
        assert "ist eine eigene Anfrage" in page

    def test_programs_see_agree_and_decline(self, api_client: Any) -> None:
        named, own, client = annas_ticket(), strangers_ticket(), api_client(agent())
        address = f"/api/v1/tickets/{own.public_id}/merge-proposal/"

        assert client.get(address).data["number"] == "2026-000123"
        assert client.post(f"{address}agree/").status_code == 200
        assert client.get(address).status_code == 404
        assert client.post(f"{address}decline/").status_code == 409
        own.refresh_from_db()
        assert own.merged_into == named

    def test_a_script_in_the_address_or_subject_is_shown_as_text(self, client_of: Any) -> None:
        named = annas_ticket(subject="<script>alert(1)</script>")
        own = strangers_ticket()

        page = client_of(agent()).get(f"/anfragen/{own.public_id}/").content.decode()

        assert named.number in page
        assert "<script>alert" not in page

    def test_others_tickets_ask_nothing(self, client_of: Any) -> None:
        ticket = TicketFactory(requester=requester())

        assert "Gehört vielleicht" not in client_of(agent()).get(f"/anfragen/{ticket.public_id}/").content.decode()
        assert overview.undelivered(person=agent()) == 0

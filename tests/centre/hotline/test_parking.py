"""Mails that were put aside, replies that could not be sent, and what staff see of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from hotline import answering, parking, posting
from hotline.models import IncomingMail, Mailbox, OutgoingMail, Ticket
from tests.centre.hotline.mails import ANNA, NOW, annas_ticket, mail, put_aside, take_in, unsent
from tests.centre.hotline_factories import TicketFactory, agent, requester

pytestmark = pytest.mark.usefixtures("mail_settings")


class TestMakeTicket:
    def test_makes_one_for_its_sender_and_answers_nobody(self) -> None:
        aside, helper = put_aside(), agent()

        ticket = parking.make_ticket(mail=aside, by=helper, at=NOW)

        aside.refresh_from_db()
        assert (aside.outcome, aside.ticket, aside.settled_by) == ("ticket", ticket, str(helper))
        assert (ticket.requester.email, ticket.created_by) == (ANNA, helper)
        assert aside.message.body == "Ich bin weg."
        assert not OutgoingMail.objects.exists()
        assert ticket.events.filter(act="take_in_mail").exists()

    def test_is_done_once(self) -> None:
        aside = put_aside()
        parking.make_ticket(mail=aside, by=agent(), at=NOW)

        with pytest.raises(parking.CannotPark):
            parking.make_ticket(mail=aside, by=agent(), at=NOW)
        with pytest.raises(parking.CannotPark):
            parking.leave(mail=aside, by=agent(), at=NOW)
        assert Ticket.objects.count() == 1

    def test_a_mail_that_only_claims_to_be_of_staff_is_not_theirs(self) -> None:
        pretended, helper = agent(email="h@zentrale.example"), agent()
        aside = take_in(mail("Ich bin es.", sender="h@zentrale.example"))

        ticket = parking.make_ticket(mail=aside, by=helper, at=NOW)

        assert ticket.requester == helper != pretended

    def test_a_mail_without_a_sender_is_for_who_takes_it_in(self) -> None:
        helper = agent()
        aside = take_in(b"Der Drucker geht nicht.\r\n\r\nBitte um Hilfe.")

        assert parking.make_ticket(mail=aside, by=helper, at=NOW).requester == helper

    def test_is_for_staff(self) -> None:
        with pytest.raises(parking.CannotPark):
            parking.make_ticket(mail=put_aside(), by=requester(), at=NOW)

    def test_says_why_it_cannot(self) -> None:
        requester(email="weg@musterstadt.example", is_active=False)
        aside = take_in(mail(sender="weg@musterstadt.example"))

        with pytest.raises(parking.CannotPark, match="nicht mehr aktiv"):
            parking.make_ticket(mail=aside, by=agent(), at=NOW)


class TestLeave:
    def test_keeps_the_mail_and_takes_it_from_the_list(self) -> None:
        aside = put_aside()

        parking.leave(mail=aside, by=agent(), at=NOW)

        assert IncomingMail.objects.get().outcome == "left"
        assert not IncomingMail.objects.parked().exists()


class TestSendAgain:
    def test_queues_it_with_all_its_tries(self) -> None:
        ticket = TicketFactory()
        sent = unsent(ticket)
        OutgoingMail.objects.update(attempts=11)

        posting.send_again(mail=sent, by=agent(), at=NOW)

        row = OutgoingMail.objects.get()
        assert (row.failed_at, row.next_try_at, row.attempts, row.trouble) == (None, NOW, 0, "")
        assert ticket.events.filter(act="send_mail_again").exists()

    def test_refuses_what_has_not_failed(self) -> None:
        sent = unsent(TicketFactory())
        posting.send_again(mail=sent, by=agent(), at=NOW)

        with pytest.raises(posting.CannotSendAgain):
            posting.send_again(mail=sent, by=agent(), at=NOW)
        with pytest.raises(posting.CannotSendAgain):
            posting.send_again(mail=sent, by=requester(), at=NOW)


class TestScreens:
    def test_list_shows_what_was_put_aside_and_what_does_not_work(self, client_of: Any) -> None:
        put_aside()
        unsent(TicketFactory())
        Mailbox.objects.create(name="imaps://hilfe@mx.example:993/INBOX", down_since=NOW, trouble="timed out")

        page = client_of(agent()).get("/e-mails/").content.decode()

        assert "Abwesend: &lt;script&gt;" in page
        assert "Eine Maschine hat sie geschrieben" in page
        assert "timed out" in page
        assert "550 Nein" in page

    def test_the_number_of_queries_does_not_grow(self, client_of: Any, queries: Any) -> None:
        client, ticket = client_of(agent()), annas_ticket()
        take_in(mail("weg", Auto_Submitted="auto-replied", subject="[HL#2026-000123] 1"))
        client.get("/e-mails/")
        with queries() as few:
            client.get("/e-mails/")
        for number in range(6):
            take_in(mail(f"weg {number}", Auto_Submitted="auto-replied", subject="[HL#2026-000123]"))
            OutgoingMail.objects.create(
                kind="reply",
                ticket=ticket,
                message=answering.say(ticket=ticket, body=f"{number}", by=agent(), at=NOW),
                to_address=f"x{number}@x.example",
                mail_id=f"<{number}@x>",
                queued_at=NOW,
                failed_at=NOW,
                trouble="550",
            )
        with queries() as many:
            client.get("/e-mails/")

        assert len(many) == len(few)

    def test_mail_is_shown_cleaned(self, client_of: Any) -> None:
        aside = put_aside()

        page = client_of(agent()).get(f"/e-mails/{aside.public_id}/").content.decode()

        assert "<b>weg</b>" in page
        assert "alert(1)</script>" not in page
        assert "x.example/p.png" not in page
        assert "nicht geladen" in page

    def test_original_and_files_are_only_to_be_saved(self, client_of: Any) -> None:
        aside, client = put_aside(), client_of(agent())

        original = client.get(f"/e-mails/{aside.public_id}/original/")
        file = client.get(f"/e-mails/{aside.public_id}/anhang/1/")

        assert b"Auto-Submitted: auto-replied" in original.content
        assert file.content == b"%PDF-1.4"
        for answer in (original, file):
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["X-Content-Type-Options"] == "nosniff"
        assert file["Content-Type"] == "application/octet-stream"
        assert client.get(f"/e-mails/{aside.public_id}/anhang/2/").status_code == 404

    def test_nobody_but_staff_sees_any(self, client_of: Any) -> None:
        taken = take_in(mail())
        client = client_of(taken.ticket.requester)

        for path in ["", f"{taken.public_id}/", f"{taken.public_id}/original/", f"{taken.public_id}/anhang/1/"]:
            assert client.get(f"/e-mails/{path}").status_code == 404

    def test_ticket_shows_staff_what_was_folded_and_the_requester_only_what_is_new(self, client_of: Any) -> None:
        taken = take_in(mail("Geht nicht.\n\nAm 24.11.26 um 09:12 schrieb Hilfe:\n> Bitte neu starten.\n"))
        path = f"/anfragen/{taken.ticket.public_id}/"

        staff = client_of(agent()).get(path).content.decode()
        her = client_of(taken.ticket.requester).get(path).content.decode()

        assert "<details" in staff
        assert "Bitte neu starten." in re.sub(r"<[^>]+>", "", staff)
        assert "Bitte neu starten." not in her
        assert "/e-mails/" not in her

    def test_ticket_says_what_could_not_be_sent(self, client_of: Any) -> None:
        ticket = annas_ticket()
        answering.say(ticket=ticket, body="Bitte neu starten.", by=agent(), at=NOW)
        OutgoingMail.objects.filter(kind="reply").update(failed_at=NOW, next_try_at=None, trouble="550 unbekannt")

        assert "550 unbekannt" in client_of(agent()).get(f"/anfragen/{ticket.public_id}/").content.decode()
        assert "550 unbekannt" not in client_of(ticket.requester).get(f"/anfragen/{ticket.public_id}/").content.decode()

    def test_ticket_page_asks_no_more_for_more_mails(self, client_of: Any, queries: Any) -> None:
        ticket, client = annas_ticket(), client_of(agent())
        take_in(mail("Eins", subject="[HL#2026-000123]"))
        client.get(f"/anfragen/{ticket.public_id}/")
        with queries() as few:
            client.get(f"/anfragen/{ticket.public_id}/")
        for number in range(5):
            take_in(mail(f"Noch {number}", subject="[HL#2026-000123]"))
        with queries() as many:
            client.get(f"/anfragen/{ticket.public_id}/")

        assert len(many) == len(few)

    def test_acts_by_buttons(self, client_of: Any) -> None:
        aside, client = put_aside(), client_of(agent())

        made = client.post(f"/e-mails/{aside.public_id}/anfrage/")
        again = client.post(f"/e-mails/{aside.public_id}/nichts-zu-tun/", follow=True)

        assert made["Location"] == f"/anfragen/{Ticket.objects.get().public_id}/"
        assert "inzwischen" in again.content.decode()

    def test_a_mail_whose_bytes_are_gone_is_still_shown(self, client_of: Any, tmp_path: Path) -> None:
        aside = put_aside()
        with override_settings(MAIL_STORE=tmp_path / "elsewhere"):
            page = client_of(agent()).get(f"/e-mails/{aside.public_id}/").content.decode()

        assert "Ich bin weg." in page
        assert "nicht gelesen werden" in page


class TestApi:
    def test_staff_list_and_settle(self, api_client: Any) -> None:
        aside, client = put_aside(), api_client(agent())

        [row] = client.get("/api/v1/mails/?outcome=parked").json()["results"]
        made = client.post(f"/api/v1/mails/{aside.public_id}/make-ticket/")
        again = client.post(f"/api/v1/mails/{aside.public_id}/leave/")

        assert (row["reason"], row["ticket"]) == ("auto_reply", None)
        assert made.json()["ticket"] == Ticket.objects.get().number
        assert again.status_code == 409

    def test_others_find_none(self, api_client: Any) -> None:
        aside, client = put_aside(), api_client(requester())

        assert client.get("/api/v1/mails/").json()["results"] == []
        assert client.get(f"/api/v1/mails/{aside.public_id}/").status_code == 404
        assert client.post(f"/api/v1/mails/{aside.public_id}/leave/").status_code == 404

"""One mail that comes in, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from foundation.store import StoreError
from hotline import attaching, mail_store, receiving
from hotline.models import IncomingMail, Message, OutgoingMail, Ticket, TicketEvent
from tenants.models import User
from tests.centre.hotline.mail_outcomes import OUTCOMES
from tests.centre.hotline.mails import ANNA, NOW, annas_ticket, mail, take_in
from tests.centre.hotline_factories import requester
from tests.factories import UserFactory
from tests.foundation.mail.test_mails import EXPECTED, MAILS

pytestmark = pytest.mark.usefixtures("mail_settings")


class TestTheAwkwardOnes:
    def test_each_file_has_its_outcome(self) -> None:
        assert sorted(OUTCOMES) == sorted(path.stem for path in MAILS.glob("*.eml"))

    @pytest.mark.parametrize("name", sorted(OUTCOMES))
    def test_becomes_what_the_table_says(self, name: str) -> None:
        ticket = annas_ticket()
        raw = (MAILS / f"{name}.eml").read_bytes()
        outcome, reason, number, answered = OUTCOMES[name]

        taken = take_in(raw)

        assert (taken.outcome, taken.reason) == (outcome, reason)
        named = taken.ticket if outcome == "answer" else taken.proposal
        assert (named.number if named else "") == number
        assert OutgoingMail.objects.exclude(ticket=ticket).exists() is answered
        assert OutgoingMail.objects.filter(ticket=ticket).count() == 1
        assert mail_store.raw_of(taken.sha256) == raw
        assert taken.troubles == EXPECTED[name].values["troubles"]
        if taken.message:
            said = EXPECTED[name].values["new_text"] or EXPECTED[name].values["text"] or "(Diese E-Mail enthält keinen lesbaren Text.)"
            assert taken.message.body == said.strip()
        else:
            assert Ticket.objects.count() == 1


class TestThreading:
    def test_goes_by_the_mail_that_is_answered(self) -> None:
        ticket = annas_ticket()

        taken = take_in(mail("Geht noch nicht.", In_Reply_To="<unser@zentrale.example>", subject="Ganz anders"))

        assert (taken.outcome, taken.ticket) == ("answer", ticket)
        ticket.refresh_from_db()
        assert ticket.state == "open" or ticket.state == "new"

    def test_of_what_was_solved_more_than_14_days_ago_becomes_a_new_ticket_with_a_proposal(self) -> None:
        ticket = annas_ticket()
        Ticket.objects.filter(pk=ticket.pk).update(state="solved", solved_at=NOW - timedelta(days=15))

        taken = take_in(mail("Es geht wieder nicht mehr.", In_Reply_To="<unser@zentrale.example>", subject="Drucker"))

        assert (taken.outcome, taken.proposal) == ("ticket", ticket)
        assert taken.ticket != ticket
        ticket.refresh_from_db()
        assert ticket.state == "solved"

    def test_goes_by_any_mail_of_the_thread_the_nearest_first(self) -> None:
        ticket = annas_ticket()
        other = take_in(mail("Etwas anderes", Message_ID="<a@x.example>")).ticket

        taken = take_in(mail("Dazu noch.", References="<unser@zentrale.example> <weg@x.example> <a@x.example> <fehlt@x.example>"))

        assert taken.ticket == other != ticket

    def test_goes_by_the_token_where_the_ids_are_lost(self) -> None:
        ticket = annas_ticket()

        assert take_in(mail("Noch etwas.", subject="AW: [HL#2026-000123] Drucker")).ticket == ticket

    def test_a_thread_counts_more_than_a_token(self) -> None:
        annas_ticket()
        other = take_in(mail("Etwas anderes", Message_ID="<a@x.example>")).ticket

        assert take_in(mail("Dazu.", subject="[HL#2026-000123]", In_Reply_To="<a@x.example>")).ticket == other

    def test_who_stood_in_the_head_of_a_mail_on_the_ticket_may_answer_it(self) -> None:
        first = take_in(mail("Hilfe", Message_ID="<a@x.example>", Cc="Bernd Lang <b.lang@beispielheim.example>"))

        answer = take_in(mail("Ich weiß etwas dazu.", sender="B.Lang@Beispielheim.example", In_Reply_To="<a@x.example>"))

        assert answer.ticket == first.ticket
        assert answer.message.author.email == "B.Lang@Beispielheim.example"
        assert not answer.message.by_staff

    def test_a_watcher_may_answer(self) -> None:
        ticket = annas_ticket()
        watcher = requester(email="w@musterstadt.example")
        ticket.watchers.add(watcher)

        taken = take_in(mail("Bei mir auch.", sender="w@musterstadt.example", subject="[HL#2026-000123]"))

        assert (taken.ticket, taken.message.author) == (ticket, watcher)


class TestStrangers:
    def test_get_a_ticket_of_their_own_with_a_proposal_to_merge(self) -> None:
        ticket = annas_ticket()

        taken = take_in(mail("Was stand da?", sender="fremd@anderswo.example", In_Reply_To="<unser@zentrale.example>"))

        assert (taken.outcome, taken.reason, taken.proposal) == ("ticket", "stranger", ticket)
        note = Message.objects.get(ticket=taken.ticket, kind="note")
        assert "2026-000123" in note.body
        assert "2026-000123" in str(TicketEvent.objects.get(ticket=taken.ticket, act="propose_merge").changes)
        assert Message.objects.filter(ticket=ticket).count() == 1

    def test_do_not_read_the_proposal(self) -> None:
        annas_ticket()

        taken = take_in(mail("Was stand da?", sender="fremd@anderswo.example", subject="[HL#2026-000123]"))

        seen = Message.objects.visible_to(taken.ticket.requester).filter(ticket=taken.ticket)
        assert [message.body for message in seen] == ["Was stand da?"]
        assert not IncomingMail.objects.visible_to(taken.ticket.requester).exists()

    def test_do_not_become_participants_by_quoting(self) -> None:
        ticket = annas_ticket()
        take_in(mail("Eins", sender="fremd@anderswo.example", subject="[HL#2026-000123]", Message_ID="<f1@x.example>"))

        second = take_in(mail("Zwei", sender="fremd@anderswo.example", subject="[HL#2026-000123]", References="<unser@zentrale.example>"))

        assert second.ticket != ticket

    def test_cannot_choose_an_id_of_ours(self) -> None:
        ticket = annas_ticket()
        take_in(mail("Falle", sender="fremd@anderswo.example", Message_ID="<unser@zentrale.example>"))

        assert take_in(mail("Antwort", In_Reply_To="<unser@zentrale.example>")).ticket == ticket


class TestOnce:
    def test_the_same_bytes_are_one_mail(self) -> None:
        first = take_in(mail())

        again = take_in(mail(), minutes=5)

        assert (again.pk, IncomingMail.objects.count(), Ticket.objects.count()) == (first.pk, 1, 1)

    def test_a_second_copy_by_another_way_is_put_aside(self) -> None:
        first = take_in(mail(Message_ID="<a@x.example>", headers={"Received": "from a"}))

        copy = take_in(mail(Message_ID="<a@x.example>", headers={"Received": "from b"}))

        assert (copy.outcome, copy.reason, Ticket.objects.count()) == ("parked", "copy", 1)
        assert first.ticket is not None

    def test_another_mail_with_the_same_id_is_another_mail(self) -> None:
        take_in(mail("Eins", Message_ID="<a@x.example>"))

        assert take_in(mail("Zwei", Message_ID="<a@x.example>")).outcome == "ticket"

    def test_a_mail_that_breaks_us_is_kept_and_put_aside(self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        def broken(*_more: Any, **_named: Any) -> Any:
            raise ValueError("unheard of")

        monkeypatch.setattr(receiving.taking_in, "open_ticket", broken)

        taken = take_in(mail("Hilfe"))

        assert (taken.outcome, taken.reason) == ("parked", "unreadable")
        assert b"Hilfe" in mail_store.raw_of(taken.sha256)
        assert "unheard of" in caplog.text
        assert not User.objects.filter(email=ANNA).exists()


class TestReceipts:
    def test_answer_a_new_request_within_its_thread(self) -> None:
        taken = take_in(mail(Message_ID="<a@x.example>", References="<z@x.example>"))

        receipt = OutgoingMail.objects.get(ticket=taken.ticket)
        assert (receipt.kind, receipt.to_address, receipt.in_reply_to) == ("receipt", ANNA, "<a@x.example>")
        assert receipt.references == ["<z@x.example>", "<a@x.example>"]

    def test_stop_after_some_within_an_hour(self) -> None:
        with override_settings(MAIL_RECEIPTS_PER_HOUR=3):
            for number in range(5):
                take_in(mail(f"Meldung {number}"), minutes=number)
            assert OutgoingMail.objects.count() == 3
            take_in(mail("Später"), minutes=61)

        assert (OutgoingMail.objects.count(), Ticket.objects.count()) == (4, 6)

    def test_are_not_for_answers(self) -> None:
        annas_ticket()

        take_in(mail("Noch etwas.", subject="[HL#2026-000123]"))

        assert OutgoingMail.objects.count() == 1


class TestWhatItSays:
    def test_only_what_is_new_is_the_message_and_the_whole_is_kept_beside_it(self) -> None:
        text = "Geht wieder nicht.\n\nAm 24.11.26 um 09:12 schrieb Hilfe der Zentrale:\n> Bitte neu starten.\n"

        taken = take_in(mail(text))

        assert taken.message.body == "Geht wieder nicht."
        assert "Bitte neu starten." in taken.folded

    def test_a_text_that_is_too_long_says_where_the_rest_is(self) -> None:
        taken = take_in(mail("Wort " * 20_000))

        assert len(taken.message.body) <= 50_000
        assert len(taken.text) > 90_000

    def test_a_mail_without_subject_or_text_is_a_request_all_the_same(self) -> None:
        taken = take_in(mail(" ", subject=""))

        assert taken.ticket.subject == "(ohne Betreff)"

    def test_the_number_of_queries_does_not_grow_with_the_desk(self, queries: Any) -> None:
        annas_ticket()
        with queries() as few:
            take_in(mail("Eins", subject="[HL#2026-000123]"))
        for number in range(5):
            take_in(mail(f"Mehr {number}", subject="[HL#2026-000123]", sender=ANNA, Cc=f"c{number}@x.example"))
            UserFactory()

        with queries() as many:
            take_in(mail("Zwei", subject="[HL#2026-000123]"), minutes=1)

        assert len(many) <= len(few)


def test_arrival_counts_not_what_the_mail_claims() -> None:
    taken = take_in(mail(Date="Thu, 01 Jan 1970 00:00:00 +0000"), minutes=3)

    assert taken.ticket.created_at == NOW + timedelta(minutes=3)


class TestFiles:
    def test_come_with_the_message(self) -> None:
        taken = take_in((MAILS / "text_as_file.eml").read_bytes())

        [file] = taken.message.attachments.all()
        with attaching.opened(file) as opened:
            assert (file.name, opened.read()) == ("notiz.txt", b"Inhalt")

    def test_that_do_not_fit_stay_in_the_mail(self) -> None:
        with override_settings(MAX_ATTACHMENT_BYTES=3):
            taken = take_in((MAILS / "text_as_file.eml").read_bytes())

        assert (taken.outcome, taken.message.attachments.count(), len(taken.files)) == ("ticket", 0, 1)

    def test_a_store_that_takes_nothing_leaves_the_mail_to_the_next_time(self, tmp_path: Path) -> None:
        with override_settings(CENTRE_STORE=tmp_path / "not" / "there"), pytest.raises(StoreError):
            take_in((MAILS / "text_as_file.eml").read_bytes())

        assert not IncomingMail.objects.exists()
        assert take_in((MAILS / "text_as_file.eml").read_bytes()).message.attachments.count() == 1

"""One mail that comes in, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from foundation.store import StoreError
from hotline import answering, attaching, handling, linking, mail_store, merging, receiving
from hotline.models import IncomingMail, MailDomain, Message, OutgoingMail, Ticket, TicketEvent
from tenants.centre.models import Contact
from tenants.models import User
from tests.centre.hotline.mail_outcomes import OUTCOMES
from tests.centre.hotline.mails import ANNA, NOW, OURS, SETTINGS, annas_ticket, mail, proven, take_in
from tests.centre.hotline_factories import MunicipalityFactory, QueueFactory, TicketFactory, agent, requester
from tests.factories import UserFactory
from tests.foundation.mail.test_mails import EXPECTED, MAILS


@pytest.fixture(autouse=True)
def _mail_settings(tmp_path: Path) -> Iterator[None]:
    QueueFactory()
    with override_settings(**SETTINGS, MAIL_STORE=tmp_path / "mails"):
        yield


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


class TestUnknownSenders:
    def test_become_contacts_without_password_and_municipality(self) -> None:
        taken = take_in(mail(sender="Neu Hier <neu@anderswo.example>"))

        person = taken.ticket.requester
        assert (person.display_name, person.email, person.role_names) == ("Neu Hier", "neu@anderswo.example", {"requester"})
        assert not person.has_usable_password()
        assert taken.ticket.municipality is None

    def test_belong_to_the_municipality_of_their_mail_domain(self) -> None:
        town = MunicipalityFactory()
        MailDomain.objects.create(domain="musterstadt.example", municipality=town)

        taken = take_in(mail(sender="neu@Musterstadt.example"))

        assert taken.ticket.municipality == town
        assert Contact.objects.get(person=taken.ticket.requester).municipality == town

    def test_are_made_once(self) -> None:
        first = take_in(mail("Eins", sender="neu@anderswo.example"))

        second = take_in(mail("Zwei", sender="NEU@Anderswo.Example"))

        assert second.ticket.requester == first.ticket.requester

    def test_are_known_by_the_address_they_first_wrote_from(self) -> None:
        person = take_in(mail("Eins", sender="neu@anderswo.example")).ticket.requester
        User.objects.filter(pk=person.pk).update(email="anders@anderswo.example")

        assert take_in(mail("Zwei", sender="neu@anderswo.example")).ticket.requester == person

    def test_are_not_called_by_an_address_that_is_not_theirs(self) -> None:
        taken = take_in(mail(sender='"chef@beispielheim.example" <fremd@anderswo.example>'))

        assert taken.ticket.requester.display_name == "fremd@anderswo.example"

    def test_whose_account_was_closed_are_shown_to_staff(self) -> None:
        requester(email="weg@musterstadt.example", is_active=False)

        assert take_in(mail(sender="weg@musterstadt.example")).reason == "inactive"


class TestSettledTickets:
    @pytest.mark.parametrize("text", ["Danke!", "Vielen Dank, Frau Behrens, es geht wieder.\n\nViele Grüße\nAnna Kurz", "Super, danke"])
    def test_stay_settled_when_somebody_says_thanks(self, text: str) -> None:
        ticket = annas_ticket()
        handling.close(ticket=ticket, by=agent(), at=NOW)

        taken = take_in(mail(text, subject="AW: [HL#2026-000123]", sender=f"Anna Kurz <{ANNA}>"))

        ticket.refresh_from_db()
        assert (taken.outcome, taken.reason, taken.ticket, ticket.state) == ("answer", "thanks", ticket, "closed")
        assert "ank" in taken.message.body
        assert ticket.events.filter(act="say_thanks").exists()

    def test_that_are_solved_stay_solved_after_thanks(self) -> None:
        ticket = annas_ticket()
        handling.solve(ticket=ticket, by=agent(), at=NOW)

        take_in(mail("Danke, geht wieder.", subject="AW: [HL#2026-000123]"))

        ticket.refresh_from_db()
        assert ticket.state == "solved"

    @pytest.mark.parametrize(
        "text", ["Danke, aber es geht noch nicht.", "Danke. Und der zweite Drucker?", "Es geht nicht.", "Danke, leider nein"]
    )
    def test_that_are_solved_come_back_when_there_is_more(self, text: str) -> None:
        ticket = annas_ticket()
        handling.solve(ticket=ticket, by=agent(), at=NOW)

        take_in(mail(text, subject="AW: [HL#2026-000123]"))

        ticket.refresh_from_db()
        assert ticket.state == "open"

    def test_that_are_closed_get_a_follower_that_names_them(self) -> None:
        ticket = annas_ticket()
        handling.close(ticket=ticket, by=agent(), at=NOW)

        taken = take_in(mail("Es geht schon wieder nicht.", subject="AW: [HL#2026-000123]"))

        ticket.refresh_from_db()
        assert (taken.outcome, taken.reason, taken.proposal, ticket.state) == ("ticket", "closed", ticket, "closed")
        assert "2026-000123" in Message.objects.get(ticket=taken.ticket, kind="note").body
        assert taken.ticket.number in str(ticket.events.get(act="follow_up").changes)
        assert linking.linked_with(taken.ticket)


class TestStaff:
    def test_answer_by_mail_where_our_server_stands_for_them(self) -> None:
        ticket, helper = annas_ticket(), agent(email="h@zentrale.example")

        taken = take_in(
            mail("Bitte neu starten.", sender="h@zentrale.example", subject="[HL#2026-000123]", headers=proven("h@zentrale.example"))
        )

        assert (taken.ticket, taken.message.kind, taken.message.by_staff, taken.message.author) == (ticket, "reply", True, helper)
        assert OutgoingMail.objects.get(message=taken.message).to_address == ANNA

    @pytest.mark.parametrize(
        "results",
        [
            "",
            f"{OURS}; dmarc=none header.from=zentrale.example; spf=pass smtp.mailfrom=zentrale.example",
            f"{OURS}; dmarc=pass header.from=anderswo.example",
            f"{OURS}; dkim=pass header.d=anderswo.example",
            "mx.fremd.example; dmarc=pass header.from=zentrale.example",
        ],
    )
    def test_are_not_believed_otherwise(self, results: str) -> None:
        ticket = annas_ticket()
        agent(email="h@zentrale.example")
        headers = {"Authentication-Results": results} if results else {}

        taken = take_in(mail("Ich bin es.", sender="h@zentrale.example", subject="[HL#2026-000123]", headers=headers))

        assert (taken.outcome, taken.reason, taken.proposal) == ("parked", "staff_unproven", ticket)
        assert Message.objects.filter(ticket=ticket).count() == 1

    def test_are_not_believed_by_a_second_statement(self) -> None:
        annas_ticket()
        agent(email="h@zentrale.example")
        raw = mail("Ich bin es.", sender="h@zentrale.example", headers={"Authentication-Results": f"{OURS}; dmarc=none"})
        forged = raw.replace(b"From: ", f"Authentication-Results: {OURS}; dmarc=pass header.from=zentrale.example\r\nFrom: ".encode(), 1)

        assert take_in(forged).reason == "staff_unproven"

    @pytest.mark.parametrize(
        "quoted",
        [
            "> Interne Notiz: Die Dame ruft jeden Tag an.",
            "Von: Hotline\nGesendet: Montag\nAn: Kollegin\nBetreff: Notiz\n\nDie Dame ruft jeden Tag an.",
            "-----Ursprüngliche Nachricht-----\nDie Dame ruft jeden Tag an.",
        ],
    )
    def test_never_send_out_what_they_only_quote(self, quoted: str) -> None:
        ticket = annas_ticket()
        agent(email="h@zentrale.example")

        taken = take_in(mail(quoted, sender="h@zentrale.example", subject="[HL#2026-000123]", headers=proven("h@zentrale.example")))

        assert (taken.outcome, taken.reason) == ("parked", "quotes")
        assert Message.objects.filter(ticket=ticket).count() == 1

    def test_cannot_answer_a_closed_ticket_by_mail(self) -> None:
        ticket, helper = annas_ticket(), agent(email="h@zentrale.example")
        handling.close(ticket=ticket, by=helper, at=NOW)

        taken = take_in(mail("Noch etwas.", sender="h@zentrale.example", subject="[HL#2026-000123]", headers=proven("h@zentrale.example")))

        assert (taken.outcome, taken.reason, taken.proposal) == ("parked", "refused", ticket)


class TestForgedSenders:
    def test_are_put_aside_where_the_domain_says_so(self) -> None:
        ticket = annas_ticket()
        results = {"Authentication-Results": f"{OURS}; dmarc=fail (p=reject) header.from=beispielheim.example"}

        taken = take_in(mail("Bitte das Passwort an mich.", subject="[HL#2026-000123]", headers=results))

        assert (taken.outcome, taken.reason, taken.proposal) == ("parked", "refuted", ticket)

    @pytest.mark.parametrize("address", ["hilfe@zentrale.example", "Hotline@Zentrale.example"])
    def test_our_own_addresses_are_a_loop(self, address: str) -> None:
        assert take_in(mail(sender=address)).reason == "loop"


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


class TestMergedTickets:
    def test_an_answer_to_the_one_lands_on_the_other(self) -> None:
        ticket, other = annas_ticket(), TicketFactory()
        merging.merge(ticket=ticket, into=other, by=agent(), at=NOW)

        taken = take_in(mail("Noch etwas.", subject="[HL#2026-000123]"))

        assert (taken.outcome, taken.message.ticket, taken.message.home) == ("answer", other, ticket)

    def test_a_reply_on_the_other_reaches_both_and_both_may_answer(self) -> None:
        ticket, other = annas_ticket(), TicketFactory(requester=requester(email="b@x.example"))
        merging.merge(ticket=ticket, into=other, by=agent(), at=NOW)
        reply = answering.say(ticket=other, body="Bitte neu starten.", by=agent(), at=NOW)
        sent = {row.to_address: row.mail_id for row in OutgoingMail.objects.filter(message=reply)}
        assert sent.keys() == {ANNA, "b@x.example"}

        hers = take_in(mail("Hilft.", In_Reply_To=sent[ANNA], subject=f"[HL#{other.number}]"))

        assert (hers.outcome, hers.message.ticket) == ("answer", other)

    def test_after_it_is_undone_she_has_no_part_in_the_other(self) -> None:
        ticket, other = annas_ticket(), TicketFactory()
        merging.merge(ticket=ticket, into=other, by=agent(), at=NOW)
        merging.undo(ticket=ticket, by=agent(), at=NOW)

        taken = take_in(mail("Was stand da?", subject=f"[HL#{other.number}]"))

        assert (taken.outcome, taken.reason) == ("ticket", "stranger")

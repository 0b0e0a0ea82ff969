"""Who writes, and what that makes of a mail: contacts, staff, forged senders, people of settled and merged tickets."""

from __future__ import annotations

import pytest

from hotline import answering, handling, linking, merging
from hotline.models import IncomingMail, MailDomain, Message, OutgoingMail, Ticket
from tenants.centre.models import Contact
from tenants.models import User
from tests.centre.hotline.mails import ANNA, NOW, OURS, annas_ticket, mail, proven, take_in
from tests.centre.hotline_factories import MunicipalityFactory, TicketFactory, agent, requester

pytestmark = pytest.mark.usefixtures("mail_settings")


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

    def test_after_it_is_undone_her_answers_are_on_her_own(self) -> None:
        """To a mail that was sent to both, by its id or by the other's number in its subject, and to what she wrote herself."""
        ticket, other = annas_ticket(), TicketFactory(requester=requester(email="b@x.example"))
        merging.merge(ticket=ticket, into=other, by=agent(), at=NOW)
        reply = answering.say(ticket=other, body="Bitte neu starten.", by=agent(), at=NOW)
        sent = {row.to_address: row.mail_id for row in OutgoingMail.objects.filter(message=reply)}
        mine = take_in(mail("Hilft nicht.", In_Reply_To=sent[ANNA], Message_ID="<mine@x.example>", Cc="c@x.example"))
        assert (mine.message.ticket, mine.message.home) == (other, ticket)

        merging.undo(ticket=Ticket.objects.get(pk=ticket.pk), by=agent(), at=NOW)

        answers = [
            take_in(mail("Eins.", In_Reply_To=sent[ANNA], subject=f"[HL#{other.number}]")),
            take_in(mail("Zwei.", subject=f"[HL#{other.number}]")),
            take_in(mail("Drei.", In_Reply_To="<mine@x.example>")),
            take_in(mail("Vier.", sender="c@x.example", In_Reply_To="<mine@x.example>")),
        ]
        assert [(one.outcome, one.ticket, one.message.ticket) for one in answers] == [("answer", ticket, ticket)] * 4
        assert take_in(mail("Von ihm.", sender="b@x.example", In_Reply_To=sent["b@x.example"])).ticket == other
        assert not OutgoingMail.objects.filter(ticket=other, to_address=ANNA).exists()
        assert not IncomingMail.objects.filter(ticket=other, sender_address=ANNA).exists()

    def test_after_it_is_undone_who_stays_with_the_other_does_so(self) -> None:
        """Also who belongs to both."""
        ticket, other = annas_ticket(), TicketFactory(requester=requester(email="b@x.example"))
        other.watchers.add(ticket.requester)
        merging.merge(ticket=ticket, into=other, by=agent(), at=NOW)
        reply = answering.say(ticket=other, body="Bitte neu starten.", by=agent(), at=NOW)

        merging.undo(ticket=Ticket.objects.get(pk=ticket.pk), by=agent(), at=NOW)

        assert set(OutgoingMail.objects.filter(message=reply).values_list("ticket", flat=True)) == {other.pk}

    def test_after_it_is_undone_she_has_no_part_in_the_other(self) -> None:
        ticket, other = annas_ticket(), TicketFactory()
        merging.merge(ticket=ticket, into=other, by=agent(), at=NOW)
        merging.undo(ticket=ticket, by=agent(), at=NOW)

        taken = take_in(mail("Was stand da?", subject=f"[HL#{other.number}]"))

        assert (taken.outcome, taken.reason) == ("ticket", "stranger")

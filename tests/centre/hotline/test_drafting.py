"""A draft out of a ticket: what staff answered, and nobody's name, address or number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline import answering, drafting, publishing, taking_in
from hotline.models import Article
from tests.centre.hotline_factories import AT, QueueFactory, TicketFactory, agent, requester
from tests.factories import UserFactory

LATER = AT + timedelta(hours=1)
REPLY = """Guten Tag Frau Kowalski,

bitte öffnen Sie **Drucken** und wählen Sie „Trennblätter“. Bei Fragen: jule.behrens@zentrum.example oder Tel. 0211 837-1234 (Durchwahl 1234).
Herr Dr. van der Berg aus der Technik hat 2026 auf Port 9100 umgestellt; ihn erreichen Sie mobil unter +49 171 / 23 45 678.
Kowalskis Rechner ist eingetragen. Sabine Koch weiß Bescheid. Das Aktenzeichen der Störung ist 2026-000123.

Mit freundlichen Grüßen
Jule Behrens
Hotline, Telefon 0211 837-0
"""


def drafted(reply: str = REPLY, subject: str = "Frau Kowalski druckt keine Trennblätter") -> Article:
    QueueFactory()
    UserFactory(display_name="Sabine Koch")
    asker = requester(display_name="Iris Kowalski", telephone="02151 86-4711", username="i.kowalski")
    staff = agent(display_name="Jule Behrens", username="j.behrens")
    ticket = taking_in.open_ticket(subject=subject, body="Ich, Iris Kowalski, GEHEIM, bin ratlos.", by=asker, at=AT)
    answering.say(ticket=ticket, body="Nur für uns: GEHEIM.", kind="note", by=staff, at=LATER)
    answering.say(ticket=ticket, body="Danke, GEHEIM.", by=asker, at=LATER)
    answering.say(ticket=ticket, body=reply, by=staff, at=LATER)
    return drafting.from_ticket(ticket=ticket, by=staff, at=LATER)


def told(article: Article) -> str:
    draft = article.versions.get()
    return "\n".join([draft.title, draft.summary, *(step["text"] for step in draft.steps)])


class TestFromTicket:
    def test_takes_the_subject_and_staffs_replies_as_a_draft(self) -> None:
        made = drafted()

        assert made.state == "draft"
        assert "druckt keine Trennblätter" in told(made)
        assert "bitte öffnen Sie **Drucken**" in told(made)
        assert "Port 9100" in told(made)

    def test_takes_nothing_of_notes_and_of_what_the_requester_wrote(self) -> None:
        assert "GEHEIM" not in told(drafted())

    @pytest.mark.parametrize("name", ["Kowalski", "Iris", "Behrens", "Jule", "Berg", "Koch", "Sabine", "j.behrens"])
    def test_leaves_names_out(self, name: str) -> None:
        assert name.lower() not in told(drafted()).lower()

    @pytest.mark.parametrize("what", ["@", "837", "1234", "171", "23 45 678", "Grüßen", "Guten Tag"])
    def test_leaves_addresses_numbers_salutation_and_closing_out(self, what: str) -> None:
        assert what not in told(drafted())

    @pytest.mark.parametrize(
        "number",
        [
            "02151 86-4711",
            "02151/864711",
            "0171-2345678",
            "+49 (0)211 8371234",
            "0049 211 8371234",
            "Durchwahl -4711",
            "Tel.: 86 47 11",
            "Nebenstelle 4711",
        ],
    )
    def test_knows_numbers_in_any_spelling(self, number: str) -> None:
        made = told(drafted(f"Rufen Sie an: {number}. Danach neu anmelden."))

        assert "11" not in made
        assert "678" not in made
        assert "8371234" not in made
        assert "Danach neu anmelden" in made

    @pytest.mark.parametrize(
        "words", ["Die Frist beträgt 10 Jahre ab 31.12.2025.", "Version 2.14.3 von 2026", "Der Koch-Ordner", "Blatt 1 bis 120"]
    )
    def test_leaves_other_words_and_figures_in(self, words: str) -> None:
        assert words in told(drafted(words))

    def test_says_where_it_came_from_by_number(self) -> None:
        made = drafted()

        assert made.events.get(act="begin").changes["ticket"][1].startswith("2026-")

    def test_a_ticket_without_replies_gives_an_empty_draft(self) -> None:
        made = drafting.from_ticket(ticket=TicketFactory(), by=agent(), at=LATER)

        assert made.versions.get().steps == []
        with pytest.raises(publishing.CannotCompose):
            publishing.publish(article=made, by=agent(), at=LATER)

    def test_is_not_published_before_somebody_said_what_it_helps_with(self) -> None:
        made = drafted()

        with pytest.raises(publishing.CannotPublish) as refusal:
            publishing.publish(article=made, by=agent(), at=LATER)
        assert refusal.value.field == "summary"

    def test_is_for_staff(self) -> None:
        ticket = TicketFactory()

        with pytest.raises(publishing.CannotPublish):
            drafting.from_ticket(ticket=ticket, by=ticket.requester, at=LATER)

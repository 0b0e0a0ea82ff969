"""Articles and tickets are found by their words, as records are; nobody finds what she may not know of."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext

from hotline import answering, findable, publishing, searching, taking_in
from hotline.composing import NewStep
from hotline.models import Article, Ticket, TicketText
from tests.centre.hotline_factories import AT, TicketFactory, agent, article, requester

LATER = AT + timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("queue")


def found(person: Any, text: str) -> list[Ticket]:
    return list(searching.tickets(Ticket.objects.visible_to(person), person=person, text=text).order_by("pk"))


class TestArticles:
    @pytest.mark.parametrize(
        "asked",
        [
            "Bescheid",
            "Steuerbescheid",
            "grundsteuerbescheide",
            "STRASSENBAU",
            "strasse",
            "Straße",
            '"neuen Bescheid"',
            "Grundst*",
            "Bescheid -Fax",
            "Fax ODER Bescheid",
            "Strassenbauamt Bescheid",
        ],
    )
    def test_are_found_as_records_are(self, asked: str) -> None:
        made = article("Grundsteuerbescheid ablegen", body="Den neuen Bescheid an das Straßenbauamt geben.")

        assert list(searching.articles(person=requester(), text=asked)) == [made]

    @pytest.mark.parametrize("asked", ["Fax", '"Bescheid neuen"', "Bescheid -Straßenbauamt", "steuerb*"])
    def test_and_not_by_other_words(self, asked: str) -> None:
        article("Grundsteuerbescheid ablegen", body="Den neuen Bescheid an das Straßenbauamt geben.")

        assert not searching.articles(person=requester(), text=asked)

    def test_the_best_come_first(self) -> None:
        aside, matter = article("Ablegen", body="Auch ein Stempel kann gesetzt werden."), article("Stempel setzen", body="So.")

        assert list(searching.articles(person=requester(), text="Stempel")) == [matter, aside]

    def test_drafts_and_internal_ones_are_found_by_staff_only(self) -> None:
        article("Geheimer Entwurf", published=False), article("Internes", body="geheim", audience="internal")

        assert not searching.articles(person=requester(), text="geheim")
        assert searching.articles(person=agent(), text="geheim").count() == 2

    def test_words_of_a_draft_beside_a_published_version_do_not_tell(self) -> None:
        made = article("Drucken")
        publishing.revise(
            article=made, title="Drucken", summary="S", topic="T", steps=[NewStep("Vorhaben Kreisverkehr")], by=agent(), at=LATER
        )

        assert not searching.articles(person=requester(), text="Kreisverkehr")

    @pytest.mark.parametrize("asked", ["-nur", "*", "x " * 600])
    def test_a_question_that_means_nothing_is_a_sentence(self, asked: str) -> None:
        with pytest.raises(searching.CannotSearch):
            searching.articles(person=agent(), text=asked)


class TestTickets:
    def test_are_found_by_what_was_said_as_soon_as_it_was(self) -> None:
        asker = requester()
        made = taking_in.open_ticket(subject="Drucker", body="Die Trennblätter fehlen.", by=asker, at=AT)
        answering.say(ticket=made, body="Bitte das Papierfach prüfen.", by=agent(), at=LATER)

        for words in ("Trennblatt", "PAPIERFACH", "drucker papier", made.number, made.number[:6], f"#{made.number}"):
            assert found(asker, words) == [made], words

    def test_notes_are_found_by_staff_only(self) -> None:
        asker = requester()
        made = taking_in.open_ticket(subject="Drucker", body="Nichts geht.", by=asker, at=AT)
        answering.say(ticket=made, body="Wohl wieder der Toner.", kind="note", by=agent(), at=LATER)

        assert found(agent(), "Toner") == [made]
        assert found(asker, "Toner") == []
        assert "Toner" not in str(searching.extracts(person=asker, tickets=[made], text="Toner"))

    @pytest.mark.parametrize("few", [0, 1, 2, 2_000])
    @pytest.mark.parametrize(
        ("asked", "n"), [("Drucker", 3), ("Trennblätter", 3), ('"leeres Blatt"', 2), ("geheim", 1), ("Druck*", 3), ("x", 0)]
    )
    def test_rare_and_frequent_words_find_the_same_by_both_ways(
        self, few: int, asked: str, n: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(searching, "FEW", few)
        monkeypatch.setattr(searching, "FEW_PHRASES", few)
        first, _second = TicketFactory(), TicketFactory()
        third = TicketFactory(body="Er ist ganz leer.")
        answering.say(ticket=first, kind="note", body="Ganz geheim.", by=agent(), at=AT)
        findable.keep_all()

        assert len(found(agent(), asked)) == n
        assert first not in found(first.requester, "geheim")
        assert found(third.requester, "Drucker") == [third]

    @pytest.mark.parametrize("newest", [2, 3], ids=["one of two", "two of three"])
    def test_a_phrase_is_looked_up_unless_enough_of_the_newest_tickets_have_it(self, newest: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(searching, "NEWEST", newest)
        monkeypatch.setattr(searching, "OFTEN", 2)
        first = TicketFactory()
        TicketFactory(body="Das Blatt ist ein leeres.")
        last = TicketFactory()
        findable.keep_all()

        with CaptureQueriesContext(connections["default"]) as asked:
            assert found(agent(), '"leeres Blatt"') == [first, last]
        assert any("hotline_tickets_saying" in query["sql"] for query in asked.captured_queries) is (newest == 2)

    def test_the_words_index_is_asked_whatever_the_planner_thinks(self) -> None:
        TicketFactory(), findable.keep_all()

        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'hotline_tickets_saying'")
            assert cursor.fetchall() == [(["enable_seqscan=off"],)]

    @pytest.mark.parametrize("typed", ["2025-", "2025-0", "#2025-00"])
    def test_the_beginning_of_a_number_is_a_number(self, typed: str) -> None:
        ticket = TicketFactory(number="2025-000471")
        TicketFactory(number="2024-000471")

        assert found(agent(), typed) == [ticket]

    def test_others_tickets_are_not_found(self) -> None:
        taking_in.open_ticket(subject="Drucker", body="Nichts geht.", by=requester(), at=AT)

        assert found(requester(), "Drucker") == []

    def test_an_extract_shows_the_place_and_runs_nothing(self) -> None:
        made = taking_in.open_ticket(subject="Hilfe", body="<script>alert(1)</script> Der Drucker klemmt.", by=requester(), at=AT)

        extract = searching.extracts(person=agent(), tickets=[made], text="Drucker")[made.pk]

        assert "<mark>Drucker</mark>" in extract
        assert "<script" not in extract

    def test_a_very_long_ticket_can_be_said_and_found(self) -> None:
        asker = requester()
        made = taking_in.open_ticket(subject="Protokoll", body=" ".join(f"zeile{n}q" for n in range(4000)), by=asker, at=AT)
        for _n in range(12):
            answering.say(ticket=made, body=" ".join(f"w{_n}x{n}y" for n in range(4000)), by=asker, at=LATER)

        assert found(asker, "Protokoll") == [made]


class TestIndexTickets:
    def test_makes_findable_what_was_written_past_the_acts(self) -> None:
        made = TicketFactory(subject="Scanner")
        assert found(agent(), "Scanner") == []

        call_command("index_tickets", stdout=StringIO(), stderr=StringIO())

        assert found(agent(), "Scanner") == [made]

    def test_takes_up_what_another_analyser_wrote_and_nothing_else(self) -> None:
        TicketFactory(), TicketFactory()
        assert findable.keep_all() == 2
        TicketText.objects.filter(pk=TicketText.objects.order_by("pk").first().pk).update(analyser="older")  # type: ignore[union-attr]

        assert findable.keep_all() == 1
        assert findable.keep_all(anew=True) == 2

    def test_writes_articles_anew(self) -> None:
        made = article("Stempel setzen")
        Article.objects.update(words="")

        findable.keep_articles()

        assert list(searching.articles(person=agent(), text="Stempel")) == [made]


class TestMatching:
    def test_a_subject_finds_what_fits_though_not_every_word_does(self) -> None:
        made = article("Trennblätter drucken")
        article("Passwort ändern", summary="So wird es geändert.", topic="Anmeldung")

        assert searching.matching(person=requester(), subject="Drucker druckt keine Trennblätter mehr!") == [made]

    @pytest.mark.parametrize("subject", ["", "Hi", "Bitte Hilfe, es geht nicht", "§ 3 ???"])
    def test_empty_words_find_nothing(self, subject: str) -> None:
        article("Es geht nicht", summary="Bitte Hilfe.", topic="T")

        assert searching.matching(person=requester(), subject=subject) == []

    def test_offers_five_at_most_and_published_ones_only(self) -> None:
        for n in range(6):
            article(f"Trennblätter drucken {n}")
        article("Trennblätter Entwurf", published=False)

        assert len(searching.matching(person=agent(), subject="Trennblatt")) == 5
        assert all(one.state == "published" for one in searching.matching(person=agent(), subject="Trennblätter Entwurf"))

    def test_internal_ones_are_offered_to_staff_only(self) -> None:
        article("Trennblätter drucken", audience="internal")

        assert searching.matching(person=requester(), subject="Trennblätter") == []
        assert len(searching.matching(person=agent(), subject="Trennblätter")) == 1


class TestLists:
    def test_staff_search_in_their_list(self, client_of: Any) -> None:
        made = taking_in.open_ticket(subject="Scanner", body="Er zieht schief ein.", by=requester(), at=AT)
        taking_in.open_ticket(subject="Anderes", body="Etwas anderes.", by=requester(), at=AT)

        page = client_of(agent()).get("/anfragen/?q=schief").content.decode()

        assert made.number in page
        assert "<mark>schief</mark>" in page
        assert "Anderes" not in page

    def test_a_question_that_means_nothing_keeps_what_was_typed(self, client_of: Any) -> None:
        answer = client_of(agent()).get("/anfragen/?q=-nur")

        assert answer.status_code == 200
        assert 'value="-nur"' in answer.content.decode()
        assert "Bitte geben Sie mindestens ein Wort ein" in answer.content.decode()

    def test_asks_the_same_number_of_queries_for_any_length(self, client_of: Any) -> None:
        browser, counts = client_of(agent()), []
        browser.get("/anfragen/?q=Scanner")
        for more in (1, 6):
            for _n in range(more):
                taking_in.open_ticket(subject="Scanner", body="Scanner klemmt.", by=requester(), at=AT)
            with CaptureQueriesContext(connections["default"]) as asked:
                browser.get("/anfragen/?q=Scanner")
            counts.append(len(asked))

        assert counts[0] == counts[1]

    def test_the_api_finds_tickets_and_articles(self, api_client: Any) -> None:
        asker = requester()
        made = taking_in.open_ticket(subject="Scanner", body="Er zieht schief ein.", by=asker, at=AT)
        first, second = article("Scanner reinigen", body="Mit Tuch."), article("Reinigen", body="Auch den Scanner.")
        client = api_client(asker)

        tickets, articles = (client.get(f"/api/v1/{what}/?q=Scanner").json() for what in ("tickets", "articles"))
        one = client.get(f"/api/v1/articles/{first.public_id}/").json()

        assert [each["number"] for each in tickets["results"]] == [made.number]
        assert [each["id"] for each in articles["results"]] == [str(first.public_id), str(second.public_id)]
        assert (one["title"], one["version"], one["steps"]) == (
            "Scanner reinigen",
            1,
            [{"html": "<p>Mit Tuch.</p>\n", "picture": None, "alt": ""}],
        )

    def test_the_apis_pages_lose_none(self, api_client: Any) -> None:
        for n in range(5):
            article(f"Scanner {n}")
        client, seen = api_client(agent()), []
        url = "/api/v1/articles/?q=Scanner&page_size=2"
        while url:
            page = client.get(url).json()
            seen += [each["title"] for each in page["results"]]
            url = page["next"]

        assert sorted(seen) == [f"Scanner {n}" for n in range(5)]

    @pytest.mark.parametrize("what", ["tickets", "articles"])
    def test_the_api_says_what_is_wrong_with_a_question(self, api_client: Any, what: str) -> None:
        answer = api_client(agent()).get(f"/api/v1/{what}/?q=-nur")

        assert answer.status_code == 400
        assert answer.json()["errors"]["q"]

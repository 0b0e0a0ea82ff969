"""Similar open tickets of several municipalities are proposed as one incident, to staff only, and stored nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotline import handling, linking, proposing, searching
from hotline.models import Incident, Ticket
from tests.centre.hotline_factories import AT, MunicipalityFactory, TicketFactory, agent, article, incident, requester

NOW = AT + timedelta(hours=2)


def asked(subject: str, town: str, **more: Any) -> Ticket:
    made: Ticket = TicketFactory(subject=subject, requester=requester(town), municipality=MunicipalityFactory(slug=town), **more)
    return made


def proposed(**more: Any) -> list[tuple[Ticket, ...]]:
    return [one.tickets for one in proposing.propose(**{"by": agent(), "at": NOW, **more})]


class TestPropose:
    def test_three_that_say_the_same_in_their_own_words(self) -> None:
        tickets = (
            asked("Scan bleibt auf „Wird gelesen“ stehen", "beispielheim"),
            asked("Scans werden nicht fertig", "beispielheim"),
            asked("Scan wird nicht gelesen", "musterstadt"),
        )
        asked("Wie lege ich Band 2 an?", "musterstadt")
        asked("Akte versehentlich geschlossen", "beispielheim")

        assert proposed() == [tickets]

    def test_two_are_enough_if_they_share_two_words(self) -> None:
        first, second = (
            asked("Drucker druckt Trennblätter doppelt", "musterstadt"),
            asked("Trennblätter vom Drucker doppelt", "beispielheim"),
        )

        assert proposed() == [(first, second)]

    def test_a_compound_is_one_word_however_many_parts_it_has(self) -> None:
        asked("Grundsteuerbescheid lässt sich ablegen", "musterstadt"), asked("Grundsteuerbescheid hat leere Seiten", "beispielheim")

        assert proposed() == []

    def test_not_of_one_municipality_alone(self) -> None:
        for _n in range(3):
            asked("Scan wird nicht gelesen", "musterstadt")

        assert proposed() == []

    @pytest.mark.parametrize("other", ["Akte löschen", "Passwort vergessen", "Hilfe", "Bitte dringend um Rückruf"])
    def test_words_that_every_request_has_make_none_similar(self, other: str) -> None:
        asked("Akte öffnen", "musterstadt"), asked(other, "beispielheim"), asked(other, "uebungsstadt")

        assert not any("Akte öffnen" in [ticket.subject for ticket in group] for group in proposed())

    def test_leaves_out_old_settled_merged_and_homeless_ones_those_below_others_and_of_incidents(self) -> None:
        words = "Scan wird nicht gelesen"
        kept = asked(words, "musterstadt")
        asked(words, "beispielheim", created_at=NOW - timedelta(days=4))
        TicketFactory(subject=words)  # of no municipality
        handling.solve(ticket=asked(words, "beispielheim"), by=agent(), at=AT)
        linking.put_below(ticket=asked(words, "beispielheim"), parent=kept, by=agent(), at=AT)
        incident(tickets=[asked(words, "beispielheim")])

        assert proposed() == []

    def test_is_for_staff_and_stores_nothing(self) -> None:
        asked("Scan wird nicht gelesen", "musterstadt"), asked("Scan wird nicht gelesen", "beispielheim")

        assert len(proposed()) == 1
        assert proposed(by=requester()) == []
        assert not Incident.objects.exists()

    def test_what_was_put_away_comes_back_when_it_grows(self) -> None:
        asked("Scan wird nicht gelesen", "musterstadt"), asked("Scan wird nicht gelesen", "beispielheim")
        [one] = proposing.propose(by=agent(), at=NOW)
        away = {one.key}
        assert proposed(put_away=away) == []

        asked("Scan wird nicht gelesen", "uebungsstadt")

        assert [len(group) for group in proposed(put_away=away)] == [3]

    def test_two_matters_are_two_proposals_the_larger_one_first(self) -> None:
        for town in ("musterstadt", "beispielheim", "uebungsstadt"):
            asked("Scan wird nicht gelesen", town)
        for town in ("musterstadt", "beispielheim"):
            asked("Anmeldung dauert Minuten", town)

        assert [len(group) for group in proposed()] == [3, 2]

    def test_names_the_municipalities(self) -> None:
        MunicipalityFactory(slug="beispielheim", name="Beispielheim")
        asked("Scan wird nicht gelesen", "musterstadt"), asked("Scan wird nicht gelesen", "beispielheim")

        assert proposing.propose(by=agent(), at=NOW)[0].towns == ["Beispielheim", "Musterstadt"]

    def test_costs_two_queries_for_any_number(self, queries: Any) -> None:
        staff, counts = agent(), []
        assert staff.role_names  # known from here on
        for more in (2, 12):
            for number in range(more):
                asked("Scan wird nicht gelesen", ("musterstadt", "beispielheim")[number % 2])
            with queries() as seen:
                [one] = proposing.propose(by=staff, at=NOW)
                assert one.towns
            counts.append(len(seen))

        assert counts == [2, 2]


class TestSimilarTo:
    def test_offers_what_says_the_same_wherever_it_comes_from(self) -> None:
        first, same = asked("Scan wird nicht gelesen", "musterstadt"), asked("Scans nicht gelesen", "musterstadt")
        asked("Passwort vergessen", "beispielheim")

        assert proposing.similar_to(tickets=[first], by=agent(), at=NOW) == [same]
        assert proposing.similar_to(tickets=[first], by=requester(), at=NOW) == []


class TestWhileTyping:
    def test_running_incidents_of_her_municipality_are_found_by_title_and_text(self) -> None:
        made = incident("musterstadt", title="Scans bleiben stehen", text="Der Texterkennung fehlt Speicher.")
        incident("beispielheim", title="Scans gehen verloren")
        incident("musterstadt", title="Scans, Entwurf", announced=False)
        here = requester("musterstadt")

        for subject in ("Mein Scan wird nicht fertig", "Texterkennung fehlt"):
            assert searching.incidents(person=here, subject=subject) == [made]
        assert searching.incidents(person=requester("uebungsstadt"), subject="Mein Scan") == []

    @pytest.mark.parametrize("subject", ["", "Hi", "Bitte Hilfe", "Störung im System", "Passwort"])
    def test_words_that_say_nothing_find_nothing(self, subject: str) -> None:
        incident("musterstadt", title="Störung im System", text="Seit heute. Bitte warten.")

        assert searching.incidents(person=requester("musterstadt"), subject=subject) == []

    def test_articles_are_found_beside(self) -> None:
        made, read = incident("musterstadt"), article("Scan nicht lesbar")
        here = requester("musterstadt")

        assert searching.incidents(person=here, subject="Scan nicht lesbar") == [made]
        assert searching.matching(person=here, subject="Scan nicht lesbar") == [read]

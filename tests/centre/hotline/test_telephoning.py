"""A call is taken in within ten seconds: a number in any spelling, or a part of the name, finds who is calling."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from hotline import telephoning
from hotline.models import Ticket
from tests.centre.hotline_factories import agent, requester

pytestmark = pytest.mark.usefixtures("queue")


class TestDialled:
    @pytest.mark.parametrize(
        "written",
        [
            "0208/123-45",
            "+49 208 12345",
            "(0208) 123 45",
            "0049 208 12345",
            "+49 (0)208 12345",
            "0208 12345",
            "+49-208-123.45",
            "+49 0208 12345",
            "0049 0208/123 45",
        ],
    )
    def test_is_one_number_in_any_spelling(self, written: str) -> None:
        assert telephoning.dialled(written) == "+4920812345"

    @pytest.mark.parametrize(("written", "number"), [("+31 77 123", "+3177123"), ("123-45", "12345"), ("", ""), ("٣٤", "")])
    def test_of_another_country_within_a_town_or_none(self, written: str, number: str) -> None:
        assert telephoning.dialled(written) == number


class TestCallers:
    @pytest.mark.parametrize(
        "written",
        [
            "0208/123-45",
            "+49 208 12345",
            "0049 (0)208 12345",
            "12345",
            "Demir",
            "demi",
            "0208 123",
            "0208/12",
            "Demir Muster",
            "Musterst 0208 12345",
        ],
    )
    def test_are_found_by_number_name_or_town_and_the_beginnings_of_them(self, written: str) -> None:
        caller = requester(display_name="Hatice Demir", telephone="(0208) 123 45")
        requester("beispielheim", display_name="Peter Nowak", telephone="0209 12345 6")

        assert telephoning.callers(written) == [caller]

    @pytest.mark.parametrize(
        ("known", "written"), [("0211/12 34-5", "+49 (0)211 12345"), ("+49 (0)211 12345", "0211-12345"), ("12345", "0211 12345")]
    )
    def test_spelt_otherwise_on_either_side(self, known: str, written: str) -> None:
        caller = requester(telephone=known)

        assert telephoning.callers(written) == [caller]

    @pytest.mark.parametrize("written", ["Müller", "mueller", "MÜLLER", "Groß", "gross"])
    def test_umlauts_in_any_spelling(self, written: str) -> None:
        caller = requester(display_name="Jörg Müller-Groß")

        assert telephoning.callers(written) == [caller]

    def test_the_same_number_in_another_town_is_somebody_else(self) -> None:
        requester(telephone="0209 12345")

        assert telephoning.callers("0208 12345") == []

    def test_who_has_this_very_number_comes_before_whose_only_begins_so(self) -> None:
        requester(display_name="Anna", telephone="0208 123456"), requester(display_name="Zoe", telephone="0208 12345")

        assert [str(one) for one in telephoning.callers("0208/12345")] == ["Zoe", "Anna"]

    def test_are_ten_at_most(self) -> None:
        for n in range(12):
            requester(display_name=f"Muster {n}", telephone=f"0208 1234{n:02}")

        assert (len(telephoning.callers("Muster")), len(telephoning.callers("0208 1234"))) == (10, 10)

    @pytest.mark.parametrize("written", ["", "12", "()", "\x00", "%", "_", "0208"[:3], "+", "(0)"])
    def test_too_little_finds_nobody(self, written: str) -> None:
        requester(telephone="0208 12345")

        assert telephoning.callers(written) == []

    def test_staff_and_those_whose_access_has_ended_are_none(self) -> None:
        (
            agent(display_name="Jule Behrens", telephone="0208 12345"),
            requester(display_name="Jule Alt", telephone="0208 12345", is_active=False),
        )

        assert telephoning.callers("Jule") == telephoning.callers("0208 12345") == []

    @pytest.mark.parametrize("written", ["Muster", "0208 1"])
    def test_are_one_query_however_many_there_are(self, written: str) -> None:
        for n in range(6):
            requester(display_name=f"Muster {n}", telephone=f"0208 1234{n}")

        with CaptureQueriesContext(connections["default"]) as asked:
            [one.contact.municipality.name for one in telephoning.callers(written)]
        assert len(asked) == 1


class TestTakingACallIn:
    def test_the_one_who_is_found_is_chosen(self, client_of: Any) -> None:
        caller = requester(telephone="0208 12345")
        requester(display_name="Somebody else")

        page = client_of(agent()).get("/anfragen/neu/?wer=%2B49+208+12345")

        assert page.context["form"]["requester"].value() == caller.public_id
        assert f'value="{caller.public_id}" checked' in page.content.decode()
        assert "Somebody else" not in page.content.decode()

    def test_nobody_is_said(self, client_of: Any) -> None:
        assert "Niemand ist damit bekannt" in client_of(agent()).get("/anfragen/neu/?wer=0999+1").content.decode()

    def test_the_page_holds_nobody_before_somebody_was_looked_for(self, client_of: Any) -> None:
        requester(display_name="Hatice Demir")

        assert "Hatice" not in client_of(agent()).get("/anfragen/neu/").content.decode()

    def test_without_a_script_the_button_looks_and_what_was_typed_stays(self, client_of: Any) -> None:
        caller, typed = requester(display_name="Hatice Demir"), {"subject": "Drucker", "body": "Er druckt nicht.", "priority": "high"}
        browser = client_of(agent())

        page = browser.post("/anfragen/neu/", {**typed, "who": "Demir", "suchen": "1", "kind": "phone"})
        browser.post("/anfragen/neu/", {**typed, "who": "Demir", "requester": str(caller.public_id), "kind": "phone"})

        assert {name: page.context["form"][name].value() for name in typed} == typed
        assert (page.context["chosen"], "Bitte prüfen" in page.content.decode()) == (str(caller.public_id), False)
        assert Ticket.objects.values_list("requester", "kind", "priority").get() == (caller.pk, "phone", "high")

    def test_options_are_for_the_script(self, client_of: Any) -> None:
        caller = requester(display_name="Hatice <Demir>", telephone="0208 12345")

        page = client_of(agent()).get("/anfragen/neu/wer/?q=0208+12").content.decode()

        assert (f'data-id="{caller.public_id}"' in page, "Hatice &lt;Demir&gt;" in page, 'data-id="neu"' in page) == (True, True, True)

    @pytest.mark.parametrize("chosen", ["", "x", "00000000-0000-0000-0000-000000000000", "\x00"])
    def test_without_anybody_nothing_is_taken_in_and_nothing_lost(self, client_of: Any, chosen: str) -> None:
        page = client_of(agent()).post(
            "/anfragen/neu/", {"subject": "Drucker", "body": "Text", "kind": "phone", "priority": "low", "requester": chosen}
        )

        assert (page.status_code, Ticket.objects.exists(), page.context["form"]["body"].value()) == (200, False, "Text")
        assert page.context["form"].errors.keys() == {"requester"}

    def test_a_requester_learns_of_nobody(self, client_of: Any) -> None:
        requester(display_name="Hatice Demir", telephone="0208 12345")
        browser = client_of(requester())

        assert "Hatice" not in browser.get("/anfragen/neu/?wer=Demir").content.decode()
        assert "Hatice" not in browser.post("/anfragen/neu/", {"who": "Demir", "suchen": "1"}).content.decode()
        assert browser.get("/anfragen/neu/wer/?q=Demir").status_code == 404

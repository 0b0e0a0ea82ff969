"""A call is taken in within ten seconds: a number in any spelling, or a part of the name, finds who is calling."""

from __future__ import annotations

from typing import Any

import pytest

from hotline import telephoning
from hotline.models import Queue
from tests.centre.hotline_factories import QueueFactory, agent, requester


@pytest.fixture(autouse=True)
def queue() -> Queue:
    return QueueFactory()


class TestDialled:
    @pytest.mark.parametrize(
        "written", ["0208/123-45", "+49 208 12345", "(0208) 123 45", "0049 208 12345", "+49 (0)208 12345", "0208 12345", "+49-208-123.45"]
    )
    def test_is_one_number_in_any_spelling(self, written: str) -> None:
        assert telephoning.dialled(written) == "+4920812345"

    @pytest.mark.parametrize(("written", "number"), [("+31 77 123", "+3177123"), ("123-45", "12345"), ("", ""), ("٣٤", "")])
    def test_of_another_country_within_a_town_or_none(self, written: str, number: str) -> None:
        assert telephoning.dialled(written) == number


class TestCallers:
    @pytest.mark.parametrize("written", ["0208/123-45", "+49 208 12345", "12345", "Demir", "demi"])
    def test_are_found_by_number_or_name(self, written: str) -> None:
        caller = requester(display_name="Hatice Demir", telephone="(0208) 123 45")
        requester(display_name="Peter Nowak", telephone="0209 12345 6")

        assert telephoning.callers(written) == [caller]

    def test_the_same_number_in_another_town_is_somebody_else(self) -> None:
        requester(telephone="0209 12345")

        assert telephoning.callers("0208 12345") == []

    @pytest.mark.parametrize("written", ["", "12", "()", "\x00", "%"])
    def test_too_little_finds_nobody(self, written: str) -> None:
        requester(telephone="0208 12345")

        assert telephoning.callers(written) == []


class TestTakingACallIn:
    def test_the_one_who_is_found_is_chosen(self, client_of: Any) -> None:
        caller = requester(telephone="0208 12345")
        requester(display_name="Somebody else")

        page = client_of(agent()).get("/anfragen/neu/?wer=%2B49+208+12345")

        assert page.context["form"]["requester"].value() == caller.public_id
        assert "Somebody else" not in page.content.decode()

    def test_nobody_is_said(self, client_of: Any) -> None:
        assert "Niemand ist damit bekannt" in client_of(agent()).get("/anfragen/neu/?wer=0999+1").content.decode()

    def test_a_requester_learns_of_nobody(self, client_of: Any) -> None:
        requester(display_name="Hatice Demir", telephone="0208 12345")

        assert "Hatice" not in client_of(requester()).get("/anfragen/neu/?wer=Demir").content.decode()

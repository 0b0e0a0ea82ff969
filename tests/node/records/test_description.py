"""What may be said of a document, and what is refused with a sentence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import description

TODAY = date(2026, 3, 2)


def refusal(**given: object) -> dict[str, str]:
    with pytest.raises(description.BadDescription) as refused:
        description.tidied(given, today=TODAY)
    return refused.value.errors


class TestDates:
    @pytest.mark.parametrize("day", [date(1582, 10, 15), date(1799, 12, 31), date(2126, 3, 3), date(2999, 1, 1)])
    def test_refuses_days_that_cannot_be_meant(self, day: date) -> None:
        assert "kann nicht stimmen" in refusal(document_date=day)["document_date"]

    @pytest.mark.parametrize("day", [date(1800, 1, 1), date(2126, 3, 2), None])
    def test_takes_days_up_to_a_hundred_years_ahead(self, day: date | None) -> None:
        assert description.tidied({"document_date": day}, today=TODAY) == {"document_date": day}

    def test_nothing_was_received_tomorrow(self) -> None:
        assert "Zukunft" in refusal(received_on=date(2026, 3, 3))["received_on"]
        assert description.tidied({"received_on": TODAY}, today=TODAY) == {"received_on": TODAY}

    @pytest.mark.parametrize(
        ("text", "day"), [("12.03.2026", date(2026, 3, 12)), ("1.3.1999", date(1999, 3, 1)), ("2026-03-12", date(2026, 3, 12)), (" ", None)]
    )
    def test_reads_days_as_clerks_and_browsers_write_them(self, text: str, day: date | None) -> None:
        assert description.day_of(text) == day

    @pytest.mark.parametrize("text", ["31.02.2026", "gestern", "12.03.26", "٠١.٠٣.٢٠٢٦", "2026-13-01", "0000-01-01"])
    def test_refuses_what_is_no_day(self, text: str) -> None:
        assert "12.03.2026" in refusal(document_date=text)["document_date"]

    def test_a_hundred_years_after_a_leap_day_is_a_day(self) -> None:
        assert description.tidied({"document_date": date(2028, 2, 29)}, today=date(2028, 2, 29))


class TestTexts:
    def test_a_title_is_one_line(self) -> None:
        assert description.tidied({"title": "  Antrag\n\x00auf\tBaugenehmigung "}, today=TODAY)["title"] == "Antrag auf Baugenehmigung"

    def test_a_title_of_ten_thousand_characters_is_refused_not_cut(self) -> None:
        assert "500" in refusal(title="x" * 10_000)["title"]
        assert refusal(title=" \x00 ")["title"]

    def test_names_all_that_is_wrong_at_once(self) -> None:
        assert refusal(title="", kind="x" * 61, direction="sideways", protection_need="secret").keys() == {
            "title",
            "kind",
            "direction",
            "protection_need",
        }


class TestKeywords:
    def test_are_words_between_commas_each_once(self) -> None:
        assert description.keywords_of("Carport, Nachbar;carport\n Anbau ,,") == ["Carport", "Nachbar", "Anbau"]

    def test_have_limits(self) -> None:
        assert "60" in refusal(keywords=["x" * 61])["keywords"]
        assert "30" in refusal(keywords=[f"wort{n}" for n in range(31)])["keywords"]

    @given(st.lists(st.text(max_size=40), max_size=25))
    def test_tidying_twice_is_tidying_once(self, words: list[str]) -> None:
        once = description.keywords_of([word.replace(",", " ").replace(";", " ") for word in words])

        assert description.keywords_of(once) == once
        assert len({word.casefold() for word in once}) == len(once)

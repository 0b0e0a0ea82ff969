"""Verifying: what somebody with the sheet reads, and that nobody else reads anything."""

from __future__ import annotations

from datetime import date

import pytest

from tests.centre.training.attended import AFTER, certified
from tests.centre.training_factories import requester, trainer
from training import certifying, verifying


class TestVerify:
    def test_says_number_course_and_days_and_only_her_initials_unless_she_agrees(self) -> None:
        [made] = certified(who=[requester(display_name="Jule Behrens-Öz")], title="Ablegen", valid_months=12)

        found = verifying.verify(made.code)

        assert found is not None
        assert (found.number, found.kind, found.course, found.name) == (made.number, "Teilnahmebescheinigung", "Ablegen", "J. B. Ö.")
        assert (found.first_day, found.issued_on, found.qualified_until) == (date(2026, 4, 14), date(2026, 4, 17), date(2027, 4, 14))
        assert found.revoked_on is None

    @pytest.mark.parametrize(("shown", "name"), [("full", "Jule Behrens"), ("initials", "J. B."), ("nothing", "")])
    def test_shows_her_name_as_far_as_she_agrees(self, shown, name) -> None:  # type: ignore[no-untyped-def]
        [made] = certified(who=[requester(display_name="Jule Behrens")])
        certifying.choose_shown(certificate=made, shown=shown, by=made.person)

        assert verifying.verify(made.code).name == name  # type: ignore[union-attr]

    def test_says_that_one_was_revoked_or_replaced(self) -> None:
        first, second = certified(2)
        certifying.revoke(certificate=first, reason="x", by=trainer(), at=AFTER)
        certifying.reissue(certificate=second, reason="x", by=trainer(), at=AFTER)

        found = [verifying.verify(each.code) for each in (first, second)]

        assert [(each.revoked_on, each.replaced) for each in found if each] == [(date(2026, 4, 17), False), (date(2026, 4, 17), True)]

    def test_a_code_may_be_typed_with_gaps_and_in_capitals(self) -> None:
        [made] = certified()

        assert verifying.verify(f" {made.code[:8].upper()} {made.code[8:16]}-{made.code[16:]} ") is not None

    def test_knows_nothing_of_numbers_guesses_and_nonsense_and_asks_the_same_for_all(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        [made] = certified()

        for code in (made.code, made.number, "a" * 32, made.code[:-1], "", "' OR 1=1 --", "\x00" * 32, "ß" * 32, made.code + "a"):
            with django_assert_num_queries(1):
                found = verifying.verify(code)
            assert (found is not None) is (code == made.code)


class TestInitials:
    @pytest.mark.parametrize(
        ("name", "short"),
        [
            ("Jule Behrens", "J. B."),
            ("C\u0306elik", "C\u0306."),
            ("K\u035fHaled Ibn", "K\u035fH. I."),
            ("A\u0308nne", "\u00c4."),
            ("Anne-Marie d'Öz", "A. M. d."),
            ("C\u0328\u0306an", "C\u0328\u0306."),
            ("", ""),
        ],
    )
    def test_a_letter_keeps_its_marks(self, name, short) -> None:  # type: ignore[no-untyped-def]
        import unicodedata

        assert unicodedata.normalize("NFC", verifying.initials(name)) == unicodedata.normalize("NFC", short)

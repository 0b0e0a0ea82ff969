"""Attendance from lists: typed and uploaded ones, and what is said of each line that cannot be taken."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.centre.training.attended import begun, places_of, sessions
from tests.centre.training_factories import requester
from training import attendance_lists
from training.attending import Mark


def read(date, text):  # type: ignore[no-untyped-def]
    return attendance_lists.marks(session=sessions(date)[0], entries=attendance_lists.typed(text))


def table(*rows):  # type: ignore[no-untyped-def]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    made.seek(0)
    return made


def faults_of(act):  # type: ignore[no-untyped-def]
    with pytest.raises(attendance_lists.CannotRead) as refusal:
        act()
    return refusal.value.faults


class TestTyped:
    def test_knows_people_by_name_the_other_way_round_and_by_address(self) -> None:
        who = [requester(display_name=name) for name in ("Jule Behrens", "Mehmet Öz", "Anna Xu")]
        date = begun(who=who)
        first, second, third = places_of(date)

        found = read(date, f"Behrens, Jule\nmehmet  öz; entschuldigt\n\n{who[2].email.upper()}; anwesend; 12")

        assert found == {first.pk: Mark("present"), second.pk: Mark("excused"), third.pk: Mark("present", 12)}

    def test_a_name_with_marks_is_the_same_however_it_is_composed(self) -> None:
        date = begun(who=[requester(display_name="Ju\u0308rgen C\u0306a\u0304")])

        assert list(read(date, "J\u00fcrgen C\u0306\u0101").values()) == [Mark("present")]

    def test_names_each_line_that_cannot_be_taken_and_takes_nothing(self) -> None:
        date = begun(who=[requester(display_name="Jule Behrens"), requester(display_name="Anna Xu"), requester(display_name="Anna Xu")])

        faults = faults_of(lambda: read(date, "Niemand Da\nJule Behrens; vielleicht\nAnna Xu\nJule Behrens\nBehrens, Jule"))

        assert [fault.partition(":")[0] for fault in faults] == ["Zeile 1", "Zeile 2", "Zeile 3", "Zeile 5"]
        assert "E-Mail-Adresse" in faults[2]

    @pytest.mark.parametrize("text", ["", "\n \n", ";anwesend"])
    def test_an_empty_list_says_so(self, text) -> None:  # type: ignore[no-untyped-def]
        with pytest.raises(attendance_lists.CannotRead, match="leer"):
            attendance_lists.typed(text)

    def test_a_list_that_is_too_long_is_refused_whole(self) -> None:
        with pytest.raises(attendance_lists.CannotRead, match="höchstens 2000"):
            attendance_lists.typed("Jule Behrens\n" * 2001)


class TestUploaded:
    def test_reads_a_table_by_its_headings(self) -> None:
        who = [requester(display_name="Jule Behrens"), requester(display_name="Anna Xu")]
        date = begun(who=who)
        rows = table(
            ["Nr.", "Name", "E-Mail", "Anwesenheit", "Verspätung"],
            [1, "Jule Behrens", who[0].email, "ja", 7],
            [2, "A. X.", who[1].email, "fehlt"],
        )

        found = attendance_lists.marks(session=sessions(date)[0], entries=attendance_lists.uploaded(rows, "liste.xlsx"))

        assert list(found.values()) == [Mark("present", 7), Mark("absent")]

    def test_says_when_name_and_address_are_those_of_two(self) -> None:
        who = [requester(display_name="Jule Behrens"), requester(display_name="Anna Xu")]
        date = begun(who=who)
        entries = attendance_lists.uploaded(table(["Name", "E-Mail"], ["Jule Behrens", who[1].email]), "liste.xlsx")

        assert "zwei verschiedenen" in faults_of(lambda: attendance_lists.marks(session=sessions(date)[0], entries=entries))[0]

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"%PDF-1.7 kein Blatt", "Spalten"),
            (b"PK\x03\x04kaputt", "liste.xlsx"),
            (b"", "leer"),
            ("Straße;Ort\nA;B\n".encode(), "Spalten"),
        ],
    )
    def test_what_is_no_such_table_is_refused_with_a_sentence(self, content, words) -> None:  # type: ignore[no-untyped-def]
        with pytest.raises(attendance_lists.CannotRead, match=words):
            attendance_lists.uploaded(io.BytesIO(content), "liste.xlsx")

"""Taking in people from a spreadsheet: every faulty row by its number."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from django.utils import timezone, translation

from foundation.sheets import UnreadableSheet
from tenants import people_sheets, staffing
from tenants.models import User
from tests.factories import OfficeFactory, UserFactory

HEADINGS = list(people_sheets.HEADINGS.values())


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def read(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> people_sheets.PeopleSheet:
    book = openpyxl.Workbook()
    for row in [headings, *rows]:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return people_sheets.read_sheet(stream, "Personen.xlsx")


class TestReadSheet:
    def test_reads_people_with_offices_and_roles(self) -> None:
        OfficeFactory(code="63")

        sheet = read(["E.Muster", "Erika Muster", "e@stadt.example", "123", "63", "ja", "Clerk, registry"])

        assert sheet.faults == []
        assert sheet.rows == [
            people_sheets.PersonRow(2, "e.muster", "Erika Muster", "e@stadt.example", "123", "63", True, ("clerk", "registry"))
        ]

    def test_says_what_is_wrong_in_every_row(self) -> None:
        UserFactory(username="vergeben")
        OfficeFactory(code="70", is_active=False)

        sheet = read(
            ["a.gut", "Anna Gut"],
            ["ä", "Odd Name"],
            ["vergeben", "Taken Name"],
            ["b.ohne", ""],
            ["a.gut", "Double Name"],
            ["c.mail", "Bad Mail", "keine-adresse"],
            ["d.amt", "Closed Office", "", "", "70"],
            ["e.rolle", "Bad Role", "", "", "", "", "Kaiser"],
            ["f.leitung", "Leads Nothing", "", "", "", "ja"],
            ["g.vielleicht", "Unclear", "", "", "", "vielleicht"],
            ["=1+1", "Formula"],
        )

        assert [fault.row_number for fault in sheet.faults if fault.row_number != 12] == [3, 4, 5, 6, 7, 8, 9, 10, 11]
        assert {fault.row_number for fault in sheet.faults} == set(range(3, 13))
        assert [row.number for row in sheet.rows] == [2]
        assert sheet.faults[3].sentence == "The user name a.gut stands in row 2 already."

    def test_says_which_headings_are_missing(self) -> None:
        sheet = read(["x", "y"], headings=["Name", "Amt"])

        assert "Benutzername" in sheet.faults[0].sentence

    def test_finds_the_headings_below_a_title(self) -> None:
        sheet = read(HEADINGS, ["a.gut", "Anna Gut"], headings=["Stadt Musterstadt"])

        assert [row.number for row in sheet.rows] == [3]

    def test_refuses_what_is_no_table(self) -> None:
        with pytest.raises(UnreadableSheet):
            people_sheets.read_sheet(io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\x00"), "bild.xlsx")

    def test_refuses_an_empty_table(self) -> None:
        assert "nobody below" in read().faults[0].sentence

    def test_its_own_template_is_read_without_a_fault(self) -> None:
        sheet = people_sheets.read_sheet(io.BytesIO(people_sheets.template()), "Vorlage.xlsx")

        assert sheet.faults == []


class TestImportPeople:
    def test_takes_in_everybody(self) -> None:
        office = OfficeFactory(code="63")
        sheet = read(["a.gut", "Anna Gut", "", "", "63"], ["b.gut", "Bernd Gut"])

        people_sheets.import_people(rows=sheet.rows, by=None, at=timezone.now())

        assert User.objects.get(username="a.gut").memberships.get().office == office
        assert User.objects.active().count() == 2

    def test_takes_in_nobody_when_a_name_was_taken_meanwhile(self) -> None:
        sheet = read(["a.gut", "Anna Gut"], ["b.gut", "Bernd Gut"])
        UserFactory(username="b.gut")

        with pytest.raises(staffing.CannotStaff, match="Row 3"):
            people_sheets.import_people(rows=sheet.rows, by=None, at=timezone.now())

        assert not User.objects.active().filter(username="a.gut").exists()

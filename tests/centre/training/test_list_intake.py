"""People by list: each line is checked, and nothing is taken in while one of them is faulty."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test.utils import CaptureQueriesContext

from foundation.sheets import UnreadableSheet
from tenants import current
from tenants.centre.models import Contact
from tenants.models import User
from tests.centre.hotline_factories import MunicipalityFactory
from tests.centre.training_factories import AT, BEGINS, approves, course_date, requester, session, supervisor_of, trainer
from training import enrolling, list_intake
from training.models import Enrolment

HEAD = "Name;E-Mail;Organisationseinheit;Termin\n"


def read(*rows: str, head: str = HEAD) -> list_intake.PeopleList:
    content = (head + "".join(f"{row}\n" for row in rows)).encode()
    return list_intake.read_list(io.BytesIO(content), "liste.csv", municipality=MunicipalityFactory(), at=AT)


def sheet(rows: list[list[Any]], merged: str = "") -> list_intake.PeopleList:
    book = openpyxl.Workbook()
    for row in [["Name", "E-Mail", "Organisationseinheit", "Termin"], *rows]:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return list_intake.read_list(stream, "liste.xlsx", municipality=MunicipalityFactory(), at=AT)


def faults(found: list_intake.PeopleList) -> list[tuple[int, str]]:
    return [(fault.row_number, fault.column) for fault in found.faults]


def take_in(found: list_intake.PeopleList, by: User | None = None) -> list[Enrolment]:
    assert not found.faults, found.faults
    by = by or supervisor_of(requester(), role="coordinator")
    return list_intake.take_in(municipality=MunicipalityFactory(), lines=found.lines, by=by, at=AT)


class TestReadList:
    def test_says_line_by_line_what_is_wrong(self) -> None:
        code = list_intake.code_of(course_date())

        found = read(
            f";a@stadt.example;;{code}",
            f"Ohne Adresse;;;{code}",
            f"Falsch;keine;;{code}",
            "Unbekannt;b@stadt.example;;T-00000000",
            "Ohne Termin;c@stadt.example;;",
            f"Doppelt;d@stadt.example;;{code}",
            f"Doppelt;D@stadt.example;;{code.lower()}",
            f"=HYPERLINK(1);e@stadt.example;;{code}",
        )

        assert faults(found) == [
            (2, "Name"),
            (3, "E-Mail"),
            (4, "E-Mail"),
            (5, "Termin"),
            (6, "Termin"),
            (8, "E-Mail"),
            (9, "Name"),
        ]

    def test_finds_formulas_and_merged_cells(self) -> None:
        code = list_intake.code_of(course_date())

        found = sheet([["=1+1", "a@stadt.example", "", code], ["B", "b@stadt.example", "", code]], merged="C3:C4")

        assert faults(found) == [(2, "Name"), (3, "")]

    def test_five_thousand_lines_are_too_many_and_end_in_one_sentence(self) -> None:
        code = list_intake.code_of(course_date())

        found = read(*(f"N {n};n{n}@stadt.example;;{code}" for n in range(5000)))

        assert faults(found) == [(1002, "")]
        assert "1000" in found.faults[0].sentence

    def test_finds_who_is_enrolled_already_and_who_sits_elsewhere_then(self) -> None:
        date, same_time = course_date(), course_date(session(BEGINS + timedelta(hours=1)))
        for email, at_date in (("da@stadt.example", date), ("dort@stadt.example", same_time)):
            person = requester(email=email)
            enrolling.enrol(date=at_date, person=person, by=person, at=AT)
        code, other = list_intake.code_of(date), list_intake.code_of(same_time)

        found = read(
            f"Da;da@stadt.example;;{code}", f"Dort;dort@stadt.example;;{code}", f"Z;z@stadt.example;;{code}", f"Z;z@stadt.example;;{other}"
        )

        assert faults(found) == [(2, "Termin"), (3, "Termin"), (5, "Termin")]

    def test_one_address_is_one_person(self) -> None:
        one, other = (list_intake.code_of(course_date(session(BEGINS + timedelta(days=n)))) for n in (0, 1))

        assert faults(read(f"Anna;a@stadt.example;;{one}", f"Berta;a@stadt.example;;{other}")) == [(3, "E-Mail")]

    def test_asks_the_same_number_of_queries_however_long_it_is(self) -> None:
        code, counted = list_intake.code_of(course_date()), []
        read()  # makes the municipality
        for length in (2, 200):
            with CaptureQueriesContext(current.connection()) as asked:
                read(*(f"N {n};n{n}@stadt.example;;{code}" for n in range(length)))
            counted.append(len(asked))

        assert counted[0] == counted[1]

    def test_without_headings_it_says_which_are_missing(self) -> None:
        assert "Name, E-Mail, Termin" in read("x;y", head="").faults[0].sentence

    def test_what_is_no_table_is_refused(self) -> None:
        with pytest.raises(UnreadableSheet):
            list_intake.read_list(io.BytesIO(b"%PDF-1.7 \x00"), "x.xlsx", municipality=MunicipalityFactory(), at=AT)

    def test_the_template_can_be_filled_in_and_names_the_open_dates(self) -> None:
        date = course_date()

        book = openpyxl.load_workbook(io.BytesIO(list_intake.template(at=AT)))
        found = list_intake.read_list(io.BytesIO(list_intake.template(at=AT)), "x.xlsx", municipality=MunicipalityFactory(), at=AT)

        assert [cell.value for cell in book["Termine"][2]][:2] == [list_intake.code_of(date), str(date.course)]
        assert not found.faults


class TestTakeIn:
    def test_enrols_all_and_makes_contacts_of_who_is_not_known(self) -> None:
        code, known = list_intake.code_of(course_date(capacity=5)), requester(email="da@stadt.example")
        approves()

        made = take_in(read(f"Da;DA@stadt.example;;{code}", f"Zoë Şahin;neu@stadt.example;Bürgerbüro;{code}"))

        new = Contact.objects.get(person__email="neu@stadt.example")
        assert [(one.person, one.state) for one in made] == [(known, "enrolled"), (new.person, "enrolled")]
        assert (new.office, new.municipality.slug, new.person.has_usable_password()) == ("Bürgerbüro", "musterstadt", False)

    def test_the_order_of_the_list_is_the_order_of_the_line(self) -> None:
        code = list_intake.code_of(course_date(capacity=1))

        made = take_in(read(*(f"N{n};n{n}@stadt.example;;{code}" for n in range(3))))

        assert [one.state for one in made] == ["enrolled", "waiting", "waiting"]

    def test_all_or_nobody(self) -> None:
        date = course_date()
        found, before = read(*(f"N{n};n{n}@stadt.example;;{list_intake.code_of(date)}" for n in range(2))), User.objects.count()
        by = supervisor_of(requester(), role="coordinator")
        person = requester(email="n1@stadt.example")
        enrolling.enrol(date=date, person=person, by=person, at=AT)  # between the look and the click

        with pytest.raises(list_intake.CannotTakeIn, match="Zeile 3"):
            take_in(found, by)

        assert not Enrolment.objects.exclude(person=person).exists()
        assert not User.objects.filter(email="n0@stadt.example").exists()
        assert User.objects.count() > before

    def test_people_of_another_municipality_with_that_address_are_left_alone(self) -> None:
        other = requester("beispielheim", email="a@stadt.example")

        [made] = take_in(read(f"A;a@stadt.example;;{list_intake.code_of(course_date())}"))

        assert made.person != other

    def test_is_for_her_coordinator(self) -> None:
        found = read(f"A;a@stadt.example;;{list_intake.code_of(course_date())}")

        for somebody in (trainer(), requester(), supervisor_of(requester("beispielheim"), role="coordinator"), supervisor_of(requester())):
            with pytest.raises(list_intake.CannotTakeIn):
                take_in(found, somebody)

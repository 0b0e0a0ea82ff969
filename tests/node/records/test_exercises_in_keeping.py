"""The exercises in keeping a file (note, reminder, missing sheet, closing) with the right, a nearly right and a wrong state."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from records.models import Document, RecordFile, Reminder
from tests.factories import ClerkFactory
from tests.node.factories import MissingSheetFactory, RecordFileFactory

from .practice import about, cancel, document_of, examined, file_of, marks, register_of, trainee

pytestmark = pytest.mark.usefixtures("_practice_town")


class TestWriteNote:
    SAID = "Frau Mertens hat angerufen. Das Fest ist am Samstag."

    @pytest.mark.parametrize(
        ("text", "register", "right"),
        [
            (SAID, "Vermerke", [True, True, True]),
            ("MERTENS, Sonnabend", "Vermerke", [True, True, True]),
            ("Frau Mertens hat angerufen.", "Vermerke", [True, False, True]),
            (SAID, "Antrag", [True, True, False]),
            (SAID, "", [True, True, False]),
        ],
    )
    def test_what_it_says_and_where_it_lies(self, text, register, right) -> None:
        file = file_of("Antrag", "Vermerke")
        person = trainee(file)
        about("write-note", file, register="Vermerke")
        document_of(file, person, register, kind="Vermerk", pages=[text])

        assert marks(examined("write-note", person)) == right

    def test_one_that_is_just_being_read_asks_for_a_few_seconds(self) -> None:
        file = file_of("Vermerke")
        person = trainee(file)
        about("write-note", file, register="Vermerke")
        document_of(file, person, "Vermerke", kind="Vermerk", version__state="reading")

        assert "in einigen Sekunden" in examined("write-note", person)[1].sentence

    def test_a_colleagues_note_one_in_another_file_and_a_letter_are_none(self) -> None:
        file = file_of("Vermerke")
        person = trainee(file)
        about("write-note", file, register="Vermerke")
        document_of(file, trainee(file), "Vermerke", kind="Vermerk", pages=[self.SAID])
        document_of(file_of(unit=file.unit), person, kind="Vermerk", pages=[self.SAID])
        document_of(file, person, "Vermerke", kind="Schreiben", pages=[self.SAID])

        assert marks(examined("write-note", person)) == [False]


class TestSetReminder:
    def set_for(self, file: RecordFile, by, days: int = 14, note: str = "Antwort da?", to=None, **more) -> Reminder:
        at = timezone.now()
        due_on = timezone.localdate(at) + timedelta(days=days)
        return Reminder.objects.create(file=file, due_on=due_on, person=to or by, note=note, created_by=by, created_at=at, **more)

    @pytest.mark.parametrize(
        ("days", "note", "right"),
        [
            (14, "x", [True, True, True, True]),
            (12, "x", [True, True, True, True]),
            (16, "x", [True, True, True, True]),
            (11, "x", [True, False, True, True]),
            (17, "x", [True, False, True, True]),
            (14, "", [True, True, True, False]),
        ],
    )
    def test_in_two_weeks_with_a_note(self, days, note, right) -> None:
        file = file_of()
        person = trainee(file)
        about("set-reminder", file)
        self.set_for(file, person, days, note)

        assert marks(examined("set-reminder", person)) == right

    def test_for_somebody_else_is_nearly_right(self) -> None:
        file = file_of()
        person = trainee(file)
        about("set-reminder", file)
        self.set_for(file, person, to=ClerkFactory())

        assert marks(examined("set-reminder", person)) == [True, True, False, True]

    def test_the_best_of_several_counts(self) -> None:
        file = file_of()
        person = trainee(file)
        about("set-reminder", file)
        self.set_for(file, person)
        self.set_for(file, person, days=3)

        assert all(marks(examined("set-reminder", person)))

    def test_a_colleagues_one_of_another_file_and_one_that_is_done_are_none(self) -> None:
        file = file_of()
        person, colleague = trainee(file), trainee(file)
        about("set-reminder", file)
        self.set_for(file, colleague, to=person)
        self.set_for(file_of(unit=file.unit), person)
        self.set_for(file, person, done_at=timezone.now(), done_by=person)

        assert marks(examined("set-reminder", person)) == [False]


class TestLendOut:
    @pytest.mark.parametrize(
        ("borrower", "back", "right"),
        [
            ("Rechnungsprüfung", date(2026, 3, 2), [True, True, True]),
            ("Amt für Rechnungsprüfung", None, [True, True, False]),
            ("Bauhof", date(2026, 3, 2), [True, False, True]),
            ("Bauhof", None, [True, False, False]),
        ],
    )
    def test_who_has_it_and_that_it_is_back(self, borrower, back, right) -> None:
        file = file_of()
        person = trainee(file)
        about("lend-out", file)
        MissingSheetFactory(file=file, borrower=borrower, returned_on=back, created_by=person)

        assert marks(examined("lend-out", person)) == right

    def test_a_colleagues_sheet_and_one_of_another_file_are_none(self) -> None:
        file = file_of()
        person = trainee(file)
        about("lend-out", file)
        MissingSheetFactory(file=file, borrower="Rechnungsprüfung", returned_on=date(2026, 3, 2), created_by=trainee(file))
        MissingSheetFactory(file=file_of(unit=file.unit), borrower="Rechnungsprüfung", returned_on=date(2026, 3, 2), created_by=person)

        assert marks(examined("lend-out", person)) == [False]


class TestCloseFile:
    @pytest.fixture
    def fair(self) -> tuple[RecordFile, Document, Reminder]:
        """A file with a list in no register and a reminder that waits."""
        file = file_of("Rechnungen", "Bescheid")
        document = document_of(file, file.created_by)
        about("close-file", file, document, register="Rechnungen")
        reminder = Reminder.objects.create(
            file=file, due_on=date(2026, 3, 2), person=file.created_by, created_by=file.created_by, created_at=timezone.now()
        )
        return file, document, reminder

    def test_each_of_the_three_is_said(self, fair) -> None:
        file, document, reminder = fair
        person = trainee(file)
        seen = [marks(examined("close-file", person))]
        Document.objects.filter(pk=document.pk).update(register=register_of(file, "Rechnungen"))
        seen.append(marks(examined("close-file", person)))
        Reminder.objects.filter(pk=reminder.pk).update(done_at=timezone.now(), done_by=person)
        seen.append(marks(examined("close-file", person)))
        RecordFile.objects.filter(pk=file.pk).update(status="closed", closed_at=timezone.now())
        seen.append(marks(examined("close-file", person)))

        assert seen == [[False, False, False], [True, False, False], [True, True, False], [True, True, True]]

    def test_closed_with_the_list_deliberately_in_no_register_is_nearly_right(self, fair) -> None:
        file, document, reminder = fair
        person = trainee(file)
        Document.objects.filter(pk=document.pk).update(directly_in_file=True)
        reminder.delete()
        RecordFile.objects.filter(pk=file.pk).update(status="closed", closed_at=timezone.now())

        assert marks(examined("close-file", person)) == [False, True, True]

    @pytest.mark.parametrize("wrong", ["another register", "another file", "cancelled"])
    def test_the_list_must_not_get_lost(self, fair, wrong) -> None:
        file, document, _reminder = fair
        if wrong == "another register":
            Document.objects.filter(pk=document.pk).update(register=register_of(file, "Bescheid"))
        elif wrong == "another file":
            Document.objects.filter(pk=document.pk).update(file=RecordFileFactory())
        else:
            cancel(document)

        [finding, *_others] = examined("close-file", trainee(file))

        assert not finding.done
        assert "Rechnungen" not in finding.sentence

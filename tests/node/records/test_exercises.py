"""Each exercise with the right, a nearly right and a wrong state of the database; what a check says, and what it keeps to itself."""

from __future__ import annotations

from datetime import date

import pytest

from records import exercises
from records.exercises.finding import bare, number_in
from records.models import Document, DocumentVersion, RecordFile
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory, grant

from .practice import SCAN, about, cancel, document_of, examined, file_of, marks, trainee

pytestmark = pytest.mark.usefixtures("_practice_town")


class TestAll:
    def test_at_least_eight_in_the_order_of_a_day(self) -> None:
        keys = [exercise.key for exercise in exercises.ALL]

        assert len(set(keys)) == len(keys) >= 8
        assert (keys[0], keys[-1]) == ("find-file", "close-file")

    @pytest.mark.parametrize("exercise", exercises.ALL, ids=lambda exercise: exercise.key)
    def test_each_says_what_it_is_about_in_words(self, exercise) -> None:
        said = [
            exercise.title,
            exercise.aim,
            exercise.story,
            exercise.hint,
            *exercise.steps,
            *([exercise.question] if exercise.question else []),
        ]

        assert all(str(text).strip() for text in said)
        assert 3 <= len(exercise.steps) <= 5

    def test_the_step_is_the_one_after_what_is_right_without_a_gap(self) -> None:
        exercise = exercises.by_key("set-reminder")
        made = [exercises.Finding(done, "", step) for step, done in enumerate([True, True, False, True], 1)]

        assert [exercise.step_after(made[:count]) for count in (0, 1, 2, 4)] == [1, 2, 3, 3]
        assert exercise.step_after([made[0], made[1], exercises.Finding(True, "", 4)]) == 4


class TestFindFile:
    @pytest.mark.parametrize("typed", ["91.21-2026/0007", " 91.21 – 2026 / 0007 ", "91.21-2026/0007."])
    def test_the_reference_counts_however_it_is_typed(self, typed) -> None:
        file = file_of(file_reference="91.21-2026/0007")
        about("find-file", file)

        assert marks(examined("find-file", trainee(file), typed)) == [True]

    def test_another_file_is_said_to_be_another_one(self) -> None:
        file = file_of()
        person, other = trainee(file), RecordFileFactory(unit=file.unit)
        about("find-file", file)

        [finding] = examined("find-file", person, other.file_reference)

        assert not finding.done
        assert "eine andere" in finding.sentence
        assert file.file_reference not in finding.sentence

    def test_whether_a_hidden_file_has_that_reference_is_not_told(self) -> None:
        file, hidden = file_of(), RecordFileFactory()
        about("find-file", file)
        person = trainee(file)

        assert examined("find-file", person, hidden.file_reference) == examined("find-file", person, "99-2020/9999")

    @pytest.mark.parametrize("typed", ["", "   ", "7", "91.21-2026/00070", "Krümel"])
    def test_what_is_no_reference_or_half_of_one_is_wrong(self, typed) -> None:
        file = file_of(file_reference="91.21-2026/0007")
        about("find-file", file)

        assert marks(examined("find-file", trainee(file), typed)) == [False]

    def test_bare_references_differ_where_their_numbers_do(self) -> None:
        assert bare("63.12-2026/1") != bare("63.1-22026/1")


class TestFindSheet:
    @pytest.mark.parametrize("typed", ["3,50 m", "3.5", "3,5 Meter", "etwa 3,50", "350 cm"])
    def test_the_number_counts_in_any_spelling(self, typed) -> None:
        file = file_of()
        about("find-sheet", file, metres="3.5")

        assert marks(examined("find-sheet", trainee(file), typed)) == [True]

    @pytest.mark.parametrize(("typed", "said"), [("4 m", "eine andere Zahl"), ("35", "eine andere Zahl"), ("breit", "Zahl"), ("", "Zahl")])
    def test_another_number_and_no_number_are_wrong_and_the_right_one_is_not_told(self, typed, said) -> None:
        file = file_of()
        about("find-sheet", file, metres="3.5")

        [finding] = examined("find-sheet", trainee(file), typed)

        assert not finding.done
        assert said in finding.sentence
        assert "3,5" not in finding.sentence

    def test_numbers_are_read_with_comma_and_point(self) -> None:
        assert [str(number_in(text)) for text in ("3,50", "3.50 m", "x")] == ["3.50", "3.50", "None"]


class TestFileScan:
    @pytest.fixture
    def file(self) -> RecordFile:
        file = file_of("Schriftverkehr", "Stellungnahmen")
        about("file-scan", file, paper=SCAN, register="Stellungnahmen")
        return file

    def test_the_scan_in_the_right_register_is_right(self, file) -> None:
        person = trainee(file)
        document_of(file, person, "Stellungnahmen", SCAN)

        assert marks(examined("file-scan", person)) == [True, True]

    def test_a_later_version_takes_nothing_back(self, file) -> None:
        person = trainee(file)
        document = document_of(file, person, "Stellungnahmen", SCAN)
        new = DocumentVersion.objects.get(document=document)
        Document.objects.filter(pk=document.pk).update(current=None)
        new.pk, new.public_id, new.number, new.sha256 = None, None, 2, "0" * 64
        new.public_id = document.public_id
        new.save()
        Document.objects.filter(pk=document.pk).update(current=new)

        assert marks(examined("file-scan", person)) == [True, True]

    @pytest.mark.parametrize(("register", "said"), [("Schriftverkehr", "etwas anderes"), ("", "noch in keinem Register")])
    def test_another_register_or_none_is_nearly_right_and_the_right_one_is_not_told(self, file, register, said) -> None:
        person = trainee(file)
        document_of(file, person, register, SCAN)

        findings = examined("file-scan", person)

        assert marks(findings) == [True, False]
        assert said in findings[1].sentence
        assert "Stellungnahmen" not in findings[1].sentence

    def test_another_file_is_nearly_right(self, file) -> None:
        person = trainee(file)
        document_of(file_of("Stellungnahmen", unit=file.unit), person, "Stellungnahmen", SCAN)

        assert marks(examined("file-scan", person)) == [True, False]

    def test_twice_is_once_too_often_until_one_is_cancelled(self, file) -> None:
        person = trainee(file)
        document_of(file, person, "Stellungnahmen", SCAN)
        second = document_of(file, person, "Stellungnahmen", SCAN)

        assert marks(examined("file-scan", person)) == [True, True, False]
        cancel(second)
        assert marks(examined("file-scan", person)) == [True, True]

    def test_other_bytes_somebody_elses_copy_and_a_cancelled_one_are_nothing(self, file) -> None:
        person = trainee(file)
        document_of(file, person, "Stellungnahmen", SCAN + b" ")
        document_of(file, trainee(file), "Stellungnahmen", SCAN)
        cancel(document_of(file, person, "Stellungnahmen", SCAN))

        assert marks(examined("file-scan", person)) == [False]


class TestDescribeLetter:
    @pytest.mark.parametrize(
        ("title", "day", "right"),
        [
            ("Rechnung Elektro Hartwig", date(2026, 2, 1), [True, True]),
            ("rechnung", date(2026, 2, 3), [True, False]),
            ("RECHNUNG 2081", None, [True, False]),
            ("Scan_20931", date(2026, 2, 1), [False, True]),
            ("Scan_20931", None, [False, False]),
        ],
    )
    def test_title_and_date_are_looked_at_each(self, title, day, right) -> None:
        file = file_of()
        person = trainee(file)
        document = document_of(file, file.created_by, title=title, document_date=day)
        about("describe-letter", file, document, date="2026-02-01")

        findings = examined("describe-letter", person)

        assert marks(findings) == right
        assert not any("01.02." in finding.sentence or "Rechnung" in finding.sentence for finding in findings)

    def test_a_cancelled_document_is_said_to_be_gone(self) -> None:
        file = file_of()
        document = document_of(file, file.created_by)
        about("describe-letter", file, document, date="2026-02-01")
        cancel(document)

        [finding] = examined("describe-letter", trainee(file))

        assert "storniert" in finding.sentence


class TestMoveLetter:
    @pytest.mark.parametrize(
        ("register", "right", "said"),
        [
            ("Rechtsbehelfe", [True, True], "Register, das dafür"),
            ("Zahlungen", [True, False], "immer noch"),
            ("Bescheide", [True, False], "auch nicht"),
            ("", [True, False], "auch nicht"),
        ],
    )
    def test_the_register_decides_and_is_not_told(self, register, right, said) -> None:
        file = file_of("Bescheide", "Zahlungen", "Rechtsbehelfe")
        document = document_of(file, file.created_by, register)
        about("move-letter", file, document, register="Rechtsbehelfe", **{"from": "Zahlungen"})

        findings = examined("move-letter", trainee(file))

        assert marks(findings) == right
        assert said in findings[1].sentence
        assert "Rechtsbehelfe" not in findings[1].sentence

    def test_in_another_file_it_is_wrong_even_in_a_register_of_that_name(self) -> None:
        file, other = file_of("Zahlungen"), file_of("Rechtsbehelfe")
        document = document_of(other, file.created_by, "Rechtsbehelfe")
        about("move-letter", file, document, register="Rechtsbehelfe", **{"from": "Zahlungen"})
        person = trainee(file)
        assert "storniert oder" in examined("move-letter", person)[0].sentence  # out of her sight

        grant(person, other.unit, "read")

        assert marks(examined("move-letter", person)) == [False]


class TestNewFile:
    @pytest.mark.parametrize(
        ("title", "right"),
        [("Brandt, Jens: Hundesteuer „Flocke“", [True, True, True]), ("Hund Flocke", [True, True, False]), ("Hundesteuer", [False])],
    )
    def test_the_title_names_dog_and_owner(self, title, right) -> None:
        file = file_of()
        person = trainee(file)
        about("new-file", file)
        RecordFileFactory(unit=file.unit, title=title, created_by=person)

        assert marks(examined("new-file", person)) == right

    def test_another_unit_is_nearly_right_and_the_best_of_several_counts(self) -> None:
        file = file_of()
        person, elsewhere = trainee(file), FilePlanUnitFactory()
        grant(person, elsewhere, "write")
        about("new-file", file)
        wrong = RecordFileFactory(unit=elsewhere, title="Brandt: Flocke", created_by=person)

        assert marks(examined("new-file", person)) == [True, False, True]
        RecordFileFactory(unit=file.unit, title="Brandt: Flocke", created_by=person)
        cancel(wrong)
        assert marks(examined("new-file", person)) == [True, True, True]

    def test_a_colleagues_file_and_a_cancelled_one_are_nothing(self) -> None:
        file = file_of()
        person = trainee(file)
        about("new-file", file)
        RecordFileFactory(unit=file.unit, title="Brandt: Flocke", created_by=trainee(file))
        cancel(RecordFileFactory(unit=file.unit, title="Brandt: Flocke", created_by=person))

        assert marks(examined("new-file", person)) == [False]

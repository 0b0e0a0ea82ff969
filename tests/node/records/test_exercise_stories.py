"""The stories of a practice municipality, told by the product's acts; and a beginner's whole day in it, done by the product's acts too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO, StringIO

import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from records import (
    describing,
    exercises,
    file_plan,
    filing,
    intake,
    missing_sheets,
    moving,
    noting,
    practising,
    reading,
    reminding,
)
from records.demo import file_plan as demo_plan
from records.demo import practice
from records.models import (
    Document,
    ExerciseSubject,
    FilePlanUnit,
    JournalEntry,
    MissingSheet,
    RecordFile,
    RegisterSet,
    RegisterSetEntry,
    Reminder,
)
from tenants import stores
from tenants.models import User
from tests.factories import ClerkFactory, OfficeFactory

from .practice import practice_mark


@pytest.fixture
def learner(queued: object) -> Iterator[User]:
    """Somebody of some office in a practice municipality with the demo's plan and the stories."""
    with practice_mark():
        for demo in demo_plan.register_sets():
            register_set = RegisterSet.objects.create(name=demo.name)
            for position, register in enumerate(demo.registers, 1):
                RegisterSetEntry.objects.create(register_set=register_set, position=position, name=register.name, colour=register.colour)
        file_plan.import_plan(rows=demo_plan.units(), faults=[], by=None, at=timezone.now(), dry_run=False, reason=demo_plan.WHY)
        ClerkFactory(office=OfficeFactory(code="63"))
        person = ClerkFactory(office=OfficeFactory(code="99.7"))
        assert practice.furnish(at=timezone.now()) == 4
        yield person


def subject(key: str) -> ExerciseSubject:
    return ExerciseSubject.objects.select_related("file", "document").get(exercise=key)


def named(file: RecordFile, name: str):
    return file.registers.get(name=name)


def solve(key: str, by: User) -> str:
    """Do an exercise as it is meant, by the acts behind the screens; returns the answer that is typed."""
    about, at = subject(key), timezone.now()
    file, document = about.file, about.document
    match key:
        case "find-file":
            return f" {file.file_reference.lower()} "
        case "find-sheet":
            return "3,50 m"
        case "file-scan":
            arrival = intake.Arrival(stores.of_municipality().put(bytes(about.paper)), about.paper_name)
            taken = intake.take_in(arrival=arrival, file=file, register=named(file, "Stellungnahmen"), by=by, at=at)
            assert taken.current.sha256 == about.paper_sha256
        case "describe-letter":
            changes = {"title": "Rechnung Elektro Hartwig", "document_date": date.fromisoformat(about.expected["date"])}
            describing.describe_document(document=document, changes=changes, by=by, at=at)
        case "move-letter":
            moving.move_document(document=document, file=file, register=named(file, "Rechtsbehelfe"), position=None, by=by, at=at)
        case "new-file":
            filing.create_file(unit=file.unit, title="Brandt, Jens: Hundesteuer „Flocke“", by=by, at=at)
        case "write-note":
            text = "Frau Mertens hat angerufen: Das Fest ist jetzt am Samstag."
            note = noting.write_note(file=file, title="Anruf", text=text, register=named(file, "Vermerke"), by=by, at=at)
            reading.read(reading_id=note.current.reading.pk)
        case "set-reminder":
            due_on = timezone.localdate() + timedelta(days=14)
            reminding.set_reminder(file=file, due_on=due_on, to=by, note="Antwort der Familie Kranz?", by=by, at=at)
        case "lend-out":
            today = timezone.localdate()
            sheet = missing_sheets.lend_out(file=file, what="Nutzungsvertrag", borrower="Rechnungsprüfung", since=today, by=by, at=at)
            missing_sheets.give_back(sheet=sheet, returned_on=today, by=by, at=at)
        case "close-file":
            moving.move_document(document=document, file=file, register=named(file, "Rechnungen"), position=None, by=by, at=at)
            for reminder in Reminder.objects.open().filter(file=file):
                reminding.finish_reminder(reminder=reminder, by=by, at=at)
            filing.close_file(file=file, by=by, at=at)
    return ""


class TestStories:
    def test_a_whole_day_nothing_is_done_before_and_everything_after(self, learner: User) -> None:
        at = timezone.now()
        entries = JournalEntry.objects.count()
        keys = [standing.exercise.key for standing in practising.standings_of(person=learner)]
        before = [practising.check(key=key, by=learner, at=at).done for key in keys]
        untouched = JournalEntry.objects.count()
        answers = {key: solve(key, learner) for key in keys}
        after = {key: practising.check(key=key, answer=answers[key], by=learner, at=at) for key in keys}

        assert keys == [exercise.key for exercise in exercises.ALL]
        assert before == [False] * 10
        assert untouched == entries  # practising is no act on records
        assert {key: [f.sentence for f in outcome.findings if not f.done] for key, outcome in after.items()} == {key: [] for key in keys}
        assert all(standing.is_done for standing in practising.standings_of(person=learner))

    def test_the_files_tell_what_the_exercises_need(self, learner: User) -> None:
        fair, scan = subject("close-file"), subject("file-scan")
        text = "\n".join(
            page.text for document in Document.objects.filter(file=fair.file) for page in document.current.pages.order_by("number")
        )

        with pypdfium2.PdfDocument(BytesIO(bytes(scan.paper))) as paper:
            assert (len(paper), paper[0].get_textpage().get_text_range().strip()) == (1, "")  # a picture, as scanners make it
        assert "Gasse von 3,50 Metern Breite" in text
        assert fair.document.register is None
        assert not fair.document.directly_in_file
        assert subject("describe-letter").document.document_date is None
        assert subject("move-letter").document.register.name == "Zahlungen"
        assert not MissingSheet.objects.exists()
        assert not Document.objects.filter(versions__sha256=scan.paper_sha256).exists()

    def test_are_told_once(self, learner: User) -> None:
        files = RecordFile.objects.count()

        call_command("furnish_practice", "musterstadt", stdout=(said := StringIO()))

        assert practice.furnish(at=timezone.now()) == 0
        assert "0 files" in said.getvalue()
        assert RecordFile.objects.count() == files

    def test_nothing_is_told_in_a_real_town(self, queued: object) -> None:
        with pytest.raises(practice.NoPracticeTown):
            practice.furnish(at=timezone.now())
        with pytest.raises(CommandError, match="real municipality"):
            call_command("furnish_practice", "musterstadt")

        assert not FilePlanUnit.objects.exists()
        assert not ExerciseSubject.objects.exists()

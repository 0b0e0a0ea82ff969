"""The journal in words that people understand: no act and no thing is called by its name in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext

from records import attaching, journal, journal_export, journal_reading, journal_words, moving
from tenants import current
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, RecordFileFactory, grant

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)

ROOT = Path(__file__).resolve().parents[3]
TELLING = {"enter", "Entry", "_tell"}  # what acts call to say something to the journal
TELLING_ITS_ACT = {"_tell": (0, 2), "Entry": (0,), "enter": ()}  # where the name of the act stands, unless it is named act=


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in [*(ROOT / "records").glob("*.py"), *(ROOT / "tenants").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in TELLING:
                    yield name, node


def words(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


class TestWords:
    def test_every_act_that_is_entered_has_one(self):
        acts: set[str] = set()
        for name, call in calls():
            given = [keyword.value for keyword in call.keywords if keyword.arg == "act"]
            given += [call.args[place] for place in TELLING_ITS_ACT[name] if place < len(call.args)]
            acts |= {word for value in given for word in words(value) if word}

        assert len(acts) > 80
        assert acts - journal_words.ACTS.keys() == set()

    def test_every_kind_of_thing_that_is_spoken_of_has_one(self):
        kinds = {word for name, call in calls() if name == "Entry" for value in call.args[1:2] for word in words(value)}
        kinds |= {"PlanEdition", "PlannedUnit", "RegisterSet", "User", "Office", "Substitute", "MunicipalSettings", "Export", "Volume"}

        assert len(kinds) > 12
        assert kinds - journal_words.OBJECTS.keys() == set()

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("until", datetime(2026, 11, 26, 17, 17, 8, 776094, tzinfo=UTC), "26.11.2026 18:17"),
            ("until", date(2026, 11, 26), "26.11.2026"),
            ("foliated_at", datetime(2026, 7, 1, 8, tzinfo=UTC), "01.07.2026 10:00"),
            ("confirmed", "disclosure_block, restricted", "Auskunftssperre, Zugriffsbeschränkung"),
            ("kind", "file_pdf", "Akte als ein PDF"),
            ("position", 10**9, "Ganz unten"),
            ("position", 3, "3"),
        ],
    )
    def test_values_are_said_as_people_write_them(self, field: str, value: Any, words: str) -> None:
        clerk, file = ClerkFactory(), RecordFileFactory()
        grant(clerk, file.unit, "manage")
        with current.atomic():
            journal.enter(act="approve_emergency_access", object=file, by=clerk, at=AT, changes={field: (None, value)})

        [entry] = journal_reading.page_of(file=file, clerk=clerk).entries

        assert [new for _word, _old, new in entry.changes] == [words]


class TestTitles:
    """A document that was taken into a file which the reader may not see has no title for her: it may have got it there."""

    def journal_with_a_document_gone(self) -> tuple[Any, Any]:
        clerk, file = ClerkFactory(), RecordFileFactory()
        grant(clerk, file.unit, "manage")
        gone = DocumentFactory(file=file, title="Früherer Titel")
        attached = DocumentFactory(file=file, title="Plan")
        attaching.attach(document=attached, to=gone, by=clerk, at=AT)
        attaching.detach(document=attached, by=clerk, at=AT)
        moving.move_document(document=gone, file=RecordFileFactory(), register=None, position=None, by=clerk, at=AT)
        type(gone).objects.filter(pk=gone.pk).update(title="Geheimer Titel")
        return file, clerk

    def test_of_what_the_reader_may_not_see_are_neutral(self) -> None:
        file, clerk = self.journal_with_a_document_gone()

        entries = journal_reading.page_of(file=file, clerk=clerk).entries

        said = [text for entry in entries for change in entry.changes for text in change] + [entry.object_title for entry in entries]
        assert "Geheimer Titel" not in said
        assert gettext("another document") in said
        assert "Plan" in said  # what still lies here

    def test_stay_out_of_the_export_too(self) -> None:
        file, clerk = self.journal_with_a_document_gone()

        assert "Geheimer Titel" not in "".join(journal_export.as_table(file=file, by=clerk, at=AT))

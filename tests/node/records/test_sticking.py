"""Sticky notes: whose they are, where they stick, which go along onto paper."""

from __future__ import annotations

from typing import Any

import pytest

from records import erasure, sticking
from records.models import JournalEntry, JournalValue, StickyNote
from tests.factories import ClerkFactory
from tests.node.factories import AT, DocumentFactory, RecordFileFactory, grant


def stuck(document: Any = None, by: Any = None, **given: Any) -> StickyNote:
    what = {"page": 1, "text": "Bitte prüfen", "printed": False, **given}
    return sticking.stick(document=document or DocumentFactory(), by=by or ClerkFactory(), at=AT, **what)


class TestStick:
    def test_is_journaled_with_its_text(self) -> None:
        note = stuck(text="  Bitte prüfen \r\n bis Freitag\x00 ")

        assert note.text == "Bitte prüfen\n bis Freitag"
        entry = JournalEntry.objects.get(act="stick")
        assert entry.object_id == note.document.public_id
        assert JournalValue.objects.get(entry=entry, field="note").new == note.text

    @pytest.mark.parametrize(
        ("given", "field"), [({"text": " \x00\n"}, "text"), ({"text": "x" * 2001}, "text"), ({"page": 4}, "page"), ({"page": 0}, "page")]
    )
    def test_refuses_an_empty_or_endless_note_and_a_page_that_is_not_there(self, given, field) -> None:
        with pytest.raises(sticking.CannotStick) as refusal:
            stuck(DocumentFactory(version__page_count=3), **given)

        assert refusal.value.field == field
        assert not StickyNote.objects.exists()

    def test_leaves_closed_files_and_cancelled_documents_alone(self) -> None:
        for document in (DocumentFactory(cancelled_at=AT), DocumentFactory(file=RecordFileFactory(status="closed", closed_at=AT))):
            with pytest.raises(sticking.CannotStick):
                stuck(document)


class TestEdit:
    def test_is_for_the_one_who_wrote_it(self) -> None:
        writer = ClerkFactory()
        note = stuck(by=writer)

        with pytest.raises(sticking.NotYours):
            sticking.edit_note(note=note, text="Meins", printed=False, by=ClerkFactory(), at=AT)
        assert sticking.edit_note(note=note, text="Erledigt", printed=True, by=writer, at=AT).revision == 2

    def test_overwrites_nothing_from_another_window(self) -> None:
        writer = ClerkFactory()
        note = stuck(by=writer)
        sticking.edit_note(note=note, text="Erste", printed=False, by=writer, at=AT)

        with pytest.raises(sticking.Stale, match="Erste"):
            sticking.edit_note(note=note, text="Zweite", printed=False, by=writer, at=AT, revision=1)


class TestTakeOff:
    def test_is_for_the_writer_and_for_who_manages_the_file(self) -> None:
        note, manager, colleague = stuck(), ClerkFactory(), ClerkFactory()
        grant(manager, note.document.file.unit, "manage")
        grant(colleague, note.document.file.unit, "write")

        with pytest.raises(sticking.NotYours):
            sticking.take_off(note=note, by=colleague, at=AT)
        sticking.take_off(note=note, by=manager, at=AT)

        assert not sticking.notes_on(file=note.document.file).exists()
        with pytest.raises(sticking.CannotStick):
            sticking.take_off(note=note, by=manager, at=AT)


class TestWhoSeesThem:
    def test_those_who_may_see_the_file(self) -> None:
        note, reader = stuck(), ClerkFactory()
        grant(reader, note.document.file.unit)

        assert list(StickyNote.objects.visible_to(reader)) == [note]
        assert not StickyNote.objects.visible_to(ClerkFactory()).exists()

    def test_only_some_go_along_onto_paper(self) -> None:
        document = DocumentFactory()
        stuck(document, text="nur am Bildschirm")
        stuck(document, text="auch auf Papier", printed=True)

        assert [note.text for note in sticking.notes_on(file=document.file, printed=True)] == ["auch auf Papier"]
        assert [note.text for note in StickyNote.objects.for_paper()] == ["auch auf Papier"]

    def test_they_go_with_an_erased_document(self) -> None:
        document = DocumentFactory(keywords=["Müller"], kind="Beschwerde Müller")
        stuck(document, text="Frau Müller anrufen")
        asked = erasure.ask_for_erasure(document=document, reason="Irrläufer", by=ClerkFactory(), at=AT)

        erasure.approve_erasure(request=asked, by=ClerkFactory(), at=AT)

        document.refresh_from_db()
        assert (document.keywords, document.kind) == ([], "")
        assert not StickyNote.objects.exists()
        assert not JournalValue.objects.filter(new__contains="Müller").exists()

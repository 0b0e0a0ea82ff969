"""Taking documents in: whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from records import binder, filing, granting, intake
from records.models import Document, DocumentVersion, JournalEntry, Reading, Register
from tenants import stores
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def open_file():
    unit, clerk = FilePlanUnitFactory(), ClerkFactory()
    granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=AT)
    return filing.create_file(unit=unit, title="Bauakte", by=clerk, at=AT), clerk


def arrival(content=b"Guten Tag", name="brief.txt"):
    return intake.Arrival(stores.of_municipality().put(content), name)


class TestTakeIn:
    def test_files_the_document_to_be_read(self):
        file, clerk = open_file()

        document = intake.take_in(arrival=arrival(), file=file, by=clerk, at=AT)

        assert document.title == "brief"
        assert document.current.state == DocumentVersion.State.RECEIVED
        assert Reading.objects.filter(version=document.current, done_at=None).exists()
        assert JournalEntry.objects.filter(act="take_in", file_id=file.public_id).count() == 1

    def test_keeps_the_same_bytes_once_and_makes_two_documents(self):
        file, clerk = open_file()

        first = intake.take_in(arrival=arrival(), file=file, by=clerk, at=AT)
        second = intake.take_in(arrival=arrival(), file=file, by=clerk, at=AT)

        assert first.pk != second.pk
        assert list(stores.of_municipality().objects()).count(first.current.sha256) == 1
        assert intake.known_elsewhere(sha256=first.current.sha256, clerk=clerk, but=second) == [first]
        assert intake.known_elsewhere(sha256=first.current.sha256, clerk=ClerkFactory(), but=second) == []

    def test_refuses_an_empty_file(self):
        file, clerk = open_file()

        with pytest.raises(intake.EmptyFile):
            intake.take_in(arrival=arrival(b""), file=file, by=clerk, at=AT)

        assert not Document.objects.exists()

    def test_refuses_a_program_whatever_it_is_called(self):
        file, clerk = open_file()
        program = b"MZ" + b"\x00" * 58 + b"\x40\x00\x00\x00" + b"PE\x00\x00" + b"\x00" * 200

        with pytest.raises(intake.Executable):
            intake.take_in(arrival=arrival(program, "rechnung.pdf"), file=file, by=clerk, at=AT)

    def test_refuses_a_closed_file(self):
        file, clerk = open_file()
        filing.close_file(file=file, by=clerk, at=AT)

        with pytest.raises(intake.FileNotOpen):
            intake.take_in(arrival=arrival(), file=file, by=clerk, at=AT)

    def test_refuses_a_register_of_another_file(self):
        file, clerk = open_file()
        other, _clerk = open_file()
        register = Register.objects.create(file=other, position=1, name="Fremd")

        with pytest.raises(intake.CannotTakeIn):
            intake.take_in(arrival=arrival(), file=file, register=register, by=clerk, at=AT)

    def test_notes_an_ending_that_does_not_fit(self):
        file, clerk = open_file()

        document = intake.take_in(arrival=arrival(b"%PDF-1.4\n%%EOF", "bild.jpg"), file=file, by=clerk, at=AT)

        assert document.current.notices == ["wrong_name"]
        assert document.current.media_type == "application/pdf"

    @pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.txt", "\u202egpj.exe.txt", "🦊.txt", "x" * 300 + ".txt", "", "..."])
    def test_takes_any_name(self, name):
        file, clerk = open_file()

        document = intake.take_in(arrival=arrival(name=name), file=file, by=clerk, at=AT)

        kept = document.current.original_name
        assert "/" not in kept
        assert "\x00" not in kept
        assert "\u202e" not in kept
        assert 0 < len(kept.encode()) <= 255
        assert document.title


class TestVersions:
    def test_old_ones_stay(self):
        file, clerk = open_file()
        document = intake.take_in(arrival=arrival(), file=file, by=clerk, at=AT)

        intake.add_version(document=document, arrival=arrival(b"Neu"), comment="berichtigt", by=clerk, at=AT)

        document.refresh_from_db()
        assert document.current.number == 2
        assert [v.number for v in document.versions.order_by("number")] == [1, 2]

    def test_the_database_refuses_other_bytes_under_a_version(self):
        from django.db import IntegrityError

        from tenants import current

        file, clerk = open_file()
        document = intake.take_in(arrival=arrival(), file=file, by=clerk, at=AT)

        with pytest.raises(IntegrityError), current.atomic():
            DocumentVersion.objects.filter(pk=document.current_id).update(sha256="0" * 64)


class TestPaperOrder:
    @pytest.mark.parametrize(
        ("order", "titles"), [("newest_on_top", ["drei", "zwei", "eins"]), ("oldest_on_top", ["eins", "zwei", "drei"])]
    )
    def test_follows_the_municipalitys_stapling_order(self, order, titles):
        MunicipalSettings.load()
        MunicipalSettings.objects.update(stapling_order=order)
        file, clerk = open_file()
        for title in ("eins", "zwei", "drei"):
            intake.take_in(arrival=arrival(title.encode()), title=title, file=file, by=clerk, at=AT)

        documents = list(binder.documents_of(file=file))

        assert [d.title for d in documents] == titles
        assert [d.position for d in documents] == [1, 2, 3]

    def test_registers_stand_in_their_order_and_loose_documents_before_them(self):
        file, clerk = open_file()
        second = Register.objects.create(file=file, position=2, name="Bescheid")
        first = Register.objects.create(file=file, position=1, name="Antrag")
        for title, register in (("im Bescheid", second), ("im Antrag", first), ("lose", None)):
            intake.take_in(arrival=arrival(title.encode()), title=title, file=file, register=register, by=clerk, at=AT)

        assert [d.title for d in binder.documents_of(file=file)] == ["lose", "im Antrag", "im Bescheid"]

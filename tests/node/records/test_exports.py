"""Exports: asked for with warnings, made under a lease, handed only to who asked and still may read the file."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import openpyxl
import pikepdf
import pypdfium2
import pytest
from django.utils import timezone
from lxml import etree

from records import erasure, exports, granting, leases, reading, storekeeping, warnings_before
from records.models import (
    AccessScope,
    Document,
    Export,
    Folio,
    JournalEntry,
    MissingSheet,
    Page,
    Participant,
    Reading,
    RecordFile,
    Register,
    StickyNote,
)
from tenants import stores
from tests.factories import ClerkFactory
from tests.foundation import papers
from tests.node.records.papers import filed, refiled

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ADDRESS = "https://musterstadt.localhost/akten/x/"
XJ = "{http://www.xjustiz.de}"


def pdf_of(*texts: str) -> bytes:
    stream = io.BytesIO()
    papers.typed(*texts).save(stream)
    return stream.getvalue()


def read_all() -> None:
    for pk in Reading.objects.filter(done_at__isnull=True).values_list("pk", flat=True):
        reading.read(reading_id=pk)


@pytest.fixture
def binder(queued):
    """A file with a register: a PDF of two pages in it, a text and a picture beside it; all read. Gives the file and its clerk."""
    version, clerk = filed(pdf_of("Bauantrag Blatt eins", "Bauantrag Blatt zwei"), "Antrag.pdf")
    file = version.document.file
    register = Register.objects.create(file=file, position=1, name="Anträge")
    Document.objects.filter(pk=version.document_id).update(register=register, kind="Antrag", received_on=date(2026, 3, 1))
    refiled(b"Aktennotiz zum Ortstermin\n" * 3, "Notiz.txt", file, clerk)
    refiled(picture(), "Foto.png", file, clerk)
    read_all()
    return file, clerk


def picture(size: tuple[int, int] = (11, 8)) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(stream, "PNG")
    return stream.getvalue()


def ask(file, clerk, kind="file_pdf", **options):
    return exports.ask(file=file, kind=kind, address=ADDRESS, by=clerk, at=timezone.now(), **options)


def made(file, clerk, kind="file_pdf", **options):
    export = ask(file, clerk, kind, **options)
    exports.make(export_id=export.pk)
    export.refresh_from_db()
    assert export.state == Export.State.READY, exports.failure(export)
    return export


def content(export) -> bytes:
    return stores.of_municipality().path(export.sha256).read_bytes()


def texts_of(whole: bytes) -> list[str]:
    with pypdfium2.PdfDocument(whole) as pdf:
        return [pdf[number].get_textpage().get_text_range() for number in range(len(pdf))]


def labels_of(whole: bytes) -> list[str]:
    with pypdfium2.PdfDocument(whole) as pdf:
        return [pdf.get_page_label(number) for number in range(len(pdf))]


def bookmarks_of(whole: bytes) -> list[tuple[int, str]]:
    with pypdfium2.PdfDocument(whole) as pdf:
        return [(item.level, item.get_title()) for item in pdf.get_toc()]


class TestAsk:
    def test_queues_it_and_journals_what_was_asked_for(self, binder, queued):
        file, clerk = binder
        queued.clear()

        export = ask(file, clerk, leave_out={"documents": [str(uuid4())], "reason": "Betriebsgeheimnis"})

        assert export.state == Export.State.WAITING
        assert queued == [("records.make_export", "large", {"export_id": export.pk})]
        entry = JournalEntry.objects.get(act="export")
        assert {v.field: v.new for v in entry.values.all()} == {"kind": "file_pdf", "left_out": "1", "reason": "Betriebsgeheimnis"}
        assert entry.file_id == file.public_id

    def test_wants_a_reason_for_what_is_left_out(self, binder):
        file, clerk = binder

        with pytest.raises(exports.CannotExport, match="warum"):
            ask(file, clerk, leave_out={"documents": [str(uuid4())]})

    def test_a_disclosure_block_warns_before_every_export(self, binder):
        file, clerk = binder
        Participant.objects.create(file=file, name="Frau Quittenbaum", role="Antragstellerin", disclosure_block=True)

        with pytest.raises(warnings_before.NotConfirmed) as refusal:
            ask(file, clerk)

        assert refusal.value.codes == ["disclosure_block"]
        assert not Export.objects.exists()
        assert ask(file, clerk, confirmed=["disclosure_block"]).pk
        assert JournalEntry.objects.get(act="export").values.get(field="confirmed").new == "disclosure_block"

    def test_a_restricted_file_must_be_confirmed(self, binder):
        file, clerk = binder
        granting.grant(target=file, to=clerk, right="manage_records", by=None, at=AT)
        AccessScope.objects.filter(file=file).update(restricted=True)
        file = RecordFile.objects.select_related("scope").get(pk=file.pk)

        with pytest.raises(warnings_before.NotConfirmed) as refusal:
            ask(file, clerk)

        assert refusal.value.codes == ["restricted"]

    def test_one_clerk_cannot_fill_the_queue(self, binder):
        file, clerk = binder
        for _place in range(exports.MOST_AT_ONCE):
            ask(file, clerk)

        with pytest.raises(exports.CannotExport):
            ask(file, clerk)


class TestFileAsOnePdf:
    def test_has_cover_contents_documents_and_bookmarks(self, binder):
        file, clerk = binder

        whole = content(made(file, clerk))

        texts = texts_of(whole)
        assert file.file_reference in texts[0]
        assert "Antrag" in texts[1]
        assert [title for level, title in bookmarks_of(whole) if level == 0] == [
            "Aktendeckel", "Inhaltsverzeichnis", "Direkt in der Akte", "Anträge",
        ]  # fmt: skip
        assert any("Bauantrag Blatt zwei" in text for text in texts)
        assert any("Aktennotiz" in text for text in texts)  # a text goes along as writing, not as a picture

    def test_sheets_have_the_numbers_of_the_binder(self, binder):
        file, clerk = binder

        whole = content(made(file, clerk))

        assert labels_of(whole) == ["A-1", "I-1", "1", "2", "3", "4"]
        assert ["Blatt 1" in text for text in texts_of(whole)[2:4]] == [True, False]

    def test_a_foliated_file_goes_by_its_folio_numbers(self, binder):
        file, clerk = binder
        antrag = Document.objects.get(title="Antrag")
        notiz, foto = Document.objects.get(title="Notiz"), Document.objects.get(title="Foto")
        for document, page, number, back in ((antrag, 1, 17, False), (antrag, 2, 17, True), (notiz, 1, 18, False)):
            Folio.objects.create(file=file, document=document, page=page, number=number, back=back, given_at=AT)

        whole = content(made(file, clerk))

        assert labels_of(whole)[2:] == ["17", "17 RS", "18", "o. Nr. 1"]
        assert "Blatt 17 RS" in texts_of(whole)[3]
        assert foto.title in bookmarks_of(whole)[-1][1]

    def test_lists_what_was_left_out_and_why(self, binder):
        file, clerk = binder
        wanted = Document.objects.get(title="Notiz")
        refiled(b"PK\x05\x06" + bytes(18), "Sammlung.zip", file, clerk)
        refiled(b"%PDF-1.7\nbroken", "Kaputt.pdf", file, clerk)
        refiled(locked(), "Gesperrt.pdf", file, clerk)
        read_all()

        export = made(file, clerk, leave_out={"documents": [str(wanted.public_id)], "reason": "Dritte betroffen"})

        codes = {left["title"]: left["code"] for left in export.left_out}
        assert codes == {"Notiz": "wish", "Sammlung": "no_pages", "Kaputt": "broken", "Gesperrt": "encrypted"}
        contents = texts_of(content(export))[1].replace("\r\n", " ")
        assert "Dritte betroffen" in contents
        assert "Kaputt" in contents

    def test_a_register_can_be_left_out(self, binder):
        file, clerk = binder
        register = file.registers.get()

        export = made(file, clerk, leave_out={"registers": [str(register.public_id)], "reason": "Nicht Gegenstand des Verfahrens"})

        assert [left["title"] for left in export.left_out] == ["Antrag"]
        assert labels_of(content(export)) == ["A-1", "I-1", "1", "2"]

    def test_says_so_when_nothing_is_left(self, queued):
        version, clerk = filed(b"PK\x05\x06" + bytes(18), "Sammlung.zip")
        read_all()
        export = ask(version.document.file, clerk)

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "nothing")

    def test_a_document_whose_bytes_broke_after_reading_is_left_out(self, binder):
        file, clerk = binder
        version = Document.objects.get(title="Antrag").current
        path = stores.of_municipality().path(version.sha256)
        path.chmod(0o640)
        path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)

        export = made(file, clerk)

        assert [(left["title"], left["code"]) for left in export.left_out] == [("Antrag", "not_in_store")]

    def test_notes_go_along_only_if_they_are_for_paper(self, binder):
        file, clerk = binder
        document = Document.objects.get(title="Antrag")
        for text, printed in (("Bitte prüfen", True), ("Nur für uns", False)):
            StickyNote.objects.create(document=document, text=text, printed=printed, created_at=AT, created_by=clerk)

        export = made(file, clerk)

        whole = " ".join(texts_of(content(export)))
        assert "Bitte prüfen" in whole
        assert "Nur für uns" not in whole
        assert [(left["kind"], left["code"]) for left in export.left_out] == [("sticky_note", "not_printed")]

    def test_missing_sheets_are_named(self, binder):
        file, clerk = binder
        MissingSheet.objects.create(file=file, what="Lageplan", borrower="Bauhof", since=AT.date(), created_at=AT, created_by=clerk)

        assert "Lageplan" in texts_of(content(made(file, clerk)))[1]

    def test_our_own_sheets_and_tagged_documents_keep_their_tags(self, binder):
        file, clerk = binder

        with pikepdf.open(io.BytesIO(content(made(file, clerk)))) as pdf:
            assert len(pdf.Root.StructTreeRoot.K) == 3  # cover, contents, the text
            assert bool(pdf.Root.MarkInfo.Suspects)  # two documents have none
            assert "pdfaid" not in str(pdf.open_metadata())  # nothing is claimed that is not so


def locked() -> bytes:
    stream = io.BytesIO()
    papers.typed("Geheim").save(stream, encryption=pikepdf.Encryption(owner="x", user="", R=6))
    return stream.getvalue()


class TestCourtPackage:
    def test_holds_the_original_bytes_a_record_and_a_list(self, binder, settings):
        file, clerk = binder
        settings.XJUSTIZ_SCHEMAS = None

        export = made(file, clerk, "court_package")

        with zipfile.ZipFile(io.BytesIO(content(export))) as package:
            names = package.namelist()
            record = etree.fromstring(package.read("xjustiz_nachricht.xml"))
            rows = list(openpyxl.load_workbook(io.BytesIO(package.read("Inhalt.xlsx"))).worksheets[0].values)
            antrag = next(name for name in names if name.endswith("_Antrag.pdf"))
            assert package.read(antrag) == stores.of_municipality().path(Document.objects.get(title="Antrag").current.sha256).read_bytes()
            assert "nicht geprüft" in package.read("Hinweise.txt").decode()
        assert antrag == "0003_2026-03-01_Antrag.pdf"
        assert [one.text for one in record.iter(f"{XJ}anzeigename")] == [file.title, "Foto", "Notiz", "Antrag"]
        assert [one.text for one in record.iter(f"{XJ}nummerImUebergeordnetenContainer")] == ["1", "1", "2", "3"]
        assert record.find(f".//{XJ}posteingang/{XJ}datum").text == "2026-03-01"
        assert record.findall(f".//{XJ}dokumentklasse/code")[-1].text == "016"
        assert rows[0][1] == "Dateiname"
        assert len(rows) == 4
        assert export.options["xjustiz"] == {"version": "3.6.2", "checked": False}

    def test_takes_along_what_has_no_pages(self, queued):
        version, clerk = filed(b"PK\x05\x06" + bytes(18), "Sammlung.zip")
        read_all()

        export = made(version.document.file, clerk, "court_package")

        assert not export.left_out

    def test_a_title_that_looks_like_a_formula_stays_a_text(self, queued):
        version, clerk = filed()
        Document.objects.update(title="=HYPERLINK(1)")
        read_all()

        export = made(version.document.file, clerk, "court_package")

        with zipfile.ZipFile(io.BytesIO(content(export))) as package:
            sheet = openpyxl.load_workbook(io.BytesIO(package.read("Inhalt.xlsx"))).worksheets[0]
        assert sheet.cell(2, 3).data_type == "s"

    def test_a_record_that_does_not_fit_the_schema_is_not_handed_out(self, queued, settings, tmp_path):
        (tmp_path / "xjustiz_0005_nachrichten_3_2.xsd").write_text(SCHEMA)
        settings.XJUSTIZ_SCHEMAS = tmp_path
        version, clerk = filed()
        export = ask(version.document.file, clerk, "court_package")

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "xjustiz")


# A schema of another message: whatever is validated against it fails.
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.xjustiz.de" elementFormDefault="qualified">
<xs:element name="nachricht.gds.basisnachricht.0005006" type="xs:string"/></xs:schema>"""


class TestMake:
    def test_goes_away_while_somebody_else_holds_the_lease(self, binder):
        export = ask(*binder)
        Export.objects.update(holder=uuid4(), heartbeat_at=timezone.now())

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert export.state == Export.State.WAITING

    def test_a_killed_workers_export_is_taken_over_by_another(self, binder, queued):
        export = ask(*binder)
        Export.objects.update(holder=uuid4(), heartbeat_at=timezone.now() - timedelta(seconds=40), state="running", attempts=1)
        queued.clear()

        assert exports.sweep(at=timezone.now()) == 1
        exports.make(export_id=queued[0][2]["export_id"])

        export.refresh_from_db()
        assert export.state == Export.State.READY

    def test_what_the_broker_lost_is_queued_again(self, binder, queued):
        ask(*binder)
        Export.objects.update(queued_at=timezone.now() - timedelta(seconds=15))

        assert exports.sweep(at=timezone.now()) == 1

    def test_one_that_always_crashes_ends(self, binder, queued):
        export = ask(*binder)
        Export.objects.update(holder=uuid4(), heartbeat_at=timezone.now() - timedelta(seconds=40), crashes=leases.MOST_CRASHES)

        exports.sweep(at=timezone.now())

        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "given_up")

    def test_rights_taken_away_meanwhile_end_it(self, binder):
        file, clerk = binder
        export = ask(file, clerk)
        granting.revoke(target=file.unit, of=clerk, right="manage_records", by=None, at=AT)

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "no_access")

    def test_rights_taken_away_while_it_was_made_end_it_too(self, binder, monkeypatch):
        file, clerk = binder
        export = ask(file, clerk)
        compose = exports.file_pdf.compose

        def slowly(making):
            result = compose(making)
            granting.revoke(target=file.unit, of=clerk, right="manage_records", by=None, at=AT)
            return result

        monkeypatch.setattr(exports.file_pdf, "compose", slowly)

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert (export.state, export.failure, export.sha256) == (Export.State.FAILED, "no_access", "")


class TestCancel:
    def test_ends_it_and_its_worker_notices(self, binder, monkeypatch):
        file, clerk = binder
        export = ask(file, clerk)
        prepare = exports.file_pdf.binding.prepare

        def cancelled_meanwhile(*args, **kwargs):
            exports.cancel(export=export, by=clerk, at=timezone.now())
            return prepare(*args, **kwargs)

        monkeypatch.setattr(exports.file_pdf.binding, "prepare", cancelled_meanwhile)

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "cancelled")
        assert JournalEntry.objects.filter(act="cancel_export").count() == 1

    def test_refuses_one_that_is_ready(self, binder):
        file, clerk = binder
        export = made(file, clerk)

        with pytest.raises(exports.CannotExport):
            exports.cancel(export=export, by=clerk, at=timezone.now())


class TestHandOut:
    def test_is_journaled(self, binder):
        file, clerk = binder
        export = made(file, clerk)

        exports.hand_out(export=export, by=clerk, at=timezone.now())

        assert JournalEntry.objects.get(act="download_export").values.get(field="sha256").new == export.sha256

    def test_refuses_after_a_week(self, binder):
        file, clerk = binder
        export = made(file, clerk)

        with pytest.raises(exports.CannotExport):
            exports.hand_out(export=export, by=clerk, at=timezone.now() + timedelta(days=8))


class TestExpire:
    def test_after_a_week_row_and_bytes_are_gone(self, binder, monkeypatch):
        file, clerk = binder
        export = made(file, clerk)
        monkeypatch.setattr(storekeeping, "ORPHAN_SECONDS", -1)
        storekeeping.sweep()
        assert stores.of_municipality().has(export.sha256)  # as long as the row speaks of it

        Export.objects.update(expires_at=timezone.now())
        storekeeping.sweep()

        assert not Export.objects.exists()
        assert not stores.of_municipality().has(export.sha256)

    def test_erasing_a_document_takes_back_what_was_exported_of_its_file(self, binder, committing):
        file, clerk = binder
        export = made(file, clerk)
        document = Document.objects.get(title="Antrag")

        request = erasure.ask_for_erasure(document=document, reason="Falsch abgelegt", by=clerk, at=AT)
        with committing():
            erasure.approve_erasure(request=request, by=ClerkFactory(), at=AT)

        assert not Export.objects.exists()
        assert not stores.of_municipality().has(export.sha256)


class TestHostileDocuments:
    """Whatever a document does, the others go along."""

    def test_a_document_that_changed_its_number_of_pages_is_left_out(self, binder):
        file, clerk = binder
        version = Document.objects.get(title="Antrag").current
        Page.objects.filter(version=version, number=2).delete()

        export = made(file, clerk)

        assert [(left["title"], left["code"]) for left in export.left_out] == [("Antrag", "broken")]

    def test_a_picture_of_one_pixel_has_a_sheet(self, queued):
        version, clerk = filed(picture((1, 1)), "Punkt.png")
        read_all()

        whole = content(made(version.document.file, clerk))

        assert labels_of(whole) == ["A-1", "I-1", "1"]

"""The file as one PDF: everything in its order, under its sheet numbers, and a list of what is not in it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pikepdf
import pytest

from records import exports
from records.models import Document, Export, Folio, MissingSheet, Page, StickyNote
from tenants import stores
from tenants.models import MunicipalSettings
from tests.node.records.handed_over import ask, bookmarks_of, content, labels_of, locked, made, picture, read_all, texts_of
from tests.node.records.papers import filed, refiled

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


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

    def test_a_missing_sheet_has_a_page_of_its_own_at_its_place_and_shifts_no_number(self, binder):
        file, clerk = binder
        antrag = Document.objects.get(title="Antrag")
        MissingSheet.objects.create(
            file=file,
            register=antrag.register,
            behind=antrag,
            what="Lageplan",
            borrower="Bauhof",
            since=AT,
            created_at=AT,
            created_by=clerk,
        )

        whole = content(made(file, clerk))

        assert labels_of(whole) == ["A-1", "I-1", "1", "2", "3", "4", "E-1"]
        words = texts_of(whole)[-1]
        assert "Lageplan" in words
        assert "ausgeliehen an: Bauhof, seit 02.03.2026" in words
        assert [title for level, title in bookmarks_of(whole) if level][-1] == "Fehlblatt: Lageplan"

    def test_bears_the_receipt_stamp_on_the_first_sheet_of_what_came_in_unless_that_is_not_wished(self, binder):
        file, clerk = binder
        MunicipalSettings.objects.update_or_create(pk=1, defaults={"receipt_stamp": "Eingang Stadt Musterstadt"})
        Document.objects.filter(title="Notiz").update(received_on=date(2026, 3, 2), direction=Document.Direction.OUTGOING)

        with_stamp, without = (texts_of(content(made(file, clerk, receipt_stamps=wished))) for wished in (True, False))

        assert ["Eingang Stadt Musterstadt 01.03.2026" in text for text in with_stamp[2:]] == [
            "Bauantrag Blatt eins" in t for t in with_stamp[2:]
        ]
        assert not any("Eingang Stadt" in text for text in without[2:])

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

    def test_our_own_sheets_and_tagged_documents_keep_their_tags_and_the_others_get_some(self, binder):
        file, clerk = binder

        with pikepdf.open(io.BytesIO(content(made(file, clerk)))) as pdf:
            assert len(pdf.Root.StructTreeRoot.K) == 5  # cover, contents, the text, and two documents whose sheets were tagged as a whole
            assert bool(pdf.Root.MarkInfo.Suspects)  # nobody has looked at the order of their words
            assert "pdfaid" not in str(pdf.open_metadata())  # nothing is claimed that is not so


class TestOneDocument:
    def test_is_that_document_alone_with_the_numbers_it_has_in_the_file_and_the_receipt_stamp(self, binder):
        file, clerk = binder
        MunicipalSettings.objects.update_or_create(pk=1, defaults={"receipt_stamp": "Eingang Stadt Musterstadt"})
        document = Document.objects.get(title="Antrag")
        whole = content(made(file, clerk))
        numbers = [label for label, text in zip(labels_of(whole), texts_of(whole), strict=True) if "Bauantrag" in text]

        export = made(file, clerk, document=document)

        assert labels_of(content(export)) == numbers
        first, *others = texts_of(content(export))
        assert "Eingang Stadt Musterstadt 01.03.2026" in first
        assert f"Blatt {numbers[0]}" in first
        assert not any("Eingang Stadt" in text for text in others)
        assert (export.left_out, export.called) == ([], "Ein Dokument mit Blattnummern und Stempel")
        assert "Antrag" in export.name

    def test_what_cannot_leave_as_pages_is_refused_at_once(self, binder):
        file, clerk = binder
        refiled(b"PK\x05\x06" + bytes(18), "Sammlung.zip", file, clerk)
        read_all()
        notiz = Document.objects.get(title="Notiz")
        Document.objects.filter(pk=notiz.pk).update(draft=True, number=None)

        for title, why in (("Sammlung", "als Seiten"), ("Notiz", "Entwurf")):
            with pytest.raises(exports.CannotExport, match=why):
                ask(file, clerk, document=Document.objects.get(title=title))
        with pytest.raises(exports.CannotExport, match="nur ein PDF"):
            ask(file, clerk, kind="court_package", document=Document.objects.get(title="Antrag"))

    def test_says_why_when_its_bytes_are_gone_meanwhile(self, binder):
        file, clerk = binder
        document = Document.objects.get(title="Foto")
        export = ask(file, clerk, document=document)
        stores.of_municipality().path(document.current.sha256).unlink()

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "not_in_store")
        assert "fehlen" in exports.failure(export)


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

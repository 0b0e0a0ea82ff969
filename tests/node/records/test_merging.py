"""Documents put together: the first one holds all pages, the others are cancelled and can be restored, nothing is lost."""

from __future__ import annotations

import pytest
from django.utils.timezone import localdate

from records import attaching, folios, holding, merging, rearranging, reminding, restoring, sticking, taking_apart
from records.models import CrossReference, Document, Folio, JournalEntry, Participant, Register, Reminder, StickyNote
from tenants import stores
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, RecordFileFactory
from tests.node.records.handed_over import bookmarks_of, picture, read_all
from tests.node.records.thick_documents import AT, document_of, told, words


@pytest.fixture(autouse=True)
def _queue(queued) -> None:
    """Nothing is sent to a broker."""


@pytest.fixture
def three():
    """Three documents of one file and their clerk."""
    one, clerk = document_of("Antrag eins", "Antrag zwei")
    two, _clerk = document_of("Bescheid", file=one.file, clerk=clerk, name="Bescheid.pdf")
    three, _clerk = document_of("Carport eins", "Carport zwei", file=one.file, clerk=clerk, name="Carport.pdf")
    return one, two, three, clerk


def remind(document, clerk) -> Reminder:
    return reminding.set_reminder(file=document.file, document=document, due_on=localdate(AT), to=clerk, by=clerk, at=AT)


def merge(*documents, by, **more) -> Document:
    return merging.merge(documents=documents, by=by, at=AT, **more).document


class TestMerge:
    def test_the_first_one_holds_all_pages_in_this_order(self, three) -> None:
        one, two, third, clerk = three

        whole = merge(two, third, one, by=clerk)

        assert whole.pk == two.pk
        assert words(whole.current) == ["Bescheid", "Carport eins", "Carport zwei", "Antrag eins", "Antrag zwei"]
        assert words(two.versions.get(number=1)) == ["Bescheid"]
        assert [title for _level, title in bookmarks_of(stores.of_municipality().path(whole.current.sha256).read_bytes())] == [
            "Bescheid", "Carport", "Antrag",
        ]  # fmt: skip

    def test_the_others_are_cancelled_with_the_reason_and_stay_with_all_their_versions(self, three) -> None:
        one, two, third, clerk = three

        merge(one, two, third, by=clerk)

        for other in (two, third):
            other.refresh_from_db()
            assert other.cancelled_at == AT
            assert other.versions.count() == 1
        assert told("cancel")["reason"] == (None, f"Zusammengefügt in Dokument {one.file.file_reference}-1.")

    def test_a_cancelled_source_can_be_restored(self, three) -> None:
        one, two, _third, clerk = three
        merge(one, two, by=clerk)

        back = restoring.restore_document(document=two, by=clerk, at=AT)

        assert back.cancelled_at is None
        assert words(back.current or two.current) == ["Bescheid"]

    def test_version_and_journal_say_what_was_put_together(self, three) -> None:
        one, two, _third, clerk = three

        whole = merge(one, two, by=clerk, title="Antrag mit Bescheid")

        reference = one.file.file_reference
        assert whole.current.comment == f"Fassung 1 zusammengefügt mit {reference}-2"
        first = told("merge")
        assert (first["title"], first["version"], first["documents"]) == (("Antrag", "Antrag mit Bescheid"), ("1", "2"), ("2", "1"))
        other = told("merge_into")
        assert other == {"merged_into": (None, str(one.public_id)), "version": (None, "1"), "pages": (None, "1")}
        assert JournalEntry.objects.get(act="merge_into").object_id == two.public_id

    def test_the_highest_protection_need_among_them_holds(self, three) -> None:
        one, two, _third, clerk = three
        Document.objects.filter(pk=two.pk).update(protection_need="very_high")
        two.refresh_from_db()

        assert merge(one, two, by=clerk).protection_need == "very_high"

    def test_a_picture_becomes_a_page(self, three) -> None:
        one, _two, _third, clerk = three
        photo, _clerk = document_of(content=picture((300, 200)), name="Foto.png", file=one.file, clerk=clerk)

        whole = merge(one, photo, by=clerk)
        read_all()

        whole.current.refresh_from_db()
        assert whole.current.page_count == 3

    def test_attachments_participants_and_cross_references_hang_on_the_first_one_now(self, three) -> None:
        one, two, third, clerk = three
        attaching.attach(document=third, to=two, by=clerk, at=AT)
        person = Participant.objects.create(file=one.file, document=two, name="Erika", role="Bauherrin")
        elsewhere = CrossReference.objects.create(file=RecordFileFactory(), document=two, created_at=AT, created_by=clerk)
        reminder = remind(two, clerk)
        register = Register.objects.create(file=one.file, position=1, name="Anträge")
        Document.objects.filter(pk=one.pk).update(register=register)
        one.refresh_from_db()

        merge(one, two, by=clerk)

        for row in (third, person, elsewhere, reminder):
            row.refresh_from_db()
        assert reminder.document == one
        assert list(Reminder.objects.open()) == [reminder]
        assert (third.parent, third.register, third.cancelled_at) == (one, register, None)
        assert (person.document, elsewhere.document) == (one, one)

    def test_a_document_and_its_own_attachments_can_be_put_together(self, three) -> None:
        one, two, third, clerk = three
        for attachment in (two, third):
            attaching.attach(document=attachment, to=one, by=clerk, at=AT)
            attachment.refresh_from_db()

        merge(two, one, third, by=clerk)

        rows = {row.pk: row for row in Document.objects.filter(file=one.file)}
        assert rows[two.pk].cancelled_at is None
        assert rows[two.pk].parent_id is None
        assert rows[one.pk].cancelled_at == rows[third.pk].cancelled_at == AT

    def test_folio_numbers_and_notes_go_with_their_pages(self, three) -> None:
        MunicipalSettings.load()
        one, two, third, clerk = three
        folios.foliate(file=one.file, by=clerk, at=AT)
        given = Folio.objects.filter(file=one.file).by_document()
        sticking.stick(document=third, page=2, text="Prüfen", printed=False, by=clerk, at=AT)

        merge(one, third, two, by=clerk)
        read_all()

        assert Folio.objects.filter(file=one.file).by_document() == {one.pk: given[one.pk] + given[third.pk] + given[two.pk]}
        assert folios.overview(file=one.file).gaps == []
        note = StickyNote.objects.get()
        assert (note.document, note.page) == (one, 4)


class TestRefusals:
    def test_one_document_alone_or_twice_is_no_choice(self, three) -> None:
        one, _two, _third, clerk = three

        for documents in ((one,), (one, one), ()):
            with pytest.raises(rearranging.CannotRearrange, match="mindestens zwei"):
                merge(*documents, by=clerk)

    def test_documents_of_two_files_are_not_put_together(self, three) -> None:
        one, _two, _third, clerk = three

        with pytest.raises(rearranging.CannotRearrange, match="derselben Akte"):
            merge(one, DocumentFactory(), by=clerk)

    def test_too_many_are_refused(self, three, monkeypatch: pytest.MonkeyPatch) -> None:
        *documents, clerk = three
        monkeypatch.setattr(merging, "MOST_DOCUMENTS", 2)

        with pytest.raises(rearranging.CannotRearrange, match="höchstens 2"):
            merge(*documents, by=clerk)

    def test_a_title_of_ten_thousand_characters_is_refused(self, three) -> None:
        one, two, _third, clerk = three

        with pytest.raises(merging.BadTitle, match="500"):
            merge(one, two, by=clerk, title="x" * 10_000)

    def test_what_somebody_else_has_checked_out_is_refused_with_the_name(self, three) -> None:
        one, two, _third, clerk = three
        holding.check_out(document=two, by=ClerkFactory(display_name="Frau Halter"), at=AT)
        two.refresh_from_db()

        with pytest.raises(rearranging.Stale, match="Frau Halter"):
            merge(one, two, by=clerk)
        one.refresh_from_db()
        assert one.current.number == 1

    def test_so_is_an_attachment_that_would_have_to_move(self, three) -> None:
        one, two, third, clerk = three
        attaching.attach(document=third, to=two, by=clerk, at=AT)
        holding.check_out(document=third, by=ClerkFactory(display_name="Frau Halter"), at=AT)

        with pytest.raises(rearranging.Stale, match="Frau Halter"):
            merge(one, two, by=clerk)

    def test_another_version_than_was_seen_is_refused(self, three) -> None:
        one, two, _third, clerk = three

        with pytest.raises(rearranging.Stale, match="Fassung 1"):
            merge(one, two, by=clerk, seen={two.pk: 2})

    def test_text_files_are_named(self, three) -> None:
        one, _two, _third, clerk = three
        text, _clerk = document_of(content=b"Guten Tag", name="Notiz.txt", file=one.file, clerk=clerk)

        with pytest.raises(Exception, match="„Notiz“ ist weder ein PDF noch ein Bild"):
            merge(one, text, by=clerk)


class TestTakeApart:
    def test_everything_is_what_it_was_and_nothing_is_deleted(self, three) -> None:
        MunicipalSettings.load()
        one, two, third, clerk = three
        attachment, _clerk = document_of("Anlage", file=one.file, clerk=clerk, name="Anlage.pdf")
        attaching.attach(document=attachment, to=third, by=clerk, at=AT)
        person = Participant.objects.create(file=one.file, document=two, name="Erika", role="Bauherrin")
        elsewhere = CrossReference.objects.create(file=RecordFileFactory(), document=two, created_at=AT, created_by=clerk)
        Document.objects.filter(pk=two.pk).update(protection_need="high")
        reminder = remind(two, clerk)
        folios.foliate(file=one.file, by=clerk, at=AT)
        given = Folio.objects.filter(file=one.file).by_document()
        note = sticking.stick(document=third, page=2, text="Prüfen", printed=False, by=clerk, at=AT)
        documents = [Document.objects.select_related("file", "current").get(pk=each.pk) for each in (one, third, two)]
        together = merging.merge(documents=documents, title="Alles", by=clerk, at=AT).together
        read_all()

        first = taking_apart.take_apart(together=together, by=clerk, at=AT)

        assert (first.title, first.protection_need, first.current.number) == ("Antrag", "normal", 3)
        assert words(first.current) == ["Antrag eins", "Antrag zwei"]
        assert first.current.comment == "Zusammenfügen zurückgenommen: wie Fassung 1"
        for row in (two, third, attachment, person, elsewhere, note, reminder):
            row.refresh_from_db()
        assert (two.cancelled_at, third.cancelled_at) == (None, None)
        assert (attachment.parent, person.document, elsewhere.document, reminder.document) == (third, two, two, two)
        assert (note.document, note.page) == (third, 2)
        assert Folio.objects.filter(file=one.file).by_document() == given
        assert first.versions.count() == 3

    def test_what_was_changed_since_stays_as_it_is(self, three) -> None:
        one, two, _third, clerk = three
        together = merging.merge(documents=[one, two], by=clerk, at=AT).together
        Document.objects.filter(pk=one.pk).update(revision=99)

        with pytest.raises(rearranging.CannotRearrange, match="inzwischen geändert"):
            taking_apart.take_apart(together=together, by=clerk, at=AT)
        two.refresh_from_db()
        assert two.cancelled_at == AT

    def test_a_document_and_its_attachments_come_back_as_they_were(self, three) -> None:
        one, two, third, clerk = three
        for attachment in (two, third):
            attaching.attach(document=attachment, to=one, by=clerk, at=AT)
            attachment.refresh_from_db()
        together = merging.merge(documents=[two, one, third], by=clerk, at=AT).together

        taking_apart.take_apart(together=together, by=clerk, at=AT)

        rows = {row.pk: row for row in Document.objects.filter(file=one.file)}
        assert [rows[each.pk].cancelled_at for each in three[:3]] == [None, None, None]
        assert (rows[two.pk].parent_id, rows[third.pk].parent_id, rows[one.pk].parent_id) == (one.pk, one.pk, None)

"""A document split by its pages: it keeps the first part, every further one becomes a document right behind it."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import attaching, binder, cases, folios, journal_reading, merging, page_making, rearranging, splitting, sticking
from records.models import Document, DocumentVersion, Folio, JournalEntry, RecordFile, Register, StickyNote
from records.splitting import Piece
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.foundation import papers
from tests.node.factories import DocumentFactory
from tests.node.records.handed_over import pdf_of, read_all
from tests.node.records.thick_documents import AT, chosen, document_of, told, words

LETTERS = ("Antrag", "Bescheid", "Carport", "Dachplan", "Einspruch")


@pytest.fixture(autouse=True)
def _queue(queued) -> None:
    """Nothing is sent to a broker."""


def split(document, clerk, first, *pieces, **more) -> list[Document]:
    return splitting.split(
        document=document,
        seen=more.pop("seen", 1),
        pages=chosen(*first),
        pieces=[Piece(title, tuple(chosen(*pages))) for title, pages in pieces],
        by=clerk,
        at=AT,
        **more,
    )


def sheets(file) -> list[str]:
    """The texts of all sheets of a file as one leafs through it."""
    stream = binder.sheets(file=file)
    texts = {version.pk: words(version) for version in DocumentVersion.objects.filter(pk__in={s.document.current_id for s in stream})}
    return [texts[sheet.document.current_id][sheet.page - 1] for sheet in stream]


def titles(file) -> list[str]:
    return [document.title for document in binder.documents_of(file=file)]


class TestSplit:
    def test_the_document_keeps_the_first_part_and_the_others_follow_it(self) -> None:
        document, clerk = document_of(*LETTERS)

        made = split(document, clerk, (1,), ("Bescheid", (2, 3)), ("Rest", (4, (5, 90))))

        assert [words(one.current) for one in made] == [["Antrag"], ["Bescheid", "Carport"], ["Dachplan", "Einspruch"]]
        assert made[0].pk == document.pk
        assert words(document.versions.get(number=1)) == list(LETTERS)
        assert [one.current.number for one in made] == [2, 1, 1]

    @pytest.mark.parametrize("order", ["newest_on_top", "oldest_on_top"])
    def test_whoever_leafs_through_the_file_meets_the_same_sheets_in_the_same_order(self, order) -> None:
        MunicipalSettings.load()
        MunicipalSettings.objects.update(stapling_order=order)
        document, clerk = document_of(*LETTERS)
        document_of("Später", file=document.file, clerk=clerk)
        before = sheets(document.file)

        split(document, clerk, (1, 2), ("Zweiter Teil", (3,)), ("Dritter Teil", (4, 5)))
        read_all()

        assert sheets(document.file) == before
        assert len(titles(document.file)) == 4

    def test_there_is_room_behind_it_also_where_neighbours_lie_close(self) -> None:
        document, clerk = document_of(*LETTERS)
        for step in (1, 2, -1):
            DocumentFactory(file=document.file, rank=document.rank + step, title=f"Nachbar {step}")
        before = titles(document.file)

        split(document, clerk, (1,), ("Zwei", (2,)), ("Drei", (3,)), ("Vier", (4, 5)))

        after = titles(document.file)
        place = after.index(document.title)
        assert after[place : place + 4] == [document.title, "Zwei", "Drei", "Vier"]
        assert [title for title in after if title in before] == before

    def test_what_is_said_of_it_is_said_of_the_parts(self) -> None:
        document, clerk = document_of(*LETTERS)
        register = Register.objects.create(file=document.file, position=1, name="Anträge")
        said = {
            "register": register, "received_on": date(2026, 3, 1), "document_date": date(2026, 2, 27), "kind": "Antrag",
            "direction": "incoming", "keywords": ["Carport"], "protection_need": "high", "text_exception": "Plan",
        }  # fmt: skip
        Document.objects.filter(pk=document.pk).update(**said)

        part = split(document, clerk, (1, 2, 3), ("Plan", (4, 5)))[1]

        part.refresh_from_db()
        assert {name: getattr(part, name) for name in said} == said
        assert (part.file, part.created_by, part.revision) == (document.file, clerk, 1)

    def test_each_part_gets_a_number_of_its_own(self) -> None:
        document, clerk = document_of(*LETTERS)

        made = split(document, clerk, (1,), ("Zwei", (2,)), ("Drei", (3, 4, 5)))

        assert [one.number for one in made] == [1, 2, 3]
        assert RecordFile.objects.get(pk=document.file_id).last_document_number == 3

    def test_it_stays_in_its_case_and_a_closed_case_stays_as_it_is(self) -> None:
        document, clerk = document_of(*LETTERS)
        case = cases.create_case(file=document.file, title="Vorgang", by=clerk, at=AT)
        document = cases.put_into_case(document=document, case=case, by=clerk, at=AT)

        part = split(document, clerk, (1,), ("Zwei", (2, 3, 4, 5)))[1]
        assert (part.case, part.number) == (case, 2)

        read_all()
        cases.close_case(case=case, by=clerk, at=AT)
        part = Document.objects.select_related("file", "case").get(pk=part.pk)
        with pytest.raises(rearranging.CannotRearrange, match="geschlossen"):
            split(part, clerk, (1,), ("Drei", (2,)))

    def test_parts_of_an_attachment_are_attachments_right_behind_it(self) -> None:
        lead, clerk = document_of("Schreiben", name="Schreiben.pdf")
        document, _clerk = document_of(*LETTERS, file=lead.file, clerk=clerk)
        other, _clerk = document_of("Anderes", file=lead.file, clerk=clerk, name="Anderes.pdf")
        for one in (document, other):
            attaching.attach(document=one, to=lead, by=clerk, at=AT)
        document.refresh_from_db()

        part = split(document, clerk, (1,), ("Zwei", (2, 3, 4, 5)))[1]

        assert part.parent == lead
        below = Document.objects.filter(parent=lead).order_by("rank").values_list("title", flat=True)
        assert list(below) == ["Antrag", "Zwei", "Anderes"]

    def test_its_attachments_and_the_files_inside_stay_with_the_first_part(self) -> None:
        stream = io.BytesIO()
        papers.with_attachment(papers.typed("Eins", "Zwei"), "daten.xml", b"<x/>").save(stream)
        document, clerk = document_of(content=stream.getvalue())
        attachment, _clerk = document_of("Anlage", file=document.file, clerk=clerk, name="Anlage.pdf")
        attaching.attach(document=attachment, to=document, by=clerk, at=AT)

        first, part = split(document, clerk, (1,), ("Zwei", (2,)))
        read_all()

        assert list(first.attachments.all()) == [attachment]
        first.current.refresh_from_db()
        part.current.refresh_from_db()
        assert (first.current.notices, part.current.notices) == (["attachments"], [])
        assert "ohne die eingebetteten Dateien" in part.current.comment

    def test_version_and_journal_say_where_the_parts_come_from(self) -> None:
        document, clerk = document_of(*LETTERS)

        first, part = split(document, clerk, (2, 1), ("Rest", (5, 3)))

        reference = f"{document.file.file_reference}-1"
        assert first.current.comment == "Aus Fassung 1: Seiten neu geordnet; ausgelassen: S. 4; S. 3, 5 abgetrennt"
        assert part.current.comment == f"S. 5, 3 aus Dokument {reference}, Fassung 1"
        source = told("split")
        assert (source["pages"], source["documents"], source["version"]) == (("1–5", "2, 1"), ("1", "2"), ("1", "2"))
        origin = told("split_off")
        assert origin["origin"] == (None, str(document.public_id))
        assert (origin["origin_version"], origin["pages"], origin["title"]) == ((None, "1"), (None, "5, 3"), (None, "Rest"))
        assert JournalEntry.objects.filter(file_id=document.file.public_id, act="split_off").count() == 1

    def test_whoever_reads_the_journal_sees_the_source_by_its_title(self) -> None:
        document, clerk = document_of("Eins", "Zwei")
        split(document, clerk, (1,), ("Zwei", (2,)))

        page = journal_reading.page_of(file=document.file, clerk=clerk)

        entry = next(entry for entry in page.entries if entry.act == "split_off")
        assert entry.act_label == "Als Teil eines anderen Dokuments abgelegt"
        assert ("Abgetrennt von", None, "Antrag") in entry.changes

    def test_folio_numbers_and_notes_go_with_their_pages_into_the_new_documents(self) -> None:
        MunicipalSettings.load()
        document, clerk = document_of(*LETTERS)
        folios.foliate(file=document.file, by=clerk, at=AT)
        labels = Folio.objects.filter(file=document.file).by_document()[document.pk]
        sticking.stick(document=document, page=4, text="Prüfen", printed=False, by=clerk, at=AT)

        part = split(document, clerk, (1, 2), ("Rest", (3, 4, 5)))[1]

        after = Folio.objects.filter(file=document.file).by_document()
        assert (after[document.pk], after[part.pk]) == (labels[:2], labels[2:])
        note = StickyNote.objects.get()
        assert (note.document, note.page) == (part, 2)

    def test_proposed_titles_fit_however_long_the_title_is(self) -> None:
        title = splitting.proposed_title(Document(title="x" * 500), 2)

        assert (len(title), title[-9:]) == (500, " (Teil 2)")


class TestRefusals:
    @pytest.mark.parametrize(
        ("first", "pieces", "sentence"),
        [
            ((1, 2), (), "ab welcher Seite"),
            ((), (("Zwei", (1,)),), "mindestens eine Seite"),
            ((1,), (("Zwei", ()),), "mindestens eine Seite"),
            ((1,), (("Zwei", (1, 2)),), "Seite 1 wurde zweimal"),
            ((1,), (("Zwei", (9,)),), "keine Seite 9"),
            ((1,), (("", (2,)),), "einen Titel"),
            ((1,), (("x" * 10_000, (2,)),), "500"),
            ((1,), tuple((f"Teil {n}", (2,)) for n in range(101)), "höchstens 100"),
        ],
    )
    def test_bad_input_gets_a_sentence_and_changes_nothing(self, first, pieces, sentence) -> None:
        document, clerk = document_of("Eins", "Zwei")

        with pytest.raises(rearranging.CannotRearrange, match=sentence):
            split(document, clerk, first, *pieces)
        assert Document.objects.filter(file=document.file).count() == 1
        assert document.versions.count() == 1

    def test_a_title_that_cannot_be_is_named_by_its_place(self) -> None:
        document, clerk = document_of("Eins", "Zwei", "Drei")

        with pytest.raises(splitting.BadTitles) as refused:
            split(document, clerk, (1,), ("Zwei", (2,)), ("\x00 ", (3,)))
        assert refused.value.errors.keys() == {1}

    def test_another_version_meanwhile_is_refused(self) -> None:
        document, clerk = document_of("Eins", "Zwei")
        rearranging.rearrange(document=document, seen=1, pages=chosen(2, 1), by=ClerkFactory(display_name="Frau Schnell"), at=AT)
        read_all()
        document.refresh_from_db()

        with pytest.raises(rearranging.Stale, match="Frau Schnell"):
            split(document, clerk, (1,), ("Zwei", (2,)))

    def test_nothing_is_done_by_half(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The last part fails: there is no new version and no new document."""
        document, clerk = document_of("Eins", "Zwei")

        def broken(*args, **more):
            raise RuntimeError("Strom weg")

        monkeypatch.setattr("records.page_following.follow", broken)

        with pytest.raises(RuntimeError):
            split(document, clerk, (1,), ("Zwei", (2,)))
        assert (Document.objects.filter(file=document.file).count(), document.versions.count()) == (1, 1)

    def test_a_signed_document_has_to_be_confirmed(self) -> None:
        stream = io.BytesIO()
        papers.with_form(papers.typed("Vertrag", "Anlage"), signature=True).save(stream)
        document, clerk = document_of(content=stream.getvalue())

        with pytest.raises(page_making.Signed):
            split(document, clerk, (1,), ("Anlage", (2,)))
        assert len(split(document, clerk, (1,), ("Anlage", (2,)), despite_signature=True)) == 2


class TestSplitThenMerge:
    @settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cuts=st.sets(st.integers(2, len(LETTERS)), min_size=1))
    def test_gives_the_original_page_sequence(self, cuts) -> None:
        document, clerk = document_of(content=pdf_of(*LETTERS))
        starts = [1, *sorted(cuts)]
        parts = [tuple(range(start, end)) for start, end in zip(starts, [*starts[1:], len(LETTERS) + 1], strict=True)]

        made = split(document, clerk, parts[0], *((f"Teil {place}", pages) for place, pages in enumerate(parts[1:], start=2)))
        read_all()
        whole = merging.merge(
            documents=[Document.objects.select_related("file", "current__created_by").get(pk=one.pk) for one in made], by=clerk, at=AT
        ).document

        assert words(whole.current) == list(LETTERS)

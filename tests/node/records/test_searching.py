"""Finding: rights inside the query, exact counts, German words, and what changes is followed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module

import pytest

from records import describing, filing, granting, index_keeping, indexing, refiling, searching
from records.models import IndexChange
from tenants import current
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, PageFactory, RecordFileFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_index(tmp_path, settings):
    settings.MUNICIPALITY_INDEXES = tmp_path
    searching._open.clear()
    yield
    searching._open.clear()


def filed(text, *, unit=None, title="Schreiben", **file):
    document = DocumentFactory(file=RecordFileFactory(unit=unit or FilePlanUnitFactory(), **file), title=title)
    for number, part in enumerate(text.split("\f"), 1):
        PageFactory(version=document.current, number=number, text=part)
    indexing.note_document(document)
    return document


def reader_of(*units):
    clerk = ClerkFactory()
    for unit in units:
        granting.grant(target=unit, to=clerk, right="read_records", by=None, at=AT)
    return clerk


def follow():
    index = index_keeping.open_index()
    with index.writer() as writer:
        return index_keeping.follow(index=index, writer=writer)


class TestYear:
    def test_is_that_of_the_documents_own_date_and_follows_it(self):
        document = filed("Baugenehmigung")
        document.document_date, document.received_on = date(2019, 4, 1), date(2024, 5, 6)
        document.save(update_fields=["document_date", "received_on"])
        clerk = reader_of(document.file.unit)
        granting.grant(target=document.file.unit, to=clerk, right="write_records", by=None, at=AT)
        follow()

        def found(year):
            return searching.search(clerk=clerk, text="Baugenehmigung", year=year).count

        assert (found(2019), found(2024)) == (1, 0)
        describing.describe_document(document=document, changes={"document_date": None}, by=clerk, at=AT)
        follow()
        assert (found(2019), found(2024)) == (0, 1)

    def test_of_documents_that_were_there_before_the_rule_is_noted_by_the_migration(self):
        sql = import_module("records.migrations.0021_lifetime_by_document_date").NOTE_FILES
        other, same = date(2019, 4, 1), date(2026, 1, 1)
        late = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)  # a day later in Berlin
        concerned = DocumentFactory(document_date=other, received_on=same)
        DocumentFactory(file=concerned.file, document_date=other, received_on=same)
        by_filing = DocumentFactory(document_date=other, created_at=late)
        DocumentFactory(document_date=same, created_at=late)
        DocumentFactory(received_on=other)
        DocumentFactory(document_date=other, received_on=other)
        DocumentFactory(document_date=other, cancelled_at=AT)

        with current.connection().cursor() as cursor:
            cursor.execute(sql)

        assert [(row.kind, row.file_id) for row in IndexChange.objects.order_by("id")] == [
            ("file", concerned.file_id),
            ("file", by_filing.file_id),
        ]


class TestSearch:
    def test_finds_a_part_of_a_compound_and_marks_it_on_its_page(self):
        document = filed("Deckblatt\fDas Baugenehmigungsverfahren ruht.")
        clerk = reader_of(document.file.unit)
        follow()

        page = searching.search(clerk=clerk, text="Genehmigung")

        assert page.count == 1
        assert page.hits[0].page == 2
        assert "<mark>" in page.hits[0].snippet

    def test_counts_and_facets_know_only_what_the_clerk_may_see(self):
        mine, hidden = FilePlanUnitFactory(), FilePlanUnitFactory()
        filed("Zwiebelturm", unit=mine)
        filed("Zwiebelturm", unit=hidden)
        clerk = reader_of(mine)
        follow()

        page = searching.search(clerk=clerk, text="Zwiebelturm", facets=True)

        assert page.count == 1
        assert page.facets["branch"] == {mine.classification_code: 1}

    def test_the_sheets_of_a_file_tell_how_many_words_they_show(self):
        document = filed("Zwiebelturm und Zwiebelturm\fDeckblatt\fDer Zwiebelturm")
        clerk = reader_of(document.file.unit)
        follow()

        assert searching.sheets_with_hits(clerk=clerk, file=document.file, text="Zwiebelturm") == ([(1, 2), (3, 1)], None)
        assert searching.sheets_with_hits(clerk=clerk, file=document.file, text='""') == ([], None)

    def test_the_sheets_of_a_file_are_those_of_all_its_documents(self):
        document = filed("Zwiebelturm")
        for _number in range(205):  # more than a page of hits
            another = DocumentFactory(file=document.file)
            PageFactory(version=another.current, number=1, text="Zwiebelturm")
            indexing.note_document(another)
        clerk = reader_of(document.file.unit)
        follow()

        sheets, cut_at = searching.sheets_with_hits(clerk=clerk, file=document.file, text="Zwiebelturm")

        assert (len(sheets), cut_at) == (206, None)

    def test_where_more_documents_have_hits_than_are_looked_through_that_is_said(self, monkeypatch):
        monkeypatch.setattr(searching, "MOST_MARKED", 2)
        document = filed("Zwiebelturm")
        for _number in range(2):
            another = DocumentFactory(file=document.file)
            PageFactory(version=another.current, number=1, text="Zwiebelturm")
            indexing.note_document(another)
        clerk = reader_of(document.file.unit)
        follow()

        sheets, cut_at = searching.sheets_with_hits(clerk=clerk, file=document.file, text="Zwiebelturm")

        assert (len(sheets), cut_at) == (2, 2)

    def test_no_sheet_of_a_file_is_told_to_whoever_may_not_see_it(self):
        document = filed("Zwiebelturm")
        follow()

        assert searching.sheets_with_hits(clerk=reader_of(FilePlanUnitFactory()), file=document.file, text="Zwiebelturm") == ([], None)

    def test_a_narrowed_file_vanishes_at_once_although_the_index_lags(self):
        unit, manager = FilePlanUnitFactory(), ClerkFactory()
        granting.grant(target=unit, to=manager, right="manage_records", by=None, at=AT)
        document = filed("Zwiebelturm", unit=unit)
        clerk = reader_of(unit)
        follow()
        assert searching.search(clerk=clerk, text="Zwiebelturm").count == 1

        granting.grant(target=document.file, to=manager, right="manage_records", by=manager, at=AT)
        granting.restrict_file(file=document.file, restricted=True, reason="Personalsache", by=manager, at=AT)
        lagging = searching.search(clerk=clerk, text="Zwiebelturm", facets=True)
        follow()
        followed = searching.search(clerk=clerk, text="Zwiebelturm")

        assert (lagging.count, lagging.facets.get("branch", {})) == (0, {})
        assert followed.count == 0
        assert searching.search(clerk=manager, text="Zwiebelturm").count == 1

    def test_a_cancelled_file_leaves_the_hits(self):
        unit, manager = FilePlanUnitFactory(), ClerkFactory()
        granting.grant(target=unit, to=manager, right="manage_records", by=None, at=AT)
        document = filed("Zwiebelturm", unit=unit)
        follow()

        filing.cancel_file(file=document.file, reason="doppelt", by=manager, at=AT)
        follow()

        assert searching.search(clerk=manager, text="Zwiebelturm").count == 0

    def test_says_what_is_wrong_with_a_question(self):
        with pytest.raises(searching.CannotSearch):
            searching.search(clerk=ClerkFactory(), text='""')

    def test_takes_the_same_few_queries_whatever_the_number_of_hits(self, queries):
        unit = FilePlanUnitFactory()
        clerk = reader_of(unit)
        filed("Zwiebelturm", unit=unit)
        follow()
        with queries() as one:
            searching.search(clerk=clerk, text="Zwiebelturm")
        for _ in range(10):
            filed("Zwiebelturm", unit=unit)
        follow()

        with queries() as many:
            assert searching.search(clerk=clerk, text="Zwiebelturm").count == 11

        assert len(one) == len(many) <= 12

    def test_the_other_municipality_finds_nothing_of_ours(self, beispielheim):
        document = filed("Zwiebelturm")
        reader_of(document.file.unit)
        follow()

        with current.use(beispielheim):
            assert searching.search(clerk=ClerkFactory(), text="Zwiebelturm").count == 0


class TestFollow:
    def test_writes_a_renamed_file_anew_for_all_of_its_documents(self):
        unit, clerk = FilePlanUnitFactory(), ClerkFactory()
        granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=AT)
        document = filed("Text", unit=unit)
        follow()
        new = FilePlanUnitFactory(classification_code="77")
        granting.grant(target=new, to=clerk, right="manage_records", by=None, at=AT)

        refiling.refile_file(file=document.file, unit=new, reason="Umzug", by=clerk, at=AT)
        follow()

        assert searching.search(clerk=clerk, text="77-2026/0001").count == 1

    def test_goes_on_where_it_stopped(self):
        filed("eins")
        follow()
        filed("zwei")

        assert follow() == 1


class TestCheck:
    def test_finds_and_mends_differences(self):
        kept, lost = filed("eins"), filed("zwei")
        follow()
        index = index_keeping.open_index()
        with index.writer() as writer:
            writer.remove([lost.pk])
            writer.commit(index.cursor())

        found = index_keeping.check(index=index)
        index_keeping.mend(index=index, difference=found)

        assert found.missing == {lost.pk}
        assert kept.pk not in found.missing
        assert not index_keeping.check(index=index)

    def test_rebuilds_from_the_database(self):
        filed("eins")
        IndexChange.objects.all().delete()

        assert index_keeping.rebuild() == 1
        assert not index_keeping.check(index=index_keeping.open_index())

"""The journal of a file to take along: as its screen shows it, harmless in a spreadsheet, and journaled itself."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pypdfium2
import pytest

from records import filing, granting, journal, journal_export, warnings_before
from records.models import JournalEntry
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, ParticipantFactory, RecordFileFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def file():
    return RecordFileFactory(title="Alt")


@pytest.fixture
def manager(file):
    clerk = ClerkFactory(display_name="Verwalterin")
    grant(clerk, file.unit, "manage")
    return clerk


def rows_of(made) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(made).removeprefix("\ufeff")), delimiter=";"))


class TestTable:
    def test_has_a_line_for_each_value_in_german_oldest_first(self, file, manager):
        filing.edit_file(file=file, changes={"title": "Neu", "location": "Keller"}, by=manager, at=AT)

        text = "".join(journal_export.as_table(file=file, by=manager, at=AT))
        head, *rows = rows_of([text])

        assert text.startswith("\ufeffEintrag;Zeitpunkt;")
        assert text.endswith("\r\n")
        assert [row[1:6] for row in rows] == [["02.03.2026 09:00:00", "Verwalterin", "", "Geändert", "Akte"]] * 2
        assert sorted(row[7:10] for row in rows) == [["Standort", "", "Keller"], ["Titel", "Alt", "Neu"]]
        assert len(head) == len(rows[0])

    @pytest.mark.parametrize("title", ["=1+1", "+49 30", "-1", "@SUM(A1)", "\tcmd"])
    def test_nothing_in_it_is_a_formula(self, file, manager, title):
        journal.enter(act="edit", object=file, by=manager, at=AT, changes={"title": (None, title)})

        [_head, row] = rows_of(journal_export.as_table(file=file, by=manager, at=AT))

        assert row[9] == f"'{title}"

    def test_is_journaled_before_the_first_line_and_does_not_tell_of_itself(self, file, manager):
        filing.edit_file(file=file, changes={"title": "Neu"}, by=manager, at=AT)

        made = journal_export.as_table(file=file, by=manager, at=AT)

        entry = JournalEntry.objects.get(act="export_journal")
        assert (entry.file_id, entry.values.get().field, entry.values.get().new) == (file.public_id, "made_as", "csv")
        assert "Journal ausgegeben" not in "".join(made)

    def test_whoever_only_writes_in_the_file_takes_her_own_acts_along(self, file, manager):
        clerk = ClerkFactory(display_name="Schreiberin")
        grant(clerk, file.unit, "write")
        filing.edit_file(file=file, changes={"title": "Eins"}, by=manager, at=AT)
        filing.edit_file(file=file, changes={"title": "Zwei"}, by=clerk, at=AT)

        [_head, *rows] = rows_of(journal_export.as_table(file=file, by=clerk, at=AT))

        assert [row[2] for row in rows] == ["Schreiberin"]

    def test_says_where_values_were_erased_by_law(self, file, manager):
        filing.edit_file(file=file, changes={"title": "Geheim"}, by=manager, at=AT)
        JournalEntry.objects.get(act="edit").values.all().delete()

        [_head, row] = rows_of(journal_export.as_table(file=file, by=manager, at=AT))

        assert row[7:10] == ["auf Grund eines Gesetzes gelöscht", "", ""]

    def test_comes_in_lots_of_a_constant_number_of_queries(self, file, manager, queries, monkeypatch):
        monkeypatch.setattr(journal_export, "AT_ONCE", 10)
        counts = []
        for _round in range(2):
            for _number in range(5):
                document = DocumentFactory(file=file)
                journal.enter(act="take_in", object=document, by=manager, at=AT, file_id=file.public_id, changes={"title": (None, "x")})
            made = journal_export.as_table(file=file, by=manager, at=AT)
            with queries() as seen:
                rows = rows_of(made)
            counts.append((len(rows), len(seen)))

        assert counts[0][0] == 6
        assert counts[1][0] == 12  # the export of before is in it, too
        assert counts[1][1] <= 2 * counts[0][1] + 1

    def test_warnings_are_confirmed_first(self, file, manager):
        ParticipantFactory(file=file, disclosure_block=True)

        with pytest.raises(warnings_before.NotConfirmed):
            journal_export.as_table(file=file, by=manager, at=AT)

        journal_export.as_table(file=file, confirmed=["disclosure_block"], by=manager, at=AT)
        assert JournalEntry.objects.filter(act="export_journal").count() == 1


class TestPdf:
    def test_has_the_same_in_it(self, file, manager):
        filing.edit_file(file=file, changes={"title": "Neuer Titel"}, by=manager, at=AT)

        made = journal_export.as_pdf(file=file, by=manager, at=AT)

        words = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range()
        assert "Neuer Titel" in words
        assert "Verwalterin" in words

    def test_of_too_many_entries_is_refused(self, file, manager, monkeypatch):
        monkeypatch.setattr(journal_export, "MOST_ON_PAPER", 1)
        for title in ("Eins", "Zwei"):
            filing.edit_file(file=file, changes={"title": title}, by=manager, at=AT)

        with pytest.raises(journal_export.TooMany, match="höchstens 1 Einträge"):
            journal_export.as_pdf(file=file, by=manager, at=AT)

        assert not JournalEntry.objects.filter(act="export_journal").exists()


class TestScreen:
    def test_both_are_downloaded_from_the_journal(self, file, manager, client_of):
        filing.edit_file(file=file, changes={"title": "Neu"}, by=manager, at=AT)
        client, address = client_of(manager), f"/akten/{file.public_id}/journal/export/"

        table, paper = client.post(address, {"ending": "csv"}), client.post(address, {"ending": "pdf"})

        assert table.streaming
        assert table["Content-Type"] == "text/csv; charset=utf-8"
        assert ".csv" in table["Content-Disposition"]
        assert "Neu" in b"".join(table.streaming_content).decode()
        assert paper["Content-Type"] == "application/pdf"
        assert address in client.get(f"/akten/{file.public_id}/journal/").content.decode()

    def test_a_warning_that_was_not_confirmed_is_said_in_german(self, file, manager, client_of):
        granting.grant(target=file, to=manager, right="manage_records", by=None, at=AT)
        granting.restrict_file(file=file, restricted=True, reason="Streit", by=manager, at=AT)
        client = client_of(manager)

        warned = client.get(f"/akten/{file.public_id}/journal/").content.decode()
        answer = client.post(f"/akten/{file.public_id}/journal/export/", {"ending": "csv"}, follow=True)

        assert "Bevor etwas das Haus verlässt" in warned
        assert "data-download" in warned  # the page stays: the table and the PDF can both be had
        assert "Der Zugriff auf diese Akte ist beschränkt" in answer.content.decode()
        assert 'name="confirmed" value="restricted" required' in answer.content.decode()

    def test_readers_get_nothing(self, file, client_of):
        reader = ClerkFactory()
        grant(reader, file.unit, "read")

        assert client_of(reader).post(f"/akten/{file.public_id}/journal/export/").status_code == 404

    def test_whoever_only_writes_is_told_that_she_sees_her_own_acts(self, file, manager, client_of):
        clerk = ClerkFactory()
        grant(clerk, file.unit, "write")
        filing.edit_file(file=file, changes={"title": "Fremd"}, by=manager, at=AT)

        hers, all_of_it = (client_of(who).get(f"/akten/{file.public_id}/journal/").content.decode() for who in (clerk, manager))

        assert ("Ihre eigenen Handlungen" in hers, "Verwalterin" in hers) == (True, False)
        assert ("Ihre eigenen Handlungen" in all_of_it, "<ins>Fremd</ins>" in all_of_it) == (False, True)

"""Describing documents, one or many at once; the receipt stamp; kinds that are suggested."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from records import describing, description, holding
from records.models import Document, IndexChange, JournalEntry, JournalValue
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import AT, DocumentFactory, RecordFileFactory, grant

LATER = datetime(2026, 3, 2, 13, 3, tzinfo=UTC)


def describe(document: Document, by: Any = None, etag: str | None = None, **changes: Any) -> Document:
    return describing.describe_document(document=document, changes=changes, by=by or ClerkFactory(), at=AT, etag=etag)


def row(document: Document, etag: str | None = None, **changes: Any) -> describing.Row:
    return describing.Row(document.public_id, etag or document.etag, changes)


class TestDescribeDocument:
    def test_keeps_old_and_new_value_of_each_field_in_the_journal(self) -> None:
        document = DocumentFactory(title="Schreiben", kind="Antrag")

        describe(document, title="Bauantrag", kind="Antrag", direction="incoming", keywords="Carport, Anbau", received_on=date(2026, 3, 1))

        document.refresh_from_db()
        assert (document.title, document.direction, document.keywords) == ("Bauantrag", "incoming", ["Carport", "Anbau"])
        entry = JournalEntry.objects.get(act="describe")
        values = {v.field: (v.old, v.new) for v in JournalValue.objects.filter(entry=entry)}
        assert values == {
            "title": ("Schreiben", "Bauantrag"),
            "direction": (None, "incoming"),
            "keywords": (None, "Carport, Anbau"),
            "received_on": (None, "2026-03-01"),
        }
        assert entry.file_id == document.file.public_id
        assert IndexChange.objects.filter(document_id=document.pk).exists()

    def test_the_same_again_is_no_act(self) -> None:
        document = DocumentFactory(title="Schreiben")

        describe(document, title=" Schreiben ", kind="")

        document.refresh_from_db()
        assert document.revision == 1
        assert not JournalEntry.objects.exists()

    def test_says_who_was_quicker_and_when_and_overwrites_nothing(self) -> None:
        document = DocumentFactory()
        etag = document.etag
        describing.describe_document(
            document=document, changes={"title": "Ihre Fassung"}, by=ClerkFactory(display_name="Łucja Ćwik"), at=LATER
        )

        with pytest.raises(describing.Stale, match=r"Łucja Ćwik .*02\.03\.2026, 14:03"):
            describe(document, etag=etag, title="Meine Fassung")

        document.refresh_from_db()
        assert document.title == "Ihre Fassung"

    @pytest.mark.parametrize("state", [{"status": "closed", "closed_at": AT}, {"status": "cancelled", "cancelled_at": AT}])
    def test_refuses_closed_and_cancelled_files(self, state: dict[str, Any]) -> None:
        with pytest.raises(describing.CannotDescribe):
            describe(DocumentFactory(file=RecordFileFactory(**state)), title="Anders")

    def test_refuses_a_cancelled_document(self) -> None:
        with pytest.raises(describing.CannotDescribe):
            describe(DocumentFactory(cancelled_at=AT), title="Anders")

    def test_names_the_fields_that_are_wrong(self) -> None:
        with pytest.raises(description.BadDescription) as refusal:
            describe(DocumentFactory(), title="", received_on=date(2999, 1, 1))

        assert refusal.value.errors.keys() == {"title", "received_on"}

    def test_is_for_the_holder_alone_while_checked_out(self) -> None:
        document, holder = DocumentFactory(), ClerkFactory(display_name="Frau Halter")
        holding.check_out(document=document, by=holder, at=AT)

        with pytest.raises(describing.CannotDescribe, match="Frau Halter"):
            describe(document, title="Anders")
        assert describe(document, by=holder, title="Anders").title == "Anders"


class TestDescribeSeveral:
    def test_changes_all_in_one_go(self) -> None:
        file = RecordFileFactory()
        one, two, three = (DocumentFactory(file=file) for _number in range(3))

        describing.describe_several(
            file=file, rows=[row(one, kind="Plan"), row(two, kind="Plan"), row(three, title=three.title)], by=ClerkFactory(), at=AT
        )

        assert sorted(Document.objects.values_list("kind", flat=True)) == ["", "Plan", "Plan"]
        assert JournalEntry.objects.filter(act="describe").count() == 2

    def test_changes_none_if_one_is_wrong(self) -> None:
        file = RecordFileFactory()
        good, bad = DocumentFactory(file=file), DocumentFactory(file=file)

        with pytest.raises(describing.CannotDescribeAll) as refusal:
            describing.describe_several(
                file=file, rows=[row(good, kind="Plan"), row(bad, document_date=date(1582, 1, 1))], by=ClerkFactory(), at=AT
            )

        assert refusal.value.errors.keys() == {bad.public_id}
        assert refusal.value.errors[bad.public_id].keys() == {"document_date"}
        assert set(Document.objects.values_list("kind", flat=True)) == {""}

    def test_names_the_stale_rows_and_who_changed_them(self) -> None:
        file = RecordFileFactory()
        mine, theirs = DocumentFactory(file=file), DocumentFactory(file=file)
        rows = [row(mine, kind="Plan"), row(theirs, kind="Plan")]
        describing.describe_document(document=theirs, changes={"kind": "Antrag"}, by=ClerkFactory(display_name="Herr Kurz"), at=LATER)

        with pytest.raises(describing.CannotDescribeAll) as refusal:
            describing.describe_several(file=file, rows=rows, by=ClerkFactory(), at=LATER)

        assert refusal.value.stale == {theirs.public_id}
        assert "Herr Kurz" in refusal.value.errors[theirs.public_id][""]
        assert sorted(Document.objects.values_list("kind", flat=True)) == ["", "Antrag"]

    def test_knows_only_documents_of_this_file(self) -> None:
        other = DocumentFactory()

        with pytest.raises(describing.CannotDescribeAll):
            describing.describe_several(file=RecordFileFactory(), rows=[row(other, kind="Plan")], by=ClerkFactory(), at=AT)

        other.refresh_from_db()
        assert other.kind == ""

    def test_the_number_of_queries_does_not_depend_on_how_many(self, queries) -> None:
        counts = []
        for documents in (2, 40):
            file = RecordFileFactory()
            rows = [row(DocumentFactory(file=file), kind="Plan") for _number in range(documents)]
            clerk = ClerkFactory()
            with queries() as seen:
                describing.describe_several(file=file, rows=rows, by=clerk, at=AT)
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 16


class TestStamp:
    def test_is_the_towns_own_text_with_the_day(self) -> None:
        row = MunicipalSettings.load()
        row.receipt_stamp = "Stadt Musterstadt · Eingang"
        row.save()

        assert (
            describing.stamp_of(DocumentFactory(direction="incoming", received_on=date(2026, 3, 12)))
            == "Stadt Musterstadt · Eingang 12.03.2026"
        )

    def test_reads_received_where_the_town_has_set_nothing(self) -> None:
        assert describing.stamp_of(DocumentFactory(direction="incoming", received_on=date(1923, 1, 4))) == "Eingegangen 04.01.1923"

    @pytest.mark.parametrize("fields", [{"direction": "outgoing"}, {"direction": "internal"}, {"received_on": None}])
    def test_is_put_on_nothing_but_what_came_in(self, fields: dict[str, Any]) -> None:
        assert describing.stamp_of(DocumentFactory(**{"direction": "incoming", "received_on": date(2026, 3, 1), **fields})) == ""


class TestKindsUsed:
    def test_suggests_those_of_the_same_unit_that_the_clerk_may_see(self) -> None:
        file, clerk = RecordFileFactory(), ClerkFactory()
        hidden = DocumentFactory(file=RecordFileFactory(unit=file.unit), kind="Geheimnis")
        grant(ClerkFactory(), hidden.file)
        hidden.file.scope.restricted = True
        hidden.file.scope.save()
        for kind in ("Statik", "Lageplan", "Lageplan"):
            DocumentFactory(file=file, kind=kind)
        grant(clerk, file.unit)

        suggested = describing.kinds_used(file=file, clerk=clerk)

        assert suggested[:2] == ["Lageplan", "Statik"]
        assert "Bescheid" in suggested
        assert "Geheimnis" not in suggested


def test_who_changed_tells_of_the_last_one_only() -> None:
    document = DocumentFactory()
    for name, when in (("Frau Eins", AT), ("Herr Zwei", AT + timedelta(hours=1))):
        describing.describe_document(document=document, changes={"title": name}, by=ClerkFactory(display_name=name), at=when)

    assert "Herr Zwei" in describing.who_changed([document.public_id])[document.public_id]

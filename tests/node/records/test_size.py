"""What must not grow with the city: how often the database is asked, and along which indexes it answers. How fast that is, benchmarks/city.py measures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from foundation.any_of import Numbers
from records import desk
from records.models import Document, RecordFile
from records.models.access import readable_units, scopes_of
from records.models.documents import shown, visible_document
from tenants import current
from tenants.roles import Role
from tests.factories import ClerkFactory, OfficeFactory, UserFactory
from tests.node.factories import AT, DocumentFactory, FilePlanUnitFactory, RecordFileFactory, grant


def plan_of(queryset: Any) -> str:
    """The plan PostgreSQL makes where reading a whole table, and sorting, are the last resort: as with tables that are large."""
    with current.connection().cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        return str(queryset.explain())


@pytest.fixture
def clerk() -> Any:
    person = ClerkFactory()
    grant(person, FilePlanUnitFactory(classification_code="63"), "write")
    return person


def some_files(unit: Any, count: int) -> None:
    for _number in range(count):
        DocumentFactory(file=RecordFileFactory(unit=unit), protection_need="high")


class TestQueries:
    @pytest.mark.parametrize("address", ["/akten/", "/akten/?q=Akte", "/aktenplan/{unit}/", "/aktenplan/{unit}/?status=open"])
    def test_a_list_of_files_asks_as_often_for_many_as_for_few(self, address, clerk, client_of, queries) -> None:
        unit = FilePlanUnitFactory(classification_code="63.1", parent=readable(clerk))
        client, counts = client_of(clerk), []
        some_files(unit, 1)
        client.get("/akten/")  # what is read once and kept
        for more in (1, 12):
            some_files(unit, more)
            with queries() as seen:
                answer = client.get(address.format(unit=unit.public_id))
            assert answer.status_code == 200
            counts.append(len(seen))

        assert counts[0] == counts[1]

    def test_what_is_asked_does_not_depend_on_how_many_units_somebody_may_read(self, client_of, queries) -> None:
        counts = []
        for branches in (1, 20):
            clerk = ClerkFactory()
            for _number in range(branches):
                top = FilePlanUnitFactory()
                FilePlanUnitFactory(parent=top)
                grant(clerk, top)
            client = client_of(clerk)
            client.get("/")
            with queries() as seen:
                client.get("/")
            counts.append(len(seen))

        assert counts[0] == counts[1]

    def test_units_that_are_kept_come_page_by_page(self, client_of, queries, monkeypatch) -> None:
        monkeypatch.setattr("records.views.plan_admin.PAGE", 3)
        client = client_of(UserFactory(roles=[Role.ADMINISTRATOR]))
        for number in range(7):
            FilePlanUnitFactory(classification_code=f"7{number}", title=f"Einheit {number}")
        client.get("/verwaltung/aktenplan/")  # what is read once and kept

        pages, counts = [], []
        for page in ("", "?seite=2", "?seite=3", "?seite=99", "?seite=x", "?q=einheit+5"):
            with queries() as seen:
                pages.append(client.get(f"/verwaltung/aktenplan/{page}").content.decode())
            counts.append(len(seen))

        held = [[number for number in range(7) if f"Einheit {number}" in page] for page in pages]
        assert held == [[0, 1, 2], [3, 4, 5], [6], [6], [0, 1, 2], [5]]
        assert "?seite=3" in pages[1]
        assert "?seite=1" in pages[1]
        assert "seite=" not in pages[5]
        assert len(set(counts)) == 1


def readable(clerk: Any) -> Any:
    from records.models import FilePlanUnit

    return FilePlanUnit.objects.get(pk=next(iter(scopes_of(clerk).unit_levels)))


class TestPlans:
    def test_rights_down_a_branch_are_a_range_of_the_index_of_paths(self) -> None:
        """Which index a handful of units is joined by is PostgreSQL's choice; that a range of paths is found by one is not."""
        with current.connection().cursor() as cursor:
            cursor.execute("SELECT pg_get_functiondef('records_own_scopes_of(bigint)'::regprocedure)")
            [[rule]] = cursor.fetchall()
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute("EXPLAIN SELECT id FROM records_fileplanunit WHERE path ~>=~ '/1/' AND path ~<~ '/10'")
            plan = "\n".join(row[0] for row in cursor.fetchall())

        assert "below.path ~>=~ t.path AND below.path ~<~ t.beyond" in rule
        assert "LIKE" not in rule
        assert "Index Cond" in plan
        assert "unit_path_prefix" in plan

    def test_files_are_read_in_their_order_until_a_page_is_full(self, clerk) -> None:
        files = RecordFile.objects.visible_to(clerk).standing().with_highest_need().with_document_count().in_order()

        plan = plan_of(files[:51])

        assert "file_order" in plan or "file_scope_order" in plan
        assert "Sort" not in plan

    def test_files_of_a_unit_are_read_in_their_order_and_documents_counted_for_those_shown(self, clerk) -> None:
        files = RecordFile.objects.visible_to(clerk).filter(unit=readable(clerk)).standing()

        plan = plan_of(files.with_highest_need().with_document_count().in_order()[:51])

        beneath_limit = plan.split("SubPlan")[0]
        assert any(f"Index Scan using {index}" in beneath_limit for index in ("file_unit_order", "file_order", "file_scope_order"))
        assert "Aggregate" not in beneath_limit
        assert "Sort" not in plan
        assert "hashed SubPlan" not in plan

    def test_the_newest_documents_are_read_in_their_order(self, clerk) -> None:
        documents = Document.objects.visible_to(clerk).standing().order_by("-created_at", "-pk").values_list("pk")

        assert "document_newest" in plan_of(documents[:8])

    def test_what_somebody_has_in_hand_is_read_in_its_order(self, clerk) -> None:
        opened = RecordFile.objects.visible_to(clerk).standing().filter(status__in=["open", "draft"], created_by=clerk)

        assert "file_open_of_person" in plan_of(opened.order_by("-changed_at", "-pk")[:8])


class TestLists:
    def test_a_file_says_how_many_documents_stand_in_it(self) -> None:
        file = RecordFileFactory()
        for cancelled in (None, None, AT):
            DocumentFactory(file=file, cancelled_at=cancelled)
        empty = RecordFileFactory()

        counts = {each.pk: each.document_count for each in RecordFile.objects.with_document_count()}

        assert counts == {file.pk: 2, empty.pk: 0}

    def test_documents_are_shown_in_the_order_in_which_a_list_has_found_them(self, queries) -> None:
        documents = [DocumentFactory(checked_out_by=ClerkFactory(), checked_out_at=AT) for _number in range(3)]
        wanted = [documents[number].pk for number in (2, 0, 1)]

        with queries() as seen:
            found = shown([*wanted, 987654321])
            said = [(each.file.title, each.current.number, each.checked_out_by.display_name, each.register, each.case) for each in found]

        assert [each.pk for each in found] == wanted
        assert said == [(d.file.title, 1, d.checked_out_by.display_name, None, None) for d in (documents[2], documents[0], documents[1])]
        assert len(seen) == 1

    def test_a_document_is_looked_up_only_where_somebody_may_read(self, clerk) -> None:
        document = DocumentFactory(file__unit=readable(clerk))
        elsewhere, erased = DocumentFactory(), DocumentFactory(file=document.file, erased_at=AT)

        assert visible_document(clerk, document.public_id) == document
        assert visible_document(clerk, document.public_id, 3) is None
        assert visible_document(clerk, elsewhere.public_id) is None
        assert visible_document(clerk, erased.public_id) is None

    def test_open_files_of_hers_and_of_the_office_she_leads_stand_together_the_latest_first(self) -> None:
        office = OfficeFactory()
        clerk = ClerkFactory(office=office)
        clerk.memberships.update(is_lead=True)
        unit = FilePlanUnitFactory()
        grant(clerk, unit)
        others = {"created_by": ClerkFactory(), "unit": unit}
        led = RecordFileFactory(lead_office=office, changed_at=AT + timedelta(days=1), **others)
        hers = RecordFileFactory(unit=unit, created_by=clerk, changed_at=AT + timedelta(days=2))
        both = RecordFileFactory(unit=unit, created_by=clerk, lead_office=office, changed_at=AT)
        RecordFileFactory(**others)
        RecordFileFactory(lead_office=office, status="closed", closed_at=AT, **others)

        assert desk.desk_of(clerk=clerk, on=AT.date()).my_files == [hers, led, both]

    def test_what_could_not_be_read_lies_on_the_desk_of_whoever_filed_that_version(self) -> None:
        unit = FilePlanUnitFactory()
        first, second = ClerkFactory(), ClerkFactory()
        for each in (first, second):
            grant(each, unit)
        document = DocumentFactory(file__unit=unit, created_by=first, version__state="failed", version__created_by=second)

        unread = [desk.desk_of(clerk=each, on=AT.date()).unread for each in (first, second)]

        assert unread == [[], [document]]


class TestLeadingUnits:
    def test_only_the_units_above_what_somebody_may_read_lead_there(self) -> None:
        top = FilePlanUnitFactory()
        middle, other = FilePlanUnitFactory(parent=top), FilePlanUnitFactory(parent=top)
        leaf, file = FilePlanUnitFactory(parent=middle), RecordFileFactory(unit=FilePlanUnitFactory(parent=other))
        clerk = ClerkFactory()
        for target in (middle, leaf, file):
            grant(clerk, target)

        units = readable_units(clerk)

        assert set(units.levels) == {middle.pk, leaf.pk}
        assert units.leading_there == {top.pk, other.pk, file.unit_id}
        assert units.known == sorted({top.pk, middle.pk, other.pk, leaf.pk, file.unit_id})


class TestNumbers:
    def test_are_written_once_as_postgresql_reads_them(self) -> None:
        assert Numbers([3, 1]).array == "{3,1}"
        assert Numbers().array == "{}"

    def test_refuse_what_is_no_number(self) -> None:
        with pytest.raises(ValueError, match="invalid literal"):
            _ = Numbers.of(["1}'; DROP"]).array  # type: ignore[list-item]

    def test_narrow_a_list_by_thousands_of_keys(self, clerk) -> None:
        file = RecordFileFactory(unit=readable(clerk))

        assert list(RecordFile.objects.in_scopes(range(1, 5000)).filter(pk=file.pk)) == ([file] if file.scope_id < 5000 else [])
        assert list(RecordFile.objects.in_scopes([])) == []

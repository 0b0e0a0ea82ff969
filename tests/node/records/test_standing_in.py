"""Missing sheets and cross-references at their place in the file: in the list, in the stream of sheets, in the file as one PDF."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from records import contents, leaving_out, linking, missing_sheets, standing_in
from records.models import CrossReference, MissingSheet, Volume
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import AT, DocumentFactory, MissingSheetFactory, RecordFileFactory, RegisterFactory, grant, restricted

from .test_binder_page import binder, manifest_of  # noqa: F401 - a fixture

DAY = timedelta(days=1)


def filed(register: Any, title: str, days: int, **more: Any) -> Any:
    return DocumentFactory(file=register.file, register=register, title=title, created_at=AT + days * DAY, rank=1024 * (days + 1), **more)


def stream(file: Any, clerk: Any = None) -> list[str]:
    """Titles in the order of the stream."""
    documents = contents.listed(file=file)
    volumes = contents.volumes_of(file=file)
    stand_ins = standing_in.standing_in(file=file, clerk=clerk or ClerkFactory(), documents=documents, volumes=volumes)
    registers = [None, *(register.pk for register in contents.registers_of(file=file))]
    return [each.title for each in standing_in.among(documents, stand_ins, registers, standing_in.open_places(volumes))]


def stapled(order: str) -> None:
    MunicipalSettings.objects.update_or_create(pk=1, defaults={"stapling_order": order})


class TestPlace:
    def test_is_behind_the_document_that_was_named(self) -> None:
        register = RegisterFactory()
        first, _second = filed(register, "eins", 0), filed(register, "zwei", 1)
        filed(register, "Anlage", 2, parent=first)
        MissingSheetFactory(file=register.file, what="Lageplan", behind=first)

        found = stream(register.file)

        assert found[found.index("eins") + 1] == "Lageplan"

    def test_goes_with_that_document_into_another_register(self) -> None:
        register = RegisterFactory()
        other = RegisterFactory(file=register.file)
        document = filed(register, "eins", 0)
        filed(other, "anderswo", 0)
        MissingSheetFactory(file=register.file, register=register, what="Lageplan", behind=document)
        document.register = other
        document.rank = 9999
        document.save(update_fields=["register", "rank"])

        found = stream(register.file)

        assert found[found.index("eins") + 1] == "Lageplan"

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            ("newest_on_top", ["drei", "zwei", "Lageplan", "eins", "Anlage"]),
            ("oldest_on_top", ["eins", "Anlage", "Lageplan", "zwei", "drei"]),
        ],
    )
    def test_is_otherwise_where_it_would_have_been_filed_that_day(self, order, expected) -> None:
        stapled(order)
        register = RegisterFactory()
        first = filed(register, "eins", 0)
        filed(register, "zwei", 2)
        filed(register, "drei", 3)
        filed(register, "Anlage", 5, parent=first)
        MissingSheetFactory(file=register.file, register=register, what="Lageplan", created_at=AT + DAY)

        assert stream(register.file) == expected

    def test_in_an_empty_register_is_between_its_neighbours(self) -> None:
        before = RegisterFactory()
        empty = RegisterFactory(file=before.file)
        after = RegisterFactory(file=before.file)
        filed(before, "vorn", 0)
        filed(after, "hinten", 0)
        MissingSheetFactory(file=before.file, register=empty, what="Lageplan")

        assert stream(before.file) == ["vorn", "Lageplan", "hinten"]

    def test_is_in_the_volume_that_is_open(self) -> None:
        register = RegisterFactory()
        Volume.objects.create(file=register.file, number=1, opened_on=date(2020, 1, 1), closed_on=date(2025, 1, 1))
        second = Volume.objects.create(file=register.file, number=2, opened_on=date(2025, 1, 1))
        filed(register, "alt", 9)
        filed(register, "neu", 0, volume=second)
        MissingSheetFactory(file=register.file, register=register, what="Lageplan", created_at=AT + DAY)
        stapled("oldest_on_top")

        assert stream(register.file) == ["alt", "neu", "Lageplan"]

    def test_a_paper_that_is_back_leaves_no_sheet(self) -> None:
        file = MissingSheetFactory(returned_on=AT.date()).file

        assert stream(file) == []


class TestSaying:
    def test_who_has_it_since_when_and_that_it_is_overdue(self) -> None:
        row = MissingSheetFactory(borrower="Bauhof", since=date(2026, 3, 1), back_by=date(2026, 3, 10))
        [each] = standing_in.standing_in(file=row.file, clerk=ClerkFactory(), documents=[])

        assert standing_in.lines_of(each, today=date(2026, 3, 10)) == ["ausgeliehen an: Bauhof, seit 01.03.2026", "zurück bis 10.03.2026"]
        assert standing_in.lines_of(each, today=date(2026, 3, 11))[1] == "überfällig seit 10.03.2026"

    def test_a_reference_into_a_file_that_she_may_not_see_is_not_there(self) -> None:
        elsewhere = DocumentFactory(title="Geheimsache")
        file = RecordFileFactory()
        CrossReference.objects.create(file=file, document=elsewhere, created_at=AT, created_by=file.created_by)
        knows = ClerkFactory()
        grant(knows, elsewhere.file.unit)

        assert stream(file) == []
        assert stream(file, knows) == ["Geheimsache"]


class TestChoosing:
    def test_takes_the_register_of_the_document_and_the_journal_names_it(self, client_of) -> None:
        register = RegisterFactory()
        document = filed(register, "Bauantrag", 0)
        clerk = ClerkFactory()
        grant(clerk, register.file.unit, "write")
        address = f"/akten/{register.file.public_id}/angaben/fehlblaetter/neu/"

        sent = {"what": "Lageplan", "borrower": "Bauhof", "since": "2026-03-02", "behind": str(document.public_id)}
        assert client_of(clerk).post(address, sent).status_code == 302

        sheet = MissingSheet.objects.get()
        assert (sheet.register, sheet.behind) == (register, document)
        journal = client_of(register.file.created_by)
        grant(register.file.created_by, register.file.unit, "manage")
        assert "Bauantrag" in journal.get(f"/akten/{register.file.public_id}/journal/").content.decode()

    def test_refuses_a_document_of_another_register_or_file(self) -> None:
        register = RegisterFactory()
        document, other = filed(register, "Bauantrag", 0), RegisterFactory(file=register.file)
        asked: dict[str, Any] = {"what": "A", "borrower": "B", "since": AT.date(), "by": ClerkFactory(), "at": AT}

        with pytest.raises(missing_sheets.facts.CannotKeep, match="anderen Register"):
            missing_sheets.lend_out(file=register.file, register=other, behind=document, **asked)
        with pytest.raises(missing_sheets.facts.CannotKeep, match="nicht in dieser Akte"):
            missing_sheets.lend_out(file=register.file, behind=DocumentFactory(), **asked)
        with pytest.raises(linking.facts.CannotKeep, match="nicht in dieser Akte"):
            linking.add_cross_reference(file=register.file, document=DocumentFactory(), behind=DocumentFactory(), by=ClerkFactory(), at=AT)

    def test_a_program_names_it_too(self, api_client) -> None:
        register = RegisterFactory()
        document, elsewhere = filed(register, "Bauantrag", 0), DocumentFactory()
        clerk = ClerkFactory()
        grant(clerk, register.file.unit, "write")
        grant(clerk, elsewhere.file.unit)
        client, address = api_client(clerk), f"/api/v1/files/{register.file.public_id}/"
        behind = str(document.public_id)

        made = client.post(f"{address}missing-sheets/", {"what": "A", "borrower": "B", "behind": behind}, format="json")
        assert (made.status_code, made.json()["behind"], made.json()["register"]) == (201, behind, str(register.public_id))
        made = client.post(f"{address}cross-references/", {"document": str(elsewhere.public_id), "behind": behind}, format="json")
        assert (made.status_code, made.json()["behind"]) == (201, behind)
        refused = client.post(
            f"{address}missing-sheets/", {"what": "A", "borrower": "B", "behind": str(elsewhere.public_id)}, format="json"
        )
        assert refused.status_code == 400


class TestBinder:
    def test_the_list_and_the_viewer_have_it_at_its_place_and_numbers_stay(self, binder) -> None:  # noqa: F811
        stapled("oldest_on_top")
        register = RegisterFactory()
        first = filed(register, "eins", 0, pages=["", ""])
        filed(register, "zwei", 1, pages=[""])
        sheet = MissingSheetFactory(file=register.file, what="Lageplan <i>", behind=first)

        page = binder(register.file)

        places = [page.index(words) for words in (">eins<", "Lageplan &lt;i&gt;", ">zwei<")]
        assert places == sorted(places)
        assert f'href="#stelle={sheet.public_id}"' in page
        assert 'href="#blatt=3"' in page
        [each] = manifest_of(page)["stand_ins"]
        assert (each["kind"], each["behind"], each["register"]) == ("missing", str(first.public_id), str(register.public_id))
        assert each["lines"][0].startswith("ausgeliehen an: Bauhof")

    def test_a_file_without_any_has_none_in_its_page(self, binder) -> None:  # noqa: F811
        page = binder(DocumentFactory(pages=[""]).file)

        assert "stand_ins" not in manifest_of(page)
        assert "contents__stand-in" not in page

    def test_a_register_may_hold_nothing_else(self, binder) -> None:  # noqa: F811
        register = RegisterFactory()
        MissingSheetFactory(file=register.file, register=register, what="Lageplan")

        page = binder(register.file)

        assert "Lageplan" in page
        assert "contents__empty" not in page
        assert "behind" not in manifest_of(page)["stand_ins"][0]

    def test_costs_the_same_queries_for_many(self, client_of, queries) -> None:
        register = RegisterFactory()
        document, elsewhere = filed(register, "eins", 0, pages=[""]), DocumentFactory()
        clerk = ClerkFactory()
        for unit in (register.file.unit, elsewhere.file.unit):
            grant(clerk, unit)
        client, address = client_of(clerk), f"/akten/{register.file.public_id}/"

        def more() -> None:
            MissingSheetFactory(file=register.file, behind=document)
            other = DocumentFactory(file=elsewhere.file)
            CrossReference.objects.create(file=register.file, document=other, created_at=AT, created_by=clerk)

        more()
        client.get(address)
        with queries() as few:
            client.get(address)
        for _number in range(4):
            more()

        with queries() as many:
            client.get(address)

        assert len(many) <= len(few)

    def test_the_api_counts_sheets_of_the_file_only(self, api_client) -> None:
        register = RegisterFactory()
        document = filed(register, "eins", 0, pages=["", ""])
        MissingSheetFactory(file=register.file, behind=document)
        clerk = ClerkFactory()
        grant(clerk, register.file.unit)

        body = api_client(clerk).get(f"/api/v1/files/{register.file.public_id}/sheets/").json()

        assert [row["sheet"] for row in body["results"]] == [1, 2]


class TestFilePdf:
    def test_names_what_lives_elsewhere_by_reference_and_never_a_restricted_file(self) -> None:
        file = RecordFileFactory()
        open_one, hidden = DocumentFactory(title="Gutachten", number=3), DocumentFactory(title="Geheimsache")
        clerk = ClerkFactory()
        restricted(hidden.file, clerk)
        grant(clerk, open_one.file.unit)
        for each in (open_one, hidden):
            CrossReference.objects.create(file=file, document=each, created_at=AT, created_by=file.created_by)

        selection = leaving_out.select(file=file, leave_out={}, needs_pages=True, clerk=clerk)

        assert [each.title for each in selection.stream] == ["Gutachten"]
        assert len(standing_in.standing_in(file=file, clerk=clerk, documents=[])) == 2

    def test_goes_when_its_register_is_left_out(self) -> None:
        register = RegisterFactory()
        MissingSheetFactory(file=register.file, register=register)

        left_out = {"registers": [str(register.public_id)], "reason": "Dritte"}

        assert leaving_out.select(file=register.file, leave_out=left_out, needs_pages=True, clerk=ClerkFactory()).stream == []

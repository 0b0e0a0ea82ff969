from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from django.db import connections

from records import edition_intake, editions, file_plan, plan_export, plan_review, plan_sheets
from records.models import FilePlanUnit, FormerCode, PlanEdition, RegisterSet
from tenants import current
from tests.factories import FilePlanUnitFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def edition(by: Any) -> PlanEdition:
    bauakte = RegisterSet.objects.create(name="Bauakte")
    top = FilePlanUnitFactory(classification_code="6", title="Bauen", retention_years=10, disposal_action="B", register_set=bauakte)
    below = FilePlanUnitFactory(classification_code="63", title="=Bauordnung", parent=top, legal_basis="§ 58 BauO", transfer_years=5)
    FilePlanUnitFactory(
        classification_code="63.10", title="Anträge", parent=below, registration="registry", retention_starts_with="Abbruch"
    )
    FilePlanUnitFactory(classification_code="64", title="Oben für sich")
    return editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)


def cells(content: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]


def sheet(edition: PlanEdition, rows: list[list[Any]], headings: list[str]) -> plan_sheets.PlanSheet:
    book = openpyxl.Workbook()
    for row in [headings, *rows]:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return plan_sheets.read_sheet(stream, "Aktenplan.xlsx", existing=edition_intake.levels_of(edition))


def take_in(edition: PlanEdition, by: Any, rows: list[list[Any]], *headings: str, dry_run: bool = False) -> edition_intake.Taken:
    read = sheet(edition, rows, ["Kennzeichen", "Bezeichnung", *headings])
    return edition_intake.take_in_sheet(edition=edition, sheet=read, by=by, at=AT, dry_run=dry_run)


class TestExportPlan:
    def test_writes_every_field_in_the_order_of_the_plan(self, edition) -> None:
        first, second, third, fourth = ([value or "" for value in row] for row in cells(plan_export.export_plan())[1:])

        assert first[:6] == ["6", "Bauen", "–", 10, "B", "Bauakte"]
        assert second[:10] == ["63", "=Bauordnung", "6", "", "", "", "§ 58 BauO", "", "", 5]
        assert (third[0], third[8], third[10]) == ("63.10", "Abbruch", "Registratur")
        assert fourth[0] == "64"

    def test_writes_a_code_as_text_and_a_title_never_as_a_formula(self, edition) -> None:
        book = openpyxl.load_workbook(io.BytesIO(plan_export.export_plan()))
        code, title = book.worksheets[0]["A4"], book.worksheets[0]["B3"]

        assert (code.value, code.data_type, code.number_format) == ("63.10", "s", "@")
        assert (title.value, title.data_type) == ("=Bauordnung", "s")


class TestTakeInSheet:
    def test_changes_nothing_when_an_edition_comes_back_as_it_was_written(self, edition, by) -> None:
        FilePlanUnit.objects.filter(title="=Bauordnung").update(title="Bauordnung")
        edition.units.filter(title="=Bauordnung").update(title="Bauordnung")
        stream = io.BytesIO(plan_export.export_edition(edition=edition))
        read = plan_sheets.read_sheet(stream, "Ausgabe.xlsx", existing=edition_intake.levels_of(edition))

        taken = edition_intake.take_in_sheet(edition=edition, sheet=read, by=by, at=AT, dry_run=False)

        assert taken.faults == []
        assert (taken.created, taken.changed, taken.dropped, taken.known) == (0, 0, 0, 4)
        assert plan_review.review(edition=edition).changes == []

    def test_creates_moves_renumbers_and_drops(self, edition, by) -> None:
        rows = [
            ["65", "Neu", "6", None, None, None],
            ["65.1", "Anträge", "65", "63.10", None, None],
            ["64", "Oben", "–", None, "ja", "65.1"],
        ]

        taken = take_in(edition, by, rows, "Übergeordnet", "Bisheriges Kennzeichen", "Entfällt", "Nachfolgerin")

        kinds = {c.planned.classification_code: c.kinds for c in plan_review.review(edition=edition).changes}
        assert taken.faults == []
        assert (taken.created, taken.changed, taken.dropped) == (1, 1, 1)
        assert kinds == {"65": ("new",), "65.1": ("moved", "renumbered"), "64": ("retitled", "dropped")}
        assert edition.units.get(classification_code="64").successor == edition.units.get(classification_code="65.1")

    def test_leaves_columns_alone_that_the_sheet_does_not_have(self, edition, by) -> None:
        take_in(edition, by, [["63", "Bauaufsicht"]])

        unit = edition.units.get(classification_code="63")
        assert (unit.title, unit.legal_basis, unit.transfer_years, unit.parent.classification_code) == ("Bauaufsicht", "§ 58 BauO", 5, "6")

    def test_writes_nothing_as_a_trial(self, edition, by) -> None:
        assert take_in(edition, by, [["65", "Neu"]], dry_run=True).created == 1
        assert not edition.units.filter(classification_code="65").exists()

    @pytest.mark.parametrize(
        ("row", "headings", "column"),
        [
            (["64", "X", "99"], ["Bisheriges Kennzeichen"], "Bisheriges Kennzeichen"),
            (["64", "X", "Gibtesnicht"], ["Registersatz"], "Registersatz"),
            (["66", "X", "ja"], ["Entfällt"], "Entfällt"),
            (["64", "X", "ja", "99"], ["Entfällt", "Nachfolgerin"], "Nachfolgerin"),
            (["64", "X", "vielleicht"], ["Entfällt"], "Entfällt"),
            (["64", "X", "alle"], ["Aktenanlage"], "Aktenanlage"),
            (["64", "X", "-3"], ["Transferfrist"], "Transferfrist"),
            (["64", "X", "x" * 501], ["Rechtsgrundlage"], "Rechtsgrundlage"),
            (["64", "X", "6"], ["Bisheriges Kennzeichen"], ""),  # 64 is the code of another unit
            (["6", "X", "63.10"], ["Übergeordnet"], "Übergeordnet"),  # a ring with units that are not in the sheet
        ],
    )
    def test_says_what_is_wrong_in_which_row_and_column(self, edition, by, row, headings, column) -> None:
        before = list(edition.units.order_by("pk").values())

        taken = take_in(edition, by, [["67", "Gut", *[None] * len(headings)], row], *headings)

        assert [(fault.row_number, fault.column) for fault in taken.faults] == [(3, column)]
        assert list(edition.units.order_by("pk").values()) == before

    def test_takes_five_thousand_units_in_at_once(self, edition, by, django_assert_max_num_queries) -> None:
        rows = [[f"A{number}", "Einheit"] for number in range(5000)]
        with django_assert_max_num_queries(130, connection=connections[current.alias()]):
            assert take_in(edition, by, rows).created == 5000


class TestImportPlan:
    """The first plan, without an edition."""

    def import_plan(self, rows: str) -> file_plan.ImportedPlan:
        headings = "Kennzeichen;Bezeichnung;Rechtsgrundlage;Transferfrist;Aktenanlage;Entfällt\n"
        read = plan_sheets.read_sheet(io.BytesIO((headings + rows).encode()), "Plan.csv")
        return file_plan.import_plan(rows=read.rows, faults=read.faults, by=None, at=AT, dry_run=False)

    def test_takes_in_every_field(self) -> None:
        assert self.import_plan("6;Bauen;§ 58 BauO;5;Registratur;\n").faults == []

        unit = FilePlanUnit.objects.get()
        assert (unit.legal_basis, unit.transfer_years, unit.registration) == ("§ 58 BauO", 5, "registry")

    def test_leaves_dropping_to_editions(self) -> None:
        assert [(f.row_number, f.column) for f in self.import_plan("6;Bauen;;;;ja\n").faults] == [(2, "Entfällt")]
        assert not FilePlanUnit.objects.exists()

    def test_takes_in_no_code_that_a_unit_once_had(self, edition) -> None:
        editions.discard_edition(edition=edition, by=edition.created_by, at=AT)
        FormerCode.objects.create(unit=FilePlanUnit.objects.first(), classification_code="7", until=AT)

        with pytest.raises(file_plan.CannotPlan):
            file_plan.create_unit(classification_code="7", title="Neu", parent=None, by=None, at=AT)

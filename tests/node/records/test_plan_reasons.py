"""Inherited defaults of the file plan that are set aside with a reason (domain §5), and the validity of its units."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from records import (
    edition_intake,
    editions,
    file_plan,
    filing,
    plan_enactment,
    plan_export,
    plan_fields,
    plan_review,
    plan_sheets,
    plan_upkeep,
)
from records.models import FilePlanUnit, JournalEntry, PlanEdition, PlannedUnit, RecordFile, RegisterSet
from tests.factories import ClerkFactory, FilePlanUnitFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
INHERITED = {
    "retention_years": 10, "retention_starts_with": "Abbruch", "transfer_years": 5, "disposal_action": "B", "registration": "registry",
    "legal_basis": "§ 147 AO",
}  # fmt: skip
OWN = {
    "retention_starts_with": "Volljährigkeit",
    "transfer_years": 0,
    "disposal_action": "A",
    "registration": "clerks",
    "legal_basis": "§ 58 BauO",
}


@pytest.fixture
def plan() -> dict[str, FilePlanUnit]:
    standard = RegisterSet.objects.create(name="Standard")
    top = FilePlanUnitFactory(classification_code="6", title="Bauen", register_set=standard, **INHERITED)
    return {"6": top, "63": FilePlanUnitFactory(classification_code="63", title="Bauordnung", parent=top)}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def own_values() -> list[tuple[str, Any]]:
    return [*OWN.items(), ("register_set", RegisterSet.objects.create(name="Bauakte")), ("retention_years", 30)]


def reason_of(name: str) -> str:
    return plan_fields.REASONS["retention" if name in plan_fields.RETENTION else name]


def entered(unit: FilePlanUnit, **changes: Any) -> dict[str, Any]:
    """What the form of a unit sends."""
    left_out = ("register_set", "retention_unlimited")
    sent = {name: getattr(unit, name) for name in plan_fields.DESCRIPTIVE if name not in left_out} | {"seen": plan_fields.fingerprint(unit)}
    sent["retention_start"], sent["retention_starts_with"] = plan_fields.split_start(unit.retention_starts_with)
    return {name: "" if value is None else value for name, value in {**sent, **changes}.items()}


def read(rows: list[list[Any]], *headings: str, existing: dict[str, int] | None = None) -> plan_sheets.PlanSheet:
    book = openpyxl.Workbook()
    for row in [["Kennzeichen", "Bezeichnung", *headings], *rows]:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return plan_sheets.read_sheet(stream, "Plan.xlsx", existing=existing)


class TestReasonsInForce:
    def test_every_inherited_default_that_is_set_aside_asks_for_a_reason(self, plan, by) -> None:
        for name, value in own_values():
            with pytest.raises(plan_fields.BadField) as refusal:
                plan_upkeep.edit_unit(unit=plan["63"], changes={name: value}, by=by, at=AT)

            assert refusal.value.field == reason_of(name)

    def test_the_reason_is_kept_journaled_and_said_beside_the_value(self, plan, by) -> None:
        for name, value in own_values():
            plan_upkeep.edit_unit(unit=plan["63"], changes={name: value, reason_of(name): f"Weil {name}"}, by=by, at=AT)

        unit = FilePlanUnit.objects.get(pk=plan["63"].pk)
        origins = file_plan.origins_of(unit=unit)
        assert {origin.field for origin in origins} == set(plan_fields.REASONS)
        assert all(origin.differs and origin.reason.startswith("Weil ") and origin.source is None for origin in origins)
        told = {value.field for entry in JournalEntry.objects.filter(object_id=unit.public_id) for value in entry.values.all()}
        assert set(plan_fields.REASONS.values()) <= told

    def test_the_same_value_as_above_needs_none(self, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["63"], changes={"disposal_action": "B", "retention_years": 10}, by=by, at=AT)

        assert [o.differs for o in file_plan.origins_of(unit=FilePlanUnit.objects.get(pk=plan["63"].pk)) if o.source is None] == [
            False,
            False,
        ]

    def test_a_value_that_nothing_is_inherited_for_needs_none(self, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["6"], changes={"disposal_action": "A"}, by=by, at=AT)

        assert FilePlanUnit.objects.get(pk=plan["6"].pk).disposal_action == "A"

    def test_what_was_set_aside_before_does_not_hinder_a_new_title(self, plan, by) -> None:
        FilePlanUnit.objects.filter(pk=plan["63"].pk).update(disposal_action="A")

        assert plan_upkeep.edit_unit(unit=plan["63"], changes={"title": "Neu"}, by=by, at=AT).title == "Neu"

    def test_a_reason_is_not_taken_away_while_the_value_stands(self, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["63"], changes={"disposal_action": "A", "disposal_action_reason": "Denkmal"}, by=by, at=AT)

        with pytest.raises(plan_fields.BadField):
            plan_upkeep.edit_unit(unit=plan["63"], changes={"disposal_action_reason": ""}, by=by, at=AT)

    def test_the_form_refuses_in_german_and_the_screen_says_why(self, plan, administrator, client_of) -> None:
        grant(administrator, plan["6"])
        client, unit = client_of(administrator), plan["63"]
        address = f"/verwaltung/aktenplan/einheiten/{unit.public_id}/"

        refused = client.post(address, entered(unit, legal_basis="§ 58 BauO"))
        done = client.post(address, entered(unit, legal_basis="§ 58 BauO", legal_basis_reason="Landesrecht geht vor"))
        below = FilePlanUnitFactory(classification_code="63.1", title="Anträge", parent=FilePlanUnit.objects.get(pk=unit.pk))

        assert (refused.status_code, done.status_code) == (422, 302)
        assert "vom geerbten Wert abweicht: Rechtsgrundlage" in text(refused)
        assert "abweichend, weil: Landesrecht geht vor" in text(client.get(f"/aktenplan/{unit.public_id}/"))
        assert "geerbt von 63 Bauordnung (dort abweichend, weil: Landesrecht geht vor)" in text(
            client.get(f"/aktenplan/{below.public_id}/")
        )

    def test_a_reason_that_may_be_needed_is_not_called_optional(self, plan, administrator, client_of) -> None:
        page = text(client_of(administrator).get(f"/verwaltung/aktenplan/einheiten/{plan['63'].public_id}/"))
        labels = [label for label in page.split("<label")[1:] if "Grund für eine" in label.split("</label>")[0]]

        assert labels
        assert not [label for label in labels if "freiwillig" in label.split("</label>")[0]]

    def test_the_form_of_a_unit_at_the_top_asks_for_none(self, plan, administrator, client_of) -> None:
        page = text(client_of(administrator).get(f"/verwaltung/aktenplan/einheiten/{plan['6'].public_id}/"))

        assert 'name="legal_basis"' in page
        assert 'name="legal_basis_reason"' not in page


class TestReasonsInEditions:
    @pytest.fixture
    def edition(self, plan: dict[str, FilePlanUnit], by: Any) -> PlanEdition:
        return editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)

    def planned(self, edition: PlanEdition, code: str) -> PlannedUnit:
        return edition.units.get(classification_code=code)

    def test_every_default_asks_there_too_and_comes_into_force_with_its_reason(self, edition, plan, by) -> None:
        for name, value in own_values():
            with pytest.raises(plan_fields.BadField):
                editions.change_unit(planned=self.planned(edition, "63"), changes={name: value}, by=by, at=AT)
            editions.change_unit(planned=self.planned(edition, "63"), changes={name: value, reason_of(name): "Weil"}, by=by, at=AT)

        labels = {field.label for change in plan_review.review(edition=edition).changes for field in change.fields}
        plan_enactment.put_into_force(edition=edition, by=by, at=AT)

        assert {str(plan_fields.WORDS[reason]) for reason in plan_fields.REASONS.values()} <= labels
        unit = FilePlanUnit.objects.get(pk=plan["63"].pk)
        assert {getattr(unit, reason) for reason in plan_fields.REASONS.values()} == {"Weil"}

    def test_a_sheet_without_reasons_is_named_by_the_review_until_one_is_given(self, edition, by) -> None:
        rows = read([["63", "Bauordnung", "A"]], "Aussonderungsart", existing={"6": 1, "63": 2})
        take_in = {"edition": edition, "sheet": rows, "by": by, "at": AT, "dry_run": False}

        edition_intake.take_in_sheet(**take_in)
        faults = [fault.sentence for fault in plan_review.review(edition=edition).faults]
        editions.change_unit(planned=self.planned(edition, "63"), changes={"disposal_action": ""}, by=by, at=AT)
        edition_intake.take_in_sheet(**take_in, reason="Satzung von 2027")

        assert len(faults) == 1
        assert plan_review.review(edition=edition).faults == []
        assert self.planned(edition, "63").disposal_action_reason == "Satzung von 2027"


class TestReasonsInSheets:
    HEADINGS = ("Aussonderungsart", "Grund für eigene Aussonderungsart", "Gültig ab", "Gültig bis")

    def test_the_first_plan_names_each_row_without_a_reason(self) -> None:
        rows = read([["6", "Bauen", "B"], ["63", "Bauordnung", "A"], ["64", "Wohnen", "A", "Archiv will es"]], *self.HEADINGS)

        done = file_plan.import_plan(rows=rows.rows, faults=rows.faults, by=None, at=AT, dry_run=False)

        assert [(fault.row_number, fault.column) for fault in done.faults] == [(3, "Grund für eigene Aussonderungsart")]
        assert not FilePlanUnit.objects.exists()

    def test_one_reason_may_be_given_for_all_that_have_none(self, administrator, client_of) -> None:
        sheet = (
            "Kennzeichen;Bezeichnung;Aussonderungsart;Grund für eigene Aussonderungsart\n6;Bauen;B\n63;Bauordnung;A\n64;Wohnen;A;Archiv\n"
        )
        sent = {"sheet": SimpleUploadedFile("Plan.csv", sheet.encode()), "really": "on", "reason": "Aus dem alten Plan"}

        assert client_of(administrator).post("/verwaltung/aktenplan/import/", sent).status_code == 302

        assert dict(FilePlanUnit.objects.values_list("classification_code", "disposal_action_reason")) == {
            "6": "", "63": "Aus dem alten Plan", "64": "Archiv",
        }  # fmt: skip

    def test_reasons_and_validity_go_out_and_come_in_again(self, by) -> None:
        rows = read([["6", "Bauen", "B"], ["63", "Bauordnung", "A", "Archiv", "1.1.2026", date(2027, 12, 31)]], *self.HEADINGS)
        assert file_plan.import_plan(rows=rows.rows, faults=rows.faults, by=None, at=AT, dry_run=False).faults == []
        edition = editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)

        again = plan_sheets.read_sheet(io.BytesIO(plan_export.export_plan()), "Plan.xlsx", existing={"6": 1, "63": 2})
        taken = edition_intake.take_in_sheet(edition=edition, sheet=again, by=by, at=AT, dry_run=False)

        further = next(row.further for row in again.rows if row.classification_code == "63")
        assert (further.disposal_action_reason, further.valid_from, further.valid_until) == ("Archiv", date(2026, 1, 1), date(2027, 12, 31))
        assert (taken.faults, taken.changed, taken.known) == ([], 0, 2)

    @pytest.mark.parametrize("cells", [["morgen", ""], ["1.1.1582", ""], ["", "31.12.2999"], ["1.1.2027", "31.12.2026"]])
    def test_days_that_nobody_can_have_meant_are_named(self, cells) -> None:
        rows = read([["6", "Bauen", "", "", *cells]], *self.HEADINGS)

        assert [fault.row_number for fault in rows.faults] == [2]


class TestValidity:
    def test_a_unit_outside_it_takes_no_new_files_and_keeps_its_own(self, plan, by) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"], "write")
        kept = filing.create_file(unit=plan["63"], title="Vorher", lead_office=None, by=clerk, at=AT)

        plan_upkeep.edit_unit(unit=plan["63"], changes={"valid_until": date(2026, 2, 28)}, by=by, at=AT)

        with pytest.raises(filing.CannotFile, match="nicht mehr gültig"):
            filing.create_file(unit=plan["63"], title="Nachher", lead_office=None, by=clerk, at=AT)
        assert RecordFile.objects.visible_to(clerk).get().pk == kept.pk

    def test_is_entered_shown_and_refused_in_german(self, plan, administrator, client_of) -> None:
        grant(administrator, plan["6"])
        client, unit = client_of(administrator), plan["63"]
        address = f"/verwaltung/aktenplan/einheiten/{unit.public_id}/"
        tomorrow = timezone.localdate().replace(year=timezone.localdate().year + 1)

        backward = client.post(address, entered(unit, valid_from="2027-01-02", valid_until="2027-01-01"))
        client.post(address, entered(unit, valid_from=tomorrow.isoformat()))

        assert "nicht enden, bevor sie beginnt" in text(backward)
        page = text(client.get(f"/aktenplan/{unit.public_id}/"))
        assert "Gültig ab" in page
        assert f"{tomorrow:%d.%m.%Y}" in page
        assert "Neue Akte" not in page
        assert f"gültig ab {tomorrow:%d.%m.%Y}" in text(client.get("/verwaltung/aktenplan/?q=63"))

    def test_an_edition_prepares_it_says_the_difference_and_puts_it_into_force(self, plan, by) -> None:
        edition = editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)
        planned = edition.units.get(classification_code="63")

        editions.change_unit(planned=planned, changes={"valid_from": date(2026, 1, 1), "valid_until": date(2030, 12, 31)}, by=by, at=AT)
        review = plan_review.review(edition=edition)
        plan_enactment.put_into_force(edition=edition, by=by, at=AT)

        assert review.counts == {"validity": 1}
        assert [(f.old, f.new) for f in review.changes[0].fields] == [("", "01.01.2026"), ("", "31.12.2030")]
        unit = FilePlanUnit.objects.get(pk=plan["63"].pk)
        assert (unit.valid_from, unit.valid_until, unit.frozen_at, unit.dropped) == (date(2026, 1, 1), date(2030, 12, 31), None, False)

    def test_a_unit_whose_validity_ends_is_not_one_that_has_left_the_plan(self, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["63"], changes={"valid_until": date(2026, 12, 31)}, by=by, at=AT)

        edition = editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)

        assert not edition.units.filter(dropped=True).exists()
        assert plan_review.review(edition=edition).changes == []

    def test_that_of_a_dropped_unit_is_the_editions(self, plan, by) -> None:
        edition = editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)
        editions.drop_unit(planned=edition.units.get(classification_code="63"), successor=None, kept=True, by=by, at=AT)
        plan_enactment.put_into_force(edition=edition, by=by, at=AT)

        with pytest.raises(plan_fields.BadField) as refusal:
            plan_upkeep.edit_unit(unit=plan["63"], changes={"valid_until": None}, by=by, at=AT)

        assert refusal.value.field == "valid_until"
        assert FilePlanUnit.objects.get(pk=plan["63"].pk).dropped

    @pytest.mark.parametrize("day", [date(1582, 10, 15), date(2999, 1, 1)])
    def test_days_that_nobody_can_have_meant_are_refused(self, plan, by, day) -> None:
        with pytest.raises(plan_fields.BadField):
            plan_upkeep.edit_unit(unit=plan["63"], changes={"valid_until": day}, by=by, at=AT)

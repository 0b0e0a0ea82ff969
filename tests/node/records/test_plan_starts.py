"""With what a period starts: as inherited, with an event, or with closing where a unit above names an event (domain §5)."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest

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
from records.models import WITH_CLOSING, FilePlanUnit, PlanEdition, RecordFile
from tests.factories import FilePlanUnitFactory, grant

from .lives import new_file, writer
from .plan_screens import entered, planned, text

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BACK = {"retention_starts_with": WITH_CLOSING, "retention_starts_with_reason": "Hier wird nichts abgebrochen"}
WORDS = "Schließen der Akte"


@pytest.fixture
def plan() -> dict[str, FilePlanUnit]:
    """6 names an event, 63 and 63.1 below it say nothing."""
    top = FilePlanUnitFactory(classification_code="6", title="Bauen", retention_years=10, retention_starts_with="Abbruch")
    below = FilePlanUnitFactory(classification_code="63", title="Bauordnung", parent=top)
    return {"6": top, "63": below, "63.1": FilePlanUnitFactory(classification_code="63.1", title="Anträge", parent=below)}


def fresh(unit: FilePlanUnit) -> FilePlanUnit:
    return FilePlanUnit.objects.select_related("register_set", "parent").get(pk=unit.pk)


def closed_in(unit: FilePlanUnit) -> RecordFile:
    file = new_file(fresh(unit))
    return filing.close_file(file=file, by=file.created_by, at=AT)


def read(rows: list[list[Any]], *headings: str, existing: dict[str, int] | None = None) -> plan_sheets.PlanSheet:
    book = openpyxl.Workbook()
    for row in [["Kennzeichen", "Bezeichnung", *headings], *rows]:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return plan_sheets.read_sheet(stream, "Plan.xlsx", existing=existing)


class TestInForce:
    def test_nothing_said_goes_on_meaning_as_above(self, plan) -> None:
        file = closed_in(plan["63.1"])

        assert (file.retention_starts_with, file.retain_until) == ("Abbruch", None)

    def test_a_unit_goes_back_to_closing_and_those_below_follow(self, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["63"], changes=BACK, by=by, at=AT)

        file = closed_in(plan["63.1"])
        [origin] = [o for o in file_plan.origins_of(unit=fresh(plan["63.1"])) if o.field == "retention_starts_with"]
        assert (file.retention_starts_with, file.retain_until) == ("", date(2036, 12, 31))
        assert (origin.value, str(origin.source), origin.differs) == (WORDS, "63 Bauordnung", True)
        assert file_plan.inherited(FilePlanUnit.objects.all())[plan["63.1"].pk].event == ""

    def test_it_sets_the_event_aside_and_says_why(self, plan, by) -> None:
        with pytest.raises(plan_fields.BadField) as refusal:
            plan_upkeep.edit_unit(unit=plan["63"], changes={"retention_starts_with": WITH_CLOSING}, by=by, at=AT)

        assert refusal.value.field == "retention_starts_with_reason"

    def test_a_unit_below_may_name_an_event_again_and_says_why(self, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["63"], changes=BACK, by=by, at=AT)
        again = {"retention_starts_with": "Widerruf"}
        with pytest.raises(plan_fields.BadField):
            plan_upkeep.edit_unit(unit=plan["63.1"], changes=again, by=by, at=AT)

        plan_upkeep.edit_unit(unit=plan["63.1"], changes=again | {"retention_starts_with_reason": "Genehmigung"}, by=by, at=AT)

        assert closed_in(plan["63.1"]).retention_starts_with == "Widerruf"

    def test_it_needs_no_reason_where_no_event_is_named_above(self, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["6"], changes={"retention_starts_with": WITH_CLOSING}, by=by, at=AT)

        assert fresh(plan["6"]).retention_starts_with == WITH_CLOSING

    @pytest.mark.parametrize("words", ["Schließen der Akte", "SCHLIESSEN DER AKTE", "zdA", " mit dem  Schließen der Akte", "closing"])
    def test_words_for_closing_are_no_event_that_would_be_awaited_for_ever(self, words, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["63"], changes=BACK | {"retention_starts_with": words}, by=by, at=AT)

        assert fresh(plan["63"]).retention_starts_with == WITH_CLOSING


class TestScreens:
    def test_is_chosen_in_the_form_and_said_with_where_it_comes_from(self, plan, administrator, client_of) -> None:
        grant(administrator, plan["6"])
        client, unit = client_of(administrator), plan["63"]
        address, back = f"/verwaltung/aktenplan/einheiten/{unit.public_id}/", {"retention_start": WITH_CLOSING}

        refused = client.post(address, entered(unit, **back))
        done = client.post(address, entered(unit, **back, retention_starts_with_reason="Nichts steht dort"))

        assert (refused.status_code, done.status_code) == (422, 302)
        assert "vom geerbten Wert abweicht: Die Frist beginnt mit" in text(refused)
        assert '<option value="closing" selected>Schließen der Akte (zdA)</option>' in text(client.get(address))
        page = text(client.get(f"/aktenplan/{unit.public_id}/"))
        assert f"<dd>{WORDS} " in page
        assert "abweichend, weil: Nichts steht dort" in page
        assert "10 Jahre nach dem Schließen aufzubewahren" in page
        assert "geerbt von 63 Bauordnung (dort abweichend, weil: Nichts steht dort)" in text(
            client.get(f"/aktenplan/{plan['63.1'].public_id}/")
        )
        assert "10 Jahre aufzubewahren nach: Abbruch" in text(client.get(f"/aktenplan/{plan['6'].public_id}/"))

    def test_an_event_is_chosen_and_named_or_neither(self, plan, administrator, client_of) -> None:
        client, top = client_of(administrator), plan["6"]
        address = f"/verwaltung/aktenplan/einheiten/{top.public_id}/"

        unnamed = client.post(address, entered(top, retention_starts_with=""))
        unchosen = client.post(address, entered(top, retention_start="", retention_starts_with="Widerruf"))
        assert (unnamed.status_code, unchosen.status_code) == (422, 422)
        assert "Bitte nennen Sie das Ereignis" in text(unnamed)
        assert "Bitte wählen Sie „Anderes Ereignis“" in text(unchosen)

        left = client.post(address, entered(top, retention_start=WITH_CLOSING))  # the event still stands in its field
        assert left.status_code == 302
        assert fresh(top).retention_starts_with == WITH_CLOSING


class TestEditions:
    @pytest.fixture
    def edition(self, plan: dict[str, FilePlanUnit], by: Any) -> PlanEdition:
        return editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)

    def test_an_edition_says_the_difference_in_words_and_puts_it_into_force(self, edition, plan, by) -> None:
        editions.change_unit(planned=planned(edition, "63"), changes=BACK, by=by, at=AT)

        [change] = plan_review.review(edition=edition).changes
        plan_enactment.put_into_force(edition=edition, by=by, at=AT)
        following = editions.prepare_edition(name="Ausgabe 2028", by=by, at=AT)

        assert ("Die Frist beginnt mit", "", WORDS) in [(field.label, field.old, field.new) for field in change.fields]
        assert closed_in(plan["63.1"]).retain_until == date(2036, 12, 31)
        assert planned(following, "63").retention_starts_with == WITH_CLOSING

    def test_the_screen_of_a_planned_unit_offers_it_and_says_what_is_inherited(self, edition, administrator, client_of) -> None:
        client, unit = client_of(administrator), planned(edition, "63")
        address = f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/einheiten/{unit.public_id}/"
        sent = entered(unit, retention_start=WITH_CLOSING, retention_starts_with_reason="Nichts steht dort")

        assert client.post(address, sent).status_code == 302

        page = text(client.get(address))
        assert f"<ins>{WORDS}</ins>" in page
        assert '<option value="closing" selected>' in page
        below = text(client.get(address.replace(str(unit.public_id), str(planned(edition, "63.1").public_id))))
        assert f'{WORDS} <span class="muted small">63</span>' in below


class TestSheets:
    def test_goes_out_in_words_and_comes_in_again(self, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["63"], changes=BACK, by=by, at=AT)
        edition = editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)

        written = plan_export.export_plan()
        sheet = plan_sheets.read_sheet(io.BytesIO(written), "Plan.xlsx", existing={"6": 1, "63": 2, "63.1": 3})
        taken = edition_intake.take_in_sheet(edition=edition, sheet=sheet, by=by, at=AT, dry_run=False)

        cells = [cell.value for row in openpyxl.load_workbook(io.BytesIO(written)).worksheets[0].iter_rows() for cell in row]
        assert cells.count(WORDS) == 1
        assert WITH_CLOSING not in cells
        assert (taken.faults, taken.changed, taken.known) == ([], 0, 3)

    @pytest.mark.parametrize("words", [WORDS, "zdA", "Schließung der Akte"])
    def test_the_first_plan_takes_it_in_with_its_reason(self, words) -> None:
        rows = [["6", "Bauen", 10, "Abbruch"], ["63", "Bauordnung", None, words]]
        sheet = read(rows, "Aufbewahrungsfrist", "Fristbeginn")

        refused = file_plan.import_plan(rows=sheet.rows, faults=sheet.faults, by=None, at=AT, dry_run=False)
        done = file_plan.import_plan(rows=sheet.rows, faults=sheet.faults, by=None, at=AT, dry_run=False, reason="Alter Plan")

        assert [(fault.row_number, fault.column) for fault in refused.faults] == [(3, "Grund für eigenen Fristbeginn")]
        assert done.faults == []
        assert FilePlanUnit.objects.get(classification_code="63").retention_starts_with == WITH_CLOSING

    def test_an_edition_takes_it_from_a_sheet(self, plan, by) -> None:
        edition = editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)
        sheet = read([["63", "Bauordnung", WORDS]], "Fristbeginn", existing={"6": 1, "63": 2, "63.1": 3})

        edition_intake.take_in_sheet(edition=edition, sheet=sheet, by=by, at=AT, dry_run=False, reason="Satzung")

        unit = planned(edition, "63")
        assert (unit.retention_starts_with, unit.retention_starts_with_reason) == (WITH_CLOSING, "Satzung")


class TestApi:
    def test_a_unit_in_force_is_corrected_and_the_plan_says_what_holds(self, plan, administrator, api_client) -> None:
        grant(administrator, plan["6"])
        client = api_client(administrator)
        address = f"/api/v1/file-plan/{plan['63'].public_id}/"
        assert client.get(address).json()["retention_starts_with"] == "Abbruch"

        silent = client.patch(address + "correct/", {"retention_starts_with": "closing"}, format="json")
        done = client.patch(address + "correct/", BACK, format="json")

        assert (silent.status_code, done.status_code) == (400, 204)
        assert "retention_starts_with_reason" in silent.json()["errors"]
        assert client.get(address).json()["retention_starts_with"] == ""  # with closing, as before

    def test_an_edition_takes_and_says_it(self, plan, administrator, api_client) -> None:
        client = api_client(administrator)
        base = f"/api/v1/file-plan-editions/{client.post('/api/v1/file-plan-editions/', {'name': '2027'}, format='json').json()['id']}/"
        known = {unit["classification_code"]: unit for unit in client.get(base + "units/").json()["results"]}

        answer = client.patch(f"{base}units/{known['63']['id']}/", BACK, format="json")
        changes = client.get(base + "changes/").json()["results"]

        assert answer.json()["retention_starts_with"] == "closing"
        assert {"label": "Die Frist beginnt mit", "old": "", "new": WORDS} in changes[0]["changes"]

    def test_the_schema_tells_of_the_value(self, api_client) -> None:
        schema = json.loads(api_client(writer()).get("/api/v1/schema/", {"format": "json"}).content)["components"]["schemas"]

        told = {name for name, one in schema.items() if "`closing`" in str(one.get("properties", {}).get("retention_starts_with", ""))}
        assert {"PlannedOut", "PlannedFieldsRequest", "PatchedUnitFieldsRequest", "PeriodInRequest"} <= told

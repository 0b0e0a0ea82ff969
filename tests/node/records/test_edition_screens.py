"""Screens of the next edition of the file plan, and the plan as a spreadsheet."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils import timezone

from records import editions, register_sets
from records.models import FilePlanUnit, PlanEdition
from tenants import current
from tenants.roles import Role
from tests.factories import RecordFileFactory, UserFactory
from tests.node.records.plan_screens import entered, planned, seen_in, small_plan, text

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def plan() -> dict[str, FilePlanUnit]:
    return small_plan()


@pytest.fixture
def edition(plan: dict[str, FilePlanUnit], administrator: Any) -> PlanEdition:
    return editions.prepare_edition(name="Aktenplan 2027", by=administrator, at=AT)


class TestEdition:
    def test_is_begun_changed_and_put_into_force(self, plan, administrator, client_of) -> None:
        client = client_of(administrator)
        client.post("/verwaltung/aktenplan/ausgaben/", {"name": "Aktenplan 2027"})
        edition = PlanEdition.objects.get()
        base = f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/"

        new = client.post(
            base + f"einheiten/neu/?unter={planned(edition, '63').public_id}",
            {"classification_code": "63.2", "title": "Neu", "parent": "63"},
        )
        unit = planned(edition, "63.1")
        moved = client.post(base + f"einheiten/{unit.public_id}/", entered(unit, parent="6", classification_code="64"))
        review = text(client.get(base + "unterschied/"))
        done = client.post(base + "in-kraft-setzen/", {"on": ""})

        assert [answer.status_code for answer in (new, moved, done)] == [302, 302, 302]
        assert "63.2" in review
        assert "neues Kennzeichen" in review
        assert FilePlanUnit.objects.get(classification_code="64").parent_id == plan["6"].pk

    def test_maps_a_unit_to_its_successor_and_says_what_must_be_mended(self, edition, plan, administrator, client_of) -> None:
        RecordFileFactory(unit=plan["63.1"])
        client, base = client_of(administrator), f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/"
        address = base + f"einheiten/{planned(edition, '63.1').public_id}/entfallen/"

        refused = client.post(address, {"successor": "99"})
        client.post(address, {"successor": "6"})
        review = client.post(base + "in-kraft-setzen/", {"on": ""})

        assert refused.status_code == 422
        assert "99" in text(refused)
        assert review.status_code == 422
        assert "Zuerst zu klären" in text(review)

    def test_waits_for_its_day(self, edition, administrator, client_of) -> None:
        client, base = client_of(administrator), f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/"
        day = timezone.localdate() + timedelta(days=20)

        client.post(base + "in-kraft-setzen/", {"on": day.isoformat()})
        scheduled = PlanEdition.objects.get().state
        client.post(base + "termin-zuruecknehmen/")

        assert (scheduled, PlanEdition.objects.get().state) == ("scheduled", "prepared")

    @pytest.mark.parametrize("day", ["1582-10-05", "2999-01-01", "gestern", "2027-02-30"])
    def test_takes_no_day_that_is_none(self, edition, administrator, client_of, day) -> None:
        answer = client_of(administrator).post(f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/in-kraft-setzen/", {"on": day})

        assert answer.status_code == 422
        assert PlanEdition.objects.get().state == "prepared"

    def test_tells_who_was_quicker_and_overwrites_nothing(self, edition, administrator, client_of) -> None:
        unit = planned(edition, "63.1")
        sent = entered(unit, title="Zweite")
        editions.change_unit(planned=unit, changes={"title": "Erste"}, by=UserFactory(display_name="Frau Schnell"), at=AT)

        answer = client_of(administrator).post(f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/einheiten/{unit.public_id}/", sent)

        assert answer.status_code == 422
        assert "Frau Schnell" in text(answer)
        assert planned(edition, "63.1").title == "Erste"

    def test_what_was_refused_can_be_sent_again_beside_what_is_stored_now(self, edition, administrator, client_of) -> None:
        unit, client = planned(edition, "63.1"), client_of(administrator)
        register_set = register_sets.create_set(name="Bauakte", by=administrator, at=AT)
        address = f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/einheiten/{unit.public_id}/"
        sent = entered(unit, title="Zweite")
        changes = {"title": "Erste", "register_set": register_set, "parent": planned(edition, "6")}
        editions.change_unit(planned=unit, changes=changes, by=UserFactory(), at=AT)

        refused = text(client.post(address, sent))
        again = client.post(address, {**sent, "seen": seen_in(refused)})

        assert "<dt>Titel</dt><dd>Erste</dd>" in refused
        assert "<dd>Bauakte</dd>" in refused
        assert "<dd>6</dd>" in refused
        assert 'value="Zweite"' in refused
        assert again.status_code == 302
        assert planned(edition, "63.1").title == "Zweite"

    def test_is_changed_by_the_registry_and_put_into_force_by_an_administrator(self, edition, client_of) -> None:
        client, base = client_of(UserFactory(roles=[Role.REGISTRY])), f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/"

        assert client.get(base).status_code == 200
        assert client.post(base + "in-kraft-setzen/").status_code == 404

    @pytest.mark.parametrize("title", ["", "x" * 10_000, "\x00"])
    def test_refuses_a_title_that_is_none_and_loses_nothing(self, edition, administrator, client_of, title) -> None:
        unit = planned(edition, "63.1")

        answer = client_of(administrator).post(
            f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/einheiten/{unit.public_id}/",
            entered(unit, title=title, legal_basis="§ 7 EIGENES"),
        )

        assert answer.status_code == 422
        assert "§ 7 EIGENES" in text(answer)

    def test_costs_the_same_queries_for_many_units(self, edition, administrator, client_of, django_assert_max_num_queries) -> None:
        client = client_of(administrator)

        def queries() -> int:
            with django_assert_max_num_queries(30, connection=connections[current.alias()]) as seen:
                client.get(f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/?unter={planned(edition, '63').public_id}")
            return len(seen)

        queries()  # what is read once and kept
        few = queries()
        for number in range(20):
            fields = {"classification_code": f"63.{number + 5}", "title": "Neu"}
            editions.add_unit(edition=edition, parent=planned(edition, "63"), fields=fields, by=administrator, at=AT)

        assert queries() == few


class TestSpreadsheets:
    def test_an_edition_is_written_and_taken_in_again(self, edition, administrator, client_of) -> None:
        client, base = client_of(administrator), f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/"
        answer = client.get(base + "export/")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        book.worksheets[0].append(["63.2", "Neu", "63"])
        stream = io.BytesIO()
        book.save(stream)

        for sent in ({}, {"really": "on"}):
            last = client.post(base + "import/", {"sheet": SimpleUploadedFile("Plan.xlsx", stream.getvalue()), **sent})

        assert answer["Content-Disposition"] == 'attachment; filename="Aktenplan_Aktenplan_2027.xlsx"'
        assert last.status_code == 302
        assert planned(edition, "63.2").parent == planned(edition, "63")

    def test_names_row_and_column_of_a_fault_in_german(self, edition, administrator, client_of) -> None:
        sheet = b"Kennzeichen;Bezeichnung;Transferfrist\n63.2;=1+1;\n63.3;Gut;viele\n"

        answer = text(
            client_of(administrator).post(
                f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/import/", {"sheet": SimpleUploadedFile("Plan.csv", sheet)}
            )
        )

        assert "Formel" in answer
        assert "Bezeichnung" in answer
        assert "keine Transferfrist" in answer

    def test_refuses_what_is_no_spreadsheet(self, edition, administrator, client_of) -> None:
        wrong = SimpleUploadedFile("Plan.xlsx", b"%PDF-1.7\x00\x01")

        answer = client_of(administrator).post(f"/verwaltung/aktenplan/ausgaben/{edition.public_id}/import/", {"sheet": wrong})

        assert answer.status_code == 422
        assert "keine Tabelle" in text(answer)

    def test_the_plan_in_force_is_written(self, plan, administrator, client_of) -> None:
        answer = client_of(administrator).get("/verwaltung/aktenplan/export/")

        assert [row[0].value for row in openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(min_row=2)] == [
            "6",
            "63",
            "63.1",
        ]

    def test_the_first_plan_is_not_taken_in_beside_an_edition(self, edition, administrator, client_of) -> None:
        sheet = SimpleUploadedFile("Plan.csv", b"Kennzeichen;Bezeichnung\n9;Neu\n")

        answer = text(client_of(administrator).post("/verwaltung/aktenplan/import/", {"sheet": sheet, "really": "on"}))

        assert "Aktenplan 2027" in answer
        assert not FilePlanUnit.objects.filter(classification_code="9").exists()

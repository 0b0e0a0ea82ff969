"""Screens of the file plan: the tree, searching in it, the star, editions, corrections, register sets."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils import timezone

from records import editions, plan_fields, plan_upkeep, register_sets
from records.models import Favourite, FilePlanUnit, PlanEdition, PlannedUnit, RegisterSet
from tenants import current
from tenants.roles import Role
from tests.factories import ClerkFactory, FilePlanUnitFactory, RecordFileFactory, UserFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def administrator() -> Any:
    return UserFactory(roles=[Role.ADMINISTRATOR])


@pytest.fixture
def plan() -> dict[str, FilePlanUnit]:
    top = FilePlanUnitFactory(classification_code="6", title="Bauen", retention_years=10)
    below = FilePlanUnitFactory(classification_code="63", title="Bauordnung", parent=top)
    return {"6": top, "63": below, "63.1": FilePlanUnitFactory(classification_code="63.1", title="Anträge", parent=below)}


@pytest.fixture
def edition(plan: dict[str, FilePlanUnit], administrator: Any) -> PlanEdition:
    return editions.prepare_edition(name="Aktenplan 2027", by=administrator, at=AT)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def planned(edition: PlanEdition, code: str) -> PlannedUnit:
    return edition.units.get(classification_code=code)


def entered(unit: Any, **changes: Any) -> dict[str, Any]:
    """What the form of a unit sends."""
    sent = {name: getattr(unit, name) for name in plan_fields.DESCRIPTIVE if name not in ("register_set", "retention_unlimited")}
    sent |= {"classification_code": unit.classification_code, "seen": plan_fields.fingerprint(unit)}
    sent["parent"] = unit.parent.classification_code if unit.parent else ""
    return {name: "" if value is None else value for name, value in {**sent, **changes}.items()}


def seen_in(page: str) -> str:
    """The mark that a form sends along."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


class TestTree:
    def test_costs_the_same_queries_for_many_units(self, plan, client_of, django_assert_max_num_queries) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"])
        client = client_of(clerk)

        def queries(address: str) -> int:
            with django_assert_max_num_queries(40, connection=connections[current.alias()]) as seen:
                assert client.get(address).status_code == 200
            return len(seen)

        addresses = [
            "/aktenplan/",
            f"/aktenplan/{plan['63'].public_id}/zweig/",
            f"/aktenplan/{plan['63.1'].public_id}/",
            "/aktenplan/suche/?q=Antr",
        ]
        queries(addresses[0])  # what is read once and kept
        few = [queries(address) for address in addresses]
        for number in range(30):
            unit = FilePlanUnitFactory(parent=plan["63"], title="Anträge", valid_until=AT.date(), frozen_at=AT, successor=plan["63.1"])
            RecordFileFactory(unit=unit)
            Favourite.objects.create(user=clerk, unit=unit, at=AT)
            FilePlanUnitFactory(classification_code=f"A{number}", frozen_at=AT)

        assert [queries(address) for address in addresses] == few

    def test_shows_what_holds_where_it_comes_from_and_that_nothing_is_filed_there_any_more(self, plan, client_of) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"], "write")
        FilePlanUnit.objects.filter(pk=plan["63"].pk).update(frozen_at=AT, frozen_reason="Wird neu geordnet")

        page = text(client_of(clerk).get(f"/aktenplan/{plan['63.1'].public_id}/"))

        assert "geerbt von 6 Bauen" in page
        assert "Die Einheit 63 ist für neue Akten gesperrt" in page
        assert "/akten/neu/?einheit=" not in page

    def test_puts_units_that_are_no_longer_valid_last(self, plan, client_of) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"])
        FilePlanUnitFactory(
            classification_code="60", title="Früher", parent=plan["6"], valid_until=timezone.localdate() - timedelta(days=1)
        )

        page = text(client_of(clerk).get(f"/aktenplan/{plan['6'].public_id}/zweig/"))

        assert page.index("Bauordnung") < page.index("Früher")


class TestFilesOfAUnit:
    def test_are_filtered_by_state_so_that_a_cancelled_one_is_found_again(self, plan, client_of) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"], "write")
        RecordFileFactory(unit=plan["63.1"], title="Carport")
        gone = RecordFileFactory(unit=plan["63.1"], title="Doppelgarage", status="cancelled", cancelled_at=AT)
        client, address = client_of(clerk), f"/aktenplan/{plan['63.1'].public_id}/"

        standing, cancelled = text(client.get(address)), text(client.get(f"{address}?status=cancelled"))

        assert ("Carport" in standing, "Doppelgarage" in standing) == (True, False)
        assert ("Carport" in cancelled, "Doppelgarage" in cancelled) == (False, True)
        assert '<option value="cancelled" selected>' in cancelled
        assert "selected" not in standing.partition('id="file-status"')[2].partition("</select>")[0]
        assert f'action="/akten/{gone.public_id}/wiederherstellen/"' in text(client.get(f"/akten/{gone.public_id}/"))

    @pytest.mark.parametrize("odd", ["unsinn", "%00", "CANCELLED", "standing&status=x"])
    def test_an_odd_state_is_none(self, odd, plan, client_of) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"])
        RecordFileFactory(unit=plan["63.1"], title="Carport")

        assert "Carport" in text(client_of(clerk).get(f"/aktenplan/{plan['63.1'].public_id}/?status={odd}"))

    def test_those_that_are_hidden_stay_hidden_in_every_state(self, plan, client_of) -> None:
        clerk = ClerkFactory()
        grant(clerk, FilePlanUnitFactory(parent=plan["63"]))
        RecordFileFactory(unit=plan["63.1"], title="Doppelgarage", status="cancelled", cancelled_at=AT)

        assert "Doppelgarage" not in text(client_of(clerk).get("/akten/?status=cancelled"))

    def test_the_list_of_all_files_is_reached_from_the_plan_and_from_the_desk(self, plan, client_of) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"])
        client = client_of(clerk)

        for address in ("/", "/aktenplan/", f"/aktenplan/{plan['63.1'].public_id}/"):
            assert 'href="/akten/">Alle Akten</a>' in text(client.get(address)), address


class TestSearch:
    def test_answers_with_a_fragment_while_somebody_types_and_else_with_a_page(self, plan, client_of) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"])

        fragment = text(client_of(clerk).get("/aktenplan/suche/?q=Antr", headers={"HX-Request": "true"}))
        page = text(client_of(clerk).get("/aktenplan/suche/?q=Antr"))

        assert "<html" not in fragment
        assert f"/aktenplan/{plan['63.1'].public_id}/" in fragment
        assert "<html" in page
        assert f"/aktenplan/{plan['63.1'].public_id}/" in page


class TestStar:
    def test_comes_and_goes_and_stands_above_the_tree(self, plan, client_of) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"])
        client, address = client_of(clerk), f"/aktenplan/{plan['63.1'].public_id}/merken/"

        answer = client.post(address, {"starred": "1", "next": "/aktenplan/"})
        starred = text(client.get("/aktenplan/"))
        client.post(address, {})

        assert answer["Location"] == "/aktenplan/"
        assert "Favoriten" in starred
        assert "63.1" in starred
        assert not Favourite.objects.exists()

    def test_leads_to_no_other_site(self, plan, client_of) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"])
        unit = plan["63.1"].public_id

        answer = client_of(clerk).post(f"/aktenplan/{unit}/merken/", {"starred": "1", "next": "https://boese.example/"})

        assert answer["Location"] == f"/aktenplan/{unit}/"


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


class TestUnitInForce:
    def test_is_corrected_frozen_and_opened_again(self, plan, administrator, client_of) -> None:
        client, unit = client_of(administrator), plan["63.1"]
        address = f"/verwaltung/aktenplan/einheiten/{unit.public_id}/"

        client.post(address, entered(unit, title="Bauanträge", transfer_years="5", retention_years="30", override_reason="BauO"))
        client.post(address + "sperren/", {"reason": "Wird neu geordnet"})
        frozen = text(client.get(address))
        client.post(address + "freigeben/", {"reason": "Doch nicht"})

        found = FilePlanUnit.objects.get(pk=unit.pk)
        assert (found.title, found.transfer_years, found.retention_years, found.frozen_at) == ("Bauanträge", 5, 30, None)
        assert "Wird neu geordnet" in frozen

    def test_wants_a_reason_for_a_period_of_its_own(self, plan, administrator, client_of) -> None:
        unit = plan["63.1"]

        answer = client_of(administrator).post(f"/verwaltung/aktenplan/einheiten/{unit.public_id}/", entered(unit, retention_years="30"))

        assert answer.status_code == 422
        assert "eigene Frist" in text(answer)

    def test_what_was_refused_can_be_sent_again_beside_what_is_stored_now(self, plan, administrator, client_of) -> None:
        unit, client = plan["63.1"], client_of(administrator)
        address, sent = f"/verwaltung/aktenplan/einheiten/{unit.public_id}/", entered(unit, title="Zweite")
        plan_upkeep.edit_unit(unit=unit, changes={"title": "Erste"}, by=UserFactory(display_name="Frau Schnell"), at=AT)

        answer = client.post(address, sent)
        refused = text(answer)
        once_more, again = client.post(address, sent), client.post(address, {**sent, "seen": seen_in(refused)})

        assert (answer.status_code, once_more.status_code, again.status_code) == (422, 422, 302)
        assert "Frau Schnell" in refused
        assert "<dt>Titel</dt><dd>Erste</dd>" in refused
        assert FilePlanUnit.objects.get(pk=unit.pk).title == "Zweite"


class TestRegisterSets:
    def test_are_created_ordered_and_deleted(self, administrator, client_of) -> None:
        client = client_of(administrator)
        client.post("/verwaltung/registersaetze/", {"name": "Bauakte"})
        found = RegisterSet.objects.get()
        address = f"/verwaltung/registersaetze/{found.public_id}/"

        sent = {"name": "Bauakten", "seen": "[]", "divider": ["Pläne", "", "Antrag"], "colour": ["#8a94a6", "#8a94a6", "#AA0000"]}
        saved = client.post(address, sent)
        dividers = register_sets.dividers_of(found)
        client.post(address + "loeschen/")

        assert saved.status_code == 302
        assert dividers == [register_sets.Divider("Pläne", ""), register_sets.Divider("Antrag", "#aa0000")]
        assert not RegisterSet.objects.exists()

    def test_lose_nothing_that_was_typed_when_it_is_refused(self, administrator, client_of) -> None:
        found = register_sets.create_set(name="Bauakte", by=administrator, at=AT)
        sent = {"name": "Bauakte", "seen": json.dumps([["Anders", ""]]), "divider": ["Pläne"], "colour": ["#8a94a6"]}

        answer = client_of(administrator).post(f"/verwaltung/registersaetze/{found.public_id}/", sent)

        assert answer.status_code == 422
        assert 'value="Pläne"' in text(answer)
        assert str(administrator) in text(answer)

    def test_what_was_refused_can_be_sent_again_beside_what_is_stored_now(self, administrator, client_of) -> None:
        found, client = register_sets.create_set(name="Bauakte", by=administrator, at=AT), client_of(administrator)
        address = f"/verwaltung/registersaetze/{found.public_id}/"
        sent = {"name": "Bauakten", "seen": "[]", "seen_name": "Bauakte", "divider": ["Pläne"], "colour": ["#8a94a6"]}
        quick = UserFactory(display_name="Frau Schnell")
        register_sets.change_set(register_set=found, name="Akten", dividers=[register_sets.Divider("Antrag")], by=quick, at=AT)

        answer = client.post(address, sent)
        refused = text(answer)
        again = client.post(address, {**sent, "seen": seen_in(refused), "seen_name": "Akten"})

        assert (answer.status_code, again.status_code) == (422, 302)
        assert "Frau Schnell" in refused
        assert "<dt>Name</dt><dd>Akten</dd><dt>Register</dt><dd>Antrag</dd>" in refused
        assert 'name="seen_name" value="Akten"' in refused
        found.refresh_from_db()
        assert (found.name, register_sets.dividers_of(found)) == ("Bauakten", [register_sets.Divider("Pläne")])

    def test_a_name_that_somebody_else_has_given_meanwhile_is_not_overwritten(self, administrator, client_of) -> None:
        found = register_sets.create_set(name="Bauakte", by=administrator, at=AT)
        register_sets.change_set(register_set=found, name="Akten", dividers=[], by=UserFactory(), at=AT)
        sent = {"name": "Bauakten", "seen": "[]", "seen_name": "Bauakte"}

        assert client_of(administrator).post(f"/verwaltung/registersaetze/{found.public_id}/", sent).status_code == 422
        found.refresh_from_db()
        assert found.name == "Akten"

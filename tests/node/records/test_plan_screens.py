"""Screens of the file plan in force: the tree, the files of a unit, searching, the star, corrections."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from records import plan_upkeep
from records.models import Favourite, FilePlanUnit
from tenants import current
from tests.factories import ClerkFactory, FilePlanUnitFactory, RecordFileFactory, UserFactory, grant
from tests.node.records.plan_screens import entered, seen_in, small_plan, text

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def plan() -> dict[str, FilePlanUnit]:
    return small_plan()


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

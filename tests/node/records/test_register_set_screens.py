"""Screens of register sets."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from records import register_sets
from records.models import RegisterSet
from tests.factories import UserFactory
from tests.node.records.plan_screens import seen_in, text

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


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

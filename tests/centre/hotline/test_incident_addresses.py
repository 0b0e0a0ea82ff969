"""Addresses to which a municipality is told of incidents: on its page and by the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotline import desk_keeping
from hotline.models import TownAddress
from tests.centre.hotline_factories import MunicipalityFactory, agent, requester
from tests.factories import UserFactory


class TestAddresses:
    def test_are_set_on_the_municipalitys_page(self, client_of: Callable[..., Any]) -> None:
        town = MunicipalityFactory()
        browser, address = client_of(UserFactory(roles=["operator"])), f"/verwaltung/kommunen/{town.public_id}/"

        browser.post(
            f"{address}stoerungsmeldungen/", {"addresses": "it@musterstadt.example\n IT@Musterstadt.example;zweite@musterstadt.example"}
        )

        assert desk_keeping.addresses_of(town) == ["it@musterstadt.example", "zweite@musterstadt.example"]
        assert "zweite@musterstadt.example" in browser.get(address).content.decode()

    @pytest.mark.parametrize(
        ("written", "words"),
        [("keine adresse", "ist keine E-Mail-Adresse"), (" ".join(f"a{n}@b.example" for n in range(21)), "höchstens 20 Adressen")],
    )
    def test_what_is_wrong_is_said_and_stays(self, written: str, words: str, client_of: Callable[..., Any]) -> None:
        town = MunicipalityFactory()

        page = client_of(UserFactory(roles=["operator"])).post(
            f"/verwaltung/kommunen/{town.public_id}/stoerungsmeldungen/", {"addresses": written}
        )

        assert words in page.content.decode()
        assert written.split()[0] in page.content.decode()
        assert not TownAddress.objects.exists()

    def test_programs_read_and_set_them(self, api_client: Callable[..., Any]) -> None:
        town, other = MunicipalityFactory(), MunicipalityFactory(slug="nebenan", name="Nebenan")
        client, one = api_client(UserFactory(roles=["operator"])), f"/api/v1/incident-addresses/{town.public_id}/"

        answer = client.patch(one, {"addresses": ["zweite@musterstadt.example", "IT@musterstadt.example"]}, format="json")
        listed = client.get("/api/v1/incident-addresses/").json()["results"]

        assert (answer.status_code, answer.json()) == (200, client.get(one).json())
        assert answer.json()["addresses"] == ["it@musterstadt.example", "zweite@musterstadt.example"]
        assert [(row["municipality"], row["name"], len(row["addresses"])) for row in listed] == [
            (town.slug, town.name, 2),
            (other.slug, other.name, 0),
        ]
        assert client.patch(one, {"addresses": []}, format="json").json()["addresses"] == []

    def test_a_program_that_has_read_others_overwrites_nothing(self, api_client: Callable[..., Any]) -> None:
        town = MunicipalityFactory()
        client, one = api_client(UserFactory(roles=["operator"])), f"/api/v1/incident-addresses/{town.public_id}/"
        etag = client.get(one)["ETag"]

        def say(address: str) -> Any:
            return client.patch(one, {"addresses": [address]}, format="json", headers={"If-Match": etag})

        first, stale = say("it@musterstadt.example"), say("amt@musterstadt.example")

        assert (first.status_code, first["ETag"] == client.get(one)["ETag"], stale.status_code) == (200, True, 412)
        with pytest.raises(desk_keeping.StaleAddresses):
            desk_keeping.say_addresses(
                municipality=town, written="", by=UserFactory(roles=["operator"]), at=timezone.now(), seen=["wer@anders.example"]
            )
        assert [row.address for row in TownAddress.objects.all()] == ["it@musterstadt.example"]

    def test_a_program_is_told_what_is_wrong(self, api_client: Callable[..., Any]) -> None:
        client, one = api_client(UserFactory(roles=["operator"])), f"/api/v1/incident-addresses/{MunicipalityFactory().public_id}/"

        refused = client.patch(one, {"addresses": ["it@b.example", "keine"]}, format="json")
        many = client.patch(one, {"addresses": [f"a{n}@b.example" for n in range(21)]}, format="json")

        assert (refused.status_code, many.status_code) == (400, 400)
        assert "ist keine E-Mail-Adresse" in refused.json()["errors"]["addresses"][0]
        assert "höchstens 20 Adressen" in many.json()["errors"]["addresses"][0]
        assert client.patch(one, {}, format="json").status_code == 400
        assert not TownAddress.objects.exists()

    def test_are_nobody_elses_business(self, api_client: Callable[..., Any]) -> None:
        one = f"/api/v1/incident-addresses/{MunicipalityFactory().public_id}/"

        for person in (agent(), requester()):
            client = api_client(person)
            calls = [client.get("/api/v1/incident-addresses/"), client.get(one), client.patch(one, {"addresses": []}, format="json")]
            assert [call.status_code for call in calls] == [404] * 3

    def test_the_list_asks_no_more_for_more_towns(self, api_client: Callable[..., Any]) -> None:
        client, counts = api_client(UserFactory(roles=["operator"])), []
        for n in range(2):
            for place in range(1 + 5 * n):
                town = MunicipalityFactory(slug=f"ort-{n}-{place}", name=f"Ort {n}.{place}")
                TownAddress.objects.create(municipality=town, address=f"it@ort-{n}-{place}.example")
            with CaptureQueriesContext(connections["default"]) as asked:
                client.get("/api/v1/incident-addresses/")
            counts.append(len(asked))

        assert counts[0] == counts[1]

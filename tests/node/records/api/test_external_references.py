"""An external reference belongs to one file, as far as the clerk can know: that a hidden file has it is not told by a refusal."""

from __future__ import annotations

from .asking import FILES, clerk_in, is_problem, leaf, open_file


class TestExternalReferences:
    def test_an_external_reference_of_a_hidden_file_tells_nothing_of_it(self, api_client) -> None:
        pair = {"external_system": "Wohngeld", "external_reference": "W-1"}
        open_file(**pair)
        unit = leaf()
        client = api_client(clerk_in(unit))

        answer = client.post(FILES, {"file_plan_unit": unit.public_id, "title": "Neu", **pair})

        assert answer.status_code == 201, answer.content
        assert [row["id"] for row in client.get(FILES, pair).json()["results"]] == [answer.json()["id"]]
        assert is_problem(client.post(FILES, {"file_plan_unit": unit.public_id, "title": "Noch eine", **pair}), 400)

    def test_takes_an_external_reference_unless_a_visible_file_has_it(self, api_client) -> None:
        open_file(external_system="S", external_reference="hidden")
        file = open_file(external_system="S", external_reference="mine")
        other = open_file(unit=file.unit)
        client, address = api_client(clerk_in(file.unit)), f"{FILES}{other.public_id}/"

        taken = client.patch(address, {"external_system": "S", "external_reference": "mine"}, format="json")
        free = client.patch(address, {"external_system": "S", "external_reference": "hidden"}, format="json")

        assert is_problem(taken, 400)
        assert taken.json()["errors"].keys() == {"external_reference"}
        assert free.status_code == 200, free.content

    def test_the_form_on_the_screen_does_alike(self, client_of) -> None:
        open_file(external_system="S", external_reference="hidden")
        file = open_file(external_system="S", external_reference="mine")
        other = open_file(unit=file.unit)
        client, address = client_of(clerk_in(file.unit)), f"/akten/{other.public_id}/bearbeiten/"
        sent = {"title": "Akte", "external_system": "S", "etag": other.etag}

        assert client.post(address, {**sent, "external_reference": "mine"}).status_code == 422
        assert client.post(address, {**sent, "external_reference": "hidden"}).status_code == 302

    def test_a_pair_that_two_files_have_already_does_not_get_in_the_way(self, api_client) -> None:
        file = open_file(external_system="S", external_reference="R")
        open_file(unit=file.unit, external_system="S", external_reference="R")
        sent = {"title": "Neuer Titel", "external_system": "S", "external_reference": "R"}

        answer = api_client(clerk_in(file.unit)).patch(f"{FILES}{file.public_id}/", sent, format="json")

        assert answer.status_code == 200, answer.content

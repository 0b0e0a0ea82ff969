"""/api/v1/reminders/ and those of a file."""

from __future__ import annotations

import json
from datetime import date

from records.models import Reminder
from tenants.roles import Role
from tests.factories import ClerkFactory, MembershipFactory, OfficeFactory, UserFactory
from tests.node.factories import grant

from .asking import AT, FILES, clerk_in, is_problem, leaf, open_file


def reminder_of(clerk, file, day=date(2040, 1, 1)):
    return Reminder.objects.create(file=file, due_on=day, person=clerk, created_at=AT, created_by=clerk)


class TestCreate:
    def test_for_the_caller_herself_if_nobody_is_named(self, api_client) -> None:
        file = open_file(unit=leaf())
        clerk = clerk_in(file.unit, "read")

        answer = api_client(clerk).post(f"{FILES}{file.public_id}/reminders/", {"due_on": "2040-05-01", "note": "Frist"})

        assert answer.status_code == 201
        assert answer.json()["person"] == clerk.username
        assert answer.json()["due_on"] == "2040-05-01"

    def test_the_same_key_sets_one(self, api_client) -> None:
        file = open_file(unit=leaf())
        client = api_client(clerk_in(file.unit))

        answers = [
            client.post(f"{FILES}{file.public_id}/reminders/", {"due_on": "2040-05-01"}, headers={"Idempotency-Key": "k1"})
            for _n in range(2)
        ]

        assert [a.status_code for a in answers] == [201, 201]
        assert Reminder.objects.count() == 1

    def test_a_day_gone_by_is_a_400_that_names_the_field(self, api_client) -> None:
        file = open_file(unit=leaf())

        answer = api_client(clerk_in(file.unit)).post(f"{FILES}{file.public_id}/reminders/", {"due_on": "1582-10-15"})

        assert is_problem(answer, 400)
        assert "due_on" in answer.json()["errors"]

    def test_a_name_that_is_none_is_a_400(self, api_client) -> None:
        file = open_file(unit=leaf())
        client = api_client(clerk_in(file.unit))

        for field, value in (("person", "frau\x00mueller"), ("office", "\x00"), ("person", "\ud800"), ("person", ["a"]), ("office", "x")):
            sent = json.dumps({"due_on": "2040-05-01", field: value})
            answer = client.post(f"{FILES}{file.public_id}/reminders/", sent, content_type="application/json")
            assert is_problem(answer, 400)
            assert field in answer.json()["errors"]

    def test_a_hidden_file_is_a_404(self, api_client) -> None:
        assert is_problem(api_client(clerk_in(leaf())).post(f"{FILES}{open_file().public_id}/reminders/", {"due_on": "2040-05-01"}), 404)


class TestActs:
    def test_done_twice_is_a_409_that_says_who(self, api_client) -> None:
        file = open_file(unit=leaf())
        clerk = clerk_in(file.unit)
        client, address = api_client(clerk), f"/api/v1/reminders/{reminder_of(clerk, file).public_id}/done/"

        assert client.post(address).status_code == 200
        again = client.post(address)

        assert is_problem(again, 409)
        assert clerk.display_name in again.json()["detail"]

    def test_postponed_and_handed_on(self, api_client) -> None:
        file = open_file(unit=leaf())
        clerk, colleague = clerk_in(file.unit), clerk_in(file.unit)
        address = f"/api/v1/reminders/{reminder_of(clerk, file).public_id}/"

        postponed = api_client(clerk).post(address + "postpone/", {"due_on": "2041-01-01"})
        handed = api_client(clerk).post(address + "hand-on/", {"person": colleague.username})

        assert (postponed.json()["due_on"], handed.json()["person"]) == ("2041-01-01", colleague.username)

    def test_a_reader_ticks_off_nobody_elses(self, api_client) -> None:
        file = open_file(unit=leaf())
        reminder, reader = reminder_of(clerk_in(file.unit), file), clerk_in(file.unit, "read")

        assert is_problem(api_client(reader).post(f"/api/v1/reminders/{reminder.public_id}/done/"), 403)
        assert Reminder.objects.get().done_at is None


class TestList:
    def test_mine_by_day_and_the_registrys_only_for_the_registry(self, api_client) -> None:
        file = open_file(unit=leaf())
        clerk = clerk_in(file.unit)
        later, sooner = reminder_of(clerk, file, date(2041, 1, 1)), reminder_of(clerk, file)
        registry = UserFactory(roles=[Role.REGISTRY])
        grant(registry, file.unit, "read")

        mine = api_client(clerk).get("/api/v1/reminders/").json()["results"]
        due = api_client(clerk).get("/api/v1/reminders/", {"due_until": "2040-06-01"}).json()["results"]

        assert [row["id"] for row in mine] == [str(sooner.public_id), str(later.public_id)]
        assert [row["id"] for row in due] == [str(sooner.public_id)]
        assert len(api_client(registry).get("/api/v1/reminders/", {"scope": "registry"}).json()["results"]) == 2
        assert is_problem(api_client(clerk).get("/api/v1/reminders/", {"scope": "registry"}), 403)
        assert api_client(ClerkFactory()).get("/api/v1/reminders/").json()["results"] == []


class TestHandOver:
    ADDRESS = "/api/v1/reminders/hand-over/"

    def team(self):
        """A supervisor, and two people of the office that she leads."""
        file = open_file(unit=leaf())
        supervisor = UserFactory(roles=[Role.SUPERVISOR])
        absent, taking = ClerkFactory(), ClerkFactory()
        office = OfficeFactory()
        MembershipFactory(user=supervisor, office=office, is_lead=True)
        for person in (supervisor, absent, taking):
            grant(person, file.unit, "write")
        MembershipFactory(user=absent, office=office)
        return file, supervisor, absent, taking

    def test_is_looked_at_and_then_done(self, api_client) -> None:
        file, supervisor, absent, taking = self.team()
        reminder, client = reminder_of(absent, file), api_client(supervisor)
        sent = {"from_person": absent.username, "person": taking.username}

        seen = client.get(self.ADDRESS, sent).json()
        done = client.post(self.ADDRESS, {**sent, "mark": seen["mark"], "reason": "Krank"}, format="json")
        again = client.post(self.ADDRESS, {**sent, "mark": seen["mark"], "reason": "Krank"}, format="json")

        assert (seen["count"], seen["staying"], done.json()) == (1, 0, {"count": 1})
        assert is_problem(again, 409)
        reminder.refresh_from_db()
        assert reminder.person == taking

    def test_is_for_the_supervisor_who_leads_them(self, api_client) -> None:
        file, _supervisor, absent, taking = self.team()
        reminder_of(absent, file)
        sent = {"from_person": absent.username, "person": taking.username}

        assert is_problem(api_client(taking).get(self.ADDRESS, sent), 403)
        assert is_problem(api_client(UserFactory(roles=[Role.SUPERVISOR])).get(self.ADDRESS, sent), 409)

    def test_names_what_is_missing(self, api_client) -> None:
        _file, supervisor, absent, _taking = self.team()
        client = api_client(supervisor)

        assert is_problem(client.get(self.ADDRESS), 400)
        assert is_problem(client.post(self.ADDRESS, {"from_person": absent.username, "person": "niemand"}, format="json"), 400)

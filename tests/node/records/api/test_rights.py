"""Rights, restriction, protection need and emergency access at the API."""

from __future__ import annotations

import pytest
from django.utils import timezone

from records import reach
from records.models import AccessScope, EmergencyAccess, JournalEntry, RecordFile, Reminder
from tenants import current
from tests.factories import ClerkFactory, MembershipFactory, OfficeFactory, UserFactory
from tests.node.factories import DocumentFactory, RecordFileFactory, grant, restricted, standing_in_for


@pytest.fixture
def manager():
    return ClerkFactory()


@pytest.fixture
def file(manager):
    file = RecordFileFactory()
    grant(manager, file.unit, "manage")
    return file


@pytest.fixture
def api(api_client, manager):
    return api_client(manager)


class TestGrants:
    def test_are_given_listed_and_taken_on_a_file(self, api, file):
        guest = ClerkFactory()
        address = f"/api/v1/files/{file.public_id}/grants/"

        given = api.post(address, {"person": str(guest.public_id), "right": "read_records"}, format="json")

        assert given.status_code == 201
        assert {"id": str(guest.public_id), "name": guest.display_name} in [each["holder"] for each in given.json()["grants"]]
        listed = api.get(address).json()["results"]
        assert [each["given_here"] for each in listed] == [True, False]
        assert RecordFile.objects.visible_to(guest).get() == file
        taken = api.post(address + "revoke/", {"person": str(guest.public_id), "right": "read_records"}, format="json")
        assert taken.status_code == 200
        assert not RecordFile.objects.visible_to(guest).exists()

    def test_are_given_on_a_unit_by_an_administrator_but_not_to_herself(self, api_client, file):
        administrator, office = UserFactory(roles=["administrator"]), OfficeFactory()
        api, address = api_client(administrator), f"/api/v1/file-plan/{file.unit.public_id}/grants/"

        assert api.post(address, {"office": str(office.public_id), "right": "read_records"}, format="json").status_code == 201
        own = api.post(address, {"person": str(administrator.public_id), "right": "read_records"}, format="json")

        assert own.status_code == 409
        assert not RecordFile.objects.visible_to(administrator).exists()

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"right": "read_records"},
            {"person": "x", "right": "read_records"},
            {"person": "00000000-0000-0000-0000-000000000000", "right": "read_records"},
            {"person": None, "office": "00000000-0000-0000-0000-000000000000", "right": "read_records"},
            {"person": "00000000-0000-0000-0000-000000000000", "right": "own_records"},
        ],
    )
    def test_refuse_what_means_nothing(self, api, file, sent):
        answer = api.post(f"/api/v1/files/{file.public_id}/grants/", sent, format="json")

        assert answer.status_code == 400
        assert answer.json()["errors"]

    def test_same_key_gives_a_right_once(self, api, file):
        sent = {"person": str(ClerkFactory().public_id), "right": "read_records"}
        answers = [
            api.post(f"/api/v1/files/{file.public_id}/grants/", sent, format="json", headers={"Idempotency-Key": "einmal"})
            for _ in range(2)
        ]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()


class TestReach:
    def test_says_who_and_why(self, api, file, manager):
        deputy = ClerkFactory()
        standing_in_for(manager, deputy)

        found = api.get(f"/api/v1/files/{file.public_id}/reach/").json()["results"]

        assert {each["person"]["id"]: each["level"] for each in found} == {str(manager.public_id): 3, str(deputy.public_id): 3}
        assert {reason["behalf"] for each in found for reason in each["reasons"]} == {None, manager.display_name}


class TestRestrict:
    def test_and_lift_it_with_a_reason(self, api, file, api_client):
        colleague = ClerkFactory()
        grant(colleague, file.unit, "manage")
        address = f"/api/v1/files/{file.public_id}/"

        assert api.post(address + "restrict/", {}, format="json").status_code == 400
        assert api.post(address + "restrict/", {"reason": "Personalsache"}, format="json").status_code == 204
        assert api_client(colleague).get(address).status_code == 404
        assert api.get(address).json()["restricted"] is True
        assert api.post(address + "restrict/", {"reason": "Personalsache"}, format="json").status_code == 409
        assert api.post(address + "lift-restriction/", {"reason": "Erledigt"}, format="json").status_code == 204
        assert not AccessScope.objects.filter(restricted=True).exists()


class TestPreview:
    """What an act on rights would do, by GET at its address: who loses access, who has open work there. Nothing is written."""

    def test_of_a_restriction_says_who_loses_access_and_whose_open_work_is_touched(self, api, file):
        colleague = MembershipFactory(user=ClerkFactory(), office=OfficeFactory()).user
        grant(colleague, file.unit, "write")
        DocumentFactory(file=file, checked_out_by=colleague, checked_out_at=timezone.now())
        Reminder.objects.create(file=file, person=colleague, due_on="2026-11-27", created_at=timezone.now(), created_by=colleague)
        RecordFile.objects.filter(pk=file.pk).update(lead_office=colleague.memberships.get().office)

        answer = api.get(f"/api/v1/files/{file.public_id}/restrict/")

        assert answer.status_code == 200
        said = answer.json()
        assert said.keys() == {"loses", "gains", "files"}
        [loses] = said["loses"]
        assert loses["person"] == {"id": str(colleague.public_id), "name": colleague.display_name}
        assert (loses["before"], loses["after"]) == (2, 0)
        assert loses["through"][0]["given_on"] == str(file.unit.public_id)
        assert loses["open_work"] == {"documents": 1, "reminders": 1, "led_files": 1}
        assert (said["gains"], said["files"]) == ([], 1)

    def test_writes_nothing_and_the_act_does_what_was_said(self, api, api_client, file, manager):
        colleague = ClerkFactory()
        grant(colleague, file.unit, "write")
        address, entries = f"/api/v1/files/{file.public_id}/restrict/", JournalEntry.objects.count()

        api.get(address)

        assert JournalEntry.objects.count() == entries
        assert not AccessScope.objects.filter(file=file).exists()
        assert RecordFile.objects.visible_to(colleague).exists()
        assert api.post(address, {"reason": "Personalsache"}, format="json").status_code == 204
        file.refresh_from_db()
        assert [each.person for each in reach.of_file(file=file, at=timezone.now())] == [manager]

    def test_of_lifting_a_restriction_says_who_finds_the_file_again(self, api, file, manager):
        colleague = ClerkFactory()
        grant(colleague, file.unit, "read")
        address = f"/api/v1/files/{file.public_id}/lift-restriction/"
        assert api.get(address).status_code == 409  # as the act would be refused
        restricted(file, manager)

        said = api.get(address).json()

        assert [(each["person"]["id"], each["before"], each["after"]) for each in said["gains"]] == [(str(colleague.public_id), 0, 1)]
        assert "open_work" not in said["gains"][0]
        assert api.get(f"/api/v1/files/{file.public_id}/restrict/").status_code == 409

    @pytest.mark.parametrize("place", ["files", "file-plan"])
    def test_of_a_right_given_or_taken_on_a_file_or_a_unit(self, api, file, place):
        office = OfficeFactory()
        member = MembershipFactory(user=ClerkFactory(), office=office).user
        target = file if place == "files" else file.unit
        address, query = f"/api/v1/{place}/{target.public_id}/grants/", f"?office={office.public_id}&right=write_records"

        [gains] = api.get(f"{address}preview/{query}").json()["gains"]
        assert (gains["person"]["id"], gains["before"], gains["after"]) == (str(member.public_id), 0, 2)
        assert gains["through"][0]["office"] == str(office)
        assert not RecordFile.objects.visible_to(member).exists()

        grant(office, target, "write")
        DocumentFactory(file=file, checked_out_by=member, checked_out_at=timezone.now())
        said = api.get(f"{address}revoke/{query}").json()
        assert [(each["person"]["id"], each["open_work"]["documents"]) for each in said["loses"]] == [(str(member.public_id), 1)]
        assert RecordFile.objects.visible_to(member).exists()

    def test_answers_as_the_act_would_be_refused(self, api_client, file, manager):
        administrator, left = UserFactory(roles=["administrator"]), ClerkFactory(is_active=False)
        unit, of = f"/api/v1/file-plan/{file.unit.public_id}/grants/", f"/api/v1/files/{file.public_id}/grants/"
        restricted(file, manager)
        api, kept = api_client(administrator), f"?person={manager.public_id}&right=manage_records"

        assert api.get(f"{unit}preview/?person={administrator.public_id}&right=read_records").status_code == 409  # to herself
        assert api.get(f"{unit}preview/?person={left.public_id}&right=read_records").status_code == 409
        last = api_client(manager).get(f"{of}revoke/{kept}")
        assert (last.status_code, last.headers["Content-Type"]) == (409, "application/problem+json")
        grant(ClerkFactory(), file, "manage")
        assert api_client(manager).get(f"{of}revoke/{kept}").status_code == 200

    @pytest.mark.parametrize("query", ["", "?right=read_records", "?person=x&right=read_records", "?person={nobody}&right=read_records"])
    def test_refuses_what_means_nothing(self, api, file, query):
        asked = query.format(nobody="00000000-0000-0000-0000-000000000000")

        for act in ("preview", "revoke"):
            answer = api.get(f"/api/v1/files/{file.public_id}/grants/{act}/{asked}")

            assert answer.status_code == 400
            assert answer.json()["errors"]

    def test_is_for_those_who_manage_the_file(self, api_client, file):
        reader = ClerkFactory()
        grant(reader, file.unit, "read")
        address = f"/api/v1/files/{file.public_id}/restrict/"

        assert api_client(reader).get(address).status_code == 403
        assert api_client(ClerkFactory()).get(address).status_code == 404

    def test_costs_the_same_queries_for_many_people(self, api, file, django_assert_max_num_queries):
        counts, address = [], f"/api/v1/files/{file.public_id}/restrict/"
        for people in (1, 6):
            for _ in range(people):
                colleague = MembershipFactory(user=ClerkFactory(), office=OfficeFactory()).user
                grant(colleague, file.unit, "write")
                DocumentFactory(file=file, checked_out_by=colleague, checked_out_at=timezone.now())
            with django_assert_max_num_queries(45, connection=current.connection()) as seen:
                assert api.get(address).status_code == 200
            counts.append(len(seen))

        assert counts[0] == counts[1]


class TestProtect:
    def test_sets_the_need_and_the_file_shows_the_highest_within(self, api, file):
        document = DocumentFactory(file=file)

        answer = api.post(f"/api/v1/documents/{document.public_id}/protect/", {"protection_need": "very_high"}, format="json")

        assert answer.json() == {"protection_need": "very_high"}
        said = api.get(f"/api/v1/files/{file.public_id}/").json()
        assert (said["protection_need"], said["highest_protection_need"]) == ("normal", "very_high")

    @pytest.mark.parametrize("marking", ["VS-VERTRAULICH", "Geheim", "STRENG GEHEIM", "enorm"])
    def test_refuses_what_is_classified_and_what_is_no_need(self, api, file, marking):
        answer = api.post(f"/api/v1/files/{file.public_id}/protect/", {"protection_need": marking}, format="json")

        assert answer.status_code == 400
        assert ("VSA" in answer.json()["errors"]["protection_need"][0]) is (marking != "enorm")

    def test_of_a_closed_file_is_a_conflict(self, api, file):
        RecordFile.objects.update(status="closed", closed_at=timezone.now())

        assert api.post(f"/api/v1/files/{file.public_id}/protect/", {"protection_need": "high"}, format="json").status_code == 409


class TestEmergencyAccess:
    def test_needs_two_persons_and_tells_nothing(self, api_client, file):
        hidden, clerk = restricted(file, ClerkFactory()), ClerkFactory()
        api, officer = api_client(clerk), api_client(UserFactory(roles=["data_protection"]))
        answers = [
            api.post("/api/v1/emergency-access/", {"file_reference": reference, "reason": "Brand"}, format="json")
            for reference in (hidden.file_reference, "99-2026/99")
        ]
        assert [(each.status_code, each.content) for each in answers] == [(202, b"")] * 2
        assert api.get("/api/v1/emergency-access/").json()["results"] == []
        [waiting] = officer.get("/api/v1/emergency-access/").json()["results"]
        assert "title" not in waiting

        assert api.post(f"/api/v1/emergency-access/{waiting['id']}/approve/").status_code == 404
        assert officer.post(f"/api/v1/emergency-access/{waiting['id']}/approve/").status_code == 200

        assert api.get(f"/api/v1/files/{hidden.public_id}/").status_code == 200
        assert EmergencyAccess.objects.get().until is not None

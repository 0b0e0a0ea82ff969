"""Screens of those who are let in for a time: substitutes and emergency access, by hand."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from records.models import EmergencyAccess, JournalEntry, RecordFile, SubstituteFile
from tenants.models import Substitute
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import grant, managed_file, restricted, standing_in_for


@pytest.fixture
def manager():
    return ClerkFactory(display_name="Frau Verwalterin")


@pytest.fixture
def file(manager):
    return managed_file(manager, title="Streitsache Quitte")


@pytest.fixture
def client(client_of, manager):
    return client_of(manager)


class TestEmergencyOnScreen:
    def test_gives_the_same_answer_whether_there_is_such_a_file_or_not(self, client_of, file):
        hidden, clerk = restricted(file, ClerkFactory()), client_of(ClerkFactory())
        answers = []
        for reference in (hidden.file_reference, "99.99-2026/9999"):
            sent = clerk.post("/notzugriff/", {"file_reference": reference, "reason": "Brand"})
            page = clerk.get("/notzugriff/").content
            answers.append((sent.status_code, sent["Location"], re.sub(rb'value="\w{64}"|nonce="[^"]*"', b"", page)))

        assert answers[0] == answers[1]
        assert EmergencyAccess.objects.count() == 1

    def test_a_second_person_lets_her_in_and_who_manages_the_file_sees_and_ends_it(self, client_of, client, file, manager):
        hidden, clerk = restricted(file, manager), ClerkFactory(display_name="Frau Eilig")
        client_of(clerk).post("/notzugriff/", {"file_reference": hidden.file_reference, "reason": "Brand im Haus"})
        officer = client_of(UserFactory(roles=["data_protection"]))
        listed = officer.get("/verwaltung/notzugriffe/").content.decode()
        assert "Brand im Haus" in listed
        assert hidden.title not in listed
        access = EmergencyAccess.objects.get()

        assert officer.post(f"/verwaltung/notzugriffe/{access.public_id}/").status_code == 302

        assert client_of(clerk).get(f"/akten/{hidden.public_id}/").status_code == 200
        assert client_of(clerk).get(f"/akten/{hidden.public_id}/bearbeiten/").status_code == 404
        assert "Frau Eilig" in client.get(f"/akten/{hidden.public_id}/rechte/").content.decode()
        assert client.post(f"/akten/{hidden.public_id}/notzugriff/{access.public_id}/beenden/").status_code == 302
        assert client_of(clerk).get(f"/akten/{hidden.public_id}/").status_code == 404

    def test_an_approver_does_not_find_her_own_request(self, client_of, file):
        administrator = UserFactory(roles=["administrator"])
        hidden, browser = restricted(file, ClerkFactory()), client_of(administrator)
        browser.post("/notzugriff/", {"file_reference": hidden.file_reference, "reason": "Brand"})
        access = EmergencyAccess.objects.get()

        assert hidden.file_reference not in browser.get("/verwaltung/notzugriffe/").content.decode()
        assert browser.post(f"/verwaltung/notzugriffe/{access.public_id}/").status_code == 404


class TestSubstitutesOnScreen:
    def test_set_named_and_ended_by_hand(self, client_of, client, file, manager):
        hidden, deputy = restricted(file, manager), ClerkFactory(display_name="Max Vertretung")
        today = timezone.localdate()
        days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=5)).isoformat()}

        assert client.post("/vertretung/", {"deputy": str(deputy.public_id), **days}).status_code == 302

        made = Substitute.objects.get()
        browser = client_of(deputy)
        page = browser.get("/").content.decode()
        assert "acting-for" in page
        assert "Frau Verwalterin" in page
        assert browser.get(f"/akten/{hidden.public_id}/").status_code == 404
        client.post(f"/vertretung/{made.public_id}/akten/", {"file": str(hidden.public_id), "named": "1"})
        assert browser.get(f"/akten/{hidden.public_id}/").status_code == 200
        sent = {"title": "Quitte und Apfel", "etag": RecordFile.objects.get(pk=hidden.pk).etag}
        browser.post(f"/akten/{hidden.public_id}/bearbeiten/", sent)
        entry = JournalEntry.objects.filter(act="edit").latest("sequence")
        assert (entry.actor, entry.on_behalf_of) == ("Max Vertretung", "Frau Verwalterin")
        assert "i. V. für" in client.get(f"/akten/{hidden.public_id}/journal/").content.decode()
        client.post(f"/vertretung/{made.public_id}/beenden/")
        assert browser.get(f"/akten/{hidden.public_id}/").status_code == 404

    def test_wrong_days_lose_nothing_that_was_entered(self, client, manager):
        deputy = ClerkFactory()

        answer = client.post("/vertretung/", {"deputy": str(deputy.public_id), "first_day": "1582-10-15", "last_day": "2999-01-01"})

        assert answer.status_code == 422
        page = answer.content.decode()
        assert "frühestens heute" in page
        assert 'value="1582-10-15"' in page
        assert f'value="{deputy.public_id}" selected' in page

    def test_a_page_of_files_for_the_substitute_is_for_the_absent_person_alone(self, client_of, manager):
        made = standing_in_for(manager, ClerkFactory())

        for person in (made.deputy, ClerkFactory(), UserFactory(roles=["administrator", "supervisor"])):
            assert client_of(person).get(f"/vertretung/{made.public_id}/akten/").status_code == 404

    def test_who_manages_the_file_names_it_on_its_page_of_rights(self, client, file, manager):
        absent = ClerkFactory()
        grant(absent, file, "write")
        made = standing_in_for(absent, ClerkFactory())
        restricted(file, manager)

        client.post(f"/akten/{file.public_id}/vertretung/", {"substitute": str(made.public_id), "named": "1"})

        assert SubstituteFile.objects.filter(file=file, substitute=made).exists()
        client.post(f"/akten/{file.public_id}/vertretung/", {"substitute": str(made.public_id), "named": "0"})
        assert not SubstituteFile.objects.exists()
        for nonsense in ("", "x", "00000000-0000-0000-0000-000000000000"):
            assert client.post(f"/akten/{file.public_id}/vertretung/", {"substitute": nonsense}).status_code == 404

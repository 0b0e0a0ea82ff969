"""Emergency access: two persons, one day, and no word on whether there is such a file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from records import emergency
from records.models import EmergencyAccess, FormerReference, JournalEntry, RecordFile
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import RecordFileFactory, grant, restricted


@pytest.fixture
def at():
    return timezone.now() - timedelta(minutes=1)


@pytest.fixture
def manager():
    return ClerkFactory()


@pytest.fixture
def file(manager):
    return restricted(RecordFileFactory(file_reference="12-2026/0001"), manager)


@pytest.fixture
def officer():
    return UserFactory(roles=["data_protection"])


def asked(file, person, at):
    emergency.ask(file_reference=file.file_reference, reason="Brand im Haus", by=person, at=at)
    return EmergencyAccess.objects.get()


class TestAsk:
    def test_is_kept_and_journaled_at_the_file(self, file, at):
        clerk = ClerkFactory(display_name="Erika Abel")

        emergency.ask(file_reference=" 12-2026/0001 ", reason="Brand im Haus", by=clerk, at=at)

        assert EmergencyAccess.objects.get().file == file
        entry = JournalEntry.objects.get()
        assert (entry.act, entry.actor, entry.file_id) == ("ask_for_emergency_access", "Erika Abel", file.public_id)

    def test_finds_a_file_by_its_former_reference(self, file, at):
        FormerReference.objects.create(file=file, file_reference="11-2025/0009", until=at)

        emergency.ask(file_reference="11-2025/0009", reason="Brand", by=ClerkFactory(), at=at)

        assert EmergencyAccess.objects.get().file == file

    def test_says_nothing_of_a_file_that_is_not_there_not_restricted_or_open_to_her_already(self, file, manager, at):
        plain = RecordFileFactory()

        for reference, person in [("99-2026/4711", ClerkFactory()), (plain.file_reference, ClerkFactory()), ("12-2026/0001", manager)]:
            assert emergency.ask(file_reference=reference, reason="Brand", by=person, at=at) is None

        assert not EmergencyAccess.objects.exists()
        assert not JournalEntry.objects.exists()

    def test_twice_is_one_request(self, file, at):
        clerk = ClerkFactory()
        for _ in range(2):
            emergency.ask(file_reference="12-2026/0001", reason="Brand", by=clerk, at=at)

        assert EmergencyAccess.objects.count() == 1

    @pytest.mark.parametrize(
        ("reference", "reason"), [("", "Brand"), ("12-2026/0001", " \x00"), ("1" * 121, "Brand"), ("12-2026/0001", "x" * 1001)]
    )
    def test_needs_a_reference_and_a_reason(self, file, at, reference, reason):
        with pytest.raises(emergency.CannotAsk):
            emergency.ask(file_reference=reference, reason=reason, by=ClerkFactory(), at=at)


class TestApprove:
    @pytest.mark.parametrize("role", ["data_protection", "administrator"])
    def test_lets_the_person_read_for_24_hours(self, file, at, role):
        clerk, second = ClerkFactory(), UserFactory(roles=[role])
        access = emergency.approve(access=asked(file, clerk, at), by=second, at=at)

        assert access.until == at + timedelta(hours=24)
        assert RecordFile.objects.visible_to(clerk).get() == file
        assert not RecordFile.objects.visible_to(clerk, 2).exists()
        assert not RecordFile.objects.visible_to(second).exists()
        assert JournalEntry.objects.concerning(file.public_id).filter(act="approve_emergency_access", actor=str(second)).exists()

    def test_is_for_a_second_person(self, file, at):
        administrator = UserFactory(roles=["administrator", "data_protection"])
        access = asked(file, administrator, at)

        with pytest.raises(emergency.CannotApprove):
            emergency.approve(access=access, by=administrator, at=at)

        assert not RecordFile.objects.visible_to(administrator).exists()

    @pytest.mark.parametrize("role", ["clerk", "supervisor", "registry", "coordinator"])
    def test_is_for_no_other_role(self, file, at, role):
        person = UserFactory(roles=[role])

        with pytest.raises(emergency.CannotApprove):
            emergency.approve(access=asked(file, ClerkFactory(), at), by=person, at=at)
        assert not emergency.waiting_for(approver=person, at=at).exists()

    def test_comes_too_late_after_three_days_and_not_twice(self, file, officer, at):
        access = asked(file, ClerkFactory(), at)
        with pytest.raises(emergency.CannotApprove):
            emergency.approve(access=access, by=officer, at=at + timedelta(days=3))
        emergency.approve(access=access, by=officer, at=at)

        with pytest.raises(emergency.CannotApprove):
            emergency.approve(access=access, by=officer, at=at)


class TestWaiting:
    def test_shows_nobody_her_own_request(self, file, officer, at):
        """That it waits would tell her that there is such a file."""
        access = asked(file, officer, at)

        assert not emergency.waiting_for(approver=officer, at=at).exists()
        assert list(emergency.waiting_for(approver=UserFactory(roles=["administrator"]), at=at)) == [access]


class TestEnd:
    def test_takes_the_access_away_at_once(self, file, manager, officer, at):
        clerk = ClerkFactory()
        access = emergency.approve(access=asked(file, clerk, at), by=officer, at=at)

        emergency.end(access=access, by=manager, at=timezone.now() - timedelta(seconds=1))

        assert not RecordFile.objects.visible_to(clerk).exists()
        assert JournalEntry.objects.filter(act="end_emergency_access").count() == 1

    def test_lifting_the_restriction_ends_it_too(self, file, officer, at):
        clerk = ClerkFactory()
        emergency.approve(access=asked(file, clerk, at), by=officer, at=at)
        grant(ClerkFactory(), file, "read")
        type(file.scope).objects.filter(pk=file.scope_id).update(restricted=False)

        assert not RecordFile.objects.visible_to(clerk).exists()

"""What was asked is accepted, shortened, refused and ended: what that opens, whom it tells, and that nothing else opens."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from records import granting, support_access
from records.models import JournalEntry, RecordFile, SupportAccess
from tenants import orders
from tenants.models import User
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import RecordFileFactory, grant, standing_in_for
from tests.node.records.support import ADDRESS, accept, accepted, asked, file_beside_another, order, seen_by, told, waiting


@pytest.fixture
def manager() -> User:
    return ClerkFactory(display_name="Vera Amt")


@pytest.fixture
def file(manager: User) -> RecordFile:
    return file_beside_another(manager)


class TestAccept:
    def test_starts_the_clock_and_opens_exactly_this_file_for_reading(self, file: RecordFile, manager: User) -> None:
        access, at = asked(file), timezone.now()

        access = accept(access, manager, hours=2, at=at)

        assert (access.state, access.until, access.decided_by) == ("accepted", at + timedelta(hours=2), "Vera Amt")
        assert access.guest is not None
        assert seen_by(access.guest) == [file]
        assert not RecordFile.objects.visible_to(access.guest, 2).exists()
        assert told() == [{"access": str(access.public_id), "state": "accepted", "until": access.until.isoformat(), "address": ADDRESS}]
        entry = JournalEntry.objects.get(act="accept_support_access")
        assert (entry.actor, entry.file_id) == ("Vera Amt", file.public_id)
        assert "Jule Behrens" in {value.new for value in entry.values.all()}

    def test_makes_a_guest_who_is_nobody_here_and_never_the_clerk(self, file: RecordFile, manager: User) -> None:
        guest = accepted(file, manager).guest

        assert guest is not None
        assert (guest.display_name, guest.is_guest, guest.is_active) == ("Jule Behrens", True, True)
        assert not guest.has_usable_password()
        assert not guest.groups.exists()
        assert not User.objects.active().filter(pk=guest.pk).exists()
        assert not User.objects.people().filter(pk=guest.pk).exists()

    @pytest.mark.parametrize("hours", [0, -1, 5, 72, 100])
    def test_can_be_shortened_and_never_lengthened(self, file: RecordFile, manager: User, hours: int) -> None:
        access = asked(file, hours=4)

        with pytest.raises(support_access.CannotDecide):
            accept(access, manager, hours=hours)

    def test_wants_the_word_that_no_special_secrecy_stands_against_it(self, file: RecordFile, manager: User) -> None:
        access = asked(file)

        with pytest.raises(support_access.CannotDecide):
            support_access.accept(access=access, hours=1, confirmed=False, address=ADDRESS, by=manager, at=timezone.now())

    def test_comes_once_and_not_after_a_week(self, file: RecordFile, manager: User) -> None:
        access, late = asked(file), asked(file)
        accept(access, manager)

        with pytest.raises(support_access.CannotDecide):
            accept(access, manager)
        with pytest.raises(support_access.CannotDecide):
            accept(late, manager, at=late.asked_at + timedelta(days=7))

    def test_one_agent_looks_at_one_thing_at_a_time(self, file: RecordFile, manager: User) -> None:
        other = RecordFileFactory(unit=file.unit)
        first, second = accepted(file, manager), asked(other)

        with pytest.raises(support_access.CannotDecide):
            accept(second, manager)
        support_access.revoke(access=first, by=manager, at=timezone.now())
        second = accept(second, manager)

        assert second.guest == first.guest
        assert second.guest is not None
        assert seen_by(second.guest) == [other]

    def test_what_time_has_ended_does_not_stand_in_the_way(self, file: RecordFile, manager: User) -> None:
        accepted(file, manager, hours=1, at=timezone.now() - timedelta(minutes=61))

        assert accepted(file, manager).state == "accepted"

    def test_two_agents_may_look_at_one_file(self, file: RecordFile, manager: User) -> None:
        first = accepted(file, manager)
        second = accepted(file, manager, agent={"id": str(uuid4()), "name": "Andere"})
        assert second.guest is not None
        assert second.guest != first.guest

        support_access.revoke(access=first, by=manager, at=timezone.now())

        assert seen_by(second.guest) == [file]

    def test_nothing_that_is_given_to_a_guest_opens_anything(self, file: RecordFile, manager: User) -> None:
        guest, other = accepted(file, manager).guest, RecordFileFactory(unit=file.unit)
        assert guest is not None

        grant(guest, file.unit, "manage")  # as somebody with the database might
        grant(guest, other, "manage")
        standing_in_for(manager, guest)

        assert seen_by(guest) == [file]
        with pytest.raises(granting.CannotGrant):
            granting.grant(target=other, to=guest, right="read_records", by=manager, at=timezone.now())


class TestRefuse:
    def test_tells_the_centre_that_and_no_reason_and_holds_for_good(self, file: RecordFile, manager: User) -> None:
        access = asked(file)

        support_access.refuse(access=access, by=manager, at=timezone.now())

        assert told() == [{"access": str(access.public_id), "state": "refused"}]
        assert JournalEntry.objects.get(act="refuse_support_access").actor == "Vera Amt"
        with pytest.raises(support_access.CannotDecide):
            accept(access, manager)


class TestEnd:
    def test_by_time_without_anybody_doing_anything(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager, hours=1, at=timezone.now() - timedelta(minutes=59, seconds=59))
        assert access.guest is not None
        assert seen_by(access.guest) == [file]

        SupportAccess.objects.filter(pk=access.pk).update(until=timezone.now())

        assert seen_by(access.guest) == []

    def test_by_revocation_at_once(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)
        before = access.guest.password if access.guest else ""

        support_access.revoke(access=access, by=manager, at=timezone.now())

        assert access.guest is not None
        assert seen_by(access.guest) == []
        assert not access.guest.is_active
        assert access.guest.password != before  # so that its sessions are worth nothing
        assert told()[-1] == {"access": str(access.public_id), "state": "ended"}
        assert JournalEntry.objects.get(act="end_support_access").actor == "Vera Amt"

    def test_by_the_centre_when_the_ticket_is_closed(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)

        orders.carry_out(order=order({"access": str(access.public_id), "do": "end"}), at=timezone.now())

        assert access.guest is not None
        assert seen_by(access.guest) == []
        assert JournalEntry.objects.get(act="end_support_access").actor_kind == "system"

    def test_a_request_that_nobody_decided_too(self, file: RecordFile, manager: User) -> None:
        access = asked(file)

        orders.carry_out(order=order({"access": str(access.public_id), "do": "end"}), at=timezone.now())

        assert waiting(manager) == []

    def test_of_what_there_is_not_says_the_same(self) -> None:
        handled = orders.carry_out(order=order({"access": str(uuid4()), "do": "end"}), at=timezone.now())

        assert (handled.state, handled.answer) == ("done", {"state": "ended"})

    @pytest.mark.parametrize("role", ["clerk", "supervisor", "registry", "coordinator", "administrator"])
    def test_is_not_for_everybody(self, file: RecordFile, manager: User, role: str) -> None:
        access = accepted(file, manager)

        with pytest.raises(support_access.CannotDecide):
            support_access.revoke(access=access, by=UserFactory(roles=[role]), at=timezone.now())

    def test_the_data_protection_officer_ends_any(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)

        support_access.revoke(access=access, by=UserFactory(roles=["data_protection"]), at=timezone.now())

        access.refresh_from_db()
        assert access.state == "ended"

    def test_a_file_lies_in_its_units_scope_again(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)

        support_access.revoke(access=access, by=manager, at=timezone.now())

        file.refresh_from_db()
        assert file.scope == file.unit.scope

    def test_a_right_that_is_taken_meanwhile_does_not_end_it(self, file: RecordFile, manager: User) -> None:
        access, colleague = accepted(file, manager), ClerkFactory()
        assert access.guest is not None
        granting.grant(target=file, to=colleague, right="read_records", by=manager, at=timezone.now())

        granting.revoke(target=file, of=colleague, right="read_records", by=manager, at=timezone.now())

        assert seen_by(access.guest) == [file]


class TestEndDue:
    def test_tells_the_centre_and_puts_guests_to_sleep(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager, hours=1, at=timezone.now() - timedelta(minutes=61))

        assert support_access.end_due(at=timezone.now()) == 1
        assert support_access.end_due(at=timezone.now()) == 0

        access.refresh_from_db()
        assert access.guest is not None
        assert (access.state, access.guest.is_active) == ("ended", False)
        assert told()[-1]["state"] == "ended"

    def test_what_nobody_decided_within_a_week_is_over_whether_there_is_such_a_file_or_not(self, file: RecordFile) -> None:
        for access in (asked(file), asked(file="99-2026/4711")):
            SupportAccess.objects.filter(pk=access.pk).update(asked_at=timezone.now() - timedelta(days=7))

        assert support_access.end_due(at=timezone.now()) == 2
        assert [each["state"] for each in told()] == ["expired", "expired"]

    def test_a_guest_whose_access_is_gone_with_its_file_sleeps(self, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)
        SupportAccess.objects.filter(pk=access.pk).delete()

        support_access.end_due(at=timezone.now())

        assert access.guest is not None
        access.guest.refresh_from_db()
        assert not access.guest.is_active

    def test_old_ones_are_forgotten_and_the_journal_is_not(self, file: RecordFile, manager: User) -> None:
        access = asked(file)
        support_access.refuse(access=access, by=manager, at=timezone.now())

        assert support_access.forget_old(at=timezone.now() + timedelta(days=366)) == 1
        assert JournalEntry.objects.filter(act="refuse_support_access").exists()

"""Whom rights reach, and what an act on them would do before it is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from records import granting, reach
from records.models import EmergencyAccess, RecordFile, Reminder, SubstituteFile
from records.models.access import LEVEL_MANAGE, LEVEL_READ, LEVEL_WRITE
from tests.factories import ClerkFactory, MembershipFactory, OfficeFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, grant, restricted, standing_in_for


def now():
    return timezone.now()


def who(changes):
    return [(change.person, change.before, change.after) for change in changes]


class TestPreviewGrant:
    def test_names_the_members_of_an_office_who_gain_and_through_which_office(self):
        office, unit = OfficeFactory(), FilePlanUnitFactory()
        member = MembershipFactory(office=office).user
        has_more = MembershipFactory(office=office).user
        grant(has_more, unit, "manage")
        RecordFileFactory(unit=FilePlanUnitFactory(parent=unit))

        seen = reach.preview_grant(target=unit, to=office, right="write_records", at=now())

        assert who(seen.gains) == [(member, 0, LEVEL_WRITE)]
        assert seen.gains[0].through[0].office == office
        assert not seen.loses
        assert seen.files == 1

    def test_does_what_it_says(self):
        office, unit = OfficeFactory(), FilePlanUnitFactory()
        member, file = MembershipFactory(office=office).user, RecordFileFactory(unit=unit)
        reach.preview_grant(target=unit, to=office, right="write_records", at=now())
        assert not RecordFile.objects.visible_to(member).exists()

        granting.grant(target=unit, to=office, right="write_records", by=None, at=now())

        assert list(RecordFile.objects.visible_to(member, LEVEL_WRITE)) == [file]

    def test_leaves_out_those_who_are_inactive_and_counts_no_restricted_file(self):
        office, unit = OfficeFactory(), FilePlanUnitFactory()
        MembershipFactory(office=office, user__is_active=False)
        restricted(RecordFileFactory(unit=unit), ClerkFactory())

        seen = reach.preview_grant(target=unit, to=office, right="read_records", at=now())

        assert (seen.gains, seen.files) == ([], 0)

    def test_names_those_who_stand_in_for_who_gains(self):
        unit, absent, deputy = FilePlanUnitFactory(), ClerkFactory(), ClerkFactory()
        standing_in_for(absent, deputy)

        seen = reach.preview_grant(target=unit, to=absent, right="read_records", at=now())

        assert {change.person: change.through[0].behalf for change in seen.gains} == {absent: None, deputy: absent}


class TestPreviewRevoke:
    def test_names_who_loses_and_what_she_keeps(self):
        unit, person = FilePlanUnitFactory(), ClerkFactory()
        grant(person, unit, "manage")
        grant(person, unit, "read")

        seen = reach.preview_revoke(target=unit, of=person, right="manage_records", at=now())

        assert who(seen.loses) == [(person, LEVEL_MANAGE, LEVEL_READ)]

    def test_leaves_alone_who_has_the_right_by_another_way(self):
        unit, office = FilePlanUnitFactory(), OfficeFactory()
        person = MembershipFactory(office=office).user
        grant(office, unit, "read")
        grant(person, unit, "read")

        assert reach.preview_revoke(target=unit, of=person, right="read_records", at=now()).loses == []

    def test_says_who_has_open_work_there(self):
        """Narrowing must say first who loses access to open work."""
        office, top = OfficeFactory(), FilePlanUnitFactory()
        person = MembershipFactory(office=office).user
        grant(person, top, "write")
        file = RecordFileFactory(unit=FilePlanUnitFactory(parent=top), lead_office=office)
        elsewhere = RecordFileFactory(lead_office=office)
        for place in (file, elsewhere):
            DocumentFactory(file=place, checked_out_by=person, checked_out_at=now())
            Reminder.objects.create(file=place, person=person, due_on=now().date(), created_at=now(), created_by=person)
            Reminder.objects.create(file=place, office=office, due_on=now().date(), created_at=now(), created_by=person)
        done = {"done_at": now(), "done_by": person}
        Reminder.objects.create(file=file, person=person, due_on=now().date(), created_at=now(), created_by=person, **done)

        seen = reach.preview_revoke(target=top, of=person, right="write_records", at=now())

        assert seen.with_work[0].work == reach.OpenWork(documents=1, reminders=2, led_files=1)


class TestPreviewRestriction:
    @pytest.fixture
    def unit(self):
        return FilePlanUnitFactory()

    @pytest.fixture
    def manager(self, unit):
        manager = ClerkFactory()
        grant(manager, unit, "manage")
        return manager

    def test_names_all_who_lose_the_file_but_not_who_narrows_it(self, unit, manager):
        colleague, guest = ClerkFactory(), ClerkFactory()
        file = RecordFileFactory(unit=unit)
        grant(colleague, unit, "write")
        grant(guest, file, "read")

        seen = reach.preview_restriction(file=file, restricted=True, by=manager, at=now())

        assert who(seen.loses) == [(colleague, LEVEL_WRITE, 0)]
        granting.restrict_file(file=file, restricted=True, reason="Personalsache", by=manager, at=now())
        assert {r.person: r.level for r in reach.of_file(file=file, at=now())} == {manager: LEVEL_MANAGE, guest: LEVEL_READ}

    def test_names_substitutes_for_whom_it_was_not_named(self, unit, manager):
        deputy, file = ClerkFactory(), RecordFileFactory(unit=unit)
        standing_in_for(manager, deputy)

        seen = reach.preview_restriction(file=file, restricted=True, by=manager, at=now())

        assert who(seen.loses) == [(deputy, LEVEL_MANAGE, 0)]

    def test_of_lifting_it_names_who_finds_the_file_again(self, unit, manager):
        colleague = ClerkFactory()
        grant(colleague, unit, "read")
        file = restricted(RecordFileFactory(unit=unit), manager)

        seen = reach.preview_restriction(file=file, restricted=False, by=manager, at=now())

        assert who(seen.gains) == [(colleague, 0, LEVEL_READ)]

    def test_has_another_seal_when_somebody_came_to_it_meanwhile(self, unit, manager):
        file = RecordFileFactory(unit=unit)
        before = reach.preview_restriction(file=file, restricted=True, by=manager, at=now())
        grant(ClerkFactory(), unit, "read")

        assert reach.preview_restriction(file=file, restricted=True, by=manager, at=now()).seal != before.seal


class TestOfFile:
    def test_says_who_and_why(self):
        top = FilePlanUnitFactory()
        file, office = RecordFileFactory(unit=FilePlanUnitFactory(parent=top)), OfficeFactory()
        member, direct, deputy = MembershipFactory(office=office).user, ClerkFactory(), ClerkFactory()
        grant(office, top, "write")
        grant(direct, file, "manage")
        standing_in_for(member, deputy)

        found = {reached.person: reached for reached in reach.of_file(file=file, at=now())}

        assert {person: reached.level for person, reached in found.items()} == {member: 2, direct: 3, deputy: 2}
        assert (found[member].reasons[0].office, found[member].reasons[0].grant.source) == (office, top)
        assert found[direct].reasons[0].grant.source == file
        assert found[deputy].reasons[0].behalf == member

    def test_of_a_restricted_file_names_only_those_of_that_file(self):
        manager, colleague, helper, hidden_helper, visitor = ClerkFactory.create_batch(5)
        file = RecordFileFactory()
        grant(colleague, file.unit, "manage")
        restricted(file, manager)
        SubstituteFile.objects.create(substitute=standing_in_for(manager, helper), file=file)
        standing_in_for(manager, hidden_helper)
        until = now() + timedelta(hours=2)
        EmergencyAccess.objects.create(
            file=file, reason="Brand", asked_by=visitor, asked_at=now(), approved_by=colleague, approved_at=now(), until=until
        )

        found = {reached.person: reached for reached in reach.of_file(file=file, at=now() + timedelta(seconds=1))}

        assert {person: reached.level for person, reached in found.items()} == {manager: 3, helper: 3, visitor: 1}
        assert found[visitor].reasons[0].until == until

    def test_agrees_with_what_people_really_see(self):
        """The overview is computed by other means than the rule; both must say the same."""
        offices = OfficeFactory.create_batch(3)
        people = [MembershipFactory(office=office).user for office in offices for _ in range(3)]
        top = FilePlanUnitFactory()
        unit = FilePlanUnitFactory(parent=top)
        plain, own, hidden = RecordFileFactory.create_batch(3, unit=unit)
        grant(offices[0], top, "read")
        grant(offices[1], unit, "write")
        grant(people[0], own, "manage")
        grant(offices[2], own, "read")
        restricted(hidden, people[4])
        grant(offices[2], hidden, "read")
        SubstituteFile.objects.create(substitute=standing_in_for(people[4], people[8]), file=hidden)
        standing_in_for(people[4], people[1])

        for file in (plain, own, hidden):
            file.refresh_from_db()
            told = {reached.person: reached.level for reached in reach.of_file(file=file, at=now())}
            for person in people:
                levels = [level for level in (1, 2, 3) if RecordFile.objects.visible_to(person, level).filter(pk=file.pk).exists()]
                assert told.get(person, 0) == max(levels, default=0)

    def test_takes_the_same_number_of_queries_whatever_the_size(self, queries):
        counts = []
        for size in (1, 12):
            file = RecordFileFactory()
            for office in OfficeFactory.create_batch(size):
                person = MembershipFactory(office=office).user
                grant(office, file.unit, "read")
                grant(person, file, "write")
                standing_in_for(person, ClerkFactory())
            file = RecordFile.objects.select_related("scope", "unit").get(pk=file.pk)
            with queries() as seen:
                reach.of_file(file=file, at=now())
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 7

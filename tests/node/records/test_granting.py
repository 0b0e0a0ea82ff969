"""Rights: guardian's rows are the grants; roles and the superuser flag are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from guardian.shortcuts import get_objects_for_user, remove_perm

from records import filing, granting
from records.models import AccessScope, Document, FilePlanUnit, IndexChange, JournalEntry, RecordFile, UnitUserGrant
from records.models.access import LEVEL_MANAGE, LEVEL_READ, LEVEL_WRITE, scopes_of
from tenants import current, roles
from tests.factories import ClerkFactory, MembershipFactory, OfficeFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, standing_in_for

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def sees(clerk, file, level=LEVEL_READ):
    return RecordFile.objects.visible_to(clerk, level).filter(pk=file.pk).exists()


class TestGrants:
    def test_go_down_the_tree(self):
        top = FilePlanUnitFactory()
        file = RecordFileFactory(unit=FilePlanUnitFactory(parent=FilePlanUnitFactory(parent=top)))
        clerk = ClerkFactory()

        granting.grant(target=top, to=clerk, right="write_records", by=None, at=AT)

        assert sees(clerk, file, LEVEL_WRITE)
        assert not sees(clerk, file, LEVEL_MANAGE)

    def test_do_not_reach_a_branch_whose_id_begins_alike(self):
        unit = FilePlanUnitFactory()
        others = [RecordFileFactory(unit=FilePlanUnitFactory()) for _ in range(12)]
        clerk = ClerkFactory()

        granting.grant(target=unit, to=clerk, right="read_records", by=None, at=AT)

        assert not any(sees(clerk, file) for file in others)

    def test_of_an_office_reach_its_members_and_end_with_the_membership(self):
        unit, office = FilePlanUnitFactory(), OfficeFactory()
        file = RecordFileFactory(unit=unit)
        member, stranger = MembershipFactory(office=office).user, ClerkFactory()

        granting.grant(target=unit, to=office, right="read_records", by=None, at=AT)

        assert sees(member, file)
        assert not sees(stranger, file)
        member.groups.remove(office.group)
        assert not sees(member, file)

    def test_taking_away_guardians_row_takes_away_the_access(self):
        unit = FilePlanUnitFactory()
        file = RecordFileFactory(unit=unit)
        clerk = ClerkFactory()
        granting.grant(target=unit, to=clerk, right="read_records", by=None, at=AT)
        assert sees(clerk, file)

        remove_perm("read_records", clerk, unit)

        assert not UnitUserGrant.objects.exists()
        assert not sees(clerk, file)
        assert not Document.objects.visible_to(clerk).exists()

    def test_a_deactivated_person_sees_nothing(self):
        unit = FilePlanUnitFactory()
        file = RecordFileFactory(unit=unit)
        clerk = ClerkFactory()
        granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=AT)

        clerk.is_active = False

        assert not sees(clerk, file)

    def test_guardian_itself_finds_the_units_in_both_municipalities(self, beispielheim):
        for town in (current.municipality(), beispielheim):
            with current.use(town):
                unit, clerk = FilePlanUnitFactory(), ClerkFactory()
                granting.grant(target=unit, to=clerk, right="read_records", by=None, at=AT)

                found = get_objects_for_user(clerk, "read_records", klass=FilePlanUnit)

                assert list(found) == [unit]


class TestGrant:
    def test_gives_nothing_to_those_who_are_inactive(self):
        for holder in (ClerkFactory(is_active=False), OfficeFactory(is_active=False)):
            with pytest.raises(granting.CannotGrant):
                granting.grant(target=FilePlanUnitFactory(), to=holder, right="read_records", by=None, at=AT)

    @pytest.mark.parametrize("files", [1, 40])
    def test_on_a_unit_writes_no_row_for_what_lies_below(self, files, queries):
        top = FilePlanUnitFactory()
        for file in RecordFileFactory.create_batch(files, unit=FilePlanUnitFactory(parent=top)):
            DocumentFactory(file=file)
        office = OfficeFactory()
        granting.grant(target=FilePlanUnitFactory(), to=office, right="read_records", by=None, at=AT)  # content types are known by now

        with queries() as seen:
            granting.grant(target=top, to=office, right="write_records", by=None, at=AT)

        assert len(seen) <= 12
        assert not IndexChange.objects.exists()
        assert not AccessScope.objects.filter(file__isnull=False).exists()


class TestAdministrationIsNotAccess:
    @pytest.mark.parametrize("role", roles.Role.values)
    def test_no_role_reads_records_by_itself(self, role):
        file = RecordFileFactory()
        DocumentFactory(file=file)
        person = ClerkFactory(roles=[role])

        assert not RecordFile.objects.visible_to(person).exists()
        assert not Document.objects.visible_to(person).exists()
        assert not FilePlanUnit.objects.visible_to(person).exists()

    def test_nor_does_the_superuser_flag(self):
        RecordFileFactory()
        person = ClerkFactory(is_superuser=True)

        assert not RecordFile.objects.visible_to(person).exists()


class TestOwnRights:
    def test_an_administrator_gives_none_to_herself_or_her_office(self):
        unit, office = FilePlanUnitFactory(), OfficeFactory()
        administrator = MembershipFactory(office=office, user__roles=[roles.Role.ADMINISTRATOR]).user

        for holder in (administrator, office):
            with pytest.raises(granting.CannotGrant):
                granting.grant(target=unit, to=holder, right="read_records", by=administrator, at=AT)

        granting.grant(target=unit, to=ClerkFactory(), right="read_records", by=administrator, at=AT)
        assert UnitUserGrant.objects.count() == 1

    def test_whoever_manages_the_records_may_share_them_with_her_office(self):
        unit, office = FilePlanUnitFactory(), OfficeFactory()
        manager = MembershipFactory(office=office).user
        granting.grant(target=unit, to=manager, right="manage_records", by=None, at=AT)

        granting.grant(target=unit, to=office, right="read_records", by=manager, at=AT)

        assert not list(UnitUserGrant.objects.exclude(user=manager))


class TestSubstitutesRights:
    """Who manages records only on behalf of somebody takes nothing of it along."""

    @pytest.fixture
    def deputy(self):
        return ClerkFactory()

    @pytest.fixture
    def file(self, deputy):
        file, absent = RecordFileFactory(), ClerkFactory(display_name="Erika Abel")
        granting.grant(target=file.unit, to=absent, right="manage_records", by=None, at=AT)
        standing_in_for(absent, deputy)
        return file

    def test_she_gives_none_to_herself_or_her_office(self, deputy, file):
        office = MembershipFactory(user=deputy).office
        for target in (file, file.unit):
            for holder in (deputy, office):
                with pytest.raises(granting.CannotGrant):
                    granting.grant(target=target, to=holder, right="read_records", by=deputy, at=AT)

        granting.grant(target=file, to=ClerkFactory(), right="read_records", by=deputy, at=AT)

    def test_a_file_that_she_narrows_is_kept_by_the_absent_person(self, deputy, file):
        granting.restrict_file(file=file, restricted=True, reason="Personalsache", by=deputy, at=AT)

        assert sees(file.unit.unitusergrant_set.get().user, file, LEVEL_MANAGE)
        assert not sees(deputy, file)  # it is not named for her
        assert JournalEntry.objects.get(act="restrict").on_behalf_of == "Erika Abel"


class TestRestriction:
    def test_hides_the_file_from_all_but_its_own_grants(self):
        unit = FilePlanUnitFactory()
        colleague, manager = ClerkFactory(), ClerkFactory()
        for clerk in (colleague, manager):
            granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=AT)
        file = filing.create_file(unit=unit, title="Personalsache", by=manager, at=AT)
        granting.grant(target=file, to=manager, right="manage_records", by=manager, at=AT)

        granting.restrict_file(file=file, restricted=True, reason="Personalsache", by=manager, at=AT)

        assert sees(manager, file, LEVEL_MANAGE)
        assert not sees(colleague, file)
        granting.restrict_file(file=file, restricted=False, reason="Erledigt", by=manager, at=AT)
        assert sees(colleague, file)

    def test_is_refused_while_nobody_would_be_left_to_manage_it(self):
        file = RecordFileFactory()

        with pytest.raises(granting.CannotGrant):
            granting.restrict_file(file=file, restricted=True, by=None, at=AT)

    def test_needs_a_reason_which_is_journaled(self):
        file = RecordFileFactory()
        manager = ClerkFactory()
        granting.grant(target=file.unit, to=manager, right="manage_records", by=None, at=AT)
        for reason in ("", "  \x00 ", "x" * 1001):
            with pytest.raises(granting.CannotGrant):
                granting.restrict_file(file=file, restricted=True, reason=reason, by=manager, at=AT)

        granting.restrict_file(file=file, restricted=True, reason="Disziplinarsache", by=manager, at=AT)

        entry = JournalEntry.objects.get(act="restrict")
        told = {value.field: (value.old, value.new) for value in entry.values.all()}
        assert told["reason"] == (None, "Disziplinarsache")
        assert told["restricted"] == ("False", "True")

    def test_whoever_narrows_a_file_keeps_the_right_to_manage_it(self):
        file, manager = RecordFileFactory(), ClerkFactory()
        granting.grant(target=file.unit, to=manager, right="manage_records", by=None, at=AT)

        granting.restrict_file(file=file, restricted=True, reason="Personalsache", by=manager, at=AT)

        assert sees(manager, file, LEVEL_MANAGE)

    def test_the_last_who_manages_a_restricted_file_cannot_be_taken_away(self):
        file, manager, office = RecordFileFactory(), ClerkFactory(), OfficeFactory()
        granting.grant(target=file, to=manager, right="manage_records", by=None, at=AT)
        granting.grant(target=file, to=office, right="manage_records", by=None, at=AT)  # nobody works there
        granting.restrict_file(file=file, restricted=True, by=None, at=AT)

        with pytest.raises(granting.CannotGrant):
            granting.revoke(target=file, of=manager, right="manage_records", by=manager, at=AT)

        assert sees(manager, file, LEVEL_MANAGE)
        MembershipFactory(office=office)
        granting.revoke(target=file, of=manager, right="manage_records", by=manager, at=AT)
        assert not sees(manager, file)

    def test_is_not_made_twice(self):
        file, manager = RecordFileFactory(), ClerkFactory()
        granting.grant(target=file.unit, to=manager, right="manage_records", by=None, at=AT)
        granting.restrict_file(file=file, restricted=True, reason="Personalsache", by=manager, at=AT)

        with pytest.raises(granting.CannotGrant):
            granting.restrict_file(file=file, restricted=True, reason="Personalsache", by=manager, at=AT)

    def test_a_grant_on_one_file_opens_that_file_only_and_the_units_that_lead_there(self):
        top = FilePlanUnitFactory()
        unit = FilePlanUnitFactory(parent=top)
        file, other = RecordFileFactory(unit=unit), RecordFileFactory(unit=unit)
        guest = ClerkFactory()

        granting.grant(target=file, to=guest, right="read_records", by=None, at=AT)

        assert sees(guest, file)
        assert not sees(guest, other)
        assert set(FilePlanUnit.objects.visible_to(guest)) == {top, unit}
        granting.revoke(target=file, of=guest, right="read_records", by=None, at=AT)
        assert not sees(guest, file)
        file.refresh_from_db()
        assert file.scope.unit_id == unit.pk


class TestResolving:
    def test_takes_one_query_whatever_the_size(self, queries):
        clerk = ClerkFactory()
        top = FilePlanUnitFactory()
        for _ in range(5):
            FilePlanUnitFactory(parent=top)
        granting.grant(target=top, to=clerk, right="read_records", by=None, at=AT)

        with queries() as seen:
            scopes = scopes_of(clerk)

        assert len(seen) == 1
        assert len(scopes.levels) == 6

"""Rights: guardian's rows are the grants; roles and the superuser flag are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from guardian.shortcuts import get_objects_for_user, remove_perm

from records import filing, granting
from records.models import Document, FilePlanUnit, RecordFile, UnitUserGrant
from records.models.access import LEVEL_MANAGE, LEVEL_READ, LEVEL_WRITE, scopes_of
from tenants import current, roles
from tests.factories import ClerkFactory, MembershipFactory, OfficeFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory

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


class TestRestriction:
    def test_hides_the_file_from_all_but_its_own_grants(self):
        unit = FilePlanUnitFactory()
        colleague, manager = ClerkFactory(), ClerkFactory()
        for clerk in (colleague, manager):
            granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=AT)
        file = filing.create_file(unit=unit, title="Personalsache", by=manager, at=AT)
        granting.grant(target=file, to=manager, right="manage_records", by=manager, at=AT)

        granting.restrict_file(file=file, restricted=True, by=manager, at=AT)

        assert sees(manager, file, LEVEL_MANAGE)
        assert not sees(colleague, file)
        granting.restrict_file(file=file, restricted=False, by=manager, at=AT)
        assert sees(colleague, file)

    def test_is_refused_while_nobody_would_be_left_to_manage_it(self):
        file = RecordFileFactory()

        with pytest.raises(granting.CannotGrant):
            granting.restrict_file(file=file, restricted=True, by=None, at=AT)

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

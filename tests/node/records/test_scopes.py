"""What a person may see as somebody's substitute, by emergency access, and on whose behalf."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from records.models import Document, EmergencyAccess, FilePlanUnit, RecordFile, SubstituteFile
from records.models.access import LEVEL_MANAGE, LEVEL_READ, LEVEL_WRITE, SCOPES_SQL, scopes_of, standing_in
from tenants import current
from tenants.models import Substitute, User
from tests.factories import ClerkFactory, MembershipFactory, OfficeFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, grant, restricted, standing_in_for


def sees(clerk: User, file: RecordFile, level: int = LEVEL_READ) -> bool:
    return RecordFile.objects.visible_to(clerk, level).filter(pk=file.pk).exists()


@pytest.fixture
def absent() -> User:
    return ClerkFactory()


@pytest.fixture
def deputy() -> User:
    return ClerkFactory()


@pytest.fixture
def file(absent) -> RecordFile:
    """In a unit in which the absent person's office may write."""
    office, unit = OfficeFactory(), FilePlanUnitFactory()
    MembershipFactory(user=absent, office=office)
    grant(office, unit, "write")
    return RecordFileFactory(unit=unit)


class TestSubstitute:
    def test_has_the_scopes_of_the_absent_person_on_her_behalf(self, absent, deputy, file):
        standing_in_for(absent, deputy)
        document = DocumentFactory(file=file)

        assert sees(deputy, file, LEVEL_WRITE)
        assert not sees(deputy, file, LEVEL_MANAGE)
        assert document in Document.objects.visible_to(deputy)
        assert file.unit in FilePlanUnit.objects.visible_to(deputy)
        scopes = scopes_of(deputy)
        assert scopes.behalf == {file.scope_id: absent.pk}
        assert scopes.unit_behalf == {file.unit_id: absent.pk}
        assert scopes.own_level(file.scope_id) == 0

    def test_holds_no_scope_on_behalf_where_her_own_rights_suffice(self, absent, deputy, file):
        standing_in_for(absent, deputy)
        grant(deputy, file.unit, "write")

        assert scopes_of(deputy).behalf == {}

    def test_holds_it_on_behalf_where_her_own_level_is_lower(self, absent, deputy, file):
        standing_in_for(absent, deputy)
        grant(deputy, file.unit, "read")

        assert scopes_of(deputy).behalf == {file.scope_id: absent.pk}
        assert sees(deputy, file, LEVEL_WRITE)

    def test_begins_with_the_first_day_and_ends_with_the_last(self, absent, deputy, file):
        standing_in_for(absent, deputy, first=1, last=2)
        assert not sees(deputy, file)

        Substitute.objects.update(first_day=timezone.localdate(), last_day=timezone.localdate())
        assert sees(deputy, file)

        Substitute.objects.update(first_day=timezone.localdate() - timedelta(days=2), last_day=timezone.localdate() - timedelta(days=1))
        assert not sees(deputy, file)

    @pytest.mark.parametrize(
        ("moment", "holds"),
        [
            (datetime(2026, 7, 5, 21, 59, tzinfo=UTC), False),
            (datetime(2026, 7, 5, 22, 0, tzinfo=UTC), True),  # midnight in Berlin, in summer
            (datetime(2026, 7, 17, 21, 59, tzinfo=UTC), True),
            (datetime(2026, 7, 17, 22, 0, tzinfo=UTC), False),
        ],
    )
    def test_days_are_local_days(self, absent, deputy, file, moment, holds):
        standing_in_for(absent, deputy, first_day=date(2026, 7, 6), last_day=date(2026, 7, 17))

        with current.connection().cursor() as cursor:
            cursor.execute(SCOPES_SQL.replace("(%s)", "(%s, %s)"), [deputy.pk, moment])
            rows = cursor.fetchall()

        assert bool(rows) is holds

    def test_ends_early(self, absent, deputy, file):
        standing_in_for(absent, deputy, ended_at=timezone.now())

        assert not sees(deputy, file)

    def test_is_not_passed_on(self, absent, deputy, file):
        third = ClerkFactory()
        standing_in_for(absent, deputy)
        standing_in_for(deputy, third)

        assert sees(deputy, file)
        assert not sees(third, file)

    def test_of_a_deactivated_person_has_nothing_of_her(self, absent, deputy, file):
        standing_in_for(absent, deputy)
        User.objects.filter(pk=absent.pk).update(is_active=False)

        assert not sees(deputy, file)

    def test_who_is_deactivated_has_nothing(self, absent, deputy, file):
        standing_in_for(absent, deputy)
        deputy.is_active = False

        assert not sees(deputy, file)

    def test_sees_restricted_files_only_if_named(self, absent, deputy, file):
        substitute = standing_in_for(absent, deputy)
        hidden, named = restricted(RecordFileFactory(unit=file.unit), absent), restricted(RecordFileFactory(unit=file.unit), absent)
        SubstituteFile.objects.create(substitute=substitute, file=named)

        assert not sees(deputy, hidden)
        assert sees(deputy, named, LEVEL_MANAGE)
        assert set(RecordFile.objects.visible_to(deputy)) == {file, named}

    def test_a_file_named_for_one_substitute_is_hidden_from_another(self, absent, deputy, file):
        other = ClerkFactory()
        named = restricted(RecordFileFactory(unit=file.unit), absent)
        SubstituteFile.objects.create(substitute=standing_in_for(absent, deputy), file=named)
        standing_in_for(absent, other)

        assert sees(deputy, named)
        assert not sees(other, named)

    def test_naming_gives_no_more_than_the_absent_person_has(self, absent, deputy, file):
        named = restricted(RecordFileFactory(unit=file.unit), ClerkFactory())
        SubstituteFile.objects.create(substitute=standing_in_for(absent, deputy), file=named)

        assert not sees(deputy, named)

    def test_of_two_gets_the_higher_level_on_behalf_of_who_has_it(self, absent, deputy, file):
        chief = ClerkFactory()
        grant(chief, file.unit, "manage")
        standing_in_for(absent, deputy)
        standing_in_for(chief, deputy)

        assert scopes_of(deputy).level(file.scope_id) == LEVEL_MANAGE
        assert scopes_of(deputy).behalf == {file.scope_id: chief.pk}


class TestEmergencyAccess:
    def allowed(self, file: RecordFile, person: User, **when: Any) -> EmergencyAccess:
        now = timezone.now()
        given = {"asked_at": now, "approved_at": now - timedelta(hours=1), "until": now + timedelta(hours=23), **when}
        return EmergencyAccess.objects.create(file=file, reason="Brand", asked_by=person, approved_by=ClerkFactory(), **given)

    def test_opens_one_restricted_file_for_reading(self, deputy, file):
        hidden = restricted(file, ClerkFactory())
        self.allowed(hidden, deputy)

        assert sees(deputy, hidden)
        assert not sees(deputy, hidden, LEVEL_WRITE)
        assert scopes_of(deputy).behalf == {}

    def test_ends(self, deputy, file):
        hidden = restricted(file, ClerkFactory())
        self.allowed(hidden, deputy, until=timezone.now() - timedelta(seconds=1))

        assert not sees(deputy, hidden)

    def test_opens_nothing_before_it_is_approved(self, deputy, file):
        hidden = restricted(file, ClerkFactory())
        EmergencyAccess.objects.create(file=hidden, reason="Brand", asked_by=deputy, asked_at=timezone.now())

        assert not sees(deputy, hidden)

    def test_does_not_lower_a_higher_level(self, absent, file):
        hidden = restricted(file, absent)
        self.allowed(hidden, absent)

        assert sees(absent, hidden, LEVEL_MANAGE)

    def test_is_not_passed_on_to_a_substitute(self, absent, deputy, file):
        hidden = restricted(file, ClerkFactory())
        self.allowed(hidden, absent)
        SubstituteFile.objects.create(substitute=standing_in_for(absent, deputy), file=hidden)

        assert sees(absent, hidden)
        assert not sees(deputy, hidden)


class TestStandingIn:
    def test_costs_one_small_query_for_whoever_stands_in_for_nobody(self, deputy, file, queries):
        grant(deputy, file.unit, "write")

        with queries() as seen:
            assert standing_in(deputy) is None

        assert len(seen) == 1
        assert "tenants_substitute" in seen[0]["sql"]

    def test_costs_nothing_once_her_rights_were_asked_in_a_request(self, deputy, file, queries):
        with current.memory():
            scopes_of(deputy)
            with queries() as seen:
                assert standing_in(deputy) is None

        assert len(seen) == 0

    def test_costs_one_query_for_a_substitute_too(self, absent, deputy, file, queries):
        standing_in_for(absent, deputy)

        with queries() as seen:
            scopes_of(deputy)

        assert len(seen) == 1

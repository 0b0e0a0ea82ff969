"""Substitutes: who may set them, from when to when, and that they end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from records.models import JournalEntry, JournalValue
from tenants import substitution
from tenants.models import Substitute, User
from tenants.roles import Role
from tests.factories import ClerkFactory, MembershipFactory, OfficeFactory, UserFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def set_for(absent: User, deputy: User, *, by: User | None = None, **days: Any) -> Substitute:
    given = {"first_day": TODAY, "last_day": TODAY + timedelta(days=13), **days}
    return substitution.set_substitute(absent=absent, deputy=deputy, by=by or absent, at=AT, **given)


class TestSetSubstitute:
    def test_by_oneself_is_journaled_with_both_names(self):
        absent, deputy = ClerkFactory(display_name="Erika Abel"), ClerkFactory(display_name="Max Vertretung")

        made = set_for(absent, deputy)

        assert made.set_by_kind == Substitute.SetBy.ONESELF
        entry = JournalEntry.objects.get(act="substitute")
        told = dict(JournalValue.objects.filter(entry=entry).values_list("field", "new"))
        assert told == {
            "absent": "Erika Abel",
            "deputy": "Max Vertretung",
            "first_day": "2026-03-02",
            "last_day": "2026-03-15",
            "set_by_kind": "oneself",
        }

    def test_by_the_supervisor_for_members_of_offices_she_leads_and_below(self):
        top = OfficeFactory()
        below = OfficeFactory(parent=OfficeFactory(parent=top))
        supervisor = MembershipFactory(office=top, is_lead=True, user__roles=[Role.SUPERVISOR]).user
        member, stranger = MembershipFactory(office=below).user, MembershipFactory(office=OfficeFactory()).user

        made = set_for(member, ClerkFactory(), by=supervisor)

        assert made.set_by_kind == Substitute.SetBy.SUPERVISOR
        assert list(substitution.absent_for(by=supervisor)) == [member]
        with pytest.raises(substitution.CannotSubstitute):
            set_for(stranger, ClerkFactory(), by=supervisor)

    def test_not_by_a_supervisor_who_leads_nothing_nor_by_a_lead_without_the_role(self):
        office = OfficeFactory()
        member = MembershipFactory(office=office).user
        by_role = MembershipFactory(office=office, user__roles=[Role.SUPERVISOR]).user
        by_office = MembershipFactory(office=office, is_lead=True).user

        for person in (by_role, by_office):
            with pytest.raises(substitution.CannotSubstitute):
                set_for(member, ClerkFactory(), by=person)

    def test_by_the_administrator_because_of_absence(self):
        administrator = UserFactory(roles=[Role.ADMINISTRATOR])

        assert set_for(ClerkFactory(), ClerkFactory(), by=administrator).set_by_kind == Substitute.SetBy.SICKNESS

    def test_an_administrator_does_not_make_herself_a_substitute(self):
        """Administration is not access."""
        administrator = UserFactory(roles=[Role.ADMINISTRATOR])

        with pytest.raises(substitution.CannotSubstitute) as refusal:
            set_for(ClerkFactory(), administrator, by=administrator)

        assert refusal.value.field == "deputy"
        assert not Substitute.objects.exists()

    @pytest.mark.parametrize("role", [Role.CLERK, Role.REGISTRY, Role.DATA_PROTECTION, Role.COORDINATOR])
    def test_by_no_other_role(self, role):
        with pytest.raises(substitution.CannotSubstitute):
            set_for(ClerkFactory(), ClerkFactory(), by=UserFactory(roles=[role]))

    def test_nobody_stands_in_for_herself(self):
        clerk = ClerkFactory()

        with pytest.raises(substitution.CannotSubstitute):
            set_for(clerk, clerk)

    def test_inactive_persons_neither_stand_in_nor_are_stood_in_for(self):
        gone = ClerkFactory(is_active=False)

        with pytest.raises(substitution.CannotSubstitute):
            set_for(ClerkFactory(), gone)
        with pytest.raises(substitution.CannotSubstitute):
            set_for(gone, ClerkFactory(), by=UserFactory(roles=[Role.ADMINISTRATOR]))

    @pytest.mark.parametrize(
        ("first", "last", "field"),
        [
            (date(2026, 3, 1), date(2026, 3, 9), "first_day"),
            (date(1582, 10, 15), date(2026, 3, 9), "first_day"),
            (date(2026, 3, 9), date(2026, 3, 8), "last_day"),
            (date(2026, 3, 9), date(2999, 1, 1), "last_day"),
        ],
    )
    def test_refuses_days_that_make_no_sense(self, first, last, field):
        with pytest.raises(substitution.CannotSubstitute) as refusal:
            set_for(ClerkFactory(), ClerkFactory(), first_day=first, last_day=last)

        assert refusal.value.field == field

    def test_today_is_the_local_day(self):
        late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # already 2 March in Berlin
        absent = ClerkFactory()

        with pytest.raises(substitution.CannotSubstitute):
            substitution.set_substitute(
                absent=absent, deputy=ClerkFactory(), first_day=date(2026, 3, 1), last_day=TODAY, by=absent, at=late
            )

    def test_the_same_person_on_the_same_days_is_refused_another_one_is_not(self):
        absent, deputy = ClerkFactory(), ClerkFactory()
        set_for(absent, deputy)

        with pytest.raises(substitution.CannotSubstitute):
            set_for(absent, deputy, first_day=TODAY + timedelta(days=13), last_day=TODAY + timedelta(days=20))

        set_for(absent, deputy, first_day=TODAY + timedelta(days=14), last_day=TODAY + timedelta(days=20))
        set_for(absent, ClerkFactory())
        assert Substitute.objects.count() == 3


class TestEndSubstitute:
    def test_by_those_concerned_the_supervisor_and_the_administrator(self):
        office = OfficeFactory()
        absent = MembershipFactory(office=office).user
        deputy = ClerkFactory()
        supervisor = MembershipFactory(office=office, is_lead=True, user__roles=[Role.SUPERVISOR]).user
        for person in (absent, deputy, supervisor, UserFactory(roles=[Role.ADMINISTRATOR])):
            made = set_for(absent, deputy)

            ended = substitution.end_substitute(substitute=made, by=person, at=AT)

            assert ended.ended_at == AT
        assert JournalEntry.objects.filter(act="end_substitute").count() == 4

    def test_not_by_others_and_not_twice(self):
        absent = ClerkFactory()
        made = set_for(absent, ClerkFactory())
        with pytest.raises(substitution.CannotSubstitute):
            substitution.end_substitute(substitute=made, by=ClerkFactory(), at=AT)
        substitution.end_substitute(substitute=made, by=absent, at=AT)

        with pytest.raises(substitution.CannotSubstitute):
            substitution.end_substitute(substitute=made, by=absent, at=AT)


class TestActingFor:
    def test_names_those_of_today(self):
        deputy, today, later, gone = ClerkFactory(), ClerkFactory(), ClerkFactory(), ClerkFactory()
        for absent in (today, gone):
            set_for(absent, deputy)
        set_for(later, deputy, first_day=TODAY + timedelta(days=1))
        User.objects.filter(pk=gone.pk).update(is_active=False)

        assert [each.absent for each in substitution.acting_for(person=deputy, at=AT)] == [today]
        assert [each.absent for each in substitution.acting_for(person=deputy, at=AT + timedelta(days=1))] == [today, later]
        assert timezone.localdate(AT) == TODAY

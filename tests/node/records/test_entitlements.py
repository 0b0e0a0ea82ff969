"""What one person may see, and why."""

from __future__ import annotations

from django.utils import timezone

from records import entitlements
from records.models import SubstituteFile
from tests.factories import ClerkFactory, MembershipFactory, OfficeFactory
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory, grant, restricted, standing_in_for


def of(person):
    return entitlements.of_person(person=person, at=timezone.now())


class TestOfPerson:
    def test_names_units_with_the_office_they_come_through_and_what_lies_below(self):
        office, unit = OfficeFactory(), FilePlanUnitFactory()
        FilePlanUnitFactory.create_batch(2, parent=unit)
        person = MembershipFactory(office=office).user
        grant(office, unit, "write")
        grant(person, unit, "read")

        found = of(person).units

        assert [(each.target, each.right, each.office, each.below) for each in found] == [
            (unit, "write_records", office, 2),
            (unit, "read_records", None, 2),
        ]

    def test_names_those_on_whose_behalf(self):
        absent, deputy, unit = ClerkFactory(), ClerkFactory(), FilePlanUnitFactory()
        grant(absent, unit, "manage")
        substitute = standing_in_for(absent, deputy)

        [each] = of(deputy).units

        assert (each.behalf, each.until) == (absent, substitute.last_day)

    def test_names_a_restricted_file_to_a_substitute_only_if_it_was_named(self):
        absent, deputy = ClerkFactory(), ClerkFactory()
        hidden, named = restricted(RecordFileFactory(), absent), restricted(RecordFileFactory(), absent)
        SubstituteFile.objects.create(substitute=standing_in_for(absent, deputy), file=named)

        assert [each.target for each in of(deputy).files] == [named]
        assert {each.target for each in of(absent).files} == {hidden, named}

    def test_counts_single_files_by_the_highest_right(self):
        person, office = ClerkFactory(), OfficeFactory()
        MembershipFactory(user=person, office=office)
        first, second = RecordFileFactory(), RecordFileFactory()
        grant(person, first, "read")
        grant(office, first, "manage")
        grant(person, second, "read")

        assert [count for _word, count in of(person).files_by_right] == [1, 1]

    def test_of_an_inactive_person_is_nothing(self):
        person = ClerkFactory(is_active=False)
        grant(person, FilePlanUnitFactory(), "read")

        assert of(person) == entitlements.Entitlements([], [])

    def test_takes_the_same_number_of_queries_whatever_the_size(self, queries):
        counts = []
        for size in (1, 10):
            person = ClerkFactory()
            for office in OfficeFactory.create_batch(size):
                MembershipFactory(user=person, office=office)
                grant(office, FilePlanUnitFactory(), "read")
                grant(office, RecordFileFactory(), "read")
            absent = ClerkFactory()
            grant(absent, FilePlanUnitFactory(), "read")
            standing_in_for(absent, person)
            with queries() as seen:
                of(person)
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 10

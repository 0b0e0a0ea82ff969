"""The next edition of the file plan: preparing it, changing it, and reading what it will change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connections

from records import editions, file_plan, plan_fields, plan_review, plan_rights
from records.models import JournalEntry
from tenants import current
from tests.factories import OfficeFactory, RecordFileFactory, UserFactory, grant
from tests.node.records.building_plan import change_of, faults, planned

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class TestPrepareEdition:
    def test_copies_the_plan_in_force_and_leaves_it_alone(self, edition, plan) -> None:
        copy = planned(edition, "63.1")

        assert edition.units.count() == len(plan)
        assert (copy.parent, copy.unit, copy.title) == (planned(edition, "63"), plan["63.1"], "Betreff 63.1")
        assert planned(edition, "6").retention_years == 10
        assert plan_review.review(edition=edition).changes == []
        assert faults(edition) == ""

    def test_refuses_a_second_one_beside_it(self, edition, by) -> None:
        with pytest.raises(editions.CannotEdit, match="Ausgabe 2027"):
            editions.prepare_edition(name="Noch eine", by=by, at=AT)

    def test_stops_units_from_being_added_beside_it(self, edition, by) -> None:
        with pytest.raises(file_plan.CannotPlan, match="Ausgabe 2027"):
            file_plan.create_unit(classification_code="9", title="Neu", parent=None, by=by, at=AT)

    @pytest.mark.parametrize("name", ["", " \x00 ", "x" * 101])
    def test_wants_a_name_that_fits(self, plan, by, name) -> None:
        with pytest.raises(editions.CannotEdit):
            editions.prepare_edition(name=name, by=by, at=AT)


class TestChangeUnit:
    def test_writes_old_and_new_value_of_each_field_into_the_journal(self, edition, by) -> None:
        unit = editions.change_unit(planned=planned(edition, "63.1"), changes={"title": "Neu", "legal_basis": "§ 58 BauO"}, by=by, at=AT)

        entry = JournalEntry.objects.get(object_id=unit.public_id)
        assert {(v.field, v.old, v.new) for v in entry.values.all()} == {("title", "Betreff 63.1", "Neu"), ("legal_basis", "", "§ 58 BauO")}

    def test_refuses_a_period_of_its_own_without_a_reason(self, edition, by) -> None:
        with pytest.raises(plan_fields.BadField) as refusal:
            editions.change_unit(planned=planned(edition, "63.1"), changes={"retention_years": 30}, by=by, at=AT)

        assert refusal.value.field == "override_reason"

    def test_takes_a_period_of_its_own_with_a_reason(self, edition, by) -> None:
        changes = {"retention_years": None, "retention_unlimited": True, "override_reason": "Bauwerk steht noch"}

        assert editions.change_unit(planned=planned(edition, "63.1"), changes=changes, by=by, at=AT).retention_unlimited

    def test_refuses_a_cycle(self, edition, by) -> None:
        with pytest.raises(plan_fields.BadField) as refusal:
            editions.change_unit(planned=planned(edition, "6"), changes={"parent": planned(edition, "63.1")}, by=by, at=AT)

        assert refusal.value.field == "parent"

    def test_overwrites_nothing_that_somebody_else_has_just_entered(self, edition, by) -> None:
        unit = planned(edition, "63.1")
        seen = plan_fields.fingerprint(unit)
        editions.change_unit(planned=unit, changes={"title": "Erste"}, by=by, at=AT)

        with pytest.raises(editions.StalePlan):
            editions.change_unit(planned=unit, changes={"title": "Zweite"}, by=by, at=AT, seen=seen)

        assert planned(edition, "63.1").title == "Erste"

    @pytest.mark.parametrize(
        ("field", "value"),
        [("title", ""), ("title", "x" * 301), ("title", "\x00"), ("classification_code", "6..3"), ("classification_code", "60"),
         ("classification_code", "x" * 41), ("retention_years", 0), ("retention_years", 201), ("transfer_years", 101), ("legal_basis", "x" * 501)],
    )  # fmt: skip
    def test_refuses_what_cannot_stand_in_a_field(self, edition, by, field, value) -> None:
        with pytest.raises(plan_fields.BadField) as refusal:
            editions.change_unit(planned=planned(edition, "63.1"), changes={field: value}, by=by, at=AT)

        assert refusal.value.field == field

    def test_waits_until_the_date_is_taken_back(self, edition, by) -> None:
        editions.schedule_edition(edition=edition, on=date(2027, 1, 1), by=by, at=AT)
        with pytest.raises(editions.CannotEdit):
            editions.change_unit(planned=planned(edition, "63.1"), changes={"title": "Neu"}, by=by, at=AT)

        editions.withdraw_date(edition=edition, by=by, at=AT)

        assert editions.change_unit(planned=planned(edition, "63.1"), changes={"title": "Neu"}, by=by, at=AT).title == "Neu"


class TestDropUnit:
    def test_wants_a_successor_or_a_word_that_there_is_none(self, edition, by) -> None:
        with pytest.raises(editions.CannotEdit):
            editions.drop_unit(planned=planned(edition, "63.1"), successor=None, kept=False, by=by, at=AT)

    def test_refuses_itself_as_its_successor(self, edition, by) -> None:
        with pytest.raises(editions.CannotEdit):
            editions.drop_unit(planned=planned(edition, "63.1"), successor=planned(edition, "63.1"), kept=False, by=by, at=AT)

    def test_can_be_taken_back(self, edition, by) -> None:
        dropped = editions.drop_unit(planned=planned(edition, "63.1"), successor=planned(edition, "63.2"), kept=False, by=by, at=AT)

        editions.restore_unit(planned=dropped, by=by, at=AT)

        assert plan_review.review(edition=edition).changes == []


class TestRemoveUnit:
    def test_takes_a_new_unit_out_again_but_none_of_the_plan_in_force(self, edition, by) -> None:
        new = editions.add_unit(
            edition=edition, parent=planned(edition, "63"), fields={"classification_code": "63.3", "title": "Neu"}, by=by, at=AT
        )

        editions.remove_unit(planned=new, by=by, at=AT)

        assert not edition.units.filter(classification_code="63.3").exists()
        with pytest.raises(editions.CannotEdit):
            editions.remove_unit(planned=planned(edition, "60"), by=by, at=AT)


class TestReview:
    def test_tells_what_is_new_moved_renumbered_retitled_frozen_and_dropped_with_files_concerned(self, edition, plan, by) -> None:
        RecordFileFactory(unit=plan["63.1"])
        editions.add_unit(edition=edition, parent=None, fields={"classification_code": "8", "title": "Neu"}, by=by, at=AT)
        editions.change_unit(
            planned=planned(edition, "60"), changes={"parent": planned(edition, "7"), "classification_code": "71"}, by=by, at=AT
        )
        editions.change_unit(planned=planned(edition, "70"), changes={"title": "Anders", "frozen": True}, by=by, at=AT)
        editions.change_unit(
            planned=planned(edition, "63"), changes={"disposal_action": "A", "disposal_action_reason": "Archiv"}, by=by, at=AT
        )
        editions.drop_unit(planned=planned(edition, "63.1"), successor=planned(edition, "63.2"), kept=False, by=by, at=AT)

        found = plan_review.review(edition=edition)

        kinds = {c.planned.classification_code: c.kinds for c in found.changes}
        assert kinds == {
            "8": ("new",), "71": ("moved", "renumbered"), "70": ("retitled", "frozen"), "63": ("defaults",), "63.1": ("dropped",),
        }  # fmt: skip
        assert change_of(edition, "63.1").files == 1
        assert found.faults == []

    def test_counts_no_restricted_file(self, edition, plan, by) -> None:
        file = RecordFileFactory(unit=plan["63.1"])
        grant(UserFactory(), file, "manage")
        file.scope.restricted = True
        file.scope.save()
        editions.change_unit(planned=planned(edition, "63.1"), changes={"title": "Anders"}, by=by, at=AT)

        assert change_of(edition, "63.1").files == 0

    def test_costs_the_same_queries_for_many_units(self, edition, plan, by, django_assert_max_num_queries) -> None:
        def queries(new: range) -> int:
            for number in new:
                fields = {"classification_code": f"63.{number}", "title": "Neu"}
                editions.add_unit(edition=edition, parent=planned(edition, "63"), fields=fields, by=by, at=AT)
            with django_assert_max_num_queries(20, connection=connections[current.alias()]) as seen:
                plan_rights.shifts(draft=plan_review.review(edition=edition).draft)
            return len(seen)

        editions.change_unit(planned=planned(edition, "60"), changes={"parent": planned(edition, "7"), "title": "A"}, by=by, at=AT)

        queries(range(5, 6))  # what is read once and kept

        assert queries(range(6, 7)) == queries(range(7, 30))

    def test_wants_a_unit_with_files_to_stay_a_leaf(self, edition, plan, by) -> None:
        RecordFileFactory(unit=plan["70"])
        editions.change_unit(planned=planned(edition, "60"), changes={"parent": planned(edition, "70")}, by=by, at=AT)

        assert "60" in faults(edition)

    def test_wants_a_successor_that_will_be_a_leaf(self, edition, plan, by) -> None:
        RecordFileFactory(unit=plan["63.1"])
        editions.drop_unit(planned=planned(edition, "63.1"), successor=planned(edition, "7"), kept=False, by=by, at=AT)

        assert "70" in faults(edition)

    def test_lets_a_unit_go_without_a_successor_where_that_is_meant(self, edition, plan, by) -> None:
        RecordFileFactory(unit=plan["63.1"])
        editions.drop_unit(planned=planned(edition, "63.1"), successor=None, kept=True, by=by, at=AT)

        assert faults(edition) == ""

    def test_refuses_a_unit_left_below_a_dropped_one(self, edition, by) -> None:
        editions.drop_unit(planned=planned(edition, "63"), successor=None, kept=True, by=by, at=AT)

        assert faults(edition).count("63") == 2

    def test_refuses_a_sixth_level(self, edition, by) -> None:
        above = planned(edition, "63.1")
        for level in range(3):
            fields = {"classification_code": f"63.1{level}", "title": "Tief"}
            above = editions.add_unit(edition=edition, parent=above, fields=fields, by=by, at=AT)

        assert "6" in faults(edition)

    def test_gives_the_code_of_one_unit_to_no_other(self, edition, by) -> None:
        editions.change_unit(planned=planned(edition, "60"), changes={"classification_code": "61"}, by=by, at=AT)
        editions.change_unit(planned=planned(edition, "70"), changes={"classification_code": "60"}, by=by, at=AT)

        assert "60" in faults(edition)

    def test_gives_no_code_under_which_there_are_references(self, edition, plan, by) -> None:
        RecordFileFactory(unit=plan["63.1"], file_reference="65-2019/0003", year=2019)
        editions.add_unit(edition=edition, parent=None, fields={"classification_code": "65", "title": "Neu"}, by=by, at=AT)

        assert "65" in faults(edition)


class TestShifts:
    def test_says_who_gains_and_who_loses_when_a_branch_is_moved(self, edition, plan, by) -> None:
        losing, gaining = OfficeFactory(name="Bauamt"), OfficeFactory(name="Schulamt")
        UserFactory(office=losing), UserFactory(office=losing)
        both, person = UserFactory(offices=[losing, gaining]), UserFactory()
        grant(losing, plan["6"], "write"), grant(gaining, plan["7"], "write"), grant(person, plan["7"]), grant(both, plan["63"], "write")
        editions.change_unit(planned=planned(edition, "63"), changes={"parent": planned(edition, "7")}, by=by, at=AT)

        (shift,) = plan_rights.shifts(draft=plan_review.review(edition=edition).draft)

        assert (shift.gaining_offices, shift.losing_offices) == ((str(gaining),), (str(losing),))
        assert (shift.gaining_persons, shift.losing_persons) == (1, 2)

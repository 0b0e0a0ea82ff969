from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from records import editions, file_plan, filing, plan_enactment, plan_fields, plan_review, plan_rights, plan_upkeep
from records.models import FilePlanUnit, FormerCode, IndexChange, JournalEntry, PlanEdition, PlannedUnit, RecordFile, RegisterSet
from tenants import current
from tests.factories import ClerkFactory, FilePlanUnitFactory, OfficeFactory, RecordFileFactory, UserFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
State = PlanEdition.State


@pytest.fixture
def by() -> Any:
    return UserFactory()


@pytest.fixture
def plan() -> dict[str, FilePlanUnit]:
    """6 Bauen (10 years) › 60 Verwaltung, 63 Bauordnung › 63.1, 63.2; and 7 › 70."""
    made: dict[str, FilePlanUnit] = {}
    for code, above, more in (
        ("6", None, {"retention_years": 10, "disposal_action": "B"}), ("60", "6", {}), ("63", "6", {}), ("63.1", "63", {}), ("63.2", "63", {}),
        ("7", None, {}), ("70", "7", {}),
    ):  # fmt: skip
        made[code] = FilePlanUnitFactory(classification_code=code, title=f"Betreff {code}", parent=made.get(above or ""), **more)
    return made


@pytest.fixture
def edition(plan: dict[str, FilePlanUnit], by: Any) -> PlanEdition:
    return editions.prepare_edition(name="Ausgabe 2027", by=by, at=AT)


def planned(edition: PlanEdition, code: str) -> PlannedUnit:
    return edition.units.select_related("unit").get(classification_code=code, dropped=False)


def entries_of(unit: Any) -> list[str]:
    return list(JournalEntry.objects.filter(object_id=unit.public_id).order_by("sequence").values_list("act", flat=True))


def faults(edition: PlanEdition) -> str:
    return " ".join(fault.sentence for fault in plan_review.review(edition=edition).faults)


def change_of(edition: PlanEdition, code: str) -> plan_review.Change:
    return next(c for c in plan_review.review(edition=edition).changes if c.planned.classification_code == code)


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


class TestPutIntoForce:
    def enact(self, edition: PlanEdition, by: Any, at: datetime = AT) -> PlanEdition:
        return plan_enactment.put_into_force(edition=edition, by=by, at=at)

    def test_creates_moves_renumbers_and_drops_units_with_a_journal_entry_each(self, edition, plan, by) -> None:
        new = editions.add_unit(
            edition=edition,
            parent=planned(edition, "7"),
            fields={"classification_code": "72", "title": "Neu", "retention_years": 5},
            by=by,
            at=AT,
        )
        editions.change_unit(planned=planned(edition, "63"), changes={"parent": new, "classification_code": "72.3"}, by=by, at=AT)
        editions.drop_unit(planned=planned(edition, "60"), successor=planned(edition, "63.1"), kept=False, by=by, at=AT)

        done = self.enact(edition, by)

        made = FilePlanUnit.objects.get(classification_code="72")
        moved, below, old = (FilePlanUnit.objects.get(pk=plan[code].pk) for code in ("63", "63.1", "60"))
        assert (done.state, done.in_force_on) == (State.IN_FORCE, date(2026, 3, 2))
        assert (made.parent_id, made.level, made.valid_from, made.scope.restricted) == (plan["7"].pk, 2, date(2026, 3, 2), False)
        assert (moved.parent_id, moved.level, moved.path, moved.classification_code) == (made.pk, 3, f"{made.path}{moved.pk}/", "72.3")
        assert (below.level, below.path, below.classification_code) == (4, f"{moved.path}{below.pk}/", "63.1")
        assert (old.valid_until, old.frozen_at, old.successor_id) == (date(2026, 3, 1), AT, below.pk)
        assert (entries_of(made), entries_of(moved), entries_of(old)) == (["create"], ["edit"], ["edit"])
        assert FormerCode.objects.get(classification_code="63").unit_id == moved.pk

    def test_leaves_files_and_their_references_where_they_are(self, edition, plan, by) -> None:
        file = RecordFileFactory(unit=plan["63.1"])
        before = RecordFile.objects.values().get(pk=file.pk)
        editions.change_unit(
            planned=planned(edition, "63.1"), changes={"classification_code": "69", "parent": planned(edition, "7")}, by=by, at=AT
        )

        self.enact(edition, by)

        assert RecordFile.objects.values().get(pk=file.pk) == before
        assert list(IndexChange.objects.values_list("kind", "file_id")) == [("file", file.pk)]

    def test_numbers_go_on_under_the_new_code(self, edition, plan, by) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["63.1"], "write")
        first = filing.create_file(unit=plan["63.1"], title="Alt", by=clerk, at=AT)
        editions.change_unit(planned=planned(edition, "63.1"), changes={"classification_code": "69"}, by=by, at=AT)
        self.enact(edition, by)

        second = filing.create_file(unit=plan["63.1"], title="Neu", by=clerk, at=AT)  # the form was open before the plan changed

        assert (first.file_reference, second.file_reference) == ("63.1-2026/0001", "69-2026/0002")

    def test_lets_a_moved_branch_inherit_the_rights_of_its_new_place(self, edition, plan, by) -> None:
        file = RecordFileFactory(unit=plan["63.1"])
        loses, gains = UserFactory(), UserFactory()
        grant(loses, plan["6"]), grant(gains, plan["7"])
        editions.change_unit(planned=planned(edition, "63"), changes={"parent": planned(edition, "7")}, by=by, at=AT)

        self.enact(edition, by)

        assert not RecordFile.objects.visible_to(loses).exists()
        assert list(RecordFile.objects.visible_to(gains)) == [file]

    def test_changes_nothing_while_something_must_be_mended(self, edition, plan, by) -> None:
        RecordFileFactory(unit=plan["70"])
        editions.change_unit(planned=planned(edition, "60"), changes={"parent": planned(edition, "70"), "title": "X"}, by=by, at=AT)
        before = list(FilePlanUnit.objects.order_by("pk").values())

        with pytest.raises(plan_enactment.CannotPutIntoForce) as refusal:
            self.enact(edition, by)

        assert len(refusal.value.faults) == 1
        assert list(FilePlanUnit.objects.order_by("pk").values()) == before

    def test_is_followed_by_a_next_edition_in_which_the_dropped_stay_dropped(self, edition, plan, by) -> None:
        editions.drop_unit(planned=planned(edition, "60"), successor=planned(edition, "63.1"), kept=False, by=by, at=AT)
        self.enact(edition, by)

        following = editions.prepare_edition(name="Ausgabe 2028", by=by, at=AT)

        assert plan_review.review(edition=following).changes == []
        self.enact(following, by, AT + timedelta(days=30))
        assert FilePlanUnit.objects.get(pk=plan["60"].pk).valid_until == date(2026, 3, 1)
        assert set(PlanEdition.objects.values_list("state", flat=True)) == {State.IN_FORCE, State.SUPERSEDED}

    def test_brings_a_dropped_unit_back(self, edition, plan, by) -> None:
        editions.drop_unit(planned=planned(edition, "60"), successor=None, kept=True, by=by, at=AT)
        self.enact(edition, by)
        following = editions.prepare_edition(name="Ausgabe 2028", by=by, at=AT)
        editions.restore_unit(planned=following.units.get(classification_code="60"), by=by, at=AT)

        self.enact(following, by)

        back = FilePlanUnit.objects.get(pk=plan["60"].pk)
        assert (back.valid_until, back.frozen_at, back.frozen_reason) == (None, None, "")

    def test_gives_a_unit_its_own_former_code_again(self, edition, plan, by) -> None:
        editions.change_unit(planned=planned(edition, "60"), changes={"classification_code": "61"}, by=by, at=AT)
        self.enact(edition, by)
        following = editions.prepare_edition(name="Ausgabe 2028", by=by, at=AT)
        editions.change_unit(planned=planned(following, "61"), changes={"classification_code": "60"}, by=by, at=AT)

        self.enact(following, by)

        assert FilePlanUnit.objects.get(pk=plan["60"].pk).classification_code == "60"
        assert list(FormerCode.objects.values_list("classification_code", flat=True)) == ["61"]


class TestPutDueIntoForce:
    def test_goes_by_the_local_date(self, edition, by) -> None:
        editions.schedule_edition(edition=edition, on=date(2027, 1, 1), by=by, at=AT)

        assert plan_enactment.put_due_into_force(at=datetime(2026, 12, 31, 22, 30, tzinfo=UTC)) == []
        assert plan_enactment.put_due_into_force(at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == [edition]  # 2027 in Berlin already

    def test_waits_when_something_hinders_it(self, edition, plan, by) -> None:
        editions.change_unit(planned=planned(edition, "60"), changes={"parent": planned(edition, "70")}, by=by, at=AT)
        editions.schedule_edition(edition=edition, on=date(2027, 1, 1), by=by, at=AT)
        RecordFileFactory(unit=plan["70"])

        assert plan_enactment.put_due_into_force(at=datetime(2027, 1, 2, tzinfo=UTC)) == []
        edition.refresh_from_db()
        assert edition.state == State.SCHEDULED

    @pytest.mark.parametrize("on", [date(1582, 10, 5), date(2026, 3, 2), date(2999, 1, 1)])
    def test_takes_no_day_in_the_past_or_beyond_five_years(self, edition, by, on) -> None:
        with pytest.raises(editions.CannotEdit):
            editions.schedule_edition(edition=edition, on=on, by=by, at=AT)


class TestEditUnit:
    def test_corrects_at_once_and_takes_the_edition_along(self, edition, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["70"], changes={"title": "Berichtigt", "legal_basis": "§ 1"}, by=by, at=AT)

        assert FilePlanUnit.objects.get(pk=plan["70"].pk).title == "Berichtigt"
        assert planned(edition, "70").title == "Berichtigt"
        assert plan_review.review(edition=edition).changes == []

    def test_leaves_to_the_edition_what_that_has_changed_itself(self, edition, plan, by) -> None:
        editions.change_unit(planned=planned(edition, "70"), changes={"title": "Im neuen Plan"}, by=by, at=AT)

        plan_upkeep.edit_unit(unit=plan["70"], changes={"title": "Berichtigt"}, by=by, at=AT)

        assert planned(edition, "70").title == "Im neuen Plan"

    def test_changes_neither_code_nor_place(self, plan, by) -> None:
        plan_upkeep.edit_unit(unit=plan["70"], changes={"classification_code": "99", "parent": None}, by=by, at=AT)

        assert FilePlanUnit.objects.get(pk=plan["70"].pk).classification_code == "70"

    def test_wants_a_reason_for_overriding_an_inherited_period(self, plan, by) -> None:
        with pytest.raises(plan_fields.BadField):
            plan_upkeep.edit_unit(unit=plan["60"], changes={"retention_years": 30}, by=by, at=AT)

    def test_overwrites_nothing_that_somebody_else_has_just_entered(self, plan, by) -> None:
        seen = plan_fields.fingerprint(plan["70"])
        plan_upkeep.edit_unit(unit=plan["70"], changes={"title": "Erste"}, by=by, at=AT)

        with pytest.raises(editions.StalePlan):
            plan_upkeep.edit_unit(unit=plan["70"], changes={"title": "Zweite"}, by=by, at=AT, seen=seen)


class TestFreezeUnit:
    def test_stops_new_files_in_the_unit_and_all_below(self, plan, by) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"], "write")
        file = filing.create_file(unit=plan["60"], title="Vorher", by=clerk, at=AT)
        plan_upkeep.freeze_unit(unit=plan["63"], reason="Wird neu geordnet", by=by, at=AT)

        with pytest.raises(filing.CannotFile, match="63"):
            filing.create_file(unit=plan["63.1"], title="Neu", by=clerk, at=AT)
        with pytest.raises(filing.CannotFile, match="63"):
            filing.refile_file(file=file, unit=plan["63.1"], reason="Falsch abgelegt", by=clerk, at=AT)
        assert {u.classification_code for u in FilePlanUnit.objects.taking_files(date(2026, 3, 2))} == {"6", "60", "7", "70"}

    def test_can_be_lifted_with_a_reason(self, plan, by) -> None:
        clerk = ClerkFactory()
        grant(clerk, plan["6"], "write")
        frozen = plan_upkeep.freeze_unit(unit=plan["63"], reason="Wird neu geordnet", by=by, at=AT)

        plan_upkeep.unfreeze_unit(unit=frozen, reason="Doch nicht", by=by, at=AT)

        assert filing.create_file(unit=plan["63.1"], title="Neu", by=clerk, at=AT).unit == plan["63.1"]
        assert entries_of(frozen) == ["freeze", "unfreeze"]

    def test_wants_a_reason(self, plan, by) -> None:
        with pytest.raises(file_plan.CannotPlan):
            plan_upkeep.freeze_unit(unit=plan["63"], reason=" ", by=by, at=AT)

    def test_leaves_a_dropped_unit_to_editions(self, edition, plan, by) -> None:
        editions.drop_unit(planned=planned(edition, "60"), successor=None, kept=True, by=by, at=AT)
        plan_enactment.put_into_force(edition=edition, by=by, at=AT)

        with pytest.raises(file_plan.CannotPlan):
            plan_upkeep.unfreeze_unit(unit=plan["60"], reason="Wieder auf", by=by, at=AT)


class TestValidity:
    def test_takes_no_files_before_and_after_it(self, plan) -> None:
        unit = plan["70"]
        unit.valid_from, unit.valid_until = date(2026, 1, 1), date(2026, 12, 31)

        closed = [
            bool(file_plan.why_closed(unit, on=day)) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
        ]

        assert closed == [True, False, False, True]


class TestInheritance:
    def test_defaults_come_down_and_say_from_where(self, plan) -> None:
        bauakte = RegisterSet.objects.create(name="Bauakte")
        FilePlanUnit.objects.filter(pk=plan["6"].pk).update(register_set=bauakte, legal_basis="§ 147 AO", registration="registry")
        FilePlanUnit.objects.filter(pk=plan["63"].pk).update(retention_unlimited=True, retention_starts_with="Abbruch", transfer_years=5)
        unit = FilePlanUnit.objects.get(pk=plan["63.1"].pk)

        defaults = file_plan.defaults_of(unit=unit)
        origins = {o.field: o.source.classification_code for o in file_plan.origins_of(unit=unit)}

        assert (defaults.retention_years, defaults.retention_unlimited, defaults.retention_starts_with) == (None, True, "Abbruch")
        assert (defaults.transfer_years, defaults.registration, defaults.legal_basis, defaults.register_set) == (
            5,
            "registry",
            "§ 147 AO",
            bauakte,
        )
        assert file_plan.inherited(FilePlanUnit.objects.select_related("register_set"))[unit.pk] == defaults
        assert origins == {
            "retention": "63", "retention_starts_with": "63", "transfer_years": "63", "disposal_action": "6", "register_set": "6",
            "registration": "6", "legal_basis": "6",
        }  # fmt: skip

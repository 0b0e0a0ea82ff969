"""The file plan in force: corrections, freezing, validity and what is inherited."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from records import editions, file_plan, filing, plan_enactment, plan_fields, plan_review, plan_upkeep, refiling
from records.models import FilePlanUnit, RegisterSet
from tests.factories import ClerkFactory, grant
from tests.node.records.building_plan import entries_of, planned

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


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
            refiling.refile_file(file=file, unit=plan["63.1"], reason="Falsch abgelegt", by=clerk, at=AT)
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

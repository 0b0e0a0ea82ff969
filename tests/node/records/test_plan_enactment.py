"""Putting an edition of the file plan into force, at once or on its day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from records import editions, filing, plan_enactment, plan_review
from records.models import FilePlanUnit, FormerCode, IndexChange, PlanEdition, RecordFile
from tests.factories import ClerkFactory, RecordFileFactory, UserFactory, grant
from tests.node.records.building_plan import entries_of, planned

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
State = PlanEdition.State


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

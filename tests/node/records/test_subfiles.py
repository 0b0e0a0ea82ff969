"""Subfiles: a file that is part of another one."""

from __future__ import annotations

import pytest

from records import filing, granting, journal_reading, subfiles
from records.models import RecordFile
from records.views import doors
from tests.node.factories import DocumentFactory, FilePlanUnitFactory

from .lives import AT, at_once, new_file, writer


def files(count: int):
    unit = FilePlanUnitFactory()
    clerk = writer(unit)
    return clerk, [new_file(unit, by=clerk, title=f"Akte {n}") for n in range(count)]


class TestSetParent:
    def test_joins_and_parts_again(self) -> None:
        clerk, (whole, part) = files(2)

        subfiles.set_parent(file=part, parent=whole, by=clerk, at=AT)
        assert list(subfiles.visible_subfiles(file=whole, clerk=clerk)) == [part]
        alone = subfiles.set_parent(file=part, parent=None, by=clerk, at=AT)

        assert alone.parent is None

    def test_refuses_a_cycle_and_a_fourth_level(self) -> None:
        clerk, (a, b, c, d) = files(4)
        subfiles.set_parent(file=b, parent=a, by=clerk, at=AT)
        subfiles.set_parent(file=c, parent=b, by=clerk, at=AT)

        for file, parent in ((a, c), (a, a), (d, None)):
            if parent is not None:
                with pytest.raises(subfiles.CannotJoin):
                    subfiles.set_parent(file=file, parent=parent, by=clerk, at=AT)
        with pytest.raises(subfiles.CannotJoin, match="drei Ebenen"):
            subfiles.set_parent(file=d, parent=c, by=clerk, at=AT)
        with pytest.raises(subfiles.CannotJoin, match="drei Ebenen"):
            subfiles.set_parent(file=a, parent=d, by=clerk, at=AT)

    def test_two_clerks_who_would_close_a_cycle_at_once_do_not(self, transactional) -> None:
        clerk, (a, b) = files(2)
        pairs = [(a, b), (b, a)]

        outcomes = at_once(lambda n: subfiles.set_parent(file=pairs[n][0], parent=pairs[n][1], by=clerk, at=AT), 2)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CannotJoin", "RecordFile"]
        assert RecordFile.objects.filter(parent__isnull=False).count() == 1

    def test_refuses_whoever_may_not_write_in_both(self) -> None:
        _clerk, (whole, part) = files(2)
        reader = writer(whole.unit, right="read")

        with pytest.raises(subfiles.CannotJoin):
            subfiles.set_parent(file=part, parent=whole, by=reader, at=AT)

    def test_refuses_a_closed_file(self) -> None:
        clerk, (whole, part) = files(2)
        filing.close_file(file=whole, by=clerk, at=AT)

        with pytest.raises(subfiles.CannotJoin):
            subfiles.set_parent(file=part, parent=whole, by=clerk, at=AT)


class TestVisibility:
    def test_both_sides_are_shown_only_to_those_who_may_see_them(self) -> None:
        one, two = FilePlanUnitFactory(), FilePlanUnitFactory()
        both, first_only, second_only = writer(one, two), writer(one), writer(two)
        whole, part = new_file(one, by=both), new_file(two, by=both)
        part = subfiles.set_parent(file=part, parent=whole, by=both, at=AT)

        assert subfiles.visible_parent(file=part, clerk=both) == whole
        assert subfiles.visible_parent(file=part, clerk=second_only) is None
        assert not subfiles.visible_subfiles(file=whole, clerk=first_only).exists()

    def test_the_journal_names_the_other_file_only_to_those_who_may_know_of_it(self) -> None:
        one, two = FilePlanUnitFactory(), FilePlanUnitFactory()
        both, second_only = writer(one, two), writer(two, right="manage")
        whole, part = new_file(one, by=both, title="Geheimsache"), new_file(two, by=both)
        subfiles.set_parent(file=part, parent=whole, by=both, at=AT)

        def read_by(clerk):
            entries = journal_reading.page_of(file=part, clerk=clerk).entries
            journal_reading.name_files(entries, clerk=clerk)
            return entries[0].changes

        assert read_by(both) == [("Teilakte von", None, str(whole))]
        assert read_by(second_only) == [("Teilakte von", None, "eine andere Akte")]


class TestStricterAround:
    def said(self, file, clerk):
        return doors.may(clerk, doors.file_or_404(clerk, file.public_id))["stricter"]

    def test_says_where_the_whole_or_a_part_is_stricter_than_the_file(self) -> None:
        clerk, (whole, part) = files(2)
        subfiles.set_parent(file=part, parent=whole, by=clerk, at=AT)
        DocumentFactory(file=part, protection_need="high")
        assert self.said(whole, clerk) == [f"Höherer Schutzbedarf bei Teilakte {part.file_reference} (Hoch)."]
        assert self.said(part, clerk) == []

        RecordFile.objects.filter(pk=whole.pk).update(protection_need="very_high")

        assert self.said(whole, clerk) == []
        assert self.said(part, clerk) == [f"Teilakte von {whole.file_reference}; Schutzbedarf jener Akte: Sehr hoch"]

    def test_says_where_access_to_the_other_one_is_restricted(self) -> None:
        clerk, (whole, part) = files(2)
        subfiles.set_parent(file=part, parent=whole, by=clerk, at=AT)
        granting.grant(target=whole, to=clerk, right="manage_records", by=None, at=AT)
        granting.restrict_file(file=whole, restricted=True, reason="Personal", by=clerk, at=AT)

        assert self.said(part, clerk) == [f"Teilakte von {whole.file_reference}; der Zugriff auf jene Akte ist beschränkt."]

        granting.restrict_file(file=whole, restricted=False, reason="Erledigt", by=clerk, at=AT)
        granting.grant(target=part, to=clerk, right="manage_records", by=None, at=AT)
        granting.restrict_file(file=part, restricted=True, reason="Personal", by=clerk, at=AT)

        assert self.said(whole, clerk) == [f"Zugriff beschränkt bei Teilakte {part.file_reference}."]
        assert self.said(whole, writer(whole.unit)) == []  # to whom the restricted one is a secret

    def test_tells_nothing_of_files_that_are_hidden(self) -> None:
        one, two = FilePlanUnitFactory(), FilePlanUnitFactory()
        both = writer(one, two)
        whole, part = new_file(one, by=both), new_file(two, by=both)
        subfiles.set_parent(file=part, parent=whole, by=both, at=AT)
        RecordFile.objects.update(protection_need="high")
        RecordFile.objects.filter(pk=whole.pk).update(protection_need="very_high")

        assert self.said(part, both) != []
        assert self.said(part, writer(two)) == []

    def test_costs_the_same_queries_for_many_subfiles_and_none_for_a_file_alone(self, queries) -> None:
        clerk, (whole, *parts) = files(6)
        counts = []
        for part in parts:
            found = doors.file_or_404(clerk, whole.public_id)
            with queries() as seen:
                subfiles.stricter_around(file=found, clerk=clerk)
            counts.append(len(seen))
            subfiles.set_parent(file=part, parent=whole, by=clerk, at=AT)

        assert counts == [0, 2, 2, 2, 2]  # the clerk's scopes, and the subfiles

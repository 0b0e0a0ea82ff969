"""File references: templates, natural order, and numbers without gaps or doubles under concurrency."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as some

from records import filing, granting, references, refiling
from records.models import FormerReference, RecordFile, ReferenceCounter
from tenants import current
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory, OfficeFactory
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def template(text: str) -> None:
    MunicipalSettings.objects.update_or_create(pk=1, defaults={"reference_template": text})


def desk():
    unit, clerk = FilePlanUnitFactory(classification_code="63.12.04"), ClerkFactory()
    granting.grant(target=unit, to=clerk, right="write_records", by=None, at=AT)
    return unit, clerk


class TestTemplate:
    @pytest.mark.parametrize("good", ["{code}-{year}/{number:04}", "{code}-{number}", "{number}/{year}/{code}", "A {code}-{number:02}"])
    def test_takes_what_keeps_files_apart(self, good) -> None:
        references.check_template(good)

    @pytest.mark.parametrize(
        "bad",
        [
            *("", "{code}", "{number}", "{code}{number}", "{code}.{number}", "{code}-{number}-{number}", "{code}-{number", "}"),
            *("{code}-{number:x}", "{code!r}-{number}", "{code}-{office}/{number}", "{0}-{code}-{number}", "{code}-{number}" + "x" * 60),
        ],
    )
    def test_refuses_what_could_give_two_files_one_reference(self, bad) -> None:
        with pytest.raises(references.BadTemplate):
            references.check_template(bad)


class TestNaturalKey:
    def test_sorts_as_people_read(self) -> None:
        read = ["6-1", "6-2", "6-10", "63.2-2026/1", "63.12-2025/9", "63.12-2026/1", "63.12-2026/0010", "63.12-2026/11", "A-2", "a-10"]
        shuffled = random.Random(4).sample(read, len(read))

        assert sorted(shuffled, key=references.natural_key) == read


class TestNumbers:
    def test_follow_the_template_and_begin_anew_with_unit_and_local_year(self) -> None:
        template("{code}-{year}/{number:04}")
        unit, other = FilePlanUnitFactory(classification_code="63.12"), FilePlanUnitFactory(classification_code="64")
        new_year_in_berlin = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

        given = [references.next_reference(unit=u, at=at)[0] for u, at in ((unit, AT), (unit, AT), (other, AT), (unit, new_year_in_berlin))]

        assert given == ["63.12-2026/0001", "63.12-2026/0002", "64-2026/0001", "63.12-2027/0001"]

    def test_without_a_year_in_the_template_they_run_on(self) -> None:
        template("{code}-{number}")
        unit = FilePlanUnitFactory(classification_code="1234")

        given = [references.next_reference(unit=unit, at=datetime(year, 5, 1, tzinfo=UTC))[0] for year in (2025, 2026)]

        assert given == ["1234-1", "1234-2"]

    def test_are_never_used_again_after_a_cancel_or_moving_away_and_back(self) -> None:
        unit, clerk = desk()
        elsewhere = FilePlanUnitFactory()
        granting.grant(target=elsewhere, to=clerk, right="write_records", by=None, at=AT)
        first = filing.create_file(unit=unit, title="Eins", by=clerk, at=AT)
        filing.cancel_file(file=first, reason="doppelt", by=clerk, at=AT)
        second = filing.create_file(unit=unit, title="Zwei", by=clerk, at=AT)
        moved = refiling.refile_file(file=second, unit=elsewhere, reason="falsch", by=clerk, at=AT)

        back = refiling.refile_file(file=moved, unit=unit, reason="doch", by=clerk, at=AT)

        assert [first.number, second.number, back.number] == [1, 2, 3]
        assert {f.file_reference for f in back.former_references.all()} == {second.file_reference, moved.file_reference}


ACTS = some.lists(
    some.tuples(some.sampled_from(["create", "cancel", "refile", "restore", "fail"]), some.integers(0, 2), some.integers(0, 50)),
    max_size=25,
)


class TestOverALongLife:
    @given(acts=ACTS, form=some.sampled_from(["{code}-{year}/{number:04}", "{code}-{number}"]))
    @settings(max_examples=40)
    def test_whatever_clerks_do_no_reference_is_ever_given_twice_and_no_number_left_out(self, acts, form) -> None:
        with current.atomic(), current.memory():
            template(form)
            units = [FilePlanUnitFactory() for _n in range(3)]
            clerk = ClerkFactory()
            for unit in units:
                granting.grant(target=unit, to=clerk, right="write_records", by=None, at=AT)
            given_out, files = [], []
            for act, place, chosen in acts:
                given_out += self._do(act, units[place], files, chosen, clerk)
            numbers = {unit.pk: 0 for unit in units}
            numbers |= {counter.unit_id: counter.last_number for counter in ReferenceCounter.objects.filter(unit__in=units)}
            now = set(RecordFile.objects.filter(unit__in=units).values_list("file_reference", flat=True))
            former = set(FormerReference.objects.values_list("file_reference", flat=True))
            transaction.set_rollback(True, using=current.alias())

        assert len(given_out) == len(set(given_out)) == sum(numbers.values())
        assert now | former == set(given_out)
        assert not now & former

    @staticmethod
    def _do(act, unit, files, chosen, clerk) -> list[str]:
        """One act of a clerk's; the references that were given by it."""
        if act == "create" or not files:
            files.append(filing.create_file(unit=unit, title="Akte", by=clerk, at=AT))
            return [files[-1].file_reference]
        place = chosen % len(files)
        try:
            if act == "cancel":
                files[place] = filing.cancel_file(file=files[place], reason="x", by=clerk, at=AT)
            elif act == "restore":
                files[place] = filing.restore_file(file=files[place], by=clerk, at=AT)
            elif act == "refile":
                files[place] = refiling.refile_file(file=files[place], unit=unit, reason="x", by=clerk, at=AT)
                return [files[place].file_reference]
            else:
                filing.create_file(unit=unit, title="", by=clerk, at=AT)
        except (filing.CannotCancel, filing.CannotRestore, filing.CannotFile):
            pass
        return []


class TestBusinessReference:
    def test_is_office_code_and_reference_and_none_for_a_draft(self) -> None:
        office = OfficeFactory(code="63.1")
        file = RecordFileFactory(lead_office=office, file_reference="63.12.04-2026/0317")
        draft = RecordFileFactory(lead_office=office, file_reference="Entwurf 1", number=None, status="draft")

        assert (file.business_reference, draft.business_reference) == ("63.1-63.12.04-2026/0317", "")


class TestAtOnce:
    def test_fifty_creations_at_once_leave_no_gap_and_no_double(self, transactional) -> None:
        unit, clerk = desk()
        town = current.municipality()

        def create(number: int) -> str:
            with current.memory():
                try:
                    return filing.create_file(unit=unit, title=f"Akte {number}", by=clerk, at=AT).file_reference
                finally:
                    connections[current.alias()].close()

        with ThreadPoolExecutor(max_workers=10) as pool:
            given = list(pool.map(current.inside(town, create), range(50)))

        assert sorted(given) == [f"63.12.04-2026/{number:04}" for number in range(1, 51)]
        assert RecordFile.objects.count() == 50
        assert ReferenceCounter.objects.get(unit=unit).last_number == 50

    def test_creations_that_fail_give_their_numbers_back(self, transactional) -> None:
        unit, clerk = desk()
        town = current.municipality()

        class GivenUp(Exception):
            pass

        def create(number: int) -> str | None:
            try:
                with current.memory(), current.atomic():
                    file = filing.create_file(unit=unit, title=f"Akte {number}", by=clerk, at=AT)
                    if number % 3 == 0:
                        raise GivenUp
                    return str(file.file_reference)
            except GivenUp:
                return None
            finally:
                connections[current.alias()].close()

        with ThreadPoolExecutor(max_workers=8) as pool:
            given = [reference for reference in pool.map(current.inside(town, create), range(30)) if reference]

        assert sorted(given) == [f"63.12.04-2026/{number:04}" for number in range(1, 21)]

"""Retention: what holds for a file, the event that starts its period, holds (domain §5)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from records import filing, retaining, retention
from records.models import WITH_CLOSING, FilePlanUnit, RecordFile
from records.models.files import awaiting_event
from records.retaining import Wanted
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory

from .lives import AT, new_file, registrar, told, writer

MOMENTS = some.datetimes(datetime(1900, 1, 1), datetime(2150, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001 - hypothesis wants them naive


def closed(*, at: datetime = AT, began_on: date | None = None, **unit: object) -> RecordFile:
    file = new_file(FilePlanUnitFactory(**unit))
    if began_on:
        retaining.enter_event(file=file, on=began_on, by=file.created_by, at=AT)
    return filing.close_file(file=file, by=file.created_by, at=at)


def change(unit: FilePlanUnit, **values: object) -> None:
    """What the file plan says from now on."""
    FilePlanUnit.objects.filter(pk=unit.pk).update(**values)


class TestLastDay:
    def test_closed_3_january_2013_with_ten_years_is_free_on_1_january_2024(self) -> None:
        assert closed(at=datetime(2013, 1, 3, 9, tzinfo=UTC), retention_years=10).retain_until == date(2023, 12, 31)

    def test_closed_1_january_2012_with_five_years_is_free_on_1_january_2018(self) -> None:
        assert closed(at=datetime(2012, 1, 1, 9, tzinfo=UTC), retention_years=5).retain_until == date(2017, 12, 31)

    def test_the_closing_year_is_that_of_the_local_date(self) -> None:
        assert closed(at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC), retention_years=10).retain_until == date(2036, 12, 31)

    def test_closed_or_begun_on_29_february_ends_with_a_year_like_any_other_day(self) -> None:
        assert closed(at=datetime(2028, 2, 29, 12, tzinfo=UTC), retention_years=1).retain_until == date(2029, 12, 31)
        file = closed(retention_years=3, retention_starts_with="Abbruch", began_on=date(2028, 2, 29))
        assert file.retain_until == date(2031, 12, 31)

    def test_years_of_a_unit_set_aside_that_the_unit_above_keeps_without_limit(self) -> None:
        top = FilePlanUnitFactory(retention_unlimited=True)

        assert closed(parent=top).retain_until is None
        assert closed(parent=top, retention_years=5).retain_until == date(2031, 12, 31)
        assert closed(parent=FilePlanUnitFactory(parent=top, retention_years=5), retention_unlimited=True).retain_until is None

    def test_without_limit_there_is_no_end_though_the_day_of_the_event_is_known(self) -> None:
        file = closed(retention_unlimited=True, retention_starts_with="Abbruch", began_on=date(2020, 1, 1))

        assert file.retain_until is None
        assert not file.awaits_event

    def test_no_years_at_all_end_with_the_year_of_closing(self) -> None:
        assert closed(retention_years=0).retain_until == date(2026, 12, 31)

    @given(at=MOMENTS, years=some.integers(0, 200))
    def test_is_always_the_last_day_of_a_year_and_at_least_the_years_away(self, at: datetime, years: int) -> None:
        last, here = retention.last_day(closed_at=at, years=years), timezone.localdate(at)

        assert (last.month, last.day) == (12, 31)
        assert last.year - here.year == years
        assert (last + timedelta(days=1)).year == here.year + years + 1

    @given(first=MOMENTS, second=MOMENTS, years=some.integers(0, 200))
    def test_who_closes_later_is_never_free_earlier(self, first: datetime, second: datetime, years: int) -> None:
        earlier, later = sorted([first, second])

        assert retention.last_day(closed_at=earlier, years=years) <= retention.last_day(closed_at=later, years=years)

    @given(
        closed_at=MOMENTS,
        began=some.none() | some.dates(date(1900, 1, 1), date(2150, 1, 1)),
        years=some.none() | some.integers(0, 200),
        unlimited=some.booleans(),
        event=some.sampled_from(["", "Abbruch"]),
    )
    def test_there_is_an_end_exactly_if_years_are_set_and_what_starts_them_is_known(
        self, closed_at: datetime, began: date | None, years: int | None, unlimited: bool, event: str
    ) -> None:
        period = retention.Period(years, unlimited, event, "", None, own=False)

        end = retention.end_of(period=period, closed_at=closed_at, began_on=began)

        assert (end is not None) == (not unlimited and years is not None and (not event or began is not None))
        if end and event and began and years is not None:
            assert end.year == began.year + years


class TestCloseFile:
    def test_a_period_that_starts_by_an_event_has_no_end_until_it_is_entered(self) -> None:
        file = closed(retention_years=10, retention_starts_with="Abbruch des Gebäudes")
        assert (file.retain_until, file.retention_starts_with) == (None, "Abbruch des Gebäudes")

        file = retaining.enter_event(file=file, on=date(2030, 6, 1), by=file.created_by, at=AT)

        assert file.retain_until == date(2040, 12, 31)
        assert told("enter_event") == {
            "retention_started_on": (None, "2030-06-01"), "retention_started_with": ("", "Abbruch des Gebäudes"), "retain_until": (None, "2040-12-31"),
        }  # fmt: skip

    def test_an_event_known_before_closing_gives_the_end_with_closing(self) -> None:
        file = closed(retention_years=3, retention_starts_with="Volljährigkeit", began_on=date(2029, 2, 3))

        assert file.retain_until == date(2032, 12, 31)

    def test_the_event_is_inherited_down_the_file_plan(self) -> None:
        top = FilePlanUnitFactory(retention_years=5, retention_starts_with="Abbruch")

        assert closed(parent=top).retention_starts_with == "Abbruch"

    def test_a_transfer_period_ends_with_a_year_too(self) -> None:
        assert closed(retention_years=10, transfer_years=2).transfer_until == date(2028, 12, 31)
        assert closed(retention_years=10).transfer_until is None

    def test_what_the_file_plan_says_at_closing_counts(self) -> None:
        unit = FilePlanUnitFactory(retention_years=5)
        file = new_file(unit)
        unit.retention_years = 8
        unit.save()

        assert filing.close_file(file=file, by=file.created_by, at=AT).retain_until == date(2034, 12, 31)

    def test_what_the_file_plan_says_later_changes_no_closed_file_but_one_that_is_opened_again(self) -> None:
        file = closed(retention_years=10, retention_starts_with="Abbruch")
        file.unit.retention_years, file.unit.retention_starts_with = 3, ""
        file.unit.save()

        entered = retaining.enter_event(file=file, on=date(2030, 1, 1), by=file.created_by, at=AT)
        assert entered.retain_until == date(2040, 12, 31)

        file.unit.retention_starts_with = "Abbruch"
        file.unit.save()
        filing.reopen_file(file=file, reason="Nachtrag", by=file.created_by, at=AT)
        file.unit.retention_starts_with = ""
        file.unit.save()
        again = filing.close_file(file=file, by=file.created_by, at=AT)

        assert (again.retention_starts_with, again.retain_until) == ("", date(2029, 12, 31))

    def test_a_file_closed_without_an_event_awaits_none_that_the_file_plan_names_later(self, client_of) -> None:
        file = closed(retention_years=10, disposal_action="A")
        file.unit.retention_starts_with, file.unit.disposal_action = "Abbruch", "V"
        file.unit.save()
        file = RecordFile.objects.get(pk=file.pk)

        period = retention.period_of(file=file)

        assert (period.starts_with, period.disposal_action, file.retain_until) == ("", "A", date(2036, 12, 31))
        with pytest.raises(retaining.CannotKeep):
            retaining.enter_event(file=file, on=date(2030, 1, 1), by=file.created_by, at=AT)
        clerk = client_of(file.created_by)
        page = clerk.get(f"/akten/{file.public_id}/aufbewahrung/").content.decode()
        assert "10 Jahre" in page
        assert "Abbruch" not in page
        said = clerk.get(f"/api/v1/files/{file.public_id}/retention/").json()
        assert (said["starts_with"], said["disposal_action"], said["retain_until"]) == ("", "A", "2036-12-31")

        again = filing.reopen_file(file=file, reason="Nachtrag", by=file.created_by, at=AT)
        assert (again.disposal_action, retention.period_of(file=again).starts_with) == ("", "Abbruch")
        assert retention.period_of(file=again).disposal_action == "V"

    def test_what_is_the_files_own_stays_its_own_when_it_is_opened_again(self) -> None:
        file = new_file(FilePlanUnitFactory(retention_years=10, retention_starts_with="Abbruch", disposal_action="A"))
        wanted = Wanted(starts_with="Auszug", disposal_action="V")
        retaining.set_period(file=file, wanted=wanted, reason="Mietvertrag", by=file.created_by, at=AT)
        filing.close_file(file=file, by=file.created_by, at=AT)

        again = filing.reopen_file(file=file, reason="Nachtrag", by=file.created_by, at=AT)

        assert (again.retention_starts_with, again.disposal_action) == ("Auszug", "V")

    def test_a_closed_file_that_is_kept_as_the_file_plan_says_again_is_kept_as_it_said_on_the_day_of_closing(self) -> None:
        file = new_file(FilePlanUnitFactory(retention_years=10, disposal_action="A"))
        own = Wanted(years=30, starts_with="Auszug", disposal_action="B")
        retaining.set_period(file=file, wanted=own, reason="Denkmal", by=file.created_by, at=AT)
        file = filing.close_file(file=file, by=file.created_by, at=AT)
        change(file.unit, retention_years=3, retention_starts_with="Abbruch", disposal_action="V")

        file = retaining.set_period(file=file, wanted=Wanted(), reason="Doch kein Denkmal", by=file.created_by, at=AT)

        assert (file.retention_years, file.retention_starts_with, file.disposal_action) == (10, "", "A")
        assert file.retain_until == date(2036, 12, 31)
        assert retention.set_at(file=file) == {"retention_starts_with": "", "disposal_action": ""}

    def test_what_nobody_had_set_on_the_day_of_closing_is_not_set_later_either(self, client_of) -> None:
        file = closed()
        change(file.unit, retention_years=10, retention_starts_with="Abbruch", disposal_action="V", transfer_years=2)
        file = RecordFile.objects.get(pk=file.pk)

        period = retention.period_of(file=file)

        assert period == retention.Period(None, False, "", "", None, own=False)
        page = client_of(file.created_by).get(f"/akten/{file.public_id}/aufbewahrung/").content.decode()
        assert "Es ist keine Frist festgelegt." in page
        assert "im Aktenplan nicht festgelegt; Stand beim Schließen der Akte" in page
        assert "Vernichten (V)" not in page.split("<form")[0]
        listed = client_of(registrar(file.unit)).get("/registratur/fristen/").content.decode()
        assert f"file-{file.public_id}" in listed
        assert "Vernichten (V)" not in listed

    def test_what_nobody_had_set_is_what_the_file_plan_says_when_it_is_closed_again(self) -> None:
        file = closed()
        change(file.unit, retention_years=10, disposal_action="V")

        filing.reopen_file(file=file, reason="Nachtrag", by=file.created_by, at=AT)
        again = filing.close_file(file=file, by=file.created_by, at=datetime(2028, 5, 1, tzinfo=UTC))

        assert (again.retain_until, again.disposal_action) == (date(2038, 12, 31), "V")

    def test_a_file_closed_before_the_plan_of_the_day_was_written_down_follows_its_unit_where_it_has_nothing_itself(
        self, client_of
    ) -> None:
        file = closed(retention_years=10)
        RecordFile.objects.filter(pk=file.pk).update(plan_at_closing="")
        change(file.unit, retention_years=3, disposal_action="V")
        file = RecordFile.objects.get(pk=file.pk)

        period = retention.period_of(file=file)

        assert (period.years, period.disposal_action) == (10, "V")
        page = client_of(file.created_by).get(f"/akten/{file.public_id}/aufbewahrung/").content.decode()
        assert "beim Schließen der Akte festgehalten" in page
        assert f"geerbt von {file.unit}" in page

    def test_reopening_ends_both_periods_and_closing_again_starts_them_anew(self) -> None:
        file = closed(retention_years=10, transfer_years=2)

        reopened = filing.reopen_file(file=file, reason="Nachtrag", by=file.created_by, at=AT)
        again = filing.close_file(file=file, by=file.created_by, at=datetime(2028, 5, 1, tzinfo=UTC))

        assert (reopened.retain_until, reopened.transfer_until) == (None, None)
        assert (again.retain_until, again.transfer_until) == (date(2038, 12, 31), date(2030, 12, 31))

    def test_reopening_forgets_the_plan_of_the_day_and_closing_again_writes_down_that_of_its_own_day(self) -> None:
        file = closed(retention_years=10, disposal_action="A")
        change(file.unit, retention_years=3, disposal_action="V")
        assert retention.period_of(file=RecordFile.objects.get(pk=file.pk)).years == 10

        reopened = filing.reopen_file(file=file, reason="Nachtrag", by=file.created_by, at=AT)
        assert (retention.period_of(file=reopened).years, reopened.plan_at_closing) == (3, "")
        again = filing.close_file(file=file, by=file.created_by, at=datetime(2028, 5, 1, tzinfo=UTC))

        assert (again.retain_until, again.disposal_action) == (date(2031, 12, 31), "V")

    def test_a_period_of_its_own_outlives_reopening(self) -> None:
        file = new_file(FilePlanUnitFactory(retention_unlimited=True))
        retaining.set_period(file=file, wanted=Wanted(years=5), reason="Nur Kopien", by=file.created_by, at=AT)
        filing.close_file(file=file, by=file.created_by, at=AT)
        filing.reopen_file(file=file, reason="Nachtrag", by=file.created_by, at=AT)

        again = filing.close_file(file=file, by=file.created_by, at=datetime(2028, 5, 1, tzinfo=UTC))

        assert (again.retain_until, again.retention_unlimited, again.retention_reason) == (date(2033, 12, 31), False, "Nur Kopien")


class TestSetPeriod:
    def test_overrides_the_file_plan_with_a_reason(self) -> None:
        file = new_file(FilePlanUnitFactory(retention_years=5, disposal_action="V"))

        retaining.set_period(file=file, wanted=Wanted(years=30, disposal_action="A"), reason="Denkmal", by=file.created_by, at=AT)
        file = filing.close_file(file=file, by=file.created_by, at=AT)

        assert (file.retain_until, file.disposal_action, file.retention_reason) == (date(2056, 12, 31), "A", "Denkmal")
        assert told("set_period")["retention_years"] == ("5", "30")

    def test_reckons_the_end_of_a_closed_file_anew(self) -> None:
        file = closed(retention_years=5)

        file = retaining.set_period(file=file, wanted=Wanted(unlimited=True), reason="Denkmal", by=file.created_by, at=AT)
        assert file.retain_until is None
        file = retaining.set_period(file=file, wanted=Wanted(), reason="doch nicht", by=file.created_by, at=AT)

        assert (file.retain_until, file.retention_reason) == (date(2031, 12, 31), "")

    @pytest.mark.parametrize(
        ("wanted", "reason"),
        [(Wanted(years=5), " "), (Wanted(years=201), "x"), (Wanted(years=-1), "x"), (Wanted(years=1, unlimited=True), "x"),
         (Wanted(disposal_action="X"), "x"), (Wanted(starts_with="x" * 201), "x"), (Wanted(years=5), "x" * 501)],
    )  # fmt: skip
    def test_refuses_what_is_no_period(self, wanted: Wanted, reason: str) -> None:
        file = new_file()

        with pytest.raises(retaining.CannotKeep):
            retaining.set_period(file=file, wanted=wanted, reason=reason, by=file.created_by, at=AT)

    def test_what_a_colleague_set_meanwhile_is_not_overwritten(self, client_of) -> None:
        file = closed(retention_years=10, retention_starts_with="Abbruch")
        address, quick = f"/akten/{file.public_id}/aufbewahrung/", ClerkFactory(display_name="Frau Schnell")
        client = client_of(registrar(file.unit))
        [seen] = set(re.findall(r'name="seen" value="(\w+)"', client.get(address).content.decode()))
        retaining.enter_event(file=file, on=date(2030, 6, 1), by=quick, at=AT)

        event = {"act": "event", "on": "2031-06-01"}
        period = {"act": "period", "retention_years": "5", "reason": "Mietvertrag"}
        for sent in (event, period):
            answer = client.post(address, {**sent, "seen": seen})
            assert answer.status_code == 409
            assert "Frau Schnell" in answer.content.decode()

        file = RecordFile.objects.get(pk=file.pk)
        assert (file.retention_started_on, file.retention_years) == (date(2030, 6, 1), 10)
        assert client.post(address, {**event, "seen": retaining.mark_of(file)}).status_code == 302

    def test_of_a_closed_file_changes_only_what_is_wanted_and_leaves_the_rest_as_it_was_on_the_day_of_closing(self) -> None:
        file = closed(retention_years=10, retention_starts_with="Abbruch", began_on=date(2020, 1, 1))
        change(file.unit, retention_years=2, retention_starts_with="Widerruf")

        file = retaining.set_period(file=file, wanted=Wanted(disposal_action="A"), reason="Archiv", by=file.created_by, at=AT)

        assert (file.retention_years, file.retention_starts_with, file.disposal_action) == (10, "Abbruch", "A")
        assert file.retain_until == date(2030, 12, 31)
        assert told("set_period").keys() == {"disposal_action", "retention_starts_with", "reason"}  # the event: nothing of its own

    def test_of_an_open_file_leaves_what_it_was_opened_with_where_the_plan_says_nothing_more(self) -> None:
        file = new_file(FilePlanUnitFactory(retention_years=10))
        change(file.unit, retention_years=None)

        retaining.set_period(file=file, wanted=Wanted(disposal_action="A"), reason="Archiv", by=file.created_by, at=AT)

        assert filing.close_file(file=file, by=file.created_by, at=AT).retain_until == date(2036, 12, 31)

    def test_a_file_may_start_with_closing_where_the_file_plan_names_an_event(self) -> None:
        file = closed(retention_years=10, retention_starts_with="Abbruch")

        file = retaining.set_period(file=file, wanted=Wanted(starts_with=WITH_CLOSING), reason="Nie gebaut", by=file.created_by, at=AT)
        assert (file.retention_starts_with, file.retain_until, file.awaits_event) == ("", date(2036, 12, 31), False)
        assert told("set_period")["retention_starts_with"] == ("", WITH_CLOSING)
        with pytest.raises(retaining.CannotKeep):
            retaining.enter_event(file=file, on=date(2030, 1, 1), by=file.created_by, at=AT)

        again = filing.reopen_file(file=file, reason="Nachtrag", by=file.created_by, at=AT)
        assert (again.retention_starts_with, retention.period_of(file=again).starts_with) == (WITH_CLOSING, "")
        again = filing.close_file(file=again, by=file.created_by, at=AT)
        assert (again.retention_starts_with, again.retain_until) == ("", date(2036, 12, 31))
        again = retaining.set_period(file=again, wanted=Wanted(), reason="Doch gebaut", by=file.created_by, at=AT)
        assert (again.retention_starts_with, again.retain_until) == ("Abbruch", None)

    def test_an_event_of_the_files_own_is_awaited(self) -> None:
        file = new_file(FilePlanUnitFactory(retention_years=5))

        retaining.set_period(file=file, wanted=Wanted(starts_with="Auszug"), reason="Mietvertrag", by=file.created_by, at=AT)

        assert filing.close_file(file=file, by=file.created_by, at=AT).retain_until is None


class TestEnterEvent:
    @pytest.mark.parametrize("day", [date(1582, 10, 15), date(2999, 1, 1)])
    def test_refuses_a_day_out_of_all_reason(self, day: date) -> None:
        file = closed(retention_years=10, retention_starts_with="Abbruch")

        with pytest.raises(retaining.CannotKeep, match="1800"):
            retaining.enter_event(file=file, on=day, by=file.created_by, at=AT)

    def test_refuses_a_file_whose_period_starts_with_closing(self) -> None:
        file = closed(retention_years=10)

        with pytest.raises(retaining.CannotKeep):
            retaining.enter_event(file=file, on=date(2026, 1, 1), by=file.created_by, at=AT)

    def test_a_day_counts_for_no_other_event_than_it_was_entered_for(self, client_of) -> None:
        file = closed(retention_years=10, retention_starts_with="Abbruch", began_on=date(2000, 1, 1))
        assert file.retain_until == date(2010, 12, 31)

        file = retaining.set_period(file=file, wanted=Wanted(starts_with="Auszug"), reason="Mietvertrag", by=file.created_by, at=AT)

        assert (file.retain_until, file.awaits_event) == (None, True)
        assert list(RecordFile.objects.filter(awaiting_event())) == [file]
        clerk = client_of(file.created_by)
        page = clerk.get(f"/akten/{file.public_id}/aufbewahrung/").content.decode()
        assert "wird noch erwartet" in page
        assert "01.01.2000: für ein anderes Ereignis eingetragen (Abbruch)" in page
        said = clerk.get(f"/api/v1/files/{file.public_id}/retention/").json()
        assert (said["awaited"], said["started_on"]) == (True, None)

        back = retaining.set_period(file=file, wanted=Wanted(), reason="Doch kein Mietvertrag", by=file.created_by, at=AT)
        assert back.retain_until == date(2010, 12, 31)
        assert not RecordFile.objects.filter(awaiting_event()).exists()

    def test_a_day_entered_before_closing_does_not_count_for_what_the_file_plan_names_by_then(self) -> None:
        file = new_file(FilePlanUnitFactory(retention_years=10, retention_starts_with="Abbruch"))
        retaining.enter_event(file=file, on=date(2000, 1, 1), by=file.created_by, at=AT)
        change(file.unit, retention_starts_with="Volljährigkeit")

        file = filing.close_file(file=file, by=file.created_by, at=AT)

        assert (file.retain_until, file.awaits_event) == (None, True)
        assert retaining.enter_event(file=file, on=date(2020, 1, 1), by=file.created_by, at=AT).retain_until == date(2030, 12, 31)

    def test_a_day_entered_before_it_was_noted_for_which_event_goes_on_counting(self) -> None:
        file = closed(retention_years=10, retention_starts_with="Abbruch", began_on=date(2000, 1, 1))
        RecordFile.objects.filter(pk=file.pk).update(retention_started_with="")
        file = RecordFile.objects.get(pk=file.pk)

        assert retaining.set_period(file=file, wanted=Wanted(years=5), reason="x", by=file.created_by, at=AT).retain_until == date(
            2005, 12, 31
        )

    def test_a_file_without_years_is_not_listed_as_awaiting_what_is_known(self) -> None:
        file = closed(retention_starts_with="Abbruch", began_on=date(2020, 1, 1))

        assert file.retain_until is None
        assert not RecordFile.objects.filter(awaiting_event()).exists()

    def test_can_be_taken_out_again(self) -> None:
        file = closed(retention_years=10, retention_starts_with="Abbruch", began_on=date(2020, 1, 1))

        assert retaining.enter_event(file=file, on=None, by=file.created_by, at=AT).retain_until is None


class TestHold:
    def test_is_placed_and_lifted_with_reasons(self) -> None:
        file = closed(retention_years=5)
        hold = retaining.place_hold(file=file, reason="Klage anhängig", by=file.created_by, at=AT)
        assert retaining.closed_files(clerk=file.created_by).get().held

        lifted = retaining.lift_hold(hold=hold, reason="Urteil rechtskräftig", by=file.created_by, at=AT)

        assert lifted.lifted_at == AT
        assert not retaining.closed_files(clerk=file.created_by).get().held
        assert told("lift_hold") == {"hold": ("Klage anhängig", None), "reason": (None, "Urteil rechtskräftig")}

    def test_blocks_nothing_but_destruction(self) -> None:
        file = new_file(FilePlanUnitFactory(retention_years=5))
        retaining.place_hold(file=file, reason="Klage", by=file.created_by, at=AT)

        assert filing.close_file(file=file, by=file.created_by, at=AT).retain_until == date(2031, 12, 31)

    def test_wants_reasons_and_is_lifted_once(self) -> None:
        file = closed(retention_years=5)
        with pytest.raises(retaining.CannotKeep):
            retaining.place_hold(file=file, reason=" ", by=file.created_by, at=AT)
        hold = retaining.place_hold(file=file, reason="Klage", by=file.created_by, at=AT)
        with pytest.raises(retaining.CannotKeep):
            retaining.lift_hold(hold=hold, reason="", by=file.created_by, at=AT)
        retaining.lift_hold(hold=hold, reason="vorbei", by=file.created_by, at=AT)

        with pytest.raises(retaining.CannotKeep):
            retaining.lift_hold(hold=hold, reason="vorbei", by=file.created_by, at=AT)


class TestClosedFiles:
    def test_shows_nobody_what_she_may_not_know_of(self) -> None:
        closed(retention_years=5)

        assert not retaining.closed_files(clerk=writer()).exists()

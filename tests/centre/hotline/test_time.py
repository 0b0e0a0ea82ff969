"""Time booked on tickets: never changed, taken back by counter entries, reported for each municipality and never for a person."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pikepdf
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from hotline import time_booking, time_report
from hotline.models import Agreement, AgreementMember, BilledQuarter, TicketEvent, TimeEntry
from tests.centre.hotline_factories import AT, MunicipalityFactory, TicketFactory, agent, agreement, requester
from tests.factories import UserFactory

DAY = date(2026, 3, 2)
LATER = AT + timedelta(days=60)  # 1 May


pytestmark = pytest.mark.usefixtures("queue")


def operator(**more: Any) -> Any:
    return UserFactory(roles=["operator"], **more)


def booked(minutes: int = 30, town: str = "musterstadt", **more: Any) -> TimeEntry:
    ticket = more.pop("ticket", None) or TicketFactory(municipality=MunicipalityFactory(slug=town, name=town.title()))
    return time_booking.book(**{"ticket": ticket, "minutes": minutes, "activity": "answering", "by": agent(), "at": AT, **more})


class TestBook:
    def test_books_minutes_of_an_activity_on_a_day(self) -> None:
        entry = booked(25, activity="telephone")

        assert (entry.minutes, entry.activity, entry.day) == (25, "telephone", DAY)

    def test_the_history_says_that_and_not_how_long(self) -> None:
        entry = booked(25)

        assert TicketEvent.objects.get(ticket=entry.ticket, act="book_time").changes == {"time_entry": [None, str(entry.public_id)]}

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"minutes": 0}, "minutes"),
            ({"minutes": -5}, "minutes"),
            ({"minutes": 1441}, "minutes"),
            ({"activity": "coffee"}, "activity"),
            ({"day": date(2026, 3, 3)}, "day"),
            ({"day": date(2026, 3, 1)}, "day"),
        ],
    )
    def test_refuses_what_cannot_be(self, more: dict[str, Any], field: str) -> None:
        with pytest.raises(time_booking.CannotBook) as refused:
            booked(**more)

        assert refused.value.field == field
        assert not TimeEntry.objects.exists()

    def test_requesters_book_nothing(self) -> None:
        with pytest.raises(time_booking.CannotBook, match="Mitarbeitende"):
            booked(by=requester())

    def test_a_billed_quarter_is_closed(self) -> None:
        ticket = booked().ticket
        time_report.bill(year=2026, quarter=1, by=operator(), at=LATER, today=date(2026, 5, 1))

        with pytest.raises(time_booking.CannotBook, match="abgerechnet"):
            booked(ticket=ticket, at=LATER, day=DAY)
        assert booked(ticket=ticket, at=LATER).day == date(2026, 5, 1)


class TestTakeBack:
    def test_a_counter_entry_sets_it_right_on_the_same_day(self) -> None:
        entry = booked(30)

        counter = time_booking.take_back(entry=entry, by=entry.booked_by, at=LATER)

        assert (counter.minutes, counter.day, counter.corrects) == (-30, DAY, entry)
        assert TimeEntry.objects.get(pk=entry.pk).minutes == 30

    def test_after_billing_it_goes_into_the_running_quarter(self) -> None:
        entry = booked(30)
        before = time_report.bill(year=2026, quarter=1, by=operator(), at=LATER, today=date(2026, 5, 1))

        counter = time_booking.take_back(entry=entry, by=entry.booked_by, at=LATER)

        assert counter.day == date(2026, 5, 1)
        assert time_report.of_quarter(year=2026, quarter=1).lines == before.lines
        assert time_report.of_quarter(year=2026, quarter=2).minutes == -30

    def test_once_and_not_the_counter_entry_itself(self) -> None:
        entry = booked()
        counter = time_booking.take_back(entry=entry, by=entry.booked_by, at=AT)

        for one in (entry, counter):
            with pytest.raises(time_booking.CannotBook, match="bereits zurückgenommen"):
                time_booking.take_back(entry=one, by=operator(), at=AT)

    def test_by_whoever_booked_it_or_an_operator(self) -> None:
        entry = booked()

        with pytest.raises(time_booking.CannotBook, match="wer sie eingetragen hat"):
            time_booking.take_back(entry=entry, by=agent(), at=AT)
        assert time_booking.take_back(entry=entry, by=operator(), at=AT).minutes == -entry.minutes


class TestReport:
    def test_tells_each_municipality_by_activity(self) -> None:
        agreement(name="Alle")
        booked(30), booked(15, activity="telephone"), booked(60, town="beispielheim")
        booked(5, at=AT + timedelta(days=90), ticket=TicketFactory())

        report = time_report.of_quarter(year=2026, quarter=1)

        assert [(line.municipality, line.activities, line.minutes, line.share) for line in report.lines] == [
            ("Beispielheim", {"answering": 60}, 60, 60),
            ("Musterstadt", {"answering": 30, "telephone": 15}, 45, 45),
        ]
        assert report.minutes == 105

    def test_shares_by_inhabitants_also_with_those_who_asked_nothing(self) -> None:
        towns = [MunicipalityFactory(slug=slug, name=slug.title()) for slug in ("aheim", "bheim", "cheim")]
        made = agreement(*towns, name="Kreis", key="inhabitants")
        for town, inhabitants in zip(towns, (50_000, 30_000, 20_000), strict=True):
            AgreementMember.objects.filter(municipality=town).update(inhabitants=inhabitants)
        booked(70, town="aheim"), booked(31, town="bheim")

        lines = time_report.of_quarter(year=2026, quarter=1).lines

        assert [(line.municipality, line.minutes, line.share) for line in lines] == [("Aheim", 70, 51), ("Bheim", 31, 30), ("Cheim", 0, 20)]
        assert {line.agreement for line in lines} == {made.name}

    def test_says_whose_inhabitants_are_missing(self) -> None:
        agreement(MunicipalityFactory(), name="Kreis", key="inhabitants")
        booked()

        with pytest.raises(time_report.CannotBill, match="Einwohnerzahl ein für: Musterstadt"):
            time_report.of_quarter(year=2026, quarter=1)

    @given(st.lists(st.integers(-500, 5000), min_size=1, max_size=8), st.data())
    def test_shares_add_up_to_what_was_booked(self, minutes: list[int], data: st.DataObject) -> None:
        weights = data.draw(st.lists(st.integers(0, 10**6), min_size=len(minutes), max_size=len(minutes)).filter(any))

        found = time_report.shares(minutes, weights)

        assert sum(found) == sum(minutes)
        assert all(abs(part - sum(minutes) * weight / sum(weights)) < 1 for part, weight in zip(found, weights, strict=True))

    def test_names_no_person_and_no_ticket(self, client_of: Any) -> None:
        agreement()
        booked(by=agent(display_name="Jule Obsthofer"), ticket=TicketFactory(subject="Geheimes", municipality=MunicipalityFactory()))
        browser = client_of(operator(display_name="Karin Wolters"))

        page = browser.get("/verwaltung/zeiten/?quartal=2026-1").content.decode()
        sheet = openpyxl.load_workbook(io.BytesIO(browser.get("/verwaltung/zeiten/tabelle/?quartal=2026-1").content)).active

        assert "Musterstadt" in page
        for secret in ("Obsthofer", "Geheimes"):
            assert secret not in page
            assert not any(secret in str(cell.value) for row in sheet.iter_rows() for cell in row)

    def test_no_code_sums_time_by_person(self) -> None:
        assert [field.name for field in TimeEntry._meta.get_fields() if field.is_relation] == [
            "correction",
            "ticket",
            "corrects",
            "booked_by",
        ]
        assert {name for line in [time_report.Line("", "", "", {}, 0, None, 0)] for name in vars(line)} == {
            *("agreement", "key", "municipality", "activities", "minutes", "inhabitants", "share")
        }

    def test_asks_the_same_number_of_queries_for_any_number_of_entries(self) -> None:
        agreement()
        counts = []
        for more in (1, 6):
            for n in range(more):
                booked(town=f"ort-{more}-{n}")
            with CaptureQueriesContext(connections["default"]) as asked:
                time_report.of_quarter(year=2026, quarter=1)
            counts.append(len(asked))

        assert counts[0] == counts[1]


class TestFiles:
    def test_a_sheet_opens_and_holds_what_the_screen_does(self) -> None:
        agreement(name="=HYPERLINK(1)")
        booked(45)

        sheet = openpyxl.load_workbook(io.BytesIO(time_report.as_sheet(time_report.of_quarter(year=2026, quarter=1)))).active

        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert rows[0] == time_report.headings()
        assert (rows[1][1], rows[1][-1]) == ("Musterstadt", 45)
        assert sheet["A2"].data_type == "s"  # no formula

    def test_a_pdf_opens_and_is_tagged(self) -> None:
        agreement()
        booked(45)

        with pikepdf.open(io.BytesIO(time_report.as_pdf(time_report.of_quarter(year=2026, quarter=1)))) as pdf:
            assert len(pdf.pages) == 1
            assert pdf.Root.MarkInfo.Marked


class TestBill:
    def test_keeps_the_figures_as_they_were(self) -> None:
        town = MunicipalityFactory()
        agreement(town, name="Kreis", key="inhabitants")
        AgreementMember.objects.update(inhabitants=10)
        booked(45)

        report = time_report.bill(year=2026, quarter=1, by=operator(), at=LATER, today=date(2026, 5, 1))
        Agreement.objects.all().delete()

        assert report.billed_at == LATER
        assert [(line.agreement, line.share) for line in time_report.of_quarter(year=2026, quarter=1).lines] == [("Kreis", 45)]

    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"today": date(2026, 3, 31)}, "noch nicht zu Ende"),
            ({"quarter": 5}, "gibt es nicht"),
            ({"by": agent}, "Administration"),
        ],
    )
    def test_refuses_what_is_not_over_or_not_hers(self, more: dict[str, Any], why: str) -> None:
        given = {"year": 2026, "quarter": 1, "by": operator, "at": LATER, "today": date(2026, 5, 1)} | more

        with pytest.raises(time_report.CannotBill, match=why):
            time_report.bill(**{**given, "by": given["by"]()})

    def test_once(self) -> None:
        for expected in (1, 1):
            try:
                time_report.bill(year=2026, quarter=1, by=operator(), at=LATER, today=date(2026, 5, 1))
            except time_report.CannotBill as refusal:
                assert "bereits abgerechnet" in str(refusal)  # noqa: PT017 - the first time it is not
            assert BilledQuarter.objects.count() == expected


class TestScreens:
    def test_staff_book_and_take_back_beside_the_answer(self, client_of: Any) -> None:
        ticket, person = TicketFactory(created_at=datetime(2026, 1, 5, 9, tzinfo=UTC)), agent()
        browser = client_of(person)

        browser.post(f"/anfragen/{ticket.public_id}/zeit/", {"minutes": "20", "activity": "telephone"})
        page = browser.get(f"/anfragen/{ticket.public_id}/").content.decode()
        entry = TimeEntry.objects.get()
        browser.post(f"/anfragen/{ticket.public_id}/zeit/{entry.public_id}/zuruecknehmen/")

        assert "zusammen 20 Min." in page
        assert sorted(TimeEntry.objects.values_list("minutes", flat=True)) == [-20, 20]

    def test_the_tickets_page_asks_the_same_number_of_queries_for_any_number_of_entries(self, client_of: Any) -> None:
        ticket, counts = TicketFactory(), []
        browser = client_of(agent())
        browser.get(f"/anfragen/{ticket.public_id}/")
        for more in (1, 6):
            for _n in range(more):
                booked(ticket=ticket)
            with CaptureQueriesContext(connections["default"]) as asked:
                browser.get(f"/anfragen/{ticket.public_id}/")
            counts.append(len(asked))

        assert counts[0] == counts[1]

    def test_says_what_was_wrong(self, client_of: Any) -> None:
        ticket = TicketFactory()

        page = client_of(agent()).post(f"/anfragen/{ticket.public_id}/zeit/", {"minutes": "0", "activity": "telephone"}, follow=True)

        assert "Minuten: " in page.content.decode()
        assert not TimeEntry.objects.exists()

    def test_a_requester_sees_no_time(self, client_of: Any) -> None:
        entry = booked(47)

        page = client_of(entry.ticket.requester).get(f"/anfragen/{entry.ticket.public_id}/").content.decode()

        shown = page.split("<main")[1].split("</main")[0]
        shown = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", shown)  # it may have a 47 in it, as any of these
        for named in (entry.ticket.public_id, entry.ticket.number, entry.ticket.requester):
            shown = shown.replace(str(named), "")
        assert "47" not in shown
        assert "Gebuchte Zeiten" not in page

    @pytest.mark.parametrize("quarter", ["2026-5", "x", "2026", "99999-1", "2026-1-1", "²-1"])
    def test_a_quarter_that_is_none_is_not_found(self, quarter: str, client_of: Any) -> None:
        assert client_of(operator()).get("/verwaltung/zeiten/", {"quartal": quarter}).status_code == 404


class TestApi:
    def test_the_same_key_takes_an_entry_back_once_and_tells_the_same(self, api_client: Any) -> None:
        client, ticket = api_client(agent()), TicketFactory()
        address = f"/api/v1/tickets/{ticket.public_id}/time/"
        made = client.post(address, {"minutes": 12, "activity": "searching"}, format="json").json()["id"]

        first, again = (client.post(f"{address}{made}/take-back/", headers={"Idempotency-Key": "k1"}) for _n in range(2))

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()

    def test_staff_book_list_and_take_back(self, api_client: Any) -> None:
        client, ticket = api_client(agent()), TicketFactory()
        address = f"/api/v1/tickets/{ticket.public_id}/time/"

        made = client.post(address, {"minutes": 12, "activity": "searching"}, format="json")
        back = client.post(f"{address}{made.json()['id']}/take-back/")
        again = client.post(f"{address}{made.json()['id']}/take-back/")

        assert (made.status_code, back.status_code, again.status_code) == (201, 201, 409)
        assert [(row["minutes"], row["corrects"]) for row in client.get(address).json()["results"]] == [
            (12, None),
            (-12, made.json()["id"]),
        ]
        assert "booked_by" not in made.json()

    def test_bad_input_is_told(self, api_client: Any) -> None:
        address = f"/api/v1/tickets/{TicketFactory().public_id}/time/"

        answer = api_client(agent()).post(address, {"minutes": 12, "activity": "searching", "day": "2019-01-01"}, format="json")

        assert answer.status_code == 400
        assert "zwischen dem Eingang" in str(answer.json())

"""The planners' screens: what they do, and that nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tenants.models import User
from tests.centre.training.test_enrolling import enrol
from tests.centre.training_factories import course, people, requester, room, trainer
from training import enrolling, planning
from training.models import CourseDate, Enrolment, Room, Session, TrainingEvent

PLAN = "/schulungen/planung/"


def workday(days: int = 60) -> Any:
    """A day so far ahead that is neither on a weekend nor a holiday, in summer time: a Wednesday of July, August or September."""
    found = timezone.localdate() + timedelta(days=days)
    while found.weekday() != 2 or found.month not in (7, 8, 9):
        found += timedelta(days=1)
    return found


def rows(*days: Any, **more: str) -> dict[str, str]:
    sent = {"tag-TOTAL_FORMS": str(len(days)), "tag-INITIAL_FORMS": "0"}
    for place, day in enumerate(days):
        row = {"day": str(day), "begins": "09:00", "ends": "12:00", "link": "https://video.example/raum", **more}
        sent |= {f"tag-{place}-{name}": value for name, value in row.items()}
    return sent


def planned(*, opened: bool = True, days: int = 1, by: User | None = None, **more: Any) -> CourseDate:
    teacher, begins = by or trainer(), timezone.make_aware(timezone.datetime.combine(workday(), timezone.datetime.min.time()))
    held = [
        planning.Planned(
            starts_at=begins + timedelta(days=n, hours=9), ends_at=begins + timedelta(days=n, hours=12), link="https://v.example/"
        )
        for n in range(days)
    ]
    date = planning.plan_date(
        course=course(by=teacher), sessions=held, capacity=more.pop("capacity", 2), by=teacher, at=timezone.now(), **more
    )
    return planning.open_date(date=date, by=teacher, at=timezone.now()) if opened else date


@pytest.fixture
def planner() -> User:
    return trainer(display_name="Frau Lange")


@pytest.fixture
def browser(planner: User, client_of: Callable[..., Any]) -> Any:
    return client_of(planner)


class TestNewDate:
    def test_is_planned_with_all_its_days(self, browser: Any) -> None:
        of, day = course(), workday()
        sent = {"course": of.public_id, "capacity": "12", "price": "80,50", **rows(day, day + timedelta(days=1))}

        answer = browser.post(f"{PLAN}termine/neu/", sent)

        made = CourseDate.objects.get()
        assert answer["Location"] == f"{PLAN}termine/{made.public_id}/"
        assert (made.sessions.count(), made.capacity, made.price_cents, made.state) == (2, 12, 8050, "draft")
        assert f"{timezone.localtime(made.starts_at):%H:%M}" == "09:00"

    def test_one_more_day_is_a_row_on_the_day_after_and_loses_nothing(self, browser: Any) -> None:
        day = workday()
        sent = {"course": course().public_id, "note": "Bitte Ausweis mitbringen.", "more": "1", **rows(day)}

        page = browser.post(f"{PLAN}termine/neu/", sent).content.decode()

        assert f'value="{day}"' in page
        assert f'value="{day + timedelta(days=1)}"' in page
        assert "Bitte Ausweis mitbringen." in page
        assert "Bitte prüfen" not in page
        assert not CourseDate.objects.exists()

    def test_a_row_is_taken_out_and_the_others_stay(self, browser: Any) -> None:
        day = workday()

        page = browser.post(f"{PLAN}termine/neu/", {"without": "0", **rows(day, day + timedelta(days=1))}).content.decode()

        assert f'value="{day}"' not in page
        assert f'value="{day + timedelta(days=1)}"' in page

    def test_a_row_that_cannot_be_read_is_kept_as_it_was_typed(self, browser: Any) -> None:
        page = browser.post(f"{PLAN}termine/neu/", {"more": "1", **rows("morgen")}).content.decode()

        assert page.count("<legend>") == 2

    def test_what_is_in_the_way_is_asked_about_by_name_and_planned_when_it_is_confirmed(self, browser: Any) -> None:
        saturday = workday() + timedelta(days=3)
        sent = {"course": course().public_id, "capacity": "12", "note": "Wichtig", **rows(saturday)}

        page = browser.post(f"{PLAN}termine/neu/", sent).content.decode()

        assert "liegt am Wochenende" in page
        assert f'value="weekend:{saturday}"' in page
        assert "Wichtig" in page
        assert not CourseDate.objects.exists()
        assert browser.post(f"{PLAN}termine/neu/", {**sent, "confirmed": f"weekend:{saturday}"}).status_code == 302

    def test_what_is_taken_is_refused_with_what_and_when(self, browser: Any, planner: User) -> None:
        here, day = room(), workday()
        sent = {"course": course().public_id, "capacity": "12", **rows(day, room=str(here.public_id), trainer=str(planner.public_id))}
        browser.post(f"{PLAN}termine/neu/", sent)

        page = browser.post(f"{PLAN}termine/neu/", sent).content.decode()

        assert "Schulungsraum 1 ist belegt" in page
        assert "Frau Lange unterrichtet dann schon" in page
        assert CourseDate.objects.count() == 1

    def test_refuses_an_end_before_the_beginning_at_its_field(self, browser: Any) -> None:
        sent = {"course": course().public_id, "capacity": "12", **rows(workday(), ends="08:00")}

        assert "Das Ende liegt vor dem Beginn" in browser.post(f"{PLAN}termine/neu/", sent).content.decode()


class TestDate:
    def test_shows_people_by_state_in_the_order_of_the_line_with_where_they_work(self, browser: Any) -> None:
        date, some = planned(capacity=1), [requester(display_name=name) for name in ("Zita Zuerst", "Anna Danach", "Berta Zuletzt")]
        enrol(date, *some, at=timezone.now())

        page = browser.get(f"{PLAN}termine/{date.public_id}/").content.decode()

        assert page.index("Zita Zuerst") < page.index("Auf der Warteliste <span") < page.index("Anna Danach") < page.index("Berta Zuletzt")
        assert "Musterstadt, Bauordnung" in page

    def test_warns_as_long_as_the_minimum_is_not_reached(self, browser: Any) -> None:
        date = planned(minimum=2)
        enrol(date, requester(), at=timezone.now())

        assert "fehlt noch eine Person" in browser.get(f"{PLAN}termine/{date.public_id}/").content.decode()
        enrol(date, requester(), at=timezone.now())
        assert "Mindestzahl fehl" not in browser.get(f"{PLAN}termine/{date.public_id}/").content.decode()

    def test_somebody_is_found_and_enrolled(self, browser: Any) -> None:
        date, person = planned(), requester(display_name="Anna Kurz")

        assert str(person.public_id) in browser.get(f"{PLAN}termine/{date.public_id}/?wer=kurz").content.decode()
        browser.post(f"{PLAN}termine/{date.public_id}/anmelden/", {"person": person.public_id})

        assert Enrolment.objects.get(person=person).state == "enrolled"
        assert str(person.public_id) not in browser.get(f"{PLAN}termine/{date.public_id}/?wer=kurz").content.decode()

    def test_somebody_is_withdrawn_and_the_next_is_offered_the_place(self, browser: Any) -> None:
        date, (one, other) = planned(capacity=1), people(2)
        enrol(date, one, other, at=timezone.now())
        row = Enrolment.objects.get(person=one)

        browser.post(f"{PLAN}termine/{date.public_id}/abmelden/{row.public_id}/", {"reason": "Krank"})

        row.refresh_from_db()
        assert (row.state, row.reason, Enrolment.objects.get(person=other).state) == ("withdrawn", "Krank", "offered")

    def test_the_list_on_paper_has_only_those_with_a_place_by_name(self, browser: Any) -> None:
        date, some = planned(capacity=2), [requester(display_name=name) for name in ("Zita", "Anna", "Wartende")]
        enrol(date, *some, at=timezone.now())

        page = browser.get(f"{PLAN}termine/{date.public_id}/teilnehmende/").content.decode()

        assert page.index("Anna") < page.index("Zita")
        assert "Wartende" not in page

    def test_tells_its_history_in_words(self, browser: Any) -> None:
        date, person = planned(), requester(display_name="Anna Kurz")
        enrolling.enrol(date=date, person=person, by=person, at=timezone.now())

        page = browser.get(f"{PLAN}termine/{date.public_id}/").content.decode()

        assert "zur Anmeldung geöffnet" in page
        assert "Status: In Planung → Anmeldung offen" in page

    @pytest.mark.parametrize(
        ("act", "changes", "words"),
        [
            ("leave", {"state": ["enrolled", "withdrawn"]}, ["nimmt nicht mehr teil", "Angemeldet → Abgemeldet"]),
            ("replace", {"person": ["Anna Kurz", "Ede Elster"]}, ["jemand anders kommt stattdessen", "Person: Anna Kurz → Ede Elster"]),
            (
                "attend",
                {"attendance 01.07.2026 09:00": [None, "Anwesend"]},
                ["Anwesenheit erfasst", "Anwesenheit 01.07.2026 09:00: – → Anwesend"],
            ),
            ("examine", {"passed": [None, "True"]}, ["Prüfungsergebnis eingetragen", "Bestanden: – → ja"]),
            ("finish", {"state": ["open", "held"]}, ["nach der Schulung abgeschlossen"]),
            ("certify", {"certificate": [None, "2026-000001"]}, ["Bescheinigung ausgestellt", "Nummer der Bescheinigung: – → 2026-000001"]),
        ],
    )
    def test_has_words_for_whatever_happened(self, browser: Any, act: str, changes: dict[str, Any], words: list[str]) -> None:
        date, person = planned(), requester(display_name="Anna Kurz")
        enrolment = enrolling.enrol(date=date, person=person, by=person, at=timezone.now())
        TrainingEvent.objects.create(date=date, enrolment=enrolment, act=act, actor="Frau Lange", at=timezone.now(), changes=changes)

        page = browser.get(f"{PLAN}termine/{date.public_id}/").content.decode()

        for said in words:
            assert said in page

    def test_asks_as_many_queries_with_many_as_with_few(self, browser: Any, queries: Any) -> None:
        date = planned(capacity=5)
        counts = []
        browser.get(PLAN)  # what a session asks for once
        for some in (people(2), people(8)):
            enrol(date, *some, at=timezone.now())
            with queries() as seen:
                assert browser.get(f"{PLAN}termine/{date.public_id}/?wer=mu").status_code == 200
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 12

    def test_is_opened_changed_copied_made_a_series_and_cancelled(self, browser: Any) -> None:
        date = planned(opened=False)
        at = f"{PLAN}termine/{date.public_id}/"

        browser.post(f"{at}oeffnen/")
        date.refresh_from_db()
        browser.post(f"{at}aendern/", {"capacity": "7", "etag": date.etag})
        browser.post(f"{at}kopieren/", {"first_day": workday() + timedelta(days=1)})
        browser.post(f"{at}serie/", {"every_weeks": "1", "times": "2", "leave_out_holidays": "on", "confirmed": ""})
        browser.post(f"{at}absagen/", {"reason": "Zu wenige"})

        date.refresh_from_db()
        assert (date.state, date.capacity, date.reason) == ("cancelled", 7, "Zu wenige")
        assert CourseDate.objects.filter(state="draft").count() >= 2

    def test_says_what_somebody_else_has_saved_and_keeps_what_was_typed(self, browser: Any) -> None:
        date = planned()
        etag = date.etag
        planning.change_date(date=date, fields={"capacity": 9}, etag=etag, by=trainer(), at=timezone.now())

        page = browser.post(f"{PLAN}termine/{date.public_id}/aendern/", {"capacity": "4", "note": "Meins", "etag": etag}).content.decode()

        assert "<dt>Plätze</dt><dd>9</dd>" in page
        assert 'value="4"' in page
        assert "Meins" in page
        date.refresh_from_db()
        assert f'value="{date.etag}"' in page

    def test_a_draft_is_thrown_away(self, browser: Any) -> None:
        date = planned(opened=False)

        assert browser.post(f"{PLAN}termine/{date.public_id}/verwerfen/")["Location"] == PLAN
        assert not CourseDate.objects.exists()


class TestSessions:
    def test_is_moved(self, browser: Any) -> None:
        date = planned()
        held = date.sessions.get()
        day = workday() + timedelta(days=1)
        sent = {"day": day, "begins": "10:00", "ends": "13:00", "link": "https://v.example/"}

        answer = browser.post(f"{PLAN}termine/{date.public_id}/tage/{held.public_id}/", sent)

        held.refresh_from_db()
        assert answer.status_code == 302
        assert (held.sequence, f"{timezone.localtime(held.starts_at):%Y-%m-%d %H:%M}") == (1, f"{day} 10:00")

    def test_is_added_and_called_off(self, browser: Any) -> None:
        date = planned()
        sent = {"day": workday() + timedelta(days=1), "begins": "10:00", "ends": "13:00", "link": "https://v.example/"}

        browser.post(f"{PLAN}termine/{date.public_id}/tage/neu/", sent)
        last = date.sessions.order_by("-starts_at")[0]
        browser.post(f"{PLAN}termine/{date.public_id}/tage/{last.public_id}/absagen/")

        last.refresh_from_db()
        assert last.called_off_at is not None
        assert "abgesagt" in browser.get(f"{PLAN}termine/{date.public_id}/").content.decode()

    def test_of_another_date_does_not_exist_here(self, browser: Any) -> None:
        date, other = planned(), planned()

        assert browser.get(f"{PLAN}termine/{date.public_id}/tage/{other.sessions.get().public_id}/").status_code == 404


class TestCalendar:
    def test_shows_the_same_in_month_week_and_list(self, browser: Any) -> None:
        date = planned()
        link = f'href="{PLAN}termine/{date.public_id}/"'

        for view in ("monat", "woche", "liste"):
            assert link in browser.get(f"{PLAN}?ansicht={view}&tag={workday()}").content.decode(), view

    def test_names_holidays(self, browser: Any) -> None:
        assert "Erster Mai" in browser.get(f"{PLAN}?tag=2026-05-15").content.decode()

    @pytest.mark.parametrize("name", ["raum", "trainer", "kurs", "stand"])
    def test_is_filtered(self, name: str, browser: Any, planner: User) -> None:
        here = room()
        date, other = planned(), planned()
        Session.objects.filter(date=date).update(room=here, trainer=planner)
        CourseDate.objects.filter(pk=date.pk).update(state="done")
        value = {"raum": here.public_id, "trainer": planner.public_id, "kurs": date.course.public_id, "stand": "done"}[name]

        page = browser.get(f"{PLAN}?tag={workday()}&{name}={value}").content.decode()

        assert str(date.public_id) in page
        assert str(other.public_id) not in page

    @pytest.mark.parametrize(
        "query", ["?ansicht=quartal", "?tag=gestern", "?tag=0001-01-01", "?tag=9999-12-31", "?raum=x&trainer=%00&stand=weg"]
    )
    def test_takes_nonsense_for_nothing(self, query: str, browser: Any) -> None:
        assert browser.get(PLAN + query).status_code == 200

    @pytest.mark.parametrize("view", ["monat", "woche", "liste"])
    def test_asks_as_many_queries_with_many_as_with_few(self, view: str, browser: Any, queries: Any) -> None:
        counts = []
        browser.get(PLAN)  # what a session asks for once
        for more in (1, 6):
            for _turn in range(more):
                teacher, here = trainer(), room(f"Raum {Room.objects.count()}")
                Session.objects.filter(date=planned()).update(trainer=teacher, room=here)
            with queries() as seen:
                browser.get(f"{PLAN}?ansicht={view}&tag={workday()}")
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 9

    def test_is_not_there_for_those_who_learn(self, client_of: Callable[..., Any]) -> None:
        assert client_of(requester()).get(PLAN).status_code == 404

"""Addresses of the planners' screens; training.urls takes them in."""

from django.urls import path

from . import planning, planning_catalogue, planning_dates, planning_people, planning_sessions, rooms

PLAN = "schulungen/planung/"
COURSE = f"{PLAN}kurse/<uuid:course>/"
ROOM = f"{PLAN}raeume/<uuid:room>/"
DATE = f"{PLAN}termine/<uuid:date>/"
SESSION = f"{DATE}tage/<uuid:session>/"

urlpatterns = [
    path(PLAN, planning.calendar, name="plan"),
    path(f"{PLAN}kurse/", planning_catalogue.courses, name="plan_courses"),
    path(f"{PLAN}kurse/neu/", planning_catalogue.course_new, name="plan_course_new"),
    path(COURSE, planning_catalogue.course, name="plan_course"),
    path(f"{COURSE}zurueckziehen/", planning_catalogue.course_retire, name="plan_course_retire"),
    path(f"{COURSE}anbieten/", planning_catalogue.course_offer, name="plan_course_offer"),
    path(f"{PLAN}lernwege/", planning_catalogue.paths, name="plan_paths"),
    path(f"{PLAN}lernwege/<slug:role>/", planning_catalogue.path, name="plan_path"),
    path(f"{PLAN}raeume/", rooms.rooms, name="plan_rooms"),
    path(f"{PLAN}raeume/neu/", rooms.room_new, name="plan_room_new"),
    path(ROOM, rooms.room, name="plan_room"),
    path(f"{ROOM}zurueckziehen/", rooms.room_retire, name="plan_room_retire"),
    path(f"{ROOM}anbieten/", rooms.room_offer, name="plan_room_offer"),
    path(f"{PLAN}abwesenheiten/", rooms.absences, name="plan_absences"),
    path(f"{PLAN}abwesenheiten/<uuid:absence>/streichen/", rooms.absence_strike, name="plan_absence_strike"),
    path(f"{PLAN}termine/neu/", planning_dates.date_new, name="plan_date_new"),
    path(DATE, planning_people.date, name="plan_date"),
    path(f"{DATE}aendern/", planning_dates.date_change, name="plan_date_change"),
    path(f"{DATE}oeffnen/", planning_dates.date_open, name="plan_date_open"),
    path(f"{DATE}absagen/", planning_dates.date_cancel, name="plan_date_cancel"),
    path(f"{DATE}verwerfen/", planning_dates.date_discard, name="plan_date_discard"),
    path(f"{DATE}kopieren/", planning_dates.date_copy, name="plan_date_copy"),
    path(f"{DATE}serie/", planning_dates.date_series, name="plan_date_series"),
    path(f"{DATE}teilnehmende/", planning_people.participants, name="plan_list"),
    path(f"{DATE}anmelden/", planning_people.enrol, name="plan_enrol"),
    path(f"{DATE}abmelden/<uuid:enrolment>/", planning_people.withdraw, name="plan_withdraw"),
    path(f"{DATE}tage/neu/", planning_sessions.session_new, name="plan_session_new"),
    path(SESSION, planning_sessions.session, name="plan_session"),
    path(f"{SESSION}absagen/", planning_sessions.session_off, name="plan_session_off"),
]

"""Screens of training."""

from django.urls import path

from .views import catalogue, enrolment, practice
from .views.attendance_routes import routes as attendance_routes
from .views.notice_routes import routes as notice_routes
from .views.plan_routes import urlpatterns as plan_routes
from .views.town_routes import routes as town_routes

app_name = "training"
DATE = "schulungen/termine/<uuid:date>/"
PRACTICE = "schulungen/planung/termine/<uuid:date>/uebungsstadt/"
ENROLMENT = "schulungen/anmeldungen/<uuid:enrolment>/"

urlpatterns = [
    path("schulungen/", catalogue.course_list, name="courses"),
    path("schulungen/termine/", catalogue.date_list, name="dates"),
    path("schulungen/meine/", catalogue.my_training, name="mine"),
    path("schulungen/<uuid:course>/", catalogue.course, name="course"),
    path(DATE, enrolment.course_date, name="date"),
    path(f"{DATE}anmelden/", enrolment.enrol, name="enrol"),
    path(f"{DATE}abmelden/", enrolment.withdraw, name="withdraw"),
    path(f"{DATE}bedarf/", enrolment.need, name="need"),
    path(f"{ENROLMENT}annehmen/", enrolment.accept, name="accept"),
    path(f"{ENROLMENT}ablehnen/", enrolment.decline, name="decline"),
    path(f"{ENROLMENT}uebungsstadt/", practice.practice_enter, name="practice_enter"),
    path(f"{ENROLMENT}uebungsstadt/neu/", practice.practice_reset, name="practice_reset"),
    path(PRACTICE, practice.practice, name="practice"),
    path(f"{PRACTICE}oeffnen/", practice.practice_open, name="practice_open"),
    path(f"{PRACTICE}neu/", practice.practice_reset_all, name="practice_reset_all"),
    path(f"{PRACTICE}beenden/", practice.practice_end, name="practice_end"),
    path(f"{PRACTICE}zettel/", practice.practice_slips, name="practice_slips"),
    *plan_routes,
    *notice_routes,
    *attendance_routes,
    *town_routes,
]

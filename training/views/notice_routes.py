"""Addresses of what people are told, of an offer's links, of the pages behind personal links and of private calendars; training.urls takes them in."""

from django.urls import path

from . import notices, offers, personal

MINE = "schulungen/meine/mitteilungen/"
UNDELIVERED = "schulungen/verwaltung/mitteilungen/"

routes = [
    path(MINE, notices.notices, name="notices"),
    path(f"{MINE}kalender-adresse/", notices.feed_renew, name="feed_renew"),
    path(f"{MINE}kalender-adresse/aufheben/", notices.feed_end, name="feed_end"),
    path("schulungen/kalender/<str:feed>.ics", notices.feed, name="feed"),
    path("schulungen/angebot/<str:offer>/", offers.offer, name="offer"),
    path("schulungen/anmeldung/<str:token>/", personal.enrolment, name="personal"),
    path("schulungen/anmeldung/<str:token>/bescheinigung/<uuid:certificate>/", personal.certificate, name="personal_certificate"),
    path(UNDELIVERED, notices.undelivered, name="undelivered"),
    path(f"{UNDELIVERED}<uuid:notice>/noch-einmal/", notices.send_again, name="notice_send_again"),
]

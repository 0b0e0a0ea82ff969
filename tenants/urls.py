"""Accounts and administration; the settings of a municipality on nodes only."""

from django.conf import settings
from django.urls import URLPattern, path

from . import channel
from .views import centre, municipality, offices, people, people_import, person_acts, practice, sign_in, substitutes
from .views import help as help_views

app_name = "tenants"
PEOPLE, OFFICES = "verwaltung/personen/", "verwaltung/organisation/"
urlpatterns: list[URLPattern] = [
    path("anmelden/", sign_in.SignIn.as_view(), name="login"),
    path("abmelden/", sign_in.SignOut.as_view(), name="logout"),
    path("passwort/", sign_in.password_change, name="password_change"),
    path("darstellung/", sign_in.preferences, name="preferences"),
    path(PEOPLE, people.people, name="people"),
    path(PEOPLE + "neu/", people.person_new, name="person_new"),
    path(PEOPLE + "import/", people_import.people_import, name="people_import"),
    path(PEOPLE + "import/vorlage.xlsx", people_import.people_template, name="people_template"),
    path(PEOPLE + "<uuid:public_id>/", people.person, name="person"),
    path(PEOPLE + "<uuid:public_id>/zettel/", person_acts.person_slip, name="person_slip"),
    path(PEOPLE + "<uuid:public_id>/entsperren/", person_acts.person_unlock, name="person_unlock"),
    path(PEOPLE + "<uuid:public_id>/versetzen/", person_acts.person_move, name="person_move"),
    path(PEOPLE + "<uuid:public_id>/verlassen/<uuid:office_id>/", person_acts.person_leave, name="person_leave"),
    path(PEOPLE + "<uuid:public_id>/deaktivieren/", person_acts.person_deactivate, name="person_deactivate"),
    path(PEOPLE + "<uuid:public_id>/aktivieren/", person_acts.person_reactivate, name="person_reactivate"),
    path(OFFICES, offices.offices, name="offices"),
    path(OFFICES + "<uuid:public_id>/", offices.office, name="office"),
    path(OFFICES + "<uuid:public_id>/deaktivieren/", offices.office_deactivate, name="office_deactivate"),
    path(OFFICES + "<uuid:public_id>/aktivieren/", offices.office_reactivate, name="office_reactivate"),
]
if settings.SITE == "node":
    urlpatterns += [
        path("verwaltung/einstellungen/", municipality.settings, name="settings"),
        path("vertretung/", substitutes.substitutes, name="substitutes"),
        path("vertretung/andere/", substitutes.of_others, name="substitutes_of_others"),
        path("vertretung/<uuid:public_id>/beenden/", substitutes.end, name="substitute_end"),
        path("hilfe/", help_views.help_page, name="help"),
        path("schulung/", help_views.training_page, name="training"),
        path("hilfe/uebergeben/", help_views.hand_over, name="hand_over"),
        path("stoerung/<str:key>/", help_views.banner, name="banner"),
        path("verwaltung/zentrum/", centre.messages, name="centre_messages"),
        path(channel.PRACTICE_ARRIVES_AT.lstrip("/"), practice.arrive, name="practice_arrive"),
        path(channel.PRACTICE_SLIPS_AT.lstrip("/"), practice.slip, name="practice_slip"),
        path("uebung/ausgang/", practice.caught_mail, name="caught_mail"),
        path("wappen/", municipality.coat_of_arms, name="coat_of_arms"),
    ]

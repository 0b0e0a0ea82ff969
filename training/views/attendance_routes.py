"""Addresses of attendance, certificates, evaluations and figures; training.urls takes them in."""

from django.urls import path

from . import attendance, certificates, checking_in, evaluation, figures, verification

DATE = "schulungen/termine/<uuid:date>/"
SESSION = "schulungen/sitzungen/<uuid:session>/"
CERTIFICATE = "schulungen/bescheinigungen/<uuid:certificate>/"

routes = [
    path("schulungen/anwesenheit/", attendance.attendance_due, name="attendance_due"),
    path(f"{DATE}anwesenheit/", attendance.attendance, name="attendance"),
    path(f"{DATE}anwesenheit/drucken/", attendance.attendance_print, name="attendance_print"),
    path(f"{DATE}abschliessen/", attendance.finish, name="finish"),
    path(f"{SESSION}liste/", attendance.attendance_list, name="attendance_list"),
    path(f"{SESSION}code/", attendance.attendance_code, name="attendance_code"),
    path(f"{SESSION}zuruecknehmen/", attendance.undo, name="attendance_undo"),
    path("schulungen/anwesend/<uuid:session>/<str:code>/", checking_in.check_in, name="check_in"),
    path(f"{DATE}bescheinigungen/", certificates.certificates, name="certificates"),
    path(f"{DATE}bescheinigungen/stand/", certificates.certificates_progress, name="certificates_progress"),
    path(f"{DATE}bescheinigungen/noch-einmal/", certificates.certificates_again, name="certificates_again"),
    path(f"{DATE}bescheinigungen/drucken/", certificates.certificates_print, name="certificates_print"),
    path(f"{DATE}pruefung/", certificates.results, name="results"),
    path(CERTIFICATE, certificates.certificate, name="certificate"),
    path(f"{CERTIFICATE}widerrufen/", certificates.certificate_revoke, name="certificate_revoke"),
    path(f"{CERTIFICATE}name/", certificates.certificate_shown, name="certificate_shown"),
    path("schulungen/meine/bescheinigungen/", certificates.my_certificates, name="my_certificates"),
    path("bescheinigung/", verification.verify_form, name="verify_form"),
    path("bescheinigung/<str:code>/", verification.verify, name="verify"),
    path("rueckmeldung/<uuid:date>/<str:token>/", evaluation.evaluate, name="evaluate"),
    path(f"{DATE}rueckmeldungen/", evaluation.evaluation, name="evaluation"),
    path("schulungen/statistik/", figures.figures, name="figures"),
    path("schulungen/statistik/tabelle/", figures.figures_sheet, name="figures_sheet"),
]

"""Screens of the records."""

from django.urls import path

from .views import binder, desk, documents, emergency, entitlements, erasing, files, plan, plan_admin, protection, restricted, rights, search

app_name = "records"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("aktenplan/", plan.tree, name="file_plan"),
    path("aktenplan/<uuid:unit>/", plan.unit, name="unit"),
    path("aktenplan/<uuid:unit>/zweig/", plan.branch, name="branch"),
    path("aktenplan/<uuid:unit>/rechte/", rights.unit_rights, name="unit_rights"),
    path("verwaltung/aktenplan/", plan_admin.units, name="plan_admin"),
    path("verwaltung/aktenplan/import/", plan_admin.plan_import, name="plan_import"),
    path("verwaltung/loeschungen/", erasing.requests, name="erasures"),
    path("verwaltung/loeschungen/<uuid:erasure_id>/", erasing.approve, name="erasure_approve"),
    path("akten/", files.file_list, name="files"),
    path("akten/neu/", files.file_new, name="file_new"),
    path("akten/<uuid:file>/", binder.file, name="file"),
    path("akten/<uuid:file>/bearbeiten/", files.file_edit, name="file_edit"),
    path("akten/<uuid:file>/schliessen/", files.file_close, name="file_close"),
    path("akten/<uuid:file>/wieder-oeffnen/", files.file_reopen, name="file_reopen"),
    path("akten/<uuid:file>/stornieren/", files.file_cancel, name="file_cancel"),
    path("akten/<uuid:file>/journal/", files.file_journal, name="file_journal"),
    path("akten/<uuid:file>/rechte/", rights.file_rights, name="file_rights"),
    path("akten/<uuid:file>/beschraenken/", rights.file_restrict, name="file_restrict"),
    path("akten/<uuid:file>/vertretung/", restricted.file_substitutes, name="file_substitutes"),
    path("akten/<uuid:file>/notzugriff/<uuid:emergency_id>/beenden/", emergency.end, name="emergency_end"),
    path("akten/<uuid:file>/schutzbedarf/", protection.file_protection, name="file_protection"),
    path("akten/<uuid:file>/dokumente/", documents.document_list, name="documents"),
    path("akten/<uuid:file>/merken/", documents.remember, name="remember"),
    path("dokumente/<uuid:document>/original/", documents.original, name="original"),
    path("dokumente/<uuid:document>/loeschen/", erasing.ask, name="erasure_ask"),
    path("dokumente/<uuid:document>/erneut-lesen/", documents.read_again, name="read_again"),
    path("dokumente/<uuid:document>/<int:version>/seiten/<int:page>/bild/", documents.page_image, name="page_image"),
    path("dokumente/<uuid:document>/<int:version>/seiten/<int:page>/kachel/", documents.page_tile, name="page_tile"),
    path("dokumente/<uuid:document>/<int:version>/seiten/<int:page>/woerter/", documents.page_words, name="page_words"),
    path("notzugriff/", emergency.ask, name="emergency"),
    path("verwaltung/notzugriffe/", emergency.requests, name="emergencies"),
    path("verwaltung/notzugriffe/<uuid:emergency_id>/", emergency.approve, name="emergency_approve"),
    path("registratur/beschraenkte-akten/", restricted.shells, name="restricted_files"),
    path("vertretung/<uuid:substitute>/akten/", restricted.substitute_files, name="substitute_files"),
    path("meine-rechte/", entitlements.mine, name="my_rights"),
    path("verwaltung/personen/<uuid:person>/rechte/", entitlements.of_person, name="person_rights"),
    path("suche/", search.search, name="search"),
    path("suche/vorschlaege/", search.suggest, name="suggest"),
]

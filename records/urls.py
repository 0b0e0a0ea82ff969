"""Screens of the records."""

from django.urls import path

from .views import binder, desk, documents, erasing, exporting, files, plan, plan_admin, rights, search

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
    path("akten/<uuid:file>/drucken/", exporting.file_print, name="file_print"),
    path("akten/<uuid:file>/abgeben/", exporting.file_exports, name="file_exports"),
    path("akten/<uuid:file>/abgeben/stand/", exporting.export_list, name="export_list"),
    path("akten/<uuid:file>/abgeben/<uuid:export>/", exporting.export_download, name="export_download"),
    path("akten/<uuid:file>/abgeben/<uuid:export>/abbrechen/", exporting.export_cancel, name="export_cancel"),
    path("akten/<uuid:file>/dokumente/", documents.document_list, name="documents"),
    path("akten/<uuid:file>/merken/", documents.remember, name="remember"),
    path("dokumente/<uuid:document>/original/", documents.original, name="original"),
    path("dokumente/<uuid:document>/loeschen/", erasing.ask, name="erasure_ask"),
    path("dokumente/<uuid:document>/erneut-lesen/", documents.read_again, name="read_again"),
    path("dokumente/<uuid:document>/<int:version>/seiten/<int:page>/bild/", documents.page_image, name="page_image"),
    path("dokumente/<uuid:document>/<int:version>/seiten/<int:page>/kachel/", documents.page_tile, name="page_tile"),
    path("dokumente/<uuid:document>/<int:version>/seiten/<int:page>/woerter/", documents.page_words, name="page_words"),
    path("suche/", search.search, name="search"),
    path("suche/vorschlaege/", search.suggest, name="suggest"),
]

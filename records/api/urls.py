"""Routes of the records' API, below /api/v1/. An id that is none is a 404 in the view: a problem, not a page."""

from django.urls import path

from .cases import CaseDoor, ParticipantDoor
from .documents import DocumentDoor, VersionDoor
from .files import FileDoor
from .index_values import ExternalReferenceDoor, IndexValueDoor
from .links import CrossReferenceDoor, LinkDoor, MissingSheetDoor
from .pages import ContentDoor
from .plan import PlanDoor
from .search import SearchDoor

app_name = "records_api"
FILE, DOCUMENT = "files/<str:id>/", "documents/<str:id>/"

urlpatterns = [
    path("file-plan/", PlanDoor.as_view({"get": "list"}), name="file_plan"),
    path("file-plan/<str:id>/", PlanDoor.as_view({"get": "retrieve"}), name="unit"),
    path("files/", FileDoor.as_view({"get": "list", "post": "create"}), name="files"),
    path(FILE, FileDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="file"),
    path(FILE + "close/", FileDoor.as_view({"post": "close"}), name="file_close"),
    path(FILE + "reopen/", FileDoor.as_view({"post": "reopen"}), name="file_reopen"),
    path(FILE + "cancel/", FileDoor.as_view({"post": "cancel"}), name="file_cancel"),
    path(FILE + "refile/", FileDoor.as_view({"post": "refile"}), name="file_refile"),
    path(FILE + "sheets/", FileDoor.as_view({"get": "sheets"}), name="sheets"),
    path(FILE + "journal/", FileDoor.as_view({"get": "journal"}), name="journal"),
    path(FILE + "cases/", CaseDoor.as_view({"get": "list", "post": "create"}), name="cases"),
    path(FILE + "cases/<str:case>/", CaseDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="case"),
    path(FILE + "cases/<str:case>/close/", CaseDoor.as_view({"post": "close"}), name="case_close"),
    path(FILE + "cases/<str:case>/reopen/", CaseDoor.as_view({"post": "reopen"}), name="case_reopen"),
    path(FILE + "cases/<str:case>/cancel/", CaseDoor.as_view({"post": "cancel"}), name="case_cancel"),
    path(FILE + "participants/", ParticipantDoor.as_view({"get": "list", "post": "create"}), name="participants"),
    path(
        FILE + "participants/<str:participant>/",
        ParticipantDoor.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="participant",
    ),
    path(FILE + "participants/<str:participant>/remove/", ParticipantDoor.as_view({"post": "remove"}), name="participant_remove"),
    path(FILE + "index-values/", IndexValueDoor.as_view({"get": "list", "post": "create"}), name="index_values"),
    path(FILE + "index-values/set/", IndexValueDoor.as_view({"post": "set"}), name="index_values_set"),
    path(FILE + "external-references/", ExternalReferenceDoor.as_view({"get": "list", "post": "create"}), name="external_references"),
    path(FILE + "external-references/remove/", ExternalReferenceDoor.as_view({"post": "remove"}), name="external_reference_remove"),
    path(FILE + "links/", LinkDoor.as_view({"get": "list", "post": "create"}), name="links"),
    path(FILE + "links/<str:link>/remove/", LinkDoor.as_view({"post": "remove"}), name="link_remove"),
    path(FILE + "cross-references/", CrossReferenceDoor.as_view({"get": "list", "post": "create"}), name="cross_references"),
    path(
        FILE + "cross-references/<str:cross_reference>/remove/",
        CrossReferenceDoor.as_view({"post": "remove"}),
        name="cross_reference_remove",
    ),
    path(FILE + "missing-sheets/", MissingSheetDoor.as_view({"get": "list", "post": "create"}), name="missing_sheets"),
    path(
        FILE + "missing-sheets/<str:missing_sheet>/give-back/",
        MissingSheetDoor.as_view({"post": "give_back"}),
        name="missing_sheet_give_back",
    ),
    path(FILE + "missing-sheets/<str:missing_sheet>/extend/", MissingSheetDoor.as_view({"post": "extend"}), name="missing_sheet_extend"),
    path("documents/", DocumentDoor.as_view({"get": "list", "post": "create"}), name="documents"),
    path(DOCUMENT, DocumentDoor.as_view({"get": "retrieve"}), name="document"),
    path(DOCUMENT + "move/", DocumentDoor.as_view({"post": "move"}), name="document_move"),
    path(DOCUMENT + "case/", DocumentDoor.as_view({"post": "case"}), name="document_case"),
    path(DOCUMENT + "cancel/", DocumentDoor.as_view({"post": "cancel"}), name="document_cancel"),
    path(DOCUMENT + "read-again/", DocumentDoor.as_view({"post": "read_again"}), name="document_read_again"),
    path(DOCUMENT + "versions/", VersionDoor.as_view({"get": "list", "post": "create"}), name="versions"),
    path(DOCUMENT + "versions/<str:number>/content/", ContentDoor.as_view({"get": "version_content"}), name="version_content"),
    path(DOCUMENT + "content/", ContentDoor.as_view({"get": "content"}), name="content"),
    path(DOCUMENT + "text/", ContentDoor.as_view({"get": "text"}), name="text"),
    path(DOCUMENT + "pages/<str:number>/image/", ContentDoor.as_view({"get": "page_image"}), name="page_image"),
    path("search/", SearchDoor.as_view({"get": "search"}), name="search"),
    path("suggest/", SearchDoor.as_view({"get": "suggest"}), name="suggest"),
]

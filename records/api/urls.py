"""Routes of the records' API, below /api/v1/. An id that is none is a 404 in the view: a problem, not a page."""

from django.urls import path

from .documents import DocumentDoor, VersionDoor
from .files import FileDoor
from .life import HandOverDoor, MendingDoor, RegistrationDoor, RetentionDoor
from .pages import ContentDoor
from .plan import PlanDoor
from .search import SearchDoor
from .structure import RegisterDoor, VolumeDoor

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
    path(FILE + "register/", RegistrationDoor.as_view({"post": "register"}), name="file_register"),
    path(FILE + "restore/", RegistrationDoor.as_view({"post": "restore"}), name="file_restore"),
    path(FILE + "completeness/", RegistrationDoor.as_view({"get": "completeness"}), name="completeness"),
    path(FILE + "parent/", RegistrationDoor.as_view({"post": "parent"}), name="file_parent"),
    path(FILE + "retention/", RetentionDoor.as_view({"get": "retention", "post": "set_period"}), name="retention"),
    path(FILE + "retention/event/", RetentionDoor.as_view({"post": "event"}), name="retention_event"),
    path(FILE + "holds/", RetentionDoor.as_view({"get": "holds", "post": "place_hold"}), name="holds"),
    path(FILE + "holds/<str:hold>/lift/", RetentionDoor.as_view({"post": "lift_hold"}), name="hold_lift"),
    path(FILE + "registers/", RegisterDoor.as_view({"get": "list", "post": "create"}), name="registers"),
    path(FILE + "registers/order/", RegisterDoor.as_view({"post": "order"}), name="registers_order"),
    path(FILE + "registers/<str:register>/", RegisterDoor.as_view({"patch": "partial_update", "delete": "destroy"}), name="register"),
    path(FILE + "volumes/", VolumeDoor.as_view({"get": "list", "post": "create"}), name="volumes"),
    path(FILE + "volumes/<str:volume>/", VolumeDoor.as_view({"patch": "partial_update"}), name="volume"),
    path("hand-overs/", HandOverDoor.as_view({"get": "preview", "post": "hand_over"}), name="hand_overs"),
    path(FILE + "sheets/", FileDoor.as_view({"get": "sheets"}), name="sheets"),
    path(FILE + "journal/", FileDoor.as_view({"get": "journal"}), name="journal"),
    path("documents/", DocumentDoor.as_view({"get": "list", "post": "create"}), name="documents"),
    path(DOCUMENT, DocumentDoor.as_view({"get": "retrieve"}), name="document"),
    path(DOCUMENT + "move/", DocumentDoor.as_view({"post": "move"}), name="document_move"),
    path(DOCUMENT + "cancel/", DocumentDoor.as_view({"post": "cancel"}), name="document_cancel"),
    path(DOCUMENT + "read-again/", DocumentDoor.as_view({"post": "read_again"}), name="document_read_again"),
    path(DOCUMENT + "directly-in-file/", MendingDoor.as_view({"post": "directly_in_file"}), name="document_directly_in_file"),
    path(DOCUMENT + "text-exception/", MendingDoor.as_view({"post": "text_exception"}), name="document_text_exception"),
    path(DOCUMENT + "versions/", VersionDoor.as_view({"get": "list", "post": "create"}), name="versions"),
    path(DOCUMENT + "versions/<str:number>/content/", ContentDoor.as_view({"get": "version_content"}), name="version_content"),
    path(DOCUMENT + "content/", ContentDoor.as_view({"get": "content"}), name="content"),
    path(DOCUMENT + "text/", ContentDoor.as_view({"get": "text"}), name="text"),
    path(DOCUMENT + "pages/<str:number>/image/", ContentDoor.as_view({"get": "page_image"}), name="page_image"),
    path("search/", SearchDoor.as_view({"get": "search"}), name="search"),
    path("suggest/", SearchDoor.as_view({"get": "suggest"}), name="suggest"),
]

"""Routes of the records' API, below /api/v1/. An id that is none is a 404 in the view: a problem, not a page."""

from django.urls import path

from .documents import DocumentDoor, VersionDoor
from .editions import EditionDoor, PlannedDoor, UpkeepDoor
from .favourites import FavouriteDoor
from .files import FileDoor
from .pages import ContentDoor
from .plan import PlanDoor
from .search import SearchDoor

app_name = "records_api"
FILE, DOCUMENT = "files/<str:id>/", "documents/<str:id>/"
EDITION = "file-plan-editions/<str:id>/"
PLANNED = EDITION + "units/<str:planned>/"

urlpatterns = [
    path("file-plan/", PlanDoor.as_view({"get": "list"}), name="file_plan"),
    path("file-plan/<str:id>/", PlanDoor.as_view({"get": "retrieve"}), name="unit"),
    path("file-plan/<str:id>/favourite/", PlanDoor.as_view({"post": "keep", "delete": "let_go"}), name="unit_favourite"),
    path("file-plan/<str:id>/correct/", UpkeepDoor.as_view({"patch": "correct"}), name="unit_correct"),
    path("file-plan/<str:id>/freeze/", UpkeepDoor.as_view({"post": "freeze"}), name="unit_freeze"),
    path("file-plan/<str:id>/unfreeze/", UpkeepDoor.as_view({"post": "unfreeze"}), name="unit_unfreeze"),
    path("file-plan-editions/", EditionDoor.as_view({"get": "list", "post": "create"}), name="editions"),
    path(EDITION, EditionDoor.as_view({"get": "retrieve"}), name="edition"),
    path(EDITION + "review/", EditionDoor.as_view({"get": "review"}), name="edition_review"),
    path(EDITION + "changes/", EditionDoor.as_view({"get": "changes"}), name="edition_changes"),
    path(EDITION + "put-into-force/", EditionDoor.as_view({"post": "put_into_force"}), name="edition_put_into_force"),
    path(EDITION + "withdraw/", EditionDoor.as_view({"post": "withdraw"}), name="edition_withdraw"),
    path(EDITION + "discard/", EditionDoor.as_view({"post": "discard"}), name="edition_discard"),
    path(EDITION + "units/", PlannedDoor.as_view({"get": "list", "post": "create"}), name="edition_units"),
    path(PLANNED, PlannedDoor.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}), name="edition_unit"),
    path(PLANNED + "drop/", PlannedDoor.as_view({"post": "drop"}), name="edition_unit_drop"),
    path(PLANNED + "restore/", PlannedDoor.as_view({"post": "restore"}), name="edition_unit_restore"),
    path("favourites/", FavouriteDoor.as_view({"get": "list"}), name="favourites"),
    path(FILE + "favourite/", FavouriteDoor.as_view({"post": "keep", "delete": "let_go"}), name="file_favourite"),
    path("files/", FileDoor.as_view({"get": "list", "post": "create"}), name="files"),
    path(FILE, FileDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="file"),
    path(FILE + "close/", FileDoor.as_view({"post": "close"}), name="file_close"),
    path(FILE + "reopen/", FileDoor.as_view({"post": "reopen"}), name="file_reopen"),
    path(FILE + "cancel/", FileDoor.as_view({"post": "cancel"}), name="file_cancel"),
    path(FILE + "refile/", FileDoor.as_view({"post": "refile"}), name="file_refile"),
    path(FILE + "sheets/", FileDoor.as_view({"get": "sheets"}), name="sheets"),
    path(FILE + "journal/", FileDoor.as_view({"get": "journal"}), name="journal"),
    path("documents/", DocumentDoor.as_view({"get": "list", "post": "create"}), name="documents"),
    path(DOCUMENT, DocumentDoor.as_view({"get": "retrieve"}), name="document"),
    path(DOCUMENT + "move/", DocumentDoor.as_view({"post": "move"}), name="document_move"),
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

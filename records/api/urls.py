"""Routes of the records' API, below /api/v1/. An id that is none is a 404 in the view: a problem, not a page."""

from django.urls import path

from .documents import DocumentDoor, VersionDoor
from .favourites import FavouriteDoor
from .files import FileDoor
from .pages import ContentDoor
from .plan import PlanDoor
from .search import SearchDoor

app_name = "records_api"
FILE, DOCUMENT = "files/<str:id>/", "documents/<str:id>/"

urlpatterns = [
    path("file-plan/", PlanDoor.as_view({"get": "list"}), name="file_plan"),
    path("file-plan/<str:id>/", PlanDoor.as_view({"get": "retrieve"}), name="unit"),
    path("file-plan/<str:id>/favourite/", PlanDoor.as_view({"post": "keep", "delete": "let_go"}), name="unit_favourite"),
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

"""Routes of the planners' API. `course-dates/` and `course-dates/<id>/` are those of training.api.urls, too."""

from django.urls import path

from .planning import PlanningDoor

DATE = "course-dates/<str:id>/"
SESSION = f"{DATE}sessions/<str:session>/"

urlpatterns = [
    path(f"{DATE}open/", PlanningDoor.as_view({"post": "open"}), name="date_open"),
    path(f"{DATE}cancel/", PlanningDoor.as_view({"post": "cancel"}), name="date_cancel"),
    path(f"{DATE}discard/", PlanningDoor.as_view({"post": "discard"}), name="date_discard"),
    path(f"{DATE}copy/", PlanningDoor.as_view({"post": "copy"}), name="date_copy"),
    path(f"{DATE}series/", PlanningDoor.as_view({"post": "series"}), name="date_series"),
    path(f"{DATE}sessions/", PlanningDoor.as_view({"post": "add_session"}), name="date_sessions"),
    path(f"{SESSION}move/", PlanningDoor.as_view({"post": "move_session"}), name="session_move"),
    path(f"{SESSION}call-off/", PlanningDoor.as_view({"post": "call_off_session"}), name="session_call_off"),
]

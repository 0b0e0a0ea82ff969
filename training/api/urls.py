"""Routes of training's API, below /api/v1/."""

from django.urls import path
from drf_spectacular.utils import extend_schema

from .attendance_urls import attendance_routes
from .courses import CourseDateDoor, CourseDoor
from .notice_urls import urlpatterns as of_notices
from .planning import PlansDates
from .planning_urls import urlpatterns as planning_routes
from .town_urls import urlpatterns as of_towns

app_name = "training_api"
DATE = "course-dates/<str:id>/"


@extend_schema(tags=["courses"])
class DateDoor(PlansDates, CourseDateDoor):
    """Whoever reads and whoever plans come by the same address."""


urlpatterns = [
    path("courses/", CourseDoor.as_view({"get": "list"}), name="courses"),
    path("courses/<str:id>/", CourseDoor.as_view({"get": "retrieve"}), name="course"),
    path("course-dates/", DateDoor.as_view({"get": "list", "post": "create"}), name="course_dates"),
    path(DATE, DateDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="course_date"),
    path(f"{DATE}enrol/", CourseDateDoor.as_view({"post": "enrol"}), name="enrol"),
    path(f"{DATE}withdraw/", CourseDateDoor.as_view({"post": "withdraw"}), name="withdraw"),
    *planning_routes,
    *of_notices,
    *attendance_routes,
    *of_towns,
]

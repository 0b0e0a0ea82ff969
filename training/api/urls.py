"""Routes of training's API, below /api/v1/."""

from django.urls import path

from .courses import CourseDateDoor, CourseDoor
from .notice_urls import urlpatterns as of_notices
from .town_urls import urlpatterns as of_towns

app_name = "training_api"
DATE = "course-dates/<str:id>/"

urlpatterns = [
    path("courses/", CourseDoor.as_view({"get": "list"}), name="courses"),
    path("courses/<str:id>/", CourseDoor.as_view({"get": "retrieve"}), name="course"),
    path("course-dates/", CourseDateDoor.as_view({"get": "list"}), name="course_dates"),
    path(DATE, CourseDateDoor.as_view({"get": "retrieve"}), name="course_date"),
    path(f"{DATE}enrol/", CourseDateDoor.as_view({"post": "enrol"}), name="enrol"),
    path(f"{DATE}withdraw/", CourseDateDoor.as_view({"post": "withdraw"}), name="withdraw"),
    *of_notices,
    *of_towns,
]

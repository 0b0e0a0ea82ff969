"""Routes of training's API for those who decide about others' training."""

from django.urls import path

from .towns import MyPeopleDoor, TownEnrolmentDoor, TownTrainingDoor

ENROLMENT = "enrolments/<str:id>/"
urlpatterns = [
    path("my-people/", MyPeopleDoor.as_view({"get": "list"}), name="my_people"),
    path("approvals/", TownEnrolmentDoor.as_view({"get": "list"}), name="approvals"),
    path("enrolment-lists/", TownEnrolmentDoor.as_view({"post": "take_in"}), name="enrolment_lists"),
    path(f"{ENROLMENT}approve/", TownEnrolmentDoor.as_view({"post": "approve"}), name="enrolment_approve"),
    path(f"{ENROLMENT}refuse/", TownEnrolmentDoor.as_view({"post": "refuse"}), name="enrolment_refuse"),
    path(f"{ENROLMENT}replace/", TownEnrolmentDoor.as_view({"post": "replace"}), name="enrolment_replace"),
    path(
        "municipalities/<slug:slug>/training/", TownTrainingDoor.as_view({"get": "retrieve", "put": "want_approval"}), name="town_training"
    ),
]

"""Routes of training's API to what people are told; training/api/urls.py takes them in."""

from django.urls import path

from .notices import NoticeDoor

urlpatterns = [
    path("notices/", NoticeDoor.as_view({"get": "list"}), name="notices"),
]

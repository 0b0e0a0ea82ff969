"""Routes of training's API, below /api/v1/."""

from django.urls import URLPattern

from .town_urls import urlpatterns as of_towns

app_name = "training_api"
urlpatterns: list[URLPattern] = [*of_towns]

"""Screens of training."""

from django.urls import URLPattern, URLResolver

from .town_urls import urlpatterns as of_towns

app_name = "training"
urlpatterns: list[URLPattern | URLResolver] = [*of_towns]

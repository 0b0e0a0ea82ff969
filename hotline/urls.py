"""Screens of the ticket desk."""

from django.urls import URLPattern

app_name = "hotline"
urlpatterns: list[URLPattern] = []

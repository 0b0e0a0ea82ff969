"""Screens of the competence centre; its apps come with their capabilities."""

from django.urls import path

from . import views

app_name = "centre"
urlpatterns = [path("", views.start, name="start")]

"""URLs of a node."""

from django.urls import include, path

urlpatterns = [path("", include("tenants.urls"))]

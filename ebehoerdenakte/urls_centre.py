"""URLs of the competence centre."""

from django.urls import include, path

urlpatterns = [path("", include("tenants.urls"))]

"""URLs of the competence centre."""

from django.urls import URLPattern, URLResolver, include, path

from .urls_api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tenants.centre.urls")),
    path("", include("hotline.urls")),
    path("", include("training.urls")),
    path("", include("tenants.urls")),
    path("", include("tenants.pages.urls")),
    *api("tenants.centre", "hotline", "training"),
]
handler400 = "tenants.refusals.bad_request"
handler403 = "tenants.refusals.forbidden"
handler404 = "tenants.refusals.not_found"
handler500 = "tenants.refusals.failed"

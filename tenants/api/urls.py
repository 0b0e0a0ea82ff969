"""Routes of the API that both sites share, below /api/v1/."""

from django.conf import settings
from django.urls import URLPattern, path

from . import auth, docs, me, substitutes

urlpatterns: list[URLPattern] = [
    path("auth/token/", auth.TokenView.as_view(), name="api_token"),
    path("auth/logout/", auth.LogoutView.as_view(), name="api_logout"),
    path("me/", me.MeView.as_view(), name="api_me"),
    path("schema/", docs.SchemaView.as_view(), name="api_schema"),
    path("docs/", docs.docs, name="api_docs"),
]
if settings.SITE == "node":
    urlpatterns += [
        path("substitutes/", substitutes.SubstitutesView.as_view(), name="api_substitutes"),
        path("substitutes/<str:id>/end/", substitutes.EndSubstituteView.as_view(), name="api_substitute_end"),
    ]

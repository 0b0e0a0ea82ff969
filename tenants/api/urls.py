"""Routes of the API that both sites share, below /api/v1/."""

from django.urls import path

from . import auth, docs, me

urlpatterns = [
    path("auth/token/", auth.TokenView.as_view(), name="api_token"),
    path("auth/logout/", auth.LogoutView.as_view(), name="api_logout"),
    path("me/", me.MeView.as_view(), name="api_me"),
    path("schema/", docs.SchemaView.as_view(), name="api_schema"),
    path("docs/", docs.docs, name="api_docs"),
]

"""Screens of the competence centre; its apps come with their capabilities."""

from django.urls import path

from . import views

app_name = "centre"
SITES = "verwaltung/standorte/"
urlpatterns = [
    path("", views.start, name="start"),
    path("hilfe/ankommen/", views.arrive, name="arrive"),
    path("standorte/", views.site_states, name="site_states"),
    path("zugang-fuer-programme/", views.tokens, name="tokens"),
    path("zugang-fuer-programme/neu/", views.token_issue, name="token_issue"),
    path("zugang-fuer-programme/beenden/", views.token_revoke, name="token_revoke"),
    path(SITES, views.sites, name="sites"),
    path(f"{SITES}<uuid:public_id>/bestaetigen/", views.site_confirm, name="site_confirm"),
    path(f"{SITES}<uuid:public_id>/sperren/", views.site_revoke, name="site_revoke"),
]

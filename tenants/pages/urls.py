"""Pages that the law asks for, on both sites and without a login."""

from django.urls import path

from . import views

app_name = "pages"
urlpatterns = [
    path("barrierefreiheit/", views.accessibility, name="accessibility"),
    path("barrierefreiheit/rueckmeldungen/", views.feedback_list, name="feedback_list"),
    path("barrierefreiheit/rueckmeldungen/<uuid:public_id>/", views.feedback_done, name="feedback_done"),
    path("datenschutz/", views.privacy, name="privacy"),
    path("impressum/", views.imprint, name="imprint"),
]

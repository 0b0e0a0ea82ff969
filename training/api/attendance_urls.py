"""Addresses of attendance and certificates, below /api/v1/; training.api.urls takes them in."""

from django.urls import path

from .attendance import AttendanceDoor, CertificateDoor

DATE = "course-dates/<str:id>/"

attendance_routes = [
    path(f"{DATE}attendance/", AttendanceDoor.as_view({"get": "attendance", "post": "take"}), name="attendance"),
    path(f"{DATE}finish/", AttendanceDoor.as_view({"post": "finish"}), name="finish"),
    path(f"{DATE}certificates/", AttendanceDoor.as_view({"post": "issue"}), name="issue"),
    path("certificates/", CertificateDoor.as_view({"get": "list"}), name="certificates"),
    path("certificates/<str:id>/", CertificateDoor.as_view({"get": "retrieve"}), name="certificate"),
    path("certificates/<str:id>/content/", CertificateDoor.as_view({"get": "content"}), name="certificate_content"),
]

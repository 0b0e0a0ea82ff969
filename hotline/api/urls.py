"""Routes of the hotline's API, below /api/v1/."""

from django.urls import path

from .articles import ArticleDoor
from .tickets import MessageDoor, TicketDoor

app_name = "hotline_api"
TICKET = "tickets/<str:id>/"

urlpatterns = [
    path("tickets/", TicketDoor.as_view({"get": "list", "post": "create"}), name="tickets"),
    path(TICKET, TicketDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="ticket"),
    path(f"{TICKET}take/", TicketDoor.as_view({"post": "take"}), name="ticket_take"),
    path(f"{TICKET}close/", TicketDoor.as_view({"post": "close"}), name="ticket_close"),
    path(f"{TICKET}reopen/", TicketDoor.as_view({"post": "reopen"}), name="ticket_reopen"),
    path("articles/", ArticleDoor.as_view({"get": "list"}), name="articles"),
    path("articles/<str:id>/", ArticleDoor.as_view({"get": "retrieve"}), name="article"),
    path(f"{TICKET}messages/", MessageDoor.as_view({"get": "list", "post": "create"}), name="messages"),
]

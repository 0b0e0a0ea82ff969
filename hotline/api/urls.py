"""Routes of the hotline's API, below /api/v1/."""

from django.urls import path

from .mails import MailDoor
from .tickets import MessageDoor, TicketDoor

app_name = "hotline_api"
TICKET = "tickets/<str:id>/"
MAIL = "mails/<str:id>/"

urlpatterns = [
    path("tickets/", TicketDoor.as_view({"get": "list", "post": "create"}), name="tickets"),
    path(TICKET, TicketDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="ticket"),
    path(f"{TICKET}take/", TicketDoor.as_view({"post": "take"}), name="ticket_take"),
    path(f"{TICKET}close/", TicketDoor.as_view({"post": "close"}), name="ticket_close"),
    path(f"{TICKET}reopen/", TicketDoor.as_view({"post": "reopen"}), name="ticket_reopen"),
    path(f"{TICKET}messages/", MessageDoor.as_view({"get": "list", "post": "create"}), name="messages"),
    path("mails/", MailDoor.as_view({"get": "list"}), name="mails"),
    path(MAIL, MailDoor.as_view({"get": "retrieve"}), name="mail"),
    path(f"{MAIL}make-ticket/", MailDoor.as_view({"post": "make_ticket"}), name="mail_make_ticket"),
    path(f"{MAIL}leave/", MailDoor.as_view({"post": "leave"}), name="mail_leave"),
]

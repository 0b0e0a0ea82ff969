"""Screens of the ticket desk."""

from django.urls import path

from .views import attachments, tickets

app_name = "hotline"
TICKET = "anfragen/<uuid:ticket>/"

urlpatterns = [
    path("anfragen/", tickets.ticket_list, name="tickets"),
    path("anfragen/neu/", tickets.ticket_new, name="ticket_new"),
    path("anfragen/anlagen/<uuid:attachment>/", attachments.attachment, name="attachment"),
    path("anfragen/anlagen/<uuid:attachment>/vorschau/", attachments.attachment_preview, name="attachment_preview"),
    path(TICKET, tickets.ticket, name="ticket"),
    path(f"{TICKET}uebernehmen/", tickets.ticket_take, name="ticket_take"),
    path(f"{TICKET}einordnen/", tickets.ticket_place, name="ticket_place"),
    path(f"{TICKET}schliessen/", tickets.ticket_close, name="ticket_close"),
    path(f"{TICKET}wieder-oeffnen/", tickets.ticket_reopen, name="ticket_reopen"),
]

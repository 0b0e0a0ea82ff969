"""Screens of the ticket desk."""

from django.urls import path

from .views import attachments, calling_back, joining, mails, phrasing, presence, rating, ticket_page, tickets, viewing, watching

app_name = "hotline"
TICKET = "anfragen/<uuid:ticket>/"
MAIL = "e-mails/<uuid:mail>/"

urlpatterns = [
    path("anfragen/", tickets.ticket_list, name="tickets"),
    path("anfragen/neu/", tickets.ticket_new, name="ticket_new"),
    path("anfragen/textbausteine/", phrasing.text_modules, name="text_modules"),
    path("anfragen/textbausteine/neu/", phrasing.text_module_new, name="text_module_new"),
    path("anfragen/textbausteine/<uuid:module>/", phrasing.text_module, name="text_module"),
    path("anfragen/ansichten/", viewing.view_save, name="view_save"),
    path("anfragen/ansichten/<uuid:view>/vergessen/", viewing.view_forget, name="view_forget"),
    path(f"{TICKET}textbausteine/", phrasing.text_modules_offered, name="text_modules_offered"),
    path("war-das-hilfreich/<str:token>/", rating.helpful, name="helpful"),
    path("anfragen/rueckrufe/<uuid:callback>/erledigt/", calling_back.callback_done, name="callback_done"),
    path(f"{TICKET}rueckruf/", calling_back.callback_new, name="callback_new"),
    path(f"{TICKET}anwesend/", presence.ticket_presence, name="ticket_presence"),
    path("anfragen/naechste/", tickets.ticket_next, name="ticket_next"),
    path("anfragen/nachrichten/<uuid:message>/abtrennen/", joining.message_split, name="message_split"),
    path("anfragen/anlagen/<uuid:attachment>/", attachments.attachment, name="attachment"),
    path("anfragen/anlagen/<uuid:attachment>/vorschau/", attachments.attachment_preview, name="attachment_preview"),
    path(TICKET, ticket_page.ticket, name="ticket"),
    path(f"{TICKET}uebernehmen/", tickets.ticket_take, name="ticket_take"),
    path(f"{TICKET}einordnen/", tickets.ticket_place, name="ticket_place"),
    path(f"{TICKET}schliessen/", tickets.ticket_close, name="ticket_close"),
    path(f"{TICKET}wieder-oeffnen/", tickets.ticket_reopen, name="ticket_reopen"),
    path("e-mails/", mails.mail_list, name="mails"),
    path(MAIL, mails.mail, name="mail"),
    path(f"{MAIL}original/", mails.mail_original, name="mail_original"),
    path(f"{MAIL}anhang/<int:number>/", mails.mail_file, name="mail_file"),
    path(f"{MAIL}anfrage/", mails.mail_take_in, name="mail_take_in"),
    path(f"{MAIL}nichts-zu-tun/", mails.mail_leave, name="mail_leave"),
    path("e-mails/gesendet/<uuid:sent>/nochmals/", mails.mail_send_again, name="mail_send_again"),
    path(f"{TICKET}beobachten/", watching.ticket_watch, name="ticket_watch"),
    path(f"{TICKET}nicht-mehr-beobachten/", watching.ticket_unwatch, name="ticket_unwatch"),
    path(f"{TICKET}amt/", watching.office_reading, name="office_reading"),
    path(f"{TICKET}zusammenfuehren/", joining.ticket_merge, name="ticket_merge"),
    path(f"{TICKET}trennen/", joining.ticket_unmerge, name="ticket_unmerge"),
    path(f"{TICKET}verknuepfen/", joining.ticket_link, name="ticket_link"),
    path(f"{TICKET}verknuepfung-loesen/", joining.ticket_unlink, name="ticket_unlink"),
    path(f"{TICKET}unterordnen/", joining.ticket_put_below, name="ticket_put_below"),
    path(f"{TICKET}herausloesen/", joining.ticket_release, name="ticket_release"),
]

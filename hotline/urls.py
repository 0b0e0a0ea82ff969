"""Screens of the ticket desk."""

from django.urls import path

from .views import agreements, attachments, deadlines, mails, tickets, time

app_name = "hotline"
TICKET = "anfragen/<uuid:ticket>/"
MAIL = "e-mails/<uuid:mail>/"

urlpatterns = [
    path("anfragen/", tickets.ticket_list, name="tickets"),
    path("anfragen/neu/", tickets.ticket_new, name="ticket_new"),
    path("anfragen/anlagen/<uuid:attachment>/", attachments.attachment, name="attachment"),
    path("anfragen/anlagen/<uuid:attachment>/vorschau/", attachments.attachment_preview, name="attachment_preview"),
    path(TICKET, tickets.ticket, name="ticket"),
    path(f"{TICKET}uebernehmen/", tickets.ticket_take, name="ticket_take"),
    path(f"{TICKET}einordnen/", tickets.ticket_place, name="ticket_place"),
    path(f"{TICKET}fristen/", deadlines.ticket_deadlines, name="ticket_deadlines"),
    path(f"{TICKET}zeit/", time.time_book, name="time_book"),
    path(f"{TICKET}zeit/<uuid:entry>/zuruecknehmen/", time.time_take_back, name="time_take_back"),
    path(f"{TICKET}schliessen/", tickets.ticket_close, name="ticket_close"),
    path(f"{TICKET}wieder-oeffnen/", tickets.ticket_reopen, name="ticket_reopen"),
    path("verwaltung/vereinbarungen/", agreements.agreement_list, name="agreements"),
    path("verwaltung/vereinbarungen/neu/", agreements.agreement_new, name="agreement_new"),
    path("verwaltung/vereinbarungen/<uuid:agreement>/", agreements.agreement, name="agreement"),
    path("verwaltung/zeiten/", time.report, name="time_report"),
    path("verwaltung/zeiten/tabelle/", time.report_sheet, name="time_report_sheet"),
    path("verwaltung/zeiten/pdf/", time.report_pdf, name="time_report_pdf"),
    path("verwaltung/zeiten/abrechnen/", time.report_bill, name="time_report_bill"),
    path("e-mails/", mails.mail_list, name="mails"),
    path(MAIL, mails.mail, name="mail"),
    path(f"{MAIL}original/", mails.mail_original, name="mail_original"),
    path(f"{MAIL}anhang/<int:number>/", mails.mail_file, name="mail_file"),
    path(f"{MAIL}anfrage/", mails.mail_take_in, name="mail_take_in"),
    path(f"{MAIL}nichts-zu-tun/", mails.mail_leave, name="mail_leave"),
    path("e-mails/gesendet/<uuid:sent>/nochmals/", mails.mail_send_again, name="mail_send_again"),
]

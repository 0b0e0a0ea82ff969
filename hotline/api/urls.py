"""Routes of the hotline's API, below /api/v1/."""

from django.urls import path

from .articles import ArticleDoor
from .attachments import AttachmentDoor
from .claims import ClaimDoor
from .incident_addresses import IncidentAddressesDoor
from .incidents import IncidentDoor
from .joining import JoiningDoor, SplittingDoor
from .mail_keeping import MailDomainDoor, UndeliveredDoor
from .mails import MailDoor
from .promises import DeadlineDoor, TimeEntryDoor
from .protection import AnonymisingDoor, ExportDoor, HoldDoor, RetentionDoor
from .queues import QueueDoor
from .support import SupportDoor
from .tickets import MessageDoor, TagDoor, TicketDoor

app_name = "hotline_api"
TICKET = "tickets/<str:id>/"
MAIL = "mails/<str:id>/"
INCIDENT = "incidents/<str:id>/"

urlpatterns = [
    path("tickets/", TicketDoor.as_view({"get": "list", "post": "create"}), name="tickets"),
    path("tickets/next/", TicketDoor.as_view({"post": "take_next"}), name="ticket_next"),
    path(TICKET, TicketDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="ticket"),
    path(f"{TICKET}take/", TicketDoor.as_view({"post": "take"}), name="ticket_take"),
    path(f"{TICKET}close/", TicketDoor.as_view({"post": "close"}), name="ticket_close"),
    path(f"{TICKET}reopen/", TicketDoor.as_view({"post": "reopen"}), name="ticket_reopen"),
    path("queues/", QueueDoor.as_view({"get": "list"}), name="queues"),
    path("queues/<str:id>/team/", QueueDoor.as_view({"post": "team"}), name="queue_team"),
    path("tags/", TagDoor.as_view({"get": "list"}), name="tags"),
    path("articles/", ArticleDoor.as_view({"get": "list"}), name="articles"),
    path("articles/<str:id>/", ArticleDoor.as_view({"get": "retrieve"}), name="article"),
    path(f"{TICKET}messages/", MessageDoor.as_view({"get": "list", "post": "create"}), name="messages"),
    path(f"{TICKET}watch/", JoiningDoor.as_view({"post": "watch"}), name="ticket_watch"),
    path(f"{TICKET}unwatch/", JoiningDoor.as_view({"post": "unwatch"}), name="ticket_unwatch"),
    path(f"{TICKET}merge/", JoiningDoor.as_view({"post": "merge"}), name="ticket_merge"),
    path(f"{TICKET}unmerge/", JoiningDoor.as_view({"post": "unmerge"}), name="ticket_unmerge"),
    path(f"{TICKET}links/", JoiningDoor.as_view({"get": "links", "post": "link"}), name="ticket_links"),
    path(f"{TICKET}unlink/", JoiningDoor.as_view({"post": "unlink"}), name="ticket_unlink"),
    path(f"{TICKET}put-below/", JoiningDoor.as_view({"post": "put_below"}), name="ticket_put_below"),
    path(f"{TICKET}release/", JoiningDoor.as_view({"post": "release"}), name="ticket_release"),
    path(
        f"{TICKET}support-accesses/",
        SupportDoor.as_view({"get": "accesses", "post": "ask"}, pagination_class=None),
        name="support_accesses",
    ),
    path(f"{TICKET}support-accesses/<str:access>/end/", SupportDoor.as_view({"post": "end"}), name="support_access_end"),
    path("messages/<str:id>/split/", SplittingDoor.as_view({"post": "split"}), name="message_split"),
    path("attachments/<str:id>/content/", AttachmentDoor.as_view({"get": "content"}), name="attachment_content"),
    path(f"{TICKET}deadlines/", DeadlineDoor.as_view({"get": "list"}, pagination_class=None), name="deadlines"),
    path(f"{TICKET}time/", TimeEntryDoor.as_view({"get": "list", "post": "create"}), name="time_entries"),
    path(f"{TICKET}time/<str:entry>/take-back/", TimeEntryDoor.as_view({"post": "take_back"}), name="time_take_back"),
    path("incidents/", IncidentDoor.as_view({"get": "list", "post": "create"}), name="incidents"),
    path(INCIDENT, IncidentDoor.as_view({"get": "retrieve"}), name="incident"),
    path(f"{INCIDENT}announce/", IncidentDoor.as_view({"post": "announce"}), name="incident_announce"),
    path(f"{INCIDENT}updates/", IncidentDoor.as_view({"post": "update_text"}), name="incident_update"),
    path(f"{INCIDENT}end/", IncidentDoor.as_view({"post": "end"}), name="incident_end"),
    path(f"{INCIDENT}leave-out/", IncidentDoor.as_view({"post": "leave_out"}), name="incident_leave_out"),
    path(f"{INCIDENT}join/", IncidentDoor.as_view({"post": "join"}), name="incident_join"),
    path("incident-addresses/", IncidentAddressesDoor.as_view({"get": "list"}), name="incident_addresses"),
    path(
        "incident-addresses/<str:id>/",
        IncidentAddressesDoor.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="incident_addresses_of_town",
    ),
    path("exports/", ExportDoor.as_view({"post": "ask"}), name="exports"),
    path("exports/<str:id>/", ExportDoor.as_view({"get": "retrieve"}), name="export"),
    path("exports/<str:id>/content/", ExportDoor.as_view({"get": "content"}), name="export_content"),
    path("contacts/<str:id>/anonymise/", AnonymisingDoor.as_view({"get": "preview", "post": "anonymise"}), name="contact_anonymise"),
    path("retention/", RetentionDoor.as_view({"get": "retention", "post": "set_rule"}), name="retention"),
    path(f"{TICKET}hold/", HoldDoor.as_view({"post": "hold"}), name="ticket_hold"),
    path(f"{TICKET}end-hold/", HoldDoor.as_view({"post": "end_hold"}), name="ticket_end_hold"),
    path(f"{TICKET}merge-proposal/", ClaimDoor.as_view({"get": "retrieve"}), name="claim"),
    path(f"{TICKET}merge-proposal/agree/", ClaimDoor.as_view({"post": "agree"}), name="claim_agree"),
    path(f"{TICKET}merge-proposal/decline/", ClaimDoor.as_view({"post": "decline"}), name="claim_decline"),
    path("undelivered-mails/", UndeliveredDoor.as_view({"get": "list"}), name="undelivered_mails"),
    path("undelivered-mails/<str:id>/send-again/", UndeliveredDoor.as_view({"post": "send_again"}), name="undelivered_send_again"),
    path("undelivered-mails/<str:id>/seen/", UndeliveredDoor.as_view({"post": "see_to"}), name="undelivered_seen"),
    path("mail-domains/", MailDomainDoor.as_view({"get": "list", "post": "create"}), name="mail_domains"),
    path("mail-domains/<str:id>/", MailDomainDoor.as_view({"patch": "partial_update", "delete": "destroy"}), name="mail_domain"),
    path("mails/", MailDoor.as_view({"get": "list"}), name="mails"),
    path(MAIL, MailDoor.as_view({"get": "retrieve"}), name="mail"),
    path(f"{MAIL}make-ticket/", MailDoor.as_view({"post": "make_ticket"}), name="mail_make_ticket"),
    path(f"{MAIL}leave/", MailDoor.as_view({"post": "leave"}), name="mail_leave"),
]

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from foundation.statements import Blank
from tenants.centre.models import Municipality
from tenants.models import User

from .messages import Message
from .tickets import STAFF, Ticket


class MailDomain(models.Model):
    """A domain whose addresses belong to one municipality: who writes from there for the first time is a contact of hers."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    domain = models.CharField(_("Domain"), max_length=253, unique=True)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="mail_domains")

    class Meta:
        verbose_name = _("Mail domain")
        verbose_name_plural = _("Mail domains")
        constraints = [models.CheckConstraint(condition=Q(domain__regex=r"^[^A-Z@\s]+$"), name="mail_domain_is_compared_as_it_is")]

    def __str__(self) -> str:
        return self.domain


class Mailbox(models.Model):
    """How far a mailbox was read, and how its server is; the server that mails go out by has a row too, without UIDs.

    `name` is the address without the password. `last_uid` counts within `uidvalidity` (RFC 3501, 2.3.1.1). `down_since` is None while it answers.
    `fetched_at`: when a visit to the mailbox last went through whole.
    """

    name = models.CharField(max_length=400, unique=True)
    uidvalidity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    down_since = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(down_since__isnull=True, trouble="") | (Q(down_since__isnull=False) & ~Q(trouble="")),
                name="mailbox_says_why_it_is_down",
            )
        ]

    def __str__(self) -> str:
        return self.name


class IncomingMailQuerySet(models.QuerySet["IncomingMail"]):
    def visible_to(self, person: User) -> Self:
        """All for staff, none for anybody else: what is quoted in a mail is not always meant for whoever may read the ticket."""
        return self if person.is_active and person.has_role(*STAFF) else self.none()

    def parked(self) -> Self:
        return self.filter(outcome=IncomingMail.Outcome.PARKED)

    def said(self) -> Self:
        """What people have said on tickets: who stands in the head of such a mail has a part in it. A server's report is none of these."""
        return self.filter(outcome__in=[IncomingMail.Outcome.TICKET, IncomingMail.Outcome.ANSWER])

    def claiming(self) -> Self:
        """Mails that became a ticket of their own though they name another one, and of which nobody has said yet that this is right.

        One that follows a closed ticket is no such claim: it is linked already.
        """
        return self.filter(outcome=IncomingMail.Outcome.TICKET, proposal__isnull=False, proposal_declined_at=None).exclude(
            reason=IncomingMail.Reason.CLOSED
        )


class IncomingMail(models.Model):
    """A mail that came in, and what became of it. Its bytes lie in the store under `sha256` and are never changed.

    The same bytes are one mail, however often they come. `reason` says why it was parked, or why it is not on the ticket that it names;
    `proposal` is that ticket: staff may merge. `participants` are the normalised addresses in its head. `text` is all that it says, what is
    new in it is the body of `message`. `mail_id` is its Message-ID, `files` are name, type and size of what hangs on it. `about` is the mail of ours
    that a server's report is about; `proposal_declined_at` says that somebody has looked, and the two tickets are none.
    """

    class Outcome(models.TextChoices):
        TICKET = "ticket", _("New request")
        ANSWER = "answer", _("Message on a request")
        REPORT = "report", _("Report on a mail of ours")
        PARKED = "parked", _("Put aside")
        LEFT = "left", _("Needs nothing")

    class Reason(models.TextChoices):
        EMPTY = "empty", _("It is empty.")
        UNREADABLE = "unreadable", _("It could not be read.")
        NO_SENDER = "no_sender", _("It names no address that can be answered.")
        SEVERAL_SENDERS = "several_senders", _("It names several senders.")
        LOOP = "loop", _("It is one of our own mails.")
        BOUNCE = "bounce", _("A mail server reports that a mail was not delivered.")
        AUTO_REPLY = "auto_reply", _("A machine has written it: an absence note, say.")
        COPY = "copy", _("It says what another mail with the same id has said.")
        INACTIVE = "inactive", _("The sender's account is no longer active.")
        STAFF_UNPROVEN = "staff_unproven", _("It claims to come from the hotline's staff, and our mail server does not confirm that.")
        QUOTES = "quotes", _("Staff quote in it what may be internal: it is not passed on unseen.")
        REFUTED = "refuted", _("The sender's domain says that it is forged.")
        REFUSED = "refused", _("No request could be made of it.")
        STRANGER = "stranger", _("It names a request that its sender has no part in.")
        CLOSED = "closed", _("It answers a request that is closed.")
        THANKS = "thanks", _("It only says thanks: the request stays settled.")
        REMOVED = "removed", _("Its content was removed for data protection.")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, blank=True, related_name="mails")
    uidvalidity = models.BigIntegerField(null=True, blank=True)
    uid = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    mail_id = models.CharField(max_length=500, blank=True)
    references = models.JSONField(default=list)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    participants = models.JSONField(default=list)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    files = models.JSONField(default=list)
    kind = models.CharField(max_length=12, default="ordinary")
    signs = models.JSONField(default=list)
    troubles = models.JSONField(default=list)
    arrived_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PARKED)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="mails")
    message = models.OneToOneField(Message, models.PROTECT, null=True, blank=True, related_name="mail")
    proposal = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="proposed_mails")
    proposal_declined_at = models.DateTimeField(null=True, blank=True)
    about = models.ForeignKey("hotline.OutgoingMail", models.PROTECT, null=True, blank=True, related_name="reports")
    settled_by = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = IncomingMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uidvalidity", "uid"], name="mail_taken_from_a_mailbox_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["ticket", "answer"], ticket__isnull=False, message__isnull=False)
                | Q(outcome="report", ticket__isnull=False, about__isnull=False)
                | Q(outcome__in=["parked", "left"], ticket__isnull=True, message__isnull=True),
                name="mail_is_on_a_ticket_or_aside",
            ),
            models.CheckConstraint(condition=~Q(outcome__in=["parked", "left"]) | ~Q(reason=""), name="parked_mail_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["-arrived_at", "-id"], name="mail_newest"),
            models.Index(fields=["mail_id"], condition=~Q(mail_id=""), name="mail_by_message_id"),
            models.Index(fields=["-arrived_at", "-id"], condition=Q(outcome="parked"), name="mail_parked"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender_address or self.sha256[:12]

    @property
    def folded(self) -> str:
        """All that the mail says, where the message shows only what is new in it."""
        return self.text if self.message is not None and self.text.strip() != self.message.body.strip() else ""


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def visible_to(self, person: User) -> Self:
        """All for staff, none for anybody else: whom else we write to, and that a mail did not arrive, is the desk's business."""
        return self if person.is_active and person.has_role(*STAFF) else self.none()

    def undelivered(self) -> Self:
        """What did not reach its reader, and nobody has seen to yet: it could not be sent, or came back."""
        return self.filter(Q(failed_at__isnull=False) | Q(returned_at__isnull=False, returned_seen_at=None))

    def returned(self) -> Self:
        """What came back, and nobody has seen to yet."""
        return self.filter(returned_at__isnull=False, returned_seen_at=None)

    def of(self, ticket: Ticket | Blank) -> Self:
        """What went out on a ticket, and on those that were merged into it."""
        return self.filter(Q(ticket=ticket) | Q(ticket__merged_into=ticket))

    def tickets(self) -> models.QuerySet[Any, Any]:
        """Keys of their tickets, of merged ones of those where they go on."""
        return self.annotate(lead=Coalesce("ticket__merged_into", "ticket")).values("lead")


class OutgoingMail(models.Model):
    """A mail that waits, was sent or cannot be sent: one for each person who gets it, so that nobody reads whom else we write to.

    `mail_id` (its Message-ID) is given once, so that a mail sent twice after a cut connection is the same mail. What it says is built when it goes out. `returned_at`: a server has reported that it
    could not be delivered, with the code `returned_status` (RFC 3463) and in words of its own; `returned_seen_at`: somebody has seen to it.
    """

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        RECEIPT = "receipt", _("Acknowledgement")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="sent_mails")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="sent_mails")
    to_name = models.CharField(max_length=200, blank=True)
    to_address = models.CharField(max_length=254)
    mail_id = models.CharField(max_length=500, unique=True)
    in_reply_to = models.CharField(max_length=500, blank=True)
    references = models.JSONField(default=list)
    queued_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_status = models.CharField(max_length=12, blank=True, db_default="")
    returned_trouble = models.CharField(max_length=500, blank=True, db_default="")
    returned_seen_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = OutgoingMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(kind="receipt"), name="one_receipt_for_a_ticket"),
            models.UniqueConstraint(fields=["message", "to_address"], name="a_message_is_mailed_to_a_person_once"),
            models.CheckConstraint(
                condition=Q(kind="reply", message__isnull=False) | Q(kind="receipt", message__isnull=True),
                name="reply_mail_has_its_message",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False, failed_at__isnull=True, next_try_at__isnull=True)
                | (Q(sent_at__isnull=True, failed_at__isnull=False, next_try_at__isnull=True) & ~Q(trouble=""))
                | Q(sent_at__isnull=True, failed_at__isnull=True, next_try_at__isnull=False),
                name="mail_waits_or_is_sent_or_failed",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=False) | Q(returned_status="", returned_trouble="", returned_seen_at__isnull=True),
                name="mail_says_why_only_if_it_came_back",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(next_try_at__isnull=False), name="mail_waiting"),
            models.Index(fields=["to_address", "queued_at"], condition=Q(kind="receipt"), name="receipts_to_an_address"),
            models.Index(fields=["-failed_at"], condition=Q(failed_at__isnull=False), name="mail_failed"),
            models.Index(
                fields=["-returned_at"], condition=Q(returned_at__isnull=False, returned_seen_at__isnull=True), name="mail_came_back"
            ),
        ]

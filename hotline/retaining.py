"""How long settled tickets are kept: a rule for all, others for single municipalities, legal holds; and the removal of what is due.

Years are counted from the end of the calendar year in which a ticket was settled, as German retention periods are (§ 199 (1) BGB, the like of § 147 (4)
AO); after that nothing needs the content any more (Art. 5 (1) e, Art. 17 (1) a GDPR). What stays is a tombstone: number, dates, queue, municipality.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current, queues, staffing
from tenants.centre.models import Municipality, Order
from tenants.models import User

from . import disclosing, events, findable, handling, protecting, time_booking, wording
from .models import (
    Attachment,
    BilledQuarter,
    CallBack,
    DeskNotice,
    IncomingMail,
    LegalHold,
    Message,
    OutgoingMail,
    RetentionRule,
    SupportRequest,
    Ticket,
    TicketContext,
    TicketEvent,
    TimeEntry,
    Tombstone,
    Unfinished,
    UnneededBytes,
)

USUAL, LEAST, MOST = 3, 1, 10  # years
AT_NIGHT = time(3, 30)  # local; settings.CELERY_BEAT_SCHEDULE says the same
AT_ONCE, A_NIGHT = 100, 2000  # tickets in a transaction, and in a run
LONGEST_REASON = 500
NOBODY = "entfernt"
SETTLED = (Ticket.State.SOLVED, Ticket.State.CLOSED)
Place = UnneededBytes.Place


class CannotRetain(Exception):
    """The rule or the hold cannot be like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Rules:
    """Years for all, and for the municipalities (their keys) that have a rule of their own."""

    years: int
    own: dict[int, int]


@dataclass(frozen=True)
class Preview:
    """What would go at the next run, at `at`: how many in all, the first ones of them, and how many are kept by a hold although they are due."""

    at: datetime
    count: int
    tickets: list[Ticket]
    held: int


def rules() -> Rules:
    rows: dict[int | None, int] = dict(RetentionRule.objects.values_list("municipality", "years"))
    return Rules(rows.get(None, USUAL), {key: years for key, years in rows.items() if key is not None})


def terms() -> dict[str, Any]:
    """What the statement of data protection says of the rules: years for all, those of single municipalities, days for which exports are offered."""
    known = rules()
    own = Municipality.objects.filter(pk__in=known.own, active=True).order_by("name")
    return {"years": known.years, "own": [(town.name, known.own[town.pk]) for town in own], "days": disclosing.OFFERED.days}


def set_rule(*, municipality: Municipality | None, years: int | None, by: User, at: datetime) -> None:
    """Keep settled tickets for so many years; `years` None: this municipality's as all others'. Raises CannotRetain."""
    _operators_only(by)
    if years is None and municipality is None:
        raise CannotRetain(_("Please say for how many years."), "years")
    if years is not None and not LEAST <= years <= MOST:
        raise CannotRetain(_("Please choose %(least)d to %(most)d years.") % {"least": LEAST, "most": MOST}, "years")
    with current.atomic():
        current.ask("SELECT pg_advisory_xact_lock(hashtext('hotline.retention_rule'))", [])
        known = RetentionRule.objects.filter(municipality=municipality).first()
        was = known.years if known else None
        if years is None:
            RetentionRule.objects.filter(municipality=municipality).delete()
        else:
            known, _made = RetentionRule.objects.update_or_create(municipality=municipality, defaults={"years": years})
        about = municipality.slug if municipality else ""
        if known is not None and was != years:
            protecting.enter(act="set_rule", object=known, about=about, by=by, at=at, changes={"years": (was, years)})


def hold(*, ticket: Ticket, reason: str, by: User, at: datetime) -> LegalHold:
    """Keep a ticket whatever its time, until somebody ends the hold. Raises CannotRetain: not by an operator, no reason, held or removed already."""
    _operators_only(by)
    reason = " ".join(wording.text(reason, refuse=CannotRetain, field="reason").split())
    if len(reason) > LONGEST_REASON:
        raise CannotRetain(_("At most %(most)s characters, please.") % {"most": LONGEST_REASON}, "reason")
    with current.atomic():
        found = handling.locked(ticket)
        if Tombstone.objects.filter(ticket=found).exists():
            raise CannotRetain(_("The content of this request was removed already."))
        if LegalHold.objects.filter(ticket=found).exists():
            raise CannotRetain(_("This request is kept already."))
        made = LegalHold.objects.create(ticket=found, reason=reason, by=str(by), at=at)
        protecting.enter(act="hold", object=found, about=found.number, by=by, at=at)
        events.enter(act="hold", ticket=found, by=by, at=at, changes={"reason": (None, reason)})
    return made


def end_hold(*, ticket: Ticket, by: User, at: datetime) -> None:
    """End a hold: the ticket goes with the next run if its time is over. Raises CannotRetain: not by an operator, or not held."""
    _operators_only(by)
    with current.atomic():
        found = handling.locked(ticket)
        held = LegalHold.objects.filter(ticket=found).first()
        if held is None:
            raise CannotRetain(_("There is no legal hold on this request."))
        held.delete()
        protecting.enter(act="end_hold", object=found, about=found.number, by=by, at=at)
        events.enter(act="end_hold", ticket=found, by=by, at=at, changes={"reason": (held.reason, None)})


def due(*, at: datetime) -> QuerySet[Ticket]:
    """Settled tickets whose time is over at a moment and that may go.

    Not those on hold, nor what still belongs to a ticket that stays: merged into it, merged with it, or with a message that people read there, too.
    """
    stays = Q(hold__isnull=False) | ~_time_is_over(at) | ~Q(state__in=SETTLED)
    living = Ticket.objects.filter(stays, tombstone=None)
    found: QuerySet[Ticket] = _ripe(at).filter(
        ~Exists(living.filter(also_said__ticket=OuterRef("pk"))),
        ~Exists(living.filter(pk=OuterRef("merged_into"))),
        ~Exists(living.filter(merged_into=OuterRef("pk"))),
        hold=None,
    )
    return found


def next_run(*, at: datetime) -> datetime:
    """When the next run begins."""
    local = timezone.localtime(at)
    day = local.date() + timedelta(days=local.time() >= AT_NIGHT)
    return timezone.make_aware(datetime.combine(day, AT_NIGHT))


def preview(*, at: datetime, most: int = 100) -> Preview:
    """What would go at the next run, the oldest first; nothing is changed."""
    then = next_run(at=at)
    found = due(at=then)
    rows = list(found.select_related("municipality", "queue").order_by("solved_at", "pk")[:most])
    return Preview(then, found.count(), rows, _ripe(then).exclude(hold=None).count())


def run(*, at: datetime, most: int = A_NIGHT) -> int:
    """Remove the content of tickets that are due, `most` at most; returns how many.

    A transaction for each hundred: what breaks off goes on with the next run, and nothing is half removed. What is left is queued at once.
    """
    removed = 0
    while removed < most and (gone := _remove_some(at, min(AT_ONCE, most - removed))):
        removed += gone
    while _remove_mails_aside(at):
        pass
    protecting.empty_stores(at=at)
    if removed >= most and due(at=at).exists():
        queues.send("hotline.remove_old", lane="centre")
    return removed


def _ripe(at: datetime) -> QuerySet[Ticket]:
    found: QuerySet[Ticket] = Ticket.objects.filter(_time_is_over(at), state__in=SETTLED, tombstone=None)
    return found


def _time_is_over(at: datetime) -> Q:
    known, year = rules(), timezone.localtime(at).year
    found = (~Q(municipality__in=known.own) | Q(municipality=None)) & Q(solved_at__lt=_new_year(year - known.years))
    for key, years in known.own.items():
        found |= Q(municipality=key, solved_at__lt=_new_year(year - years))
    return found


def _new_year(year: int) -> datetime:
    return timezone.make_aware(datetime.combine(date(year, 1, 1), time()))


def _remove_some(at: datetime, size: int) -> int:
    with current.atomic():
        free = due(at=at).select_for_update(of=("self",), skip_locked=True).order_by("solved_at", "pk")
        locked = list(free.values_list("pk", flat=True)[:size])
        keys = list(due(at=at).filter(pk__in=locked).values_list("pk", flat=True))  # a hold may have come while we waited for nothing
        if keys:
            _remove(keys, at)
    return len(keys)


def _remove(keys: Sequence[int], at: datetime) -> None:
    said = Message.objects.filter(ticket__in=keys)
    _remove_mails(keys, at)
    files = Attachment.objects.filter(message__in=said)
    protecting.unneeded(Place.ATTACHMENTS, files.values_list("sha256", flat=True))
    files.delete()
    Message.also_on.through.objects.filter(Q(ticket__in=keys) | Q(message__in=said)).delete()
    said.delete()
    asked = SupportRequest.objects.filter(ticket__in=keys)
    orders = list(asked.values_list("order", flat=True))
    asked.delete()
    Order.objects.filter(pk__in=orders).update(body={}, answer={}, given_by=NOBODY)
    for model in (CallBack, TicketContext, TicketEvent, Unfinished):
        model._base_manager.filter(ticket__in=keys).delete()
    Ticket.watchers.through.objects.filter(ticket__in=keys).delete()
    nobody = _nobody(at)
    _remove_times(keys, nobody)
    tickets = Ticket.objects.filter(pk__in=keys)
    empty = {"subject": _("(removed after its time)"), "requester": nobody, "created_by": nobody, "assignee": None}
    tickets.update(**empty, state=Ticket.State.CLOSED, revision=F("revision") + 1)
    Tombstone.objects.bulk_create(Tombstone(ticket_id=key, at=at) for key in keys)
    TicketEvent.objects.bulk_create(TicketEvent(ticket_id=key, act="remove", actor=_("Retention rule"), at=at) for key in keys)
    findable.keep_some(keys)
    numbers = sorted(tickets.values_list("number", flat=True))
    changes = {"requests": (len(numbers), None), "from": (numbers[0], None), "to": (numbers[-1], None)}
    protecting.enter(act="remove", object=Ticket.objects.get(pk=keys[0]), about="", by=None, at=at, changes=changes)


def _remove_mails(keys: Sequence[int], at: datetime) -> None:
    """Of mails that came in the hash stays, so that a mailbox that is read anew does not bring them again."""
    OutgoingMail.objects.filter(Q(ticket__in=keys) | Q(message__ticket__in=keys)).delete()
    DeskNotice.objects.filter(ticket__in=keys).delete()
    mails = IncomingMail.objects.filter(
        pk__in=list(IncomingMail.objects.filter(Q(ticket__in=keys) | Q(message__ticket__in=keys)).values_list("pk", flat=True))
    )
    _empty(mails, at)


def _remove_mails_aside(at: datetime) -> int:
    """The same for some of the mails of which no request was made; counted from the year in which they came. Returns how many."""
    ended = _new_year(timezone.localtime(at).year - rules().years)
    with current.atomic():
        aside = IncomingMail.objects.filter(outcome__in=["parked", "left"], arrived_at__lt=ended).exclude(
            reason=IncomingMail.Reason.REMOVED
        )
        keys = list(aside.select_for_update(of=("self",), skip_locked=True).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        mails = IncomingMail.objects.filter(pk__in=keys)
        if keys:
            _empty(mails, at)
            first = mails.order_by("pk")[0]
            protecting.enter(act="remove_mails", object=first, about="", by=None, at=at, changes={"mails": (len(keys), None)})
    return len(keys)


def _empty(mails: QuerySet[IncomingMail], at: datetime) -> None:
    protecting.unneeded(Place.MAILS, mails.values_list("sha256", flat=True))
    gone = {"outcome": IncomingMail.Outcome.LEFT, "reason": IncomingMail.Reason.REMOVED, "ticket": None, "message": None, "proposal": None}
    words = {"sender_name": "", "sender_address": "", "participants": [], "subject": "", "text": "", "files": [], "mail_id": ""}
    mails.update(**gone, **words, references=[], settled_by=_("Retention rule"), settled_at=at)


def _remove_times(keys: Sequence[int], nobody: User) -> None:
    """What is billed stays as the sum in the bill; what is not billed yet stays until it is, without who booked it."""
    entries, billed = TimeEntry.objects.filter(ticket__in=keys), set(BilledQuarter.objects.values_list("year", "quarter"))
    waiting = {entry.ticket_id for entry in entries if (entry.day.year, time_booking.quarter_of(entry.day)) not in billed}
    entries.filter(ticket__in=waiting).update(booked_by=nobody)
    done = entries.exclude(ticket__in=waiting)
    done.filter(corrects__isnull=False).delete()
    done.delete()


def _nobody(at: datetime) -> User:
    """Who stands where a person stood. Nobody can sign in with it, and it is found by no search for people who call."""
    found = User.objects.filter(username=NOBODY).first()
    if found is None:
        found = staffing.create_person(username=NOBODY, display_name=_("(removed)"), by=None, at=at)
        found.is_active, found.deactivated_at = False, at
        found.save(update_fields=["is_active", "deactivated_at"])
    return found


def _operators_only(by: User) -> None:
    if not protecting.is_operator(by):
        raise CannotRetain(_("How long requests are kept is decided by operators."))

"""The competence centre asks to look at one file or one area of the settings; this municipality decides, and the clock ends what it consented to.

An order of the centre asks, and nothing more: it is answered with "asked" whether there is such a file or not. Who may consent is the municipality's
setting; what may be shown at all is decided by records_withheld_from_support (migration 0017) and by nobody's consent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from foundation.any_of import Numbers
from foundation.statements import Blank, Statement
from tenants import channel, current, guests, outgoing
from tenants.models import MunicipalSettings, User
from tenants.orders import Order, Refused
from tenants.roles import Role

from . import granting, journal
from .models import FormerReference, RecordFile, SupportAccess
from .models.access import LEVEL_MANAGE, LEVEL_READ, scopes_of
from .models.support import MOST_HOURS

State = SupportAccess.State
WAITS = timedelta(days=7)  # what nobody has decided by then is over; the centre asks again
MOST_WAITING = 50
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class CannotDecide(Exception):
    """It cannot be accepted, refused or ended like that; the message says why."""


def carry_out(*, order: Order, at: datetime) -> Mapping[str, Any]:
    """What an order says: `do` is "ask" (with agent {id, name}, ticket, hours, and file or area) or "end". Raises Refused; nothing is granted here."""
    body = order.body
    access_id = _uuid(body.get("access"))
    if body.get("do") == "end":
        access = SupportAccess.objects.select_for_update(of=("self",)).filter(public_id=access_id).first()
        if access is not None:
            _end(access, by=None, at=at, why="ticket_closed")
        return {"state": "ended"}
    if body.get("do") != "ask":
        raise Refused(_("The order cannot be read."))
    _ask(access_id, body, at)
    return {"state": "asked"}


def count_waiting(*, person: User, at: datetime) -> int:
    """How many wait for this person's decision. Her desk asks each time, and nearly always there are none in the whole municipality."""
    if not current.rows_of(SOMETHING_WAITS, since=at - WAITS):
        return 0
    return waiting_for(person=person, at=at).count()


SOMETHING_WAITS = Statement(
    lambda: SupportAccess.objects.filter(state=State.ASKED, asked_at__gt=Blank("since")).order_by().values_list("pk")[:1],
    using=current.alias,
)


def waiting_for(*, person: User, at: datetime) -> QuerySet[SupportAccess]:
    """What this person may decide, the oldest first. Nothing for a file that is never shown, and for one that there is not."""
    waiting = SupportAccess.objects.filter(state=State.ASKED, asked_at__gt=at - WAITS)
    return _decided_by(waiting, person).showable().order_by("asked_at", "pk")  # type: ignore[attr-defined, no-any-return]


def running_for(*, person: User, at: datetime) -> QuerySet[SupportAccess]:
    """What this person may end: accesses that are in force. Those to files she manages are hers to end even if others consented."""
    running = SupportAccess.objects.filter(state=State.ACCEPTED, until__gt=at)
    return _decided_by(running, person, ending=True).order_by("until", "pk")


def accept(*, access: SupportAccess, hours: int, confirmed: bool, address: str, by: User, at: datetime) -> SupportAccess:
    """Let the agent look, for as many hours from now on: those that were asked for, or fewer.

    `confirmed`: the person has said that no special secrecy stands against it. `address` is where browsers reach this municipality.
    Raises CannotDecide: not hers to decide, decided or too late, never shown, more hours than asked for, not confirmed, or the agent looks at
    something else at the moment.
    """
    with current.atomic():
        access = _locked(access, by=by, at=at)
        if not 1 <= hours <= access.hours:
            raise CannotDecide(_("Please choose 1 to %(most)s hours: as many as were asked for, or fewer.") % {"most": access.hours})
        if not confirmed:
            raise CannotDecide(_("Please confirm that no special secrecy stands against it."))
        guest = guests.account_of(centre_id=access.agent_id, name=access.agent_name)
        for over in SupportAccess.objects.filter(guest=guest, state=State.ACCEPTED, until__lte=at).select_for_update(of=("self",)):
            _end(over, by=None, at=at, why="time")
        if SupportAccess.objects.filter(guest=guest, state=State.ACCEPTED).exists():
            raise CannotDecide(_("%(name)s looks at something else at the moment. End that first.") % {"name": access.agent_name})
        access.state, access.decided_at, access.decided_by = State.ACCEPTED, at, str(by)
        access.guest, access.until = guest, at + timedelta(hours=hours)
        access.save(update_fields=["state", "decided_at", "decided_by", "guest", "until"])
        if access.file is not None:
            granting.set_apart(access.file)
        guests.wake(guest)
        _tell(access, at, until=access.until.isoformat(), address=address)
        _enter("accept_support_access", access, by, at, support_access=(None, access.agent_name), until=(None, access.until))
        current.forget()
    return access


def refuse(*, access: SupportAccess, by: User, at: datetime) -> SupportAccess:
    """Say no. The centre hears that, and no reason. Raises CannotDecide: not hers to decide, or decided already."""
    with current.atomic():
        access = _locked(access, by=by, at=at)
        access.state, access.decided_at, access.decided_by = State.REFUSED, at, str(by)
        access.save(update_fields=["state", "decided_at", "decided_by"])
        _tell(access, at)
        _enter("refuse_support_access", access, by, at, support_access=(access.agent_name, None))
    return access


def revoke(*, access: SupportAccess, by: User, at: datetime) -> None:
    """End an access before its time; what has ended stays as it is. Raises CannotDecide: not hers to end."""
    with current.atomic():
        access = SupportAccess.objects.select_for_update(of=("self",)).get(pk=access.pk)
        if access.state != State.ACCEPTED:
            return
        if not _decided_by(SupportAccess.objects.filter(pk=access.pk), by, ending=True).exists():
            raise CannotDecide(_("This is not for you to decide."))
        _end(access, by=by, at=at, why="revoked")


def end_due(*, at: datetime) -> int:
    """Put away what time has ended, what nobody has decided, and what must not be shown any more. Returns how many.

    Rights do not wait for it: records_scopes_of compares the moment itself. This tells the centre, and puts the guests to sleep.
    """
    ended = 0
    over = Q(state=State.ASKED, asked_at__lte=at - WAITS) | Q(state=State.ACCEPTED, until__lte=at)
    with current.atomic():
        shown = SupportAccess.objects.get_queryset().showable()  # type: ignore[attr-defined]
        hidden = SupportAccess.objects.filter(state=State.ACCEPTED).exclude(pk__in=shown.values("pk")).values("pk")
        for access in SupportAccess.objects.select_for_update(of=("self",)).filter(over | Q(pk__in=hidden)).order_by("pk"):
            why = "time" if access.until is None or access.until <= at else "withheld"
            _end(access, by=None, at=at, why=why)
            ended += 1
        in_force = SupportAccess.objects.filter(state=State.ACCEPTED).values("guest")
        for guest in User.objects.get_queryset().filter(is_guest=True, is_active=True).exclude(pk__in=in_force):
            guests.rest(guest)
    return ended


def forget_old(*, at: datetime) -> int:
    """Drop accesses that ended a year ago; the journal keeps what happened. Returns how many."""
    over = [State.REFUSED, State.ENDED, State.EXPIRED]
    return SupportAccess.objects.filter(state__in=over, asked_at__lt=at - timedelta(days=365)).delete()[0]


def _ask(access_id: UUID, body: Mapping[str, Any], at: datetime) -> None:
    if SupportAccess.objects.filter(public_id=access_id).exists():
        raise Refused(_("This was asked before; what was asked is not changed."))
    if SupportAccess.objects.filter(state=State.ASKED, asked_at__gt=at - WAITS).count() >= MOST_WAITING:
        raise Refused(_("Too many requests wait for a decision."))
    agent, hours = body.get("agent"), body.get("hours")
    if not isinstance(agent, Mapping) or isinstance(hours, bool) or not isinstance(hours, int) or not 1 <= hours <= MOST_HOURS:
        raise Refused(_("The order cannot be read."))
    name, ticket, named, area = (_line(said) for said in (agent.get("name"), body.get("ticket"), body.get("file"), body.get("area")))
    if not name or not ticket or len(ticket) > 40 or len(named) > 120 or bool(named) == bool(area):
        raise Refused(_("The order cannot be read."))
    if area and area not in SupportAccess.Area.values:
        raise Refused(_("There is no such area."))
    access = SupportAccess.objects.create(
        public_id=access_id,
        agent_id=_uuid(agent.get("id")),
        agent_name=name[:200],
        ticket=ticket,
        named=named,
        file=_file(named) if named else None,
        area=area,
        hours=hours,
        asked_at=at,
    )
    _enter("ask_for_support_access", access, None, at, support_access=(None, name), hours=(None, hours))


def _file(named: str) -> RecordFile | None:
    """The file of a reference or former reference. Drafts have none; what is never shown is found too, and shown to nobody."""
    former = FormerReference.objects.filter(file_reference=named).values("file")
    found: RecordFile | None = RecordFile.objects.filter(Q(file_reference=named) | Q(pk__in=former), number__isnull=False).first()
    return found


def _decided_by(accesses: QuerySet[SupportAccess], person: User, *, ending: bool = False) -> QuerySet[SupportAccess]:
    """Those that a person may decide by the municipality's setting. By her own rights: a substitute does not consent for the absent one.

    With `ending` also those to files that she manages, and to settings if she is an administrator: to end is less than to consent.
    """
    rule, Rule = MunicipalSettings.known().support_consent, MunicipalSettings.SupportConsent
    officer = person.has_role(Role.DATA_PROTECTION)
    if not person.is_active or person.is_guest:
        return accesses.none()
    may = Q(pk__in=[])
    if rule == Rule.MANAGER or ending:
        scopes = scopes_of(person)
        own = Numbers(sorted(key for key in scopes.at_least(LEVEL_MANAGE) if scopes.own_level(key) >= LEVEL_MANAGE))
        may |= Q(file__scope__any_of=own)
    if rule == Rule.SUPERVISOR and person.has_role(Role.SUPERVISOR):
        may |= Q(file__scope__any_of=scopes_of(person).at_least(LEVEL_READ))
    if (rule == Rule.DATA_PROTECTION and officer) or (ending and officer):
        may |= Q(file__isnull=False) | ~Q(area="")
    if person.has_role(Role.ADMINISTRATOR) and (ending or rule != Rule.DATA_PROTECTION):
        may |= ~Q(area="")
    return accesses.filter(may).select_related("file", "guest")


def _locked(access: SupportAccess, *, by: User, at: datetime) -> SupportAccess:
    """The access as it is now, to be decided. Raises CannotDecide."""
    found = SupportAccess.objects.select_for_update(of=("self",)).select_related("file").get(pk=access.pk)
    if found.state != State.ASKED or found.asked_at <= at - WAITS:
        raise CannotDecide(_("This has been decided already, or it is too late."))
    if not waiting_for(person=by, at=at).filter(pk=found.pk).exists():
        raise CannotDecide(_("This is not for you to decide."))
    return found


def _end(access: SupportAccess, *, by: User | None, at: datetime, why: str) -> None:
    """End a locked access, whatever it was waiting for. What has ended stays as it is."""
    if access.state not in (State.ASKED, State.ACCEPTED):
        return
    undecided = access.state == State.ASKED
    access.state, access.ended_at = State.EXPIRED if undecided and why == "time" else State.ENDED, at
    access.save(update_fields=["state", "ended_at"])
    if not undecided:
        if access.guest is not None:
            guests.rest(access.guest)
        if access.file is not None:
            granting.put_back(access.file)
    _tell(access, at)
    _enter("end_support_access", access, by, at, support_access=(access.agent_name, None), why_ended=(None, why))
    current.forget()


def _tell(access: SupportAccess, at: datetime, **more: str) -> None:
    outgoing.enter(kind=channel.SUPPORT_STATE, body={"access": str(access.public_id), "state": str(access.state), **more}, by=None, at=at)


def _enter(act: str, access: SupportAccess, by: User | None, at: datetime, **changes: tuple[Any, Any]) -> None:
    """Into the journal: at the file where there is one, else at the access itself."""
    told = {**changes, "ticket": (None, access.ticket)} | ({"area": (None, access.area)} if access.area else {})
    journal.enter(act=act, object=access.file or access, by=by, at=at, changes=told)


def _uuid(told: Any) -> UUID:
    try:
        return UUID(str(told))
    except ValueError as error:
        raise Refused(_("The order cannot be read.")) from error


def _line(told: Any) -> str:
    return " ".join(CONTROL.sub(" ", told).split()) if isinstance(told, str) else ""

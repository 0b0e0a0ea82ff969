"""Merging two tickets that are about the same, and undoing it: nothing that was said is lost, doubled, or kept from whom it was said to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from foundation.mail import normalised
from tenants import current
from tenants.models import User

from . import events, handling, promises
from .models import CallBack, IncomingMail, Merge, Message, OutgoingMail, Ticket, Tombstone

AGAIN_TO_DO = (Ticket.State.WAITING, Ticket.State.SOLVED)


class CannotMerge(Exception):
    """The tickets cannot be merged like that, or there is nothing to undo; the message says why."""


def merge(*, ticket: Ticket, into: Ticket, by: User, at: datetime, seen: int | None = None) -> Merge:
    """Merge a ticket into another one, where everything goes on: its messages are read there, replies to it land there.

    It stays as a closed one that says where it went; its requester and watchers may read the other one from now on. Raises CannotMerge: the
    same, merged already, with tickets below it, into a settled one, or removed after its time; handling.Stale.
    """
    with current.atomic():
        rows = _locked({ticket.pk, into.pk})
        source, target = rows[ticket.pk], rows[into.pk]
        handling.refuse_stale(source, seen=seen)
        _refuse_unfit(source, target)
        made = Merge.objects.create(source=source, target=target, at=at, state=source.state, solved_at=source.solved_at)
        Message.objects.filter(ticket=source).update(ticket=target, home=Coalesce(F("home"), source.pk))
        Ticket.objects.filter(merged_into=source).update(merged_into=target)
        _carry_call_backs(source, target, at=at)
        source.merged_into = target
        changes = handling.move(source, state=Ticket.State.CLOSED, at=at)
        handling.move(target, state=target.state, at=at)
        events.enter(act="take_up", ticket=target, by=by, at=at, changes={"merged": (None, source.number)})
        events.enter(act="merge", ticket=source, by=by, at=at, changes=changes | {"merged_into": (None, target.number)})
    handling.show(ticket, source)
    return made


def undo(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Take a merged ticket out again: it has its own messages back, its state, and what its requester wrote meanwhile.

    What staff answered while both were one was said to both, and stays readable on both; who answers a mail about it is on her own ticket.
    Raises CannotMerge: it is not merged, or its content was removed.
    """
    with current.atomic():
        source, root = _locked_with_root(ticket)
        path = list(_path(source))
        if not path:
            raise CannotMerge(_("This ticket is not merged."))
        _refuse_removed(source, root)
        held, below = path[0], _below(source)
        shown = Message.also_on.through
        said = list(_said_to_both(path, root))
        shown.objects.bulk_create((shown(message=one, ticket=source) for one in said), ignore_conflicts=True)
        _give_mails_back(source, [source.pk, *below], path, root)
        returning = Message.objects.filter(ticket=root, home__in=[source.pk, *below])
        asked = list(_questions().filter(pk__in=returning.filter(at__gte=held.at).values("pk")))
        returning.filter(home__in=below).update(ticket=source)
        returning.filter(home=source).update(ticket=source, home=None)
        _give_call_backs_back(source, below, root, at=at)
        Ticket.objects.filter(pk__in=below).update(merged_into=source)
        Merge.objects.filter(pk=held.pk).update(undone_at=at)
        _count_what_was_said(source, held, [*said, *asked])
        _owe_no_more(root, asked)
        state = Ticket.State.OPEN if asked and held.state in AGAIN_TO_DO else held.state
        changes = {"merged_into": (root.number, None)}
        source.merged_into, source.solved_at = None, held.solved_at
        changes |= handling.move(source, state=state, at=at)
        handling.move(root, state=root.state, at=at)
        events.enter(act="give_back", ticket=root, by=by, at=at, changes={"merged": (source.number, None)})
        events.enter(act="unmerge", ticket=source, by=by, at=at, changes=changes)
    return handling.show(ticket, source)


def _carry_call_backs(source: Ticket, target: Ticket, *, at: datetime) -> None:
    """What call-backs are wanted goes on where everything does. One is open at a time, the one that is wanted first; after it the other one is."""
    hers = CallBack.objects.to_make().filter(ticket=source)
    keys = list(hers.values_list("pk", flat=True))
    if keys:
        hers.set_aside(at=at)
        CallBack.objects.filter(pk__in=keys).update(ticket=target, home=Coalesce(F("home"), source.pk))
        CallBack.objects.line_up(target, at=at)


def _give_call_backs_back(source: Ticket, below: list[int], root: Ticket, *, at: datetime) -> None:
    """Each has its own call-backs again; what stood behind one of the other's is open."""
    CallBack.objects.filter(ticket=root, home__in=[source.pk, *below]).update(ticket=source)
    CallBack.objects.filter(ticket=source, home=source).update(home=None)
    for one in (source, root):
        CallBack.objects.line_up(one, at=at)


def _refuse_unfit(source: Ticket, target: Ticket) -> None:
    if source.pk == target.pk:
        raise CannotMerge(_("A ticket is not merged into itself."))
    _refuse_removed(source, target)
    for one in (source, target):
        if one.merged_into is not None:
            words = {"number": one.number, "other": one.merged_into.number}
            raise CannotMerge(_("%(number)s was merged into %(other)s already.") % words)
    if target.settled:
        raise CannotMerge(_("%(number)s is settled. Reopen it first, or merge the other way round.") % {"number": target.number})
    if source.children.exists():
        raise CannotMerge(
            _("%(number)s has tickets below it. Merge the other way round, or release them first.") % {"number": source.number}
        )


def _refuse_removed(*tickets: Ticket) -> None:
    """What was removed after its time has no content, nobody who asked it, and comes back to no desk."""
    gone = set(Tombstone.objects.filter(ticket__in=tickets).values_list("ticket", flat=True))
    for one in tickets:
        if one.pk in gone:
            words = {"number": one.number}
            raise CannotMerge(_("The content of %(number)s was removed after its time. It is neither merged nor taken out again.") % words)


def _locked(keys: Iterable[int]) -> dict[int, Ticket]:
    """Lock tickets, always in the same order: two who merge crosswise take turns."""
    rows = Ticket.objects.select_for_update(of=("self",)).for_reading().filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}


def _locked_with_root(ticket: Ticket) -> tuple[Ticket, Ticket]:
    """A merged ticket and the one it goes on in; of any other ticket itself, twice. Looked at again under the lock."""
    goes_to = None
    while True:
        rows = _locked({ticket.pk, goes_to or ticket.pk})
        now = rows[ticket.pk].merged_into_id
        if now is None or now == goes_to:
            return rows[ticket.pk], rows[now or ticket.pk]
        goes_to = now


def _path(source: Ticket) -> Iterator[Merge]:
    """The merges that lead from a ticket to where it goes on now."""
    at: int | None = source.pk
    while held := Merge.objects.filter(source=at, undone_at=None).first():
        yield held
        at = held.target_id


def _below(source: Ticket) -> list[int]:
    """Keys of the tickets that were merged into this one, directly or by way of another."""
    found: list[int] = []
    layer = [source.pk]
    while layer:
        layer = list(Merge.objects.filter(target__in=layer, undone_at=None).values_list("source", flat=True))
        found += layer
    return found


def _give_mails_back(source: Ticket, group: list[int], path: list[Merge], root: Ticket) -> None:
    """Put the mails of the tickets that leave to them: those their people wrote meanwhile, and those sent to them and to nobody who stays.

    Otherwise their answers would go on landing on the other ticket: whoever got a mail on a ticket has a part in it.
    """
    whose = Message.objects.filter(pk=OuterRef("message")).values("home")[:1]
    IncomingMail.objects.filter(message__ticket=root, message__home__in=group).update(ticket=Subquery(whose))
    staying = Ticket.objects.filter(Q(pk=root.pk) | Q(merged_into=root)).exclude(pk__in=group).values("pk")
    theirs = _addresses(Ticket.objects.filter(pk__in=group).values("pk")) - _addresses(staying)
    sent = OutgoingMail.objects.filter(ticket__in=[held.target_id for held in path], queued_at__gte=path[0].at)
    sent.filter(kind=OutgoingMail.Kind.REPLY, to_address__in=theirs).update(ticket=source)


def _addresses(tickets: QuerySet[Any, Any]) -> set[str]:
    """Where mails about these tickets go to."""
    people = User.objects.filter(Q(tickets__in=tickets) | Q(watched_tickets__in=tickets)).exclude(email="")
    return {normalised(address) for address in people.values_list("email", flat=True).distinct()}


def _count_what_was_said(source: Ticket, held: Merge, said: list[Message]) -> None:
    """Count answers and questions of the time when both were one as if the ticket had stood by itself; nothing is saved, its state is as before."""
    merged, source.state, source.solved_at = source.state, held.state, held.solved_at
    for message in sorted(said, key=lambda one: (one.at, one.pk)):
        if not message.by_staff:
            source.asks(at=message.at)
        elif message.author_id != source.requester_id:
            promises.answer(source, at=message.at)
            source.due_next_response = None  # counted; what she asked after that is reckoned when the ticket moves
    source.state = merged


def _questions() -> QuerySet[Message]:
    """What people who ask have said, without words of thanks that were kept on a settled ticket: those ask for nothing, nor take it up again."""
    found: QuerySet[Message] = Message.objects.filter(by_staff=False).exclude(mail__reason=IncomingMail.Reason.THANKS)
    return found


def _owe_no_more(root: Ticket, asked: list[Message]) -> None:
    """Let the ticket that stays owe no answer to who leaves, but to its own people only; nothing is saved."""
    if root.unanswered_since in [one.at for one in asked]:
        own = _questions().filter(ticket=root, at__gte=root.unanswered_since).order_by("at").first()
        root.unanswered_since = own.at if own else None


def _said_to_both(path: list[Merge], root: Ticket) -> QuerySet[Message]:
    """What staff have said on the tickets along the path since the ticket at its beginning was part of them; no notes."""
    asked, since = Q(pk=None), path[0].at
    for held in path:
        since = max(since, held.at)
        place = Q(home=None) if held.target_id == root.pk else Q(home=held.target_id)
        asked |= place & Q(at__gte=since)
    found: QuerySet[Message] = Message.objects.of(root).filter(asked, by_staff=True).exclude(kind=Message.Kind.NOTE)
    return found

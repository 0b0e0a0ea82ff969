"""One ticket on a screen: what was said, a message to be added, and for staff all that stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.statements import Blank, Statement
from hotline import (
    answering,
    asking,
    attaching,
    bundling,
    calling_back,
    claiming,
    deadline_words,
    handling,
    linking,
    mentioning,
    overview,
    rating,
    returning,
    searching,
    surrounding,
    tagging,
    unfinished,
)
from hotline.forms import AnswerForm, PlaceForm, StaffAnswerForm
from hotline.models import Incident, Message, OutgoingMail, Ticket, Tombstone, Unfinished
from hotline.models.tickets import STAFF, watched_by
from hotline.time_forms import TimeForm
from tenants import current
from tenants.doors import ClerkRequest
from tenants.roles import CentreRole

from .attachments import kept
from .doors import NOBODY, asks, ticket_or_404, with_addresses
from .mails import with_words
from .tickets import asked_of

BESIDE = 30  # tickets in the list at the left
# All that staff read on a ticket, with the mail that each message came by.
SAID = Statement(lambda: Message.objects.of(Blank("ticket")).select_related("author", "mail").in_order(), using=current.alias, anew=True)


@require_http_methods(["GET", "HEAD", "POST"])
@asks
def ticket(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """What was said on a ticket, and a message to be added. A merged one leads to where it went; what was written there is kept."""
    asked_for = ticket_or_404(request, ticket)
    if asked_for.merged_into is not None and request.method != "POST":
        words = {"number": asked_for.number, "other": asked_for.merged_into.number}
        messages.info(request, _("%(number)s was merged into %(other)s. Here it goes on.") % words)
        return redirect("hotline:ticket", asked_for.merged_into.public_id)
    found = asked_for if asked_for.merged_into is None else ticket_or_404(request, asked_for.merged_into.public_id)
    staff = request.user.has_role(*STAFF)
    bonds = linking.bonds_of(found) if staff else None
    draft = unfinished.of_ticket(found, by=request.user) if staff and request.method != "POST" else None
    taken_up = draft if "entwurf" in request.GET else None
    form = _form(request, found, bonds, taken_up)
    stale = ""
    if request.method == "POST" and form.is_valid():
        try:
            _say(request, asked_for, form)
        except (answering.CannotAnswer, attaching.CannotAttach) as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except handling.Stale as refusal:
            stale = str(refusal)
            form.data = form.data.copy()
            form.data["seen"] = str(found.revision)
        else:
            if staff:
                unfinished.discard(ticket=found, by=request.user)
            return redirect("hotline:ticket", found.public_id)
    wishes = surrounding.callbacks_of(found)
    callback = next((one for one in wishes if one.done_at is None), None)
    closed = handling.is_closed(found, at=timezone.now())
    removed = Tombstone.objects.filter(ticket=found).first() if closed else None
    context = {
        "nav": "tickets",
        "ticket": found,
        "due": deadline_words.next_due(found, at=timezone.now()),
        "said": _with_addresses(_said(request, found)),
        "form": None if removed or (closed and not staff) else form,
        "removed": removed,
        "draft": None if taken_up else draft,
        "stale": stale,
        "staff": staff,
        "too_late": handling.too_late(found, at=timezone.now()),
        "callback": callback,
        "callback_span": calling_back.span(callback) if callback else "",
        "callbacks_later": [(one.telephone, calling_back.span(one)) for one in wishes if one is not callback] if staff else [],
        "helpful_token": rating.token_for(found) if found.settled and found.requester_id == request.user.pk else "",
        "part_of": Incident.objects.visible_to(request.user).filter(pk=found.incident_id).first() if found.incident_id else None,
        "watched": watched_by(request.user).filter(ticket=found).exists(),
        **(_for_staff(request, found, bonds) if bonds is not None else {}),
    }
    return render(request, "hotline/ticket.html", context, status=409 if stale else 200)


def _said(request: ClerkRequest, ticket: Ticket) -> list[Message]:
    """What was said, `shown` as HTML; for staff with the mail that each message came by, and what could not be sent of it."""
    messages_shown: list[Any]
    if request.user.is_active and request.user.has_role(*STAFF):
        messages_shown = current.objects_of(SAID, ticket=ticket.pk)
        unsent = Prefetch("sent_mails", OutgoingMail.objects.filter(failed_at__isnull=False), to_attr="unsent")
        prefetch_related_objects(messages_shown, "attachments", unsent)
    else:
        messages_shown = list(Message.objects.read_on(ticket, request.user).for_reading().in_order())
    for message in messages_shown:
        message.shown = mentioning.shown(message.body)
    return messages_shown


def _with_addresses(said: Iterable[Message]) -> list[tuple[Message, str]]:
    """Messages, each with the address where it is split off: reversed once, and not for each of sixty."""
    pattern = reverse("hotline:message_split", args=[NOBODY])
    return [(message, pattern.replace(str(NOBODY), str(message.public_id))) for message in said]


def _form(request: ClerkRequest, found: Ticket, bonds: linking.Bonds | None, draft: Unfinished | None) -> Any:
    given = (request.POST or None, request.FILES or None)
    if bonds is None:
        return AnswerForm(*given, initial={"seen": found.revision})
    initial = {"seen": found.revision} | ({"kind": draft.kind, "body": draft.body} if draft else {})
    return StaffAnswerForm(*given, below=sum(not one.settled for one in bonds.children), initial=initial)


def _say(request: ClerkRequest, ticket: Ticket, form: Any) -> None:
    said = {name: value for name, value in form.cleaned_data.items() if name not in ("attachments", "children")}
    said["files"] = kept(request, form.cleaned_data["attachments"])
    if form.cleaned_data.get("children") and said["kind"] == Message.Kind.REPLY:
        del said["kind"]
        bundling.answer_all(ticket=ticket, **said, by=request.user, at=timezone.now())
    else:
        answering.say(ticket=ticket, **said, by=request.user, at=timezone.now())


def _for_staff(request: ClerkRequest, found: Ticket, bonds: linking.Bonds) -> dict[str, Any]:
    asked = asked_of(request)
    around = surrounding.of_ticket(found, at=timezone.now())
    return {
        "place": None if found.settled else _place_form(found),
        "past": around.past,
        "tags": tagging.of(found),
        "beside": with_addresses(overview.beginning_of(person=request.user, asked=asked, at=timezone.now(), size=BESIDE)),
        "query": request.GET.urlencode(),
        "supports": asking.of_ticket(found),
        "claim": claiming.of_ticket(found),
        "came_back": with_words(returning.of_ticket(found)),
        "now": timezone.now(),
        "linked": bonds.linked,
        "children": bonds.children,
        "merged": bonds.merged,
        "presence_words": {
            "reads": _("{names} is reading this request too."),
            "types": _("{names} is writing an answer at the moment."),
            "changed": _("There is something new on this request. Load the page again to read it; what you have typed stays."),
        },
        "running": around.running,
        "helping": searching.matching(person=request.user, subject=found.subject),
        "brought": around.brought,
        "time": _time(request, found),
        "hold": around.hold,
        "operator": request.user.has_role(CentreRole.OPERATOR),
        "contact": around.contact,
        "server": around.site,
        "standing": around.standing,
    }


def _place_form(ticket: Ticket) -> PlaceForm:
    """Unbound, with what holds now."""
    whose = ticket.assignee.public_id if ticket.assignee else None
    return PlaceForm(
        of_queue=ticket.queue, initial={"queue": ticket.queue.key, "priority": ticket.priority, "assignee": whose, "seen": ticket.revision}
    )


def _time(request: ClerkRequest, ticket: Ticket) -> dict[str, Any]:
    """What was booked on a ticket, and the form for more. An entry can be taken back by whoever booked it and by operators; nobody is named."""
    entries = surrounding.booked_on(ticket)
    back = {entry.corrects_id for entry in entries}
    operator = request.user.has_role(CentreRole.OPERATOR)
    rows = [
        {"entry": entry, "may": entry.corrects_id is None and entry.pk not in back and (operator or entry.booked_by_id == request.user.pk)}
        for entry in entries
    ]
    return {"rows": rows, "sum": sum(entry.minutes for entry in entries), "form": TimeForm()}

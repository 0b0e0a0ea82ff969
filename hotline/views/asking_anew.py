"""A new request on a screen: one's own, or one that staff take in for somebody who is on the telephone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hotline import acquainting, attaching, desk_keeping, taking_in, telephoning
from hotline.forms import NEW_CALLER, CallForm, RequestForm
from hotline.models import Ticket
from hotline.models.tickets import STAFF
from tenants.api.doors import uuid_or_none
from tenants.centre import arriving
from tenants.doors import ClerkRequest
from tenants.models import User

from .affected import running_for
from .attachments import kept
from .doors import asks, brought_by, staff_only

FIELDS = {"email": "new_email", "name": "new_name", "telephone": "new_telephone"}  # of a caller; her municipality is chosen from a list


@require_http_methods(["GET", "HEAD", "POST"])
@asks
def ticket_new(request: ClerkRequest) -> HttpResponse:
    """A request of one's own, also one that goes on from a settled one (`zu`); staff take one in for somebody (`wer`: number, name or town).

    Without a script, `suchen` looks for the caller; what was typed stays.
    """
    staff, follows = request.user.has_role(*STAFF), _settled_before(request)
    who = request.POST.get("who", request.GET.get("wer", "")).replace("\x00", "").strip()[:100] if staff else ""
    looks = staff and (request.method != "POST" or "suchen" in request.POST)
    found = telephoning.callers(who) if looks and who else []
    form = _form(request, follows, found, staff=staff, looks=looks, who=who)
    if request.method == "POST" and not looks and form.is_valid():
        try:
            files = kept(request, form.cleaned_data["attachments"])
            ticket = taking_in.open_ticket(
                **form.asked(), files=files, follows=follows, context=arriving.brought(request.session), by=request.user, at=timezone.now()
            )
        except acquainting.CannotAcquaint as refusal:
            found = getattr(refusal, "people", [])
            form.add_error("new_municipality" if refusal.field == "municipality" else FIELDS[refusal.field], str(refusal))
        except (taking_in.CannotTakeIn, attaching.CannotAttach) as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Your request has the number %(number)s.") % {"number": ticket.number})
            return redirect("hotline:ticket", ticket.public_id)
    return _page(request, form, follows, staff=staff, who=who, found=found, looked=looks)


@require_safe
@staff_only
def callers(request: ClerkRequest) -> HttpResponse:
    """Options of the combobox: whom a number, a name or a town finds, and at last to take in somebody new."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    return render(request, "hotline/_callers.html", {"people": telephoning.callers(typed), "typed": typed})


def _form(request: ClerkRequest, follows: Ticket | None, found: list[User], *, staff: bool, looks: bool, who: str) -> Any:
    """Who was found alone is chosen already. While staff look for the caller nothing is checked yet: what was sent so far is the beginning."""
    sent = request.POST if request.method == "POST" else None
    if not staff:
        return RequestForm(sent, request.FILES or None, initial={"subject": follows.subject if follows else ""})
    if not looks:
        return CallForm(sent, request.FILES or None)
    begun = {name: request.POST[name] for name in CallForm.base_fields if name in request.POST}
    if sent is None:
        begun = {"subject": follows.subject if follows else ""}
    chosen = found[0].public_id if len(found) == 1 else NEW_CALLER if who and not found else None
    return CallForm(initial={**begun, "who": who, "requester": chosen, **_begun_contact(who, begun, found)})


def _begun_contact(who: str, begun: dict[str, Any], found: list[User]) -> dict[str, str]:
    """Whom nobody knows by what was typed: it is her number or her name."""
    if found or not who:
        return {}
    field = "new_telephone" if sum(sign.isdigit() for sign in who) > len(who) / 2 else "new_name"
    return {} if begun.get(field) else {field: who[:50]}


def _page(
    request: ClerkRequest, form: Any, follows: Ticket | None, *, staff: bool, who: str, found: list[User], looked: bool
) -> HttpResponse:
    chosen = str(form["requester"].value() or "") if staff else ""
    known = _chosen(chosen, found)
    context = {
        "nav": "tickets",
        "form": form,
        "staff": staff,
        "who": who,
        "found": found,
        "people": [*found, *known],
        "chosen": chosen,
        "looked": looked and bool(who),
        "most": telephoning.MOST,
        "follows": follows,
        "brought": brought_by(request),
        "desk": desk_keeping.settings(),
        "running": [] if staff else running_for(request),
    }
    return render(request, "hotline/ticket_form.html", context)


def _chosen(chosen: str, found: list[User]) -> list[User]:
    """The person who was chosen, where she is not among those who were found."""
    if uuid_or_none(chosen) is None or any(str(person.public_id) == chosen for person in found):
        return []
    asking = User.objects.active().filter(groups__name="requester", public_id=chosen)
    return list(asking.select_related("contact__municipality"))


def _settled_before(request: ClerkRequest) -> Ticket | None:
    """The settled ticket that a new one goes on from (of a merged one, where that went); what is none, or unknown to the person, is left out."""
    before = uuid_or_none(request.GET.get("zu", ""))
    found: Ticket | None = Ticket.objects.visible_to(request.user).filter(public_id=before).first() if before else None
    lead: Ticket | None = found and (found.merged_into or found)
    return lead if lead is not None and lead.settled else None

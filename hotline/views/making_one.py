"""Two who ask for help are one person: looked for, shown side by side, made one. By operators."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hotline import making_one
from tenants.doors import ClerkRequest
from tenants.models import User

from .operating import operators_only
from .protection import contact_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def person_unite(request: ClerkRequest, person: UUID) -> HttpResponse:
    """Who could be the same, then both side by side, then one."""
    kept = contact_or_404(person)
    given = request.POST if request.method == "POST" else request.GET
    other = _other(given.get("mit", ""))
    if other is not None and other.pk == kept.pk:
        other = None
    refused, confirm = "", False
    if request.method == "POST" and other is not None:
        try:
            made = making_one.make_one(
                kept=kept, gone=other, across=request.POST.get("trotzdem") == "1", by=request.user, at=timezone.now()
            )
        except making_one.CannotMakeOne as refusal:
            refused, confirm = str(refusal), refusal.confirm
        else:
            messages.success(request, _("%(person)s is one person from now on.") % {"person": made})
            return redirect("hotline:protection_person", made.public_id)
    elif request.method == "POST":
        refused = _("Please choose who it is.")
    asked = given.get("q", "").replace("\x00", "").strip()[:100]
    sides = making_one.sides(kept, other) if other is not None else []
    towns = {side.contact.municipality_id for side in sides if side.contact}
    context = {
        "nav": "administration",
        "person": kept,
        "q": asked,
        "people": [] if other is not None else making_one.who_could_be(kept, asked=asked),
        "most": making_one.MOST_FOUND,
        "sides": sides,
        "other": other,
        "confirm": confirm or len(towns) > 1,
        "refused": refused,
    }
    return render(request, "hotline/protection_unite.html", context, status=422 if refused else 200)


def _other(written: str) -> User | None:
    """The one who was chosen; None while nobody is. Somebody who does not exist is a 404."""
    if not written:
        return None
    try:
        return contact_or_404(UUID(written))
    except ValueError as error:
        raise Http404 from error

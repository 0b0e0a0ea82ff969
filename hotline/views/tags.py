"""Tags on screens: the list that operators keep, and those of one ticket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline import handling, tagging
from hotline.desk_forms import TagForm
from hotline.models import Tag, Ticket
from tenants.doors import ClerkRequest

from .doors import staff_only, ticket_or_404
from .operating import operators_only


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def tags(request: ClerkRequest) -> HttpResponse:
    """The list with a new one; how many requests each is on."""
    form = TagForm(request.POST or None)

    def add(name: str) -> None:
        tagging.add(name=name, by=request.user, at=timezone.now())
        messages.success(request, _("The tag is on the list."))

    if _tried(request, form, add):
        return redirect("hotline:tags")
    rows = Tag.objects.annotate(used=Count("tickets")).order_by("-active", "name")
    return render(request, "hotline/tags.html", {"nav": "administration", "tags": rows, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def tag(request: ClerkRequest, tag: UUID) -> HttpResponse:
    """One tag: its name, and retiring it."""
    found = get_object_or_404(Tag, public_id=tag)
    form = TagForm(request.POST or None, initial={"name": found.name})

    def rename(name: str) -> None:
        tagging.rename(tag=found, name=name, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))

    if _tried(request, form, rename):
        return redirect("hotline:tags")
    used = found.tickets.count()
    return render(request, "hotline/tag.html", {"nav": "administration", "tag": found, "form": form, "used": used})


@require_POST
@operators_only
def tag_retire(request: ClerkRequest, tag: UUID) -> HttpResponse:
    tagging.retire(tag=get_object_or_404(Tag, public_id=tag), by=request.user, at=timezone.now())
    messages.success(request, _("The tag is retired. Where it is, it stays."))
    return redirect("hotline:tags")


@require_POST
@operators_only
def tag_take_back(request: ClerkRequest, tag: UUID) -> HttpResponse:
    tagging.take_back(tag=get_object_or_404(Tag, public_id=tag), by=request.user, at=timezone.now())
    return redirect("hotline:tags")


@require_safe
@staff_only
def tags_offered(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Options of the combobox beside a ticket."""
    found = tagging.fitting(ticket=ticket_or_404(request, ticket), typed=request.GET.get("q", ""))
    return render(request, "hotline/_tag_options.html", {"tags": found})


@require_POST
@staff_only
def ticket_tag(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Put the tag on that was typed or chosen."""
    name = request.POST.get("tag", "")
    return _tagged(request, ticket, lambda found: tagging.put_on(ticket=found, name=name, by=request.user, at=timezone.now()))


@require_POST
@staff_only
def ticket_untag(request: ClerkRequest, ticket: UUID, tag: UUID) -> HttpResponse:
    gone = get_object_or_404(Tag, public_id=tag)
    return _tagged(request, ticket, lambda found: tagging.take_off(ticket=found, tag=gone, by=request.user, at=timezone.now()))


def _tagged(request: ClerkRequest, public_id: UUID, act: Callable[[Ticket], Ticket]) -> HttpResponse:
    """The card of the tags for the script, the whole page for everybody else.

    Whoever had read the ticket's last state before her own act has read its state now: her reply is not held up by what she did herself.
    """
    found, fault = ticket_or_404(request, public_id), ""
    try:
        act(found)
    except (tagging.CannotTag, handling.CannotHandle) as refusal:
        fault = str(refusal)
    if not request.htmx:
        if fault:
            messages.error(request, fault)
        return redirect("hotline:ticket", found.public_id)
    seen = request.POST.get("seen", "")
    up_to_date = seen == str(found.revision - (0 if fault else 1))
    context = {
        "ticket": found,
        "tags": tagging.of(found),
        "seen": found.revision if up_to_date else seen,
        "fault": fault,
        "done": not fault,
    }
    context["typed"] = request.POST.get("tag", "") if fault else ""
    return render(request, "hotline/_tags.html", context, status=422 if fault else 200)


def _tried(request: ClerkRequest, form: Any, act: Callable[[str], None]) -> bool:
    """Do the act with the name that was sent; False where there is a form to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(form.cleaned_data["name"])
    except tagging.CannotTag as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return False
    return True

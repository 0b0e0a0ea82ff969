"""Text modules on screens: the list that staff keep, what is offered behind "::", and the articles behind "??"."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hotline import mentioning, phrasing
from hotline.forms import TextModuleForm
from hotline.models import TextModule
from tenants.doors import ClerkRequest

from .doors import staff_only, ticket_or_404


@require_safe
@staff_only
def text_modules(request: ClerkRequest) -> HttpResponse:
    """All of them, those in use first."""
    found = TextModule.objects.order_by("-active", "key")
    return render(request, "hotline/text_modules.html", {"nav": "tickets", "modules": found})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def text_module_new(request: ClerkRequest) -> HttpResponse:
    return _keep(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def text_module(request: ClerkRequest, module: UUID) -> HttpResponse:
    found = TextModule.objects.filter(public_id=module).first()
    if found is None:
        raise Http404
    return _keep(request, found)


@require_safe
@staff_only
def text_modules_offered(request: ClerkRequest, ticket: UUID) -> JsonResponse:
    """For the script that answers to "::"."""
    return JsonResponse({"modules": phrasing.offered(ticket=ticket_or_404(request, ticket), person=request.user)})


@require_safe
@staff_only
def articles_offered(request: ClerkRequest, ticket: UUID) -> JsonResponse:
    """For the script that answers to "??": articles for a message of the kind `art`; what names none is taken for an answer that leaves the house."""
    found, typed = ticket_or_404(request, ticket), request.GET.get("q", "").replace("\x00", "")[:100]
    offers = mentioning.offered(ticket=found, typed=typed, kind=request.GET.get("art", ""), person=request.user)
    return JsonResponse({"articles": [asdict(offer) for offer in offers]})


def _keep(request: ClerkRequest, module: TextModule | None) -> HttpResponse:
    held = {"key": module.key, "title": module.title, "body": module.body, "active": module.active} if module else {"active": True}
    form = TextModuleForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        try:
            phrasing.keep(**form.cleaned_data, module=module, by=request.user, at=timezone.now())
        except phrasing.CannotPhrase as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The text module has been saved."))
            return redirect("hotline:text_modules")
    return render(request, "hotline/text_module.html", {"nav": "tickets", "form": form, "module": module})

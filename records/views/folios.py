"""Folio numbers of a file: how far they go, which are missing, and the act that gives them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from records import folios
from records.models.access import LEVEL_FOR
from tenants.models import MunicipalSettings

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may


@require_safe
def file_folios(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file)
    allowed = may(request.user, found)
    context = {
        "nav": "file_plan",
        "tab": "folios",
        "file": found,
        "crumbs": crumbs_of(found),
        "numbering": MunicipalSettings.load().get_folio_numbering_display(),
        "overview": folios.overview(file=found),
        "can_foliate": allowed["can_write"] and found.status != found.Status.CANCELLED,
        **allowed,
    }
    return render(request, "records/folios.html", context)


@require_POST
def file_foliate(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["foliate"])
    try:
        given = folios.foliate(file=found, by=request.user, at=timezone.now())
    except folios.CannotFoliate as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _said(given))
    return redirect("records:file_folios", file)


def _said(given: list[str]) -> str:
    if not given:
        return _("All sheets have their numbers already.")
    sentence = ngettext("%(count)s page has been numbered.", "%(count)s pages have been numbered.", len(given))
    return sentence % {"count": len(given)}

"""Restricted files: the shells that the registry may see, and which of them are named for substitutes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records import deputies
from records.models import RecordFile, SubstituteFile
from records.models.access import LEVEL_FOR, LEVEL_READ
from tenants.doors import roles_required
from tenants.models import MunicipalSettings, Substitute, User
from tenants.roles import Role

from .doors import ClerkRequest, file_or_404

PER_PAGE = 50


@require_safe
@roles_required(Role.REGISTRY)
def shells(request: ClerkRequest) -> HttpResponse:
    """Reference, unit and lead office of restricted files, if the municipality wants the registry to see so much. Never a title."""
    if not MunicipalSettings.load().registry_sees_restricted:
        raise Http404
    files = RecordFile.objects.filter(scope__restricted=True).standing().in_order().select_related("unit", "lead_office")
    shown = files.only("public_id", "file_reference", "unit__classification_code", "unit__title", "lead_office__code", "lead_office__name")
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("seite"))
    return render(request, "records/restricted_files.html", {"nav": "administration", "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def substitute_files(request: ClerkRequest, substitute: UUID) -> HttpResponse:
    """Name restricted files for one's own substitute, or take that back. Nobody but the absent person gets here."""
    found = _substitution(substitute)
    if found is None or found.absent_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        _name_or_not(request, found, file_or_404(request.user, _file_id(request), LEVEL_READ))
        return redirect("records:substitute_files", substitute)
    page = Paginator(deputies.nameable_files(clerk=request.user), PER_PAGE).get_page(request.GET.get("seite"))
    named = set(SubstituteFile.objects.filter(substitute=found).values_list("file_id", flat=True))
    return render(request, "records/substitute_files.html", {"nav": "desk", "substitute": found, "page": page, "named": named})


@require_POST
def file_substitutes(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Whoever manages a restricted file names it for a substitute, or takes that back."""
    found = file_or_404(request.user, file, LEVEL_FOR["grant"])
    try:
        substitute = _substitution(UUID(request.POST.get("substitute", "")))
    except ValueError as error:
        raise Http404 from error
    if substitute is None or not RecordFile.objects.visible_to(_absent(substitute)).filter(pk=found.pk).exists():
        raise Http404
    _name_or_not(request, substitute, found)
    return redirect("records:file_rights", file)


def _absent(substitute: Substitute) -> User:
    absent: User = substitute.absent
    return absent


def _substitution(public_id: UUID) -> Substitute | None:
    found: Substitute | None = Substitute.objects.select_related("absent", "deputy").filter(public_id=public_id).first()
    return found


def _file_id(request: ClerkRequest) -> UUID:
    try:
        return UUID(request.POST.get("file", ""))
    except ValueError as error:
        raise Http404 from error


def _name_or_not(request: ClerkRequest, substitute: Substitute, file: RecordFile) -> None:
    wanted = request.POST.get("named") == "1"
    act = deputies.name_file if wanted else deputies.unname_file
    try:
        act(substitute=substitute, file=file, by=request.user, at=timezone.now())
    except deputies.CannotName as refusal:
        messages.error(request, str(refusal))
        return
    names = {"deputy": substitute.deputy, "reference": file.file_reference}
    said = _("%(deputy)s may work on file %(reference)s.") if wanted else _("File %(reference)s is hidden from %(deputy)s again.")
    messages.success(request, said % names)

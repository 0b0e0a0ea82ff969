"""Closing with the completeness check, mending what it finds, re-filing, and taking a cancellation back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from records import completeness, filing, refiling, registering, retention, rights
from records.keeping_forms import RefileForm
from records.models import FilePlanUnit, RecordFile
from records.models.access import LEVEL_FOR
from tenants.models import User

from .binder import crumbs_of
from .doors import ClerkRequest, document_or_404, file_or_404, may

GROUPS = ("open", "unread", "misplaced", "undated")


@require_http_methods(["GET", "HEAD", "POST"])
def file_close(request: ClerkRequest, file: UUID) -> HttpResponse:
    """First the check, then the act; what stands in the way is shown with where it is mended."""
    found = file_or_404(request.user, file, LEVEL_FOR["close"])
    refusal = ""
    if request.method == "POST":
        try:
            closed = filing.close_file(file=found, by=request.user, at=timezone.now())
        except filing.CannotClose as error:
            refusal, found = str(error), file_or_404(request.user, file)
        else:
            messages.success(request, closed_sentence(closed))
            return redirect("records:file", file)
    elif not found.is_open:
        return redirect("records:file", file)
    checked = completeness.check(file=found, clerk=request.user)
    context = {
        "nav": "file_plan",
        "file": found,
        "crumbs": crumbs_of(found),
        "checked": checked,
        "groups": [(words, [line for line in checked.lines if line.group == group]) for group, words in group_words().items()],
        "period": retention.period_of(file=found),
        "refusal": refusal if checked.complete else "",
        **may(request.user, found),
    }
    return render(request, "records/file_close.html", context, status=409 if request.method == "POST" else 200)


def group_words() -> dict[str, str]:
    return {"open": _("Still open"), "unread": _("Not read"), "misplaced": _("Not in its place"), "undated": _("Without a date")}


def closed_sentence(file: RecordFile) -> str:
    """Until when a file that was closed is kept, or what its period waits for."""
    if file.retain_until:
        return _("The file is closed and kept until %(until)s.") % {"until": f"{file.retain_until:%d.%m.%Y}"}
    if file.retention_starts_with and not file.retention_unlimited:
        return _("The file is closed. Its period starts with: %(event)s.") % {"event": file.retention_starts_with}
    return _("The file is closed.")


@require_POST
def file_restore(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["restore"])
    try:
        filing.restore_file(file=found, reason=request.POST.get("reason", "")[:1000], by=request.user, at=timezone.now())
    except filing.CannotRestore as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The cancellation has been taken back."))
    return redirect("records:file", file)


@require_POST
def file_directly(request: ClerkRequest, document: UUID) -> HttpResponse:
    """One click of the completeness check: the document lies directly in the file on purpose."""
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    try:
        completeness.file_directly(document=found, by=request.user, at=timezone.now())
    except completeness.CannotMend as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("records:file_close", args=[found.file.public_id]) + "#pruefung")


@require_POST
def except_text(request: ClerkRequest, document: UUID) -> HttpResponse:
    """The other one: why a document needs no text."""
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    try:
        completeness.except_text(document=found, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())
    except completeness.CannotMend as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("records:file_close", args=[found.file.public_id]) + "#pruefung")


@require_http_methods(["GET", "HEAD", "POST"])
def file_refile(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Choose a unit and give a reason; then see who may read the file there; then do it."""
    found = file_or_404(request.user, file, LEVEL_FOR["refile"])
    form = RefileForm(request.POST or None, clerk=request.user, but=found.unit, recent=_recent_units(request.user))
    preview: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("sure") == request.POST.get("unit"):
            try:
                moved = refiling.refile_file(
                    file=found, unit=form.chosen, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
                )
            except filing.CannotFile as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The file has been re-filed as %(reference)s.") % {"reference": moved.file_reference})
                return redirect("records:file", file)
        else:
            preview = _who_may_read(found, form.chosen)
    context = {"nav": "file_plan", "file": found, "form": form, "preview": preview, "crumbs": crumbs_of(found)}
    return render(request, "records/file_refile.html", context, status=422 if form.errors else 200)


@require_POST
def file_register(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Give a draft its reference."""
    found = file_or_404(request.user, file, LEVEL_FOR["register"])
    try:
        registered = registering.register_file(file=found, by=request.user, at=timezone.now())
    except registering.CannotRegister as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The draft is registered as %(reference)s.") % {"reference": registered.file_reference})
    if request.POST.get("back") == "drafts":
        return redirect("records:drafts")
    return redirect("records:file", file)


def _recent_units(clerk: User) -> list[FilePlanUnit]:
    """Units of the files that the clerk opened last, newest first."""
    lately = RecordFile.objects.filter(created_by=clerk).order_by("-created_at", "-pk").values_list("unit_id", flat=True)[:60]
    order = list(dict.fromkeys(lately))[:5]
    units = FilePlanUnit.objects.in_bulk(order)
    return [units[pk] for pk in order]


def _who_may_read(file: RecordFile, unit: FilePlanUnit) -> dict[str, Any]:
    """Who may read the file after it was re-filed, who then no longer, who newly; by the grants on both units."""
    now, then = ({str(g.holder) for g in rights.grants_on_unit(unit=one)} for one in (file.unit, unit))
    own = set() if file.scope.file_id is None else {str(g.holder) for g in rights.grants_on_file(file=file) if g.own}
    return {
        "unit": unit,
        "restricted": file.scope.restricted,
        "reads": sorted(then | own),
        "gains": sorted(then - now - own),
        "loses": sorted(now - then - own),
    }

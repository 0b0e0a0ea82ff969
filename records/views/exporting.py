"""Printing and handing over: covers and divider sheets, the file as one PDF, the package for a court, and how far they are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.api.etags import ranged_file_response
from records import contents, export_making, exports, informing, leaving_out, printing, warnings_before
from records.export_forms import ExportForm, PrintForm
from records.models import Export, Information, RecordFile, StickyNote
from records.models.access import LEVEL_FOR
from tenants import stores

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def file_exports(request: ClerkRequest, file: UUID) -> HttpResponse:
    """What can be printed and handed over, with its warnings; and what was asked for before."""
    found = file_or_404(request.user, file, LEVEL_FOR["export"])
    form = ExportForm(request.POST if request.method == "POST" else None, file=found)
    if request.method == "POST" and form.is_valid():
        try:
            exports.ask(file=found, address=address_of(request, found), by=request.user, at=timezone.now(), **form.asked())
        except (exports.CannotExport, informing.CannotInform, warnings_before.NotConfirmed) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is being made in the background. You may go on working meanwhile."))
            return redirect(reverse("records:file_exports", args=[file]) + "#stand")
    return _screen(request, found, form)


@require_POST
def file_print(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Sheets for paper as a PDF that the browser shows."""
    found = file_or_404(request.user, file, LEVEL_FOR["export"])
    form = PrintForm(request.POST, file=found)
    if form.is_valid():
        try:
            content = printing.print_sheets(
                file=found, address=address_of(request, found), by=request.user, at=timezone.now(), **form.asked()
            )
        except (printing.CannotPrint, warnings_before.NotConfirmed) as refusal:
            form.add_error(None, str(refusal))
        else:
            name = export_making.safe_name(f"{found.file_reference}_{form.cleaned_data['sheets']}", "pdf")
            headers = {"Content-Disposition": f'inline; filename="{name}"', "X-Content-Type-Options": "nosniff"}
            return HttpResponse(content, content_type="application/pdf", headers=headers)
    return _screen(request, found, form)


@require_safe
def export_list(request: ClerkRequest, file: UUID) -> HttpResponse:
    """The clerk's exports of the file: fetched again while one of them is being made."""
    found = file_or_404(request.user, file, LEVEL_FOR["export"])
    return render(request, "records/_exports.html", {"file": found, **_shown(request, found)})


@require_POST
def export_cancel(request: ClerkRequest, file: UUID, export: UUID) -> HttpResponse:
    found = _export_or_404(request, file, export)
    try:
        exports.cancel(export=found, by=request.user, at=timezone.now())
    except exports.CannotExport as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("records:file_exports", args=[file]) + "#stand")


@require_POST
def export_release(request: ClerkRequest, file: UUID, export: UUID) -> HttpResponse:
    """The second person releases what somebody outside is shown."""
    found = file_or_404(request.user, file, LEVEL_FOR["release"])
    asked = informing.waiting_for(file=found, clerk=request.user).filter(export__public_id=export).first()
    if asked is None:
        raise Http404
    try:
        informing.release(export=asked.export, by=request.user, at=timezone.now())
    except informing.CannotInform as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Released. %(name)s can download it as soon as it is ready.") % {"name": asked.asked_by})
    return redirect(reverse("records:file_exports", args=[file]) + "#stand")


@require_safe
def export_download(request: ClerkRequest, file: UUID, export: UUID) -> HttpResponseBase:
    """Only for who asked, and only as long as she may read the file."""
    found = _export_or_404(request, file, export)
    try:
        found = exports.hand_out(export=found, by=request.user, at=timezone.now())
    except exports.CannotExport as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("records:file_exports", args=[file]) + "#stand")
    return delivered(request, found)


def delivered(request: Any, export: Export) -> HttpResponseBase:
    """The result as a download."""
    store = stores.of_municipality()
    return ranged_file_response(
        request,
        lambda: store.open_verified(export.sha256),
        size=export.size,
        etag=export.sha256,
        media_type=exports.MEDIA_TYPES[Export.Kind(export.kind)],
        name=export.name,
        inline=False,
    )


def address_of(request: Any, file: RecordFile) -> str:
    """The binder's address in this municipality: what a cover's QR code holds."""
    return str(request.build_absolute_uri(reverse("records:file", args=[file.public_id])))


def _export_or_404(request: ClerkRequest, file: UUID, export: UUID) -> Export:
    seen = file_or_404(request.user, file, LEVEL_FOR["export"])
    found = exports.of_clerk(file=seen, clerk=request.user).select_related("file").filter(public_id=export).first()
    if found is None:
        raise Http404
    return found


def _screen(request: ClerkRequest, file: RecordFile, form: Any) -> HttpResponse:
    """Ten queries, however many documents the file has."""
    sent = request.POST if request.method == "POST" else {}
    unwanted = {name: set(request.POST.getlist(name)) for name in ("registers", "documents", "sticky_notes")} if sent else {}
    registers = list(file.registers.order_by("position"))
    context = {
        "nav": "file_plan",
        "tab": "exports",
        "file": file,
        "crumbs": crumbs_of(file),
        "form": form,
        "kind": sent.get("kind", Export.Kind.FILE_PDF),
        "reason": sent.get("reason", ""),
        "searchable": bool(sent.get("searchable")),
        "receipt_stamps": bool(sent.get("receipt_stamps")) if sent else True,
        "purposes": Information.Purpose.choices,
        **{name: sent.get(name, "") for name in ("purpose", "recipient", "occasion")},
        "warnings": [SimpleNamespace(**vars(one), checked=one.code in request.POST.getlist("confirmed")) for one in _warnings(file)],
        "registers": registers,
        "volumes": list(file.volumes.order_by("number")),
        "chosen": sent.get("document", "") if sent else request.GET.get("dokument", ""),
        "groups": _groups(file, registers, unwanted),
        "notes": _notes(file, unwanted.get("sticky_notes", set())),
        "opened": any(unwanted.values()) or bool(form.errors),
        **_shown(request, file),
        **(told := may(request.user, file)),
        "to_release": list(informing.waiting_for(file=file, clerk=request.user)) if told["can_write"] else [],
    }
    return render(request, "records/exports.html", context, status=422 if form.errors else 200)


def _warnings(file: RecordFile) -> list[warnings_before.Caution]:
    return warnings_before.warnings_of(file=file)


def _shown(request: ClerkRequest, file: RecordFile) -> dict[str, Any]:
    now = timezone.now()
    rows: list[Any] = list(exports.of_clerk(file=file, clerk=request.user)[:SHOWN])
    for export in rows:
        export.busy = export.done_at is None
        export.ready = export.state == Export.State.READY and (export.expires_at is None or export.expires_at > now)
        export.sentence = exports.failure(export)
        export.told = getattr(export, "information", None)
        export.unreleased = export.told is not None and export.told.released_at is None
        export.missing = [{**left, "why": leaving_out.why(left)} for left in export.left_out]
        export.unchecked = "xjustiz" in export.options and not export.options["xjustiz"]["checked"]
    return {"exports": rows, "busy": any(export.busy for export in rows)}


def _groups(file: RecordFile, registers: list[Any], unwanted: dict[str, set[str]]) -> list[SimpleNamespace]:
    """Registers with their documents, each with whether it is left out."""
    documents = list(contents.listed(file=file))
    groups = []
    for register in [None, *registers]:
        own = [
            SimpleNamespace(
                id=str(document.public_id),
                title=document.title,
                draft=document.draft,
                left=str(document.public_id) in unwanted.get("documents", ()),
            )
            for document in documents
            if document.register_id == (register.pk if register else None)
        ]
        if own:
            left = bool(register) and str(register.public_id) in unwanted.get("registers", ())
            groups.append(SimpleNamespace(register=register, documents=own, left=left))
    return groups


def _notes(file: RecordFile, unwanted: set[str]) -> list[Any]:
    """Sticky notes that would go along."""
    notes: list[Any] = list(
        StickyNote.objects.filter(document__file=file, document__cancelled_at__isnull=True, removed_at__isnull=True, printed=True)
        .select_related("document")
        .order_by("document_id", "page", "pk")
    )
    for note in notes:
        note.left = str(note.public_id) in unwanted
    return notes

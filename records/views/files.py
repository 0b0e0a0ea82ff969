"""Lists of files, and a file's life: new, edit, close, reopen, cancel, journal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.statements import Blank, Statement
from records import filing, index_values, journal_export, journal_reading, warnings_before
from records.export_making import safe_name
from records.forms import EditFileForm, NewFileForm, ReasonForm
from records.models import FilePlanUnit, RecordFile
from records.models.access import LEVEL_FOR, LEVEL_WRITE, readable_units
from records.models.files import named
from tenants import current

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, is_partial, may
from .meanwhile import renew
from .paging import page_of
from .plan import with_counts


@require_safe
def file_list(request: ClerkRequest) -> HttpResponse:
    files = RecordFile.objects.visible_to(request.user)
    filters = {"q": request.GET.get("q", "").replace("\x00", "").strip(), "status": request.GET.get("status", "")}
    if filters["q"]:
        indexed = index_values.ids_with(clerk=request.user, text=filters["q"])
        files = files.filter(named(filters["q"]) | Q(pk__in=indexed))
    files = files.filter(status=filters["status"]) if filters["status"] in RecordFile.Status.values else files.standing()
    page = page_of(with_counts(files), request.GET)
    context = {"nav": "file_plan", "filters": filters, "show_unit": True, "can_create": may_create(request), **vars(page)}
    return render(request, "records/_file_rows.html" if is_partial(request) else "records/file_list.html", context)


def may_create(request: ClerkRequest) -> bool:
    return bool(current.rows_of(A_LEAF, written=readable_units(request.user).at_least(LEVEL_WRITE)))


A_LEAF = Statement(lambda: FilePlanUnit.objects.leaves().among(Blank("written")).values_list("pk")[:1], using=current.alias, anew=True)


@require_http_methods(["GET", "HEAD", "POST"])
def file_new(request: ClerkRequest) -> HttpResponse:
    """Three fields; warns of similar files once; "wie Akte …" copies the dividers of another."""
    like = _like(request)
    initial = {"unit": request.GET.get("einheit") or (like and like.unit.public_id), "like": like and like.public_id}
    form = NewFileForm(request.POST or None, clerk=request.user, initial=initial)
    similar: list[RecordFile] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        similar = [] if data["sure"] else _similar(request, data["unit"], data["title"])
        if not similar:
            try:
                file = filing.create_file(
                    unit=data["unit"], title=data["title"], register_set=data["register_set"], like=like, by=request.user, at=timezone.now()
                )
            except filing.CannotFile as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, created_sentence(file))
                return redirect("records:file", file.public_id)
    context = {"nav": "file_plan", "form": form, "similar": similar, "like": like, "cancel_url": reverse("records:file_plan")}
    return render(request, "records/file_form.html", context, status=422 if form.errors else 200)


def created_sentence(file: RecordFile) -> str:
    """What whoever opened a file reads: its reference, or that the registry will give it one."""
    if file.status == RecordFile.Status.DRAFT:
        return _("%(reference)s has been made. The registry registers it; you can work in it until then.") % {
            "reference": file.file_reference
        }
    return _("File %(reference)s has been created.") % {"reference": file.file_reference}


def _like(request: ClerkRequest) -> RecordFile | None:
    value = request.POST.get("like") or request.GET.get("wie")
    try:
        wanted = UUID(value or "")
    except ValueError:
        return None
    found: RecordFile | None = RecordFile.objects.visible_to(request.user).select_related("unit").filter(public_id=wanted).first()
    return found


def _similar(request: ClerkRequest, unit: FilePlanUnit, title: str) -> list[RecordFile]:
    """Files of the same unit whose title looks alike: perhaps the binder is there already."""
    same = RecordFile.objects.visible_to(request.user).standing().filter(unit=unit, title__trigram_similar=title.strip())
    return list(same.in_order()[:5])


@require_http_methods(["GET", "HEAD", "POST"])
def file_edit(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["edit"])
    form = EditFileForm(request.POST or None, instance=found, initial={"etag": found.etag})
    now: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        changes: dict[str, Any] = {name: form.cleaned_data[name] for name in EditFileForm.Meta.fields}
        try:
            filing.edit_file(file=found, changes=changes, etag=form.cleaned_data["etag"], by=request.user, at=timezone.now())
        except filing.CannotFile as refusal:
            form.add_error(None, str(refusal))
        except filing.Stale as refusal:
            form.add_error(None, str(refusal))
            found = file_or_404(request.user, file, LEVEL_FOR["edit"])
            now = renew(form, {name: getattr(found, name) for name in ("etag", *EditFileForm.Meta.fields)})
        else:
            messages.success(request, _("The file has been changed."))
            return redirect("records:file", file)
    context = {"nav": "file_plan", "form": form, "now": now, "file": found, "cancel_url": reverse("records:file", args=[file])}
    return render(request, "records/file_form.html", context, status=422 if form.errors else 200)


@require_POST
def file_reopen(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["reopen"])
    try:
        filing.reopen_file(file=found, reason=reason_of(request), by=request.user, at=timezone.now())
    except filing.CannotReopen as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The file is open again."))
    return redirect("records:file", file)


@require_POST
def file_cancel(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["cancel"])
    try:
        filing.cancel_file(file=found, reason=reason_of(request), by=request.user, at=timezone.now())
    except filing.CannotCancel as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The file has been cancelled."), extra_tags=reverse("records:file_restore", args=[file]))
    return redirect("records:file", file)


@require_safe
def file_journal(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["read_journal"])
    page = journal_reading.page_of(file=found, clerk=request.user, before=request.GET.get("vor"))
    journal_reading.name_files(page.entries, clerk=request.user)
    context = {"nav": "file_plan", "tab": "journal", "file": found, "crumbs": crumbs_of(found), **may(request.user, found), **vars(page)}
    return render(request, "records/journal.html", {**context, "warnings": warnings_before.warnings_of(file=found)})


@require_POST
def file_journal_export(request: ClerkRequest, file: UUID) -> HttpResponseBase:
    """The journal of the file to take along, as far as its screen shows it: a table that streams, or a PDF. The journal tells of it."""
    found = file_or_404(request.user, file, LEVEL_FOR["read_journal"])
    asked: dict[str, Any] = {"file": found, "confirmed": request.POST.getlist("confirmed"), "by": request.user, "at": timezone.now()}
    ending = "pdf" if request.POST.get("ending") == "pdf" else "csv"
    try:
        made = journal_export.as_pdf(**asked) if ending == "pdf" else journal_export.as_table(**asked)
    except (journal_export.TooMany, warnings_before.NotConfirmed) as refusal:
        messages.error(request, str(refusal))
        return redirect("records:file_journal", file)
    name = safe_name(f"Journal {found.file_reference}", ending)
    headers = {"Content-Disposition": content_disposition_header(True, name) or "", "X-Content-Type-Options": "nosniff"}
    if isinstance(made, bytes):
        return HttpResponse(made, content_type="application/pdf", headers=headers)
    return StreamingHttpResponse((line.encode() for line in made), content_type="text/csv; charset=utf-8", headers=headers)


def reason_of(request: ClerkRequest) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""

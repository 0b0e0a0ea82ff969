"""What is said of a document, on a page of its own; and of many documents in one table."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from records import binder, describing, description, erasure, holding
from records.forms import DocumentForm
from records.models import Document, JournalEntry, RecordFile
from records.models.access import LEVEL_FOR, LEVEL_READ

from . import describing_table as tables
from .binder import crumbs_of
from .doors import ClerkRequest, document_or_404, file_or_404, may
from .meanwhile import renew

RECENT = 5


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: ClerkRequest, document: UUID) -> HttpResponse:
    """Properties: the form for who may change them, the same as facts for who may read; beside it what else belongs to the document."""
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"] if request.method == "POST" else LEVEL_READ)
    form = DocumentForm(request.POST or None, initial=shown(found) | {"etag": found.etag})
    now: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            describing.describe_document(
                document=found,
                changes={name: form.cleaned_data[name] for name in description.FIELDS},
                etag=form.cleaned_data["etag"],
                by=request.user,
                at=timezone.now(),
            )
        except description.BadDescription as refusal:
            form.tell(refusal.errors)
        except describing.CannotDescribe as refusal:
            form.add_error(None, str(refusal))
        except describing.Stale as refusal:
            form.add_error(None, str(refusal))
            found = document_or_404(request.user, document)
            now = renew(form, shown(found) | {"etag": found.etag})
        else:
            messages.success(request, _("The document has been changed."))
            return redirect(_check(found) if _checking(request) else reverse("records:document", args=[document]))
    context = _context(request, found) | {"form": form, "now": now}
    return render(request, "records/document.html", context, status=422 if form.errors else 200)


def shown(document: Document) -> dict[str, Any]:
    """The fields as a form shows them."""
    return {name: getattr(document, name) for name in description.FIELDS} | {"keywords": ", ".join(document.keywords)}


def _context(request: ClerkRequest, found: Document) -> dict[str, Any]:
    rights = may(request.user, found.file)
    standing = found.cancelled_at is None
    taken: Any = holding.last_take_back(found) if rights["can_write"] else None
    erasing = erasure.last_request(document=found, clerk=request.user, manages=rights["can_manage"])
    return {
        "nav": "file_plan",
        "document": found,
        "file": found.file,
        "crumbs": [*crumbs_of(file_or_404(request.user, found.file.public_id)), _crumb(found.file)],
        "facts": [(label, tables.word(found, name)) for name, label in tables.labels().items()],
        "stamp": describing.stamp_of(found),
        "holder_is_me": found.checked_out_by_id == request.user.pk,
        "held": found.is_held_from(request.user),
        "can_edit": rights["can_file"] and standing and not found.is_held_from(request.user),
        "can_take_back": holding.may_take_back(request.user, found.file),
        "erasure": erasing,
        "can_ask_for_erasure": rights["can_manage"] and (erasing is None or erasing.refused_at is not None),
        "taken_back": _told(taken) if taken else None,
        "versions": found.versions.select_related("created_by").order_by("-number")[:RECENT],
        "attachments": found.attachments.filter(cancelled_at__isnull=True).select_related("current").order_by("rank"),
        "possible_parents": _possible_parents(found) if rights["can_file"] and standing else [],
        "kinds": describing.kinds_used(file=found.file, clerk=request.user),
        "from_check": _checking(request),
        "back": _check(found)
        if _checking(request)
        else reverse("records:file", args=[found.file.public_id]) + f"?dokument={found.public_id}",
        **rights,
    }


def _checking(request: ClerkRequest) -> bool:
    """Whether she came from the completeness check, to which she goes back when something is mended."""
    return request.GET.get("von") == "pruefung"


def _check(document: Document) -> str:
    return reverse("records:file_close", args=[document.file.public_id]) + "#pruefung"


def _crumb(file: RecordFile) -> dict[str, str]:
    return {"url": reverse("records:file", args=[file.public_id]), "label": f"{file.file_reference} {file.title}"}


def _told(entry: JournalEntry) -> SimpleNamespace:
    values = {value.field: value for value in entry.values.all()}
    reason, holder = values.get("reason"), values.get("checked_out_by")
    return SimpleNamespace(by=entry.actor, at=entry.at, reason=reason.new if reason else "", holder=holder.old if holder else "")


def _possible_parents(document: Document) -> list[Document]:
    """Documents of the file that may have this one as their attachment, in paper order."""
    if document.parent_id is not None or document.attachments.exists():
        return []
    own = binder.documents_of(file=document.file).filter(parent__isnull=True).exclude(pk=document.pk)
    return list(own.only("public_id", "title", "file", "register", "current"))


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Several documents in one table: one submit, all of them or none."""
    found = file_or_404(request.user, file, LEVEL_FOR["file_documents"])
    submitted = request.method == "POST" and "choose" not in request.POST  # a selection is too long for an address, so it comes by POST too
    chosen = tables.chosen(request.GET if request.method != "POST" else request.POST)
    rows, left_out = tables.rows_of(binder.documents_of(file=found), chosen)
    refusal: describing.CannotDescribeAll | None = None
    if submitted:
        typed = tables.typed(request.POST)
        try:
            changed = describing.describe_several(file=found, rows=tables.touched(typed), by=request.user, at=timezone.now())
        except describing.CannotDescribeAll as said:
            refusal = said
            rows = tables.again(binder.documents_of(file=found), typed, said)
        else:
            count = len(changed)
            sentence = ngettext("%(count)s document has been changed.", "%(count)s documents have been changed.", count)
            messages.success(request, sentence % {"count": count} if count else _("Nothing was changed."))
            return redirect("records:file", file)
    context = {
        "nav": "file_plan",
        "file": found,
        "crumbs": [*crumbs_of(found), _crumb(found)],
        "rows": rows,
        "left_out": left_out,
        "refusal": refusal,
        "stale": refusal.stale if refusal else (),
        "directions": [("", "–"), *Document.Direction.choices],
        "kinds": describing.kinds_used(file=found, clerk=request.user),
        "writable": found.is_open,
        "back": reverse("records:file", args=[file]),
    }
    return render(request, "records/document_table.html", context, status=422 if refusal else 200)

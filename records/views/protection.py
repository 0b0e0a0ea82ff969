"""Protection need of a file and of the documents in it, on one page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from records import protection, secrecy
from records.models import Document, RecordFile, SecrecyMark
from records.models.access import LEVEL_FOR
from records.models.files import ProtectionNeed
from tenants import current

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may


@require_http_methods(["GET", "HEAD", "POST"])
def file_protection(request: ClerkRequest, file: UUID) -> HttpResponse:
    """One choice for the file and one for each document; only what was changed is written, and all of it or nothing."""
    found = file_or_404(request.user, file, LEVEL_FOR["set_protection_need"])
    documents = list(Document.objects.filter(file=found, cancelled_at__isnull=True).select_related("register").order_by("rank", "pk"))
    refusal = ""
    if request.method == "POST":
        try:
            with current.atomic():
                changed = _set(request, found, documents)
        except (protection.CannotProtect, secrecy.CannotMark) as said:
            refusal = str(said)
        else:
            if changed:
                messages.success(request, _("The protection need has been set."))
            return redirect("records:file_protection", file)
    context: dict[str, Any] = {"nav": "file_plan", "file": found, "documents": documents, "choices": ProtectionNeed.choices}
    context |= {"secrecy_choices": SecrecyMark.Kind.choices, "secrecy": secrecy.mark_of(found)}
    context |= {"crumbs": crumbs_of(found), "refusal": refusal, **may(request.user, found)}
    return render(request, "records/protection.html", context, status=422 if refusal else 200)


def _set(request: ClerkRequest, file: RecordFile, documents: list[Any]) -> bool:
    changed = False
    for target, sent in [(file, request.POST.get("file")), *((each, request.POST.get(str(each.public_id))) for each in documents)]:
        if sent is not None and sent != target.protection_need:
            protection.set_need(target=target, need=sent, by=request.user, at=timezone.now())
            changed = True
    marked = request.POST.get("secrecy")
    if marked is not None and marked != secrecy.mark_of(file):
        secrecy.mark(target=file, kind=marked, by=request.user, at=timezone.now())
        changed = True
    return changed

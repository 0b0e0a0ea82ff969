"""The binder: a file with its dividers, documents and sheets."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from records.models import RecordFile

from .contents import contents_of
from .doors import ClerkRequest, file_or_404, may


@require_safe
def file(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file)
    permits = may(request.user, found)
    context = {
        "nav": "file_plan",
        "file": found,
        "query": request.GET.get("q", ""),
        "crumbs": crumbs_of(found),
        "max_upload_mb": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        **permits,
        **contents_of(request, found, can_file=permits["can_file"]),
    }
    return render(request, "records/binder.html", context)


def crumbs_of(file: RecordFile) -> list[dict[str, str]]:
    return [{"url": reverse("records:unit", args=[file.unit.public_id]), "label": str(file.unit)}]

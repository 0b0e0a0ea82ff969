"""The pages of a guest of the competence centre: what was consented to, for reading, page by page. Each of them is journaled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from records import binder, looking
from records.models import Document, Page, SupportAccess
from tenants.refusals import refuse

from .documents import picture_of
from .doors import ClerkRequest, document_or_404, file_or_404


@csrf_exempt  # it comes from another site: the signed message is the proof, good once and for a minute
@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def arrive(request: HttpRequest) -> HttpResponse:
    """An agent who was let in comes from the centre: he is signed in as himself, to the one thing that was consented to."""
    try:
        access = looking.come_in(token=request.POST.get("token", ""), at=timezone.now())
    except looking.CannotLook as refusal:
        return refuse(request, status=403, title=_("You were not let in"), detail=str(refusal))
    login(request, access.guest, backend="django.contrib.auth.backends.ModelBackend")
    request.session[looking.SESSION_KEY] = str(access.public_id)
    return redirect("records:support_look")


@never_cache
@require_safe
def look(request: ClerkRequest) -> HttpResponse:
    """What was consented to: a file with its documents, or an area of the settings."""
    access = _access(request)
    context: dict[str, Any] = {"nav": "", "access": access}
    if access.area:
        context["settings"] = looking.settings_of(access.area)
    else:
        assert access.file is not None
        file = file_or_404(request.user, access.file.public_id)
        context |= {"file": file, "documents": binder.documents_of(file=file)}
    looking.note(access=access, at=timezone.now())
    return render(request, "records/support_look.html", context)


@never_cache
@require_safe
def sheet(request: ClerkRequest, document: UUID, page: int) -> HttpResponse:
    """One page of a document, with its text for those who do not see the picture."""
    access, found = _readable(request, document, page)
    looking.note(access=access, document=found, page=page, at=timezone.now())
    count = (found.current.page_count or 0) if found.current else 0
    context = {
        "nav": "",
        "access": access,
        "document": found,
        "page": page,
        "count": count,
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if page < count else None,
        "text": Page.objects.filter(version=found.current, number=page).values_list("text", flat=True).first() or "",
    }
    return render(request, "records/support_sheet.html", context)


@never_cache
@require_safe
def picture(request: ClerkRequest, document: UUID, page: int) -> HttpResponse:
    """The picture of a page; kept in no cache, because the right to see it ends."""
    access, found = _readable(request, document, page)
    looking.note(access=access, document=found, page=page, at=timezone.now())
    assert found.current is not None
    return picture_of(found.current, page, width=1400)


def _access(request: ClerkRequest) -> SupportAccess:
    """The access that the guest at the door has (records.views.guests); for everybody else these pages do not exist."""
    access: SupportAccess | None = getattr(request, "support_access", None)
    if access is None:
        raise Http404
    return access


def _readable(request: ClerkRequest, document: UUID, page: int) -> tuple[SupportAccess, Document]:
    access = _access(request)
    found = document_or_404(request.user, document)
    if found.cancelled_at is not None or found.current is None or not 1 <= page <= (found.current.page_count or 0):
        raise Http404
    return access, found

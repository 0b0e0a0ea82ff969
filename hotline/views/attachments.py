"""Files of messages at the doors of the screens: those of a form on their way in, and handed out again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from foundation.api.etags import SANDBOXED, ranged_file_response
from foundation.api.problems import store_problem, too_large_sentence
from foundation.uploads import TooLarge, refusal_of
from hotline import attaching, previewing
from hotline.models import Attachment
from tenants.doors import ClerkRequest, clerk_of, roles_required

from .doors import WHO_ASKS


def kept(request: HttpRequest, files: Iterable[Any]) -> list[attaching.Kept]:
    """The files of a form, safe in the store. Raises attaching.CannotAttach, also for what was refused while it arrived."""
    refusal = refusal_of(request)
    if refusal is not None:
        sentence = too_large_sentence(refusal.limit) if isinstance(refusal, TooLarge) else store_problem(refusal)[1]
        raise attaching.CannotAttach(sentence)
    return attaching.keep(attaching.Given(file.name, file.incoming) for file in files)


@require_safe
@roles_required(*WHO_ASKS)
def attachment(request: ClerkRequest, attachment: UUID) -> HttpResponseBase:
    """The bytes, always as a download: nothing of them is shown or run in our name."""
    found = _or_404(request, attachment)
    return ranged_file_response(
        request,
        lambda: attaching.opened(found),
        size=found.size,
        etag=found.sha256,
        media_type=found.media_type,
        name=found.name,
        inline=False,
    )


@require_safe
@roles_required(*WHO_ASKS)
def attachment_preview(request: ClerkRequest, attachment: UUID) -> HttpResponse:
    try:
        picture = previewing.preview(_or_404(request, attachment))
    except previewing.NoPreview as none:
        raise Http404 from none
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": SANDBOXED, "Cache-Control": "private, max-age=3600"}
    return HttpResponse(picture, content_type="image/jpeg", headers=headers)


def _or_404(request: ClerkRequest, public_id: UUID) -> Attachment:
    found: Attachment | None = Attachment.objects.visible_to(clerk_of(request)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found

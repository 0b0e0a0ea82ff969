"""Documents that were cut out of a file (Ctrl+X), to be put in at another place, also of another file or in another window.

They stay where they are until they are put in. The session remembers them: no other person has it, and it ends with the day's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from records import binder
from records.models import Document, RecordFile
from records.models.access import LEVEL_FOR

from .doors import ClerkRequest, file_or_404

KEPT = "cut_documents"
MOST = 500
WRITE = LEVEL_FOR["file_documents"]


@dataclass(frozen=True)
class CutOut:
    """What is cut out of a file, in paper order."""

    file: RecordFile
    documents: list[Document]

    @property
    def count(self) -> int:
        return len(self.documents)

    @property
    def ids(self) -> str:
        return " ".join(str(document.public_id) for document in self.documents)


@require_POST
def cut(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Remember the documents that `dokument` names as cut out, instead of those of before; without any, forget what was cut out."""
    found = file_or_404(request.user, file, WRITE)
    wanted = request.POST.getlist("dokument")
    if not wanted:
        request.session.pop(KEPT, None)
        return _answer(request, found, _("Nothing is cut out any more. Everything lies where it lay."))
    if len(wanted) > MOST:
        return _answer(request, found, _("At most %(most)s documents at once.") % {"most": MOST}, refused=True)
    if not found.is_open:
        return _answer(request, found, _("Nothing can be taken out of a closed file."), refused=True)
    request.session[KEPT] = [str(file), *wanted]
    if cut_out(request) is None:
        del request.session[KEPT]
        raise Http404
    return _answer(request, found, "")


def cut_out(request: ClerkRequest) -> CutOut | None:
    """What this person has cut out, as far as it still lies there and she still may take it. No query as long as nothing is."""
    file, *ids = request.session.get(KEPT) or [""]
    if not (wanted := [known for text in ids if (known := _id(text))]):
        return None
    rows = Document.objects.visible_to(request.user, WRITE).standing().filter(file__public_id=file, public_id__in=wanted)
    documents = list(rows.select_related("file").order_by(*binder.paper_order()))
    return CutOut(documents[0].file, documents) if documents else None


def ids_of(request: ClerkRequest) -> list[str]:
    """The ids of what is cut out."""
    found = cut_out(request)
    return [str(document.public_id) for document in found.documents] if found else []


def put_in(request: ClerkRequest, documents: Sequence[Document]) -> None:
    """Forget what was cut out once any of it has been moved, by whatever way."""
    moved = {str(document.public_id) for document in documents}
    if moved & set((request.session.get(KEPT) or [])[1:]):
        del request.session[KEPT]


def _answer(request: ClerkRequest, file: RecordFile, sentence: str, *, refused: bool = False) -> HttpResponse:
    if request.htmx:
        return HttpResponse(sentence, status=409 if refused else 200, content_type="text/plain; charset=utf-8")
    if sentence:
        (messages.error if refused else messages.success)(request, sentence)
    return redirect("records:file", file.public_id)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

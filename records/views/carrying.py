"""Moving documents on screens: "Verschieben nach …", what dragging and Ctrl+V send, and undoing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from records import attaching, binder, carrying, intake
from records.models import Document, RecordFile, Volume
from records.models.access import LEVEL_FOR
from records.models.files import named

from . import cutting
from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may

MOST = 500
KEPT = "undo_move"  # in the session: the last move, until the next one
WRITE = LEVEL_FOR["file_documents"]


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Choose a file, then a register and a place; scripts send all of it at once.

    `dokument` names the documents, in either method; without them, and with `ausgeschnitten`, they are those that were cut out.
    """
    source = file_or_404(request.user, file, WRITE)
    sent = request.POST if request.method == "POST" else request.GET
    cut = "ausgeschnitten" in sent
    ids = sent.getlist("dokument") or (cutting.ids_of(request) if cut else [])
    if cut and not ids:
        return _answer(request, reverse("records:file", args=[file]), refused=_("Nothing is cut out any more."))
    documents = _chosen(request, source, ids)
    target = file_or_404(request.user, _id(sent["ziel"]), WRITE) if sent.get("ziel") else None
    if request.method == "POST" and target is not None and "register" in sent:
        return _move(request, source, documents, target)
    words = sent.get("q", "").replace("\x00", "").strip()
    context: dict[str, Any] = {
        "nav": "file_plan",
        "file": source,
        "crumbs": crumbs_of(source),
        "documents": documents,
        "target": target,
        "query_text": words,
        "cut": cut,
        **may(request.user, source),
    }
    if target is None:
        context |= {"suggested": _suggested(request, source), "found": _found(request, words) if words else None}
    else:
        context["registers"] = list(target.registers.order_by("position"))
        context["volume"] = _open_volume(target, documents) if target == source else None
    return render(request, "records/move.html", context)


@require_POST
def undo(request: ClerkRequest) -> HttpResponse:
    """Put back what was moved last."""
    kept = request.session.pop(KEPT, None)
    places = [_place(row) for row in kept or ()]
    if not places:
        return _answer(request, reverse("records:desk"), refused=_("There is nothing left to undo."))
    files = {file_or_404(request.user, place.file, WRITE).public_id for place in places}
    now = RecordFile.objects.filter(documents__public_id__in=[place.document for place in places])
    if now.exclude(pk__in=RecordFile.objects.visible_to(request.user, WRITE)).exists():
        raise Http404
    address = reverse("records:file", args=[files.pop()])
    try:
        carrying.put_back(places=places, by=request.user, at=timezone.now())
    except (carrying.CannotMove, attaching.CannotAttach) as refusal:
        return _answer(request, address, refused=str(refusal))
    return _answer(request, address, done=_("Everything lies where it lay before."))


def _move(request: ClerkRequest, source: RecordFile, documents: list[Document], target: RecordFile) -> HttpResponse:
    register = None
    if request.POST["register"]:
        register = target.registers.filter(public_id=_id(request.POST["register"])).first()
        if register is None:
            raise Http404
    above = None
    if request.POST.get("ueber"):
        above = Document.objects.visible_to(request.user).standing().filter(public_id=_id(request.POST["ueber"])).first()
    address = reverse("records:file", args=[(target if "ausgeschnitten" in request.POST else source).public_id])
    try:
        places = carrying.carry(
            documents=documents,
            file=target,
            register=register,
            above=above,
            at_bottom=request.POST.get("platz") == "unten",
            volume=_volume(target, request.POST.get("band", "")),
            by=request.user,
            at=timezone.now(),
        )
    except carrying.CannotMove as refusal:
        return _answer(request, address, refused=str(refusal))
    cutting.put_in(request, documents)
    request.session[KEPT] = [[str(value) if value is not None else None for value in vars(place).values()] for place in places]
    said = ngettext("%(count)s document has been moved to %(where)s.", "%(count)s documents have been moved to %(where)s.", len(places))
    where = register.name if register else _("Without a register")
    return _answer(
        request,
        address,
        done=said % {"count": len(places), "where": where if source == target else f"{target.file_reference}, {where}"},
        undo=True,
    )


def _open_volume(file: RecordFile, documents: list[Document]) -> Volume | None:
    """The volume that is open, if one of the documents lies in another one; into another file they go there by themselves."""
    if all(document.volume_id is None for document in documents):
        return None
    volume = intake.open_volume(file)
    return volume if volume and any(document.volume_id != volume.pk for document in documents) else None


def _volume(file: RecordFile, wanted: str) -> Volume | None:
    if not wanted:
        return None
    found: Volume | None = file.volumes.filter(public_id=_id(wanted)).first()
    if found is None:
        raise Http404
    return found


def _answer(request: ClerkRequest, address: str, *, done: str = "", refused: str = "", undo: bool = False) -> HttpResponse:
    """Scripts get the sentence (409 if it is a refusal), pages a message and the file again."""
    if request.htmx:
        return HttpResponse(refused or done, status=409 if refused else 200, content_type="text/plain; charset=utf-8")
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, done, extra_tags=reverse("records:move_undo") if undo else "")
    return redirect(address)


def _chosen(request: ClerkRequest, file: RecordFile, ids: list[str]) -> list[Document]:
    """The documents named, all of this file; one that is not (any more) is a 404."""
    wanted = {_id(text) for text in ids[:MOST]}
    found = list(
        Document.objects.visible_to(request.user, WRITE)
        .standing()
        .filter(file=file, public_id__in=wanted)
        .order_by(*binder.paper_order())
        .select_related("register")
    )
    if len(found) != len(wanted) or not found:
        raise Http404
    return found


def _suggested(request: ClerkRequest, file: RecordFile) -> list[RecordFile]:
    """This file first, then those she leafed through lately, as far as she may write there."""
    recent = [place.file.pk for place in binder.last_places(clerk=request.user)]
    writable = {
        other.pk: other for other in RecordFile.objects.visible_to(request.user, WRITE).filter(pk__in=recent, status__in=["open", "draft"])
    }
    return [file, *(writable[pk] for pk in recent if pk in writable and pk != file.pk)]


def _found(request: ClerkRequest, words: str) -> list[RecordFile]:
    files = RecordFile.objects.visible_to(request.user, WRITE).filter(named(words), status__in=["open", "draft"])
    return list(files.in_order()[:20])


def _place(row: list[str | None]) -> carrying.Place:
    document, file, register, above, parent = (UUID(text) if text else None for text in row[:5])
    assert document is not None and file is not None  # noqa: PT018 - as they were put into the session
    volume = UUID(row[6]) if len(row) > 6 and row[6] else None
    return carrying.Place(document, file, register, above, parent, int(row[5] or 0), volume)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as fault:
        raise Http404 from fault

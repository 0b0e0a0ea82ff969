"""Pages on screens: putting them in order, turning, leaving out, splitting; and putting documents together."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from foundation.pages.facts import NoticeCode
from foundation.store import StoreError
from records import binder, intake, merging, page_making, rearranging, restoring, splitting, taking_apart
from records.models import Document, DocumentVersion, Folio
from records.models.access import LEVEL_FOR

from . import page_arrangement as arrangements
from .binder import crumbs_of
from .doors import ClerkRequest, document_or_404, file_or_404, may

logger = logging.getLogger(__name__)
KEPT = "undo_merge"  # in the session: what was put together last
THUMBNAIL = 240  # pixels; what the viewer has drawn already (records.page_images)
MOST_SHOWN = 750  # with up to five fields each: DATA_UPLOAD_MAX_NUMBER_FIELDS
WRITE = LEVEL_FOR["file_documents"]
REFUSALS = (rearranging.CannotRearrange, page_making.CannotTakePages, intake.CannotTakeIn)


@require_http_methods(["GET", "HEAD", "POST"])
def page_order(request: ClerkRequest, document: UUID) -> HttpResponse:
    """The pages of a document as pictures in a list; saved is a new version, and a document for each part that was split off."""
    found = document_or_404(request.user, document, WRITE)
    version = _meant(request, found)
    arranged = arrangements.untouched(version.page_count or 0)
    status, hindrance = 200, _hindrance(request, found, version)
    if request.method == "POST":
        arranged, status = arrangements.sent(request.POST, version.page_count or 0), 422
        if not arranged.refusal:
            try:
                return _save(request, found, version, arranged)
            except splitting.BadTitles as refusal:
                arranged.mark(refusal.errors)
                arranged.refusal = str(refusal)
            except rearranging.Stale as refusal:
                arranged.refusal, status = str(refusal), 409
            except REFUSALS as refusal:
                arranged.refusal = str(refusal)
            except StoreError:
                arranged.refusal, status = _no_store(), 503
    context = _context(request, found, version, arranged) | {"hindrance": "" if arranged.refusal else hindrance}
    return render(request, "records/page_order.html", context, status=status)


def _no_store() -> str:
    logger.exception("Pages could not be arranged.")
    return _("The store cannot be reached at the moment, or it is full. Nothing was changed; please try again later.")


def _meant(request: ClerkRequest, document: Document) -> DocumentVersion:
    """The version whose pages the clerk has before her; the current one, unless her form is of an older one."""
    assert document.current is not None
    seen = request.POST.get("fassung", "")
    if arrangements.is_place(seen) and int(seen) != document.current.number:
        older: DocumentVersion | None = document.versions.filter(number=int(seen)).first()
        return older or document.current
    return document.current


def _hindrance(request: ClerkRequest, document: Document, version: DocumentVersion) -> str:
    """Why no pages can be arranged here, whatever is chosen; "" if they can."""
    if (version.page_count or 0) > MOST_SHOWN:
        return _(
            "The document has more than %(most)s pages; so many are not shown here. The interface for programs arranges up to %(all)s."
        ) % {
            "most": f"{MOST_SHOWN:_}".replace("_", "."),
            "all": f"{page_making.MOST_PAGES:_}".replace("_", "."),
        }
    try:
        rearranging.fit(document, seen=None, by=request.user, despite_signature=True)
    except REFUSALS as refusal:
        return str(refusal)
    return ""


def _save(request: ClerkRequest, document: Document, version: DocumentVersion, arranged: arrangements.Arrangement) -> HttpResponse:
    act: dict[str, Any] = {
        "document": document,
        "seen": version.number,
        "pages": arranged.pages(0) if arranged.parts else [],
        "despite_signature": arranged.despite_signature,
        "by": request.user,
        "at": timezone.now(),
    }
    if arranged.splits:
        made = splitting.split(**act, pieces=arranged.pieces(document))
        said = ngettext(
            "%(count)s document has been split off. “%(title)s” has a new version with the first part.",
            "%(count)s documents have been split off. “%(title)s” has a new version with the first part.",
            len(made) - 1,
        )
        messages.success(request, said % {"count": len(made) - 1, "title": document.title})
    else:
        new = rearranging.rearrange(**act)
        messages.success(
            request,
            _("“%(title)s” has a new version (%(number)s); the old one stays with all its pages.")
            % {"title": document.title, "number": new.number},
        )
    return redirect(reverse("records:file", args=[document.file.public_id]) + f"?dokument={document.public_id}")


def _context(request: ClerkRequest, document: Document, version: DocumentVersion, arranged: arrangements.Arrangement) -> dict[str, Any]:
    notes = dict(document.sticky_notes.sticking().order_by().values("page").annotate(n=Count("pk")).values_list("page", "n"))
    folios = (
        Folio.objects.filter(document=document, file=document.file).by_document().get(document.pk, []) if document.file.foliated_at else []
    )
    rows: list[Any] = arranged.rows[:MOST_SHOWN]
    for row in rows:
        row.picture = reverse("records:page_image", args=[document.public_id, version.number, row.number]) + f"?width={THUMBNAIL}"
        row.folio = folios[row.number - 1] if row.number <= len(folios) else None
        row.notes = notes.get(row.number, 0)
    codes = set(version.notices)
    file = file_or_404(request.user, document.file.public_id)
    return {
        "nav": "file_plan",
        "document": document,
        "file": document.file,
        "crumbs": [*crumbs_of(file), _crumb(document)],
        "version": version,
        "stale": document.current != version,
        "arranged": arranged,
        "rows": rows,
        "turns": rearranging.TURNS,
        "proposed": splitting.proposed_title(document, 2),
        "signed": NoticeCode.SIGNED.value in codes,
        "has_files_inside": NoticeCode.ATTACHMENTS.value in codes,
        "has_fields": NoticeCode.FORM_FIELDS.value in codes,
        "picture": version.family == "image",
        "copied": bool(version.searchable_sha256),
        "noted": sum(notes.values()),
        "back": reverse("records:file", args=[document.file.public_id]) + f"?dokument={document.public_id}",
        **may(request.user, document.file),
    }


def _crumb(document: Document) -> dict[str, str]:
    file = document.file
    return {"url": reverse("records:file", args=[file.public_id]), "label": f"{file.file_reference} {file.title}"}


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Documents that were selected, to be put in order and together. `dokument` names them, in either method."""
    found = file_or_404(request.user, file, WRITE)
    sent = request.POST if request.method == "POST" else request.GET
    documents = _chosen(request, found.pk, sent.getlist("dokument"))
    status, refusal = 200, ""
    if request.method == "POST":
        status = 422
        try:
            documents = arrangements.order_of(documents, request.POST)
            return _merge(request, documents)
        except rearranging.Stale as stale:
            refusal, status = str(stale), 409
        except REFUSALS as said:
            refusal = str(said)
        except StoreError:
            refusal, status = _no_store(), 503
    signed = [one for one in documents if one.current and NoticeCode.SIGNED.value in one.current.notices]
    context: dict[str, Any] = {
        "nav": "file_plan",
        "file": found,
        "crumbs": crumbs_of(found),
        "documents": documents,
        "unfit": [] if refusal else _unfit(documents),
        "too_few": len(documents) < 2,
        "title": sent.get("titel", documents[0].title),
        "refusal": refusal,
        "signed": signed,
        "pages": sum(one.current.page_count or 0 for one in documents if one.current),
        **may(request.user, found),
    }
    return render(request, "records/merge.html", context, status=status)


def _unfit(documents: list[Document]) -> list[str]:
    """Why some of them cannot be put together, in words."""
    found = []
    for one in documents:
        try:
            page_making.refuse_unfit(one.current, title=one.title, despite_signature=True)
        except page_making.CannotTakePages as refusal:
            found.append(str(refusal))
    return found


def _merge(request: ClerkRequest, documents: list[Document]) -> HttpResponse:
    seen = {one.pk: request.POST.get(f"fassung-{one.public_id}", "") for one in documents}
    merged = merging.merge(
        documents=documents,
        title=request.POST.get("titel", "").replace("\x00", ""),
        seen={pk: int(number) for pk, number in seen.items() if arrangements.is_place(number)},
        despite_signature=request.POST.get("signatur") == "1",
        by=request.user,
        at=timezone.now(),
    )
    said = _("%(count)s documents have been put together in “%(title)s”. The others are cancelled; the file's journal leads to them.")
    whole = merged.document
    request.session[KEPT] = json.loads(json.dumps(asdict(merged.together), default=str))
    undo = reverse("records:merge_undo")
    messages.success(request, said % {"count": len(documents), "title": whole.title}, extra_tags=undo)
    return redirect(reverse("records:file", args=[whole.file.public_id]) + f"?dokument={whole.public_id}")


@require_POST
def merge_undo(request: ClerkRequest) -> HttpResponse:
    """Take apart what was put together last."""
    kept = request.session.pop(KEPT, None)
    if not kept:
        messages.error(request, _("There is nothing left to undo."))
        return redirect("records:desk")
    first = document_or_404(request.user, UUID(kept["first"]), WRITE)
    try:
        taking_apart.take_apart(together=_together(kept), by=request.user, at=timezone.now())
    except (*REFUSALS, restoring.CannotRestore) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Every document is what it was before; the pages are read again."))
    return redirect("records:file", first.file.public_id)


def _together(kept: dict[str, Any]) -> taking_apart.Together:
    """As it was put into the session."""
    lists = ("attachments", "participants", "cross_references", "reminders")
    pairs = {name: tuple((UUID(one), UUID(other)) for one, other in kept.get(name, ())) for name in lists}
    others = tuple((UUID(one), int(pages)) for one, pages in kept["others"])
    parent = UUID(kept["parent"]) if kept["parent"] else None
    return taking_apart.Together(**{**kept, **pairs, "first": UUID(kept["first"]), "others": others, "parent": parent})


def _chosen(request: ClerkRequest, file: int, ids: list[str]) -> list[Document]:
    """The documents named, all of this file, in paper order; one that is not (any more) is a 404."""
    wanted = set()
    for text in ids[: 10 * merging.MOST_DOCUMENTS]:
        try:
            wanted.add(UUID(text))
        except ValueError as fault:
            raise Http404 from fault
    visible = Document.objects.visible_to(request.user, WRITE).standing().filter(file=file, public_id__in=wanted, current__isnull=False)
    found = list(
        visible.select_related("file", "register", "case", "current__created_by", "checked_out_by").order_by(*binder.paper_order())
    )
    if not found or len(found) != len(wanted):
        raise Http404
    return found

"""A Vermerk typed in the browser, and sticky notes on sheets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from records import binder, intake, noting, sticking
from records.forms import NoteForm
from records.models import RecordFile, StickyNote
from records.models.access import LEVEL_FOR, LEVEL_READ, LEVEL_WRITE

from .binder import crumbs_of
from .doors import ClerkRequest, document_or_404, file_or_404, is_partial, may


@require_http_methods(["GET", "HEAD", "POST"])
def note_new(request: ClerkRequest, file: UUID) -> HttpResponse:
    """A note is typed and filed as a document; what was typed comes back with every refusal."""
    found = file_or_404(request.user, file, LEVEL_FOR["file_documents"])
    form = NoteForm(request.POST or None, file=found, initial={"register": request.GET.get("register", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            document = noting.write_note(
                file=found,
                register=form.registers.get(data["register"]),
                title=data["title"],
                text=data["text"],
                draft=request.POST.get("draft") == "1",
                by=request.user,
                at=timezone.now(),
            )
        except noting.CannotNote as refusal:
            for field, sentence in refusal.errors.items():
                form.add_error(field, sentence)
        except intake.CannotTakeIn as refusal:
            form.add_error(None, str(refusal))
        else:
            if document.draft:
                messages.success(request, _("The draft has been saved. It gets its number when it is registered."))
                return redirect("records:document", document.public_id)
            messages.success(request, _("The note has been filed."))
            return redirect(reverse("records:file", args=[file]) + f"?dokument={document.public_id}")
    address = reverse("records:file", args=[file])
    context = {
        "nav": "file_plan",
        "file": found,
        "form": form,
        "cancel_url": address,
        "crumbs": [*crumbs_of(found), {"url": address, "label": f"{found.file_reference} {found.title}"}],
        "writable": found.is_open,
    }
    return render(request, "records/note_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def sticky_notes(request: ClerkRequest, file: UUID) -> HttpResponse:
    """The notes of a file as a list, in paper order; a new one is stuck on by POST (document, page, text, printed)."""
    if request.method != "POST":
        return _list(request, file_or_404(request.user, file, LEVEL_READ))
    found = file_or_404(request.user, file, LEVEL_WRITE)
    document = document_or_404(request.user, _uuid(request.POST.get("document", "")), LEVEL_WRITE)
    if document.file_id != found.pk:
        raise Http404
    page = request.POST.get("page", "1")
    try:
        sticking.stick(
            document=document,
            page=int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 0,
            text=request.POST.get("text", ""),
            printed=request.POST.get("printed") == "on",
            by=request.user,
            at=timezone.now(),
        )
    except sticking.CannotStick as refusal:
        return _list(request, found, str(refusal))
    return _done(request, found)


@require_POST
def sticky_note(request: ClerkRequest, note: UUID) -> HttpResponse:
    """Change one's own note, or take it off (`remove`)."""
    found = StickyNote.objects.visible_to(request.user, LEVEL_WRITE).select_related("document__file").filter(public_id=note).first()
    if found is None:
        raise Http404
    file = file_or_404(request.user, found.document.file.public_id)
    try:
        if request.POST.get("remove"):
            sticking.take_off(note=found, by=request.user, at=timezone.now())
        else:
            revision = request.POST.get("revision", "")
            sticking.edit_note(
                note=found,
                text=request.POST.get("text", ""),
                printed=request.POST.get("printed") == "on",
                revision=int(revision) if revision.isascii() and revision.isdecimal() and len(revision) < 9 else None,
                by=request.user,
                at=timezone.now(),
            )
    except sticking.NotYours as refusal:
        return _list(request, file, str(refusal), of=note, status=403)
    except sticking.CannotStick as refusal:
        return _list(request, file, str(refusal), of=note, typed=not request.POST.get("remove"), stale=isinstance(refusal, sticking.Stale))
    return _done(request, file)


def _done(request: ClerkRequest, file: RecordFile) -> HttpResponse:
    return _list(request, file) if is_partial(request) else redirect("records:sticky_notes", file.public_id)


def _list(
    request: ClerkRequest,
    file: RecordFile,
    error: str = "",
    *,
    of: UUID | None = None,
    typed: bool = False,
    stale: bool = False,
    status: int = 422,
) -> HttpResponse:
    """The notes of a file; after a refusal with what was `typed` in the form of a note (`of`), or of a new one.

    Who has read an older state (`stale`) reads the newer one in the refusal: what she typed may be sent again then.
    """
    order = {document.pk: place for place, document in enumerate(binder.documents_of(file=file))}
    rights = may(request.user, file)
    notes: list[Any] = sorted(sticking.notes_on(file=file), key=lambda note: (order.get(note.document_id, 0), note.page))
    for note in notes:
        note.mine = note.created_by_id == request.user.pk
        note.removable = rights["can_file"] and (note.mine or rights["can_manage"])
        note.typed, note.ticked = note.text, note.printed
        if note.public_id == of:
            note.error = error
            if typed:
                note.typed, note.ticked = request.POST.get("text", ""), request.POST.get("printed") == "on"
                note.revision = note.revision if stale else request.POST.get("revision", "")
    context = {
        "nav": "file_plan",
        "file": file,
        "crumbs": crumbs_of(file),
        "notes": notes,
        "documents": [] if is_partial(request) else list(binder.documents_of(file=file)),
        "error": "" if of else error,
        "sent": request.POST if error and not of else {},
        "partial": is_partial(request),
        **rights,
    }
    name = "records/_sticky_notes.html" if is_partial(request) else "records/sticky_notes.html"
    return render(request, name, context, status=status if error else 200)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as fault:
        raise Http404 from fault

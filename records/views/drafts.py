"""Drafts of documents: filed, typed on, registered, discarded."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from records import drafting, intake, noting
from records.forms import DraftForm, DraftNoteForm
from records.models import Document
from records.models.access import LEVEL_FOR
from tenants import stores

from .binder import crumbs_of
from .doors import ClerkRequest, acted, document_or_404, file_or_404
from .meanwhile import renew


@require_http_methods(["GET", "HEAD", "POST"])
def draft_new(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Upload a document as a draft."""
    found = file_or_404(request.user, file, LEVEL_FOR["file_documents"])
    form = DraftForm(request.POST or None, request.FILES or None, file=found, initial={"register": request.GET.get("register", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            document = intake.take_in(
                arrival=intake.Arrival(stores.of_municipality().keep(data["content"].incoming), data["content"].name or ""),
                file=found,
                register=form.registers.get(data["register"]),
                title=data["title"],
                directly_in_file=True,
                draft=True,
                by=request.user,
                at=timezone.now(),
            )
        except intake.CannotTakeIn as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft has been saved. It gets its number when it is registered."))
            return redirect("records:document", document.public_id)
    address = reverse("records:file", args=[file])
    crumbs = [*crumbs_of(found), {"url": address, "label": f"{found.file_reference} {found.title}"}]
    context = {"nav": "file_plan", "file": found, "form": form, "cancel_url": address, "crumbs": crumbs, "writable": found.is_open}
    return render(request, "records/draft_form.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_note(request: ClerkRequest, document: UUID) -> HttpResponse:
    """Type on at a note that is a draft. What a colleague has typed meanwhile is not overwritten; it stands beside what was typed here."""
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    if not found.draft or not found.draft_text or found.cancelled_at is not None:
        raise Http404
    form = DraftNoteForm(request.POST or None, file=found.file, initial=_typed_before(found))
    now: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            noting.rewrite_draft(
                document=found, title=data["title"], text=data["text"], etag=data["etag"] or None, by=request.user, at=timezone.now()
            )
        except noting.DraftChanged as refusal:
            form.add_error(None, str(refusal))
            now = renew(form, _typed_before(document_or_404(request.user, document)))
        except noting.CannotNote as refusal:
            for field, sentence in refusal.errors.items():
                form.add_error(field, sentence)
        except intake.CannotTakeIn as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft has been saved. It gets its number when it is registered."))
            return redirect("records:document", document)
    address = reverse("records:document", args=[document])
    file = {"url": reverse("records:file", args=[found.file.public_id]), "label": f"{found.file.file_reference} {found.file.title}"}
    crumbs = [*crumbs_of(found.file), file, {"url": address, "label": found.title}]
    context = {
        "nav": "file_plan",
        "file": found.file,
        "form": form,
        "cancel_url": address,
        "crumbs": crumbs,
        "writable": found.file.is_open,
        "draft": found,
        "now": now,
    }
    return render(request, "records/note_form.html", context, status=422 if form.errors else 200)


def _typed_before(draft: Document) -> dict[str, str]:
    """What the form of a note that is a draft begins with."""
    return {"title": draft.title, "text": draft.draft_text, "etag": draft.etag}


@require_POST
def draft_register(request: ClerkRequest, document: UUID) -> HttpResponse:
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    try:
        drafting.register_draft(document=found, by=request.user, at=timezone.now())
    except drafting.CannotRegisterDraft as refusal:
        if request.POST.get("back") != "drafts":
            return acted(request, found, refused=str(refusal))
        messages.error(request, str(refusal))
        return redirect("records:drafts")
    if request.POST.get("back") == "drafts":
        messages.success(request, _("The document is registered."))
        return redirect("records:drafts")
    if request.POST.get("von") == "pruefung":
        messages.success(request, _("The document is registered."))
        return redirect(reverse("records:file_close", args=[found.file.public_id]) + "#pruefung")
    return acted(request, found, done=_("The document is registered."))


@require_POST
def draft_discard(request: ClerkRequest, document: UUID) -> HttpResponse:
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    try:
        drafting.discard_draft(document=found, by=request.user, at=timezone.now())
    except drafting.CannotDiscard as refusal:
        return acted(request, found, refused=str(refusal))
    return acted(request, found, done=_("The draft is discarded. It lies with the cancelled documents and can be taken back."))

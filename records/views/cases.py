"""Screens of cases and participants."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from records import cases, facts, participants, protection
from records.fact_forms import CaseForm, ParticipantForm, ReasonedForm, SureForm
from records.models import Case, Document, Participant, RecordFile
from records.models.access import LEVEL_FOR, LEVEL_READ

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may
from .fact_pages import form_page, posted, row_or_404


def _writable(request: ClerkRequest, file: UUID) -> RecordFile:
    return file_or_404(request.user, file, LEVEL_FOR["edit"])


def _case(file: RecordFile, case: UUID) -> Case:
    found: Case = row_or_404(cases.cases_of(file).select_related("file"), case)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def case_new(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = _writable(request, file)
    return form_page(
        request,
        found,
        CaseForm(posted(request)),
        lambda data: cases.create_case(file=found, title=data["title"], by=request.user, at=timezone.now()),
        title=_("New case"),
        text=_("The case reference is given by itself."),
        submit=_("Open case"),
        done=_("The case has been opened."),
        section="cases",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: ClerkRequest, file: UUID, case: UUID) -> HttpResponse:
    """A case with its documents; those of the file that are ticked lie in it afterwards."""
    found = file_or_404(request.user, file, LEVEL_FOR["edit"] if request.method == "POST" else LEVEL_READ)
    shown = _case(found, case)
    error = ""
    if request.method == "POST":
        try:
            count = _assign(request, found, shown)
        except facts.CannotKeep as refusal:
            error = str(refusal)
        else:
            messages.success(
                request,
                ngettext("%(count)s document lies elsewhere now.", "%(count)s documents lie elsewhere now.", count) % {"count": count},
            )
            return redirect("records:case", file, case)
    rows = Document.objects.filter(file=found, cancelled_at__isnull=True).select_related("case", "register").order_by("number", "pk")
    documents: list[Any] = list(rows)
    ticked, sent = (set(request.POST.getlist(name)) if error else set() for name in ("document", "shown"))
    for document in documents:  # what she had ticked stays so when it was refused
        public_id = str(document.public_id)
        document.ticked = public_id in ticked if public_id in sent else document.case_id == shown.pk
    need: str = shown.highest_need  # type: ignore[attr-defined] # cases_of()
    context = {
        "nav": "file_plan",
        "tab": "facts",
        "file": found,
        "case": shown,
        "need_words": protection.words_for(need, file=found),
        "documents": documents,
        "error": error,
        "crumbs": [*crumbs_of(found), {"url": reverse("records:file_facts", args=[file]), "label": found.file_reference}],
        **may(request.user, found),
    }
    return render(request, "records/case.html", context, status=409 if error else 200)


def _assign(request: ClerkRequest, file: RecordFile, case: Case) -> int:
    """What was ticked is put in, what was unticked taken out; only what was on the page (`shown`) is touched."""
    ticked, shown = set(request.POST.getlist("document")), set(request.POST.getlist("shown"))
    rows = [row for row in Document.objects.filter(file=file, cancelled_at__isnull=True) if str(row.public_id) in shown]
    into = [row for row in rows if str(row.public_id) in ticked and row.case_id != case.pk]
    out = [row for row in rows if str(row.public_id) not in ticked and row.case_id == case.pk]
    return len(cases.exchange(file=file, case=case, into=into, out=out, by=request.user, at=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
def case_rename(request: ClerkRequest, file: UUID, case: UUID) -> HttpResponse:
    found = _writable(request, file)
    shown = _case(found, case)
    return form_page(
        request,
        found,
        CaseForm(posted(request), initial={"title": shown.title, "revision": shown.revision}),
        lambda data: cases.rename_case(case=shown, title=data["title"], revision=data["revision"], by=request.user, at=timezone.now()),
        title=_("Rename case %(reference)s") % {"reference": shown.case_reference},
        submit=_("Save"),
        done=_("The case has been renamed."),
        stored=lambda: vars(_case(found, case)),
        section="cases",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_close(request: ClerkRequest, file: UUID, case: UUID) -> HttpResponse:
    found = _writable(request, file)
    shown = _case(found, case)
    return form_page(
        request,
        found,
        SureForm(posted(request)),
        lambda _data: cases.close_case(case=shown, by=request.user, at=timezone.now()),
        title=_("Close case %(reference)s?") % {"reference": shown.case_reference},
        text=_("Nothing is filed in it any more. It can be reopened with a reason."),
        submit=_("Close case"),
        done=_("The case is closed."),
        section="cases",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_reopen(request: ClerkRequest, file: UUID, case: UUID) -> HttpResponse:
    found = _writable(request, file)
    shown = _case(found, case)
    return form_page(
        request,
        found,
        ReasonedForm(posted(request)),
        lambda data: cases.reopen_case(case=shown, reason=data["reason"], by=request.user, at=timezone.now()),
        title=_("Reopen case %(reference)s?") % {"reference": shown.case_reference},
        submit=_("Reopen"),
        done=_("The case is open again."),
        section="cases",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_cancel(request: ClerkRequest, file: UUID, case: UUID) -> HttpResponse:
    found = _writable(request, file)
    shown = _case(found, case)
    return form_page(
        request,
        found,
        ReasonedForm(posted(request)),
        lambda data: cases.cancel_case(case=shown, reason=data["reason"], by=request.user, at=timezone.now()),
        title=_("Cancel case %(reference)s?") % {"reference": shown.case_reference},
        text=_("A cancelled case stays, marked. Its number is never given again."),
        submit=_("Cancel this case"),
        done=_("The case has been cancelled."),
        section="cases",
        danger=True,
        undo=reverse("records:case_restore", args=[file, case]),
    )


@require_POST
def case_restore(request: ClerkRequest, file: UUID, case: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["restore"])
    try:
        cases.restore_case(case=_case(found, case), by=request.user, at=timezone.now())
    except facts.CannotKeep as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The cancellation has been taken back."))
    return redirect("records:case", file, case)


@require_http_methods(["GET", "HEAD", "POST"])
def participant_new(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = _writable(request, file)
    form = _participant_form(request, found, {})
    return form_page(
        request,
        found,
        form,
        lambda data: participants.add_participant(file=found, particulars=_particulars(form, data), by=request.user, at=timezone.now()),
        title=_("Add a participant"),
        submit=_("Add"),
        done=_("The participant has been added."),
        section="participants",
        roles=participants.roles_known(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def participant(request: ClerkRequest, file: UUID, participant: UUID) -> HttpResponse:
    found = _writable(request, file)
    shown: Participant = row_or_404(participants.participants_of(found).select_related("file", "case", "document"), participant)
    form = _participant_form(request, found, _filled_with(shown))

    def stored() -> dict[str, Any]:
        now = participants.participants_of(found).filter(public_id=participant).first()
        return _filled_with(now) if now else {}

    def act(data: Any) -> None:
        participants.change_participant(
            participant=shown, particulars=_particulars(form, data), mark=data["mark"] or None, by=request.user, at=timezone.now()
        )

    return form_page(
        request,
        found,
        form,
        act,
        title=_("Change a participant"),
        submit=_("Save"),
        done=_("The participant has been changed."),
        stored=stored,
        section="participants",
        roles=participants.roles_known(),
        remove_url=reverse("records:participant_remove", args=[file, participant]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def participant_remove(request: ClerkRequest, file: UUID, participant: UUID) -> HttpResponse:
    found = _writable(request, file)
    shown: Participant = row_or_404(participants.participants_of(found).select_related("file"), participant)
    return form_page(
        request,
        found,
        SureForm(posted(request)),
        lambda _data: participants.remove_participant(participant=shown, by=request.user, at=timezone.now()),
        title=_("Remove %(name)s from the file?") % {"name": shown.name},
        text=_("The journal keeps who took part."),
        submit=_("Remove"),
        done=_("The participant has been removed."),
        section="participants",
        danger=True,
    )


def _filled_with(shown: Participant) -> dict[str, Any]:
    """What the form of a participant begins with."""
    place = f"case:{shown.case.public_id}" if shown.case else f"document:{shown.document.public_id}" if shown.document else ""
    kept = {name: getattr(shown, name) for name in participants.FIELDS[:-2]}
    return {**kept, "belongs": place, "mark": participants.mark_of(shown)}


def _participant_form(request: ClerkRequest, file: RecordFile, initial: dict[str, Any]) -> ParticipantForm:
    held = Case.objects.filter(file=file, cancelled_at__isnull=True).order_by("number")
    documents = Document.objects.filter(file=file, cancelled_at__isnull=True).only("public_id", "title", "file_id", "cancelled_at")
    return ParticipantForm(posted(request), initial=initial, cases=list(held), documents=list(documents.order_by("title", "pk")))


def _particulars(form: ParticipantForm, data: Any) -> participants.Particulars:
    kept = {name: data[name] for name in participants.FIELDS[:-2]}
    return participants.Particulars(**kept, case=form.cases.get(data["belongs"]), document=form.documents.get(data["belongs"]))

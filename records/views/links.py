"""Screens of links, cross-references and missing sheets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from records import linking, missing_sheets, warnings_before
from records.fact_forms import CrossReferenceForm, ExtendForm, LendForm, LinkForm, ReturnedForm, SureForm, WhichFileForm
from records.models import Document, MissingSheet, RecordFile
from records.models.access import LEVEL_FOR
from tenants.roles import Role

from .doors import ClerkRequest, file_or_404
from .fact_pages import form_page, posted, row_or_404

MOST_SHEETS = 500


def _writable(request: ClerkRequest, file: UUID) -> RecordFile:
    return file_or_404(request.user, file, LEVEL_FOR["edit"])


@require_http_methods(["GET", "HEAD", "POST"])
def link_new(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = _writable(request, file)

    def act(data: Any) -> None:
        other = linking.visible_named(clerk=request.user, reference=data["other"])
        if other is None:
            raise linking.CannotLink(_("There is no such file."), "other")
        linking.link_files(file=found, other=other, remark=data["remark"], by=request.user, at=timezone.now())

    return form_page(
        request,
        found,
        LinkForm(posted(request)),
        act,
        title=_("Link with another file"),
        submit=_("Link"),
        done=_("The files are linked."),
        section="links",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def link_remove(request: ClerkRequest, file: UUID, link: UUID) -> HttpResponse:
    found = _writable(request, file)
    shown: Any = next((row for row in linking.links_of(file=found, clerk=request.user) if row.public_id == link), None)
    if shown is None:
        raise Http404
    return form_page(
        request,
        found,
        SureForm(posted(request)),
        lambda _data: linking.unlink_files(link=shown, file=found, by=request.user, at=timezone.now()),
        title=_("Take this link away?"),
        text=str(shown.other),
        submit=_("Take away"),
        done=_("The link has been taken away."),
        section="links",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cross_reference_new(request: ClerkRequest, file: UUID) -> HttpResponse:
    """First the file where the document lies (`akte` in the address), then the document."""
    found = _writable(request, file)
    named = request.GET.get("akte", "")
    document = linking.visible_document(clerk=request.user, reference=named) if named else None
    source = document.file if document else linking.visible_named(clerk=request.user, reference=named) if named else None
    titles: dict[str, Any] = {
        "title": _("Add a cross-reference"),
        "section": "cross-references",
        "done": _("The cross-reference has been added."),
    }
    if source is None:
        form = WhichFileForm(request.GET if named else None)
        if named and form.is_valid():
            form.add_error("akte", _("There is no such file or document."))
        return form_page(request, found, form, lambda _data: None, submit=_("Next"), method="get", **titles)

    def act(data: Any) -> None:
        linking.add_cross_reference(
            file=found,
            document=data["document"],
            register=data["register"],
            behind=data["behind"],
            remark=data["remark"],
            by=request.user,
            at=timezone.now(),
        )

    chosen: Document | None = document
    form_2 = CrossReferenceForm(posted(request), file=found, source=source, initial={"document": chosen.public_id if chosen else None})
    return form_page(request, found, form_2, act, submit=_("Add"), text=_("From file %(file)s") % {"file": source}, **titles)


@require_http_methods(["GET", "HEAD", "POST"])
def cross_reference_remove(request: ClerkRequest, file: UUID, cross_reference: UUID) -> HttpResponse:
    found = _writable(request, file)
    rows = linking.cross_references_of(file=found, clerk=request.user)
    shown = next((row for row in rows if row.public_id == cross_reference), None)
    if shown is None:
        raise Http404
    return form_page(
        request,
        found,
        SureForm(posted(request)),
        lambda _data: linking.remove_cross_reference(reference=shown, by=request.user, at=timezone.now()),
        title=_("Take this cross-reference away?"),
        text=_("“%(title)s” stays in its file.") % {"title": shown.document.title},
        submit=_("Take away"),
        done=_("The cross-reference has been taken away."),
        section="cross-references",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def missing_sheet_new(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = _writable(request, file)

    def act(data: Any) -> None:
        try:
            missing_sheets.lend_out(file=found, by=request.user, at=timezone.now(), **data)
        except warnings_before.NotConfirmed as refusal:  # the block was entered while the form was being filled in
            raise missing_sheets.CannotLend(str(refusal), "confirmed") from refusal

    return form_page(
        request,
        found,
        LendForm(posted(request), file=found, initial={"since": timezone.localdate()}),
        act,
        title=_("Lend out paper"),
        text=_("A missing sheet then stands at its place."),
        submit=_("Lend out"),
        done=_("The missing sheet stands at its place."),
        section="missing-sheets",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def missing_sheet_back(request: ClerkRequest, file: UUID, missing_sheet: UUID) -> HttpResponse:
    found, sheet = _sheet(request, file, missing_sheet)
    return form_page(
        request,
        found,
        ReturnedForm(posted(request), initial={"returned_on": timezone.localdate()}),
        lambda data: missing_sheets.give_back(sheet=sheet, returned_on=data["returned_on"], by=request.user, at=timezone.now()),
        title=_("Is it back?"),
        text=f"{sheet.what} – {sheet.borrower}",
        submit=_("It is back"),
        done=_("The paper is back at its place."),
        section="missing-sheets",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def missing_sheet_extend(request: ClerkRequest, file: UUID, missing_sheet: UUID) -> HttpResponse:
    found, sheet = _sheet(request, file, missing_sheet)
    return form_page(
        request,
        found,
        ExtendForm(posted(request), initial={"back_by": sheet.back_by}),
        lambda data: missing_sheets.extend(sheet=sheet, back_by=data["back_by"], by=request.user, at=timezone.now()),
        title=_("Expect it back on another day"),
        text=f"{sheet.what} – {sheet.borrower}",
        submit=_("Save"),
        done=_("The day has been changed."),
        section="missing-sheets",
    )


@require_safe
def lent_out(request: ClerkRequest) -> HttpResponse:
    """What is lent out of all files the clerk may know of, overdue ones first; for the registry above all."""
    today = timezone.localdate()
    rows: list[Any] = list(missing_sheets.lent_out(clerk=request.user)[: MOST_SHEETS + 1])
    for sheet in rows:
        sheet.overdue = sheet.back_by is not None and sheet.back_by < today
    only_overdue = request.GET.get("nur") == "ueberfaellig"
    shown = [sheet for sheet in rows[:MOST_SHEETS] if sheet.overdue or not only_overdue]
    nav = "administration" if request.user.has_role(Role.REGISTRY) else "file_plan"
    context = {"nav": nav, "sheets": shown, "only_overdue": only_overdue, "more": len(rows) > MOST_SHEETS, "most": MOST_SHEETS}
    return render(request, "records/missing_sheets.html", context)


def _sheet(request: ClerkRequest, file: UUID, missing_sheet: UUID) -> tuple[RecordFile, MissingSheet]:
    found = _writable(request, file)
    sheet: MissingSheet = row_or_404(missing_sheets.missing_sheets_of(found).select_related("file"), missing_sheet)
    if sheet.returned_on is not None:
        raise Http404
    return found, sheet

"""The tab "Angaben": what a file says beside its documents; and the screens that change its index values, references and whereabouts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from records import cases, external_references, facts, filing, index_fields, index_values, linking, missing_sheets, participants, protection
from records.fact_forms import ExternalReferenceForm, IndexValuesForm, SureForm, WhereForm
from records.models import IndexField
from records.models.access import LEVEL_FOR

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may
from .fact_pages import form_page, posted


@require_safe
def file_facts(request: ClerkRequest, file: UUID) -> HttpResponse:
    """All facts of a file, in a constant number of queries."""
    found = file_or_404(request.user, file)
    held = index_values.values_of(found)
    today = timezone.localdate()
    sheets = list(missing_sheets.missing_sheets_of(found))
    for sheet in sheets:
        sheet.overdue = sheet.returned_on is None and sheet.back_by is not None and sheet.back_by < today  # type: ignore[attr-defined]
    held_cases: list[Any] = list(cases.cases_of(found))
    for case in held_cases:
        case.need_words = protection.words_for(case.highest_need, file=found)
    people = list(participants.participants_of(found))
    context: dict[str, Any] = {
        "nav": "file_plan",
        "tab": "facts",
        "file": found,
        "crumbs": crumbs_of(found),
        "fields": [SimpleNamespace(field=f, values=held.get(f.pk, [])) for f in index_fields.fields_of_file(found)],
        "cases": held_cases,
        "participants": people,
        "blocked": any(each.disclosure_block for each in people),
        "references": external_references.all_of(found),
        "sheets": sheets,
        "links": linking.links_of(file=found, clerk=request.user),
        "cross_references": linking.cross_references_of(file=found, clerk=request.user),
        **may(request.user, found),
    }
    return render(request, "records/facts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def index_values_edit(request: ClerkRequest, file: UUID) -> HttpResponse:
    """All index fields on one page. "Another value" adds a row and saves nothing."""
    found = file_or_404(request.user, file, LEVEL_FOR["edit"])
    fields, held = list(index_fields.fields_of_file(found)), index_values.values_of(found)
    form = IndexValuesForm(fields, held, index_values.mark_of(held), posted(request))
    now: list[tuple[str, str]] = []
    if request.method == "POST" and "more" not in request.POST and (values := form.read()) is not None:
        try:
            index_values.fill(file=found, values=values, mark=form.mark, by=request.user, at=timezone.now())
        except facts.Changed as refusal:
            form.error = str(refusal)
            now = form.renew(index_values.values_of(found))
        except facts.CannotKeep as refusal:
            form.error = str(refusal)
        else:
            messages.success(request, _("The index fields have been saved."))
            return redirect(f"{reverse('records:file_facts', args=[file])}#index")
    wrong = bool(form.error or form.faults)
    context = {"nav": "file_plan", "file": found, "form": form, "now": now, "more": request.POST.get("more", "")}
    return render(request, "records/index_values.html", context, status=422 if wrong else 200)


@require_safe
def index_suggestions(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Values that other visible files have in a field (`feld`), while somebody types (`q`): [{text, parts}]."""
    found = file_or_404(request.user, file)
    try:
        wanted = UUID(request.GET.get("feld", ""))
    except ValueError as error:
        raise Http404 from error
    field: IndexField | None = index_fields.fields_of_file(found).filter(public_id=wanted).first()
    if field is None:
        raise Http404
    values = index_values.suggest(clerk=request.user, field=field, text=request.GET.get("q", ""))
    return JsonResponse([{"text": value.text, "parts": value.parts} for value in values], safe=False)


@require_http_methods(["GET", "HEAD", "POST"])
def whereabouts(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Medium and location."""
    found = file_or_404(request.user, file, LEVEL_FOR["edit"])

    def stored() -> dict[str, Any]:
        now = file_or_404(request.user, file, LEVEL_FOR["edit"])
        return {name: getattr(now, name) for name in ("medium", "location", "etag")}

    def act(data: Any) -> None:
        changes = {name: data[name] for name in ("medium", "location")}
        try:
            filing.edit_file(file=found, changes=changes, etag=data["etag"], by=request.user, at=timezone.now())
        except filing.Stale as refusal:
            raise facts.Changed(str(refusal)) from refusal
        except filing.CannotFile as refusal:
            raise facts.CannotKeep(str(refusal)) from refusal

    return form_page(
        request,
        found,
        WhereForm(posted(request), initial={name: getattr(found, name) for name in ("medium", "location", "etag")}),
        act,
        stored=stored,
        title=_("Medium and location"),
        submit=_("Save"),
        done=_("Medium and location have been saved."),
        section="where",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def external_reference_new(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["edit"])

    def act(data: Any) -> None:
        external_references.add_reference(
            file=found, system=data["external_system"], reference=data["external_reference"], by=request.user, at=timezone.now()
        )

    return form_page(
        request,
        found,
        ExternalReferenceForm(posted(request)),
        act,
        title=_("Add an external reference"),
        submit=_("Add"),
        done=_("The external reference has been added."),
        section="external",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def external_reference_remove(request: ClerkRequest, file: UUID) -> HttpResponse:
    """`system` and `reference` say which, in the address."""
    found = file_or_404(request.user, file, LEVEL_FOR["edit"])
    system, reference = request.GET.get("system", ""), request.GET.get("reference", "")
    if (system, reference) not in external_references.all_of(found):
        raise Http404
    return form_page(
        request,
        found,
        SureForm(posted(request)),
        lambda _data: external_references.remove_reference(
            file=found, system=system, reference=reference, by=request.user, at=timezone.now()
        ),
        title=_("Remove this external reference?"),
        text=f"{system}: {reference}",
        submit=_("Remove"),
        done=_("The external reference has been removed."),
        section="external",
        danger=True,
    )


@require_safe
def external_jump(request: ClerkRequest, system: str, reference: str) -> HttpResponse:
    """The address that specialist systems know: straight to the file, a list if several visible ones have the reference."""
    if "\x00" in system + reference:
        raise Http404
    found = external_references.files_with(clerk=request.user, system=system, reference=reference)
    if not found:
        raise Http404
    if len(found) == 1:
        return redirect("records:file", found[0].public_id)
    context = {"nav": "file_plan", "files": found, "system": system, "reference": reference}
    return render(request, "records/external_jump.html", context)

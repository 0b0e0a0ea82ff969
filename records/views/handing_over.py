"""Handing files over at a reorganisation, and the index of files of a unit."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from records import file_index, handing_over
from records.keeping_forms import HandOverForm
from tenants import current

from .doors import ClerkRequest, unit_or_404

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: ClerkRequest) -> HttpResponse:
    """Choose two offices, look at what that means, then do it. Nobody hands over what is not hers to keep (records.handing_over)."""
    sent = request.POST if request.method == "POST" else request.GET
    form = HandOverForm(sent if "giving" in sent else None, clerk=request.user)
    context: dict[str, object] = {"nav": "administration", "form": form, "reason": request.POST.get("reason", "")}
    status = 200
    if form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("giving", "taking", "unit")}
        asked["closed_too"] = not form.cleaned_data["open_only"]
        if request.method == "POST":
            try:
                count = handing_over.hand_over(
                    **asked,
                    mark=request.POST.get("mark", ""),
                    reason=request.POST.get("reason", ""),
                    confirmed=request.POST.getlist("confirmed"),
                    by=request.user,
                    at=timezone.now(),
                )
            except handing_over.CannotHandOver as refusal:
                context["refusal"] = str(refusal)
                status = 409
            else:
                told = ngettext("%(count)s file has been handed over.", "%(count)s files have been handed over.", count)
                messages.success(request, told % {"count": count})
                return redirect("records:hand_over")
        context["preview"] = handing_over.preview(**asked, clerk=request.user)
    elif form.is_bound:
        status = 422
    return render(request, "records/hand_over.html", context, status=status)


@require_safe
def index_of_files(request: ClerkRequest, unit: UUID, ending: str) -> HttpResponse:
    """The index of files of a unit and all below, as .xlsx or .pdf, as far as the clerk may know of them."""
    found, now = unit_or_404(request.user, unit), timezone.now()
    try:
        if ending == "pdf":
            name = current.municipality().name
            body, media_type = file_index.as_pdf(unit=found, clerk=request.user, at=now, municipality=name), "application/pdf"
        else:
            body, media_type = file_index.as_sheet(unit=found, clerk=request.user, at=now), SHEET
    except file_index.TooMany as refusal:
        messages.error(request, str(refusal))
        return redirect("records:unit", unit)
    name = file_index.name_of(unit=found, at=now, ending=ending)
    return HttpResponse(body, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})

"""Taking in people from a spreadsheet: first look, then import."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from foundation.sheets import UnreadableSheet
from tenants import current, people_sheets, staffing
from tenants.doors import ClerkRequest, administrators_only
from tenants.forms import ImportForm
from tenants.people_sheets import PersonRow

HOUR = 3600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def people_import(request: ClerkRequest) -> HttpResponse:
    """First POST: the file, checked and shown. Second POST: `rows`, what was shown, signed; nothing else is taken in."""
    if "rows" in request.POST:
        return _take_in(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "nav": "administration"}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["sheet"]
        try:
            sheet = people_sheets.read_sheet(upload, upload.name)
        except UnreadableSheet as refusal:
            form.add_error("sheet", str(refusal))
        else:
            context |= {"checked": True, "faults": sheet.faults, "rows": sheet.rows}
            if not sheet.faults:
                context["signed_rows"] = signing.dumps([asdict(row) for row in sheet.rows], salt=_salt(), compress=True)
    return render(request, "tenants/people_import.html", context)


@require_safe
@administrators_only
def people_template(request: ClerkRequest) -> HttpResponse:
    response = HttpResponse(people_sheets.template(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="Personen.xlsx"'
    return response


def _take_in(request: ClerkRequest) -> HttpResponse:
    try:
        shown = cast(list[dict[str, Any]], signing.loads(request.POST["rows"], salt=_salt(), max_age=HOUR))
        rows = [PersonRow(**{**row, "roles": tuple(row["roles"])}) for row in shown]
        created = people_sheets.import_people(rows=rows, by=request.user, at=timezone.now())
    except signing.BadSignature:
        messages.error(request, _("The table was checked too long ago. Please choose it again."))
        return redirect("tenants:people_import")
    except staffing.CannotStaff as refusal:
        messages.error(request, str(refusal))
        return redirect("tenants:people_import")
    sentence = ngettext(
        "One person was taken in. Print the slip with the first password at the person.",
        "%(count)d people were taken in. Print the slips with the first passwords at each person.",
        len(created),
    )
    messages.success(request, sentence % {"count": len(created)})
    return redirect("tenants:people")


def _salt() -> str:
    return current.salt("tenants.people_import")

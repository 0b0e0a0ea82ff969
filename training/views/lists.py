"""People by list: first look, then take in."""

from __future__ import annotations

import logging
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
from tenants import current
from tenants.doors import ClerkRequest
from training import list_intake
from training.models import Standing
from training.town_forms import ListForm

from .deciding import coordinates, tabs, town_or_404

logger = logging.getLogger(__name__)
HOUR = 3600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@coordinates
def people_list(request: ClerkRequest) -> HttpResponse:
    """First POST: the file, checked and shown. Second POST: `lines`, what was shown, signed; nothing else is taken in."""
    if "lines" in request.POST:
        return _take_in(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ListForm(*sent, towns=Standing.objects.towns_of(request.user))
    context: dict[str, Any] = {"form": form, **tabs(request)}
    if request.method == "POST" and form.is_valid():
        upload, town = form.cleaned_data["sheet"], form.cleaned_data["municipality"]
        try:
            found = list_intake.read_list(upload, upload.name, municipality=town, at=timezone.now())
        except UnreadableSheet as refusal:
            logger.warning("a list of %s was not read: %s", town, refusal)
            form.add_error("sheet", str(refusal))
        else:
            context |= {"checked": True, "faults": found.faults, "lines": found.lines, "town": town}
            if not found.faults:
                said = {"town": str(town.public_id), "lines": [asdict(line) for line in found.lines]}
                context["signed_lines"] = signing.dumps(said, salt=_salt(request), compress=True)
    return render(request, "training/people_list.html", context, status=422 if form.errors or context.get("faults") else 200)


@require_safe
@coordinates
def list_template(request: ClerkRequest) -> HttpResponse:
    """An empty list, with the dates that are open to enrolment."""
    response = HttpResponse(list_intake.template(at=timezone.now()), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="Schulungsanmeldungen.xlsx"'
    return response


def _take_in(request: ClerkRequest) -> HttpResponse:
    try:
        shown = cast(dict[str, Any], signing.loads(request.POST["lines"], salt=_salt(request), max_age=HOUR))
        lines = [list_intake.PersonLine(**line) for line in shown["lines"]]
        made = list_intake.take_in(municipality=town_or_404(request, shown["town"]), lines=lines, by=request.user, at=timezone.now())
    except signing.BadSignature:
        messages.error(request, _("The table was checked too long ago. Please choose it again."))
        return redirect("training:people_list")
    except list_intake.CannotTakeIn as refusal:
        logger.warning("a list was not taken in: %s", refusal)
        messages.error(request, str(refusal))
        return redirect("training:people_list")
    sentence = ngettext("%(count)d enrolment was taken in.", "%(count)d enrolments were taken in.", len(made))
    messages.success(request, sentence % {"count": len(made)})
    return redirect("training:my_people")


def _salt(request: ClerkRequest) -> str:
    """What somebody was shown is taken in by herself only."""
    return current.salt(f"training.people_list:{request.user.pk}")

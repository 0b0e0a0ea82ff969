"""A municipality's own settings and its coat of arms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenants import municipal_settings
from tenants.doors import ClerkRequest, administrators_only
from tenants.forms import SettingsForm
from tenants.models import MunicipalSettings

YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def settings(request: ClerkRequest) -> HttpResponse:
    row = MunicipalSettings.load()
    row.refresh_from_db(fields=["imprint", "privacy"])
    names = [
        field.name for field in MunicipalSettings._meta.fields if field.name in SettingsForm.base_fields and field.name != "coat_of_arms"
    ]
    held: dict[str, Any] = {name: getattr(row, name) for name in names}
    form = SettingsForm(request.POST or None, request.FILES or None, initial=held, has_coat_of_arms=bool(row.coat_of_arms_type))
    if request.method == "POST" and form.is_valid():
        try:
            municipal_settings.change_settings(**form.cleaned_data, by=request.user, at=timezone.now())
        except municipal_settings.BadSettings as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("tenants:settings")
    return render(request, "tenants/settings.html", {"form": form, "row": row, "nav": "administration"})


@login_not_required
@require_safe
def coat_of_arms(request: HttpRequest) -> HttpResponse:
    """The image as it was redrawn here. Its address changes with it, so browsers may keep it."""
    row = MunicipalSettings.load()
    if not row.coat_of_arms:
        raise Http404
    response = HttpResponse(bytes(row.coat_of_arms), content_type=row.coat_of_arms_type)
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response

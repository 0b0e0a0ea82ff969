from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenants.doors import clerk_of
from tenants.roles import administrator_role, of_this_site


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What the person who signed in can do here."""
    person = clerk_of(request)
    roles = [label for role, label in of_this_site().choices if role in person.role_names]
    return render(
        request, "centre/start.html", {"nav": "desk", "role_labels": roles, "may_administer": person.has_role(administrator_role())}
    )

"""What a person may see, and why: everybody for herself; administrators and the data protection officer without the titles of files."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from records import entitlements
from tenants.doors import roles_required
from tenants.models import User
from tenants.roles import Role

from .doors import ClerkRequest


@require_safe
def mine(request: ClerkRequest) -> HttpResponse:
    found = entitlements.of_person(person=request.user, at=timezone.now())
    return render(request, "records/entitlements.html", {"nav": "desk", "person": request.user, "found": found, "own": True})


@require_safe
@roles_required(Role.ADMINISTRATOR, Role.DATA_PROTECTION)
def of_person(request: ClerkRequest, person: UUID) -> HttpResponse:
    """Units and offices; of single files no more than how many: administration is not access."""
    somebody = get_object_or_404(User.objects.people(), public_id=person)
    found = entitlements.of_person(person=somebody, at=timezone.now())
    return render(request, "records/entitlements.html", {"nav": "administration", "person": somebody, "found": found, "own": False})

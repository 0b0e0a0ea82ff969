"""The OpenAPI document and its page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI from the sidecar; its start script is a file of its own, so that the strict CSP holds."""
    return render(request, "tenants/api_docs.html")

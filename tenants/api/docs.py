"""The OpenAPI document and its page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView

from foundation.api.negotiation import SomeRepresentation


@method_decorator(login_not_required, name="dispatch")
class SchemaView(SpectacularAPIView):
    """The OpenAPI document, as YAML or JSON."""

    content_negotiation_class = SomeRepresentation


@login_not_required
@csrf_exempt  # it changes nothing; and other methods are refused as such
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI from the sidecar; its start script is a file of its own, so that the strict CSP holds."""
    return render(request, "tenants/api_docs.html")

"""What both sites' APIs begin with."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path


def api(*apps: str) -> list[URLPattern | URLResolver]:
    """Routes below /api/v1/: those of every site, then those of the apps that have an API."""
    routes: list[URLPattern | URLResolver] = [path("api/v1/", include("tenants.api.urls"))]
    return routes + [path("api/v1/", include(f"{app}.api.urls")) for app in apps if find_spec(f"{app}.api.urls")]

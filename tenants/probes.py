"""/healthz (the process is alive), /readyz (what it stands on answers within a second each), /metrics (Prometheus)."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from . import registry
from .wellbeing import broker_ready as _broker
from .wellbeing import client, database_ready, town_ready, towns_ready, within_a_second


def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok", "site": settings.SITE, "version": settings.VERSION})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 if this site can work; `degraded` names municipalities that are down; 503 if nobody can work."""
    broker = within_a_second(_broker)
    if settings.SITE == "centre":
        parts = {"broker": broker, "database": within_a_second(lambda: database_ready(DEFAULT_DB_ALIAS))}
        return JsonResponse({"status": "ok" if all(parts.values()) else "down", **parts}, status=200 if all(parts.values()) else 503)
    towns = towns_ready()
    down = sorted(slug for slug, ready in towns.items() if not ready)
    working = broker and bool(towns) and len(down) < len(towns)
    status = "down" if not working else "degraded" if down else "ok"
    return JsonResponse(
        {"status": status, "broker": broker, "municipalities": len(towns), "degraded": down}, status=200 if working else 503
    )


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, only for the addresses allowed in the settings (everybody else: 404).

    What came through a proxy has the proxy's address, often 127.0.0.1, and is refused: Prometheus asks directly.
    """
    if request.META.get("REMOTE_ADDR") not in settings.METRICS_ALLOWED or "X-Forwarded-For" in request.headers:
        return HttpResponse(status=404)
    figures = CollectorRegistry()
    up = Gauge("eakte_municipality_up", "1 if database and store of the municipality answer", ["municipality"], registry=figures)
    queue = Gauge("eakte_queue_length", "Messages waiting in a queue of the broker", ["queue"], registry=figures)
    Gauge("eakte_broker_up", "1 if the broker answers", registry=figures).set(float(within_a_second(_broker)))
    if settings.SITE == "node":
        for municipality in registry.everyone():
            up.labels(municipality.slug).set(float(within_a_second(lambda town=municipality: town_ready(town))))  # type: ignore[misc]
    for name, length in _queue_lengths().items():
        queue.labels(name).set(length)
    return HttpResponse(generate_latest(figures), content_type=CONTENT_TYPE_LATEST)


def _queue_lengths() -> dict[str, int]:
    names = ["house"]
    if settings.SITE == "node":
        names += [f"m.{m.slug}.read{lane}" for m in registry.everyone() for lane in ("", ".large")]
    try:
        redis_client = client()
        return {name: redis_client.llen(name) for name in names}
    except redis.RedisError:
        return {}


BY_PATH = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}

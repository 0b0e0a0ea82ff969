"""The competence centre's site: no records. One database of its own."""

from urllib.parse import unquote, urlsplit

from .base import *  # noqa: F403 - a settings module is its base and its differences
from .base import SHARED_APPS, SPECTACULAR_SETTINGS, VAR, env

SITE = "centre"
ROOT_URLCONF = "ebehoerdenakte.urls_centre"
INSTALLED_APPS = [*SHARED_APPS, "tenants.centre", "hotline"]
CENTRE_HOSTS = env.list("CENTRE_HOSTS", ["zentrum.localhost", "127.0.0.1", "localhost"])
ALLOWED_HOSTS = [*CENTRE_HOSTS]

_url = urlsplit(env.str("DATABASE_URL", "postgresql:///centre"))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.path.lstrip("/"),
        "USER": unquote(_url.username or ""),
        "PASSWORD": unquote(_url.password or ""),
        "HOST": unquote(_url.hostname or "") or dict(p.split("=", 1) for p in _url.query.split("&") if "=" in p).get("host", ""),
        "PORT": str(_url.port or ""),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 3},
    }
}
DATABASE_ROUTERS: list[str] = []

# What people send with their requests, kept write-once below this folder. MAX_UPLOAD_BYTES is for all files of one message together.
CENTRE_STORE = env.path("CENTRE_STORE", VAR / "centre-store")
MAX_ATTACHMENT_BYTES = env.int("MAX_ATTACHMENT_BYTES", 25 * 1024 * 1024)
FILE_UPLOAD_HANDLERS = ["foundation.uploads.PatientUploadHandler"]
UPLOAD_STORE = "tenants.centre.stores.of_centre"

LANES = env.list("LANES", ["house"])
CELERY_BEAT_SCHEDULE = {
    "forget-old": {"task": "tenants.forget_old", "schedule": 3600.0, "options": {"expires": 1800}},
    "sweep-attachments": {"task": "hotline.sweep_attachments", "schedule": 3600.0, "options": {"expires": 1800}},
}
SPECTACULAR_SETTINGS = {
    **SPECTACULAR_SETTINGS,
    "ENUM_NAME_OVERRIDES": {
        "TicketKindEnum": "hotline.models.Ticket.Kind",
        "MessageKindEnum": "hotline.models.Message.Kind",
        "TicketStateEnum": "hotline.models.Ticket.State",
    },
}

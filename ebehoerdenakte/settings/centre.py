"""The competence centre's site: no records. One database of its own."""

from urllib.parse import unquote, urlsplit

from .base import *  # noqa: F403 - a settings module is its base and its differences
from .base import SHARED_APPS, SPECTACULAR_SETTINGS, env

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
LANES = env.list("LANES", ["house"])
# Private networks that webhooks may lead into, as 10.20.0.0/16; none unless they are named here.
WEBHOOK_NETWORKS: list[str] = env.list("WEBHOOK_NETWORKS", [])
CELERY_BEAT_SCHEDULE = {
    "forget-old": {"task": "tenants.forget_old", "schedule": 3600.0, "options": {"expires": 1800}},
    "sweep-webhooks": {"task": "hotline.sweep_webhooks", "schedule": 60.0, "options": {"queue": "centre", "expires": 55}},
}
SPECTACULAR_SETTINGS = {
    **SPECTACULAR_SETTINGS,
    "ENUM_NAME_OVERRIDES": {
        "TicketKindEnum": "hotline.models.Ticket.Kind",
        "MessageKindEnum": "hotline.models.Message.Kind",
        "TicketStateEnum": "hotline.models.Ticket.State",
        "ArticleStateEnum": "hotline.models.Article.State",
        "ArticleAudienceEnum": "hotline.models.ArticleVersion.Audience",
    },
}

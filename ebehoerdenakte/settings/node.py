"""The site in a city: records of one or several municipalities. It holds no credentials of the centre."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403 - a settings module is its base and its differences
from .base import MIDDLEWARE, PRODUCTION, SHARED_APPS, SPECTACULAR_SETTINGS, TEMPLATES, VAR, env

SITE = "node"
ROOT_URLCONF = "ebehoerdenakte.urls_node"
INSTALLED_APPS = [*SHARED_APPS, "records"]
_after = MIDDLEWARE.index("tenants.middleware.OneTimePasswordMiddleware") + 1
MIDDLEWARE = [*MIDDLEWARE[:_after], "records.views.guests.GuestMiddleware", *MIDDLEWARE[_after:]]
TEMPLATES[0]["OPTIONS"]["context_processors"].append("records.views.practice_bar.exercise_at_hand")  # type: ignore[index]
ALLOWED_HOSTS = ["*"]  # the registry decides: tenants.middleware answers 404 to a host that no municipality has

# The municipalities of this node; written by commands, read by every process.
MUNICIPALITY_REGISTRY = env.path("REGISTRY", VAR / "municipalities.json")
MUNICIPALITY_STORES = env.path("STORES", VAR / "store")
MUNICIPALITY_INDEXES = env.path("INDEXES", VAR / "index")
IMAGE_CACHE = env.path("IMAGE_CACHE", VAR / "images")
IMAGE_CACHE_BYTES = env.int("IMAGE_CACHE_BYTES", 4 * 1024**3)
# One line a day and municipality with the journal's last hash, to be copied away (docs/operating.md).
JOURNAL_ANCHORS = env.path("JOURNAL_ANCHORS", VAR / "anchors")
SCRATCH = env.path("SCRATCH", VAR / "scratch")
# This node's keys and what it knows of the centre; readable by the service only.
CHANNEL = env.path("CHANNEL", VAR / "channel" / "node")
# A folder with the published schema files of XJustiz; without it, records for courts are not validated, and say so.
XJUSTIZ_SCHEMAS = env.path("XJUSTIZ_SCHEMAS", None)
# Which orders of the competence centre this node carries out; all others are refused. Practice towns are for a node that is there for training.
_practice_orders = [] if PRODUCTION else ["practice_open", "practice_reset", "practice_end"]
ORDERS_ALLOWED = env.list("ORDERS_ALLOWED", ["show_banner", "end_banner", "support_access", *_practice_orders])
COURIER_SECONDS = env.float("COURIER_SECONDS", 15.0 if PRODUCTION else 2.0)  # between two rounds of the courier
# A role that may create databases; used by create_municipality, and by the courier where it opens practice towns.
ADMIN_DATABASE_URL = env.str("ADMIN_DATABASE_URL", "")
# Practice towns of trainees: where browsers reach one ({host} is its host), and how many there may be at a time (disk: each is a database).
_port = env.str("NODE_PORT", "8000")
PRACTICE_ADDRESS = env.str("PRACTICE_ADDRESS", "https://{host}" if PRODUCTION else f"http://{{host}}:{_port}")
PRACTICE_TOWNS = env.int("PRACTICE_TOWNS", 60)
PRACTICE_QUIET_MINUTES = env.int("PRACTICE_QUIET_MINUTES", 10)  # a town that was used within them is reset on express wish only
# No mail leaves but through here: those of a practice municipality are caught.
EMAIL_BACKEND = "tenants.catching.Backend"
EMAIL_BACKEND_OF_TOWNS = "django.core.mail.backends.smtp.EmailBackend"

DATABASES = {"default": {"ENGINE": "tenants.engine.refusing", "NAME": "none"}}
DATABASE_ROUTERS = ["tenants.routing.MunicipalityRouter"]
MUNICIPALITY_DATABASE = {
    "ENGINE": "tenants.engine.municipality",
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("PGBOUNCER", False),
    "OPTIONS": {
        "connect_timeout": 3,
        "tcp_user_timeout": 10_000,
        "keepalives": 1,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        **({} if env.bool("PGBOUNCER", False) else {"options": f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', 60_000)}"}),
    },
}
# Requests of one municipality at once in a process; below its threads, so that a slow town leaves some to the others.
BULKHEAD_REQUESTS = env.int("BULKHEAD_REQUESTS", max(2, env.int("WEB_THREADS", 12) - 2))
BREAKER_FAILURES = 2
BREAKER_FIRST_SECONDS = 2.0
BREAKER_SECONDS = 15.0

FILE_UPLOAD_HANDLERS = ["foundation.uploads.StoreUploadHandler"]
UPLOAD_STORE = "tenants.stores.upload_store"

# Which lanes a Celery worker serves, and for which municipalities ("all" or slugs).
LANES = env.list("LANES", ["small", "large", "house"])
READING_TOWNS = env.list("READING_TOWNS", ["all"])
CELERY_BEAT_SCHEDULE = {
    "sweep-readings": {
        "task": "tenants.for_each_municipality",
        "schedule": 5.0,
        "args": ["records.sweep_readings", "sweeps", 30],
        "options": {"expires": 5, "queue": "sweeps"},
    },
    "forget-old": {
        "task": "tenants.for_each_municipality",
        "schedule": 3600.0,
        "args": ["tenants.forget_old"],
        "options": {"expires": 1800},
    },
    "set-anchors": {  # one line a day; asked every hour, so that a night without power loses none
        "task": "tenants.for_each_municipality",
        "schedule": 3600.0,
        "args": ["records.set_anchor"],
        "options": {"expires": 1800},
    },
    # Often enough that an edition of the file plan is in force when people come to work, whenever its day began.
    "put-editions-into-force": {
        "task": "tenants.for_each_municipality",
        "schedule": 600.0,
        "args": ["records.put_due_editions_into_force"],
        "options": {"expires": 300},
    },
    # Rights end by themselves at their moment; this tells the centre, and puts its guests to sleep.
    "end-support-accesses": {
        "task": "tenants.for_each_municipality",
        "schedule": 120.0,
        "args": ["records.end_support_accesses"],
        "options": {"expires": 100},
    },
    "sweep-stores": {
        "task": "tenants.for_each_municipality",
        "schedule": 1800.0,
        "args": ["records.sweep_store"],
        "options": {"expires": 900},
    },
}

if PRODUCTION and not env.str("REGISTRY", ""):
    raise ImproperlyConfigured("Production does not start: EAKTE_REGISTRY must name the registry file of this node.")

# --- The API's schema -------------------------------------------------------------------------------------------------------------
SPECTACULAR_SETTINGS = SPECTACULAR_SETTINGS | {  # sets of choices that stand in fields of one name
    "ENUM_NAME_OVERRIDES": {
        "ParticipantKindEnum": "records.models.Participant.Kind",
        "IndexFieldKindEnum": "records.models.IndexField.Kind",
        "ExportKindEnum": "records.models.Export.Kind",
        "VersionStateEnum": "records.models.DocumentVersion.State",
    },
}

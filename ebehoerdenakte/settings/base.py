"""What both sites share. Values that differ between machines come from the environment, typed and checked here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parents[2]

env = Env(prefix="EAKTE_")

# --- How this installation is run ------------------------------------------------------------------------------------------------
# demo: loopback only, http, demo logins.  test: like demo, for the test run.  production: refuses anything unsafe, see the end.
MODE = env.str("MODE", "demo")
if MODE not in ("demo", "test", "production"):
    raise ImproperlyConfigured(f"EAKTE_MODE is {MODE!r}; it must be demo, test or production.")
PRODUCTION = MODE == "production"
VERSION = "0.1.0"

VAR = Path(env.str("VAR", str(BASE_DIR / "var"))).resolve()
DEBUG = env.bool("DEBUG", False)
INSECURE_SECRET_KEY = "demo-secret-that-production-refuses-0123456789-0123456789"  # noqa: S105 - production refuses it below
SECRET_KEY = env.str("SECRET_KEY", INSECURE_SECRET_KEY)
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
METRICS_ALLOWED = env.list("METRICS_ALLOWED", ["127.0.0.1", "::1"])
HOTLINE_TELEPHONE = env.str("HOTLINE_TELEPHONE", "0800 000 0000")
IMPRINT_ADDRESS = env.str("IMPRINT_ADDRESS", "Kompetenzzentrum eBehördenakte, Rathausplatz 1, 00000 Musterstadt")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", "hilfe@zentrum.example")

# --- Applications ----------------------------------------------------------------------------------------------------------------
SHARED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "guardian",
    "rest_framework",
    "knox",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "tenants",
]
AUTH_USER_MODEL = "tenants.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = [
    "axes.W003",  # ours is a subclass of its backend
    "guardian.W001",  # likewise
]

MIDDLEWARE = [
    "tenants.middleware.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "tenants.middleware.SiteMiddleware",
    "tenants.middleware.NoPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tenants.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenants.middleware.SessionAgeMiddleware",
    "tenants.middleware.SignInMiddleware",
    "tenants.middleware.OneTimePasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
TEMPLATE_LIBRARIES: dict[str, str] = {}  # what a site has more
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tenants.context_processors.site",
            ],
            "libraries": TEMPLATE_LIBRARIES,
            "builtins": ["foundation.icons", "foundation.moments"],
            "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
        },
    }
]
FORM_RENDERER = "foundation.drawn_forms.Renderer"
WSGI_APPLICATION = "ebehoerdenakte.wsgi.application"

# --- Language and time -----------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "ebehoerdenakte" / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

# --- Accounts --------------------------------------------------------------------------------------------------------------------
LOGIN_URL = "tenants:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "tenants:login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", "django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# A clerk's working day, but not the night after it; an unused session ends after two hours.
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", 2 * 60 * 60)
SESSION_LONGEST = env.int("SESSION_LONGEST_SECONDS", 12 * 60 * 60)  # however busy: a login does not outlive the day
SESSION_SAVE_EVERY_REQUEST = False  # tenants.middleware.SessionAgeMiddleware writes at most every few minutes
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "tenants.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tenants.refusals.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", PRODUCTION)
if SESSION_COOKIE_SECURE:  # the prefix makes browsers refuse such a cookie from a neighbouring host or without https
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", PRODUCTION)
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
# One proxy of our own in front: its X-Forwarded-Proto and the last address in X-Forwarded-For are believed, else neither.
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", 8)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_CALLABLE = "tenants.passwords.typed_name"
AXES_LOCKOUT_PARAMETERS = ["username"]  # behind one town hall address sit three hundred clerks
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "tenants.refusals.locked_out"
SILENCED_SYSTEM_CHECKS += ["axes.W006"]  # locked by name on purpose, see above
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True  # when people come and go is nobody's business (§ 72 LPVG NRW)
AXES_VERBOSE = False

GUARDIAN_RAISE_403 = False
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
ANONYMOUS_USER_NAME = None  # nobody reads records without a name

# --- Content Security Policy -----------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# --- Files -----------------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "unused"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if MODE == "test" else "ebehoerdenakte.static_files.StaticFiles"
    },
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")  # half of the time, and nobody loads them
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = MODE == "test"
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", 500 * 1024 * 1024)
DATA_UPLOAD_MAX_NUMBER_FILES = 50
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a table of 500 documents has seven fields in each row
FILE_UPLOAD_TEMP_DIR = env.str("UPLOAD_TEMP_DIR", None)

# --- Cache, queue ----------------------------------------------------------------------------------------------------------------
CACHES = {
    "default": {
        "BACKEND": "foundation.cache.ForgivingCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "tenants.current.cache_key",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
# The Redis library and Celery's transport spell a Unix socket differently.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "house"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 6 * 3600,
    "socket_connect_timeout": 3,
    "socket_timeout": 3,  # a broker that hangs holds up no upload: the sweep queues again what it did not take
    "queue_order_strategy": "priority",
}
CELERY_TIMEZONE = TIME_ZONE

# --- REST ------------------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenants.api.tokens.BearerToken", "tenants.api.sessions.BrowserSession"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "foundation.api.parsers.ObjectParser",
        "foundation.api.parsers.FileParser",
        "foundation.api.parsers.FieldsParser",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "foundation.api.negotiation.OneRepresentation",
    "DEFAULT_PAGINATION_CLASS": "foundation.api.cursors.Cursors",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"login": "60/min", "join": "30/hour"},
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
    "EXCEPTION_HANDLER": "tenants.api.failures.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DATETIME_FORMAT": "iso-8601",
}
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_TTL": None, "USER_SERIALIZER": None}
SPECTACULAR_SETTINGS = {
    "TITLE": "eBehördenakte",
    "VERSION": "v1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

# --- Log -------------------------------------------------------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "tenants.logs.Line"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.security.DisallowedHost": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}

# --- What production refuses -----------------------------------------------------------------------------------------------------
if PRODUCTION:
    refused = {
        "EAKTE_DEBUG must be off": DEBUG,
        "EAKTE_SECRET_KEY must be set, at least 50 characters of its own": SECRET_KEY == INSECURE_SECRET_KEY or len(SECRET_KEY) < 50,
        "EAKTE_SECURE_COOKIES must be on": not SESSION_COOKIE_SECURE,
        "EAKTE_SSL_REDIRECT must be on": not SECURE_SSL_REDIRECT,
        "EAKTE_HSTS_SECONDS must not be 0": SECURE_HSTS_SECONDS <= 0,
    }
    if any(refused.values()):
        raise ImproperlyConfigured("Production does not start: " + "; ".join(why for why, holds in refused.items() if holds) + ".")

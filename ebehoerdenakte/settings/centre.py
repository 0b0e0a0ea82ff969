"""The competence centre's site: no records. One database of its own."""

from urllib.parse import unquote, urlsplit

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

from .base import *  # noqa: F403 - a settings module is its base and its differences
from .base import CONTACT_EMAIL, PRODUCTION, SECRET_KEY, SHARED_APPS, SPECTACULAR_SETTINGS, TEMPLATE_LIBRARIES, VAR, env

SITE = "centre"
ROOT_URLCONF = "ebehoerdenakte.urls_centre"
# Parts of screens that show what hotline and training know, which know nothing of each other.
TEMPLATE_LIBRARIES["composed"] = "ebehoerdenakte.composed"
INSTALLED_APPS = [*SHARED_APPS, "tenants.centre", "hotline", "training"]
CENTRE_HOSTS = env.list("CENTRE_HOSTS", ["zentrum.localhost", "127.0.0.1", "localhost"])
ALLOWED_HOSTS = [*CENTRE_HOSTS]

_url = urlsplit(env.str("DATABASE_URL", "postgresql:///centre"))
DATABASES = {
    "default": {
        "ENGINE": "tenants.engine.centre",
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

DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # attendance of a course date has two fields for each of 2,000 people

LANES = env.list("LANES", ["house"])
# The centre's keys; readable by the service only.
CHANNEL = env.path("CHANNEL", VAR / "channel" / "centre")
# Where browsers reach the centre: nodes hand their clerks over to this address.
_usual = f"https://{CENTRE_HOSTS[0]}" if PRODUCTION else f"http://zentrum.localhost:{env.int('CENTRE_PORT', 8001)}"
CENTRE_ADDRESS = env.str("CENTRE_ADDRESS", _usual).rstrip("/")
# How long nothing was heard of a site until it needs attention, and until that is critical (seconds; tenants.centre.health).
SITE_WARNING_SECONDS = env.int("SITE_WARNING_SECONDS", 300)
SITE_CRITICAL_SECONDS = env.int("SITE_CRITICAL_SECONDS", 3600)
if not 0 < SITE_WARNING_SECONDS < SITE_CRITICAL_SECONDS:
    raise ImproperlyConfigured("EAKTE_SITE_WARNING_SECONDS must be more than 0 and less than EAKTE_SITE_CRITICAL_SECONDS.")
# The pages on which a clerk arrives who was handed over, by the word that her node may say: names of routes or addresses of ours.
ARRIVALS_LAND_AT = {"help": "hotline:ticket_new", "training": "/schulungen/"}
# Private networks that webhooks may lead into, as 10.20.0.0/16; none unless they are named here.
WEBHOOK_NETWORKS: list[str] = env.list("WEBHOOK_NETWORKS", [])

# --- Mail ------------------------------------------------------------------------------------------------------------------------
# Servers by address: imaps://user:password@host/FOLDER, smtps://user:password@host; imap:// and smtp:// begin plain and must go over to TLS;
# imap+plain:// and smtp+plain:// stay plain and are for this machine only. Empty: no mail is fetched, or none is sent.
MAIL_IMAP_URL = env.str("IMAP_URL", "")
MAIL_SMTP_URL = env.str("SMTP_URL", "")
MAIL_CA_FILE = env.str("MAIL_CA_FILE", "")  # the servers' certificates, where they are not signed by one of the system's authorities
MAIL_DONE_FOLDER = env.str("IMAP_DONE_FOLDER", "")  # where mails are moved that were taken in; empty: they are marked as read
MAIL_ADDRESS = env.str("MAIL_ADDRESS", CONTACT_EMAIL)
MAIL_NAME = env.str("MAIL_NAME", "Hotline eBehördenakte")
TRAINING_MAIL_NAME = env.str("TRAINING_MAIL_NAME", "Schulungen eBehördenakte")  # whom mails about courses come from, at the same address
MAIL_OTHER_ADDRESSES: list[str] = env.list("MAIL_OTHER_ADDRESSES", [])  # of our own as well: what comes from there is a loop
MAIL_TOKEN_PREFIX = env.str("MAIL_TOKEN_PREFIX", "HL")
MAIL_LOOP_TOKEN = env.str("MAIL_LOOP_TOKEN", "") or salted_hmac("hotline.mail.loop", MAIL_ADDRESS, secret=SECRET_KEY).hexdigest()
MAIL_AUTHSERV_ID = env.str("MAIL_AUTHSERV_ID", "")  # the name under which our own server writes Authentication-Results (RFC 8601)
MAIL_RECEIPTS_PER_HOUR = env.int("MAIL_RECEIPTS_PER_HOUR", 5)
MAIL_MAX_FILES_BYTES = env.int("MAIL_MAX_FILES_BYTES", 10 * 1024 * 1024)  # of one mail; it grows by a third on its way
MAIL_STORE = VAR / "mails"

# Whose public holidays those who plan courses are warned of (ISO 3166-2:DE); empty: none.
TRAINING_LAND = env.str("TRAINING_LAND", "NW")
if TRAINING_LAND and TRAINING_LAND not in ["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]:
    raise ImproperlyConfigured(f"EAKTE_TRAINING_LAND is {TRAINING_LAND!r}; it must be one of the 16 Länder in two letters, NW say.")

CELERY_BEAT_SCHEDULE = {
    "forget-old": {"task": "tenants.forget_old", "schedule": 3600.0, "options": {"expires": 1800}},
    "sweep-attachments": {"task": "hotline.sweep_attachments", "schedule": 3600.0, "options": {"expires": 1800}},
    "tell-of-deadlines": {"task": "hotline.tell_of_deadlines", "schedule": 60.0, "options": {"queue": "centre", "expires": 55}},
    "remind-of-call-backs": {"task": "hotline.remind_of_call_backs", "schedule": 60.0, "options": {"queue": "centre", "expires": 55}},
    "close-solved": {"task": "hotline.close_old", "schedule": 600.0, "options": {"queue": "centre", "expires": 500}},
    "count-deadlines-anew": {"task": "hotline.sweep_deadlines", "schedule": 300.0, "options": {"queue": "centre", "expires": 240}},
    # At night (hotline.retaining.AT_NIGHT); dropped if nobody took it within an hour, the next night does it all.
    "remove-old-requests": {
        "task": "hotline.remove_old",
        "schedule": crontab(hour=3, minute=30),
        "options": {"queue": "centre", "expires": 3600},
    },
    "expire-offers": {"task": "training.expire_offers", "schedule": 60.0, "options": {"queue": "centre", "expires": 55}},
    "remind-of-sessions": {"task": "training.remind", "schedule": 60.0, "options": {"queue": "centre", "expires": 55}},
    "follow-practice": {"task": "training.follow_practice", "schedule": 120.0, "options": {"queue": "centre", "expires": 110}},
    "warn-of-minimum": {"task": "training.warn_of_minimum", "schedule": 900.0, "options": {"queue": "centre", "expires": 800}},
    "make-certificates": {"task": "training.make_certificates", "schedule": 300.0, "options": {"queue": "centre", "expires": 240}},
    # In the morning, when people read their mail; what one day misses the next one does.
    "ask-how-it-was": {
        "task": "training.ask_how_it_was",
        "schedule": crontab(hour=7, minute=30),
        "options": {"queue": "centre", "expires": 3600},
    },
    "remind-of-refreshers": {
        "task": "training.remind_of_refreshers",
        "schedule": crontab(hour=7, minute=15),
        "options": {"queue": "centre", "expires": 3600},
    },
    "sweep-webhooks": {"task": "hotline.sweep_webhooks", "schedule": 60.0, "options": {"queue": "centre", "expires": 55}},
    **(
        {"fetch-mail": {"task": "hotline.fetch_mail", "schedule": 60.0, "options": {"queue": "centre", "expires": 50}}}
        if MAIL_IMAP_URL
        else {}
    ),
    **(
        {
            "send-mail": {"task": "hotline.send_mail", "schedule": 60.0, "options": {"queue": "centre", "expires": 50}},
            "send-notices": {"task": "training.send_notices", "schedule": 60.0, "options": {"queue": "centre", "expires": 50}},
            "send-invitations": {"task": "training.send_invitations", "schedule": 60.0, "options": {"queue": "centre", "expires": 50}},
        }
        if MAIL_SMTP_URL
        else {}
    ),
}
SPECTACULAR_SETTINGS = {
    **SPECTACULAR_SETTINGS,
    "ENUM_NAME_OVERRIDES": {
        "SiteHealthEnum": "tenants.centre.models.Site.Health",
        "TicketKindEnum": "hotline.models.Ticket.Kind",
        "MessageKindEnum": "hotline.models.Message.Kind",
        "TicketStateEnum": "hotline.models.Ticket.State",
        "DeadlineStateEnum": "hotline.models.promised.DEADLINE_STATES",
        "DeadlineStepKindEnum": "hotline.models.promised.STEP_KINDS",
        "MailOutcomeEnum": "hotline.models.IncomingMail.Outcome",
        "MailReasonEnum": "hotline.models.IncomingMail.Reason",
        "PersonExportStateEnum": "hotline.models.PersonExport.State",
        "SupportStateEnum": "hotline.models.SupportRequest.State",
        "SupportAreaEnum": "hotline.models.SupportRequest.Area",
        "ArticleStateEnum": "hotline.models.Article.State",
        "IncidentStateEnum": "hotline.models.Incident.State",
        "IncidentUpdateKindEnum": "hotline.models.IncidentUpdate.Kind",
        "IncidentBannerEnum": "hotline.models.IncidentTown.Banner",
        "NoticeKindEnum": "training.models.Notice.Kind",
        "ArticleAudienceEnum": "hotline.models.ArticleVersion.Audience",
        "CertificateKindEnum": "training.models.Certificate.Kind",
        "AttendanceStateEnum": "training.models.Attendance.State",
        "CourseDateStateEnum": "training.models.CourseDate.State",
        "EnrolmentStateEnum": "training.models.Enrolment.State",
    },
}

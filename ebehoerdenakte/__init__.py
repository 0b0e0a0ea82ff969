"""Assembly: settings, URLs and the doors for servers. No app imports it."""

from .celery import app as celery_app

__all__ = ["celery_app"]

"""The Celery application of both sites; queues follow the registry (tenants.queues)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ebehoerdenakte.settings.node")
app = Celery("ebehoerdenakte")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .enrolments import Enrolment


class Need(models.Model):
    """What somebody needs to take part well, in her own words. Hers and her trainers' to read, and deleted after the course."""

    enrolment: models.OneToOneField[Any, Any] = models.OneToOneField(Enrolment, models.CASCADE, related_name="need")
    text = models.TextField(_("What you need to take part well"), max_length=500)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[Need]] = models.Manager()

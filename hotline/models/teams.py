from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .tickets import Queue


class QueueMember(models.Model):
    """That a member of staff belongs to a queue's team. `lead`: deadlines of tickets that are nobody's are first of all told to those who lead."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="team")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="queue_memberships")
    lead = models.BooleanField(_("Leads the team"), default=False)

    objects: ClassVar[models.Manager[QueueMember]] = models.Manager()

    class Meta:
        verbose_name = _("Member of a queue's team")
        verbose_name_plural = _("Members of queues' teams")
        constraints = [models.UniqueConstraint(fields=["queue", "person"], name="queue_member_once")]

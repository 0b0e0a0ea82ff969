from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessibilityFeedback(models.Model):
    """What a person reported as a barrier (§ 12b BGG, § 3 BITV NRW). No account is needed, no address is demanded."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    page = models.CharField(_("Page concerned"), max_length=500, blank=True)
    message = models.TextField(_("What is the barrier?"), max_length=5000)
    name = models.CharField(_("Name"), max_length=200, blank=True)
    email = models.EmailField(_("E-mail for an answer"), blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Accessibility feedback")
        constraints = [models.CheckConstraint(condition=~models.Q(message=""), name="feedback_says_something")]
        indexes = [models.Index(fields=["created_at"], name="feedback_in_order")]

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class Office(models.Model):
    """An organisational unit (Organisationseinheit). Its group is what guardian grants are given to."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Part of"))
    code = models.CharField(_("Code"), max_length=20, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    group = models.OneToOneField(Group, models.PROTECT, related_name="office", editable=False)
    is_active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name = _("Office")
        verbose_name_plural = _("Offices")
        constraints = [models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="office_not_its_own_parent")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Membership(models.Model):
    """A person works in an office. Kept in step with the office's group by tenants.staffing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    office = models.ForeignKey(Office, models.PROTECT, related_name="memberships")
    is_lead = models.BooleanField(_("Leads the office"), default=False)
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "office"], name="membership_once")]

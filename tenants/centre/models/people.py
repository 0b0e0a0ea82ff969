"""Whom the centre works for: municipalities, and the people in them who ask for help."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Municipality(models.Model):
    """A municipality that the centre works for (Kommune). It knows nothing of her records; `slug` is her name on her node."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("Short name"), max_length=50, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    active = models.BooleanField(_("Active"), default=True)
    site = models.ForeignKey("centre.Site", models.PROTECT, null=True, blank=True, related_name="municipalities")

    class Meta:
        verbose_name = _("Municipality")
        verbose_name_plural = _("Municipalities")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="centre_municipality_has_a_name")]

    def __str__(self) -> str:
        return self.name


class United(models.Model):
    """An account that became part of another one: whoever is found by its address is the other. A chain is kept short: `into` is never one that went."""

    gone = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    into = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[United]] = models.Manager()


class Contact(models.Model):
    """What the centre knows of a person who asks for help beside her account: where she works. Staff are no contacts.

    `sees_office`: she may read what her office's people ask. `clerk_id` is her public id on her municipality's node, once she has been handed over
    from there: so she is one contact, however often she comes.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contact")
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="contacts")
    office = models.CharField(_("Office"), max_length=200, blank=True)
    sees_office = models.BooleanField(_("Reads her office's requests"), default=False)
    clerk_id = models.UUIDField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager[Contact]] = models.Manager()

    class Meta:
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "clerk_id"], condition=Q(clerk_id__isnull=False), name="contact_once_per_clerk")
        ]
        indexes = [models.Index(fields=["municipality", "office"], name="contact_of_office")]

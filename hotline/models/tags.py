from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .tickets import Ticket


class Tag(models.Model):
    """A tag (Schlagwort) of the list that operators keep. A retired one stays where it is, and is put on nothing more. Staff only see tags."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=40)
    active = models.BooleanField(_("Active"), default=True)
    tickets = models.ManyToManyField(Ticket, blank=True, related_name="tags")

    objects: ClassVar[models.Manager[Tag]] = models.Manager()

    class Meta:
        verbose_name = _("Tag")
        verbose_name_plural = _("Tags")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="tag_named_once"),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TextModule(models.Model):
    """A text that staff write again and again (Textbaustein). `key` is what is typed behind "::"; a retired one is offered no more."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("Short word"), max_length=40, unique=True)
    title = models.CharField(_("Title"), max_length=100)
    body = models.TextField(_("Text"))
    active = models.BooleanField(_("Active"), default=True)

    objects: ClassVar[models.Manager[TextModule]] = models.Manager()

    class Meta:
        verbose_name = _("Text module")
        verbose_name_plural = _("Text modules")
        constraints = [models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="text_module_says_something")]

    def __str__(self) -> str:
        return self.title


class SavedView(models.Model):
    """What somebody asks of the list again and again, under a name: of her own, or shared with all of the hotline's staff.

    `asked` holds the list's parameters as hotline.overview knows them.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("Name"), max_length=60)
    asked = models.JSONField(default=dict)
    shared = models.BooleanField(_("For all of the hotline's staff"), default=False)

    objects: ClassVar[models.Manager[SavedView]] = models.Manager()

    class Meta:
        verbose_name = _("Saved view")
        verbose_name_plural = _("Saved views")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_named_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import User

from .messages import Message

SHOWN_AS_PICTURES = ("image/jpeg", "image/png")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, person: User) -> Self:
        """Keep the files of messages a person may read; those of internal notes are for staff only."""
        return self.filter(message__in=Message.objects.visible_to(person))

    def in_order(self) -> Self:
        return self.order_by("message", "position", "pk")


class Attachment(models.Model):
    """A file that came with a message. Its bytes lie in the centre's store under their hash, once, and are never written again.

    `name` is harmless (foundation.kinds.clean_name), `media_type` is what the content says, `size` is in bytes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("Name"), max_length=255)
    media_type = models.CharField(max_length=150)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)

    objects: ClassVar[models.Manager[Any]] = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Attachment of a message")
        verbose_name_plural = _("Attachments of messages")
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="attachment_has_a_place"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="attachment_hash_form"),
            models.CheckConstraint(condition=~Q(name="") & Q(size__gt=0), name="attachment_is_something"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a preview can be drawn of it: by its content, whatever its name says."""
        return self.media_type in SHOWN_AS_PICTURES

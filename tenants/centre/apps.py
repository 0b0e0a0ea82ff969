from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class CentreConfig(AppConfig):
    """The competence centre's side of tenants: sites, contacts and releases come with their capabilities."""

    name = "tenants.centre"
    label = "centre"
    verbose_name = "Competence centre"

    def ready(self) -> None:
        from tenants import channel, housekeeping

        from . import checking, ordering, practising, receiving, rotating

        post_migrate.connect(_make_store, sender=self, dispatch_uid="centre.store")
        housekeeping.register(checking.forget_seen)
        housekeeping.register(receiving.forget_old)
        housekeeping.register(practising.forget_old)
        housekeeping.register(rotating.settle)
        for kind in (channel.PRACTICE_OPEN, channel.PRACTICE_RESET):
            ordering.when_answered(kind, practising.take_answer)


def _make_store(**_more: Any) -> None:
    """The folder of attachments comes with the database. Nothing else makes it: a folder that is missing later is a disk that is not mounted."""
    Path(settings.CENTRE_STORE).mkdir(mode=0o750, parents=True, exist_ok=True)

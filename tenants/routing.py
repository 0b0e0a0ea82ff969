"""Database router of a node: every model lives in the database of the municipality in force."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from . import current


class MunicipalityRouter:
    """No municipality in force: NoMunicipality. An object of another municipality: ForeignMunicipality."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        chosen = current.municipality()
        instance = hints.get("instance")
        if instance is not None and instance._state.db not in (None, chosen.alias):
            raise current.ForeignMunicipality(f"{instance._meta.label} of {instance._state.db} was used in {chosen.alias}.")
        return chosen.alias

    db_for_write = db_for_read

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        if first._state.db and second._state.db and first._state.db != second._state.db:
            raise current.ForeignMunicipality(f"{first._meta.label} of {first._state.db} meets {second._meta.label} of {second._state.db}.")
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db.startswith("m_")

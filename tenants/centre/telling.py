"""Somebody is told what is stored about her (hotline.disclosing; Art. 15 and 20 GDPR): apps that store more of her than the hotline does say what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tenants.models import User

Source = Callable[[User], dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """What one app stores: `told` is made of what JSON knows (moments in ISO 8601, under names that end in _at), `template` shows it to people."""

    name: str
    template: str
    told: dict[str, Any]


_sources: dict[str, tuple[str, Source]] = {}


def when_told(name: str, *, template: str, source: Source) -> None:
    """Have an app say what it stores of somebody. Called in AppConfig.ready()."""
    _sources[name] = (template, source)


def parts_of(person: User) -> list[Part]:
    """What the apps store of her, by the name each has."""
    return [Part(name, template, source(person)) for name, (template, source) in sorted(_sources.items())]


def moment(at: datetime | None) -> str | None:
    """A moment as it stands in `told`."""
    return at.isoformat() if at else None

"""How a site is, by one rule for screens and programs: how long ago it was heard of, and what it said of itself; the worse of both counts.

Heard of within EAKTE_SITE_WARNING_SECONDS is all right, later it needs attention, after EAKTE_SITE_CRITICAL_SECONDS it is critical. What a site said of
itself counts as long: an old report says nothing of today. A site that never called, or is not confirmed, is unknown.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from .admitting import line
from .models import Site

logger = logging.getLogger(__name__)
Health = Site.Health
BAD = (Health.OK, Health.WARNING, Health.CRITICAL)  # the worse, the later
LONGEST_VERSION, LONGEST_PROBLEM, MOST_PROBLEMS = 40, 200, 10  # characters, sentences


class CannotReport(Exception):
    """A heartbeat says what cannot be kept; the message says why, `field` what of it."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Standing:
    """A site's state and, where it said so itself, why."""

    state: str
    problems: Sequence[str]

    @property
    def label(self) -> str:
        return str(Health(self.state).label)


def of(site: Site, *, at: datetime) -> Standing:
    """How a site is at a moment."""
    if site.state != Site.State.CONFIRMED or site.last_heartbeat_at is None:
        return Standing(Health.UNKNOWN, [])
    silent = at - site.last_heartbeat_at
    state = BAD[(silent > _seconds("WARNING")) + (silent > _seconds("CRITICAL"))]
    if site.reported_at is None or at - site.reported_at > _seconds("CRITICAL"):
        return Standing(state, [])
    return Standing(max(state, Health(site.reported_state), key=BAD.index), site.reported_problems)


def report(*, site: Site, said: Mapping[str, Any], at: datetime) -> Site:
    """Take in what a site says of itself: `version`, `state` (ok, warning, critical; ok if it says none), `problems` (sentences).

    Nobody of the centre does it, so the journal has none of it. Raises CannotReport.
    """
    version, state, problems = said.get("version"), said.get("state", Health.OK), said.get("problems", [])
    if not isinstance(version, str) or not version.strip() or len(version) > LONGEST_VERSION:
        raise CannotReport(_("Please say the software version, in at most %(most)s characters.") % {"most": LONGEST_VERSION}, "version")
    if state not in BAD:
        raise CannotReport(_("A state is ok, warning or critical."), "state")
    if not isinstance(problems, list) or len(problems) > MOST_PROBLEMS or not all(_is_sentence(one) for one in problems):
        raise CannotReport(
            _("Problems are a list of at most %(most)s sentences of at most %(letters)s characters.")
            % {"most": MOST_PROBLEMS, "letters": LONGEST_PROBLEM},
            "problems",
        )
    if site.reported_state != state:
        logger.info("%s reports: %s", site, state)
    site.last_heartbeat_at = site.reported_at = at
    site.version, site.reported_state = line(version, LONGEST_VERSION), str(state)
    site.reported_problems = [kept for one in problems if (kept := line(one, LONGEST_PROBLEM))]
    site.save(update_fields=["last_heartbeat_at", "reported_at", "version", "reported_state", "reported_problems"])
    return site


def _is_sentence(said: object) -> bool:
    return isinstance(said, str) and len(said) <= LONGEST_PROBLEM


def _seconds(what: str) -> timedelta:
    return timedelta(seconds=getattr(settings, f"SITE_{what}_SECONDS"))

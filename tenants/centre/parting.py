"""Somebody is made unknown for ever (hotline.anonymising): apps that keep more of her than rows with words in them let go of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tenants.models import User

Follower = Callable[[User, datetime], None]
_followers: list[Follower] = []


def when_anonymised(follow: Follower) -> None:
    """Let an app let go of what it keeps of somebody: `follow(person, at)`, inside the act's transaction, before her name is taken out of all texts.

    Called in AppConfig.ready().
    """
    if follow not in _followers:
        _followers.append(follow)


def part_with(*, person: User, at: datetime) -> None:
    """Have everybody let go of what they keep of her. Inside the act's transaction."""
    for follow in _followers:
        follow(person, at)

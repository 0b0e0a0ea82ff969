"""What tests of the hotline share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from hotline.models import Queue
from tenants.models import User
from tests.centre.hotline.mails import SETTINGS
from tests.centre.hotline_factories import QueueFactory
from tests.factories import UserFactory


@pytest.fixture
def operator() -> User:
    person: User = UserFactory(roles=["operator"])
    return person


@pytest.fixture
def queue() -> Queue:
    """The queue into which requests come."""
    made: Queue = QueueFactory()
    return made


@pytest.fixture
def mail_settings(tmp_path: Path) -> Iterator[None]:
    """A queue into which mails come, and a store of mails of this test alone."""
    QueueFactory()
    with override_settings(**SETTINGS, MAIL_STORE=tmp_path / "mails"):
        yield

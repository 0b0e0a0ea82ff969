"""What all tests stand on.

    export EAKTE_MODE=test EAKTE_VAR=/tmp/mine EAKTE_TEST_DATABASE_URL='postgresql://superuser@/postgres?host=/socket/folder'
    DJANGO_SETTINGS_MODULE=ebehoerdenakte.settings.node .venv/bin/pytest tests/node tests/foundation
    DJANGO_SETTINGS_MODULE=ebehoerdenakte.settings.centre .venv/bin/pytest tests/centre

Databases are migrated once into a template per schema version and cloned per pytest-xdist worker, by the product's own code
(tenants.cloning). `-n 2` works. Nothing here needs Redis, except tests that start a real worker (EAKTE_TEST_REDIS_URL).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import hypothesis
import pytest
from django.test import Client, TestCase, override_settings
from django.test.utils import CaptureQueriesContext

# No database of examples: the service user may not write into the project. No deadline: machines are shared. The same examples each time, so that
# what lands does not hang on luck; EAKTE_PROPERTY_RANDOM=1 looks for new ones, and what it finds is pinned with @example.
REPEATABLE = os.environ.get("EAKTE_PROPERTY_RANDOM") != "1"
hypothesis.settings.register_profile("house", database=None, deadline=None, derandomize=REPEATABLE)
hypothesis.settings.load_profile("house")

FAST = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "KEY_FUNCTION": "tenants.current.cache_key"}},
}


@pytest.fixture(scope="session", autouse=True)
def _fast_settings(django_test_environment: None) -> Iterator[None]:
    with override_settings(**FAST):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    from django.core.cache import caches

    caches["default"].clear()


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Part of the names of databases, so that runs beside each other do not meet."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


@pytest.fixture(scope="session")
def server_url() -> str:
    """Address of a superuser of the test cluster."""
    url = os.environ.get("EAKTE_TEST_DATABASE_URL")
    if not url:
        pytest.fail("EAKTE_TEST_DATABASE_URL is not set (see the head of tests/conftest.py).", pytrace=False)
    return url


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """client_of(user) is that person's browser, signed in at her municipality; client_of(None, host=…) a stranger's."""
    from tenants import current, registry

    def make(user: Any = None, host: str | None = None, **options: Any) -> Client:
        chosen = registry.by_host(host) if host else current.municipality_or_none()
        client = Client(headers={"host": host or (chosen.hosts[0] if chosen else "zentrum.localhost")}, **options)
        if user is not None:
            with current.use(chosen):
                client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def api_client() -> Callable[..., Any]:
    """api_client(user) calls the API of her municipality with a token."""
    from datetime import timedelta

    from knox.models import get_token_model
    from rest_framework.test import APIClient

    from tenants import current

    def make(user: Any = None, host: str | None = None) -> APIClient:
        chosen = current.municipality_or_none()
        client = APIClient(headers={"host": host or (chosen.hosts[0] if chosen else "zentrum.localhost")})
        if user is not None:
            _row, token = get_token_model().objects.create(user, expiry=timedelta(hours=1))
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return make


@pytest.fixture
def queries() -> Callable[[], CaptureQueriesContext]:
    """with queries() as seen: …; len(seen) is the number of SQL queries in the municipality in force."""
    from tenants import current

    return lambda: CaptureQueriesContext(current.connection())


@pytest.fixture
def committing() -> Callable[[], AbstractContextManager[list[Any]]]:
    """with committing(): …  runs what acts left for after the commit (queued tasks, indexing), as a real commit would."""
    from tenants import current

    return lambda: TestCase.captureOnCommitCallbacks(using=current.alias(), execute=True)

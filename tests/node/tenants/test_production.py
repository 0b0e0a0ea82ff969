"""Production refuses to start unsafely, and `check --deploy` is clean in it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.nowhere

SAFE = {
    "EAKTE_MODE": "production",
    "EAKTE_SECRET_KEY": "k7m2xq9w4e" * 6,
    "EAKTE_REGISTRY": "/nonexistent/municipalities.json",
    "EAKTE_VAR": "/nonexistent",
    "EAKTE_REDIS_URL": "redis://127.0.0.1:1/0",
    "EAKTE_DATABASE_URL": "postgresql://x@127.0.0.1:1/centre",
    "EAKTE_CENTRE_HOSTS": "zentrum.example",
}


def run(site: str, *arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("EAKTE_")}
    chosen = {name: value for name, value in {**SAFE, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**plain, **chosen, "DJANGO_SETTINGS_MODULE": f"ebehoerdenakte.settings.{site}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


class TestProduction:
    @pytest.mark.parametrize("site", ["node", "centre"])
    def test_check_deploy_is_clean(self, site: str) -> None:
        done = run(site, "check", "--deploy", "--fail-level", "INFO")

        assert done.returncode == 0, done.stderr
        assert "no issues" in done.stdout + done.stderr

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            ({"EAKTE_SECRET_KEY": None}, "EAKTE_SECRET_KEY"),
            ({"EAKTE_SECRET_KEY": "short"}, "EAKTE_SECRET_KEY"),
            ({"EAKTE_DEBUG": "1"}, "EAKTE_DEBUG"),
            ({"EAKTE_SECURE_COOKIES": "0"}, "EAKTE_SECURE_COOKIES"),
            ({"EAKTE_SSL_REDIRECT": "0"}, "EAKTE_SSL_REDIRECT"),
            ({"EAKTE_HSTS_SECONDS": "0"}, "EAKTE_HSTS_SECONDS"),
            ({"EAKTE_REGISTRY": None}, "EAKTE_REGISTRY"),
            ({"EAKTE_MODE": "Production"}, "EAKTE_MODE"),
        ],
    )
    def test_refuses_to_start(self, change: dict[str, str | None], named: str) -> None:
        done = run("node", "check", **change)

        assert done.returncode != 0
        assert named in done.stderr

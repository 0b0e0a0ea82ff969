"""What is done with pages is done in a process of the service user."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.foundation import papers


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Give a folder that the service user can reach, also when root runs the tests."""
    with papers.work_folder() as folder:
        yield folder

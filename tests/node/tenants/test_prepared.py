"""Statements that the server keeps, for what nearly every request asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import ProgrammingError

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User
from tests.factories import UserFactory

KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%how many are kept%%'"
NAMES = Statement(lambda: User.objects.filter(username=Blank("name")).values_list("pk", "display_name"), using=current.alias)


def kept_after_asking(times: int) -> int:
    for _time in range(times):
        current.ask("SELECT %s::int /* how many are kept */", [1])
    with current.connection().cursor() as cursor:
        cursor.execute(KEPT)
        return int(cursor.fetchone()[0])


class TestAsk:
    def test_keeps_a_statement_for_the_connection(self) -> None:
        assert kept_after_asking(3) == 1

    def test_keeps_nothing_behind_a_pooler(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = kept_after_asking(0)
        monkeypatch.setitem(current.connection().settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

        assert kept_after_asking(3) == before

    def test_says_errors_as_django_does(self) -> None:
        with pytest.raises(ProgrammingError), current.atomic():
            current.ask("SELECT nothing_of_that_name", [])

    def test_is_counted_like_any_query(self, queries: Any) -> None:
        with queries() as seen:
            current.ask("SELECT %s::text", ["so"])

        assert len(seen) == 1


class TestStatement:
    def test_asks_with_the_values_of_each_time(self) -> None:
        one, other = UserFactory(), UserFactory()

        found = [current.rows_of(NAMES, name=user.username) for user in (one, other)]

        assert found == [[(one.pk, one.display_name)], [(other.pk, other.display_name)]]

    def test_is_not_asked_without_a_value(self) -> None:
        with pytest.raises(KeyError):
            NAMES.filled()

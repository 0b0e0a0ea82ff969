"""No query without a municipality, none in a foreign one."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature, dumps, loads
from django.db import connection, connections, transaction  # noqa: TID251 - that it refuses is what is tested
from guardian.shortcuts import assign_perm, get_objects_for_user

from records.models import FilePlanUnit
from tenants import current, registry
from tenants.models import Office, User
from tests.factories import FilePlanUnitFactory, OfficeFactory, UserFactory, grant


class TestNoMunicipality:
    @pytest.mark.nowhere
    def test_reading_raises(self) -> None:
        with pytest.raises(current.NoMunicipality):
            User.objects.exists()

    @pytest.mark.nowhere
    def test_writing_raises(self) -> None:
        with pytest.raises(current.NoMunicipality):
            Office(code="10").save()

    def test_a_bare_transaction_raises(self) -> None:
        with pytest.raises(ImproperlyConfigured), transaction.atomic():  # noqa: TID251 - that it raises is what is tested
            pass

    def test_a_bare_cursor_raises(self) -> None:
        with pytest.raises(ImproperlyConfigured):
            connection.cursor()

    def test_a_bare_on_commit_raises(self) -> None:
        with pytest.raises(ImproperlyConfigured):
            transaction.on_commit(lambda: None)  # noqa: TID251

    def test_another_thread_has_none_in_force(self) -> None:
        seen: list[Any] = []

        thread = threading.Thread(target=lambda: seen.append(current.municipality_or_none()))
        thread.start()
        thread.join()

        assert seen == [None]

    def test_a_bound_thread_has_the_one_it_was_bound_to(self, musterstadt: current.Municipality) -> None:
        seen: list[Any] = []

        thread = threading.Thread(target=current.inside(musterstadt, lambda: seen.append(current.municipality_or_none())))
        thread.start()
        thread.join()

        assert seen == [musterstadt]


class TestForeignMunicipality:
    def test_saving_a_foreign_row_raises(self, beispielheim: current.Municipality) -> None:
        person = UserFactory()

        with current.use(beispielheim), pytest.raises(current.ForeignMunicipality):
            person.save()

    def test_following_a_relation_of_a_foreign_row_raises(self, beispielheim: current.Municipality) -> None:
        person = UserFactory()

        with current.use(beispielheim), pytest.raises(current.ForeignMunicipality):
            list(person.memberships.all())

    def test_relating_to_a_foreign_row_raises(self, beispielheim: current.Municipality) -> None:
        office = OfficeFactory()

        with current.use(beispielheim), pytest.raises(current.ForeignMunicipality):
            Office(code="11", parent=office, group=OfficeFactory(code="12").group)

    def test_deleting_a_foreign_row_raises(self, beispielheim: current.Municipality) -> None:
        person = UserFactory()

        with current.use(beispielheim), pytest.raises(current.ForeignMunicipality):
            person.delete()


class TestGuardianCache:
    def test_grants_count_in_the_second_town_that_asks(self, beispielheim: current.Municipality) -> None:
        here = self._person_with_grants()
        assert self._found_for(here) == (1, 1)

        with current.use(beispielheim):
            there = self._person_with_grants()

            assert self._found_for(there) == (1, 1)
        assert self._found_for(here) == (1, 1)

    def test_content_types_differ_so_that_the_test_above_means_something(self, beispielheim: current.Municipality) -> None:
        here = ContentType.objects.get_for_model(FilePlanUnit).pk
        with current.use(beispielheim):
            assert ContentType.objects.get_for_model(FilePlanUnit).pk != here

    def _person_with_grants(self) -> User:
        person: User = UserFactory()
        grant(person, FilePlanUnitFactory())
        assign_perm("tenants.change_office", person, OfficeFactory())
        return person

    def _found_for(self, person: User) -> tuple[int, int]:
        units = get_objects_for_user(person, "read_records", klass=FilePlanUnit)
        return units.count(), get_objects_for_user(person, "tenants.change_office").count()


class TestWorthlessElsewhere:
    """What one town gave out opens nothing in another."""

    def test_a_cache_entry(self, beispielheim: current.Municipality) -> None:
        cache.set("colour", "red")

        with current.use(beispielheim):
            assert cache.get("colour") is None
        assert cache.get("colour") == "red"

    def test_a_signature(self, beispielheim: current.Municipality) -> None:
        signed = dumps({"file": 1}, salt=current.salt("download"))

        with current.use(beispielheim), pytest.raises(BadSignature):
            loads(signed, salt=current.salt("download"))

    def test_a_session_cookie(self, client_of: Any, beispielheim: current.Municipality) -> None:
        person = UserFactory()
        with current.use(beispielheim):
            UserFactory(pk=person.pk, password=person.password)
        client = client_of(person)

        assert client.get("/api/v1/me/").status_code == 200
        assert client.get("/api/v1/me/", headers={"host": "beispielheim.localhost"}).status_code == 401

    def test_a_session_row_copied_with_its_key(self, client_of: Any, beispielheim: current.Municipality) -> None:
        from django.contrib.sessions.models import Session

        person = UserFactory()
        with current.use(beispielheim):
            UserFactory(pk=person.pk, password=person.password)
        client = client_of(person)
        row = Session.objects.get()

        with current.use(beispielheim):
            Session(row.session_key, row.session_data, row.expire_date).save()

        assert client.get("/api/v1/me/", headers={"host": "beispielheim.localhost"}).status_code == 401

    def test_a_token(self, api_client: Any) -> None:
        client = api_client(UserFactory())

        assert client.get("/api/v1/me/").status_code == 200
        assert client.get("/api/v1/me/", headers={"host": "beispielheim.localhost"}).status_code == 401


class TestHosts:
    def test_the_host_chooses_the_municipality(self, client_of: Any, beispielheim: current.Municipality) -> None:
        with current.use(beispielheim):
            person = UserFactory()

        answer = client_of(person, host="beispielheim.localhost").get("/api/v1/me/")

        assert answer.json()["municipality"] == "beispielheim"

    @pytest.mark.parametrize("host", ["other.localhost", "", "musterstadt.localhost.evil.example", "[::1]"])
    def test_an_unknown_host_gets_404(self, client_of: Any, host: str) -> None:
        answer = client_of(None).get("/api/v1/me/", headers={"host": host})

        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"

    def test_a_port_makes_no_difference(self, client_of: Any) -> None:
        assert client_of(None).get("/api/v1/me/", headers={"host": "musterstadt.localhost:8000"}).status_code == 401


class TestRegistry:
    def test_a_broken_file_keeps_the_last_good_one(self, settings: Any, caplog: Any) -> None:
        path = settings.MUNICIPALITY_REGISTRY
        good = path.read_text()
        try:
            path.write_text('{"municipalities": [{"slug": "musterstadt", ')
            registry.look_again()

            assert {m.slug for m in registry.everyone()} == {"musterstadt", "beispielheim"}
            assert "last good one" in caplog.text
        finally:
            path.write_text(good)
            registry.look_again()

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"hosts": ["musterstadt.localhost"]}, "share the host"),
            ({"slug": "Musterstadt!"}, "no slug"),
            ({"database_url": "mysql://x/y"}, "database address"),
        ],
    )
    def test_a_bad_entry_is_refused_before_it_is_written(self, settings: Any, change: dict[str, Any], why: str) -> None:
        before = settings.MUNICIPALITY_REGISTRY.read_text()

        with pytest.raises(registry.BrokenRegistry, match=why):
            registry.write(lambda rows: [rows[0], {**rows[1], **change}])

        assert settings.MUNICIPALITY_REGISTRY.read_text() == before

    def test_two_towns_never_share_a_database(self) -> None:
        with pytest.raises(registry.BrokenRegistry, match="share the database"):
            registry.write(lambda rows: [rows[0], {**rows[1], "database_url": rows[0]["database_url"]}])

    def test_replaces_the_settings_so_that_other_threads_may_iterate(self) -> None:
        before = connections.settings

        registry._install(registry.everyone())

        assert connections.settings is not before
        assert connections.settings["m_musterstadt"] is before["m_musterstadt"]

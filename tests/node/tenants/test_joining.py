"""A node joins a centre, remembers it, and changes its key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from foundation import calling, signed
from tenants import channel, identity, joining
from tests.factories import ClerkFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ADDRESS = "http://zentrum.test:8001"


class Centre:
    """What a centre answers; `key` may be slipped in by somebody in between."""

    def __init__(self) -> None:
        self.key, self.id, self.sent = signed.Key.new(), "das Zentrum", list[tuple[str, str]]()
        self.address: Any = "https://zentrum.example"
        self.answer: str | None = None
        self.fault: Exception | None = None

    def post(self, url: str, body: Any, *, seconds: float) -> dict[str, Any]:
        self.sent.append((url, body["token"]))
        if self.fault:
            raise self.fault
        claims = {"key": self.key.public, "address": self.address, "state": "asked"}
        said = {"issuer": self.id, "audience": identity.mine().id, "at": AT, "lasts": timedelta(seconds=60)}
        return {"token": self.answer or signed.sign(key=self.key, purpose=channel.JOINED, claims=claims, **said)}


@pytest.fixture
def centre(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Centre:
    settings.CHANNEL = tmp_path / "channel"
    made = Centre()
    monkeypatch.setattr(calling, "post", made.post)
    return made


def join(**other: Any) -> joining.Centre:
    return joining.join(**{"address": ADDRESS, "name": "Rathaus", "at": AT, **other})


class TestJoin:
    def test_tells_its_name_municipalities_and_key_and_remembers_the_centre(self, centre: Centre) -> None:
        found = join()

        told, public = signed.introduced(
            centre.sent[0][1], purpose=channel.JOIN, audience=channel.ANY_CENTRE, at=AT, longest=timedelta(seconds=60)
        )
        assert centre.sent[0][0] == f"{ADDRESS}/api/v1/channel/join/"
        assert [town["slug"] for town in told.claims["municipalities"]] == ["beispielheim", "musterstadt"]
        assert found.code == signed.code_of(public, centre.key.public)
        assert joining.centre() == found
        assert (found.called_at, found.address) == (ADDRESS, "https://zentrum.example")

    def test_keys_lie_where_only_the_service_reads_them(self, centre: Centre, settings: Any) -> None:
        join()

        assert {path.name: path.stat().st_mode & 0o777 for path in settings.CHANNEL.glob("*.json")} == {
            "identity.json": 0o600,
            "centre.json": 0o600,
        }
        assert settings.CHANNEL.stat().st_mode & 0o777 == 0o700

    def test_somebody_in_between_gives_another_code(self, centre: Centre) -> None:
        right = join().code
        centre.key = signed.Key.new()

        assert join(anew=True).code != right

    def test_a_centre_with_another_key_than_before_is_not_believed(self, centre: Centre) -> None:
        known = join()
        centre.key = signed.Key.new()

        with pytest.raises(joining.CannotJoin):
            join()
        assert joining.centre() == known

    def test_again_is_the_same_node_and_anew_another(self, centre: Centre) -> None:
        join()
        first = identity.mine().id
        join()
        assert identity.mine().id == first

        join(anew=True)

        assert identity.mine().id != first

    @pytest.mark.parametrize(
        "address", ["", "zentrum.example", "ftp://x", "http://a/b", "http://a?b", "http://a b", "http://a;b", "http://u@a"]
    )
    def test_an_address_that_is_none_is_refused(self, centre: Centre, address: str) -> None:
        with pytest.raises(joining.CannotJoin):
            join(address=address)
        assert not centre.sent

    @pytest.mark.parametrize("address", ["", None, "javascript:alert(1)", "http://a; script-src *"])
    def test_an_address_for_browsers_that_is_none_is_refused(self, centre: Centre, address: Any) -> None:
        centre.address = address

        with pytest.raises(joining.CannotJoin):
            join()
        assert joining.centre() is None

    def test_production_wants_https(self, centre: Centre, settings: Any) -> None:
        settings.PRODUCTION = True

        with pytest.raises(joining.CannotJoin):
            join()

    @pytest.mark.parametrize("fault", [calling.NoAnswer("timed out"), calling.Declined(401, "Nein")])
    def test_says_why_the_centre_was_not_joined(self, centre: Centre, fault: Exception) -> None:
        centre.fault = fault

        with pytest.raises(joining.CannotJoin, match=str(fault)):
            join()

    def test_an_answer_that_is_not_signed_for_this_node_is_refused(self, centre: Centre) -> None:
        centre.answer = "a.b.c"

        with pytest.raises(joining.CannotJoin):
            join()

    def test_by_a_command_that_prints_the_code(self, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tenants.management.commands.join.timezone.now", lambda: AT)
        out = StringIO()

        call_command("join", ADDRESS, stdout=out, stderr=StringIO())

        known = joining.centre()
        assert known is not None
        assert out.getvalue().strip() == known.code
        with pytest.raises(CommandError):
            call_command("join", "zentrum", stdout=out, stderr=StringIO())


class TestRotate:
    def test_the_new_key_is_said_with_the_old_one_and_then_signs(self, centre: Centre) -> None:
        known = join()
        old = identity.mine().key

        joining.rotate(at=AT)

        told = signed.check(
            centre.sent[-1][1],
            purpose=channel.NEW_KEY,
            public_of={old.kid: old.public}.get,
            audience=known.id,
            at=AT,
            longest=timedelta(seconds=60),
        )
        assert told.claims["key"] == identity.mine().key.public != old.public

    def test_a_lost_answer_leaves_the_old_key_and_the_same_new_one_is_said_again(self, centre: Centre) -> None:
        join()
        old = identity.mine().key.kid
        centre.fault = calling.NoAnswer("timed out")
        with pytest.raises(joining.CannotJoin):
            joining.rotate(at=AT)
        waiting = identity.mine().other
        assert identity.mine().key.kid == old
        assert waiting is not None
        centre.fault = None

        joining.rotate(at=AT)

        assert identity.mine().key.kid == waiting.kid

    def test_a_node_that_knows_no_centre_has_nobody_to_tell(self, centre: Centre) -> None:
        with pytest.raises(joining.CannotJoin):
            joining.rotate(at=AT)


class TestBrokenFiles:
    @pytest.mark.parametrize("content", ["", "{", "[]", '{"called_at": "x"}'])
    def test_a_centre_that_cannot_be_read_counts_as_unknown(self, centre: Centre, settings: Any, content: str) -> None:
        join()
        (settings.CHANNEL / "centre.json").write_text(content)

        assert joining.centre() is None

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"id": "x", "key": {}}'])
    def test_a_key_that_cannot_be_read_is_never_made_anew_by_itself(self, centre: Centre, settings: Any, content: str) -> None:
        join()
        (settings.CHANNEL / "identity.json").write_text(content)

        with pytest.raises(signed.BrokenKey):
            identity.mine()
        assert (settings.CHANNEL / "identity.json").read_text() == content


class TestErrorId:
    def test_an_error_has_an_id_on_the_page_in_the_log_and_for_the_hotline(
        self, client_of: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(*_args: Any, **_more: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("tenants.views.substitutes.render", fail)
        browser: Client = client_of(ClerkFactory())
        browser.raise_request_exception = False

        answer = browser.get("/vertretung/")

        error = answer.cookies["last_error"].value
        assert answer.status_code == 500
        assert error in answer.content.decode()
        assert error in caplog.text
        assert error in browser.get("/hilfe/").content.decode()

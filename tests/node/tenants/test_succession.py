"""A node follows its centre from key to key: what it believes, what it refuses, and what it says where no way leads on."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from foundation import calling, signed
from tenants import channel, identity, joining
from tenants.models import HandledOrder
from tests.node.tenants.a_centre import go_round

DAY = timedelta(days=1)


class Centre:
    """A centre that changes its key; `keys` are all that it has had, the last one signs."""

    def __init__(self) -> None:
        self.keys, self.id = [signed.Key.new()], "zentrum"
        self.succession: list[str] = []
        self.orders: list[str] = []
        self.asked_with: list[Any] = []
        self.signs: signed.Key | None = None

    @property
    def known(self) -> joining.Centre:
        return joining.Centre("http://zentrum.test", "http://zentrum.test", self.id, self.keys[0].public)

    def names(self, key: signed.Key | None = None, *, changes_at: datetime, by: signed.Key | None = None, **other: Any) -> str:
        """Say of the next key; returns the message."""
        key = key or signed.Key.new()
        claims = other.pop("claims", {"key": key.public, "changes_at": int(changes_at.timestamp())})
        said = {"purpose": channel.SUCCESSION, "issuer": self.id, "audience": channel.ANY_NODE, "at": timezone.now(), "lasts": 700 * DAY}
        message = signed.sign(key=by or self.keys[-1], claims=claims, **{**said, **other})
        self.keys.append(key)
        self.succession.append(message)
        return message

    def gives_an_order(self, key: signed.Key) -> None:
        claims = {"municipality": "musterstadt", "kind": channel.END_BANNER, "body": {"id": "x"}, "by": "Jule Behrens"}
        said = {"issuer": self.id, "audience": identity.mine().id, "at": timezone.now(), "lasts": timedelta(hours=1)}
        self.orders.append(signed.sign(key=key, purpose=channel.ORDER, claims=claims, **said))

    def post(self, url: str, body: Any, *, seconds: float) -> dict[str, Any]:
        own = identity.mine().key
        purpose = channel.ASKING if url.endswith("/orders/") else channel.MESSAGES
        told = signed.check(
            body["token"], purpose=purpose, public_of={own.kid: own.public}.get, audience=self.id, at=timezone.now(), longest=channel.HOLDS
        ).claims
        if purpose == channel.MESSAGES:
            return {"received": [one["id"] for one in told["messages"]]}
        self.asked_with.append(told.get("centre_key"))
        return {"orders": self.orders, "succession": self.succession, "key": (self.signs or self.keys[-1]).kid}


@pytest.fixture
def centre(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Centre:
    settings.CHANNEL = tmp_path / "channel"
    made = Centre()
    joining.remember(made.known)
    monkeypatch.setattr(calling, "post", made.post)
    return made


def known() -> joining.Centre:
    found = joining.centre()
    assert found is not None
    return found


def carried_out() -> int:
    return HandledOrder.objects.count()


class TestFollow:
    def test_believes_both_keys_around_the_change_and_then_the_new_one_alone(self, centre: Centre) -> None:
        now, old = timezone.now(), centre.keys[0]
        centre.names(changes_at=now + DAY)
        new = centre.keys[1]

        go_round()

        for moment, believed in (
            (now, (old, new)),
            (now + DAY + timedelta(minutes=2), (old, new)),
            (now + DAY + timedelta(minutes=4), (new,)),
        ):
            public_of = known().public_of(moment)
            assert [public_of(key.kid) is not None for key in (old, new)] == [key in believed for key in (old, new)]

    def test_says_with_each_call_which_key_it_knows(self, centre: Centre) -> None:
        centre.names(changes_at=timezone.now() + DAY)

        go_round()
        go_round()

        assert centre.asked_with == [key.kid for key in centre.keys]

    def test_an_order_of_the_new_key_in_the_same_answer_is_carried_out(self, centre: Centre) -> None:
        centre.names(changes_at=timezone.now() - timedelta(minutes=10))
        centre.gives_an_order(centre.keys[-1])

        go_round()

        assert carried_out() == 1

    def test_a_node_that_was_away_finds_the_way_over_several_keys(self, centre: Centre) -> None:
        for days in (300, 200, 100):
            centre.names(changes_at=timezone.now() - days * DAY, at=timezone.now() - (days + 14) * DAY)
        centre.gives_an_order(centre.keys[-1])

        go_round()

        assert known().publics == [centre.keys[-1].public]
        assert carried_out() == 1

    def test_two_changes_within_a_minute_are_followed_at_once(self, centre: Centre) -> None:
        now = timezone.now()
        centre.names(changes_at=now - timedelta(seconds=30))
        go_round()
        centre.names(changes_at=now + DAY)
        centre.signs = centre.keys[1]

        go_round()

        assert known().publics == [key.public for key in centre.keys[1:]]

    def test_before_it_signs_the_next_key_names_none(self, centre: Centre) -> None:
        centre.names(changes_at=timezone.now() + DAY)
        go_round()
        right = known()
        centre.names(changes_at=timezone.now() + 2 * DAY)
        centre.signs = centre.keys[0]

        go_round()

        assert known() == right

    def test_the_old_key_is_worth_nothing_after_the_change(self, centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
        centre.names(changes_at=timezone.now() - timedelta(minutes=10))
        centre.gives_an_order(centre.keys[0])

        with caplog.at_level(logging.WARNING):
            go_round()

        assert carried_out() == 0
        assert "unknown key" in caplog.text

    def test_a_second_next_key_is_refused(self, centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
        old = centre.keys[0]
        centre.names(changes_at=timezone.now() + DAY)
        go_round()
        right = known()
        centre.succession.clear()
        centre.names(changes_at=timezone.now() + DAY, by=old)
        centre.signs = old

        with caplog.at_level(logging.WARNING):
            go_round()

        assert known() == right
        assert "another key as its next before" in caplog.text

    @pytest.mark.parametrize(
        "wrong",
        [
            {"by": signed.Key.new()},
            {"issuer": "jemand"},
            {"audience": "ein anderer"},
            {"purpose": channel.ORDER},
            {"lasts": 800 * DAY},
            {"at": timezone.now() - 720 * DAY},
            {"at": timezone.now() + DAY},
            {"claims": {}},
            {"claims": {"key": signed.Key.new().public}},
            {"claims": {"key": "x", "changes_at": 1}},
            {"claims": {"key": 7, "changes_at": 1}},
            {"claims": {"key": signed.Key.new().public, "changes_at": "gestern"}},
            {"claims": {"key": signed.Key.new().public, "changes_at": True}},
            {"claims": {"key": signed.Key.new().public, "changes_at": 10**15}},
            {"claims": {"key": signed.Key.new().public, "changes_at": -1}},
        ],
    )
    def test_what_is_no_word_of_the_centre_is_refused_and_logged(
        self, centre: Centre, wrong: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        before = known()
        centre.names(changes_at=timezone.now() + DAY, **wrong)
        centre.signs = centre.keys[0]

        with caplog.at_level(logging.WARNING):
            go_round()

        assert known() == before
        assert "what the centre says of its next key is not believed" in caplog.text

    @pytest.mark.parametrize("said", [None, 7, "x", [7], {}])
    def test_an_answer_that_says_nothing_usable_changes_nothing(self, centre: Centre, said: Any) -> None:
        before = known()
        centre.succession = said

        go_round()

        assert known() == before

    def test_where_no_way_leads_it_says_what_to_do(self, centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
        centre.signs = signed.Key.new()

        with caplog.at_level(logging.ERROR):
            go_round()

        assert "join anew" in caplog.text

    def test_a_file_that_somebody_spoiled_counts_as_changed(self, centre: Centre) -> None:
        new = signed.Key.new().public
        joining.remember(joining.Centre("http://z", "http://z", centre.id, centre.keys[0].public, next_key=new, changes_at="bald"))

        assert joining.settled(known(), timezone.now()).publics == [new]


class TestJoinAgain:
    def answers(self, centre: Centre, monkeypatch: pytest.MonkeyPatch, key: signed.Key) -> None:
        def post(url: str, body: Any, *, seconds: float) -> dict[str, Any]:
            claims = {"key": key.public, "address": "http://zentrum.test", "state": "confirmed", "succession": centre.succession}
            said = {"issuer": centre.id, "audience": identity.mine().id, "at": timezone.now(), "lasts": channel.HOLDS}
            return {"token": signed.sign(key=key, purpose=channel.JOINED, claims=claims, **said)}

        monkeypatch.setattr(calling, "post", post)

    def join(self) -> joining.Centre:
        return joining.join(address="http://zentrum.test", name="Rathaus", at=timezone.now())

    def test_after_a_change_follows_the_way(self, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
        centre.names(changes_at=timezone.now() - DAY)
        self.answers(centre, monkeypatch, centre.keys[-1])

        assert self.join().publics == [centre.keys[-1].public]

    def test_before_it_keeps_what_it_knows_of_the_next_key(self, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
        centre.names(changes_at=timezone.now() + DAY)
        self.answers(centre, monkeypatch, centre.keys[0])

        assert self.join().publics == [key.public for key in centre.keys]
        assert known().publics == [key.public for key in centre.keys]

    def test_to_a_key_to_which_no_way_leads_is_refused(self, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers(centre, monkeypatch, signed.Key.new())

        with pytest.raises(joining.CannotJoin):
            self.join()
        assert known().publics == [centre.keys[0].public]

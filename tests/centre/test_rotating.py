"""The centre changes its own key, and nodes find the way from the old one to the new."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from foundation import signed
from tenants import channel, housekeeping, identity
from tenants.centre import admitting, rotating
from tenants.centre.models import Site
from tests.centre.nodes import Node
from tests.factories import UserFactory

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def own_channel(settings: Any, tmp_path: Any) -> None:
    settings.CHANNEL = tmp_path / "channel"


def calls(node: Node, **said: Any) -> dict[str, Any]:
    """What the centre answers to the node's call for orders."""
    token = node.says(channel.ASKING, {"version": "0.1.0", **said})
    answer = Client(headers={"host": "127.0.0.1"}).post("/api/v1/channel/orders/", {"token": token}, content_type="application/json")
    told: dict[str, Any] = answer.json()
    return told


def read(statement: str, key: signed.Key, at: datetime) -> signed.Signed:
    return signed.check(
        statement,
        purpose=channel.SUCCESSION,
        public_of={key.kid: key.public}.get,
        audience=channel.ANY_NODE,
        at=at,
        longest=channel.SUCCESSION_HOLDS,
    )


class TestAnnounce:
    def test_names_the_next_key_signed_with_the_present_one_which_signs_until_the_day(self) -> None:
        now, old = timezone.now(), identity.mine().key

        rotation = rotating.announce(changes_at=now + 14 * DAY, at=now)

        me = identity.mine()
        [(before, statement)] = me.succession
        told = read(statement, old, now)
        assert (before, told.issuer) == (old.kid, me.id)
        assert signed.kid_of(told.claims["key"]) == rotation.next
        assert me.signing(now).kid == me.signing(now + 13 * DAY).kid == old.kid
        assert me.signing(now + 14 * DAY).kid == rotation.next

    def test_a_second_one_while_it_is_under_way_is_refused(self) -> None:
        now = timezone.now()
        rotating.announce(changes_at=now + DAY, at=now)
        following = rotating.newest(at=now)

        with pytest.raises(rotating.CannotRotate):
            rotating.announce(changes_at=now + DAY, at=now)
        assert rotating.newest(at=now) == following

    @pytest.mark.parametrize("days", [-1, 91])
    def test_not_in_the_past_and_not_in_a_year(self, days: int) -> None:
        now = timezone.now()

        with pytest.raises(rotating.CannotRotate):
            rotating.announce(changes_at=now + days * DAY, at=now)
        assert rotating.under_way(at=now) is None


class TestSettle:
    def test_forgets_the_private_half_of_the_old_key_once_the_new_one_signs(self, settings: Any) -> None:
        now, old = timezone.now(), identity.mine().key
        rotation = rotating.announce(changes_at=now + DAY, at=now)

        rotating.settle(at=now)
        assert identity.mine().key.kid == old.kid
        rotating.settle(at=now + DAY)
        rotating.settle(at=now + DAY)

        assert (identity.mine().key.kid, identity.mine().other) == (rotation.next, None)
        assert old.as_jwk()["d"] not in (settings.CHANNEL / "identity.json").read_text()

    def test_housekeeping_does_it(self) -> None:
        now = timezone.now()
        rotation = rotating.announce(changes_at=now, at=now)

        housekeeping.forget_old()

        assert (identity.mine().key.kid, identity.mine().other) == (rotation.next, None)


class TestNodes:
    def test_hear_of_it_with_their_next_call_and_the_centre_keeps_who_knows(self) -> None:
        node, now = Node(), timezone.now()
        site, old = node.joins(), identity.mine().key
        rotation = rotating.announce(changes_at=now + DAY, at=now)

        first = calls(node, centre_key=old.kid)
        assert rotating.behind(at=now) == [site]
        second = calls(node, centre_key=rotation.next)

        assert first["key"] == second["key"] == old.kid
        assert [signed.kid_of(read(one, old, now).claims["key"]) for one in first["succession"]] == [rotation.next]
        assert second["succession"] == []
        assert rotating.behind(at=now) == []

    def test_that_were_away_for_several_changes_get_the_whole_way(self) -> None:
        node, now = Node(), timezone.now()
        node.joins()
        first = identity.mine().key
        second = rotating.announce(changes_at=now - timedelta(0), at=now).next
        third = rotating.announce(changes_at=now, at=now).next

        assert len(calls(node, centre_key=first.kid)["succession"]) == 2
        assert len(calls(node, centre_key=second)["succession"]) == 1
        assert calls(node, centre_key=third)["succession"] == []
        assert calls(node, centre_key=third)["key"] == third

    @pytest.mark.parametrize("said", [{}, {"centre_key": "unbekannt"}, {"centre_key": ["x"]}, {"centre_key": None}])
    def test_that_do_not_say_what_they_know_get_all_of_it(self, said: dict[str, Any]) -> None:
        node, now = Node(), timezone.now()
        node.joins()
        rotating.announce(changes_at=now + DAY, at=now)

        assert len(calls(node, **said)["succession"]) == 1

    def test_that_join_around_the_change_are_confirmed_by_the_code_of_either_key(self) -> None:
        node, now = Node(), timezone.now()
        site, code = node.asks(), node.code
        rotating.announce(changes_at=now, at=now)

        assert admitting.confirm(site=site, code=code, by=None, at=now).state == "confirmed"


class TestScreen:
    def test_says_that_a_change_is_under_way_and_who_knows_of_it(self, client_of: Any) -> None:
        node, now, browser = Node(), timezone.now(), client_of(UserFactory(roles=["operator"]))
        node.joins()
        calls(node, centre_key=identity.mine().key.kid)
        page = browser.get("/verwaltung/standorte/").content.decode()
        assert "Kennt den neuesten" in page
        assert "wechselt seinen Schlüssel" not in page

        rotation = rotating.announce(changes_at=now + DAY, at=now)
        before = browser.get("/verwaltung/standorte/").content.decode()
        calls(node, centre_key=rotation.next)
        after = browser.get("/verwaltung/standorte/").content.decode()

        assert "wechselt seinen Schlüssel" in before
        assert "Kennt einen älteren" in before
        assert "Kennt den neuesten" in after

    def test_older_nodes_have_not_said(self, client_of: Any) -> None:
        Node().joins()

        assert "Hat noch nicht gesagt" in client_of(UserFactory(roles=["operator"])).get("/verwaltung/standorte/").content.decode()


class TestCommand:
    def test_announces_and_says_who_does_not_know_it_yet(self) -> None:
        Node().joins()
        out = StringIO()

        call_command("rotate_centre_key", "--status", stdout=out)
        assert rotating.under_way(at=timezone.now()) is None
        call_command("rotate_centre_key", "--days", "3", stdout=out)

        rotation = rotating.under_way(at=timezone.now())
        assert rotation is not None
        assert timedelta(days=2) < rotation.changes_at - timezone.now() <= 3 * DAY
        assert f"{rotation.next[:12]} signs from" in out.getvalue()
        assert "Does not know it yet: Rathaus" in out.getvalue()

    @pytest.mark.parametrize("days", ["-1", "91", "99999999999"])
    def test_refuses_with_a_sentence(self, days: str) -> None:
        with pytest.raises(CommandError):
            call_command("rotate_centre_key", "--days", days)

    def test_refuses_while_one_is_under_way(self) -> None:
        call_command("rotate_centre_key", stdout=StringIO())

        with pytest.raises(CommandError):
            call_command("rotate_centre_key", stdout=StringIO())
        assert not Site.objects.exists()

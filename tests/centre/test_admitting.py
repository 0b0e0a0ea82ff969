"""Letting nodes in, changing their keys, and shutting them out."""

from __future__ import annotations

import logging
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from foundation import signed
from tenants import channel, identity
from tenants.centre import admitting, checking
from tenants.centre.models import Municipality, SeenToken, Site
from tests.centre.nodes import Node
from tests.factories import UserFactory


def hello(node: Node, **other: Any) -> Site:
    return checking.checked(node.says(channel.HELLO, **other), purpose=channel.HELLO, at=timezone.now())[0]


class TestAsk:
    def test_a_node_that_has_only_asked_is_not_believed(self) -> None:
        node = Node()

        site = node.asks()

        assert (site.state, site.name, site.version) == ("asked", "Rathaus", "0.1.0")
        assert not site.municipalities.exists()
        with pytest.raises(signed.Refused):
            hello(node)

    def test_answers_with_its_own_key_and_address_so_that_both_sides_see_one_code(self, settings: Any) -> None:
        node = Node()

        answer = admitting.ask(token=node.introduces_itself(), at=timezone.now())

        told, public = signed.introduced(answer, purpose=channel.JOINED, audience=node.id, at=timezone.now(), longest=timedelta(seconds=61))
        assert told.claims["address"] == settings.CENTRE_ADDRESS
        assert signed.code_of(node.key.public, public) in admitting.codes_of(Site.objects.get())

    def test_asking_again_is_one_site_and_new_municipalities_wait(self) -> None:
        node = Node()
        node.joins()
        node.towns = ("musterstadt", "neustadt")

        site = node.asks()

        assert Site.objects.count() == 1
        assert site.state == "confirmed"
        assert [town["slug"] for town in site.asked_municipalities] == ["neustadt"]
        assert not Municipality.objects.filter(slug="neustadt").exists()

    def test_a_known_site_with_another_key_is_refused(self) -> None:
        node = Node()
        node.joins()

        with pytest.raises(signed.Refused):
            admitting.ask(token=Node(id=node.id).introduces_itself(), at=timezone.now())

    @pytest.mark.parametrize(
        "said",
        [
            {"municipalities": None},
            {"municipalities": [{"slug": "../etc", "name": "x"}]},
            {"municipalities": ["musterstadt"]},
            {"name": ""},
            {"name": "\x00\n"},
            {"name": 7},
        ],
    )
    def test_what_cannot_be_shown_is_refused(self, said: dict[str, Any]) -> None:
        with pytest.raises(signed.Refused):
            admitting.ask(token=Node().introduces_itself(**said), at=timezone.now())

    def test_an_id_that_is_none_is_refused(self) -> None:
        with pytest.raises(signed.Refused):
            admitting.ask(token=Node(id="ich").introduces_itself(), at=timezone.now())

    def test_strangers_do_not_fill_the_list(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(admitting, "MOST_ASKING", 1)
        Node().asks()

        with pytest.raises(signed.Refused):
            Node().asks()
        Site.objects.update(asked_at=timezone.now() - timedelta(days=15))
        assert Node().asks()


class TestConfirm:
    def test_the_code_that_is_read_out_lets_a_site_in_with_its_municipalities(self) -> None:
        node = Node(towns=("musterstadt", "beispielheim"))

        site = admitting.confirm(
            site=node.asks(), code=node.code.lower().replace("-", " "), by=UserFactory(display_name="K"), at=timezone.now()
        )

        assert (site.state, site.confirmed_by) == ("confirmed", "K")
        assert set(site.municipalities.values_list("slug", flat=True)) == {"musterstadt", "beispielheim"}
        assert hello(node) == site

    def test_another_code_does_not(self) -> None:
        site = Node().asks()

        with pytest.raises(admitting.CannotAdmit):
            admitting.confirm(site=site, code=Node().code, by=None, at=timezone.now())
        site.refresh_from_db()
        assert site.state == "asked"

    def test_a_municipality_of_another_site_is_not_taken_unless_that_one_is_revoked(self) -> None:
        first, second = Node().joins(), Node()

        with pytest.raises(admitting.CannotAdmit):
            second.joins()
        admitting.revoke(site=first, by=None, at=timezone.now())
        assert second.joins().municipalities.get().slug == "musterstadt"

    def test_by_a_command_as_often_as_one_likes(self) -> None:
        node, out = Node(), StringIO()
        node.asks()

        call_command("confirm_site", node.code, stdout=out)
        call_command("confirm_site", node.code, stdout=out)

        assert out.getvalue().split() == ["Rathaus", "Rathaus"]
        with pytest.raises(CommandError):
            call_command("confirm_site", "AAAA-AAAA-AAAA-AAAA")


class TestChecked:
    def test_believes_a_message_once(self) -> None:
        node = Node()
        node.joins()
        token = node.says(channel.HELLO)

        checking.checked(token, purpose=channel.HELLO, at=timezone.now())

        with pytest.raises(signed.Refused):
            checking.checked(token, purpose=channel.HELLO, at=timezone.now())

    def test_refuses_a_key_of_one_site_in_the_name_of_another(self) -> None:
        one, other = Node(), Node(towns=("beispielheim",))
        one.joins(), other.joins()

        with pytest.raises(signed.Refused):
            hello(one, issuer=other.id)

    def test_logs_every_refusal_with_its_reason(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.WARNING), pytest.raises(signed.Refused):
            hello(Node())

        assert "unknown key" in caplog.text

    def test_forgets_ids_only_when_their_own_date_refuses_them(self) -> None:
        node = Node()
        node.joins()
        hello(node)

        assert checking.forget_seen(at=timezone.now() + timedelta(minutes=5)) == 0
        assert checking.forget_seen(at=timezone.now() + timedelta(minutes=20)) == 1
        assert not SeenToken.objects.exists()


class TestChangeKey:
    def test_the_old_key_ends_with_the_first_message_of_the_new_one(self) -> None:
        node = Node()
        node.joins()
        old, new = node.key, signed.Key.new()

        for _again in range(2):  # the answer may have been lost
            admitting.change_key(token=node.says(channel.NEW_KEY, {"key": new.public}), at=timezone.now())
        node.key = new
        assert hello(node)

        with pytest.raises(signed.Refused):
            hello(node, key=old)

    @pytest.mark.parametrize("key", ["", "x", None])
    def test_what_is_no_key_is_refused(self, key: Any) -> None:
        node = Node()
        node.joins()

        with pytest.raises(signed.Refused):
            admitting.change_key(token=node.says(channel.NEW_KEY, {"key": key}), at=timezone.now())

    def test_the_key_of_another_site_is_refused(self) -> None:
        one, other = Node(), Node(towns=("beispielheim",))
        one.joins(), other.joins()

        with pytest.raises(signed.Refused):
            admitting.change_key(token=one.says(channel.NEW_KEY, {"key": other.key.public}), at=timezone.now())


class TestRevoke:
    def test_nothing_from_there_is_believed_any_more(self) -> None:
        node = Node()
        site = node.joins()

        admitting.revoke(site=site, by=None, at=timezone.now())

        with pytest.raises(signed.Refused):
            hello(node)
        with pytest.raises(signed.Refused):
            node.asks()
        with pytest.raises(admitting.CannotAdmit):
            admitting.confirm(site=site, code=node.code, by=None, at=timezone.now())


class TestScreen:
    def test_an_operator_confirms_by_the_code_and_revokes(self, client_of: Any) -> None:
        node, browser = Node(name="<script>alert(1)</script> Łódź"), client_of(UserFactory(roles=["operator"]))
        site = node.asks()
        page = browser.get("/verwaltung/standorte/").content.decode()
        assert "<script>alert" not in page
        assert node.code not in page  # it has to be read out, not clicked away

        wrong = browser.post(f"/verwaltung/standorte/{site.public_id}/bestaetigen/", {"code": "falsch"}, follow=True).content.decode()
        right = browser.post(f"/verwaltung/standorte/{site.public_id}/bestaetigen/", {"code": node.code}, follow=True).content.decode()
        browser.post(f"/verwaltung/standorte/{site.public_id}/sperren/")

        assert "nicht der Code" in wrong
        assert "Musterstadt" in right
        site.refresh_from_db()
        assert site.state == "revoked"


class TestDoor:
    def test_a_node_asks_is_let_in_and_hears_that_the_centre_is_there(self) -> None:
        node, door = Node(), Client(headers={"host": "127.0.0.1"})

        asked = door.post("/api/v1/channel/join/", {"token": node.introduces_itself()}, content_type="application/json")
        early = door.post("/api/v1/channel/hello/", {"token": node.says(channel.HELLO)}, content_type="application/json")
        admitting.confirm(site=Site.objects.get(), code=node.code, by=None, at=timezone.now())
        there = door.post("/api/v1/channel/hello/", {"token": node.says(channel.HELLO)}, content_type="application/json")

        assert (asked.status_code, early.status_code, there.json()) == (200, 401, {"site": "Rathaus"})
        assert early["Content-Type"] == "application/problem+json"


class TestIdentity:
    def test_the_centres_key_lies_in_a_folder_that_only_the_service_reads(self, settings: Any, tmp_path: Any) -> None:
        settings.CHANNEL = tmp_path / "channel"

        first = identity.mine()

        assert (identity.mine().id, identity.mine().key.kid) == (first.id, first.key.kid)
        assert (settings.CHANNEL / "identity.json").stat().st_mode & 0o777 == 0o600

"""Clerks who are handed over by their node: who is let in, as whom, and a table of who is not."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from foundation import signed
from hotline.models import Ticket, TicketContext
from tenants import channel, identity
from tenants.centre import admitting, arriving
from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tests.centre.hotline_factories import QueueFactory, agent
from tests.centre.nodes import Node

CLERK = {"id": str(uuid4()), "name": "Žofia Łukaszéwicz-Öztürk", "email": "z.oe@stadt.example", "telephone": "02345 6789"}
SAID: dict[str, Any] = {
    "municipality": "musterstadt",
    "clerk": CLERK,
    "screen": "records:file",
    "roles": ["clerk"],
    "version": "0.1.0",
    "error": "",
}
DOOR = "/hilfe/ankommen/"


def said(**other: Any) -> dict[str, Any]:
    return {**SAID, **other}


def clerk(**other: Any) -> dict[str, Any]:
    return said(clerk={**CLERK, **other})


def arrive(node: Node, claims: dict[str, Any] | None = None, **other: Any) -> arriving.Arrival:
    return arriving.arrive(token=node.says(channel.HANDOFF, claims or SAID, **other), at=timezone.now())


def browser() -> Client:
    return Client(headers={"host": "zentrum.localhost"}, enforce_csrf_checks=True)


def other_node_names_this_town(node: Node) -> str:
    other = Node(towns=("beispielheim",), name="Anderes Rathaus")
    other.joins()
    return other.says(channel.HANDOFF, SAID)


def revoked(node: Node) -> str:
    admitting.revoke(site=admitting.Site.objects.get(public_id=node.id), by=None, at=timezone.now())
    return node.says(channel.HANDOFF, SAID)


def replayed(node: Node) -> str:
    token = node.says(channel.HANDOFF, SAID)
    arriving.arrive(token=token, at=timezone.now())
    return token


def unsigned(node: Node) -> str:
    head, body, _tail = jwt.encode(SAID, None, "none", headers={"kid": node.key.kid, "typ": f"{channel.HANDOFF}+jwt"}).split(".")
    return f"{head}.{body}."


def signed_with_the_public_key(node: Node) -> str:
    return jwt.encode(SAID, node.key.public.ljust(64, "x"), "HS256", headers={"kid": node.key.kid, "typ": f"{channel.HANDOFF}+jwt"})


def ago(**past: float) -> Any:
    return timezone.now() - timedelta(**past)


TURNED_AWAY: dict[str, Callable[[Node], str]] = {
    "nothing": lambda node: "",
    "rubbish": lambda node: "a.b.c",
    "another key": lambda node: node.says(channel.HANDOFF, SAID, key=signed.Key.new()),
    "alg none": unsigned,
    "HS256 with the public key": signed_with_the_public_key,
    "replayed": replayed,
    "expired": lambda node: node.says(channel.HANDOFF, SAID, at=ago(seconds=125)),
    "from the future": lambda node: node.says(channel.HANDOFF, SAID, at=ago(seconds=-70)),
    "good for an hour": lambda node: node.says(channel.HANDOFF, SAID, lasts=timedelta(hours=1)),
    "for another centre": lambda node: node.says(channel.HANDOFF, SAID, audience="anderes Zentrum"),
    "for no centre in particular": lambda node: node.says(channel.HANDOFF, SAID, audience=channel.ANY_CENTRE),
    "in the name of another site": lambda node: node.says(channel.HANDOFF, SAID, issuer=str(uuid4())),
    "another kind of message": lambda node: node.says(channel.HELLO, SAID),
    "a municipality of another site": other_node_names_this_town,
    "an unknown municipality": lambda node: node.says(channel.HANDOFF, said(municipality="nirgendwo")),
    "a municipality with NUL": lambda node: node.says(channel.HANDOFF, said(municipality="\x00")),
    "a revoked site": revoked,
    "a site that only asked": lambda node: (other := Node(towns=("neustadt",))).asks() and other.says(channel.HANDOFF, SAID),
    "role agent": lambda node: node.says(channel.HANDOFF, said(roles=["agent"])),
    "role operator beside her own": lambda node: node.says(channel.HANDOFF, said(roles=["clerk", "operator"])),
    "roles that are no list": lambda node: node.says(channel.HANDOFF, said(roles="clerk")),
    "roles of lists": lambda node: node.says(channel.HANDOFF, said(roles=[["clerk"]])),
    "a claim more": lambda node: node.says(channel.HANDOFF, said(role="agent")),
    "a claim of the clerk more": lambda node: node.says(channel.HANDOFF, clerk(is_superuser="1")),
    "a claim less": lambda node: node.says(channel.HANDOFF, {name: SAID[name] for name in SAID if name != "screen"}),
    "a clerk without an id": lambda node: node.says(channel.HANDOFF, clerk(id="1 OR 1=1")),
    "a clerk without a name": lambda node: node.says(channel.HANDOFF, clerk(name=" \u202e\n")),
    "a clerk that is no object": lambda node: node.says(channel.HANDOFF, said(clerk=[])),
    "a name that is no text": lambda node: node.says(channel.HANDOFF, clerk(name=["x"])),
    "a screen with a path": lambda node: node.says(channel.HANDOFF, said(screen="/akten/123/")),
    "a script as a screen": lambda node: node.says(channel.HANDOFF, said(screen="<script>")),
    "an error that is a text": lambda node: node.says(channel.HANDOFF, said(error="Akte Quittenbaum")),
}


class TestTurnedAway:
    @pytest.mark.parametrize("how", TURNED_AWAY)
    def test_is_not_let_in_and_the_log_says_why(self, how: str, node: Node, caplog: pytest.LogCaptureFixture) -> None:
        token = TURNED_AWAY[how](node)
        before, guest = (User.objects.count(), Contact.objects.count()), browser()

        with caplog.at_level(logging.WARNING):
            answer = guest.post(DOOR, {"token": token})

        assert answer.status_code == 403
        assert "refused" in caplog.text
        assert (User.objects.count(), Contact.objects.count()) == before
        assert "_auth_user_id" not in guest.session
        assert guest.get("/").status_code == 302

    def test_a_deactivated_contact_is_told_so(self, node: Node) -> None:
        User.objects.filter(pk=arrive(node).person.pk).update(is_active=False)

        answer = browser().post(DOOR, {"token": node.says(channel.HANDOFF, SAID)})

        assert answer.status_code == 403
        assert "beendet" in answer.content.decode()

    @pytest.mark.parametrize("more", ["agent", "superuser"])
    def test_a_node_cannot_speak_for_an_account_that_may_do_more(self, node: Node, more: str) -> None:
        person = arrive(node).person
        if more == "superuser":
            User.objects.filter(pk=person.pk).update(is_superuser=True)
        else:
            person.groups.add(Group.objects.get(name=more))

        with pytest.raises(arriving.CannotArrive):
            arrive(node)

    def test_an_inactive_municipality_hands_nobody_over(self, node: Node) -> None:
        Municipality.objects.update(active=False)

        with pytest.raises(arriving.CannotArrive):
            arrive(node)


class TestArrive:
    def test_makes_a_contact_that_asks_for_help_and_has_no_password(self, node: Node) -> None:
        arrival = arrive(node)

        person = User.objects.get(pk=arrival.person.pk)
        assert (person.display_name, person.email, person.telephone) == (CLERK["name"], CLERK["email"], CLERK["telephone"])
        assert person.role_names == {"requester"}
        assert not person.has_usable_password()
        assert person.contact.municipality.slug == "musterstadt"
        assert arrival.context == {
            "municipality": "musterstadt",
            "screen": "records:file",
            "roles": ["clerk"],
            "version": "0.1.0",
            "error": "",
        }

    def test_handed_over_twice_is_one_contact_with_the_newest_name_and_number(self, node: Node) -> None:
        first = arrive(node)

        second = arrive(node, clerk(name="Zofia Meier", telephone="1", email="neu@stadt.example"))

        assert second.person.pk == first.person.pk
        assert Contact.objects.count() == 1
        found = User.objects.get(pk=first.person.pk)
        assert (found.display_name, found.telephone, found.email) == ("Zofia Meier", "1", "neu@stadt.example")

    def test_the_same_clerk_id_in_another_municipality_is_somebody_else(self, node: Node) -> None:
        other = Node(towns=("beispielheim",))
        other.joins()

        assert arrive(node).person.pk != arrive(other, said(municipality="beispielheim")).person.pk

    @pytest.mark.parametrize(
        "name", ["<script>alert(1)</script>", "Robert'); DROP TABLE users;--", "ẞ ƒ 李 🙂", "A\x00B\nC\u202eD", "x" * 500]
    )
    def test_an_odd_name_is_a_name(self, node: Node, name: str) -> None:
        guest = browser()

        page = guest.post(DOOR, {"token": node.says(channel.HANDOFF, clerk(name=name))}, follow=True)

        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert (
            User.objects.get(contact__isnull=False).display_name == " ".join(name.replace("\x00", " ").replace("\u202e", " ").split())[:200]
        )

    @pytest.mark.parametrize("email", ["", "keine", "x@", "a@b\nBcc: c@d.de", "z.öztürk@städte.example"])
    def test_an_address_that_is_none_is_left_out(self, node: Node, email: str) -> None:
        person = arrive(node, clerk(email=email)).person

        assert person.email in ("", email)
        assert "\n" not in person.email


class TestDoor:
    def test_she_lands_on_a_new_request_and_the_context_goes_with_it(self, node: Node) -> None:
        QueueFactory()
        guest = Client(headers={"host": "zentrum.localhost"})

        landed = guest.post(DOOR, {"token": node.says(channel.HANDOFF, said(error="1a2b3c4d"))}, follow=True)
        sent = guest.post("/anfragen/neu/", {"subject": "Blatt fehlt", "body": "Bitte."}, follow=True)

        page = landed.content.decode()
        assert landed.redirect_chain == [("/anfragen/neu/", 302)]
        assert "records:file" in page
        assert "1a2b3c4d" in page
        assert CLERK["name"] in page
        assert sent.status_code == 200
        ticket = Ticket.objects.get()
        assert (ticket.requester.display_name, ticket.municipality.slug) == (CLERK["name"], "musterstadt")
        kept = TicketContext.objects.get(ticket=ticket)
        assert (kept.screen, kept.roles, kept.version, kept.error) == ("records:file", ["clerk"], "0.1.0", "1a2b3c4d")

    def test_staff_see_where_she_was(self, node: Node, client_of: Any) -> None:
        QueueFactory()
        guest = Client(headers={"host": "zentrum.localhost"})
        guest.post(DOOR, {"token": node.says(channel.HANDOFF, SAID)})
        guest.post("/anfragen/neu/", {"subject": "Blatt fehlt", "body": "Bitte."})

        page = client_of(agent()).get(f"/anfragen/{Ticket.objects.get().public_id}/").content.decode()

        assert "records:file" in page

    def test_takes_no_token_from_an_address(self, node: Node) -> None:
        guest = browser()

        assert guest.get(f"{DOOR}?token={node.says(channel.HANDOFF, SAID)}").status_code == 405
        assert guest.post(f"{DOOR}?token={node.says(channel.HANDOFF, SAID)}").status_code == 403

    def test_a_revoked_site_signs_its_people_out(self, node: Node) -> None:
        guest = Client(headers={"host": "zentrum.localhost"})
        guest.post(DOOR, {"token": node.says(channel.HANDOFF, SAID)})
        token = guest.post("/api/v1/handoff/token/").json()["token"]
        assert guest.get("/anfragen/").status_code == 200

        admitting.revoke(site=admitting.Site.objects.get(), by=None, at=timezone.now())

        assert guest.get("/anfragen/").status_code == 302
        assert Client(headers={"host": "zentrum.localhost", "authorization": f"Bearer {token}"}).get("/api/v1/me/").status_code == 401


class TestToken:
    def test_a_session_that_began_with_a_handover_gets_one(self, node: Node) -> None:
        guest = Client(headers={"host": "zentrum.localhost"})
        guest.post(DOOR, {"token": node.says(channel.HANDOFF, SAID)})

        given = guest.post("/api/v1/handoff/token/")

        me = Client(headers={"host": "zentrum.localhost", "authorization": f"Bearer {given.json()['token']}"}).get("/api/v1/me/").json()
        assert (given.status_code, me["roles"]) == (200, ["requester"])

    def test_any_other_session_does_not(self, client_of: Any) -> None:
        assert client_of(agent()).post("/api/v1/handoff/token/").status_code == 403
        assert not AuthToken.objects.exists()

    def test_by_a_button_shown_once_and_ended_again(self, node: Node) -> None:
        guest = Client(headers={"host": "zentrum.localhost"})
        guest.post(DOOR, {"token": node.says(channel.HANDOFF, SAID)})
        page = guest.get("/zugang-fuer-programme/").content.decode()
        assert "Zugriffstoken holen" in page
        assert 'href="/zugang-fuer-programme/"' in guest.get("/anfragen/").content.decode()  # in her menu

        given = guest.post("/zugang-fuer-programme/neu/")
        row = AuthToken.objects.get()
        [token] = re.findall(rf">({row.token_key}[^<…]+)<", given.content.decode())
        assert "no-store" in given["Cache-Control"]
        assert token not in guest.get("/zugang-fuer-programme/").content.decode()
        program = Client(headers={"host": "zentrum.localhost", "authorization": f"Bearer {token}"})
        assert program.get("/api/v1/tickets/").status_code == 200

        ended = guest.post("/zugang-fuer-programme/beenden/", {"token": row.token_key}, follow=True).content.decode()
        again = guest.post("/zugang-fuer-programme/beenden/", {"token": row.token_key}, follow=True).content.decode()
        assert "Das Zugriffstoken ist beendet" in ended
        assert "war schon beendet" in again
        assert program.get("/api/v1/tickets/").status_code == 401

    def test_ten_at_the_same_time_are_enough(self, node: Node) -> None:
        guest = Client(headers={"host": "zentrum.localhost"})
        guest.post(DOOR, {"token": node.says(channel.HANDOFF, SAID)})
        for _number in range(10):
            assert guest.post("/api/v1/handoff/token/").status_code == 200

        assert guest.post("/api/v1/handoff/token/").status_code == 403
        assert "schon 10" in guest.post("/zugang-fuer-programme/neu/", follow=True).content.decode()
        assert AuthToken.objects.count() == 10

    def test_nobody_ends_that_of_another(self, node: Node, client_of: Any) -> None:
        guest = Client(headers={"host": "zentrum.localhost"})
        guest.post(DOOR, {"token": node.says(channel.HANDOFF, SAID)})
        guest.post("/api/v1/handoff/token/")

        client_of(agent()).post("/zugang-fuer-programme/beenden/", {"token": AuthToken.objects.get().token_key})

        assert AuthToken.objects.exists()

    def test_who_signed_in_with_a_password_is_told_the_way(self, client_of: Any) -> None:
        page = client_of(agent()).get("/zugang-fuer-programme/").content.decode()

        assert "Zugriffstoken holen" not in page
        assert "/api/v1/auth/token/" in page
        assert "von seiner Kommune" in client_of(agent()).post("/zugang-fuer-programme/neu/", follow=True).content.decode()


def test_the_centre_of_these_tests_is_not_the_node(node: Node) -> None:
    assert identity.mine().id != node.id

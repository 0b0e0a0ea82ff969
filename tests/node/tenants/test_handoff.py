"""Help from where a clerk is: what is sent of her, by which way, and what is never in it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from foundation import calling, signed
from tenants import channel, handoff, identity, joining, substitution
from tenants.models import MunicipalSettings, OutgoingMessage, User
from tests.factories import ClerkFactory, OfficeFactory, UserFactory
from tests.node.test_routes import SECRETS, Record, record, undone, visits  # noqa: F401 - a fixture

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CENTRE = signed.Key.new()
KNOWN = joining.Centre("http://127.0.0.1:9", "http://zentrum.localhost:8001", "das Zentrum", CENTRE.public)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def centre(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A centre that this node knows and that answers; a list of what was sent to it."""
    settings.CHANNEL = tmp_path / "channel"
    joining.remember(KNOWN)
    handoff.try_again()
    sent: list[str] = []

    def answer(url: str, body: Any, *, seconds: float) -> dict[str, Any]:
        sent.append(body["token"])
        return {"site": "Rathaus"}

    monkeypatch.setattr(calling, "post", answer)
    yield sent
    handoff.try_again()


def read(token: str, at: datetime = AT) -> signed.Signed:
    """As the centre reads it."""
    key = identity.mine().key
    return signed.check(
        token, purpose=channel.HANDOFF, public_of={key.kid: key.public}.get, audience=KNOWN.id, at=at, longest=timedelta(seconds=60)
    )


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found, page
    return found[1]


class TestHandOver:
    def test_signs_for_the_centre_once_and_for_a_minute_and_keeps_what_was_said(self, centre: list[str]) -> None:
        person = ClerkFactory(display_name="Žofia Öz", email="z@stadt.example", telephone="02345 1")

        made = handoff.hand_over(person=person, screen="records:desk", at=AT)

        told = read(made.token)
        assert (told.issuer, told.expires_at) == (identity.mine().id, AT + timedelta(seconds=60))
        assert made.address == "http://zentrum.localhost:8001/hilfe/ankommen/"
        assert told.claims == {
            "municipality": "musterstadt",
            "clerk": {"id": str(person.public_id), "name": "Žofia Öz", "email": "z@stadt.example", "telephone": "02345 1"},
            "screen": "records:desk",
            "roles": ["clerk"],
            "version": "0.1.0",
            "error": "",
            "landing": "help",
            "office": "",
            "leads": [],
            "stands_in": [],
        }
        left = OutgoingMessage.objects.get()
        assert (left.kind, left.body, left.by, left.sent_at) == ("handoff", told.claims, "Žofia Öz", AT)

    def test_without_a_centre_it_says_so(self, settings: Any, tmp_path: Any) -> None:
        settings.CHANNEL = tmp_path

        with pytest.raises(handoff.CannotHandOver):
            handoff.hand_over(person=ClerkFactory(), screen="", at=AT)

    @pytest.mark.parametrize("screen", ["/akten/1/", "Quittenbaum", "records:file?q=x", "<script>", "records:nichts", "\x00"])
    def test_a_screen_that_is_none_of_this_nodes_is_left_out(self, centre: list[str], screen: str) -> None:
        assert read(handoff.hand_over(person=ClerkFactory(), screen=screen, at=AT).token).claims["screen"] == ""

    @pytest.mark.parametrize("error", ["Quittenbaum", "1a2b3c4", "1A2B3C4D", "1a2b3c4d\n"])
    def test_an_error_that_is_no_id_is_left_out(self, centre: list[str], error: str) -> None:
        assert read(handoff.hand_over(person=ClerkFactory(), screen="", error=error, at=AT).token).claims["error"] == ""


class TestStanding:
    """What the centre has to know to say whose training is hers to decide: offices and days, nobody's name."""

    def told(self, person: User, **more: Any) -> dict[str, Any]:
        return handoff.context_of(person=person, screen="", at=AT, **more)

    def test_her_office_is_the_one_that_she_leads_else_that_where_she_has_been_longest(self) -> None:
        first, led = OfficeFactory(code="50", name="Soziales"), OfficeFactory(code="63", name="Bauordnung")
        person = ClerkFactory(offices=[first, led])

        assert self.told(person)["office"] == "50 Soziales"
        person.memberships.filter(office=led).update(is_lead=True)
        assert self.told(person)["office"] == "63 Bauordnung"

    def test_a_supervisor_leads_her_offices_and_those_below(self) -> None:
        above = OfficeFactory(code="63", name="Bauordnung")
        below = OfficeFactory(code="63.1", name="Statik", parent=above)
        boss = UserFactory(roles=["supervisor"], office=above)
        boss.memberships.update(is_lead=True)

        assert self.told(boss)["leads"] == ["63 Bauordnung", "63.1 Statik"]
        assert self.told(ClerkFactory(office=below))["leads"] == []

    def test_whoever_leads_without_the_role_decides_nothing(self) -> None:
        lead = ClerkFactory(office=OfficeFactory())
        lead.memberships.update(is_lead=True)

        assert self.told(lead)["leads"] == []

    def test_a_substitute_says_for_which_office_and_until_when_and_not_for_whom(self) -> None:
        boss, deputy = UserFactory(roles=["supervisor"], office=OfficeFactory(code="63", name="Bauordnung")), ClerkFactory()
        boss.memberships.update(is_lead=True)
        day = date(2026, 3, 2)
        substitution.set_substitute(absent=boss, deputy=deputy, first_day=day, last_day=day + timedelta(days=4), by=boss, at=AT)

        told = self.told(deputy)

        assert told["stands_in"] == [{"office": "63 Bauordnung", "until": "2026-03-06"}]
        assert boss.display_name not in json.dumps(told, ensure_ascii=False)

    def test_standing_in_for_a_clerk_decides_nothing(self) -> None:
        clerk, deputy = ClerkFactory(office=OfficeFactory()), ClerkFactory()
        day = date(2026, 3, 2)
        substitution.set_substitute(absent=clerk, deputy=deputy, first_day=day, last_day=day, by=clerk, at=AT)

        assert self.told(deputy)["stands_in"] == []

    def test_she_lands_on_help_or_training_and_nowhere_else(self) -> None:
        person = ClerkFactory()

        assert [self.told(person, landing=where)["landing"] for where in ("training", "help", "https://boese.example")] == [
            "training",
            "help",
            "help",
        ]


class TestTrainingPage:
    def test_shows_what_is_sent_and_hands_over_to_the_courses(self, centre: list[str], client_of: Callable[..., Any]) -> None:
        browser = client_of(ClerkFactory(office=OfficeFactory(code="63", name="Bauordnung")))
        browser.cookies["last_error"] = "1a2b3c4d"

        page = browser.get("/schulung/?von=records:desk").content.decode()
        handed = browser.post("/hilfe/uebergeben/", {"von": "records:desk", "wohin": "training"})

        told = read(token_of(handed.content.decode()), at=datetime.now(UTC)).claims
        assert (told["landing"], told["screen"], told["office"], told["error"]) == ("training", "records:desk", "63 Bauordnung", "")
        for said in ("63 Bauordnung", "records:desk", 'name="wohin" value="training"'):
            assert said in page

    def test_where_the_centre_is_away_work_goes_on(
        self, centre: list[str], client_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(calling, "post", lambda *_a, **_k: time.sleep(1.5))

        page = client_of(ClerkFactory()).get("/schulung/").content.decode()

        assert "Die Schulungen sind von hier aus zurzeit nicht erreichbar. Ihre Arbeit ist nicht betroffen." in page
        assert "/hilfe/uebergeben/" not in page

    def test_the_entry_stands_beside_help(self, client_of: Callable[..., Any]) -> None:
        page = client_of(ClerkFactory()).get("/hilfe/").content.decode()

        assert 'href="/schulung/?von=tenants%3Ahelp"' in page.replace("%253A", "%3A").replace("von=tenants:help", "von=tenants%3Ahelp")


class TestHelpPage:
    def test_shows_all_that_will_be_sent_and_hands_over_by_a_form(self, centre: list[str], client_of: Callable[..., Any]) -> None:
        person = ClerkFactory(telephone="02345 6789")
        browser = client_of(person)

        page = browser.get("/hilfe/?von=records:desk").content.decode()
        handed = browser.post("/hilfe/uebergeben/", {"von": "records:desk"})

        told = read(token_of(handed.content.decode()), at=datetime.now(UTC)).claims
        for value in (*told["clerk"].values(), told["screen"], told["municipality"], told["version"], *told["roles"]):
            assert value in page, value
        assert token_of(handed.content.decode()) not in handed.headers.get("Location", "")
        assert "form-action 'self' http://zentrum.localhost:8001;" in handed["Content-Security-Policy"] + ";"
        assert "zentrum" not in browser.get("/hilfe/")["Content-Security-Policy"]

    def test_the_last_error_goes_with_it(self, centre: list[str], client_of: Callable[..., Any]) -> None:
        browser = client_of(ClerkFactory())
        browser.cookies["last_error"] = "1a2b3c4d"

        assert "1a2b3c4d" in browser.get("/hilfe/").content.decode()

    def test_where_the_centre_is_away_she_is_told_whom_to_call_at_once(
        self, centre: list[str], client_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        MunicipalSettings.load()
        MunicipalSettings.objects.update(hotline_telephone="02345 112", hotline_email="hilfe@kreis.example")
        monkeypatch.setattr(calling, "post", lambda *_a, **_k: time.sleep(1.5))
        browser, took = client_of(ClerkFactory()), []

        for _again in range(2):
            begun = time.monotonic()
            page = browser.get("/hilfe/").content.decode()
            took.append(time.monotonic() - begun)
            assert "02345 112" in page
            assert "hilfe@kreis.example" in page
            assert "/hilfe/uebergeben/" not in page

        assert took[0] < 1.4
        assert took[1] < 0.5  # it is not asked again for a while

    def test_a_node_that_knows_no_centre_says_whom_to_call(self, settings: Any, tmp_path: Any, client_of: Callable[..., Any]) -> None:
        settings.CHANNEL = tmp_path
        browser = client_of(ClerkFactory())

        assert "0800 000 0000" in browser.get("/hilfe/").content.decode()
        assert browser.post("/hilfe/uebergeben/", {"von": ""}).status_code == 409

    def test_leads_back_to_where_she_was_and_nowhere_else(self, centre: list[str], client_of: Callable[..., Any]) -> None:
        browser = client_of(ClerkFactory())

        own = browser.get("/hilfe/", headers={"referer": "http://musterstadt.localhost/akten/?q=x"}).content.decode()
        foreign = browser.get("/hilfe/", headers={"referer": "http://boese.example/"}).content.decode()

        assert 'href="http://musterstadt.localhost/akten/?q=x"' in own
        assert "boese" not in foreign


class TestPrivacy:
    """Wherever she asks for help, nothing of the record before her leaves the house."""

    def test_nothing_of_a_record_is_sent_from_any_screen(
        self,
        record: Record,  # noqa: F811
        centre: list[str],
        client_of: Callable[..., Any],
    ) -> None:
        owner: User = record.owner
        browser, sent, faults = client_of(owner), dict[str, dict[str, Any]](), []
        for name, _route, call, address in visits(record):
            if call.method != "get" or address.startswith("/api/"):
                continue
            where = f"{address}?q=Quittenbaum&von=XQ+77-2026/0815{call.query.replace('?', '&')}"
            with undone():
                answer = browser.get(where)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                page = body.decode("utf-8", "replace")
                if '<header class="app-header"' not in page:
                    continue
                link = re.search(r'href="(/hilfe/[^"]*)"', page)
                von = parse_qs(urlsplit(link[1] if link else "").query).get("von", [""])[0]
                if von not in sent:
                    referer = {"referer": f"http://musterstadt.localhost{where}"}
                    handed = browser.post("/hilfe/uebergeben/", {"von": von}, headers=referer).content.decode()
                    sent[von] = read(token_of(handed), at=datetime.now(UTC)).claims
            if von != name or sent[von]["screen"] != name:
                faults.append(f"{where}: {von!r}, {sent[von]['screen']!r}")

        assert not faults, faults
        assert {"records:file", "records:document", "records:files", "records:search", "records:desk", "records:unit"} <= sent.keys()
        ids = [str(value).casefold() for value in record.ids.values() if len(str(value)) > 6 and value != owner.username]
        words = [*SECRETS.values(), "quittenbaum", "xq 77", "obstfragen", "0815", *ids]
        for told in sent.values():
            of_her = {**told["clerk"], "id": "" if told["clerk"]["id"] == str(owner.public_id) else told["clerk"]["id"], "email": ""}
            everything = json.dumps({**told, "clerk": of_her}, ensure_ascii=False).casefold()
            assert [word for word in words if word in everything] == []
            assert not UUID.search(everything)

    def test_what_is_kept_of_it_is_what_was_signed(self, centre: list[str], client_of: Callable[..., Any]) -> None:
        browser = client_of(UserFactory(roles=["clerk"]))
        handed = browser.post("/hilfe/uebergeben/", {"von": "records:search"})

        assert OutgoingMessage.objects.get().body == read(token_of(handed.content.decode()), at=datetime.now(UTC)).claims

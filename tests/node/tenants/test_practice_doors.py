"""Practice towns from outside: signed orders, the way in by one click or a slip, what a page looks like, and mail that never leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, mail_admins, send_mail
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from foundation import signed
from tenants import (
    catching,
    channel,
    courier,
    current,
    entering,
    handoff,
    housekeeping,
    identity,
    joining,
    outgoing,
    practising,
    registry,
)
from tenants.models import CaughtMail, HandledOrder, OutgoingMessage, PracticeSlip, User
from tests.factories import ClerkFactory
from tests.node import practice
from tests.node.practice import COURSE, ERIKA, GOLDEN, HOST, MAX, ours, row_of
from tests.node.tenants.a_centre import Centre
from tests.node.tenants.practice_fixtures import golden, golden_row  # noqa: F401

NOW = timezone.now()
UNTIL = NOW + timedelta(days=2)
PEOPLE = [{"id": str(ERIKA), "name": "Erika Mußter"}, {"id": str(MAX), "name": "Max Beispiel"}]


@pytest.fixture
def centre(golden: Any, centre: Centre) -> Centre:  # noqa: F811
    return centre


def open_town(*people: dict[str, str]) -> list[practising.Opened]:
    return [
        practice.open_town(person["id"], person["name"], until=UNTIL, at=NOW)  # type: ignore[arg-type]
        for person in people or PEOPLE[:1]
    ]


def body(**other: Any) -> dict[str, Any]:
    said = {"course": COURSE, "until": UNTIL.isoformat(), "trainees": PEOPLE} | other
    return {name: value for name, value in said.items() if value is not None}


def given(centre: Centre, kind: str, told: dict[str, Any], **other: Any) -> dict[str, Any]:
    """An order is fetched, carried out and answered; its answer."""
    order_id = centre.order(kind, told, town=GOLDEN, **other)
    courier.go_round(at=timezone.now())
    return next(answer for answer in reversed(centre.answers) if answer["order"] == order_id)


class TestOrders:
    def test_opens_a_town_for_each_and_says_where(self, centre: Centre) -> None:
        answer = given(centre, channel.PRACTICE_OPEN, body())

        assert answer["state"] == "done"
        towns = answer["answer"]["towns"]
        assert [(town["trainee"], town["town"]) for town in towns] == [(str(ERIKA), "uebung-01"), (str(MAX), "uebung-02")]
        assert towns[0]["address"].startswith(f"http://uebung-01.{HOST}")
        assert registry.by_host(f"uebung-02.{HOST}") is not None

    def test_keeps_no_names_in_the_golden_town(self, centre: Centre, golden: Any) -> None:  # noqa: F811
        given(centre, channel.PRACTICE_OPEN, body())

        with current.use(golden):
            assert "Erika" not in str(list(HandledOrder.objects.values()))

    def test_the_same_order_twice_and_the_same_wish_in_two_orders_make_nothing_twice(self, centre: Centre) -> None:
        given(centre, channel.PRACTICE_OPEN, body())
        before = ours()

        courier.go_round(at=timezone.now())
        again = given(centre, channel.PRACTICE_OPEN, body())

        assert [town["town"] for town in again["answer"]["towns"]] == ["uebung-01", "uebung-02"]
        assert ours() == before

    def test_one_whose_answer_was_lost_finds_its_work_done(self, centre: Centre, golden: Any) -> None:  # noqa: F811
        order_id = str(uuid4())
        given(centre, channel.PRACTICE_OPEN, body(), id=order_id)
        with current.use(golden):
            HandledOrder.objects.all().delete()  # killed after the towns were made and before it was kept
        connections[golden.alias].close()

        courier.go_round(at=timezone.now())

        assert len(practising.towns_of()) == 2

    def test_one_that_cannot_be_opened_keeps_no_other_from_hers(self, centre: Centre, settings: Any) -> None:
        settings.PRACTICE_TOWNS = 1

        answer = given(centre, channel.PRACTICE_OPEN, body())

        assert answer["state"] == "done"
        assert [town["trainee"] for town in answer["answer"]["towns"]] == [str(ERIKA)]
        assert [one["trainee"] for one in answer["answer"]["refused"]] == [str(MAX)]
        assert "EAKTE_PRACTICE_TOWNS" in answer["answer"]["refused"][0]["reason"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"course": "x"}, {"course": None}, {"until": "morgen"}, {"until": "2026-05-04T08:00:00"}, {"until": 5}, {"until": "2026-13-45T00:00:00Z"},
            {"until": (NOW - timedelta(days=1)).isoformat()}, {"trainees": []}, {"trainees": None}, {"trainees": "alle"}, {"trainees": ["x"]},
            {"trainees": [{"id": str(ERIKA), "name": ""}]}, {"trainees": [{"id": "1", "name": "E"}]}, {"trainees": [PEOPLE[0] | {"slip": "kurz"}]},
            {"trainees": [PEOPLE[0]] * 61}, {"account": ["g.uebel"]}, {"account": "n.iemand"},
        ],
    )  # fmt: skip
    def test_refuses_what_cannot_be_read_and_says_why(self, centre: Centre, wrong: dict[str, Any]) -> None:
        answer = given(centre, channel.PRACTICE_OPEN, body(**wrong))

        assert answer["state"] == "refused"
        assert answer["answer"]["reason"]
        assert practising.towns_of() == []

    def test_refuses_kinds_that_the_settings_do_not_name(self, centre: Centre, settings: Any) -> None:
        settings.ORDERS_ALLOWED = ["show_banner"]

        for kind in (channel.PRACTICE_OPEN, channel.PRACTICE_RESET, channel.PRACTICE_END):
            assert given(centre, kind, body())["state"] == "refused"
        assert practising.towns_of() == []

    def test_a_forged_one_does_nothing(self, centre: Centre) -> None:
        centre.order(channel.PRACTICE_OPEN, body(), town=GOLDEN, key=signed.Key.new())

        courier.go_round(at=timezone.now())

        assert practising.towns_of() == []

    def test_resets_one_person_alone_and_once(self, centre: Centre) -> None:
        given(centre, channel.PRACTICE_OPEN, body())
        erika, max_ = (row["slug"] for row in practising.towns_of())
        order_id = str(uuid4())

        answer = given(centre, channel.PRACTICE_RESET, {"course": COURSE, "trainee": str(ERIKA)}, id=order_id)
        after = practising.towns_of()[0]["slug"]
        with current.use(registry.by_slug(GOLDEN)):
            HandledOrder.objects.all().delete()  # the answer is lost, and the order comes again
        connections[f"m_{GOLDEN}"].close()
        courier.go_round(at=timezone.now())

        assert [town["town"] for town in answer["answer"]["towns"]] == ["uebung-01"]
        assert [row["slug"] for row in practising.towns_of()] == [after, max_]
        assert after != erika

    def test_refuses_a_reset_while_she_works_and_says_so(self, centre: Centre, client_of: Callable[..., Client]) -> None:
        given(centre, channel.PRACTICE_OPEN, body())
        town = registry.by_host(f"uebung-01.{HOST}")
        assert town is not None
        with current.use(town):
            client_of(User.objects.get(username=town.account))

        refused = given(centre, channel.PRACTICE_RESET, {"course": COURSE, "trainee": str(ERIKA)})
        done = given(centre, channel.PRACTICE_RESET, {"course": COURSE, "trainee": str(ERIKA), "even_now": True})

        assert (refused["state"], done["state"]) == ("refused", "done")
        assert "uebung-01" in refused["answer"]["reason"]

    def test_refuses_somebody_who_has_no_town(self, centre: Centre) -> None:
        assert given(centre, channel.PRACTICE_RESET, {"course": COURSE, "trainee": str(ERIKA)})["state"] == "refused"

    def test_ends_those_of_a_course_date_and_its_slips(self, centre: Centre, golden: Any) -> None:  # noqa: F811
        given(centre, channel.PRACTICE_OPEN, body(trainees=[PEOPLE[0] | {"slip": "a" * 64}]))
        other = practice.open_town(MAX, course=practice.OTHER_COURSE, until=UNTIL, at=NOW).town

        answer = given(centre, channel.PRACTICE_END, {"course": COURSE})
        again = given(centre, channel.PRACTICE_END, {"course": COURSE})

        assert (answer["answer"], again["answer"]) == ({"ended": 1}, {"ended": 0})
        assert [row["slug"] for row in practising.towns_of()] == [other.slug]
        with current.use(golden):
            assert not PracticeSlip.objects.exists()


class TestCourier:
    def test_what_a_practice_town_says_goes_as_the_golden_towns(self, centre: Centre) -> None:
        [opened] = open_town()
        with current.use(opened.town):
            outgoing.enter(kind="progress", body={"trainee": str(ERIKA)}, by=None, at=NOW)
        centre.refuses = {opened.town.slug}

        courier.go_round(at=timezone.now())

        assert [one["kind"] for one in centre.taken] == ["progress"]

    def test_the_centre_hears_of_no_trainees_town_when_the_node_joins(self, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
        open_town()
        told: list[Any] = []

        def asked(url: str, token: str, **more: Any) -> dict[str, Any]:
            told.append(token)
            raise joining.CannotJoin

        monkeypatch.setattr(joining, "ask", asked)
        with pytest.raises(joining.CannotJoin):
            joining.join(address="http://127.0.0.1:1", name="Rathaus", at=timezone.now())

        me = identity.mine()
        said = signed.check(
            told[0],
            purpose=channel.JOIN,
            public_of={me.key.kid: me.key.public}.get,
            audience=channel.ANY_CENTRE,
            at=timezone.now(),
            longest=channel.HOLDS,
        )
        assert {town["slug"] for town in said.claims["municipalities"]} == {"musterstadt", "beispielheim", GOLDEN}


class TestComeIn:
    def token(self, centre: Centre, **other: Any) -> str:
        claims = {"municipality": GOLDEN, "course": COURSE, "trainee": str(ERIKA)} | other.pop("claims", {})
        said = {"key": centre.key, "purpose": channel.PRACTICE_VISIT, "issuer": centre.id, "audience": identity.mine().id}
        return signed.sign(claims=claims, **{**said, "at": timezone.now(), "lasts": channel.HOLDS, **other})

    def arrives(self, town: current.Municipality, token: str, client: Client | None = None) -> Any:
        client = client or Client(headers={"host": town.hosts[0]}, enforce_csrf_checks=True)
        answer = client.post("/uebung/ankommen/", {"token": token})
        connections[town.alias].close()
        return answer

    def test_signs_her_in_to_her_own_town_once(self, centre: Centre) -> None:
        [opened] = open_town()
        token, client = self.token(centre), Client(headers={"host": opened.town.hosts[0]})

        first = self.arrives(opened.town, token, client)
        again = self.arrives(opened.town, token)

        assert (first.status_code, first["Location"], again.status_code) == (302, "/", 403)
        page = client.get("/passwort/")
        assert "Erika Mußter" in page.content.decode()

    def test_is_used_up_also_after_a_reset(self, centre: Centre) -> None:
        [opened] = open_town()
        token = self.token(centre)
        self.arrives(opened.town, token)

        town = practising.reset_town(town="uebung-01", even_now=True, at=timezone.now()).town

        assert self.arrives(town, token).status_code == 403
        assert self.arrives(town, self.token(centre)).status_code == 302

    @pytest.mark.parametrize(
        "forged",
        [
            {"key": signed.Key.new()}, {"audience": "ein anderer Knoten"}, {"issuer": "jemand"}, {"purpose": channel.VISIT}, {"lasts": timedelta(hours=1)},
            {"at": timezone.now() - timedelta(minutes=10)}, {"claims": {"trainee": str(MAX)}}, {"claims": {"course": practice.OTHER_COURSE}},
            {"claims": {"municipality": "musterstadt"}}, {"claims": {"more": "x"}}, {"claims": {"trainee": 5}},
        ],
    )  # fmt: skip
    def test_refuses_what_is_not_hers(self, centre: Centre, forged: dict[str, Any]) -> None:
        [opened] = open_town()

        assert self.arrives(opened.town, self.token(centre, **forged)).status_code == 403

    def test_opens_nobody_elses_town(self, centre: Centre) -> None:
        _erika, max_ = open_town(*PEOPLE)

        assert self.arrives(max_.town, self.token(centre)).status_code == 403

    def test_does_not_exist_in_real_towns_nor_in_the_golden_one(self, centre: Centre, golden: Any, musterstadt: Any) -> None:  # noqa: F811
        for town in (golden, musterstadt):
            for path in ("/uebung/ankommen/", "/uebung/zettel/"):
                assert Client(headers={"host": town.hosts[0]}).post(path, {"token": self.token(centre)}).status_code == 404
        connections[golden.alias].close()

    def test_an_account_that_she_deactivated_in_play_opens_again_after_a_reset(self, centre: Centre) -> None:
        [opened] = open_town()
        with current.use(opened.town):
            User.objects.filter(username=opened.town.account).update(is_active=False)

        assert self.arrives(opened.town, self.token(centre)).status_code == 403
        town = practising.reset_town(town="uebung-01", at=timezone.now()).town
        assert self.arrives(town, self.token(centre)).status_code == 302


class TestSlips:
    def enters(self, town: current.Municipality, code: str) -> Any:
        answer = Client(headers={"host": town.hosts[0]}).post("/uebung/zettel/", {"code": code})
        connections[town.alias].close()
        return answer

    def test_opens_her_town_once_however_it_is_typed(self, golden: Any) -> None:  # noqa: F811
        [opened] = open_town()
        code = entering.hand_out_slip(town=opened.town, at=NOW)

        first, again = self.enters(opened.town, f" {code.upper().replace('-', ' ')} "), self.enters(opened.town, code)

        assert (first.status_code, again.status_code) == (302, 422)
        assert "Dieser Code öffnet diese Übungsstadt nicht" in again.content.decode()

    def test_opens_no_other_town_nor_after_its_time_nor_when_a_newer_one_was_given(self, golden: Any) -> None:  # noqa: F811
        erika, max_ = open_town(*PEOPLE)
        old = entering.hand_out_slip(town=erika.town, at=NOW)
        code = entering.hand_out_slip(town=erika.town, at=NOW)

        assert self.enters(max_.town, code).status_code == 422
        assert self.enters(erika.town, old).status_code == 422
        assert self.enters(erika.town, "").status_code == 422
        with current.use(golden):
            PracticeSlip.objects.update(until=NOW - timedelta(seconds=1))
        assert self.enters(erika.town, code).status_code == 422

    def test_outlives_a_reset(self, golden: Any) -> None:  # noqa: F811
        [opened] = open_town()
        code = entering.hand_out_slip(town=opened.town, at=NOW)

        town = practising.reset_town(town="uebung-01", at=NOW).town

        assert self.enters(town, code).status_code == 302

    def test_are_forgotten_after_their_time(self, golden: Any) -> None:  # noqa: F811
        [opened] = open_town()
        entering.hand_out_slip(town=opened.town, at=NOW)

        with current.use(golden):
            entering.forget_old(at=UNTIL - timedelta(seconds=1))
            assert PracticeSlip.objects.exists()
            entering.forget_old(at=UNTIL + timedelta(seconds=1))
            assert not PracticeSlip.objects.exists()

    def test_the_database_has_no_code(self, golden: Any) -> None:  # noqa: F811
        [opened] = open_town()
        code = entering.hand_out_slip(town=opened.town, at=NOW)

        with current.use(golden):
            assert code.replace("-", "") not in str(list(PracticeSlip.objects.values()))

    def test_are_printed_for_a_course_date(self, golden: Any, tmp_path: Path) -> None:  # noqa: F811
        open_town(*PEOPLE)
        paper = tmp_path / "zettel.pdf"

        call_command("practice_slips", COURSE, str(paper))

        assert paper.read_bytes().startswith(b"%PDF")
        assert paper.stat().st_mode & 0o777 == 0o600
        with pytest.raises(CommandError):
            call_command("practice_slips", COURSE, str(paper))  # nothing is overwritten
        with pytest.raises(CommandError):
            call_command("practice_slips", "anderer", str(tmp_path / "b.pdf"))


class TestFrame:
    """That nothing is real is said on every screen, in words."""

    def test_every_screen_and_refusal_of_a_practice_town_says_so(self, golden: Any) -> None:  # noqa: F811
        [opened] = open_town()
        for town in (golden, opened.town):
            client = Client(headers={"host": town.hosts[0]}, raise_request_exception=False)
            for path in ("/anmelden/", "/impressum/", "/barrierefreiheit/", "/gibt-es-nicht/", "/abmelden/"):
                page = client.get(path, follow=True).content.decode()
                assert 'data-practice="Übungsumgebung"' in page, path
                assert "<strong>Übungsumgebung:</strong>" in page, path
                assert "css/practice.css" in page, path
            connections[town.alias].close()

    def test_a_database_that_is_away_is_said_with_the_frame(self, golden: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
        from django.db import OperationalError

        from tenants import breaker, middleware

        monkeypatch.setattr(middleware, "_reach", lambda _town: (_ for _ in ()).throw(OperationalError("away")))
        page = Client(headers={"host": HOST}).get("/anmelden/")
        breaker.reset()

        assert page.status_code == 503
        assert 'data-practice="Übungsumgebung"' in page.content.decode()

    def test_no_screen_of_a_real_town_does(self) -> None:
        for path in ("/anmelden/", "/gibt-es-nicht/"):
            assert "data-practice" not in Client(headers={"host": "musterstadt.localhost"}).get(path).content.decode()

    def test_nobody_is_handed_over_to_the_centre_from_a_trainees_town(self, centre: Centre) -> None:
        [opened] = open_town()
        with current.use(opened.town):
            person = User.objects.get(username=opened.town.account)
            with pytest.raises(handoff.CannotHandOver, match="Übungsstadt"):
                handoff.hand_over(person=person, screen="", at=timezone.now())
            assert not OutgoingMessage.objects.exists()


class TestCaughtMail:
    """Whatever would be mailed goes through the one backend; what is made up stays."""

    @pytest.fixture(autouse=True)
    def _as_in_life(self, settings: Any) -> None:
        """The test runner puts its own backend there."""
        settings.EMAIL_BACKEND = "tenants.catching.Backend"
        settings.EMAIL_BACKEND_OF_TOWNS = "django.core.mail.backends.locmem.EmailBackend"
        mail.outbox = []

    def test_is_kept_and_shown_and_not_sent(self, golden: Any, client_of: Callable[..., Client]) -> None:  # noqa: F811
        [opened] = open_town()
        with current.use(opened.town):
            message = EmailMultiAlternatives(
                "Ihr Antrag", "Guten Tag & <b>Gruß</b>", "amt@lernstadt.example", ["a@b.example"], cc=["c@d.example"]
            )
            message.attach("bescheid.pdf", b"%PDF", "application/pdf")
            assert message.send() == 1
            page = client_of(User.objects.get(username=opened.town.account)).get("/uebung/ausgang/").content.decode()
        connections[opened.town.alias].close()

        assert mail.outbox == []
        for said in (
            "Ihr Antrag",
            "a@b.example, c@d.example",
            "bescheid.pdf",
            "Guten Tag &amp; &lt;b&gt;Gruß",
            "Ausgang der Übungsumgebung",
        ):
            assert said in page

    def test_by_every_way_that_django_has(self, golden: Any, settings: Any) -> None:  # noqa: F811
        settings.ADMINS = [("A", "a@b.example")]
        with current.use(golden):
            send_mail("1", "x", None, ["a@b.example"])
            mail_admins("2", "x")
            mail.get_connection().send_messages([EmailMessage("3", "x", to=["a@b.example"]), EmailMessage("an niemanden", "x")])
            assert sorted(row.subject[-1] for row in CaughtMail.objects.all()) == ["1", "2", "3"]
            CaughtMail.objects.all().delete()
        connections[golden.alias].close()
        assert mail.outbox == []

    def test_that_of_a_real_municipality_is_sent(self) -> None:
        send_mail("Echt", "x", None, ["a@b.example"])

        assert [one.subject for one in mail.outbox] == ["Echt"]
        assert not CaughtMail.objects.exists()

    def test_without_a_municipality_none_is_sent(self) -> None:
        with current.use(None), pytest.raises(current.NoMunicipality):
            send_mail("Wessen?", "x", None, ["a@b.example"])
        assert mail.outbox == []

    def test_its_page_does_not_exist_in_a_real_municipality(self, client_of: Callable[..., Client]) -> None:
        assert client_of(ClerkFactory()).get("/uebung/ausgang/").status_code == 404

    def test_is_forgotten_after_thirty_days(self, golden: Any) -> None:  # noqa: F811
        with current.use(golden):
            catching.catch(message=EmailMessage("alt", "x", to=["a@b.example"]), at=timezone.now() - timedelta(days=31))
            housekeeping.forget_old()
            assert not CaughtMail.objects.exists()
        connections[golden.alias].close()

    def test_nothing_on_a_node_sends_by_another_way(self) -> None:
        """The node's own code knows no mail server but by the backend."""
        root = Path(__file__).parents[3]
        sources = [
            path for app in ("records", "tenants") for path in (root / app).rglob("*.py") if root / "tenants/centre" not in path.parents
        ]

        assert not [path for path in sources if "smtplib" in path.read_text() or "sendmail" in path.read_text()]


class TestCommands:
    def test_open_list_reset_and_end(self, golden: Any, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
        call_command("practice_open", GOLDEN, "Erika Muster", "--days", "3")
        call_command("practice_towns")
        listed = capsys.readouterr().out
        call_command("practice_reset", "uebung-01")
        call_command("practice_end", "--due")
        call_command("practice_end", "uebung-01")

        assert f"uebung-01.{HOST}" in listed
        assert "Erika" not in listed.splitlines()[-1]
        assert practising.towns_of() == []

    def test_freeze_golden(self, golden: Any) -> None:  # noqa: F811
        call_command("freeze_golden", GOLDEN)

        assert row_of(GOLDEN)["frozen"]["id"]
        with pytest.raises(CommandError):
            call_command("freeze_golden", "musterstadt")

    def test_mark_practice_wants_the_name_twice(self, golden: Any) -> None:  # noqa: F811
        with pytest.raises(CommandError, match="differ"):
            call_command("mark_practice", GOLDEN, "--everything-is-made-up", "musterstadt")
        with pytest.raises(CommandError):
            call_command("mark_practice", "musterstadt", "--everything-is-made-up", "musterstadt")
        call_command("mark_practice", GOLDEN, "--everything-is-made-up", GOLDEN)

    def test_end_wants_a_town_or_what_is_due(self, golden: Any) -> None:  # noqa: F811
        for given_ in ([], ["uebung-01", "--due"]):
            with pytest.raises(CommandError):
                call_command("practice_end", *given_)

"""The courier and the orders it brings: what is carried out, what is not, and that nothing is lost or done twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from foundation import signed
from records.models import JournalEntry
from tenants import channel, courier, current, housekeeping, orders, outgoing
from tenants.models import HandledOrder, MunicipalSettings, OutgoingMessage
from tests.factories import ClerkFactory, UserFactory
from tests.node.tenants.a_centre import Centre, banner, go_round


class TestGoRound:
    def test_a_node_that_knows_no_centre_has_nothing_to_do(self, settings: Any, tmp_path: Any) -> None:
        settings.CHANNEL = tmp_path

        assert courier.go_round(at=timezone.now()) is False

    def test_takes_messages_out_once(self, centre: Centre, beispielheim: Any) -> None:
        outgoing.enter(kind="test", body={"wort": "Öl"}, by=None, at=timezone.now())
        with current.use(beispielheim):
            outgoing.enter(kind="test", body={}, by=None, at=timezone.now())

        go_round()
        go_round()

        assert [one["body"] for one in centre.taken] == [{}, {"wort": "Öl"}]
        assert OutgoingMessage.objects.get().sent_at is not None

    def test_a_centre_that_is_away_loses_nothing(self, centre: Centre) -> None:
        outgoing.enter(kind="test", body={}, by=None, at=timezone.now())
        centre.away = True
        with pytest.raises(courier.Away):
            go_round()
        centre.away = False

        go_round()

        assert len(centre.taken) == 1

    def test_a_town_that_the_centre_does_not_want_holds_up_no_other(self, centre: Centre, beispielheim: Any) -> None:
        centre.refuses = {"beispielheim"}
        for town in (current.municipality(), beispielheim):
            with current.use(town):
                outgoing.enter(kind="test", body={"von": town.slug}, by=None, at=timezone.now())

        go_round()

        assert [one["body"]["von"] for one in centre.taken] == ["musterstadt"]
        with current.use(beispielheim):
            assert OutgoingMessage.objects.get().sent_at is None

    def test_a_town_whose_database_is_away_holds_up_no_other(
        self, centre: Centre, beispielheim: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        outgoing.enter(kind="test", body={}, by=None, at=timezone.now())
        waiting = outgoing.waiting

        def away(*, most: int) -> Any:
            if current.municipality() == beispielheim:
                raise OperationalError("away")
            return waiting(most=most)

        monkeypatch.setattr(outgoing, "waiting", away)
        monkeypatch.setattr(courier, "connections", {beispielheim.alias: type("Connection", (), {"close": staticmethod(lambda: None)})})

        go_round()

        assert len(centre.taken) == 1

    def test_rests_longer_with_each_failure_and_never_all_nodes_alike(self) -> None:
        assert courier.rest(failures=0, usual=15) == 15
        rests = [courier.rest(failures=failures, usual=15) for failures in range(1, 40)]
        assert all(15 * min(2**n, 20) / 2 <= rest <= 300 for n, rest in enumerate(rests, start=1))
        assert len({courier.rest(failures=9, usual=15) for _n in range(20)}) > 10


class TestOrders:
    def test_are_carried_out_in_their_municipality_answered_and_journaled(self, centre: Centre, beispielheim: Any) -> None:
        order_id = centre.order()

        go_round()

        [answer] = centre.answers
        assert (answer["order"], answer["state"]) == (order_id, "done")
        assert MunicipalSettings.load().banners[0]["text"] == "Die Suche ist langsam."
        with current.use(beispielheim):
            assert MunicipalSettings.load().banners == []
            assert not HandledOrder.objects.exists()
        assert {"order", "banner"} <= set(JournalEntry.objects.values_list("act", flat=True))

    def test_that_come_again_are_not_carried_out_again_and_answered_as_before(self, centre: Centre) -> None:
        centre.order()
        go_round()
        MunicipalSettings.objects.update(banners=[])

        go_round()

        assert MunicipalSettings.load().banners == []
        assert len(centre.answers) == 2
        assert centre.answers[0] == centre.answers[1]
        assert HandledOrder.objects.count() == 1

    def test_whose_answer_is_lost_are_answered_by_one_message_again(self, centre: Centre) -> None:
        centre.order()
        centre.loses_answers = True
        for _round in range(3):
            go_round()
        assert OutgoingMessage.objects.count() == 1

        centre.loses_answers = False
        go_round()

        assert OutgoingMessage.objects.get().sent_at is not None

    @pytest.mark.parametrize(
        "forged",
        [
            {"key": signed.Key.new()},
            {"audience": "ein anderer Knoten"},
            {"issuer": "jemand anderes"},
            {"purpose": channel.MESSAGES},
            {"at": timezone.now() - timedelta(days=2)},
            {"lasts": timedelta(days=40)},
            {"at": timezone.now() + timedelta(days=1)},
            {"id": "keine Kennung"},
            {"body": []},
            {"claims": {"kind": None}},
            {"town": "anderswo"},
        ],
        ids=["key", "audience", "issuer", "purpose", "expired", "too long", "future", "id", "body", "kind", "town"],
    )
    def test_that_are_not_the_centres_for_this_node_have_no_effect(self, centre: Centre, forged: dict[str, Any]) -> None:
        centre.order(**forged)

        go_round()

        assert not centre.answers
        assert not HandledOrder.objects.exists()
        assert MunicipalSettings.load().banners == []

    def test_of_a_kind_that_the_node_does_not_allow_are_refused(self, centre: Centre, settings: Any) -> None:
        settings.ORDERS_ALLOWED = ["end_banner"]
        centre.order()

        go_round()

        assert [answer["state"] for answer in centre.answers] == ["refused"]
        assert centre.answers[0]["answer"]["reason"]
        assert MunicipalSettings.load().banners == []

    def test_with_a_nul_character_are_not_believed_and_hold_up_no_other(self, centre: Centre) -> None:
        centre.order("show_banner", banner(text="Heute\x00Nacht"))
        centre.order()

        go_round()

        assert [answer["state"] for answer in centre.answers] == ["done"]
        assert HandledOrder.objects.count() == 1

    def test_of_a_kind_that_nobody_registered_are_refused(self, centre: Centre, settings: Any) -> None:
        settings.ORDERS_ALLOWED = ["make_me_administrator"]
        centre.order("make_me_administrator", {})

        go_round()

        assert [answer["state"] for answer in centre.answers] == ["refused"]

    def test_that_fail_leave_nothing_half_done_and_are_answered(
        self, centre: Centre, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.ORDERS_ALLOWED = ["half"]

        def fail(*, order: orders.Order, at: datetime) -> dict[str, Any]:
            MunicipalSettings.objects.update(name="halb")
            raise ZeroDivisionError

        monkeypatch.setitem(orders._handlers, "half", fail)
        MunicipalSettings.load()
        centre.order("half", {})

        go_round()

        assert [answer["state"] for answer in centre.answers] == ["refused"]
        assert MunicipalSettings.objects.get().name != "halb"

    def test_an_app_registers_its_own_verb(self, centre: Centre, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[orders.Order] = []
        monkeypatch.setattr(orders, "_handlers", dict(orders._handlers))
        orders.register(channel.SUPPORT_ACCESS, lambda *, order, at: seen.append(order) or {"asked": True})
        centre.order(channel.SUPPORT_ACCESS, {"reference": "63.12.04-2026/0001"})

        go_round()

        assert (seen[0].given_by, seen[0].body) == ("Jule Behrens", {"reference": "63.12.04-2026/0001"})
        assert centre.answers[0]["answer"] == {"asked": True}


class TestWhatLeft:
    def test_administrators_read_word_for_word_what_left_and_nobody_else_does(self, centre: Centre, client_of: Callable[..., Any]) -> None:
        centre.order()
        outgoing.enter(kind="handoff", body={"clerk": {"name": "<script>Öz"}}, by=None, at=timezone.now(), sent=True)
        go_round()

        page = client_of(UserFactory(roles=["administrator"])).get("/verwaltung/zentrum/").content.decode()

        assert "&lt;script&gt;Öz" in page
        assert "Jule Behrens" in page
        assert client_of(ClerkFactory()).get("/verwaltung/zentrum/").status_code == 404

    def test_goes_on_behind_fifty_and_asks_the_same_number_of_queries(
        self, centre: Centre, client_of: Callable[..., Any], queries: Callable[[], Any]
    ) -> None:
        browser, counts = client_of(UserFactory(roles=["administrator"])), []
        browser.get("/verwaltung/zentrum/")
        for more in (1, 60):
            for number in range(more):
                outgoing.enter(kind="test", body={"n": number}, by=None, at=timezone.now())
            with queries() as asked:
                page = browser.get("/verwaltung/zentrum/")
            counts.append(len(asked))

        assert counts[0] == counts[1]
        assert len(browser.get("/verwaltung/zentrum/" + page.context["next_url"]).context["sent"]) == 11
        assert browser.get("/verwaltung/zentrum/?vor=x").status_code == 200

    def test_is_kept_for_thirty_days_after_it_was_sent(self, centre: Centre) -> None:
        now = timezone.now()
        for days, sent in ((31, True), (29, True), (40, False)):
            outgoing.enter(kind="test", body={"tage": days}, by=None, at=now - timedelta(days=days), sent=sent)

        housekeeping.forget_old()

        assert sorted(one.body["tage"] for one in OutgoingMessage.objects.all()) == [29, 40]

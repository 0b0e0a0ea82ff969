"""What the centre lets a municipality show above its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tenants import banners, channel
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.tenants.a_centre import Centre, banner, go_round


class TestBanners:
    @pytest.mark.parametrize(
        "body",
        [
            {},
            banner(id="x"),
            banner(text=""),
            banner(text=" \u202e\n"),
            banner(text="x" * 601),
            banner(text=["x"]),
            banner(until="morgen"),
            banner(until="2026-01-01T00:00:00"),
            banner(until=(timezone.now() - timedelta(hours=1)).isoformat(), **{"from": (timezone.now() - timedelta(hours=2)).isoformat()}),
            banner(until=(timezone.now() + timedelta(days=60)).isoformat()),
            banner(**{"from": None}),
        ],
    )
    def test_what_cannot_be_read_is_refused(self, centre: Centre, body: dict[str, Any]) -> None:
        centre.order(body=body)

        go_round()

        assert [answer["state"] for answer in centre.answers] == ["refused"]
        assert MunicipalSettings.load().banners == []

    def test_the_same_id_again_changes_it_and_another_order_ends_it(self, centre: Centre) -> None:
        told = banner()
        centre.order(body=told)
        centre.order(body={**told, "text": "Die Suche geht wieder."})
        go_round()
        assert [one.text for one in banners.showing(at=timezone.now())] == ["Die Suche geht wieder."]

        centre.order(channel.END_BANNER, {"id": told["id"]})
        go_round()

        assert banners.showing(at=timezone.now()) == []

    def test_no_more_than_five_at_once(self, centre: Centre) -> None:
        for _n in range(6):
            centre.order()

        go_round()

        assert [answer["state"] for answer in centre.answers].count("refused") == 1

    def test_stand_on_every_screen_from_their_moment_to_their_end(self, centre: Centre, client_of: Callable[..., Any]) -> None:
        later = banner(text="Erst morgen.", **{"from": (timezone.now() + timedelta(hours=1)).isoformat()})
        centre.order(body=banner(text="<b>Fett</b> & laut")), centre.order(body=later)
        go_round()

        pages = [client_of(ClerkFactory()).get("/").content.decode(), client_of(None).get("/anmelden/").content.decode()]

        for page in pages:
            assert "&lt;b&gt;Fett&lt;/b&gt; &amp; laut" in page
            assert "Erst morgen." not in page
            assert 'aria-live="polite"' in page

    def test_are_put_away_for_a_session_and_come_back_with_another_text(self, centre: Centre, client_of: Callable[..., Any]) -> None:
        told = banner()
        centre.order(body=told)
        go_round()
        browser, other = client_of(ClerkFactory()), client_of(ClerkFactory())
        [shown] = banners.showing(at=timezone.now())

        browser.post(f"/stoerung/{shown.key}/", {"hide": "1"})

        assert " data-hidden>" in browser.get("/").content.decode()
        assert shown.text in browser.get("/").content.decode()  # put away, not lost
        assert " data-hidden>" not in other.get("/").content.decode()
        browser.post(f"/stoerung/{shown.key}/", {"hide": "0"})
        assert " data-hidden>" not in browser.get("/").content.decode()
        browser.post(f"/stoerung/{shown.key}/", {"hide": "1"})
        centre.order(body={**told, "text": "Es dauert länger."})
        go_round()
        assert " data-hidden>" not in browser.get("/").content.decode()

    def test_cost_no_query(self, centre: Centre, client_of: Callable[..., Any], queries: Callable[[], Any]) -> None:
        browser = client_of(ClerkFactory())
        counts = []
        browser.get("/vertretung/")
        for _n in range(2):
            with queries() as asked:
                browser.get("/vertretung/")
            counts.append(len(asked))
            centre.order()
            go_round()

        assert counts[0] == counts[1]

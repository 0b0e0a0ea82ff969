""" "War das hilfreich?": one click without login, counted once and without person, and not by programs that follow links."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from hotline import rating
from hotline.models import HelpfulCount
from tests.centre.hotline_factories import AT, TicketFactory


def counts() -> list[tuple[Any, ...]]:
    return list(HelpfulCount.objects.values_list("queue__key", "month", "yes", "no"))


def receipt_of(page: str) -> str:
    return page.partition('name="receipt" value="')[2].partition('"')[0]


class TestRate:
    def test_counts_per_queue_and_month(self) -> None:
        for helpful in (True, True, False):
            rating.rate(token=rating.token_for(TicketFactory()), helpful=helpful, at=AT)

        assert counts() == [("hotline", date(2026, 3, 1), 2, 1)]

    def test_counts_a_ticket_once(self) -> None:
        ticket = TicketFactory()
        rating.rate(token=rating.token_for(ticket), helpful=True, at=AT)

        with pytest.raises(rating.CannotRate, match="bereits gezählt"):
            rating.rate(token=rating.token_for(ticket), helpful=False, at=AT)
        assert counts()[0][2:] == (1, 0)

    @pytest.mark.parametrize(
        "token", ["", "x", "a:b:c", signing.dumps("something", salt="another purpose")], ids=["none", "x", "parts", "other"]
    )
    def test_a_forged_link_counts_nothing(self, token: str) -> None:
        with pytest.raises(rating.CannotRate):
            rating.rate(token=token, helpful=True, at=AT)
        assert counts() == []

    def test_an_old_link_counts_nothing(self, monkeypatch: Any) -> None:
        token = rating.token_for(TicketFactory())
        later = (timezone.now() + rating.GOOD_FOR + timedelta(hours=1)).timestamp()
        monkeypatch.setattr("django.core.signing.time.time", lambda: later)

        with pytest.raises(rating.CannotRate, match="60 Tage"):
            rating.rate(token=token, helpful=True, at=AT)


class TestScreen:
    def test_following_the_link_counts_nothing_and_tells_nothing(self, client_of: Any) -> None:
        ticket = TicketFactory(subject="Vertrauliches")

        page = client_of(None).get(f"/war-das-hilfreich/{rating.token_for(ticket)}/")

        assert page.status_code == 200
        assert "Vertrauliches" not in page.content.decode()
        assert counts() == []

    def test_a_click_counts_without_login(self, client_of: Any) -> None:
        page = client_of(None).post(f"/war-das-hilfreich/{rating.token_for(TicketFactory())}/", {"helpful": "0"})

        assert "Vielen Dank" in page.content.decode()
        assert counts()[0][2:] == (0, 1)

    @pytest.mark.parametrize(("query", "presses"), [("?antwort=ja", "1"), ("?antwort=nein", "0"), ("?antwort=x", ""), ("", "")])
    def test_a_link_of_a_mail_counts_nothing_by_being_followed_but_by_a_script_at_once(
        self, client_of: Any, query: str, presses: str
    ) -> None:
        address = f"/war-das-hilfreich/{rating.token_for(TicketFactory())}/"
        for _visit in range(3):
            page = client_of(None).get(f"{address}{query}").content.decode()
        client_of(None).head(f"{address}{query}")

        assert counts() == []
        assert (f'data-at-once="{presses}"' in page, "helpful.js" in page) == (bool(presses), bool(presses))
        assert 'value="1"' in page  # without a script: one more click
        assert "no-store" in client_of(None).get(f"{address}{query}")["Cache-Control"]

    def test_what_was_counted_can_be_turned_round_and_taken_back(self, client_of: Any) -> None:
        address, browser = f"/war-das-hilfreich/{rating.token_for(TicketFactory())}/", client_of(None)

        said = browser.post(address, {"helpful": "1"}).content.decode()
        other = browser.post(address, {"helpful": "0", "receipt": receipt_of(said)}).content.decode()
        assert counts()[0][2:] == (0, 1)
        stale = browser.post(address, {"helpful": "0", "receipt": receipt_of(said)})
        back = browser.post(address, {"helpful": "", "receipt": receipt_of(other)}).content.decode()
        assert counts()[0][2:] == (0, 0)
        again = browser.post(address, {"helpful": "1"}).content.decode()

        assert "Sie sagten: Ja" in said
        assert "Sie sagten: Nein" in other
        assert stale.status_code == 422
        assert "zurückgenommen" in back
        assert "Sie sagten: Ja" in again
        assert counts()[0][2:] == (1, 0)
        assert browser.post(address, {"helpful": "0", "receipt": receipt_of(said)}).status_code == 422

    @pytest.mark.parametrize("receipt", ["", "x", signing.dumps([1, 2], salt="fremd")], ids=["none", "x", "other"])
    def test_a_receipt_that_is_none_changes_nothing(self, client_of: Any, receipt: str) -> None:
        address = f"/war-das-hilfreich/{rating.token_for(TicketFactory())}/"

        assert client_of(None).post(address, {"helpful": "0", "receipt": receipt}).status_code == 422
        assert counts() == []

    def test_a_broken_link_is_said(self, client_of: Any) -> None:
        page = client_of(None).get("/war-das-hilfreich/kaputt/")

        assert page.status_code == 422
        assert "nicht vollständig" in page.content.decode()

    def test_is_asked_on_a_solved_ticket_of_its_requester_only(self, client_of: Any) -> None:
        solved, open_one = TicketFactory(state="solved", solved_at=timezone.now()), TicketFactory()

        pages = [client_of(one.requester).get(f"/anfragen/{one.public_id}/").content.decode() for one in (solved, open_one)]

        assert ["/war-das-hilfreich/" in page for page in pages] == [True, False]

"""Agreements are made and changed by operators: nothing impossible is agreed on, and what a change would do is said before."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from foundation.business_time import ClosingDay
from hotline import agreeing, recounting, terms
from hotline.agreeing import Wanted
from hotline.models import Agreement, Ticket
from tenants import queues
from tests.centre.hotline.test_promises import fresh, local, opened
from tests.centre.hotline_factories import AT, LEVELS, MunicipalityFactory, agent, agreement
from tests.factories import UserFactory

FULL, FRIDAY = [(480, 720), (780, 960)], [(480, 750)]
PROMISES = ("first_response", "next_response", "resolution")
WANTED = Wanted(
    name="Grundvereinbarung",
    week=[FULL, FULL, FULL, FULL, FRIDAY, [], []],
    levels={(priority, promise): minutes for priority, row in LEVELS.items() for promise, minutes in zip(PROMISES, row, strict=True)},
    default=True,
)

pytestmark = pytest.mark.usefixtures("queue")


@pytest.fixture(autouse=True)
def sent(monkeypatch: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(queues, "send", lambda name, lane="house", **_more: found.append((name, lane)))
    return found


def operator() -> Any:
    return UserFactory(roles=["operator"])


class TestAgree:
    def test_keeps_what_was_agreed_on_and_has_open_deadlines_counted(self, sent: list[tuple[str, str]]) -> None:
        town = MunicipalityFactory()

        made = agreeing.agree(
            wanted=replace(WANTED, members={town: 42_000}, closings=[ClosingDay("Rosenmontag", date(2026, 2, 16))]), by=operator(), at=AT
        )

        by = terms.of_agreement(Agreement.objects.get(pk=made.pk))
        assert by.minutes[("normal", "resolution")] == 2100
        assert [one.name for one in by.calendar.closing_days] == ["Rosenmontag"]
        assert list(made.members.values_list("municipality", "inhabitants")) == [(town.pk, 42_000)]
        assert sent == [("hotline.count_deadlines_anew", "centre")]

    @pytest.mark.parametrize(
        ("more", "field", "why"),
        [
            ({"name": "  "}, "name", "braucht einen Namen"),
            ({"week": [[]] * 7}, "", "keine Servicezeit"),
            ({"zone": "Mond/Krater"}, "zone", "Zeitzone"),
            ({"land": "XX"}, "land", "Bundesland"),
            ({"warn_percent": 100}, "warn_percent", "von 1 bis 99"),
            ({"levels": {("normal", "resolution"): 0}}, "levels", "1 bis 100000"),
        ],
    )
    def test_refuses_what_is_impossible(self, more: dict[str, Any], field: str, why: str) -> None:
        with pytest.raises(agreeing.CannotAgree, match=why) as refused:
            agreeing.agree(wanted=replace(WANTED, **more), by=operator(), at=AT)

        assert refused.value.field == field
        assert not Agreement.objects.exists()

    def test_by_operators_only(self) -> None:
        made = agreement()

        for act in (
            lambda: agreeing.agree(wanted=WANTED, by=agent(), at=AT),
            lambda: agreeing.change(agreement=made, wanted=WANTED, by=agent(), at=AT),
        ):
            with pytest.raises(agreeing.CannotAgree, match="Administration"):
                act()

    def test_there_is_one_for_all_others(self) -> None:
        agreement(name="Alte")

        with pytest.raises(agreeing.CannotAgree, match="„Alte“ gilt bereits"):
            agreeing.agree(wanted=WANTED, by=operator(), at=AT)

    def test_a_municipality_has_one_agreement(self) -> None:
        town = MunicipalityFactory()
        agreement(town, name="Alte")

        with pytest.raises(agreeing.CannotAgree, match="Musterstadt gehört zur Vereinbarung „Alte“"):
            agreeing.agree(wanted=replace(WANTED, members={town: None}), by=operator(), at=AT)


class TestChange:
    def test_open_tickets_get_other_deadlines(self) -> None:
        made = agreeing.agree(wanted=WANTED, by=operator(), at=AT)
        ticket = opened()

        agreeing.change(
            agreement=made, wanted=replace(WANTED, closings=[ClosingDay("Umbau", date(2026, 3, 2))]), by=operator(), at=AT, seen=1
        )
        behind = recounting.is_behind()
        recounting.count_anew(at=AT)

        assert behind
        assert fresh(ticket).due_first_response == local("2026-03-03T12:00")

    def test_what_was_changed_meanwhile_is_not_overwritten(self) -> None:
        made = agreeing.agree(wanted=WANTED, by=operator(), at=AT)
        agreeing.change(agreement=made, wanted=replace(WANTED, name="Neu"), by=operator(), at=AT, seen=1)

        with pytest.raises(agreeing.ChangedMeanwhile):
            agreeing.change(agreement=made, wanted=replace(WANTED, name="Auch neu"), by=operator(), at=AT, seen=1)
        assert Agreement.objects.get().name == "Neu"

    def test_takes_what_is_left_out_away(self) -> None:
        town = MunicipalityFactory()
        made = agreeing.agree(wanted=replace(WANTED, members={town: 5}), by=operator(), at=AT)

        agreeing.change(agreement=made, wanted=replace(WANTED, levels={}), by=operator(), at=AT)

        assert not made.members.exists()
        assert terms.of_agreement(Agreement.objects.get()).minutes == {}


class TestForesee:
    def test_counts_and_writes_nothing(self) -> None:
        made = agreeing.agree(wanted=WANTED, by=operator(), at=AT)
        tickets = [opened(), opened("2026-03-05T09:00")]
        recounting.count_anew(at=AT)

        wanted = replace(WANTED, levels={**WANTED.levels, ("normal", "first_response"): 30})

        same, other = (agreeing.foresee(agreement=made, wanted=one, at=AT) for one in (WANTED, wanted))
        assert (same.covered, same.changed, other.covered, other.changed, other.estimated) == (2, 0, 2, 2, False)
        assert fresh(tickets[0]).due_first_response == local("2026-03-02T14:00")


class TestScreen:
    def form(self, **more: str) -> dict[str, str]:
        days = {f"day_{day}": "8–12, 13–16" if day < 5 else "" for day in range(7)}
        return {"name": "Neue", "default": "on", "zone": "Europe/Berlin", "land": "NW", "warn_percent": "75", "key": "use", **days, **more}

    def test_shows_what_a_change_would_do_before_it_is_kept(self, client_of: Any) -> None:
        browser = client_of(operator())
        made = agreement()
        opened()
        sent = self.form(seen="1", normal_first_response="30", closings="02.03.2026 Umbau")

        looked = browser.post(f"/verwaltung/vereinbarungen/{made.public_id}/", sent)
        before = Agreement.objects.get().revision
        kept = browser.post(f"/verwaltung/vereinbarungen/{made.public_id}/", {**sent, "confirmed": looked.context["fingerprint"]})

        assert "1 offene Anfrage bekommt eine andere Frist." in looked.content.decode()
        assert (before, kept.status_code, Agreement.objects.get().revision) == (1, 302, 2)
        assert Ticket.objects.get().due_first_response == local("2026-03-02T14:00")  # until the worker has counted

    def test_says_of_very_many_that_it_has_looked_at_some(self, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recounting, "LOOKED_AT", 2)
        made = agreement()
        for _n in range(3):
            opened()

        looked = client_of(operator()).post(
            f"/verwaltung/vereinbarungen/{made.public_id}/", self.form(seen="1", normal_first_response="30")
        )

        assert "3 offene Anfragen fallen unter" in looked.content.decode()
        assert "Etwa 3 offene Anfragen bekommen andere Fristen (geschätzt aus 2 von 3)." in looked.content.decode()

    def test_what_is_changed_after_the_look_is_looked_at_again(self, client_of: Any) -> None:
        browser = client_of(operator())
        looked = browser.post("/verwaltung/vereinbarungen/neu/", self.form())

        again = browser.post("/verwaltung/vereinbarungen/neu/", self.form(warn_percent="50") | {"confirmed": looked.context["fingerprint"]})

        assert again.context["foreseen"] is not None
        assert not Agreement.objects.exists()

    def test_keeps_what_was_typed_and_says_what_is_wrong(self, client_of: Any) -> None:
        page = client_of(operator()).post("/verwaltung/vereinbarungen/neu/", self.form(day_1="acht", closings="Karneval")).content.decode()

        assert "„acht“ ist keine Zeit" in page
        assert "Zeile 1: Bitte schreiben Sie Tag und Bezeichnung" in page
        assert 'value="acht"' in page
        assert "Karneval</textarea>" in page

    def test_a_stale_form_is_kept_and_said_to_be(self, client_of: Any) -> None:
        browser, made = client_of(operator()), agreement()
        sent = self.form(seen="1")
        looked = browser.post(f"/verwaltung/vereinbarungen/{made.public_id}/", sent)
        Agreement.objects.update(revision=2)

        answer = browser.post(f"/verwaltung/vereinbarungen/{made.public_id}/", {**sent, "confirmed": looked.context["fingerprint"]})

        assert answer.status_code == 409
        assert "inzwischen geändert" in answer.content.decode()

    def test_shows_what_is_agreed_on(self, client_of: Any) -> None:
        made = agreement(MunicipalityFactory(), name="Eigene")

        page = client_of(operator()).get(f"/verwaltung/vereinbarungen/{made.public_id}/").content.decode()

        assert 'value="08:00–12:00, 13:00–16:00"' in page
        assert re.search(r'name="normal_resolution" value="2100"', page)
        assert re.search(r'name="member_\d+"[^>]*checked', page)

    def test_the_list_asks_the_same_number_of_queries_for_any_length(self, client_of: Any) -> None:
        browser, counts = client_of(operator()), []
        browser.get("/verwaltung/vereinbarungen/")
        for more in (1, 5):
            for n in range(more):
                agreement(MunicipalityFactory(slug=f"ort-{more}-{n}"), name="Eigene")
            with CaptureQueriesContext(connections["default"]) as asked:
                browser.get("/verwaltung/vereinbarungen/")
            counts.append(len(asked))

        assert counts[0] == counts[1]

    def test_is_the_operators(self, client_of: Any) -> None:
        assert client_of(agent()).get("/verwaltung/vereinbarungen/").status_code == 404

"""After an agreement has changed all open deadlines follow, in portions and with few queries; what is settled stays what it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from hotline import answering, handling, recounting, taking_in, terms
from hotline.models import Agreement, ServiceLevel, Ticket
from tests.centre.hotline.test_promises import fresh, local, opened
from tests.centre.hotline_factories import AT, MunicipalityFactory, TicketFactory, agent, agreement, requester

NOON = local("2026-03-02T12:00")


pytestmark = pytest.mark.usefixtures("queue")


class TestCountAnew:
    def test_open_tickets_get_the_deadlines_of_the_terms_in_force(self) -> None:
        terms_before = agreement()
        ticket, settled = opened(), opened()
        handling.solve(ticket=settled, by=agent(), at=NOON)
        ServiceLevel.objects.filter(agreement=terms_before, priority="normal").update(first_response=60)

        changed = recounting.count_anew(at=NOON)

        assert changed == 1
        assert fresh(ticket).due_first_response == local("2026-03-02T10:00")
        assert fresh(settled).due_first_response == local("2026-03-02T14:00")

    def test_counts_as_the_acts_do(self) -> None:
        agreement()
        tickets = [opened(f"2026-03-02T{hour:02}:17") for hour in range(7, 17)]
        for place, ticket in enumerate(tickets):
            answering.say(ticket=ticket, body="Frage", by=agent(), at=NOON + timedelta(hours=place))
            if place % 2:
                answering.say(ticket=ticket, body="Antwort", by=ticket.requester, at=NOON + timedelta(hours=7 + 3 * place))
            if place % 3:
                handling.put(ticket=ticket, priority="high", by=agent(), at=NOON + timedelta(days=2))
        columns = ["pk", *recounting.COLUMNS]
        by_acts = list(Ticket.objects.order_by("pk").values_list(*columns))

        assert recounting.count_anew(at=NOON + timedelta(days=2)) == 0
        Ticket.objects.update(due_first_response=None, due_next_response=None, due_resolution=None, next_due=None, tell_at=None)
        recounting.count_anew(at=NOON + timedelta(days=2))

        kept = [columns.index("due_first_response")]  # the first response is given: its deadline is no longer counted
        assert [[v for n, v in enumerate(row) if n not in kept] for row in Ticket.objects.order_by("pk").values_list(*columns)] == [
            [v for n, v in enumerate(row) if n not in kept] for row in by_acts
        ]

    def test_touches_no_revision(self) -> None:
        agreement(levels={"normal": (60, None, None)})
        ticket = TicketFactory()

        recounting.count_anew(at=NOON)

        assert (fresh(ticket).revision, fresh(ticket).due_first_response is not None) == (1, True)

    def test_an_agreement_that_is_gone_leaves_no_deadline(self) -> None:
        agreement()
        ticket = opened()
        Agreement.objects.all().delete()

        recounting.count_anew(at=NOON)

        assert (fresh(ticket).due_first_response, fresh(ticket).next_due, fresh(ticket).tell_at) == (None, None, None)

    def test_asks_the_same_number_of_queries_for_any_number_of_tickets(self) -> None:
        agreement()
        counts = []
        for more in (2, 20):
            for _n in range(more):
                TicketFactory()
            with CaptureQueriesContext(connections["default"]) as asked:
                recounting.count_anew(at=NOON)
            counts.append(len(asked))

        assert counts[0] == counts[1]

    def test_goes_on_behind_a_portion(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(recounting, "AT_ONCE", 3)
        agreement()
        tickets = [TicketFactory() for _n in range(7)]

        assert recounting.count_anew(at=NOON) == 7
        assert not Ticket.objects.filter(pk__in=[t.pk for t in tickets], next_due=None).exists()

    def test_says_when_it_is_behind(self) -> None:
        agreement()
        behind = recounting.is_behind()

        recounting.count_anew(at=NOON)

        assert (behind, recounting.is_behind()) == (True, False)


class TestWouldChange:
    def test_says_how_many_tickets_get_other_deadlines_and_writes_nothing(self) -> None:
        made = agreement()
        tickets = [opened(), opened(), opened(priority="low")]
        ServiceLevel.objects.filter(agreement=made, priority="normal").update(first_response=60)
        wanted = terms.of_agreement(Agreement.objects.get())

        foreseen = recounting.would_change(agreement=made, wanted=wanted, municipalities=[], default=True, at=NOON)

        assert (foreseen.covered, foreseen.changed, foreseen.estimated) == (3, 2, False)
        assert fresh(tickets[0]).due_first_response == local("2026-03-02T14:00")

    def test_counts_those_who_leave_an_agreement_too(self) -> None:
        agreement()
        town = MunicipalityFactory(slug="beispielheim")
        own = agreement(town, name="Eigene", levels={"normal": (60, None, None)})
        taking_in.open_ticket(subject="Hilfe", body="Bitte.", by=requester("beispielheim"), at=AT)
        opened()

        stays = recounting.would_change(agreement=own, wanted=terms.of_agreement(own), municipalities=[town.pk], default=False, at=NOON)
        leaves = recounting.would_change(agreement=own, wanted=terms.of_agreement(own), municipalities=[], default=False, at=NOON)

        assert [(one.covered, one.changed) for one in (stays, leaves)] == [(1, 0), (0, 1)]

    def test_looks_at_some_of_very_many_and_says_so(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(recounting, "LOOKED_AT", 4)
        made = agreement()
        for _n in range(9):
            opened()
        ServiceLevel.objects.filter(agreement=made, priority="normal").update(first_response=60)
        wanted = terms.of_agreement(Agreement.objects.get())

        foreseen = recounting.would_change(agreement=made, wanted=wanted, municipalities=[], default=True, at=NOON)

        assert (foreseen.covered, foreseen.looked_at, foreseen.among, foreseen.different) == (9, 4, 9, 4)
        assert (foreseen.estimated, foreseen.changed) == (True, 9)

    def test_an_estimate_pretends_to_no_more_digits_than_it_has(self) -> None:
        assert recounting.Foreseen(covered=100_000, different=1_677, looked_at=5_000, among=100_000).changed == 34_000
        assert recounting.Foreseen(covered=100_000, different=0, looked_at=5_000, among=100_000).changed == 0

"""Banners of incidents: ordered from each municipality's node, and what the nodes answer stands beside the municipality."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from hotline import announcing
from hotline.models import Incident, IncidentTown
from tenants.centre import admitting, receiving
from tenants.centre.models import Order, Site
from tests.centre.hotline_factories import AT, agent, incident
from tests.centre.nodes import Node

LATER = AT + timedelta(hours=1)


def joined(*towns: str) -> Site:
    return Node(towns=towns).joins()


def answer(order: Order, state: str = "done", **more: Any) -> None:
    body = {"order": str(order.public_id), "state": state, "answer": more}
    sent = {"id": str(uuid4()), "kind": "order_answer", "body": body, "at": timezone.now().isoformat()}
    receiving.receive(site=order.site, claims={"municipality": order.municipality.slug, "messages": [sent]}, at=LATER)


def banners_of(made: Incident) -> dict[str, tuple[str, str]]:
    rows = IncidentTown.objects.filter(incident=made).values_list("municipality__slug", "banner", "reason")
    return {slug: (banner, reason) for slug, banner, reason in rows}


class TestAnswers:
    def test_shown_refused_and_taken_away_stand_beside_the_municipality(self) -> None:
        joined("musterstadt", "beispielheim")
        made = incident("musterstadt", "beispielheim")
        assert {banner for banner, _reason in banners_of(made).values()} == {"asked"}

        answer(Order.objects.get(municipality__slug="musterstadt"), until="morgen")
        answer(Order.objects.get(municipality__slug="beispielheim"), "refused", reason="Es gibt schon\nzu viele.")
        assert banners_of(made) == {"musterstadt": ("shown", ""), "beispielheim": ("refused", "Es gibt schon zu viele.")}

        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)
        for order in Order.objects.filter(kind="end_banner"):
            answer(order, ended=True)
        assert {banner for banner, _reason in banners_of(made).values()} == {"gone"}

    def test_a_reason_that_is_none_or_no_text_is_said_to_be_missing(self) -> None:
        joined("musterstadt")
        made = incident("musterstadt")

        answer(Order.objects.get(), "refused", reason={"x": 1})

        assert banners_of(made)["musterstadt"] == ("refused", "Der Knoten hat keinen Grund genannt.")

    def test_only_the_answer_to_the_last_order_counts(self) -> None:
        joined("musterstadt")
        made = incident("musterstadt")
        first = Order.objects.get()
        announcing.report(incident=made, text="Neuer Stand.", by=agent(), at=LATER)

        answer(first, "refused", reason="Zu spät")

        assert banners_of(made)["musterstadt"] == ("asked", "")

    def test_an_order_of_somebody_else_changes_nothing(self) -> None:
        site = joined("musterstadt")
        made = incident("musterstadt")
        town = site.municipalities.get()
        other = Order.objects.create(
            site=site, municipality=town, kind="show_banner", given_at=AT, expires_at=LATER, body={"id": str(made.public_id)}
        )

        answer(other)

        assert banners_of(made)["musterstadt"] == ("asked", "")


class TestUnreached:
    def test_a_municipality_without_a_node_is_said_and_stops_nobody(self) -> None:
        joined("musterstadt")

        made = incident("musterstadt", "beispielheim")

        banner, reason = banners_of(made)["beispielheim"]
        assert (banner, "nicht" in reason) == ("unreached", True)
        assert banners_of(made)["musterstadt"] == ("asked", "")

    def test_a_revoked_site_is_one_that_cannot_be_reached(self) -> None:
        admitting.revoke(site=joined("musterstadt"), by=None, at=AT)

        assert banners_of(incident("musterstadt"))["musterstadt"][0] == "unreached"

    def test_where_nothing_was_ever_ordered_nothing_has_to_be_taken_away(self) -> None:
        made = incident("beispielheim")

        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)

        assert banners_of(made)["beispielheim"] == ("gone", "")
        assert not Order.objects.exists()

    def test_an_order_that_was_never_fetched_is_late_after_its_time(self) -> None:
        joined("musterstadt")
        made = incident("musterstadt")
        town = IncidentTown.objects.select_related("order").get(incident=made)

        assert (town.is_late(LATER), town.is_late(made.until)) == (False, True)


class TestTryAgain:
    def test_orders_anew_where_it_is_lost_and_nowhere_else(self) -> None:
        joined("musterstadt", "beispielheim")
        made = incident("musterstadt", "beispielheim")
        answer(Order.objects.get(municipality__slug="musterstadt"))
        answer(Order.objects.get(municipality__slug="beispielheim"), "refused", reason="Nein")

        announcing.try_again(incident=made, by=agent(), at=LATER)

        assert [one.municipality.slug for one in Order.objects.filter(given_at=LATER)] == ["beispielheim"]
        assert banners_of(made)["beispielheim"] == ("asked", "")

    def test_of_an_ended_one_the_end_is_ordered_again(self) -> None:
        joined("musterstadt")
        made = incident("musterstadt")
        announcing.end(incident=made, answer="Behoben.", by=agent(), at=LATER)
        answer(Order.objects.get(kind="end_banner"), "refused", reason="Nein")

        announcing.try_again(incident=made, by=agent(), at=LATER)

        assert Order.objects.filter(kind="end_banner").count() == 2
        assert banners_of(made)["musterstadt"] == ("ending", "")

    def test_a_second_click_is_refused(self) -> None:
        joined("musterstadt")
        made = incident("musterstadt")
        IncidentTown.objects.update(banner="refused", reason="Nein")
        read = made.revision
        announcing.try_again(incident=made, by=agent(), at=LATER, seen=read)

        refusals = []
        for seen in (read, None):
            try:
                announcing.try_again(incident=made, by=agent(), at=LATER, seen=seen)
            except (announcing.StaleIncident, announcing.CannotAnnounce) as refusal:
                refusals.append(type(refusal))

        assert refusals == [announcing.StaleIncident, announcing.CannotAnnounce]
        assert Order.objects.count() == 2


class TestQueries:
    def test_the_answers_of_a_municipality_cost_the_same_for_any_number_of_others(self, queries: Any) -> None:
        counts = []
        for number in (1, 8):
            towns = tuple(f"stadt-{number}-{place}" for place in range(number))
            joined(*towns)
            incident(*towns)
            order = Order.objects.filter(state="waiting", municipality__slug=towns[0]).get()
            with queries() as asked:
                answer(order)
            counts.append(len(asked))

        assert counts[0] == counts[1]

"""Operators keep queues, municipalities and how the hotline is reached."""

from __future__ import annotations

from typing import Any

import pytest

from hotline import desk_keeping
from hotline.models import Queue, Ticket, TicketEvent
from tenants.centre import municipalities
from tenants.centre.models import Municipality
from tenants.models import User
from tests.centre.hotline_factories import AT, MunicipalityFactory, QueueFactory, TicketFactory, agent, requester


def order() -> list[str]:
    return list(Queue.objects.order_by("position", "pk").values_list("key", flat=True))


class TestQueues:
    def test_a_new_one_stands_behind_the_others(self, operator: User) -> None:
        QueueFactory()

        desk_keeping.add_queue(key="technik", name="  Technik ", by=operator, at=AT)

        assert order() == ["hotline", "technik"]
        assert Queue.objects.get(key="technik").name == "Technik"

    @pytest.mark.parametrize(("key", "name", "field"), [("hotline", "X", "key"), ("Ä", "X", "key"), ("9x", "X", "key"), ("x", " ", "name")])
    def test_refuses_a_key_that_is_taken_or_none(self, operator: User, key: str, name: str, field: str) -> None:
        QueueFactory()

        with pytest.raises(desk_keeping.CannotKeepDesk) as refusal:
            desk_keeping.add_queue(key=key, name=name, by=operator, at=AT)
        assert refusal.value.field == field

    def test_are_for_operators(self) -> None:
        with pytest.raises(desk_keeping.CannotKeepDesk):
            desk_keeping.add_queue(key="x", name="X", by=agent(), at=AT)

    def test_move_up_and_down_and_stay_at_the_ends(self, operator: User) -> None:
        QueueFactory()
        second = desk_keeping.add_queue(key="technik", name="Technik", by=operator, at=AT)

        for up, wanted in ((True, ["technik", "hotline"]), (True, ["technik", "hotline"]), (False, ["hotline", "technik"])):
            desk_keeping.move_queue(queue=second, up=up, by=operator, at=AT)
            assert order() == wanted

    def test_one_with_unsettled_requests_is_not_closed_without_saying_where_they_go(self, operator: User) -> None:
        first, heir = QueueFactory(), QueueFactory(key="technik", name="Technik")
        unsettled, settled = TicketFactory(queue=first), TicketFactory(queue=first, state="closed", solved_at=AT)

        with pytest.raises(desk_keeping.CannotKeepDesk, match="wohin sie gehen"):
            desk_keeping.close_queue(queue=first, by=operator, at=AT)
        desk_keeping.close_queue(queue=first, heir=heir, by=operator, at=AT)

        assert not Queue.objects.get(pk=first.pk).active
        assert Ticket.objects.get(pk=unsettled.pk).queue == heir
        assert Ticket.objects.get(pk=settled.pk).queue == first  # what was, was
        assert TicketEvent.objects.get(ticket=unsettled).changes == {"queue": ["Hotline", "Technik"]}

    def test_the_last_one_in_use_stays(self, operator: User) -> None:
        with pytest.raises(desk_keeping.CannotKeepDesk, match="einzige"):
            desk_keeping.close_queue(queue=QueueFactory(), by=operator, at=AT)

    def test_no_requests_go_into_a_closed_one(self, operator: User) -> None:
        first, closed = QueueFactory(), QueueFactory(key="alt", active=False)
        QueueFactory(key="technik")
        TicketFactory(queue=first)

        with pytest.raises(desk_keeping.CannotKeepDesk, match="in Betrieb"):
            desk_keeping.close_queue(queue=first, heir=closed, by=operator, at=AT)

    def test_on_the_screen_the_refusal_stands_at_the_choice(self, client_of: Any, operator: User) -> None:
        first = QueueFactory()
        QueueFactory(key="technik", name="Technik")
        TicketFactory(queue=first)
        browser = client_of(operator)

        refused = browser.post(f"/verwaltung/warteschlangen/{first.public_id}/ausser-dienst/", {})
        done = browser.post(f"/verwaltung/warteschlangen/{first.public_id}/ausser-dienst/", {"heir": "technik"})

        assert "Bitte sagen Sie, wohin sie gehen." in refused.content.decode()
        assert done.status_code == 302
        browser.post(f"/verwaltung/warteschlangen/{first.public_id}/in-dienst/")
        assert Queue.objects.get(pk=first.pk).active


class TestReach:
    def test_is_shown_to_whoever_asks(self, client_of: Any, operator: User) -> None:
        QueueFactory()
        client_of(operator).post("/verwaltung/erreichbarkeit/", {"telephone": "0211 837-1234", "hours": "Mo–Fr 8 bis 16 Uhr"})

        page = client_of(requester()).get("/anfragen/neu/").content.decode()

        assert "0211 837-1234" in page
        assert "Mo–Fr 8 bis 16 Uhr" in page

    def test_refuses_what_is_no_number(self, operator: User) -> None:
        with pytest.raises(desk_keeping.CannotKeepDesk):
            desk_keeping.say_how_to_reach(telephone="ruf an", hours="", by=operator, at=AT)


class TestMunicipalities:
    def test_are_added_once(self, operator: User) -> None:
        municipalities.add(slug="musterstadt", name="Musterstadt", by=operator, at=AT)

        with pytest.raises(municipalities.CannotKeepMunicipality):
            municipalities.add(slug="musterstadt", name="Andere", by=operator, at=AT)
        assert Municipality.objects.get().name == "Musterstadt"

    @pytest.mark.parametrize(("slug", "name"), [("Ä", "X"), ("x", "X"), ("m-1", ""), ("m/..", "X")])
    def test_refuses_what_is_no_name(self, operator: User, slug: str, name: str) -> None:
        with pytest.raises(municipalities.CannotKeepMunicipality):
            municipalities.add(slug=slug, name=name, by=operator, at=AT)

    def test_are_renamed_and_set_aside_on_the_screen(self, client_of: Any, operator: User) -> None:
        town = MunicipalityFactory()

        client_of(operator).post(f"/verwaltung/kommunen/{town.public_id}/", {"name": "Musterstadt am Rhein"})

        town.refresh_from_db()
        assert (town.name, town.active) == ("Musterstadt am Rhein", False)

    def test_are_for_operators(self) -> None:
        with pytest.raises(municipalities.CannotKeepMunicipality):
            municipalities.add(slug="neu", name="Neu", by=agent(), at=AT)

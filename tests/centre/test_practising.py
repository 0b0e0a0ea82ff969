"""Practice towns as the centre orders them, hears of them, and sends trainees there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from foundation import signed
from tenants import channel, entering, housekeeping, identity
from tenants.centre import practising
from tenants.centre.models import Municipality, Order, PracticePlace
from tests.centre.nodes import Node
from tests.factories import UserFactory

COURSE, ERIKA, MAX = UUID(int=0xC0), UUID(int=0xE), UUID(int=0xF)
ADDRESS = "http://uebung-01.uebungsstadt.localhost:8000"


@pytest.fixture
def node() -> Node:
    made = Node(towns=("uebungsstadt", "musterstadt"))
    made.joins()
    return made


@pytest.fixture
def golden(node: Node) -> Municipality:
    return Municipality.objects.get(slug="uebungsstadt")


def open_towns(golden: Municipality, /, *trainees: practising.Trainee, **other: Any) -> list[Order]:
    now = timezone.now()
    people = trainees or (practising.Trainee(ERIKA, "Erika Muster"), practising.Trainee(MAX, "Max Beispiel"))
    said = {"golden": golden, "course": COURSE, "until": now + timedelta(days=2), "trainees": people, "by": None, "at": now}
    return practising.open_towns(**said | other)


def answer(node: Node, order: Order, state: str = "done", **told: Any) -> None:
    said = {"id": str(uuid4()), "kind": "order_answer", "body": {"order": str(order.public_id), "state": state, "answer": told}}
    message = said | {"at": timezone.now().isoformat()}
    letter = {"municipality": order.municipality.slug, "messages": [message]}
    token = node.says(channel.MESSAGES, letter)
    answered = Client(headers={"host": "127.0.0.1"}).post("/api/v1/channel/messages/", {"token": token}, content_type="application/json")
    assert answered.json() == {"received": [message["id"]]}


def opened(node: Node, order: Order, *trainees: UUID) -> None:
    towns = [{"trainee": str(one), "town": "uebung-01", "number": 1, "address": ADDRESS} for one in trainees]
    answer(node, order, towns=towns, refused=[])


def state_of(trainee: UUID) -> str:
    return PracticePlace.objects.get(trainee=trainee).state


class TestOpenTowns:
    def test_orders_one_for_each_trainee_of_the_golden_towns_node(self, golden: Municipality) -> None:
        [order] = open_towns(golden)

        assert (order.kind, order.municipality) == (channel.PRACTICE_OPEN, golden)
        assert order.body["course"] == str(COURSE)
        assert order.body["trainees"] == [{"id": str(ERIKA), "name": "Erika Muster"}, {"id": str(MAX), "name": "Max Beispiel"}]
        assert state_of(ERIKA) == state_of(MAX) == "asked"

    def test_hears_where_they_are_and_forgets_the_names(self, node: Node, golden: Municipality) -> None:
        [order] = open_towns(golden)

        answer(
            node,
            order,
            towns=[{"trainee": str(ERIKA), "town": "uebung-01", "number": 1, "address": ADDRESS}],
            refused=[{"trainee": str(MAX), "reason": "Es ist kein Platz mehr."}],
        )

        assert PracticePlace.objects.filter(trainee=ERIKA, state="open", town="uebung-01", address=ADDRESS).exists()
        assert PracticePlace.objects.filter(trainee=MAX, state="refused", reason="Es ist kein Platz mehr.").exists()
        order.refresh_from_db()
        assert "Erika" not in str(order.body)

    def test_one_that_is_refused_as_a_whole_refuses_each(self, node: Node, golden: Municipality) -> None:
        [order] = open_towns(golden)

        answer(node, order, "refused", reason="Dieser Server lässt Aufträge dieser Art nicht zu.")

        assert state_of(ERIKA) == state_of(MAX) == "refused"
        with pytest.raises(practising.CannotPractise, match="lässt Aufträge"):
            practising.way_for(course=COURSE, trainee=ERIKA, at=timezone.now())

    def test_who_was_refused_may_be_asked_for_again(self, node: Node, golden: Municipality) -> None:
        [order] = open_towns(golden)
        answer(node, order, "refused", reason="Nein.")

        [again] = open_towns(golden)
        opened(node, again, ERIKA)

        assert state_of(ERIKA) == "open"

    def test_many_are_ordered_in_parts(self, golden: Municipality) -> None:
        orders = open_towns(golden, *(practising.Trainee(uuid4(), f"Person {number}") for number in range(61)))

        assert [len(order.body["trainees"]) for order in orders] == [60, 1]

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "http://uebung.example/pfad", "", None, 5])
    def test_an_address_that_is_none_opens_nothing(self, node: Node, golden: Municipality, address: Any) -> None:
        [order] = open_towns(golden)

        answer(node, order, towns=[{"trainee": str(ERIKA), "town": "x", "number": 1, "address": address}], refused=[])

        assert state_of(ERIKA) == "asked"

    def test_another_node_says_nothing_of_them(self, node: Node, golden: Municipality) -> None:
        open_towns(golden)
        [other] = open_towns(Municipality.objects.get(slug="musterstadt"), practising.Trainee(uuid4(), "X"), course=uuid4())
        Order.objects.filter(pk=other.pk).update(body={"course": str(COURSE), "trainees": []})

        answer(node, other, towns=[{"trainee": str(ERIKA), "town": "uebung-66", "number": 66, "address": "http://boese.example"}])

        assert state_of(ERIKA) == "asked"

    def test_answers_that_cannot_be_read_change_nothing(self, node: Node, golden: Municipality) -> None:
        [order] = open_towns(golden)

        answer(node, order, towns=[None, "x", {}, {"trainee": 5}], refused="nein")

        assert state_of(ERIKA) == state_of(MAX) == "asked"

    def test_refuses_a_course_that_is_over_nobody_and_a_town_that_is_not_connected(self, golden: Municipality) -> None:
        lonely = Municipality.objects.create(slug="einsam", name="Einsam")

        for wrong in ({"until": timezone.now()}, {"trainees": []}, {"golden": lonely}):
            with pytest.raises(practising.CannotPractise):
                open_towns(golden, **wrong)
        assert not PracticePlace.objects.exists()

    def test_a_course_date_has_one_golden_town(self, golden: Municipality) -> None:
        open_towns(golden)

        with pytest.raises(practising.CannotPractise):
            open_towns(Municipality.objects.get(slug="musterstadt"))


class TestWayFor:
    def test_introduces_her_to_her_own_town_alone(self, node: Node, golden: Municipality) -> None:
        opened(node, open_towns(golden)[0], ERIKA)
        now = timezone.now()

        way = practising.way_for(course=COURSE, trainee=ERIKA, at=now)

        key = identity.mine().key
        told = signed.check(
            way.token,
            purpose=channel.PRACTICE_VISIT,
            public_of={key.kid: key.public}.get,
            audience=node.id,
            at=now,
            longest=channel.HOLDS,
        )
        assert way.address == f"{ADDRESS}/uebung/ankommen/"
        assert told.claims == {"municipality": "uebungsstadt", "course": str(COURSE), "trainee": str(ERIKA)}

    def test_refuses_while_it_is_being_made_after_its_time_and_for_strangers(self, node: Node, golden: Municipality) -> None:
        opened(node, open_towns(golden)[0], ERIKA)
        now = timezone.now()

        for trainee, at in ((MAX, now), (ERIKA, now + timedelta(days=3)), (uuid4(), now)):
            with pytest.raises(practising.CannotPractise):
                practising.way_for(course=COURSE, trainee=trainee, at=at)

    def test_refuses_when_the_site_was_shut_out(self, node: Node, golden: Municipality) -> None:
        from tenants.centre import admitting

        opened(node, open_towns(golden)[0], ERIKA)
        assert golden.site is not None
        admitting.revoke(site=golden.site, by=None, at=timezone.now())

        with pytest.raises(practising.CannotPractise):
            practising.way_for(course=COURSE, trainee=ERIKA, at=timezone.now())


class TestResetTown:
    @pytest.mark.parametrize("even_now", [False, True])
    def test_is_ordered_for_one(self, node: Node, golden: Municipality, even_now: bool) -> None:
        opened(node, open_towns(golden)[0], ERIKA, MAX)

        order = practising.reset_town(course=COURSE, trainee=ERIKA, even_now=even_now, by=UserFactory(), at=timezone.now())

        assert (order.kind, order.body) == (channel.PRACTICE_RESET, {"course": str(COURSE), "trainee": str(ERIKA), "even_now": even_now})

    def test_one_that_the_node_refuses_leaves_her_town_open(self, node: Node, golden: Municipality) -> None:
        opened(node, open_towns(golden)[0], ERIKA)
        order = practising.reset_town(course=COURSE, trainee=ERIKA, by=UserFactory(), at=timezone.now())

        answer(node, order, "refused", reason="In uebung-01 wird gerade gearbeitet.")

        order.refresh_from_db()
        assert (state_of(ERIKA), order.answer["reason"]) == ("open", "In uebung-01 wird gerade gearbeitet.")


class TestEndTowns:
    def test_ends_all_of_a_course_date_or_one(self, node: Node, golden: Municipality) -> None:
        opened(node, open_towns(golden)[0], ERIKA, MAX)

        [one] = practising.end_towns(course=COURSE, trainee=ERIKA, by=None, at=timezone.now())
        [rest] = practising.end_towns(course=COURSE, by=None, at=timezone.now())

        assert (one.body, rest.body) == ({"course": str(COURSE), "trainee": str(ERIKA)}, {"course": str(COURSE)})
        assert not PracticePlace.objects.exists()
        assert practising.end_towns(course=COURSE, by=None, at=timezone.now()) == []


class TestForgetOld:
    def test_forgets_towns_whose_time_is_over_and_names_that_no_node_fetched(self, golden: Municipality) -> None:
        open_towns(golden)
        open_towns(golden, course=uuid4(), until=timezone.now() + timedelta(days=9))

        housekeeping._call_others(timezone.now() + timedelta(days=3))

        late, waiting = Order.objects.order_by("pk")
        assert "trainees" not in late.body
        assert "trainees" in waiting.body
        assert PracticePlace.objects.count() == 2


class TestPrintSlips:
    def test_tells_the_node_the_hash_and_prints_the_code(self, node: Node, golden: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(entering, "new_code", lambda: "abcd-efgh-jkmn-pqrs")
        opened(node, open_towns(golden)[0], ERIKA)
        people = [practising.Trainee(ERIKA, "Erika Mußter"), practising.Trainee(MAX, "Max")]

        pdf = practising.print_slips(course=COURSE, trainees=people, by=UserFactory(), at=timezone.now())

        order = Order.objects.latest("pk")
        assert order.body["trainees"] == [{"id": str(ERIKA), "name": "Erika Mußter", "slip": entering.hash_of("ABCD EFGH JKMN PQRS")}]
        assert "abcd-efgh" not in str(order.body)
        text = text_of(pdf)
        assert "Erika Mußter" in text
        assert "abcd-efgh-jkmn-pqrs" in text
        assert f"{ADDRESS}/uebung/zettel/" in text.replace("\n", "").replace("\r", "")

    def test_refuses_before_a_town_is_open(self, golden: Municipality) -> None:
        open_towns(golden)

        with pytest.raises(practising.CannotPractise):
            practising.print_slips(course=COURSE, trainees=[practising.Trainee(ERIKA, "E")], by=UserFactory(), at=timezone.now())


def text_of(pdf: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(str(page.get_textpage().get_text_range()) for page in document)
    finally:
        document.close()

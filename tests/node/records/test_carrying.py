"""Carrying several documents at once, with their order kept, and undoing it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import carrying, filing
from records.models import Document, JournalEntry
from tenants import current
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, RecordFileFactory, RegisterFactory, grant
from tests.node.records.test_moving import filled, order_of, stapled, titled

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def carry(titles, register, **place):
    clerk = place.pop("by", None) or ClerkFactory()
    documents = [titled(title) for title in titles]
    return carrying.carry(documents=documents, file=register.file, register=register, by=clerk, at=AT, **place)


def undo(places):
    return carrying.put_back(places=places, by=ClerkFactory(), at=AT)


@pytest.fixture(params=["newest_on_top", "oldest_on_top"])
def _both_orders(request):
    stapled(request.param)


@pytest.mark.usefixtures("_both_orders")
class TestCarry:
    def test_several_keep_their_order_whichever_way_they_were_chosen(self):
        register = filled("a", "b", "c", "d")
        other = RegisterFactory(file=register.file)
        before = order_of(register)

        carry([before[2], before[0]], other)

        assert order_of(other) == [before[0], before[2]]
        assert order_of(register) == [before[1], before[3]]

    @pytest.mark.parametrize("place", ["above", "bottom", "top"])
    def test_lie_where_they_were_put(self, place):
        register = filled("a", "b", "c", "d", "e")
        first, second, third, fourth, fifth = order_of(register)
        options = {"above": {"above": titled(fifth)}, "bottom": {"at_bottom": True}, "top": {}}[place]

        carry([first, third], register, **options)

        assert (
            order_of(register)
            == {
                "above": [second, fourth, first, third, fifth],
                "bottom": [second, fourth, fifth, first, third],
                "top": [first, third, second, fourth, fifth],
            }[place]
        )

    def test_attachments_go_along_and_are_not_moved_twice(self):
        register = filled("a", "b", "c")
        other = RegisterFactory(file=register.file)
        Document.objects.filter(title="c").update(parent=titled("b"))

        carry(["b", "c"], other)

        assert order_of(other) == ["b", "c"]
        assert titled("c").parent == titled("b")

    def test_can_be_undone_to_exactly_what_it_was(self):
        register = filled("a", "b", "c", "d", "e")
        before = order_of(register)

        undo(carry([before[1], before[3]], RegisterFactory(file=register.file)))

        assert order_of(register) == before


class TestRefusals:
    def test_nothing_is_moved_if_one_cannot_be(self):
        register = filled("a", "b")
        other = RegisterFactory(file=register.file)
        Document.objects.filter(title="a").update(cancelled_at=AT)

        with pytest.raises(carrying.CannotMove):
            carry(["a", "b"], other)

        assert order_of(other) == []

    def test_nothing_chosen(self):
        with pytest.raises(carrying.CannotMove):
            carry([], filled("a"))

    def test_above_itself(self):
        register = filled("a", "b")

        with pytest.raises(carrying.CannotMove):
            carry(["a"], register, above=titled("a"))

    def test_a_closed_file(self):
        register = filled("a")
        filing.close_file(file=register.file, by=ClerkFactory(), at=AT)

        with pytest.raises(carrying.CannotMove):
            carry(["a"], register)

    def test_undo_leaves_alone_what_somebody_changed_meanwhile(self):
        register = filled("a", "b")
        other = RegisterFactory(file=register.file)
        places = carry(["a", "b"], other)
        carry(["a"], register)

        with pytest.raises(carrying.CannotMove):
            undo(places)

        assert (order_of(other), order_of(register)) == (["b"], ["a"])


class Again(Exception):
    """The next example begins anew."""


class TestAnyMove:
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        chosen=st.sets(st.integers(0, 6), min_size=1, max_size=4),
        anchor=st.one_of(st.none(), st.integers(0, 6)),
        elsewhere=st.booleans(),
        newest=st.booleans(),
    )
    def test_keeps_all_documents_and_their_order_and_can_be_undone(self, chosen, anchor, elsewhere, newest):
        try:
            with current.atomic():
                stapled("newest_on_top" if newest else "oldest_on_top")
                register = filled(*"abcdefg", step=1)  # no room between them
                other = filled_beside(register, *"hijklmn") if elsewhere else register
                before, titles = order_of(register), order_of(other)
                picked = [before[n] for n in sorted(chosen)]
                above = titles[anchor] if anchor is not None and titles[anchor] not in picked else None

                places = carry(picked, other, above=titled(above) if above else None)

                rest = [title for title in titles if title not in picked]
                at = rest.index(above) if above else 0
                assert order_of(other) == rest[:at] + picked + rest[at:]
                undo(places)
                assert (order_of(register), order_of(other)) == (before, titles)
                raise Again
        except Again:
            current.forget()


def filled_beside(register, *titles):
    other = RegisterFactory(file=register.file)
    for place, title in enumerate(titles, start=1):
        DocumentFactory(file=register.file, register=other, rank=place, title=title)
    return other


class TestScreens:
    @pytest.fixture
    def clerk(self, client):
        person = ClerkFactory()
        client.force_login(person)
        return person

    def test_first_the_file_then_the_register_then_it_is_done_and_undone(self, clerk, client):
        host = {"host": current.municipality().hosts[0]}
        register = filled("Antrag", "Plan")
        target = RegisterFactory(file=RecordFileFactory(unit=register.file.unit, title="Nachbarakte"), name="Ziel")
        grant(clerk, register.file.unit, "write")
        address = f"/akten/{register.file.public_id}/verschieben/"
        ids = [str(titled(title).public_id) for title in ("Antrag", "Plan")]

        first = client.get(address, {"dokument": ids, "q": "Nachbar"}, headers=host).content.decode()
        second = client.get(address, {"dokument": ids, "ziel": target.file.public_id}, headers=host).content.decode()
        sent = {"dokument": ids, "ziel": target.file.public_id, "register": target.public_id, "platz": "oben"}
        done = client.post(address, sent, headers=host, follow=True).content.decode()

        assert "Nachbarakte" in first
        assert "Ziel" in second
        assert "2 Dokumente wurden nach" in done
        assert sorted(order_of(target)) == ["Antrag", "Plan"]
        assert "/verschieben/rueckgaengig/" in done
        client.post("/verschieben/rueckgaengig/", headers=host)
        assert sorted(order_of(register)) == ["Antrag", "Plan"]
        assert JournalEntry.objects.filter(act="move", file_id=register.file.public_id).count() == 4

    def test_a_hidden_target_is_not_found(self, clerk, client):
        register, hidden = filled("Antrag"), filled("Geheim")
        grant(clerk, register.file.unit, "write")
        sent = {"dokument": titled("Antrag").public_id, "ziel": hidden.file.public_id, "register": hidden.public_id}

        answer = client.post(f"/akten/{register.file.public_id}/verschieben/", sent, headers={"host": current.municipality().hosts[0]})

        assert answer.status_code == 404
        assert order_of(hidden) == ["Geheim"]

    def test_a_script_gets_the_sentence(self, clerk, client):
        register = filled("Antrag", "Plan")
        grant(clerk, register.file.unit, "write")
        sent = {"dokument": titled("Plan").public_id, "ziel": register.file.public_id, "register": register.public_id}
        sent["ueber"] = titled("Antrag").public_id
        headers = {"host": current.municipality().hosts[0], "HX-Request": "true"}

        answer = client.post(f"/akten/{register.file.public_id}/verschieben/", sent, headers=headers)

        assert answer.status_code == 200
        assert "verschoben" in answer.content.decode()
        assert order_of(register) == ["Plan", "Antrag"]

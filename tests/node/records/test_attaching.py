"""Attachments lie below their document in paper order, whichever stapling order holds; cancelling and restoring take them along."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records import attaching, binder, cases, contents, filing, moving, restoring
from records.models import Document, JournalEntry, JournalValue
from tenants import current
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import AT, CaseFactory, DocumentFactory, RecordFileFactory, RegisterFactory

ORDERS = ["newest_on_top", "oldest_on_top"]


def stapled(order: str) -> None:
    MunicipalSettings.objects.update_or_create(pk=1, defaults={"stapling_order": order})


def attach(document: Document, to: Document) -> Document:
    return attaching.attach(document=document, to=to, by=ClerkFactory(), at=AT)


def titles(file) -> list[str]:
    return [document.title for document in binder.documents_of(file=file)]


def lying(*names: str):
    """A file with documents directly in it, filed in this order."""
    file = RecordFileFactory()
    return file, [DocumentFactory(file=file, title=name) for name in names]


class TestAttach:
    @pytest.mark.parametrize(("order", "expected"), list(zip(ORDERS, [["c", "b", "x", "y", "a"], ["a", "b", "x", "y", "c"]], strict=True)))
    def test_puts_it_right_below_its_document_whichever_stapling_order(self, order, expected) -> None:
        file, (x, _a, b, _c, y) = lying("x", "a", "b", "c", "y")
        attach(x, b)
        attach(y, b)

        stapled(order)

        assert titles(file) == expected
        assert [d.title for d in contents.listed(file=file)] == expected
        assert [d.position for d in binder.documents_of(file=file)] == [1, 2, 3, 4, 5]

    @pytest.mark.parametrize("order", ORDERS)
    def test_lists_of_the_api_count_the_same_places(self, order) -> None:
        file, (x, _a, b, _c, y) = lying("x", "a", "b", "c", "y")
        attach(x, b)
        attach(y, b)
        stapled(order)

        places = moving.places_of(Document.objects.filter(file=file))
        counted = sorted(Document.objects.filter(file=file), key=lambda document: places[document.pk])

        assert [(d.title, places[d.pk]) for d in counted] == [(title, place) for place, title in enumerate(titles(file), start=1)]

    def test_brings_it_into_the_register_of_its_document(self) -> None:
        register = RegisterFactory()
        parent = DocumentFactory(file=register.file, register=register)
        document = attach(DocumentFactory(file=register.file), parent)

        assert document.register == register
        entry = JournalEntry.objects.get(act="attach")
        assert {v.field: v.new for v in JournalValue.objects.filter(entry=entry)} == {
            "parent": str(parent.public_id),
            "register": str(register),
        }

    def test_is_one_level_deep_and_never_a_cycle(self) -> None:
        _file, (a, b, c) = lying("a", "b", "c")
        attach(a, b)

        for document, to in ((c, a), (b, c), (b, a), (c, c)):
            with pytest.raises(attaching.CannotAttach):
                attach(document, to)

    def test_refuses_another_file_and_what_is_cancelled_or_closed(self) -> None:
        _file, (a, b) = lying("a", "b")
        closed = RecordFileFactory(status="closed", closed_at=AT)

        for document, to in (
            (a, DocumentFactory()),
            (a, DocumentFactory(file=a.file, cancelled_at=AT)),
            (DocumentFactory(file=b.file, cancelled_at=AT), b),
            (DocumentFactory(file=closed), DocumentFactory(file=closed)),
        ):
            with pytest.raises(attaching.CannotAttach):
                attach(document, to)

    def test_is_detached_again(self) -> None:
        file, (a, b) = lying("a", "b")
        attach(a, b)

        assert attaching.detach(document=a, by=ClerkFactory(), at=AT).parent is None
        assert titles(file) == ["b", "a"]
        with pytest.raises(attaching.CannotAttach):
            attaching.detach(document=a, by=ClerkFactory(), at=AT)


class TestMoving:
    def test_takes_the_attachments_along(self) -> None:
        target = RegisterFactory()
        _file, (x, y, parent) = lying("x", "y", "parent")
        DocumentFactory(file=target.file, register=target, title="dort")
        attach(x, parent)
        attach(y, parent)

        moving.move_document(document=parent, file=target.file, register=target, position=1, by=ClerkFactory(), at=AT)

        assert titles(target.file) == ["parent", "x", "y", "dort"]
        assert set(Document.objects.filter(title__in="xy").values_list("register__name", flat=True)) == {target.name}
        assert JournalEntry.objects.filter(act="move").count() == 6  # three documents, told in both files

    def test_an_attachment_that_is_moved_by_itself_is_none_any_more(self) -> None:
        file, (x, parent) = lying("x", "parent")
        attach(x, parent)

        moved = moving.move_document(document=x, file=file, register=None, position=1, by=ClerkFactory(), at=AT)

        assert moved.parent is None
        assert titles(file) == ["x", "parent"]

    @settings(max_examples=15)
    @given(order=st.sampled_from(ORDERS), data=st.data())
    def test_no_move_tears_an_attachment_from_its_document(self, order, data) -> None:
        with current.atomic():
            stapled(order)
            file, rows = lying(*"abcdef")
            for child, parent in ((0, 3), (5, 3), (1, 2)):
                attach(rows[child], rows[parent])
            for _move in range(data.draw(st.integers(1, 4))):
                chosen = data.draw(st.sampled_from([2, 3, 4]))
                position = data.draw(st.integers(1, 7))
                moving.move_document(document=rows[chosen], file=file, register=None, position=position, by=file.created_by, at=AT)

            shown = titles(file)

            assert sorted(shown) == list("abcdef")
            assert shown[shown.index("d") :][:3] == ["d", "a", "f"]
            assert shown[shown.index("c") :][:2] == ["c", "b"]


class TestCancelAndRestore:
    def test_cancelling_a_document_cancels_what_is_below_it(self) -> None:
        file, (x, parent, other) = lying("x", "parent", "other")
        attach(x, parent)

        filing.cancel_document(document=parent, reason="Irrläufer", by=ClerkFactory(), at=AT)

        assert titles(file) == [other.title]
        assert JournalEntry.objects.filter(act="cancel").count() == 2

    def test_restoring_brings_back_the_same_places_and_what_went_with_it(self) -> None:
        file, (x, y, parent, _other) = lying("x", "y", "parent", "other")
        attach(x, parent)
        attach(y, parent)
        before = titles(file)
        filing.cancel_document(document=y, reason="Irrläufer", by=ClerkFactory(), at=AT.replace(year=2025))
        filing.cancel_document(document=parent, reason="Irrtum", by=ClerkFactory(), at=AT)

        restoring.restore_document(document=parent, by=ClerkFactory(), at=AT)

        assert titles(file) == [title for title in before if title != "y"]  # that one was cancelled for another reason
        assert JournalEntry.objects.filter(act="restore").count() == 2

    def test_refuses_what_is_not_cancelled_erased_or_in_a_closed_file(self) -> None:
        closed = RecordFileFactory(status="closed", closed_at=AT)
        for document in (DocumentFactory(), DocumentFactory(cancelled_at=AT, erased_at=AT), DocumentFactory(file=closed, cancelled_at=AT)):
            with pytest.raises(restoring.CannotRestore):
                restoring.restore_document(document=document, by=ClerkFactory(), at=AT)

    def test_refuses_while_the_case_it_lies_in_is_cancelled(self) -> None:
        case = CaseFactory(cancelled_at=AT, case_reference="1234-1.1")
        document = DocumentFactory(file=case.file, case=case, number=1, cancelled_at=AT)
        with pytest.raises(restoring.CannotRestore, match=r"1234-1\.1"):
            restoring.restore_document(document=document, by=ClerkFactory(), at=AT)

        cases.restore_case(case=case, by=ClerkFactory(), at=AT)

        assert restoring.restore_document(document=document, by=ClerkFactory(), at=AT).cancelled_at is None

    def test_an_attachment_comes_back_with_its_document_only(self) -> None:
        _file, (x, parent) = lying("x", "parent")
        attach(x, parent)
        filing.cancel_document(document=parent, reason="Irrtum", by=ClerkFactory(), at=AT)

        with pytest.raises(restoring.CannotRestore, match="parent"):
            restoring.restore_document(document=x, by=ClerkFactory(), at=AT)

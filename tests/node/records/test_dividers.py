"""Registers of one file: added, renamed, ordered, removed while empty."""

from __future__ import annotations

from uuid import uuid4

import pytest

from records import dividers, filing
from records.models import RegisterSet, RegisterSetEntry
from tests.node.factories import DocumentFactory, FilePlanUnitFactory

from .lives import AT, new_file, told


def binder(*names: str):
    file = new_file()
    for name in names:
        dividers.add_register(file=file, name=name, by=file.created_by, at=AT)
    return file


def names(file) -> list[str]:
    return list(file.registers.order_by("position").values_list("name", flat=True))


class TestAddRegister:
    def test_puts_it_behind_the_others(self) -> None:
        assert names(binder("Antrag", "Bescheid")) == ["Antrag", "Bescheid"]

    @pytest.mark.parametrize("name", ["", " ", "\x00", "Antrag", " Antrag ", "x" * 101])
    def test_refuses_a_name_that_is_none_or_there_already(self, name) -> None:
        file = binder("Antrag")

        with pytest.raises(dividers.CannotDivide):
            dividers.add_register(file=file, name=name, by=file.created_by, at=AT)

    def test_refuses_a_closed_file(self) -> None:
        file = binder()
        filing.close_file(file=file, by=file.created_by, at=AT)

        with pytest.raises(dividers.CannotDivide):
            dividers.add_register(file=file, name="Antrag", by=file.created_by, at=AT)


class TestEditRegister:
    def test_renames_and_colours(self) -> None:
        file = binder("Antrag")

        register = dividers.edit_register(register=file.registers.get(), name="Anträge", colour="#aa0000", by=file.created_by, at=AT)

        assert (register.name, register.colour) == ("Anträge", "#aa0000")
        assert told("edit_register") == {"name": ("Antrag", "Anträge"), "colour": ("", "#aa0000")}

    def test_refuses_what_is_no_colour(self) -> None:
        file = binder("Antrag")

        with pytest.raises(dividers.CannotDivide):
            dividers.edit_register(register=file.registers.get(), name="x", colour="url(x)", by=file.created_by, at=AT)


class TestRemoveRegister:
    def test_closes_the_gap(self) -> None:
        file = binder("Antrag", "Pläne", "Bescheid")

        dividers.remove_register(register=file.registers.get(name="Pläne"), by=file.created_by, at=AT)

        assert list(file.registers.order_by("position").values_list("name", "position")) == [("Antrag", 1), ("Bescheid", 2)]

    def test_refuses_one_that_is_not_empty_also_of_cancelled_documents(self) -> None:
        file = binder("Antrag")
        DocumentFactory(file=file, register=file.registers.get(), cancelled_at=AT)

        with pytest.raises(dividers.CannotDivide, match="nicht leer"):
            dividers.remove_register(register=file.registers.get(), by=file.created_by, at=AT)


class TestOrderRegisters:
    def test_puts_them_in_the_order_asked_for(self) -> None:
        file = binder("a", "b", "c")
        ids = {r.name: r.public_id for r in file.registers.all()}

        dividers.order_registers(file=file, order=[ids["c"], ids["a"], ids["b"]], by=file.created_by, at=AT)

        assert names(file) == ["c", "a", "b"]
        assert told("order_registers")["order"] == ("a · b · c", "c · a · b")

    def test_refuses_an_order_of_other_registers(self) -> None:
        file = binder("a", "b")
        first = file.registers.get(name="a").public_id

        for order in ([first], [first, first], [first, uuid4()], []):
            with pytest.raises(dividers.DividersChanged):
                dividers.order_registers(file=file, order=order, by=file.created_by, at=AT)


class TestRegisterSet:
    def test_a_change_of_the_municipalitys_set_leaves_files_alone(self) -> None:
        dividers_of_town = RegisterSet.objects.create(name="Bauakte")
        entry = RegisterSetEntry.objects.create(register_set=dividers_of_town, position=1, name="Antrag")
        file = new_file(FilePlanUnitFactory(register_set=dividers_of_town))

        entry.name = "Bauantrag"
        entry.save()
        RegisterSetEntry.objects.create(register_set=dividers_of_town, position=2, name="Pläne")

        assert names(file) == ["Antrag"]

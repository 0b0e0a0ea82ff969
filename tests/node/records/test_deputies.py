"""Restricted files are named for a substitute by the absent person, or by who manages the file."""

from __future__ import annotations

import pytest
from django.utils import timezone

from records import deputies
from records.models import JournalEntry, RecordFile, SubstituteFile
from tests.factories import ClerkFactory
from tests.node.factories import RecordFileFactory, grant, restricted, standing_in_for


@pytest.fixture
def absent():
    return ClerkFactory()


@pytest.fixture
def deputy():
    return ClerkFactory()


@pytest.fixture
def substitute(absent, deputy):
    return standing_in_for(absent, deputy)


@pytest.fixture
def manager():
    return ClerkFactory()


@pytest.fixture
def file(absent, manager):
    file = restricted(RecordFileFactory(), manager)
    grant(absent, file, "read")
    return file


def name(substitute, file, by):
    deputies.name_file(substitute=substitute, file=file, by=by, at=timezone.now())


class TestNameFile:
    def test_by_the_absent_person_who_may_read_it(self, substitute, file, absent, deputy):
        name(substitute, file, absent)

        assert RecordFile.objects.visible_to(deputy).get() == file
        assert JournalEntry.objects.get().act == "name_for_substitute"
        assert JournalEntry.objects.get().file_id == file.public_id

    def test_by_who_manages_the_file(self, substitute, file, manager, deputy):
        name(substitute, file, manager)

        assert RecordFile.objects.visible_to(deputy).get() == file

    def test_by_nobody_else(self, substitute, file, deputy):
        reader = ClerkFactory()
        grant(reader, file, "write")

        for person in (deputy, reader, ClerkFactory(roles=["administrator"])):
            with pytest.raises(deputies.CannotName):
                name(substitute, file, person)
        assert not SubstituteFile.objects.exists()

    def test_not_by_who_manages_it_only_on_behalf_of_somebody(self, substitute, file, manager):
        helper = ClerkFactory()
        name(standing_in_for(manager, helper), file, manager)
        assert RecordFile.objects.visible_to(helper, 3).get() == file

        with pytest.raises(deputies.CannotName):
            name(substitute, file, helper)

    def test_not_a_file_the_absent_person_cannot_read(self, substitute, absent, manager):
        with pytest.raises(deputies.CannotName):
            name(substitute, restricted(RecordFileFactory(), manager), absent)

    def test_not_a_file_that_is_not_restricted_nor_for_a_substitution_that_has_ended(self, substitute, file, absent, deputy):
        plain = RecordFileFactory()
        grant(absent, plain, "manage")
        with pytest.raises(deputies.CannotName):
            name(substitute, plain, absent)
        with pytest.raises(deputies.CannotName):
            name(standing_in_for(absent, deputy, ended_at=timezone.now()), file, absent)

    def test_can_be_taken_back(self, substitute, file, absent, manager, deputy):
        name(substitute, file, absent)

        deputies.unname_file(substitute=substitute, file=file, by=manager, at=timezone.now())

        assert not RecordFile.objects.visible_to(deputy).exists()
        assert JournalEntry.objects.filter(act="unname_for_substitute").count() == 1


class TestNameableFiles:
    def test_are_the_restricted_ones_that_she_may_read_herself(self, file, absent, manager):
        other = ClerkFactory()
        grant(absent, RecordFileFactory(), "manage")
        on_behalf = restricted(RecordFileFactory(), other)
        SubstituteFile.objects.create(substitute=standing_in_for(other, absent), file=on_behalf)

        assert on_behalf in RecordFile.objects.visible_to(absent)
        assert list(deputies.nameable_files(clerk=absent)) == [file]

"""Evaluating the journal by person: two persons, a reason, and never a supervisor (§ 72 LPVG NRW)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from records import filing, granting, journal_review
from records.models import JournalEntry
from tenants import current
from tenants.roles import Role
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import FilePlanUnitFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)


@pytest.fixture
def officer():
    return UserFactory(roles=[Role.DATA_PROTECTION], display_name="Beauftragte")


@pytest.fixture
def second():
    return UserFactory(roles=[Role.ADMINISTRATOR])


@pytest.fixture
def person():
    clerk = ClerkFactory(display_name="Erika Doppel")
    unit = FilePlanUnitFactory()
    grant(clerk, unit, "write")
    filing.create_file(unit=unit, title="Geheimer Titel", by=clerk, at=AT)
    return clerk


def ask(person, by, first=DAY, last=DAY, reason="Verdacht auf Missbrauch", at=AT):
    return journal_review.ask_for_review(person=person, first_day=first, last_day=last, reason=reason, by=by, at=at)


class TestAskForReview:
    @pytest.mark.parametrize("roles", [[Role.SUPERVISOR], [Role.ADMINISTRATOR], [Role.DATA_PROTECTION, Role.SUPERVISOR], []])
    def test_only_the_officer_asks_and_no_supervisor(self, person, roles):
        with pytest.raises(journal_review.CannotReview):
            ask(person, UserFactory(roles=roles))

    def test_wants_a_reason(self, person, officer):
        with pytest.raises(journal_review.CannotReview):
            ask(person, officer, reason="  ")

    @pytest.mark.parametrize(
        ("first", "last"),
        [(DAY, DAY - timedelta(days=1)), (date(2024, 1, 1), DAY), (DAY, DAY + timedelta(days=1)), (date(1582, 1, 1), DAY)],
    )
    def test_wants_a_period_of_at_most_a_year_that_has_been(self, person, officer, first, last):
        with pytest.raises(journal_review.CannotReview):
            ask(person, officer, first, last)

    def test_nobody_evaluates_herself(self, officer):
        with pytest.raises(journal_review.CannotReview):
            ask(officer, officer)


class TestReleaseReview:
    def test_by_a_second_person(self, person, officer, second):
        review = journal_review.release_review(review=ask(person, officer), by=second, at=AT)

        assert (review.released_by, review.ends_at) == (second, AT + timedelta(days=14))
        assert set(JournalEntry.objects.filter(object_id=review.public_id).values_list("act", flat=True)) == {
            "ask_for_review",
            "release_review",
        }

    def test_not_by_the_one_who_asked(self, person, officer):
        with pytest.raises(journal_review.CannotReview):
            journal_review.release_review(review=ask(person, officer), by=officer, at=AT)

    def test_not_by_the_one_concerned(self, officer):
        concerned = UserFactory(roles=[Role.ADMINISTRATOR])

        with pytest.raises(journal_review.CannotReview):
            journal_review.release_review(review=ask(concerned, officer), by=concerned, at=AT)

    def test_not_by_a_supervisor(self, person, officer):
        with pytest.raises(journal_review.CannotReview):
            journal_review.release_review(review=ask(person, officer), by=UserFactory(roles=[Role.ADMINISTRATOR, Role.SUPERVISOR]), at=AT)

    def test_not_twice(self, person, officer, second):
        review = ask(person, officer)
        journal_review.release_review(review=review, by=second, at=AT)

        with pytest.raises(journal_review.CannotReview):
            journal_review.release_review(review=review, by=second, at=AT)


class TestEntriesOf:
    def test_shows_what_this_person_did_and_not_her_namesake(self, person, officer, second):
        namesake = ClerkFactory(display_name="Erika Doppel")
        unit = FilePlanUnitFactory()
        granting.grant(target=unit, to=namesake, right="write_records", by=None, at=AT)
        other = filing.create_file(unit=unit, title="Anderes", by=namesake, at=AT)
        review = journal_review.release_review(review=ask(person, officer), by=second, at=AT)

        entries = journal_review.entries_of(review=review, by=officer, at=AT)

        assert [entry.act for entry in entries] == ["create"]
        assert other.file_reference not in {entry.file_reference for entry in entries}

    def test_that_it_was_looked_at_is_journaled(self, person, officer, second):
        review = journal_review.release_review(review=ask(person, officer), by=second, at=AT)

        journal_review.entries_of(review=review, by=second, at=AT)

        assert JournalEntry.objects.get(act="evaluate").actor_id == second.public_id

    def test_is_shut_until_it_is_released_to_all_others_and_after_two_weeks(self, person, officer, second):
        review = ask(person, officer)
        with pytest.raises(journal_review.CannotReview):
            journal_review.entries_of(review=review, by=officer, at=AT)
        review = journal_review.release_review(review=review, by=second, at=AT)
        for by, at in ((UserFactory(roles=[Role.DATA_PROTECTION]), AT), (officer, AT + timedelta(days=14))):
            with pytest.raises(journal_review.CannotReview):
                journal_review.entries_of(review=review, by=by, at=at)

    def test_a_restricted_file_has_no_reference_here(self, person, officer, second):
        file = filing.RecordFile.objects.get(title="Geheimer Titel")
        grant(person, file, "manage")
        granting.restrict_file(file=file, restricted=True, reason="Streit", by=person, at=AT)
        review = journal_review.release_review(review=ask(person, officer), by=second, at=AT)

        entries = journal_review.entries_of(review=review, by=officer, at=AT)

        assert {entry.file_reference for entry in entries} == {""}


class TestScreens:
    def test_asked_released_and_looked_at_without_any_title(self, person, officer, second, client):
        host = current.municipality().hosts[0]
        today = datetime.now(tz=UTC).date().isoformat()
        sent = {"person": person.public_id, "first_day": "2026-03-02", "last_day": today, "reason": "Verdacht"}

        client.force_login(officer)
        client.post("/verwaltung/journal/", sent, headers={"host": host})
        review = journal_review.JournalReview.objects.get()
        client.force_login(second)
        client.post(f"/verwaltung/journal/{review.public_id}/freigeben/", headers={"host": host})
        client.force_login(officer)
        page = client.get(f"/verwaltung/journal/{review.public_id}/", headers={"host": host}).content.decode()
        table = client.get(f"/verwaltung/journal/{review.public_id}/tabelle/", headers={"host": host})

        assert "Angelegt" in page
        assert "Geheimer Titel" not in page
        assert table.content[:2] == b"PK"

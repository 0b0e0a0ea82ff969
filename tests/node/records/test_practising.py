"""Taking an exercise up, having it checked, putting it away: who sees how far somebody has got, and what the centre is told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from records import exercises, practising
from records.models import ExerciseProgress, JournalEntry, RecordFile
from tenants import current
from tenants.models import OutgoingMessage, User
from tests.factories import ClerkFactory
from tests.node.factories import RecordFileFactory, restricted

from .practice import AT, SCAN, about, document_of, file_of, of_trainee, register_of, trainee

LATER = AT + timedelta(minutes=9)


@pytest.fixture
def file(_practice_town: None) -> RecordFile:
    """A file with two exercises: one that is typed, one that is filed."""
    file = file_of("Schriftverkehr", "Stellungnahmen", title="Kranz, Ulmenweg 8")
    about("find-file", file)
    about("file-scan", file, paper=SCAN, register="Stellungnahmen")
    return file


@pytest.fixture
def person(file: RecordFile) -> User:
    return trainee(file)


def told() -> list[dict[str, str]]:
    return list(OutgoingMessage.objects.filter(kind=practising.PROGRESS).order_by("pk").values_list("body", flat=True))


class TestTakeUp:
    def test_begins_it_once_and_has_it_in_sight(self, person) -> None:
        practising.take_up(key="file-scan", by=person, at=AT)
        practising.take_up(key="file-scan", by=person, at=LATER)

        progress = ExerciseProgress.objects.get()
        assert (progress.started_at, progress.picked_at, progress.tries, progress.done_at) == (AT, LATER, 0, None)
        assert practising.at_hand(person=person)[0].standing.exercise.key == "file-scan"

    def test_the_one_taken_up_last_is_in_sight(self, person) -> None:
        practising.take_up(key="find-file", by=person, at=AT)
        practising.take_up(key="file-scan", by=person, at=LATER)
        assert practising.at_hand(person=person)[0].standing.exercise.key == "file-scan"

        practising.take_up(key="find-file", by=person, at=LATER + timedelta(minutes=1))

        assert practising.at_hand(person=person)[0].standing.exercise.key == "find-file"

    @pytest.mark.parametrize("key", ["close-file", "nothing", "", "x" * 300])
    def test_one_that_is_about_nothing_here_or_that_nobody_knows_is_not_there(self, key, person) -> None:
        with pytest.raises(practising.NotHere):
            practising.take_up(key=key, by=person, at=AT)

        assert not ExerciseProgress.objects.exists()

    def test_one_whose_file_the_person_may_not_know_of_is_not_there(self, file) -> None:
        with pytest.raises(practising.NotHere):
            practising.take_up(key="file-scan", by=ClerkFactory(), at=AT)


class TestPutAway:
    def test_takes_it_out_of_sight_and_keeps_how_far_it_was(self, person) -> None:
        practising.check(key="file-scan", by=person, at=AT)

        practising.put_away(by=person)

        assert practising.at_hand(person=person) is None
        assert ExerciseProgress.objects.get().tries == 1

    def test_leaves_everybody_elses_alone(self, person, file) -> None:
        other = trainee(file)
        practising.take_up(key="file-scan", by=other, at=AT)

        practising.put_away(by=person)

        assert practising.at_hand(person=other) is not None


class TestCheck:
    def test_a_click_alone_makes_nothing_done(self, person) -> None:
        practising.take_up(key="file-scan", by=person, at=AT)

        outcomes = [practising.check(key="file-scan", by=person, at=LATER) for _click in range(3)]

        assert [outcome.done for outcome in outcomes] == [False] * 3
        progress = ExerciseProgress.objects.get()
        assert (progress.tries, progress.done_at) == (3, None)

    def test_what_is_right_is_done_and_stays_done(self, person, file) -> None:
        document = document_of(file, person, "Stellungnahmen", SCAN)
        first = practising.check(key="file-scan", by=person, at=AT)
        document.register = register_of(file, "Schriftverkehr")
        document.save()

        second = practising.check(key="file-scan", by=person, at=LATER)

        assert (first.done, second.done) == (True, False)
        assert second.standing.is_done
        progress = ExerciseProgress.objects.get()
        assert (progress.done_at, progress.tries) == (AT, 1)

    def test_a_hint_is_there_after_a_try(self, person) -> None:
        assert not practising.take_up(key="file-scan", by=person, at=AT).hint_may_be_shown

        assert practising.check(key="file-scan", by=person, at=AT).standing.hint_may_be_shown

    def test_an_answer_is_tidied_and_one_too_long_is_refused_without_counting(self, person, file) -> None:
        with pytest.raises(practising.AnswerTooLong, match="200 Zeichen"):
            practising.check(key="find-file", answer="9" * 201, by=person, at=AT)
        assert not ExerciseProgress.objects.exists()

        assert practising.check(key="find-file", answer=f"\x00 {file.file_reference} ", by=person, at=AT).done

    def test_costs_the_same_queries_however_much_lies_in_the_town(self, person, file, queries) -> None:
        practising.take_up(key="file-scan", by=person, at=AT)
        counts = []
        for turn in range(2):
            with queries() as seen:
                practising.check(key="file-scan", by=person, at=LATER)
            with queries() as seen_at_hand:
                practising.at_hand(person=person)
            counts.append((len(seen), len(seen_at_hand)))
            for number in range(8):
                document_of(file, person, "Schriftverkehr", SCAN, title=f"Kopie {number}")
                about(f"other-{turn}-{number}", RecordFileFactory(unit=file.unit))
                ExerciseProgress.objects.create(person=trainee(file), exercise="file-scan", started_at=AT, picked_at=AT)

        assert counts[0] == counts[1]
        assert counts[0][1] <= 6  # on every page of a practice municipality


class TestStandings:
    def test_are_ones_own(self, person, file) -> None:
        other = trainee(file)
        practising.take_up(key="file-scan", by=other, at=AT)
        document_of(file, other, "Stellungnahmen", SCAN)
        practising.check(key="file-scan", by=other, at=LATER)

        mine = {one.exercise.key: one.state for one in practising.standings_of(person=person)}
        hers = {one.exercise.key: one.state for one in practising.standings_of(person=other)}

        assert mine == {"find-file": "new", "file-scan": "new"}
        assert hers == {"find-file": "new", "file-scan": "done"}

    def test_leave_out_what_is_about_a_hidden_file(self, person, file) -> None:
        restricted(file, ClerkFactory())

        assert practising.standings_of(person=person) == []
        practising_now = practising.at_hand(person=person)
        assert practising_now is None

    def test_the_next_one_goes_round_and_ends_when_all_is_done(self, person, file) -> None:
        document_of(file, person, "Stellungnahmen", SCAN)
        filed = practising.check(key="file-scan", by=person, at=AT).standing
        following = practising.next_after(standing=filed, person=person)
        found = practising.check(key="find-file", answer=file.file_reference, by=person, at=AT).standing

        assert following.exercise.key == "find-file"
        assert practising.next_after(standing=found, person=person) is None


class TestWhatIsTold:
    def practise(self, file: RecordFile, person: User) -> None:
        practising.take_up(key="find-file", by=person, at=AT)
        practising.check(key="find-file", answer="Kranz", by=person, at=AT)
        practising.check(key="find-file", answer=file.file_reference, by=person, at=LATER)
        practising.check(key="find-file", answer=file.file_reference, by=person, at=LATER)

    def test_the_centre_is_told_who_which_how_far_and_when_and_nothing_else(self, person, file) -> None:
        with current.use(of_trainee(current.municipality(), person, "4711")):
            self.practise(file, person)

        same = {"trainee": "4711", "exercise": "find-file", "title": str(exercises.by_key("find-file").title)}
        assert told() == [{**same, "state": "started", "at": AT.isoformat()}, {**same, "state": "done", "at": LATER.isoformat()}]
        everything = json.dumps(told()) + "".join(OutgoingMessage.objects.values_list("by", flat=True))
        assert not any(secret in everything for secret in (person.username, person.display_name, file.title, file.file_reference, "Kranz"))

    def test_nothing_of_a_town_that_is_shared_nor_of_somebody_elses_account(self, person, file) -> None:
        self.practise(file, person)
        with current.use(of_trainee(current.municipality(), ClerkFactory())):
            self.practise(file, trainee(file))

        assert told() == []

    def test_the_journal_of_acts_knows_nothing_of_it(self, person, file) -> None:
        before = JournalEntry.objects.count()
        document_of(file, person, "Stellungnahmen", SCAN)

        practising.take_up(key="file-scan", by=person, at=AT)
        practising.check(key="file-scan", by=person, at=LATER)
        practising.put_away(by=person)

        assert JournalEntry.objects.count() == before


class TestRealTown:
    def test_has_no_exercises_whatever_its_tables_hold(self) -> None:
        file = file_of("Stellungnahmen")
        person = trainee(file)
        about("file-scan", file, paper=SCAN, register="Stellungnahmen")
        ExerciseProgress.objects.create(person=person, exercise="file-scan", started_at=AT, picked_at=AT)

        for act in (
            lambda: practising.standings_of(person=person),
            lambda: practising.standing_of(key="file-scan", person=person),
            lambda: practising.take_up(key="file-scan", by=person, at=AT),
            lambda: practising.check(key="file-scan", by=person, at=AT),
            lambda: practising.put_away(by=person),
        ):
            with pytest.raises(practising.NotHere):
                act()
        assert practising.at_hand(person=person) is None
        assert told() == []

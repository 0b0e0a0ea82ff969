"""Training as those who learn have it: finding courses and dates, enrolling, withdrawing, answering an offer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.centre.training.attended import AFTER, AWAY, HERE, held
from tests.centre.training.test_api import DAY, SOON, coming
from tests.centre.training_factories import course, people, requester, room, session, trainer
from training import catalogue, certifying, enrolling, planning
from training.models import Enrolment


def page(client: Any, who: Any, address: str, **more: Any) -> str:
    answer = client(who).get(address, more)
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


class TestCatalogue:
    def test_shows_courses_with_their_next_date(self, client_of: Any) -> None:
        date = coming()

        text = page(client_of, requester(), "/schulungen/")

        assert str(date.course) in text
        assert f"/schulungen/termine/{date.public_id}/" in text
        assert "4 Std." in text

    def test_shows_a_learning_path_in_its_order(self, client_of: Any) -> None:
        first, second = course("Zweitens und doch zuerst"), course("Anfangen")
        catalogue.set_path(role="clerk", courses=[first, second], by=trainer(), at=timezone.now())

        text = page(client_of, requester(), "/schulungen/", rolle="clerk")

        assert text.index("Zweitens und doch zuerst") < text.index("Anfangen")
        assert "Anfangen" not in page(client_of, requester(), "/schulungen/", rolle="trainer")

    def test_asks_the_same_queries_however_many_there_are(self, client_of: Any) -> None:
        who, counts = client_of(requester()), []
        who.get("/schulungen/")  # what a process asks once
        for more in range(2):
            for n in range(4):
                coming(session(SOON + (more * 4 + n) * DAY), of=course(f"Schulung {more}{n}"))
            for address in ("/schulungen/", "/schulungen/termine/"):
                with CaptureQueriesContext(connections["default"]) as asked:
                    who.get(address)
                counts.append(len(asked))
        assert counts[:2] == counts[2:]
        assert max(counts) <= 14


class TestDates:
    def test_are_found_by_role_day_place_and_free_seats(self, client_of: Any) -> None:
        place = room("Seminarraum")
        here = coming(session(SOON, room=place), capacity=1, of=course("Hier"))
        video = coming(session(SOON + DAY), of=course("Im Netz"))
        catalogue.set_path(role="registry", courses=[here.course], by=trainer(), at=timezone.now())
        one = requester()
        enrolling.enrol(date=here, person=one, by=one, at=timezone.now())
        who = requester()

        def found(**asked: str) -> set[str]:
            text = page(client_of, who, "/schulungen/termine/", **asked)
            return {name for name in ("Hier", "Im Netz") if f">{name}</a>" in text}

        assert found() == {"Hier", "Im Netz"}
        assert found(rolle="registry") == {"Hier"}
        assert found(ort=str(place.public_id)) == {"Hier"}
        assert found(ort="video") == {"Im Netz"}
        assert found(ort="unsinn") == set()
        assert found(ab="2027-05-05") == {"Im Netz"}
        assert found(ab="2027-99-99") == {"Hier", "Im Netz"}
        assert found(frei="1") == {"Im Netz"}
        assert video.pk

    def test_that_are_planned_or_unknown_are_not_found(self, client_of: Any) -> None:
        date = coming(opened=False)

        assert client_of(requester()).get(f"/schulungen/termine/{date.public_id}/").status_code == 404
        assert client_of(trainer()).get(f"/schulungen/termine/{date.public_id}/").status_code == 200

    def test_that_are_cancelled_are_known_to_those_who_wanted_to_come(self, client_of: Any) -> None:
        date, person = coming(), requester()
        enrolling.enrol(date=date, person=person, by=person, at=timezone.now())
        planning.cancel_date(date=date, reason="Der Raum ist gesperrt.", by=trainer(), at=timezone.now())
        address = f"/schulungen/termine/{date.public_id}/"

        assert "Der Raum ist gesperrt." in page(client_of, person, address)
        assert client_of(requester()).get(address).status_code == 404


class TestPlace:
    def test_is_asked_for_and_left_again(self, client_of: Any) -> None:
        date, person = coming(), requester()
        client, address = client_of(person), f"/schulungen/termine/{date.public_id}/"

        said = client.post(f"{address}anmelden/", follow=True).content.decode()
        assert "Sie haben einen Platz." in said
        assert "https://video.example/raum" in said
        left = client.post(f"{address}abmelden/", {"reason": "Urlaub"}, follow=True).content.decode()

        assert "Sie sind abgemeldet." in left
        assert "https://video.example/raum" not in left
        assert Enrolment.objects.get().reason == "Urlaub"

    def test_refusals_are_said(self, client_of: Any) -> None:
        client, address = client_of(requester()), f"/schulungen/termine/{coming().public_id}/"
        client.post(f"{address}anmelden/")

        assert "Es gibt schon eine Anmeldung." in client.post(f"{address}anmelden/", follow=True).content.decode()

    def test_that_is_offered_is_taken_or_left(self, client_of: Any) -> None:
        date, (first, second, third) = coming(capacity=1), people(3)
        for n, each in enumerate((first, second, third)):
            enrolling.enrol(date=date, person=each, by=each, at=timezone.now() + timedelta(seconds=n))
        enrolling.withdraw(date=date, person=first, by=first, at=timezone.now())
        address = f"/schulungen/termine/{date.public_id}/"
        hers = {each: Enrolment.objects.filter(person=each).latest("pk").public_id for each in (second, third)}

        assert "freigehalten" in page(client_of, second, address)
        assert "an Stelle 1" in page(client_of, third, address)
        assert client_of(third).post(f"/schulungen/anmeldungen/{hers[second]}/annehmen/").status_code == 404
        assert "überlassen" in client_of(second).post(f"/schulungen/anmeldungen/{hers[second]}/ablehnen/", follow=True).content.decode()
        assert (
            "Sie haben einen Platz."
            in client_of(third).post(f"/schulungen/anmeldungen/{hers[third]}/annehmen/", follow=True).content.decode()
        )


class TestMine:
    def test_shows_what_comes_what_is_over_and_the_path(self, client_of: Any) -> None:
        person, date = requester(), coming(of=course("Kommt noch"))
        gone = coming(session(SOON + DAY), of=course("Doch nicht"))
        for each in (date, gone):
            enrolling.enrol(date=each, person=person, by=person, at=timezone.now())
        enrolling.withdraw(date=gone, person=person, by=person, at=timezone.now())
        catalogue.set_path(role="clerk", courses=[date.course, gone.course], by=trainer(), at=timezone.now())

        text = page(client_of, person, "/schulungen/meine/")

        assert text.index("Kommt noch") < text.index("Mein Lernweg") < text.index("Was vorbei ist")
        assert text.count("Geplant") == 1
        assert text.count("Fehlt noch") == 1

    def test_shows_each_place_in_line_by_the_same_queries_however_many(self, client_of: Any) -> None:
        person, counts = requester(), []
        client = client_of(person)
        client.get("/schulungen/meine/")
        for n in range(4):
            date, other = coming(session(SOON + n * DAY), capacity=1), requester()
            for place, each in enumerate((other, person)):
                enrolling.enrol(date=date, person=each, by=each, at=timezone.now() + timedelta(seconds=place))
            with CaptureQueriesContext(connections["default"]) as asked:
                text = client.get("/schulungen/meine/").content.decode()
            assert text.count("Stelle 1 der Warteliste") == n + 1
            counts.append(len(asked))
        assert len(set(counts)) == 1

    def test_shows_nothing_of_anybody_else(self, client_of: Any) -> None:
        person, date = requester(), coming(of=course("Geht sie nichts an"))
        enrolling.enrol(date=date, person=person, by=person, at=timezone.now())

        assert "Geht sie nichts an" not in page(client_of, requester(), "/schulungen/meine/")


@pytest.mark.parametrize("address", ["/schulungen/", "/schulungen/termine/", "/schulungen/meine/"])
def test_everybody_at_the_centre_may_learn(client_of: Any, address: str) -> None:
    coming()

    for who in (requester(), trainer()):
        assert "Schulung" in page(client_of, who, address)


def test_the_learning_path_says_attended_only_of_whoever_was_there(client_of: Any) -> None:
    there, away = people(2)
    date = held(marks=[HERE, AWAY], who=[there, away])
    certifying.issue(date=date, by=trainer(), at=AFTER)
    catalogue.set_path(role="clerk", courses=[date.course], by=trainer(), at=timezone.now())

    assert [page(client_of, who, "/schulungen/meine/").count("Besucht") for who in (there, away)] == [1, 0]
    assert "Fehlt noch" in page(client_of, away, "/schulungen/meine/")

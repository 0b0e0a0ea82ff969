"""Screens and doors of those who decide about others' training: what they can do, and that nobody of another municipality sees anything."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hotline import mentioning
from tenants import current
from tenants.models import User
from tests.centre.hotline_factories import MunicipalityFactory, TicketFactory, agent
from tests.centre.training_factories import course, planning, requester, session, supervisor_of, trainer
from tests.factories import UserFactory
from training import enrolling, list_intake, welcoming
from training.models import CourseDate, Enrolment, Invitation, InvitationAnswer, Standing, TownTraining

MINE = "/schulungen/meine-leute/"


def date(*, capacity: int = 5, days: int = 40, **more: Any) -> CourseDate:
    """An open date that lies ahead of the real clock, by which the screens go."""
    now, by = timezone.now(), trainer()
    begins = now + timedelta(days=days)
    made = planning.plan_date(course=course(by=by, **more), sessions=[session(begins)], capacity=capacity, by=by, at=now)
    return planning.open_date(date=made, by=by, at=now)


def enrolled(person: User, at_date: CourseDate | None = None) -> Enrolment:
    return enrolling.enrol(date=at_date or date(), person=person, by=person, at=timezone.now())


def approves(municipality: str = "musterstadt") -> None:
    TownTraining.objects.update_or_create(municipality=MunicipalityFactory(slug=municipality), defaults={"needs_approval": True})


@pytest.fixture
def person() -> User:
    return requester(display_name="Wilma Wachtel")


@pytest.fixture
def boss(person: User) -> User:
    return supervisor_of(person)


@pytest.fixture
def coordinator(person: User) -> User:
    return supervisor_of(person, role="coordinator")


class TestMyPeople:
    def test_shows_where_they_are_enrolled(self, person: User, boss: User, client_of: Callable[..., Client]) -> None:
        enrolled(person)

        page = client_of(boss).get(MINE).content.decode()

        assert "Wilma Wachtel" in page
        assert "Ablegen und wiederfinden" in page

    def test_finds_them_by_name_and_office(self, person: User, boss: User, client_of: Callable[..., Client]) -> None:
        browser = client_of(boss)

        assert "Wachtel" in browser.get(f"{MINE}?q=wachtel+bau").content.decode()
        assert "Wilma" not in browser.get(f"{MINE}?q=niemand").content.decode()

    def test_asks_the_same_number_of_queries_however_many_they_are(self, coordinator: User, client_of: Callable[..., Client]) -> None:
        browser, counted, at_date = client_of(coordinator), [], date(capacity=50)
        browser.get(MINE)
        for more in (2, 12):
            for _n in range(more):
                enrolled(requester(), at_date)
            with CaptureQueriesContext(current.connection()) as asked:
                browser.get(MINE)
            counted.append(len(asked))

        assert counted[0] == counted[1]

    def test_enrols_withdraws_and_says_what_is_not_possible(self, person: User, boss: User, client_of: Callable[..., Client]) -> None:
        browser, at_date = client_of(boss), date()
        address = f"{MINE}{person.public_id}/anmelden/"

        done = browser.post(address, {"date": at_date.public_id}, follow=True)
        again = browser.post(address, {"date": at_date.public_id})
        made = Enrolment.objects.get()
        left = browser.post(f"/schulungen/anmeldungen/{made.public_id}/abmelden/", follow=True)

        assert "Angemeldet" in done.content.decode()
        assert again.status_code == 422
        assert "abgemeldet" in left.content.decode()
        assert Enrolment.objects.get().state == "withdrawn"

    def test_whoever_withdrew_is_called_so_in_one_word_on_every_page(
        self, person: User, boss: User, client_of: Callable[..., Client]
    ) -> None:
        """Withdrawn ("zurückgezogen") is an article; who does not come has signed off."""
        made = enrolled(person)
        address = f"termine/{made.date.public_id}/"

        pages = [
            client_of(person).post(f"/schulungen/{address}abmelden/", {"reason": ""}, follow=True),
            client_of(boss).get(f"{MINE}{person.public_id}/"),
            client_of(trainer()).get(f"/schulungen/planung/{address}"),
        ]

        for page in pages:
            assert "abgemeldet" in page.content.decode().lower()
            assert "zurückgezogen" not in page.content.decode().lower()

    def test_gives_a_place_to_somebody_else(self, person: User, boss: User, client_of: Callable[..., Client]) -> None:
        other, made, browser = requester(display_name="Ede Elster"), enrolled(person), client_of(boss)
        address = f"/schulungen/anmeldungen/{made.public_id}/ersatz/"

        assert "Ede Elster" in browser.get(address).content.decode()
        browser.post(address, {"person": other.public_id})

        assert Enrolment.objects.active().get().person == other

    def test_a_coordinator_says_whether_somebody_approves(self, coordinator: User, client_of: Callable[..., Client]) -> None:
        town = MunicipalityFactory()

        client_of(coordinator).post(f"{MINE}vorgaben/{town.public_id}/", {"wanted": "1"})

        assert TownTraining.objects.get(municipality=town).needs_approval


class TestApprovals:
    def test_several_at_once(self, person: User, boss: User, client_of: Callable[..., Client]) -> None:
        approves()
        rows = [enrolled(one, date(days=30 + n)) for n, one in enumerate((person, requester(), requester()))]

        client_of(boss).post("/schulungen/zustimmungen/", {"enrolment": [one.public_id for one in rows[:2]], "answer": "approve"})

        assert sorted(Enrolment.objects.values_list("state", flat=True)) == ["awaiting_approval", "enrolled", "enrolled"]

    def test_no_needs_a_reason_and_nothing_is_lost(self, person: User, boss: User, client_of: Callable[..., Client]) -> None:
        approves()
        made, browser = enrolled(person), client_of(boss)
        sent = {"enrolment": str(made.public_id), "answer": "refuse"}

        refused = browser.post("/schulungen/zustimmungen/", sent)
        done = browser.post("/schulungen/zustimmungen/", {**sent, "reason": "Im April ist Wahl."})

        assert refused.status_code == 422
        assert " checked" in refused.content.decode()
        assert done.status_code == 302
        assert Enrolment.objects.get().reason == "Im April ist Wahl."

    def test_what_is_not_hers_is_not_taken(self, person: User, boss: User, client_of: Callable[..., Client]) -> None:
        approves("beispielheim")
        theirs = enrolled(requester("beispielheim"))

        answer = client_of(boss).post("/schulungen/zustimmungen/", {"enrolment": [theirs.public_id, "x", "\x00"], "answer": "approve"})

        assert answer.status_code == 422
        assert Enrolment.objects.get().state == "awaiting_approval"


class TestPeopleList:
    def sheet(self, *rows: str) -> dict[str, Any]:
        content = ("Name;E-Mail;Organisationseinheit;Termin\n" + "\n".join(rows)).encode()
        return {"municipality": MunicipalityFactory().public_id, "sheet": SimpleUploadedFile("liste.csv", content)}

    def test_is_looked_at_first_and_taken_in_then(self, coordinator: User, client_of: Callable[..., Client]) -> None:
        browser, code = client_of(coordinator), list_intake.code_of(date())

        look = browser.post(f"{MINE}liste/", self.sheet(f"Zoë Şahin;neu@stadt.example;;{code}"))
        before = Enrolment.objects.count()
        done = browser.post(f"{MINE}liste/", {"lines": look.context["signed_lines"]}, follow=True)

        assert before == 0
        assert "1 Anmeldung wurde übernommen" in done.content.decode()
        assert Enrolment.objects.get().person.display_name == "Zoë Şahin"

    def test_says_which_lines_are_wrong(self, coordinator: User, client_of: Callable[..., Client]) -> None:
        look = client_of(coordinator).post(f"{MINE}liste/", self.sheet("Zoë;keine;;T-1"))

        page = look.content.decode()
        assert look.status_code == 422
        assert "Zeile 2, E-Mail" in page
        assert "Zeile 2, Termin" in page

    def test_what_somebody_else_was_shown_or_nobody_is_not_taken_in(self, coordinator: User, client_of: Callable[..., Client]) -> None:
        code, other = list_intake.code_of(date()), supervisor_of(requester(), role="coordinator")
        look = client_of(coordinator).post(f"{MINE}liste/", self.sheet(f"Zoë;neu@stadt.example;;{code}"))

        for lines in (look.context["signed_lines"], "x"):
            client_of(other).post(f"{MINE}liste/", {"lines": lines})

        assert not Enrolment.objects.exists()

    def test_the_template_opens(self, coordinator: User, client_of: Callable[..., Client]) -> None:
        answer = client_of(coordinator).get(f"{MINE}liste/vorlage.xlsx")

        assert list_intake.open_sheet(io.BytesIO(answer.content), "x.xlsx", row_limit=9).lines[0].cells[0].text == "Name"


class TestInvitations:
    def invite(self, coordinator: User, client_of: Callable[..., Client], at_date: CourseDate | None = None) -> str:
        sent = {
            "municipality": MunicipalityFactory().public_id,
            "date": at_date.public_id if at_date else "",
            "places": "3",
            "until": timezone.localdate() + timedelta(days=9),
        }
        address = str(client_of(coordinator).post(f"{MINE}einladungen/", sent).context["made"].address)
        return "/schulungen/" + address.partition("/schulungen/")[2]

    def test_from_the_link_over_the_mail_to_a_place(self, coordinator: User, client_of: Callable[..., Client]) -> None:
        guest = Client(headers={"host": "zentrum.localhost"})
        link = self.invite(coordinator, client_of, date())

        asked = guest.post(link, {"name": "Zoë Şahin", "office": "Bürgerbüro", "email": "neu@stadt.example"})
        proof = f"/schulungen/einladung/bestaetigen/{welcoming.proof_of(InvitationAnswer.objects.get())}/"
        looked = guest.get(proof)
        nobody = Enrolment.objects.exists()
        done = guest.post(proof)

        assert "Postfach" in asked.content.decode()
        assert "Zoë Şahin" in looked.content.decode()
        assert not nobody  # a machine that opens links confirms nothing
        assert "Angemeldet" in done.content.decode()
        assert Enrolment.objects.get().person.email == "neu@stadt.example"

    def test_known_or_not_the_answer_is_the_same(self, coordinator: User, client_of: Callable[..., Client]) -> None:
        requester(email="bekannt@stadt.example")
        link, guest, pages = self.invite(coordinator, client_of), Client(headers={"host": "zentrum.localhost"}), []

        for email in ("bekannt@stadt.example", "fremde@stadt.example"):
            page = guest.post(link, {"name": "Zoë", "email": email})
            pages.append((page.status_code, page.content.decode().replace(email, "")))

        assert pages[0] == pages[1]

    def test_a_revoked_link_and_a_guessed_one_are_the_same(self, coordinator: User, client_of: Callable[..., Client]) -> None:
        link, guest = self.invite(coordinator, client_of), Client(headers={"host": "zentrum.localhost"})
        made = Invitation.objects.get()
        client_of(coordinator).post(f"{MINE}einladungen/{made.public_id}/widerrufen/")

        addresses = (link, "/schulungen/einladung/geraten/")
        answers = [guest.get(address) for address in addresses]

        assert {answer.status_code for answer in answers} == {422}
        assert len({answer.content.decode().replace(address, "") for address, answer in zip(addresses, answers, strict=True)}) == 1

    def test_whoever_tries_too_often_is_stopped(self) -> None:
        guest = Client(headers={"host": "zentrum.localhost"})

        answers = [guest.get(f"/schulungen/einladung/x{n}/").status_code for n in range(61)]

        assert answers[59:] == [422, 429]


class TestOperators:
    def test_name_a_coordinator_and_let_a_municipality_leave(self, client_of: Callable[..., Client]) -> None:
        browser, town = client_of(UserFactory(roles=["operator"])), MunicipalityFactory()
        address = f"/schulungen/kommunen/{town.public_id}/"

        named = browser.post(address, {"name": "Kim Ohlsen", "email": "k@stadt.example"})
        unsure = browser.post(f"{address}austritt/", {"finish": "yes"})
        left = browser.post(f"{address}austritt/", {"finish": "yes", "sure": "on"}, follow=True)

        town.refresh_from_db()
        assert (named.status_code, unsure.status_code) == (302, 422)
        assert "nimmt nicht mehr teil" in left.content.decode()
        assert (town.active, Standing.objects.exists()) == (False, False)


class TestMatrix:
    """Nobody sees or does anything with people whose training is not hers to decide."""

    def test_screens(self, person: User, client_of: Callable[..., Client]) -> None:
        made, theirs = enrolled(person), requester("beispielheim")
        outsiders = {
            "coordinator of another municipality": supervisor_of(theirs, role="coordinator"),
            "supervisor of another municipality": supervisor_of(theirs),
            "colleague": requester(),
            "agent": agent(),
        }
        town, faults = MunicipalityFactory(), []
        of_her = [("get", f"{MINE}{person.public_id}/"), ("post", f"{MINE}{person.public_id}/anmelden/")]
        of_her += [
            ("post", f"/schulungen/anmeldungen/{made.public_id}/abmelden/"),
            ("get", f"/schulungen/anmeldungen/{made.public_id}/ersatz/"),
        ]
        of_her += [("post", f"{MINE}vorgaben/{town.public_id}/"), ("post", f"{MINE}zusammenfuehren/{town.public_id}/")]
        of_her += [("get", f"/schulungen/kommunen/{town.public_id}/"), ("post", f"/schulungen/kommunen/{town.public_id}/austritt/")]
        for who, somebody in outsiders.items():
            browser = client_of(somebody)
            for method, address in of_her:
                if (answer := getattr(browser, method)(address)).status_code != 404:
                    faults.append(f"{who}: {method} {address}: {answer.status_code}")
            for address in (MINE, "/schulungen/zustimmungen/", f"{MINE}liste/", f"{MINE}einladungen/"):
                if "Wachtel" in browser.get(address).content.decode():
                    faults.append(f"{who}: {address} shows her")

        assert not faults, faults
        assert Enrolment.objects.get().state == "enrolled"

    def test_doors(self, person: User, api_client: Callable[..., Any]) -> None:
        approves()
        made, theirs = enrolled(person), requester("beispielheim")
        for somebody in (supervisor_of(theirs, role="coordinator"), requester(), agent()):
            client = api_client(somebody)
            assert "Wachtel" not in client.get("/api/v1/my-people/").content.decode()
            assert client.get("/api/v1/approvals/").json()["results"] == []
            for act in ("approve", "refuse", "replace"):
                sent = {"reason": "Nein", "person": "x"}
                assert client.post(f"/api/v1/enrolments/{made.public_id}/{act}/", sent, format="json").status_code == 404
            assert client.get("/api/v1/municipalities/musterstadt/training/").status_code == 404


class TestDoors:
    def test_my_people_and_approving(self, person: User, boss: User, api_client: Callable[..., Any]) -> None:
        approves()
        made, client = enrolled(person), api_client(boss)

        listed = client.get("/api/v1/my-people/").json()["results"]
        waits = client.get("/api/v1/approvals/").json()["results"]
        done = client.post(f"/api/v1/enrolments/{made.public_id}/approve/")
        again = client.post(f"/api/v1/enrolments/{made.public_id}/approve/")

        assert [one["display_name"] for one in listed] == ["Wilma Wachtel"]
        assert [one["id"] for one in waits] == [str(made.public_id)]
        assert (done.status_code, done.json()["state"]) == (200, "enrolled")
        assert again.status_code == 409

    def test_refusing_wants_a_reason(self, person: User, boss: User, api_client: Callable[..., Any]) -> None:
        approves()
        address, client = f"/api/v1/enrolments/{enrolled(person).public_id}/refuse/", api_client(boss)

        assert client.post(address, {}, format="json").status_code == 400
        assert client.post(address, {"reason": "Wahl"}, format="json").json()["state"] == "refused"

    def test_replacing(self, person: User, boss: User, api_client: Callable[..., Any]) -> None:
        other, address = requester(), f"/api/v1/enrolments/{enrolled(person).public_id}/replace/"

        wrong = api_client(boss).post(address, {"person": requester("beispielheim").username}, format="json")
        done = api_client(boss).post(address, {"person": other.username}, format="json")

        assert wrong.status_code == 400
        assert done.json()["person"] == other.username

    def test_a_list_is_taken_in_whole_once(self, coordinator: User, api_client: Callable[..., Any]) -> None:
        def sent(*rows: str) -> dict[str, Any]:
            content = "Name;E-Mail;Organisationseinheit;Termin\n" + "\n".join(rows)
            return {"municipality": "musterstadt", "sheet": SimpleUploadedFile("liste.csv", content.encode())}

        code, client = list_intake.code_of(date()), api_client(coordinator)
        wrong = client.post("/api/v1/enrolment-lists/", sent(f"A;a@stadt.example;;{code}", "B;b;;x"), format="multipart")
        key = {"headers": {"Idempotency-Key": "eins"}}
        done, again = (
            client.post("/api/v1/enrolment-lists/", sent(f"A;a@stadt.example;;{code}"), format="multipart", **key) for _twice in range(2)
        )

        assert wrong.status_code == 400
        assert "Zeile 3" in wrong.json()["errors"]["sheet"][0]
        assert (done.status_code, again.status_code) == (201, 201)
        assert Enrolment.objects.count() == 1

    def test_what_the_municipality_wants(self, coordinator: User, api_client: Callable[..., Any]) -> None:
        client, address = api_client(coordinator), "/api/v1/municipalities/musterstadt/training/"

        assert client.put(address, {"needs_approval": True}, format="json").json() == {"needs_approval": True}
        assert client.get(address).json() == {"needs_approval": True}


class TestTopics:
    def test_a_request_proposes_the_matching_course_to_staff_only(self, client_of: Callable[..., Client], settings: Any) -> None:
        at_date = date(topic="hotline")
        ticket = TicketFactory()  # its queue is "Hotline"
        address = f"/anfragen/{ticket.public_id}/"

        page, hers = (client_of(somebody).get(address).content.decode() for somebody in (agent(), ticket.requester))

        assert f'data-put="Ablegen und wiederfinden: {settings.CENTRE_ADDRESS}/schulungen/{at_date.course.public_id}/"' in page
        assert "Passende Schulungen" not in hers

    def test_the_line_in_a_reply_can_be_followed(self, settings: Any) -> None:
        path = f"/schulungen/{course().public_id}/"

        assert f'<a href="{path}">' in mentioning.shown(f"Kurs: {settings.CENTRE_ADDRESS}{path}")
        assert "<a" not in mentioning.shown(f"Kurs: https://boese.example{path}")

    def test_a_course_that_is_offered_no_more_is_not_proposed(self, client_of: Callable[..., Client]) -> None:
        found = course(topic="Hotline")
        type(found).objects.update(active=False)

        assert "Passende Schulungen" not in client_of(agent()).get(f"/anfragen/{TicketFactory().public_id}/").content.decode()

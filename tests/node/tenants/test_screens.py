"""The administration's screens: who gets in, what they show, what they do, and how many queries they take."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from tenants import people_sheets
from tenants.models import AccessibilityFeedback, Membership, MunicipalSettings, Office, User
from tests.factories import MembershipFactory, OfficeFactory, UserFactory

PEOPLE, OFFICES = "/verwaltung/personen/", "/verwaltung/organisation/"


@pytest.fixture
def administrator() -> User:
    person: User = UserFactory(roles=["administrator"], display_name="Anna Admin")
    return person


@pytest.fixture
def browser(client_of: Any, administrator: User) -> Any:
    return client_of(administrator)


class TestWhoGetsIn:
    @pytest.mark.parametrize("role", ["clerk", "supervisor", "registry", "data_protection", "coordinator"])
    @pytest.mark.parametrize(
        "path",
        [
            PEOPLE,
            PEOPLE + "neu/",
            PEOPLE + "import/",
            PEOPLE + "import/vorlage.xlsx",
            f"{PEOPLE}{UUID(int=7)}/",
            OFFICES,
            "/verwaltung/einstellungen/",
        ],
    )
    def test_to_everybody_else_it_does_not_exist(self, client_of: Any, role: str, path: str) -> None:
        assert client_of(UserFactory(roles=[role])).get(path).status_code == 404

    def test_acts_on_people_neither(self, client_of: Any) -> None:
        clerk, person = client_of(UserFactory(roles=["clerk"])), UserFactory()

        for act in ["zettel", "entsperren", "versetzen", "deaktivieren", "aktivieren"]:
            assert clerk.post(f"{PEOPLE}{person.public_id}/{act}/").status_code == 404
        person.refresh_from_db()
        assert person.is_active

    def test_acts_want_a_post(self, browser: Any) -> None:
        person = UserFactory()

        for act in ["zettel", "entsperren", "aktivieren"]:
            assert browser.get(f"{PEOPLE}{person.public_id}/{act}/").status_code == 405

    def test_an_act_opened_by_its_address_leads_to_the_page_above(self, browser: Any) -> None:
        person = UserFactory()

        answer = browser.get(f"{PEOPLE}{person.public_id}/zettel/")

        assert answer["Allow"] == "POST"
        assert f'href="{PEOPLE}{person.public_id}/"' in answer.content.decode()


class TestPeople:
    def test_lists_and_filters(self, browser: Any) -> None:
        office = OfficeFactory(code="63", name="Bauordnung")
        UserFactory(display_name="Berta Bau", office=office)
        UserFactory(display_name="Carla Kasse")
        UserFactory(display_name="Egon Ende", is_active=False)

        everybody = browser.get(PEOPLE).content.decode()
        in_office = browser.get(PEOPLE, {"office": str(office.public_id)}).content.decode()
        searched = browser.get(PEOPLE, {"q": "carla"}).content.decode()
        ended = browser.get(PEOPLE, {"state": "inactive"}).content.decode()

        assert "Berta Bau" in everybody
        assert "Carla Kasse" in everybody
        assert "Egon Ende" not in everybody
        assert ("Berta Bau" in in_office, "Carla Kasse" in in_office) == (True, False)
        assert ("Carla Kasse" in searched, "Berta Bau" in searched) == (True, False)
        assert "Egon Ende" in ended

    def test_shows_who_is_locked(self, browser: Any, settings: Any) -> None:
        person = UserFactory(display_name="Gesperrte Gerda")
        AccessAttempt.objects.create(username=person.username, failures_since_start=settings.AXES_FAILURE_LIMIT, ip_address="127.0.0.1")

        assert "Gesperrte Gerda" in browser.get(PEOPLE, {"state": "locked"}).content.decode()

    def test_takes_the_same_queries_for_three_people_and_for_fifty(self, browser: Any, queries: Any) -> None:
        offices = OfficeFactory.create_batch(5)
        for n in range(3):
            UserFactory(office=offices[n], roles=["clerk"])
        browser.get(PEOPLE)
        with queries() as few:
            browser.get(PEOPLE)
        for n in range(45):
            UserFactory(office=offices[n % 5], roles=["clerk", "registry"])
        with queries() as many:
            browser.get(PEOPLE)

        assert len(few) == len(many) <= 10

    def test_leafs_through_pages(self, browser: Any) -> None:
        for n in range(60):
            UserFactory(display_name=f"Person {n:03}")

        first, second = browser.get(PEOPLE), browser.get(PEOPLE, {"page": "1"})

        assert "Person 001" in first.content.decode()
        assert "Person 059" not in first.content.decode()
        assert "Person 059" in second.content.decode()
        assert browser.get(PEOPLE, {"page": "99999999999"}).status_code == 200


class TestOnePerson:
    def test_is_created_with_office_and_roles(self, browser: Any) -> None:
        office = OfficeFactory()
        given = {
            "display_name": "Erika Muster",
            "username": "e.muster",
            "roles": ["clerk"],
            "office": str(office.public_id),
            "is_lead": "on",
        }

        answer = browser.post(PEOPLE + "neu/", given)

        person = User.objects.get(username="e.muster")
        assert answer["Location"] == f"{PEOPLE}{person.public_id}/"
        assert person.memberships.get().is_lead
        assert browser.get(answer["Location"]).status_code == 200

    def test_a_taken_name_is_said_in_the_form(self, browser: Any, administrator: User) -> None:
        answer = browser.post(PEOPLE + "neu/", {"display_name": "X Y", "username": administrator.username})

        assert answer.status_code == 200
        assert administrator.username in str(answer.context["form"].non_field_errors())

    def test_an_administrator_does_not_change_her_own_roles(self, browser: Any, administrator: User) -> None:
        browser.post(f"{PEOPLE}{administrator.public_id}/", {"display_name": "Anna Neu", "roles": ["administrator", "registry"]})

        administrator = User.objects.get(pk=administrator.pk)
        assert administrator.display_name == "Anna Neu"
        assert administrator.role_names == {"administrator"}

    def test_the_slip_is_shown_once_and_the_password_opens_the_account(self, browser: Any, client_of: Any) -> None:
        person = UserFactory()

        answer = browser.post(f"{PEOPLE}{person.public_id}/zettel/")
        password = answer.context["password"]
        signed_in = client_of(None).post("/anmelden/", {"username": person.username, "password": password})

        assert password in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert signed_in["Location"] == "/"
        assert password not in browser.get(f"{PEOPLE}{person.public_id}/").content.decode()

    def test_is_moved(self, browser: Any) -> None:
        person, new = MembershipFactory().user, OfficeFactory()

        answer = browser.post(f"{PEOPLE}{person.public_id}/versetzen/", {"office": str(new.public_id)})

        assert answer.status_code == 302
        assert [membership.office for membership in person.memberships.all()] == [new]

    def test_leaves_one_of_two_offices(self, browser: Any) -> None:
        person, first, second = UserFactory(), OfficeFactory(), OfficeFactory()
        MembershipFactory(user=person, office=first)
        MembershipFactory(user=person, office=second)

        browser.post(f"{PEOPLE}{person.public_id}/verlassen/{first.public_id}/")

        assert [membership.office for membership in person.memberships.all()] == [second]

    def test_open_work_is_shown_and_handed_over(self, browser: Any) -> None:
        led, successor = MembershipFactory(is_lead=True), UserFactory(display_name="Nora Nachfolge")
        path = f"{PEOPLE}{led.user.public_id}/deaktivieren/"

        assert "Nora Nachfolge" in browser.get(path).content.decode()
        assert browser.post(path, {}).status_code == 200
        assert browser.post(path, {"successor": str(successor.public_id)}).status_code == 302

        assert Membership.objects.get(office=led.office).user == successor

    def test_is_unlocked(self, browser: Any) -> None:
        person = UserFactory()
        AccessAttempt.objects.create(username=person.username, failures_since_start=99, ip_address="127.0.0.1")

        browser.post(f"{PEOPLE}{person.public_id}/entsperren/")

        assert not AccessAttempt.objects.exists()

    def test_takes_a_constant_number_of_queries(self, browser: Any, queries: Any) -> None:
        person = UserFactory(offices=OfficeFactory.create_batch(5), roles=["clerk"])
        browser.get(f"{PEOPLE}{person.public_id}/")

        with queries() as seen:
            browser.get(f"{PEOPLE}{person.public_id}/")

        assert len(seen) <= 12


class TestImport:
    def sheet(self, **options: Any) -> io.BytesIO:
        stream = io.BytesIO(people_sheets.template())
        stream.name = "Personen.xlsx"
        return stream

    def test_shows_first_and_takes_in_then(self, browser: Any) -> None:
        shown = browser.post(PEOPLE + "import/", {"sheet": self.sheet()})

        assert "Erika Mustermann" in shown.content.decode()
        assert not User.objects.active().filter(username="erika.mustermann").exists()

        browser.post(PEOPLE + "import/", {"rows": shown.context["signed_rows"]})

        assert User.objects.get(username="erika.mustermann").display_name == "Erika Mustermann"

    def test_names_every_faulty_row_and_offers_nothing(self, browser: Any) -> None:
        UserFactory(username="erika.mustermann")

        shown = browser.post(PEOPLE + "import/", {"sheet": self.sheet()})

        assert [fault.row_number for fault in shown.context["faults"]] == [2]
        assert "signed_rows" not in shown.context
        assert "Benutzername" in shown.content.decode()

    def test_takes_in_nothing_that_was_not_shown(self, browser: Any) -> None:
        before = User.objects.active().count()

        browser.post(PEOPLE + "import/", {"rows": "W3sidXNlcm5hbWUiOiAieCJ9XQ:1tabcd:forged"})

        assert User.objects.active().count() == before

    def test_says_what_is_wrong_with_a_file_that_is_no_table(self, browser: Any) -> None:
        upload = io.BytesIO(b"%PDF-1.4 \x00")
        upload.name = "liste.xlsx"

        answer = browser.post(PEOPLE + "import/", {"sheet": upload})

        assert answer.status_code == 200
        assert answer.context["form"].errors["sheet"]

    def test_the_template_can_be_downloaded(self, browser: Any) -> None:
        answer = browser.get(PEOPLE + "import/vorlage.xlsx")

        assert answer.content.startswith(b"PK")
        assert "attachment" in answer["Content-Disposition"]


class TestOfficeScreens:
    def test_show_the_tree_in_order_with_two_queries_more_or_less(self, browser: Any, queries: Any) -> None:
        top = OfficeFactory(code="6", name="Bauen")
        below = OfficeFactory(code="63", name="Bauordnung", parent=top)
        OfficeFactory(code="63.1", name="Bauaufsicht", parent=below)
        OfficeFactory(code="5", name="Soziales")
        MembershipFactory(office=below)
        browser.get(OFFICES)

        with queries() as seen:
            answer = browser.get(OFFICES)

        assert [(office.code, office.level, office.people) for office in answer.context["offices"]] == [
            ("5", 0, 0),
            ("6", 0, 0),
            ("63", 1, 1),
            ("63.1", 2, 0),
        ]
        assert len(seen) <= 8

    def test_create_rename_move_and_close(self, browser: Any) -> None:
        browser.post(OFFICES, {"code": "6", "name": "Bauen"})
        browser.post(OFFICES, {"code": "63", "name": "Bauordnung"})
        top, office = Office.objects.get(code="6"), Office.objects.get(code="63")

        browser.post(f"{OFFICES}{office.public_id}/", {"code": "63", "name": "Bauaufsicht", "parent": str(top.public_id)})
        office.refresh_from_db()
        assert (office.name, office.parent) == ("Bauaufsicht", top)

        browser.post(f"{OFFICES}{top.public_id}/deaktivieren/")
        top.refresh_from_db()
        assert top.is_active

        browser.post(f"{OFFICES}{office.public_id}/deaktivieren/")
        browser.post(f"{OFFICES}{top.public_id}/deaktivieren/")
        assert not Office.objects.filter(is_active=True).exists()

        browser.post(f"{OFFICES}{top.public_id}/aktivieren/")
        assert Office.objects.get(is_active=True) == top

    def test_say_what_cannot_be(self, browser: Any) -> None:
        office = OfficeFactory(code="63")

        answer = browser.post(OFFICES, {"code": "63", "name": "Noch eins"})
        below = browser.post(f"{OFFICES}{office.public_id}/", {"code": "63", "name": office.name, "parent": str(office.public_id)})

        assert answer.context["form"].non_field_errors()
        assert below.context["form"].non_field_errors()


class TestPagesOfTheLaw:
    @pytest.mark.parametrize("path", ["/barrierefreiheit/", "/datenschutz/", "/impressum/"])
    def test_are_open_to_everybody(self, client_of: Any, path: str) -> None:
        answer = client_of(None).get(path)

        assert answer.status_code == 200
        assert "<h1" in answer.content.decode()

    def test_imprint_and_data_protection_are_the_towns_own_where_it_has_written_some(self, client_of: Any) -> None:
        MunicipalSettings.load()
        text = "# Anbieterin\n\nGroße Kreisstadt <b>Musterstadt</b>\nRathausplatz 1\n\n- Telefon\n- Post\n\n1. Eins"
        MunicipalSettings.objects.update(imprint=text, privacy="Unsere Beauftragte hilft.")

        imprint, privacy = (client_of(None).get(path).content.decode() for path in ("/impressum/", "/datenschutz/"))

        assert "<h2>Anbieterin</h2>" in imprint
        assert "<p>Große Kreisstadt &lt;b&gt;Musterstadt&lt;/b&gt;<br>Rathausplatz 1</p>" in imprint
        assert "<ul><li>Telefon</li><li>Post</li></ul>" in imprint
        assert settings.IMPRINT_ADDRESS not in imprint
        assert "<p>Unsere Beauftragte hilft.</p>" in privacy
        assert "Cookies" not in privacy

    def test_without_texts_of_its_own_a_town_shows_those_of_the_installation(self, client_of: Any) -> None:
        assert settings.IMPRINT_ADDRESS in client_of(None).get("/impressum/").content.decode()
        assert "Cookies" in client_of(None).get("/datenschutz/").content.decode()

    def test_feedback_arrives_and_administrators_read_it(self, client_of: Any, browser: Any) -> None:
        client_of(None).post("/barrierefreiheit/", {"message": "Der Baum ist mit der Tastatur nicht erreichbar.", "page": "/aktenplan/"})

        row = AccessibilityFeedback.objects.get()
        listed = browser.get("/barrierefreiheit/rueckmeldungen/")
        browser.post(f"/barrierefreiheit/rueckmeldungen/{row.public_id}/")
        row.refresh_from_db()

        assert "Der Baum ist mit der Tastatur" in listed.content.decode()
        assert row.done_at is not None
        assert row.created_at <= timezone.now()

    def test_feedback_without_a_message_is_refused(self, client_of: Any) -> None:
        assert client_of(None).post("/barrierefreiheit/", {"message": ""}).status_code == 200
        assert not AccessibilityFeedback.objects.exists()

    def test_nobody_floods_the_table(self, client_of: Any) -> None:
        stranger = client_of(None)
        for _time in range(25):
            stranger.post("/barrierefreiheit/", {"message": "x"})

        assert AccessibilityFeedback.objects.count() == 20

    def test_clerks_do_not_know_of_the_list(self, client_of: Any) -> None:
        assert client_of(UserFactory(roles=["clerk"])).get("/barrierefreiheit/rueckmeldungen/").status_code == 404

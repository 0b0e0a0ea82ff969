"""Login, logout, passwords, one-time slips, locks and the age of sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone, translation

from tenants import current, passwords
from tenants.models import User
from tests.factories import PASSWORD, UserFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def browser(**options: Any) -> Client:
    return Client(headers={"host": "musterstadt.localhost"}, **options)


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/anmelden/", {"username": username, "password": password, **more})


class TestSignIn:
    def test_leads_where_the_person_wanted_to_go(self) -> None:
        client = browser()

        answer = sign_in(client, UserFactory().username, next="/barrierefreiheit/")

        assert (answer.status_code, answer["Location"]) == (302, "/barrierefreiheit/")
        assert client.get("/api/v1/me/").status_code == 200

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "https:evil.example"])
    def test_never_leads_away_from_the_site(self, target: str) -> None:
        assert sign_in(browser(), UserFactory().username, next=target)["Location"] == "/"

    def test_takes_any_spelling_of_the_user_name(self) -> None:
        UserFactory(username="e.muster")

        assert sign_in(browser(), " E.Muster").status_code == 302

    def test_a_session_made_before_the_login_is_worth_nothing_after_it(self) -> None:
        client = browser()
        session = client.session
        session["planted"] = "x"
        session.save()
        client.cookies["sessionid"] = session.session_key
        before = client.cookies["sessionid"].value

        sign_in(client, UserFactory().username)

        assert client.cookies["sessionid"].value != before
        assert not Session.objects.filter(session_key=before).exists()

    def test_says_the_same_for_a_wrong_name_and_a_wrong_password(self) -> None:
        person = UserFactory()

        wrong_password = sign_in(browser(), person.username, "falsch").content.decode()
        wrong_name = sign_in(browser(), "niemand", "falsch").content.decode()

        sentence = "The user name or the password is not right."
        with translation.override("de"):
            said = translation.gettext(sentence)
        assert said in wrong_password
        assert said in wrong_name

    def test_an_inactive_person_stays_outside(self) -> None:
        assert sign_in(browser(), UserFactory(is_active=False).username).status_code == 200

    def test_a_page_behind_the_login_leads_to_it(self) -> None:
        answer = browser().get("/verwaltung/personen/")

        assert (answer.status_code, answer["Location"]) == (302, "/anmelden/?next=/verwaltung/personen/")

    def test_a_fragment_asked_for_after_the_session_ended_leads_the_page_to_the_login(self) -> None:
        headers = {"hx-request": "true", "hx-current-url": "http://musterstadt.localhost/akten/?status=open"}

        answer = browser().get("/verwaltung/personen/", headers=headers)
        elsewhere = browser().get("/verwaltung/personen/", headers={**headers, "hx-current-url": "https://evil.example/x"})

        assert (answer.status_code, answer["HX-Redirect"]) == (204, "/anmelden/?next=%2Fakten%2F%3Fstatus%3Dopen")
        assert elsewhere["HX-Redirect"] == "/anmelden/?next=%2F"

    def test_pages_are_kept_in_no_cache(self) -> None:
        assert "no-store" in browser().get("/anmelden/")["Cache-Control"]

    def test_logout_needs_a_post_and_ends_the_session(self) -> None:
        client = browser()
        sign_in(client, UserFactory().username)

        assert client.get("/abmelden/").status_code == 405
        assert client.post("/abmelden/").status_code == 302
        assert client.get("/api/v1/me/").status_code == 401

    def test_forms_from_elsewhere_are_refused(self) -> None:
        answer = sign_in(browser(enforce_csrf_checks=True), UserFactory().username)

        assert answer.status_code == 403


class TestLock:
    def fail(self, username: str, times: int) -> Any:
        for _time in range(times):
            answer = sign_in(browser(), username, "falsch")
        return answer

    def test_locks_after_too_many_failures_even_for_the_right_password(self, settings: Any) -> None:
        person = UserFactory(username="e.muster")

        assert self.fail("e.muster", settings.AXES_FAILURE_LIMIT).status_code == 429
        locked = sign_in(browser(), person.username)

        assert locked.status_code == 429
        assert locked["Retry-After"] == "900"

    def test_every_spelling_of_a_name_counts_together(self, settings: Any) -> None:
        UserFactory(username="e.muster")
        for spelling in ["e.muster", "E.MUSTER", "e.Muster ", " E.muster"]:
            self.fail(spelling, settings.AXES_FAILURE_LIMIT // 4)

        assert AccessAttempt.objects.get().username == "e.muster"
        assert sign_in(browser(), "e.muster").status_code == 429

    def test_opens_by_itself_after_the_pause(self, settings: Any) -> None:
        person = UserFactory()
        self.fail(person.username, settings.AXES_FAILURE_LIMIT)

        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

        assert sign_in(browser(), person.username).status_code == 302

    def test_an_administrator_unlocks(self, settings: Any) -> None:
        person = UserFactory()
        self.fail(person.username, settings.AXES_FAILURE_LIMIT)

        passwords.unlock(person=person, by=UserFactory(), at=AT)

        assert sign_in(browser(), person.username).status_code == 302

    def test_a_lock_in_one_town_is_none_in_another(self, settings: Any, beispielheim: current.Municipality) -> None:
        UserFactory(username="e.muster")
        self.fail("e.muster", settings.AXES_FAILURE_LIMIT)
        with current.use(beispielheim):
            UserFactory(username="e.muster")

        answer = Client(headers={"host": "beispielheim.localhost"}).post("/anmelden/", {"username": "e.muster", "password": PASSWORD})

        assert answer.status_code == 302

    def test_the_api_counts_too_and_says_it_as_a_problem(self, settings: Any) -> None:
        person = UserFactory()
        given = {"username": person.username, "password": "falsch"}
        for _time in range(settings.AXES_FAILURE_LIMIT):
            answer = browser().post("/api/v1/auth/token/", given, content_type="application/json")

        assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
        assert sign_in(browser(), person.username).status_code == 429


class TestOneTimePassword:
    def test_opens_only_the_page_to_choose_a_password(self) -> None:
        person = UserFactory()
        password = passwords.hand_out(person=person, by=None, at=timezone.now())
        client = browser()

        assert sign_in(client, person.username, password).status_code == 302
        assert client.get("/")["Location"] == "/passwort/"
        assert client.get("/api/v1/me/").status_code == 403

        chosen = client.post("/passwort/", {"old_password": password, "new_password1": "Drei-Hefter-42", "new_password2": "Drei-Hefter-42"})

        assert chosen.status_code == 302
        assert client.get("/api/v1/me/").status_code == 200
        assert sign_in(browser(), person.username, password).status_code == 200
        assert sign_in(browser(), person.username, "Drei-Hefter-42").status_code == 302

    def test_is_readable_on_paper_and_never_the_same(self) -> None:
        person = UserFactory()
        found = {passwords.hand_out(person=person, by=None, at=AT) for _time in range(5)}

        assert len(found) == 5
        for password in found:
            assert [len(group) for group in password.split("-")] == [4, 4, 4]
            assert not set(password) & set("ilo01")

    def test_opens_nothing_after_fourteen_days(self) -> None:
        person = UserFactory()
        password = passwords.hand_out(person=person, by=None, at=timezone.now() - timedelta(days=15))

        answer = sign_in(browser(), person.username, password)

        assert answer.status_code == 200
        assert "14" in str(answer.context["form"].non_field_errors())

    def test_gives_no_token(self) -> None:
        person = UserFactory()
        password = passwords.hand_out(person=person, by=None, at=timezone.now())

        answer = browser().post("/api/v1/auth/token/", {"username": person.username, "password": password}, content_type="application/json")

        assert answer.status_code == 403

    def test_ends_sessions_and_tokens(self, client_of: Any, api_client: Any) -> None:
        person = UserFactory()
        session, program = client_of(person), api_client(person)

        passwords.hand_out(person=person, by=None, at=timezone.now())

        assert session.get("/api/v1/me/").status_code == program.get("/api/v1/me/").status_code == 401

    def test_is_not_handed_to_the_inactive_or_to_oneself(self) -> None:
        person = UserFactory()

        with pytest.raises(passwords.CannotHandOut):
            passwords.hand_out(person=UserFactory(is_active=False), by=None, at=AT)
        with pytest.raises(passwords.CannotHandOut):
            passwords.hand_out(person=person, by=person, at=AT)


class TestPasswordChange:
    def test_keeps_this_session_and_ends_the_others(self, client_of: Any) -> None:
        person = UserFactory()
        here, elsewhere = client_of(person), client_of(person)

        here.post("/passwort/", {"old_password": PASSWORD, "new_password1": "Drei-Hefter-42", "new_password2": "Drei-Hefter-42"})

        assert here.get("/api/v1/me/").status_code == 200
        assert elsewhere.get("/api/v1/me/").status_code == 401

    @pytest.mark.parametrize("password", ["kurz", "passwortpasswort"[:11], "password1234"])
    def test_refuses_a_weak_one(self, client_of: Any, password: str) -> None:
        person = UserFactory()

        answer = client_of(person).post("/passwort/", {"old_password": PASSWORD, "new_password1": password, "new_password2": password})

        assert answer.status_code == 200
        assert User.objects.get(pk=person.pk).check_password(PASSWORD)


class TestSessionAge:
    def age(self, client: Client, **seconds_ago: int) -> None:
        session = client.session
        for name, seconds in seconds_ago.items():
            session[name] = int(timezone.now().timestamp()) - seconds
        session.save()

    def test_ends_after_twelve_hours_however_busy(self, client_of: Any) -> None:
        client = client_of(UserFactory())
        client.get("/api/v1/me/")

        self.age(client, begun=12 * 3600 + 60, seen=10)

        assert client.get("/api/v1/me/").status_code == 401
        assert not Session.objects.exists()

    def test_use_prolongs_it_with_a_write_every_five_minutes_only(self, client_of: Any) -> None:
        client = client_of(UserFactory())
        client.get("/api/v1/me/")
        expires = Session.objects.get().expire_date
        said: list[str] = []

        def note(execute: Any, sql: str, *more: Any) -> Any:
            said.append(sql)
            return execute(sql, *more)

        with current.connection().execute_wrapper(note):  # sees prepared statements, too
            client.get("/api/v1/me/")
        assert len(said) > 2
        assert not [sql for sql in said if not sql.startswith("SELECT")]

        self.age(client, seen=301)
        client.get("/api/v1/me/")

        assert Session.objects.get().expire_date > expires


class TestPreferences:
    def test_are_kept_on_the_account_and_in_cookies(self, client_of: Any) -> None:
        person = UserFactory()
        client = client_of(person)

        answer = client.post("/darstellung/", {"theme": "dark", "density": "comfortable", "next": "/barrierefreiheit/"})

        person.refresh_from_db()
        assert (person.theme, person.density, person.shortcuts) == ("dark", "comfortable", False)
        assert answer["Location"] == "/barrierefreiheit/"
        assert (client.cookies["theme"].value, client.cookies["density"].value) == ("dark", "comfortable")

    def test_lead_nowhere_else_and_take_nothing_else(self, client_of: Any) -> None:
        client = client_of(UserFactory())

        assert client.post("/darstellung/", {"theme": "dark", "density": "compact", "next": "https://evil.example"})["Location"] == "/"
        assert client.post("/darstellung/", {"theme": "pink", "density": "compact"}).status_code == 400

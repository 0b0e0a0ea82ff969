"""The page on which people consent, what leads there, and the marks of special secrecy on screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from records import secrecy, support_access
from records.models import RecordFile, SupportAccess
from tenants.models import MunicipalSettings, User
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import RecordFileFactory, grant, managed_file
from tests.node.records.support import TICKET, accepted, asked

PAGE = "/freigaben/"


@pytest.fixture
def manager() -> User:
    return ClerkFactory()


@pytest.fixture
def file(manager: User) -> RecordFile:
    return managed_file(manager, file_reference="12-2026/0001")


@pytest.fixture
def browser(manager: User, client_of: Callable[..., Any]) -> Any:
    return client_of(manager)


class TestPage:
    def test_says_what_is_asked_by_whom_for_which_request_and_for_how_long(self, browser: Any, file: RecordFile) -> None:
        asked(file, hours=3)

        page = browser.get(PAGE).content.decode()

        for said in ("12-2026/0001", "Jule Behrens", TICKET, "3 Stunden"):
            assert said in page
        assert "12-2026/0001" not in browser.get("/").content.decode()  # the desk says that something waits, not what
        assert PAGE in browser.get("/").content.decode()

    def test_accepts_for_fewer_hours(self, browser: Any, file: RecordFile) -> None:
        access = asked(file, hours=8)

        answer = browser.post(f"{PAGE}{access.public_id}/annehmen/", {"hours": "2", "confirmed": "1"}, follow=True)

        access.refresh_from_db()
        assert access.state == "accepted"
        assert access.until is not None
        assert access.decided_at is not None
        assert (access.until - access.decided_at).total_seconds() == 2 * 3600
        assert "Jule Behrens" in answer.content.decode()

    @pytest.mark.parametrize("sent", [{"hours": "9", "confirmed": "1"}, {"hours": "3"}, {"hours": "x", "confirmed": "1"}, {}])
    def test_says_what_is_wrong_and_keeps_what_was_filled_in(self, browser: Any, file: RecordFile, sent: dict[str, str]) -> None:
        access = asked(file, hours=8)

        answer = browser.post(f"{PAGE}{access.public_id}/annehmen/", sent)

        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        if sent.get("hours") == "3":
            assert 'value="3"' in answer.content.decode()
        access.refresh_from_db()
        assert access.state == "asked"

    def test_refuses(self, browser: Any, file: RecordFile) -> None:
        access = asked(file)

        browser.post(f"{PAGE}{access.public_id}/ablehnen/")

        access.refresh_from_db()
        assert access.state == "refused"
        assert browser.post(f"{PAGE}{access.public_id}/annehmen/", {"hours": "1", "confirmed": "1"}).status_code == 404

    def test_ends_what_is_in_force(self, browser: Any, file: RecordFile, manager: User) -> None:
        access = accepted(file, manager)
        assert "Jule Behrens" in browser.get(PAGE).content.decode()

        browser.post(f"{PAGE}{access.public_id}/beenden/")

        access.refresh_from_db()
        assert access.state == "ended"
        assert browser.post(f"{PAGE}{access.public_id}/beenden/").status_code == 404

    def test_shows_nobody_else_anything(self, file: RecordFile, client_of: Callable[..., Any]) -> None:
        access = asked(file)
        reader = ClerkFactory()
        grant(reader, file.unit, "write")

        for person in (reader, UserFactory(roles=["administrator", "supervisor", "registry"])):
            other = client_of(person)
            assert "Jule Behrens" not in other.get(PAGE).content.decode()
            for act in ("annehmen", "ablehnen", "beenden"):
                assert other.post(f"{PAGE}{access.public_id}/{act}/", {"hours": "1", "confirmed": "1"}).status_code == 404
        access.refresh_from_db()
        assert access.state == "asked"

    def test_asks_as_often_for_much_as_for_little(self, browser: Any, file: RecordFile, queries: Callable[..., Any]) -> None:
        counts = []
        for more in (1, 10):
            for _each in range(more):
                asked(RecordFileFactory(unit=file.unit), agent={"id": str(uuid4()), "name": "Jule Behrens"})
            browser.get(PAGE)  # the first one notes the session
            with queries() as seen:
                browser.get(PAGE)
            counts.append(len(seen))

        assert counts[0] == counts[1]
        assert counts[0] <= 16


class TestSettings:
    def test_who_consents_is_set_by_an_administrator(self, client_of: Callable[..., Any]) -> None:
        administrator = client_of(UserFactory(roles=["administrator"]))
        row = MunicipalSettings.load()
        sent = {"name": "Musterstadt", "reference_template": row.reference_template, "stapling_order": row.stapling_order}
        sent |= {"folio_numbering": row.folio_numbering, "support_consent": "data_protection"}

        assert administrator.post("/verwaltung/einstellungen/", sent).status_code == 302
        assert MunicipalSettings.load().support_consent == "data_protection"
        assert administrator.post("/verwaltung/einstellungen/", sent | {"support_consent": "everybody"}).status_code == 200
        assert MunicipalSettings.load().support_consent == "data_protection"


class TestSecrecy:
    def test_is_marked_at_the_file_beside_its_protection_need(self, browser: Any, file: RecordFile, manager: User) -> None:
        access = asked(file)
        page = f"/akten/{file.public_id}/schutzbedarf/"

        browser.post(page, {"file": "normal", "secrecy": "tax"})

        assert secrecy.mark_of(file) == "tax"
        assert '<option value="tax" selected>' in browser.get(page).content.decode()
        assert not support_access.waiting_for(person=manager, at=timezone.now()).filter(pk=access.pk).exists()
        assert browser.post(page, {"file": "normal", "secrecy": "none"}).status_code == 422

    def test_a_stale_page_of_a_unit_takes_no_mark_away(self, file: RecordFile, client_of: Callable[..., Any]) -> None:
        administrator, quick = client_of(UserFactory(roles=["administrator"])), ClerkFactory(display_name="Frau Schnell")
        address = f"/verwaltung/aktenplan/einheiten/{file.unit.public_id}/"
        assert '<input type="hidden" name="seen" value="">' in administrator.get(address).content.decode()
        secrecy.mark(target=file.unit, kind="social", by=quick, at=timezone.now())

        answer = administrator.post(f"{address}geheimnis/", {"secrecy": "tax", "seen": ""}, follow=True)

        assert "Frau Schnell" in answer.content.decode()
        assert secrecy.mark_of(file.unit) == "social"

    def test_is_marked_at_a_unit_by_an_administrator(self, file: RecordFile, client_of: Callable[..., Any]) -> None:
        administrator = client_of(UserFactory(roles=["administrator"]))
        address = f"/verwaltung/aktenplan/einheiten/{file.unit.public_id}/geheimnis/"

        administrator.post(address, {"secrecy": "social"})

        assert secrecy.mark_of(file.unit) == "social"
        assert (
            '<option value="social" selected>'
            in administrator.get(f"/verwaltung/aktenplan/einheiten/{file.unit.public_id}/").content.decode()
        )
        administrator.post(address, {"secrecy": "nonsense"})
        assert secrecy.mark_of(file.unit) == "social"


class TestTask:
    def test_ends_what_is_over(self, file: RecordFile, manager: User) -> None:
        from records.tasks import end_support_accesses

        access = accepted(file, manager)
        SupportAccess.objects.filter(pk=access.pk).update(until=timezone.now())

        end_support_accesses()

        access.refresh_from_db()
        assert access.state == "ended"

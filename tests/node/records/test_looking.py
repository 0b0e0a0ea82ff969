"""A guest of the competence centre: let in by a signed message, once, to one file; and nothing else of this site exists for her."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from foundation import signed
from records import looking, searching, support_access
from records.models import JournalEntry, RecordFile, RegisterSet, SupportAccess
from tenants import channel, passwords, staffing
from tenants.models import User
from tests.factories import ClerkFactory, OfficeFactory, UserFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, grant, managed_file
from tests.node.records.support import AGENT, TICKET, Centre, accept, accepted, asked
from tests.node.test_routes import EXPECTED, WALKED, Record, undone, visits
from tests.routes import Call, ask, filled

HOME = "/einblick/"


@pytest.fixture
def centre(settings: Any, tmp_path: Any) -> Centre:
    settings.CHANNEL = tmp_path / "channel"
    return Centre()


@pytest.fixture
def manager() -> User:
    return ClerkFactory()


@pytest.fixture
def file(manager: User) -> RecordFile:
    return managed_file(manager, title="Carport Quittenweg")


@pytest.fixture
def access(file: RecordFile, manager: User) -> SupportAccess:
    return accepted(file, manager)


def comes(browser: Any, token: str) -> Any:
    return browser.post("/einblick/ankommen/", {"token": token})


@pytest.fixture
def guest(centre: Centre, access: SupportAccess, client_of: Callable[..., Any]) -> Any:
    """The browser of the agent, let in."""
    browser = client_of(None)
    assert comes(browser, centre.introduces(access)).status_code == 302
    return browser


class TestArrive:
    def test_signs_the_agent_in_as_himself_on_the_file_and_journals_it(
        self, centre: Centre, access: SupportAccess, client_of: Callable[..., Any]
    ) -> None:
        browser = client_of(None)

        landed = comes(browser, centre.introduces(access))
        page = browser.get(landed["Location"]).content.decode()

        assert landed["Location"] == HOME
        for said in ("Carport Quittenweg", "Jule Behrens", TICKET):
            assert said in page
        entry = JournalEntry.objects.get(act="come_in_by_support_access")
        assert access.guest is not None
        assert (entry.actor, entry.actor_id) == ("Jule Behrens", access.guest.public_id)

    FORGED: dict[str, Callable[[Centre, SupportAccess], str]] = {
        "another key": lambda centre, access: centre.introduces(access, key=signed.Key.new()),
        "another node": lambda centre, access: centre.introduces(access, audience=str(uuid4())),
        "another issuer": lambda centre, access: centre.introduces(access, issuer=str(uuid4())),
        "another purpose": lambda centre, access: centre.introduces(access, purpose=channel.ORDER),
        "a handover's purpose": lambda centre, access: centre.introduces(access, purpose=channel.HANDOFF),
        "expired": lambda centre, access: centre.introduces(access, at=timezone.now() - timedelta(minutes=3)),
        "from the future": lambda centre, access: centre.introduces(access, at=timezone.now() + timedelta(minutes=3)),
        "good for too long": lambda centre, access: centre.introduces(access, lasts=timedelta(hours=72)),
        "another municipality": lambda centre, access: centre.introduces(access, claims={"municipality": "beispielheim"}),
        "another agent": lambda centre, access: centre.introduces(access, claims={"agent": str(uuid4())}),
        "another access": lambda centre, access: centre.introduces(access, claims={"access": str(uuid4())}),
        "the guest's own id": lambda centre, access: centre.introduces(
            access, claims={"agent": str(access.guest and access.guest.public_id)}
        ),
        "an agent that is no id": lambda centre, access: centre.introduces(access, claims={"agent": "Jule"}),
        "an agent that is no text": lambda centre, access: centre.introduces(access, claims={"agent": 7}),
        "more than a visit": lambda centre, access: centre.introduces(access, claims={"roles": ["administrator"]}),
        "more hours": lambda centre, access: centre.introduces(access, claims={"hours": "72"}),
        "another file": lambda centre, access: centre.introduces(access, claims={"file": "99-2026/0001"}),
        "none": lambda centre, access: "",
        "cut": lambda centre, access: centre.introduces(access)[:-4],
        "unsigned": lambda centre, access: "eyJhbGciOiJub25lIn0.e30.",
    }

    @pytest.mark.parametrize("how", FORGED)
    def test_what_is_forged_widened_or_for_somebody_else_opens_nothing(
        self, how: str, centre: Centre, access: SupportAccess, client_of: Callable[..., Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        browser = client_of(None)

        answer = comes(browser, self.FORGED[how](centre, access))

        assert answer.status_code == 403
        assert "sessionid" not in browser.cookies
        assert browser.get(HOME).status_code == 302
        assert not JournalEntry.objects.filter(act="come_in_by_support_access").exists()
        assert [record for record in caplog.records if record.levelname == "WARNING" and "support access" in record.getMessage()]

    def test_a_message_opens_the_door_once(self, centre: Centre, access: SupportAccess, client_of: Callable[..., Any]) -> None:
        token = centre.introduces(access)

        assert comes(client_of(None), token).status_code == 302
        assert comes(client_of(None), token).status_code == 403

    def test_nor_in_another_town(self, centre: Centre, access: SupportAccess, client_of: Callable[..., Any], beispielheim: Any) -> None:
        browser = client_of(None, host=beispielheim.hosts[0])

        assert comes(browser, centre.introduces(access)).status_code == 403
        assert comes(browser, centre.introduces(access, claims={"municipality": "beispielheim"})).status_code == 403

    @pytest.mark.parametrize("state", ["asked", "refused", "revoked", "over", "withheld"])
    def test_what_is_not_in_force_opens_nothing(
        self, state: str, centre: Centre, file: RecordFile, manager: User, client_of: Callable[..., Any]
    ) -> None:
        access, now = asked(file), timezone.now()
        if state == "refused":
            support_access.refuse(access=access, by=manager, at=now)
        elif state != "asked":
            access = accept(access, manager, at=now - timedelta(hours=5) if state == "over" else now)
        if state == "revoked":
            support_access.revoke(access=access, by=manager, at=now)
        if state == "withheld":
            RecordFile.objects.filter(pk=file.pk).update(protection_need="high")

        assert comes(client_of(None), centre.introduces(access)).status_code == 403

    def test_a_node_that_knows_no_centre_lets_nobody_in(
        self, centre: Centre, access: SupportAccess, client_of: Callable[..., Any], settings: Any, tmp_path: Any
    ) -> None:
        token = centre.introduces(access)
        settings.CHANNEL = tmp_path / "other"

        assert comes(client_of(None), token).status_code == 403

    def test_a_clerk_who_was_signed_in_there_is_not_mixed_up_with_her(
        self, centre: Centre, access: SupportAccess, manager: User, client_of: Callable[..., Any]
    ) -> None:
        browser = client_of(manager)

        comes(browser, centre.introduces(access))

        assert browser.get(HOME).status_code == 200
        assert browser.get("/aktenplan/").status_code == 404


class TestLook:
    def test_each_page_that_is_read_stands_in_the_journal_once(self, guest: Any, access: SupportAccess, file: RecordFile) -> None:
        document = DocumentFactory(file=file, title="Bauantrag", pages=["Zwetschge eins", "Zwetschge zwei"])

        for _twice in range(2):
            assert "Bauantrag" in guest.get(HOME).content.decode()
            first = guest.get(f"/einblick/{document.public_id}/1/")
            second = guest.get(f"/einblick/{document.public_id}/2/")

        assert "Zwetschge eins" in first.content.decode()
        assert "Zwetschge zwei" in second.content.decode()
        entries = JournalEntry.objects.filter(act="look_by_support_access").order_by("sequence")
        pages = [{value.field: value.new for value in entry.values.all()}.get("page") for entry in entries]
        assert pages == [None, "1", "2"]
        assert {entry.file_id for entry in entries} == {file.public_id}
        assert {entry.actor for entry in entries} == {"Jule Behrens"}
        assert [entry.object_kind for entry in entries] == ["RecordFile", "Document", "Document"]

    def test_a_picture_counts_as_read_too_and_is_kept_in_no_cache(
        self, guest: Any, file: RecordFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("records.page_images.page_image", lambda version, page, width: b"JPEG")
        document = DocumentFactory(file=file, pages=["eins"])

        answer = guest.get(f"/einblick/{document.public_id}/1/bild/")

        assert (answer.status_code, answer.content) == (200, b"JPEG")
        assert "no-store" in answer["Cache-Control"]
        assert JournalEntry.objects.filter(act="look_by_support_access", object_id=document.public_id).count() == 1

    def test_other_documents_pages_beyond_and_cancelled_ones_are_not_there(self, guest: Any, file: RecordFile) -> None:
        neighbour = DocumentFactory(file=RecordFileFactory(unit=file.unit), pages=["eins"])
        own = DocumentFactory(file=file, pages=["eins"])
        cancelled = DocumentFactory(file=file, pages=["eins"], cancelled_at=timezone.now())

        for path in (f"{neighbour.public_id}/1/", f"{own.public_id}/2/", f"{own.public_id}/0/", f"{cancelled.public_id}/1/"):
            assert guest.get(HOME + path).status_code == 404, path
            assert guest.get(f"{HOME}{path}bild/").status_code == 404, path
        assert not JournalEntry.objects.filter(act="look_by_support_access").exists()

    @pytest.mark.parametrize(
        ("area", "shown"), [("settings", "{code}-{year}"), ("organisation", "Ordnungsamt"), ("register_sets", "Hochbau")]
    )
    def test_an_area_shows_settings_and_neither_content_nor_people(
        self, area: str, shown: str, centre: Centre, file: RecordFile, client_of: Callable[..., Any]
    ) -> None:
        OfficeFactory(name="Ordnungsamt")
        RegisterSet.objects.create(name="Hochbau")
        person = ClerkFactory(display_name="Erika Abel")
        access = accept(asked(file=None, area=area), UserFactory(roles=["administrator"]))
        browser = client_of(None)
        comes(browser, centre.introduces(access))

        page = browser.get(HOME).content.decode()

        assert shown in page
        for secret in (file.title, file.file_reference, str(person)):
            assert secret not in page
        document = DocumentFactory(file=file, pages=["eins"])
        assert browser.get(f"{HOME}{document.public_id}/1/").status_code == 404
        assert access.guest is not None
        assert not RecordFile.objects.visible_to(access.guest).exists()

    def test_the_number_of_queries_does_not_grow_with_what_lies_in_the_file(
        self, guest: Any, file: RecordFile, queries: Callable[..., Any]
    ) -> None:
        document, seen = DocumentFactory(file=file, pages=["eins"]), []
        for more in (0, 12):
            for _each in range(more):
                DocumentFactory(file=file, pages=["eins", "zwei"])
            guest.get(HOME)  # the first time writes
            guest.get(f"{HOME}{document.public_id}/1/")
            with queries() as list_page:
                guest.get(HOME)
            with queries() as sheet:
                guest.get(f"{HOME}{document.public_id}/1/")
            seen.append((len(list_page), len(sheet)))

        assert seen[0] == seen[1]
        assert max(*seen[0]) <= 16, seen


class TestNothingElse:
    def test_no_other_route_of_the_site_exists_for_a_guest_and_none_writes(
        self, centre: Centre, client_of: Callable[..., Any], tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Let in to one file, walking all routes with the ids of another one, and of her own."""
        settings.MUNICIPALITY_INDEXES = tmp_path
        monkeypatch.setattr(searching, "_open", {})
        record = Record()
        unit = FilePlanUnitFactory()
        grant(record.owner, unit, "manage")
        own = accepted(RecordFileFactory(unit=unit), record.owner)
        browser, faults = client_of(None), []
        comes(browser, centre.introduces(own))
        assert own.file is not None
        mine = DocumentFactory(file=own.file, pages=["eins"])
        ids = {
            **record.ids,
            "file": own.file.public_id,
            "files": own.file.public_id,
            "document": mine.public_id,
            "documents": mine.public_id,
        }
        open_to_her = {"records:support_look", "records:support_sheet", "tenants:coat_of_arms", "tenants:logout"}
        open_to_her |= {"records:support_picture", "pages:accessibility", "pages:privacy", "pages:imprint", "records:support_arrive"}
        before = record.fingerprint()

        for name, _route, call, address in [*visits(record), *of_hers(ids)]:
            with undone():
                answer = ask(browser, call, address, record.ids)
                if name not in open_to_her and answer.status not in (401, 404):
                    faults.append(f"{call.method} {name}: {answer.status}")
                if call.method != "get" and name not in ("tenants:logout", "records:support_arrive") and record.fingerprint() != before:
                    faults.append(f"{call.method} {name} wrote")

        assert not faults, "\n".join(faults)
        assert len(EXPECTED) > 100

    def test_a_token_for_programs_is_worth_nothing(self, access: SupportAccess, api_client: Callable[..., Any]) -> None:
        answer = api_client(access.guest).get("/api/v1/files/")

        assert answer.status_code == 401

    def test_a_session_that_did_not_begin_with_an_access_ends(self, access: SupportAccess, client_of: Callable[..., Any]) -> None:
        browser = client_of(access.guest)

        assert browser.get(HOME).status_code == 403
        assert browser.get(HOME).status_code == 302

    @pytest.mark.parametrize("how", ["revoked", "over", "ended by the centre", "withheld"])
    def test_the_session_ends_with_the_access(self, how: str, guest: Any, access: SupportAccess, manager: User) -> None:
        assert guest.get(HOME).status_code == 200
        now = timezone.now()
        if how == "revoked":
            support_access.revoke(access=access, by=manager, at=now)
        elif how == "over":
            SupportAccess.objects.filter(pk=access.pk).update(until=now)
        elif how == "withheld":
            RecordFile.objects.filter(pk=access.file_id).update(protection_need="high")
        else:
            access.refresh_from_db()
            support_access._end(access, by=None, at=now, why="ticket_closed")

        first, second = guest.get(HOME), guest.get(HOME)

        assert first.status_code in (302, 403)
        assert "Carport" not in first.content.decode()
        assert second.status_code == 302
        assert second["Location"].startswith("/anmelden/")

    def test_nobody_gives_a_guest_a_password_a_role_or_an_office(self, access: SupportAccess, client_of: Callable[..., Any]) -> None:
        guest, at, administrator = access.guest, timezone.now(), UserFactory(roles=["administrator"])
        assert guest is not None

        with pytest.raises(passwords.CannotHandOut):
            passwords.hand_out(person=guest, by=administrator, at=at)
        with pytest.raises(staffing.CannotStaff):
            staffing.set_roles(person=guest, roles=["clerk"], by=administrator, at=at)
        with pytest.raises(staffing.CannotStaff):
            staffing.move_person(person=guest, to=OfficeFactory(), by=administrator, at=at)
        browser = client_of(administrator)
        assert browser.get(f"/verwaltung/personen/{guest.public_id}/").status_code == 404
        assert "Jule Behrens" not in browser.get("/verwaltung/personen/?state=").content.decode()

    def test_an_ordinary_person_finds_no_page_of_guests(self, manager: User, client_of: Callable[..., Any]) -> None:
        assert client_of(manager).get(HOME).status_code == 404

    def test_others_pay_no_query_for_it(self, manager: User, client_of: Callable[..., Any], queries: Callable[..., Any]) -> None:
        browser = client_of(manager)
        browser.get("/passwort/")

        with queries() as seen:
            browser.get("/passwort/")

        assert not [query for query in seen.captured_queries if "support" in (query["sql"] or "")]


def of_hers(ids: dict[str, Any]) -> Iterator[Any]:
    """All calls with the ids of the file that she was let in to."""
    for name, route in EXPECTED.items():
        for call in route.calls:
            filled_in = Call(**{**vars(call), "query": call.query.format(**ids)})
            yield name, route, filled_in, filled(WALKED[name], ids)


def test_the_agents_id_is_what_binds_the_guest(access: SupportAccess) -> None:
    assert access.guest is not None
    assert access.guest.username == f"zentrum.{AGENT.hex}"
    assert looking.in_force(access_id=str(access.public_id), guest=access.guest, at=timezone.now()) == access
    assert looking.in_force(access_id=str(access.public_id), guest=ClerkFactory(), at=timezone.now()) is None

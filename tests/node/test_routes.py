"""Every route of a node, called by everybody who must not pass: strangers, colleagues, the neighbouring town, roles without grants.

The table of routes is tests/node/route_table.py. Each test walks all of them and names every route that fails.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from records import (
    editions,
    erasure,
    granting,
    index_keeping,
    intake,
    journal_review,
    linking,
    reading,
    register_sets,
    reminding,
    retaining,
    searching,
    sticking,
)
from records.models import EmergencyAccess, ErasureRequest, Export, Information, Reading, SupportAccess, Volume
from tenants import current, guests, registry, stores
from tenants.models import AccessibilityFeedback, MunicipalSettings, User
from tenants.roles import Role
from tests.factories import ClerkFactory, OfficeFactory, UserFactory
from tests.foundation.papers import typed
from tests.node import factories
from tests.node.factories import (
    CaseFactory,
    DocumentFactory,
    FilePlanUnitFactory,
    IndexFieldFactory,
    IndexValueFactory,
    MissingSheetFactory,
    ParticipantFactory,
    RecordFileFactory,
    RegisterFactory,
)
from tests.node.route_table import EXPECTED
from tests.routes import RIGHTS, Answer, Call, Route, ask, filled, walk

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WALKED = walk("ebehoerdenakte.urls_node")
LEVEL = {"": 0, **{right: level for level, right in enumerate(RIGHTS, start=1)}}
ON_RECORDS = {name: route for name, route in EXPECTED.items() if any(call.right for call in route.calls)}

# What nobody else may ever read. The search word "Quittenbaum" is no secret: pages repeat what was typed.
SECRETS = {
    "title": "streitsache",
    "reference": "xq 77-2026/0815",
    "document": "mirabelle",
    "text": "zwetschge",
    "note": "schlehe",
    "register": "holunder",
    "case": "mispel",
    "participant": "schlehe",
    "missing_sheet": "sanddorn",
    "index_value": "pflaume",
}
UNIT_SECRETS = {"unit": "obstfragen"}

Visit = tuple[str, Route, Call, str]


class Record:
    """A file with a document that has been read, and all the ids that an address may ask for.

    `restricted`: an access restriction lies on the file, so that rights on its unit do not open it any more.
    """

    def __init__(self, *, restricted: bool = False) -> None:
        MunicipalSettings.load()
        MunicipalSettings.objects.update(registry_sees_restricted=True)
        self.owner = ClerkFactory(display_name="Hüterin")
        unit = FilePlanUnitFactory(classification_code="XQ 77", title="Obstfragen")
        self.file = RecordFileFactory(unit=unit, title="Quittenbaum, Streitsache", file_reference="XQ 77-2026/0815", created_by=self.owner)
        register = RegisterFactory(file=self.file, name="Holunder")
        paper = io.BytesIO()
        typed("Am Quittenbaum haengt eine Zwetschge").save(paper)
        kept = stores.of_municipality().put(paper.getvalue())
        self.document = intake.take_in(
            arrival=intake.Arrival(kept, "mirabelle.pdf"),
            file=self.file,
            register=register,
            title="Gutachten Mirabelle",
            by=self.owner,
            at=AT,
        )
        reading.read(reading_id=Reading.objects.get(version__document=self.document).pk)
        self.note = sticking.stick(document=self.document, page=1, text="Schlehe beachten", printed=False, by=self.owner, at=AT)
        asked = erasure.ask_for_erasure(document=self.document, reason="Irrläufer", by=self.owner, at=AT)
        self.hold = retaining.place_hold(file=self.file, reason="Klage", by=self.owner, at=AT)
        facts = self._facts()
        granting.grant(target=self.file, to=self.owner, right="manage_records", by=None, at=AT)
        if restricted:
            granting.restrict_file(file=self.file, restricted=True, by=None, at=AT)
        self.file.refresh_from_db()
        self.ids = {**self._ids(asked), **self._ids_of_rights(), **facts}
        index_keeping.rebuild()

    def _ids_of_rights(self) -> dict[str, Any]:
        """A substitute of the owner, and emergency access: one that runs in this file, one to another file that waits for approval."""
        now = timezone.now()
        other = factories.restricted(RecordFileFactory(file_reference="ZZ 1-2026/0001"), UserFactory())
        running = {"approved_by": UserFactory(), "approved_at": now, "until": now + timedelta(hours=1)}
        asked = {"reason": "Notfall", "asked_at": now}
        access = EmergencyAccess.objects.create(file=self.file, asked_by=UserFactory(), **asked, **running)
        waiting = EmergencyAccess.objects.create(file=other, asked_by=UserFactory(), **asked).public_id
        self.substitute = factories.standing_in_for(self.owner, UserFactory())
        support = {"ticket": "2026-000123", "agent_name": "Jule Behrens", "named": "AZ alt", "file": self.file, "hours": 4, "asked_at": now}
        waits = SupportAccess.objects.create(agent_id=uuid4(), **support)
        guest = guests.account_of(centre_id=uuid4(), name="Jule Behrens")
        decided = {"state": "accepted", "decided_at": now, "decided_by": "Hüterin", "until": now + timedelta(hours=1), "guest": guest}
        self.running = SupportAccess.objects.create(agent_id=uuid4(), **support, **decided).public_id
        ids = {"access": waits.public_id, "running": self.running}
        ids |= {"substitute": self.substitute.public_id, "substitutes": self.substitute.public_id, "today": timezone.localdate()}
        return {**ids, "emergency_id": access.public_id, "waiting": waiting, "emergency-access": waiting}

    def _facts(self) -> dict[str, Any]:
        """What the file says beside its document; and a second file of the same unit, which it is linked with."""
        other = DocumentFactory(file=RecordFileFactory(unit=self.file.unit, title="Nachbarakte"), number=1, title="Nachbarblatt")
        field = IndexFieldFactory(unit=self.file.unit, name="Sorte")
        IndexValueFactory(file=self.file, field=field, text="Pflaume")
        self.file.external_system, self.file.external_reference = "Obst", "X/1"
        self.file.save(update_fields=["external_system", "external_reference"])
        link = linking.link_files(file=self.file, other=other.file, by=self.owner, at=AT)
        return {
            "case": CaseFactory(file=self.file, title="Mispel").public_id,
            "participant": ParticipantFactory(file=self.file, name="Schlehe").public_id,
            "missing_sheet": MissingSheetFactory(file=self.file, what="Sanddorn").public_id,
            "field": field.public_id,
            "link": link.public_id,
            "cross_reference": linking.add_cross_reference(file=self.file, document=other, by=self.owner, at=AT).public_id,
            "other_reference": other.file.file_reference,
            "system": "Obst",
            "reference": "X/1",
        }

    def _ids(self, asked: ErasureRequest) -> dict[str, Any]:
        file, document, unit = self.file.public_id, self.document.public_id, self.file.unit.public_id
        colleague, office = UserFactory(), OfficeFactory()
        granting.grant(target=self.file.unit, to=self.owner, right="read_records", by=None, at=AT)
        reminder = reminding.set_reminder(
            file=self.file, due_on=date(2040, 1, 1), to=self.owner, note="Mirabelle", document=self.document, by=self.owner, at=AT
        )
        officer = UserFactory(roles=[Role.DATA_PROTECTION])
        review = journal_review.ask_for_review(
            person=self.owner, first_day=AT.date(), last_day=AT.date(), reason="Verdacht", by=officer, at=AT
        )
        feedback = AccessibilityFeedback.objects.create(message="Zu klein", created_at=AT)
        shared = {
            "version": 1,
            "key": "0123456789abcdef",
            "exercise": "file-scan",
            "page": 1,
            "number": 1,
            "code": "XQ 77",
            "etag": self.file.etag,
            "document_etag": self.document.etag,
            "host": current.municipality().hosts[0],
        }
        by_name = {
            "note": self.note.public_id,
            "sticky-notes": self.note.public_id,
            "file": file,
            "unit": unit,
            "document": document,
            "public_id": colleague.public_id,
            "person": colleague.public_id,
            "office_id": office.public_id,
        }
        # `id` is told by the part of the address before it
        of_api = {"files": file, "file-plan": unit, "documents": document, "reminders": reminder.public_id}
        work = {
            "reminder": reminder.public_id,
            "review": review.public_id,
            "owner": self.owner.public_id,
            "owner_name": self.owner.username,
        }
        others = {**work, "colleague": colleague.public_id, "office": office.public_id, "feedback": feedback.public_id}
        volume = Volume.objects.create(file=self.file, number=1, opened_on=AT.date())
        life = {"register": self.document.register.public_id, "volume": volume.public_id, "hold": self.hold.public_id}
        export = Export.objects.create(file=self.file, kind=Export.Kind.FILE_PDF, asked_at=AT, asked_by=self.owner)
        Information.objects.create(export=export, purpose="inspection", recipient="Schlehe", reason="Klage", asked_by=self.owner)
        edition = editions.prepare_edition(name="Ausgabe 2027", by=self.owner, at=AT)
        plan = {"edition": edition.public_id, "planned": edition.units.get().public_id}
        plan["file-plan-editions"] = edition.public_id
        plan["register_set"] = register_sets.create_set(name="Allgemein", by=self.owner, at=AT).public_id
        return {**life, **shared, **by_name, **of_api, **others, **plan, "erasure_id": asked.public_id, "export": export.public_id}

    def clerk(self, right: str) -> User:
        """A colleague with this right in the unit and with no role at all."""
        person: User = UserFactory()
        granting.grant(target=self.file.unit, to=person, right=f"{right}_records", by=None, at=AT)
        return person

    def fingerprint(self) -> list[Any]:
        """Digest of every row of the records' tables."""
        with current.connection().cursor() as cursor:
            cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'records\\_%%' ORDER BY 1")
            tables = [name for (name,) in cursor.fetchall()]
            union = " UNION ALL ".join(f"SELECT '{t}', md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {t} r" for t in tables)
            cursor.execute(union)
            return cursor.fetchall()


@pytest.fixture
def record(tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Somebody's record in Musterstadt, indexed."""
    settings.MUNICIPALITY_INDEXES = tmp_path
    monkeypatch.setattr(searching, "_open", {})
    return Record()


@contextmanager
def undone() -> Iterator[None]:
    """Take back what a call did, in whichever town, so that the next one meets the record as it was."""
    with ExitStack() as towns:
        for town in registry.everyone():
            with current.use(town):
                towns.enter_context(current.atomic())
        yield
        for town in registry.everyone():
            transaction.set_rollback(True, using=town.alias)


def visits(record: Record, routes: dict[str, Route] = EXPECTED) -> Iterator[Visit]:
    """All calls of the table with their addresses."""
    for name, route in routes.items():
        ids = record.ids
        if name.startswith("tenants:office"):
            ids = {**ids, "public_id": ids["office"]}
        if name == "tenants:substitute_end":
            ids = {**ids, "public_id": ids["substitute"]}
        if name == "records:emergency_approve":
            ids = {**ids, "emergency_id": ids["waiting"]}
        if name == "records:support_end":
            ids = {**ids, "access": ids["running"]}
        if name == "pages:feedback_done":
            ids = {**ids, "public_id": ids["feedback"]}
        for call in route.calls:
            yield name, route, Call(**{**vars(call), "query": call.query.format(**ids)}), filled(WALKED[name], ids)


def leaks(answer: Answer, but: tuple[str, ...] = (), *, also: dict[str, str] | None = None) -> list[str]:
    return [what for what, secret in {**SECRETS, **(also or {})}.items() if secret in answer.said and what not in but]


def is_turned_away(answer: Answer, address: str) -> bool:
    """What a stranger gets: the login page, or 401 from the API."""
    if address.startswith("/api/"):
        return answer.status == 401 and answer.media_type == "application/problem+json"
    return answer.status == 302 and answer.location.startswith("/anmelden/?next=")


def said(name: str, call: Call, answer: Answer, more: Any = "") -> str:
    return f"{call.method.upper()} {name}{call.query}: {answer.status} {more}"


def listed(faults: list[str]) -> str:
    return "\n".join(["", *faults])


class Hidden:
    """Walk all routes as somebody from whom the record is hidden, and write down what is wrong."""

    def __init__(self, record: Record, host: str | None = None) -> None:
        self.record, self.host, self.faults = record, host, list[str]()

    def walk(self, client: Any, *, roles: tuple[str, ...] = (), only_api: bool = False, in_town: bool = True) -> None:
        names = {**self.record.ids, **({"host": self.host} if self.host else {})}
        before = self.record.fingerprint()
        for name, route, call, address in visits(self.record):
            if only_api and not address.startswith("/api/"):
                continue
            with undone():
                answer = ask(client, call, address, names)
                invited = bool(set(roles) & set(route.roles)) and not set(roles) & set(route.never)
                units_too = {} if roles else UNIT_SECRETS
                self._judge(said(name, call, answer), route, call, answer, invited=invited, in_town=in_town, also=units_too)
                if call.method != "get" and not (invited or call.own) and self.record.fingerprint() != before:
                    self.faults.append(said(name, call, answer, "changed the record"))

    def _judge(self, line: str, route: Route, call: Call, answer: Answer, *, invited: bool, in_town: bool, also: dict[str, str]) -> None:
        if found := leaks(answer, route.shows if invited else (), also=also):
            self.faults.append(f"{line} shows {found}")
        if invited:
            if answer.status in (401, 403, 404, 500) and in_town:
                self.faults.append(f"{line}, though this role may pass")
        elif route.roles:
            if answer.status != 404:
                self.faults.append(f"{line} instead of 404")
        elif call.right and answer.status != call.refused:
            self.faults.append(f"{line} instead of {call.refused}")
        elif not (call.right or route.open) and answer.status != (good := call.good if in_town else call.cells.get("neighbour", call.good)):
            self.faults.append(f"{line} instead of {good}")
        elif answer.status >= 500:
            self.faults.append(line)


class TestTable:
    def test_every_route_is_listed(self) -> None:
        assert sorted(WALKED.keys() - EXPECTED.keys()) == [], "say in tests/node/route_table.py who may pass there"

    def test_nothing_is_listed_that_is_gone(self) -> None:
        assert sorted(EXPECTED.keys() - WALKED.keys()) == []

    def test_other_methods_are_refused(self, record: Record, client_of: Callable[..., Any]) -> None:
        everything: User = UserFactory(roles=Role.values)
        granting.grant(target=record.file.unit, to=everything, right="manage_records", by=None, at=AT)
        client, faults = client_of(everything), []

        for name, route in EXPECTED.items():
            [(_name, _route, _call, address), *_more] = visits(record, {name: route})
            for method in {"get", "post", "patch", "put", "delete"} - {call.method for call in route.calls}:
                with undone():
                    answer = ask(client, Call(method), address, record.ids)
                if name == "tenants:login":
                    continue  # Django's own sends whoever is signed in home, whatever the method
                if answer.status != 405:
                    faults.append(f"{method.upper()} {name}: {answer.status}")
                if "<h1>" not in answer.said and answer.media_type != "application/problem+json":
                    faults.append(f"{method.upper()} {name}: an empty page")

        assert not faults, listed(faults)


class TestThoseWhoMay:
    """Without this all the refusals below might be for another reason."""

    def test_somebody_with_the_right_passes_every_route(self, record: Record, client_of: Callable[..., Any]) -> None:
        everything: User = UserFactory(roles=Role.values)
        granting.grant(target=record.file.unit, to=everything, right="manage_records", by=None, at=AT)
        client, faults = client_of(everything), []

        for name, route, call, address in visits(record):
            with undone():
                answer = ask(client, call, address, record.ids)
            if answer.status != call.good and not (route.open or route.roles):
                faults.append(said(name, call, answer, f"instead of {call.good}"))
            if call is route.calls[-1] and call.method == "get" and route.found.format(**record.ids).casefold() not in answer.said:
                faults.append(said(name, call, answer, f"does not show {route.found}"))

        assert not faults, listed(faults)

    @pytest.mark.parametrize("right", RIGHTS)
    def test_a_right_opens_what_needs_it_and_no_more(self, right: str, record: Record, client_of: Callable[..., Any]) -> None:
        client, faults = client_of(record.clerk(right)), []
        before = record.fingerprint()

        for name, _route, call, address in visits(record, ON_RECORDS):
            with undone():
                answer = ask(client, call, address, record.ids)
                unchanged = record.fingerprint() == before
            enough = LEVEL[call.right] <= LEVEL[right]
            if enough and answer.status != call.good:
                faults.append(said(name, call, answer, f"instead of {call.good}"))
            if not enough and (answer.status not in {403, 404, call.refused} or not unchanged):
                faults.append(said(name, call, answer, f"for somebody who may only {right}"))

        assert not faults, listed(faults)


class TestStrangers:
    def test_get_the_login_page_or_401_everywhere(
        self, record: Record, client_of: Callable[..., Any], api_client: Callable[..., Any]
    ) -> None:
        faults, before = [], record.fingerprint()

        for name, route, call, address in visits(record):
            for client in (client_of(None), api_client(None)):
                with undone():
                    answer = ask(client, call, address, record.ids)
                    unchanged = record.fingerprint() == before
                expected = answer.status == call.good or call.method == "post" if route.open else is_turned_away(answer, address)
                if not expected or not unchanged or leaks(answer, also=UNIT_SECRETS):
                    faults.append(said(name, call, answer, leaks(answer, also=UNIT_SECRETS)))

        assert not faults, listed(faults)

    def test_a_wrong_token_opens_no_route_of_the_api(self, record: Record, api_client: Callable[..., Any]) -> None:
        client = api_client(None)
        client.credentials(HTTP_AUTHORIZATION="Bearer 0123456789abcdef")

        answers = {
            name: ask(client, call, address, record.ids)
            for name, route, call, address in visits(record)
            if address.startswith("/api/") and not route.open
        }

        assert {name for name, answer in answers.items() if answer.status != 401} == set()


class TestColleagues:
    def test_a_clerk_without_a_right_meets_the_record_nowhere(
        self, record: Record, client_of: Callable[..., Any], api_client: Callable[..., Any]
    ) -> None:
        person, hidden = ClerkFactory(), Hidden(record)

        hidden.walk(client_of(person), roles=(), in_town=True)
        hidden.walk(api_client(person), only_api=True)

        assert not hidden.faults, listed(hidden.faults)

    @pytest.mark.parametrize("roles", [(role,) for role in Role.values] + [tuple(Role.values), ("superuser",)], ids=" and ".join)
    def test_administration_is_not_access(self, roles: tuple[str, ...], record: Record, client_of: Callable[..., Any]) -> None:
        person = UserFactory(roles=roles, is_superuser=roles == ("superuser",))
        hidden = Hidden(record)

        hidden.walk(client_of(person), roles=roles)

        assert not hidden.faults, listed(hidden.faults)


class TestTheNeighbouringTown:
    """A clerk of Beispielheim who may do everything there, with ids of Musterstadt."""

    @pytest.fixture
    def neighbour(self, beispielheim: Any) -> User:
        with current.use(beispielheim):
            unit = FilePlanUnitFactory()
            person: User = UserFactory(roles=[Role.CLERK])
            granting.grant(target=unit, to=person, right="manage_records", by=None, at=AT)
            index_keeping.rebuild()
        return person

    def test_finds_nothing_at_home(
        self, record: Record, neighbour: User, beispielheim: Any, client_of: Callable[..., Any], api_client: Callable[..., Any]
    ) -> None:
        hidden = Hidden(record, host=beispielheim.hosts[0])
        with current.use(beispielheim):
            browser, program = client_of(neighbour), api_client(neighbour)

        hidden.walk(browser, in_town=False)
        hidden.walk(program, only_api=True, in_town=False)

        assert not hidden.faults, listed(hidden.faults)

    def test_is_a_stranger_with_her_cookie_and_her_token(
        self, record: Record, neighbour: User, beispielheim: Any, client_of: Callable[..., Any], api_client: Callable[..., Any]
    ) -> None:
        UserFactory(pk=neighbour.pk, username=neighbour.username, password=neighbour.password)  # the same number in this town
        with current.use(beispielheim):
            browser, program = client_of(neighbour), api_client(neighbour)
        faults = []

        for name, route, call, address in visits(record):
            for client in (browser, program) if address.startswith("/api/") else (browser,):
                with undone():
                    answer = ask(client, call, address, record.ids)
                if leaks(answer, also=UNIT_SECRETS) or not (route.open or is_turned_away(answer, address)):
                    faults.append(said(name, call, answer))

        assert not faults, listed(faults)


class TestIdsOfNothing:
    def test_unknown_ids_are_told_apart_by_nobody(self, record: Record, client_of: Callable[..., Any]) -> None:
        """A record that is hidden and one that never was give the same answer: not even its existence is told."""
        client, faults = client_of(ClerkFactory()), []

        for name, _route, call, address in visits(record, ON_RECORDS):
            if not any(str(record.ids[of]) in address for of in ("file", "unit", "document")):
                continue
            nothing = address
            for of in ("file", "unit", "document"):
                nothing = nothing.replace(str(record.ids[of]), str(uuid4()))
            with undone():
                hidden, absent = ask(client, call, address, record.ids), ask(client, call, nothing, record.ids)
            if (hidden.status, len(hidden.said)) != (absent.status, len(absent.said)):
                faults.append(said(name, call, hidden, f"but {absent.status} for an id of nothing"))

        assert not faults, listed(faults)

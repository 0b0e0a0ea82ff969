"""Every route × every role × both towns × a plain and a restricted record: what each cell must answer, as one rule over the table of routes.

The expectation of a cell comes from tests/node/route_table.py alone (who may pass, with which right, what the others get); where a person
meets something else on purpose, the call says so there (`cells`). A route without an entry fails tests/node/test_routes.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from records import granting, index_keeping, searching
from tenants import current
from tenants.models import User
from tenants.roles import Role
from tests.factories import UserFactory
from tests.node.factories import FilePlanUnitFactory, standing_in_for
from tests.node.test_routes import AT, EXPECTED, LEVEL, UNIT_SECRETS, WALKED, Record, ask, leaks, listed, said, undone, visits
from tests.routes import MANAGE, READ, WRITE, Call, Route

STRANGER, NEIGHBOUR, SUBSTITUTE = "stranger", "neighbour", "substitute"


@dataclass(frozen=True)
class Person:
    """Somebody who walks the routes: her roles, and her level in the unit of the record."""

    name: str
    roles: tuple[str, ...] = ()
    right: str = ""

    @property
    def level(self) -> int:
        return LEVEL[self.right]


# What is restricted already is not restricted again; lifting that succeeds instead. Nothing leaves the house without its being confirmed.
OF_RESTRICTED = {
    ("records_api:file_restrict", "get"): 409,
    ("records_api:file_restrict", "post"): 409,
    ("records_api:file_lift_restriction", "get"): 200,
    ("records_api:file_lift_restriction", "post"): 204,
    ("records:file_print", "post"): 422,
    ("records:file_exports", "post"): 422,
    ("records_api:exports", "post"): 400,
    ("records:file_journal_export", "post"): 302,  # the warning comes first, and she has to say that she has read it
    # Nobody consents to a restricted file's being shown to support.
    ("records:support_accept", "post"): 404,
    ("records:support_refuse", "post"): 404,
}
BY_A_SUBSTITUTE = {("records:support_end", "post"): 404}  # who stands in does not decide on consent, nor on its end
PEOPLE = [
    Person(STRANGER),
    Person("clerk without a right", (Role.CLERK,)),
    Person("reader", (Role.CLERK,), READ),
    Person("writer", (Role.CLERK,), WRITE),
    Person("manager", (Role.CLERK,), MANAGE),
    Person(SUBSTITUTE, (Role.CLERK,), WRITE),  # of somebody who may write
    Person(NEIGHBOUR, (Role.CLERK,)),
    *(Person(role, (role,)) for role in Role.values if role != Role.CLERK),
]


def is_of_the_file(record: Record, call: Call, address: str) -> bool:
    """Whether a call is about the file or the document itself, and not only about the unit it lies in."""
    ids = {str(record.ids[name]) for name in ("file", "document", "erasure_id", "reminder", "note", "access", "running")}
    return any(each in address for each in ids) or call.sent.get("file") == "{file}" or address.startswith("/akte/extern/")


def expected(person: Person, route: Route, call: Call, address: str, *, level: int) -> int:
    """The status of one cell. `level` is 0 where the record is hidden: then it is that of anybody else, whatever the cell says."""
    api = address.startswith("/api/")
    if person.name in call.cells and not (person.level and not level):
        return call.cells[person.name]
    if route.open:
        return call.good if person.name == STRANGER else call.cells.get("signed in", call.good)
    if person.name == STRANGER:
        return 401 if api else 302
    invited = bool(set(person.roles) & set(route.roles))
    if call.right:
        if level >= LEVEL[call.right] or invited:
            return call.good
        if level and api:
            return 403  # it may be seen, but not so
        return 404 if route.roles and not api else call.refused
    return call.good if invited or not route.roles else 404


@pytest.fixture
def browser_of(beispielheim: Any, client_of: Callable[..., Any]) -> Callable[[Person, Record], Any]:
    """A person's browser. All rights are given on the unit: the way most people come to see files."""

    def make(person: Person, record: Record) -> Any:
        if person.name == STRANGER:
            return client_of(None)
        if person.name == NEIGHBOUR:
            with current.use(beispielheim):
                neighbour = UserFactory(roles=person.roles)
                granting.grant(target=FilePlanUnitFactory(), to=neighbour, right="manage_records", by=None, at=AT)
                index_keeping.rebuild()
                return client_of(neighbour)
        user: User = UserFactory(roles=person.roles)
        holder = UserFactory() if person.name == SUBSTITUTE else user
        if person.right:
            granting.grant(target=record.file.unit, to=holder, right=f"{person.right}_records", by=None, at=AT)
        if person.name == SUBSTITUTE:
            standing_in_for(holder, user)
        return client_of(user)

    return make


class TestMatrix:
    @pytest.mark.parametrize("restricted", [False, True], ids=["plain", "restricted"])
    @pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
    def test_every_cell_answers_as_the_table_says(
        self,
        person: Person,
        restricted: bool,
        browser_of: Callable[[Person, Record], Any],
        beispielheim: Any,
        tmp_path: Any,
        settings: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        settings.MUNICIPALITY_INDEXES = tmp_path
        monkeypatch.setattr(searching, "_open", {})
        record = Record(restricted=restricted)
        browser, faults, cells = browser_of(person, record), list[str](), 0
        names = {**record.ids, "host": beispielheim.hosts[0]} if person.name == NEIGHBOUR else record.ids
        before = record.fingerprint()

        for name, route, call, address in visits(record):
            level = 0 if restricted and is_of_the_file(record, call, address) else person.level
            wanted = expected(person, route, call, address, level=level)
            with undone():
                answer = ask(browser, call, address, names)
                passed = answer.status == call.good and wanted == call.good
                unchanged = call.method == "get" or passed or record.fingerprint() == before
            cells += 1
            line = said(name, call, answer)
            if answer.status != wanted:
                faults.append(f"{line} instead of {wanted}")
            if not unchanged:
                faults.append(f"{line} changed the record")
            if answer.media_type.startswith("text/html") and " object (" in answer.said:
                faults.append(f"{line} shows an object that has no words for people")
            if restricted or not person.level:
                shows = route.shows if set(person.roles) & set(route.roles) else ()
                units = UNIT_SECRETS if not person.level and not set(person.roles) - {Role.CLERK} else {}
                if found := leaks(answer, shows, also=units):
                    faults.append(f"{line} shows {found}")

        assert not faults, listed(faults)
        assert cells == sum(len(route.calls) for route in EXPECTED.values())
        assert EXPECTED.keys() == WALKED.keys()


class TestRestrictedRecord:
    """Those who are named for it pass as ever: without this the refusals above might be for another reason."""

    @pytest.mark.parametrize("way", ["granted", "named for the substitute"])
    def test_is_open_to_whoever_is_named_for_it(
        self, way: str, client_of: Callable[..., Any], tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.MUNICIPALITY_INDEXES = tmp_path
        monkeypatch.setattr(searching, "_open", {})
        record = Record(restricted=True)
        person: User = UserFactory()
        if way == "granted":
            granting.grant(target=record.file, to=person, right="manage_records", by=None, at=AT)
            granting.grant(target=record.file.unit, to=person, right="read_records", by=None, at=AT)  # and the file it is linked with
        else:
            standing_in_for(record.owner, person).named_files.create(file=record.file)
            current.forget()
        client, faults, found = client_of(person), list[str](), 0

        for name, _route, call, address in visits(record):
            if not (call.right and is_of_the_file(record, call, address)) or "{unit}" in str(call.sent) + call.query:
                continue
            with undone():
                answer = ask(client, call, address, record.ids)
            found += 1
            good = (OF_RESTRICTED | (BY_A_SUBSTITUTE if way != "granted" else {})).get((name, call.method), call.good)
            if answer.status != good:
                faults.append(said(name, call, answer, f"instead of {good}"))

        assert not faults, listed(faults)
        assert found > 30

"""Every route of a node, called from the wrong town: with its id, its cookie, its token. A route that is not listed here fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern, get_resolver

from tenants import current
from tenants.models import AccessibilityFeedback, User
from tenants.roles import Role
from tests.factories import DocumentFactory, FilePlanUnitFactory, MembershipFactory, UserFactory, grant
from tests.node.factories import AT

# Without a login by design. What they show belongs to the host's own town or to nobody.
PUBLIC = {
    "tenants:login",
    "tenants:preferences",
    "tenants:coat_of_arms",
    "pages:accessibility",
    "pages:privacy",
    "pages:imprint",
    "api_token",
    "api_schema",
    "api_docs",
}
# Behind the login, without an id in the address.
PLAIN = {
    "tenants:logout",
    "tenants:password_change",
    "tenants:people",
    "tenants:person_new",
    "tenants:people_import",
    "tenants:people_template",
    "tenants:offices",
    "tenants:settings",
    "pages:feedback_list",
    "records:desk",
    "records:file_plan",
    "records:plan_admin",
    "records:plan_import",
    "records:erasures",
    "records:files",
    "records:file_new",
    "records:search",
    "records:suggest",
    "api_logout",
    "api_me",
    "records_api:file_plan",
    "records_api:files",
    "records_api:documents",
    "records_api:search",
    "records_api:suggest",
}
# With an id: which object each belongs to.
PERSON, OFFICE, FEEDBACK, UNIT, FILE, DOCUMENT, ERASURE = "person", "office", "feedback", "unit", "file", "document", "erasure"
OBJECT = {
    "tenants:person": PERSON,
    "tenants:person_slip": PERSON,
    "tenants:person_unlock": PERSON,
    "tenants:person_move": PERSON,
    "tenants:person_leave": PERSON,
    "tenants:person_deactivate": PERSON,
    "tenants:person_reactivate": PERSON,
    "tenants:office": OFFICE,
    "tenants:office_deactivate": OFFICE,
    "tenants:office_reactivate": OFFICE,
    "pages:feedback_done": FEEDBACK,
    "records:unit": UNIT,
    "records:branch": UNIT,
    "records:unit_rights": UNIT,
    "records:file": FILE,
    "records:file_edit": FILE,
    "records:file_close": FILE,
    "records:file_reopen": FILE,
    "records:file_cancel": FILE,
    "records:file_journal": FILE,
    "records:file_rights": FILE,
    "records:file_restrict": FILE,
    "records:documents": FILE,
    "records:remember": FILE,
    "records:original": DOCUMENT,
    "records:read_again": DOCUMENT,
    "records:page_image": DOCUMENT,
    "records:page_tile": DOCUMENT,
    "records:page_words": DOCUMENT,
    "records:erasure_ask": DOCUMENT,
    "records:erasure_approve": ERASURE,
    "records_api:unit": UNIT,
    "records_api:file": FILE,
    "records_api:file_close": FILE,
    "records_api:file_reopen": FILE,
    "records_api:file_cancel": FILE,
    "records_api:file_refile": FILE,
    "records_api:sheets": FILE,
    "records_api:journal": FILE,
    "records_api:document": DOCUMENT,
    "records_api:document_move": DOCUMENT,
    "records_api:document_cancel": DOCUMENT,
    "records_api:document_read_again": DOCUMENT,
    "records_api:versions": DOCUMENT,
    "records_api:version_content": DOCUMENT,
    "records_api:content": DOCUMENT,
    "records_api:text": DOCUMENT,
    "records_api:page_image": DOCUMENT,
}
# Administrators give rights on units, whose files they do not see for that.
KNOWN_TO_ADMINISTRATORS = {"records:unit_rights"}
METHODS = ("get", "post", "patch", "put", "delete")
A_MATTER_OF_METHOD = 405


def routes(patterns: Any = None, before: str = "", namespace: str = "") -> Iterator[tuple[str, URLPattern, str]]:
    """Name, pattern and whole route of everything the URL conf knows."""
    for found in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(found.pattern)
        if isinstance(found, URLPattern):
            yield f"{namespace}{found.name}", found, route
        else:
            yield from routes(found.url_patterns, route, namespace + (f"{found.namespace}:" if found.namespace else ""))


class Things:
    """One of everything in the municipality in force, and a person who may do everything there."""

    def __init__(self) -> None:
        self.document = DocumentFactory(pages=["Geheimes", "Zweites"])
        self.file = self.document.file
        self.unit = self.file.unit
        membership = MembershipFactory(is_lead=True)
        self.person, self.office = membership.user, membership.office
        self.feedback = AccessibilityFeedback.objects.create(message="Barriere", created_at=AT)
        self.mighty: User = UserFactory(roles=Role.values, is_superuser=True)
        grant(self.mighty, self.unit, "manage")

    def address(self, kind: str, pattern: URLPattern, route: str) -> str:
        chosen = uuid4() if kind == ERASURE else getattr(self, kind).public_id
        for name, converter in pattern.pattern.converters.items():
            number = name in ("number", "version", "page")
            value = 1 if number else self.office.public_id if name == "office_id" else chosen
            route = route.replace(f"<{type(converter).__name__.removesuffix('Converter').lower()}:{name}>", str(value))
        route = route.replace("<str:", "<").replace("<id>", str(chosen)).replace("<number>", "1")
        return "/" + route


@pytest.fixture
def here() -> Things:
    return Things()


@pytest.fixture
def there(beispielheim: current.Municipality) -> Things:
    with current.use(beispielheim):
        return Things()


class TestEveryRoute:
    def test_is_listed(self) -> None:
        known = {name for name, _pattern, _route in routes()}

        assert known - (PUBLIC | PLAIN | OBJECT.keys()) == set(), "list the new routes here, and say whose object they show"
        assert (PUBLIC | PLAIN | OBJECT.keys()) - known == set(), "these routes are gone"

    @pytest.mark.parametrize("name", sorted(OBJECT))
    def test_an_id_of_another_town_is_not_found(self, name: str, here: Things, there: Things, client_of: Any) -> None:
        pattern, route = next((pattern, route) for found, pattern, route in routes() if found == name)
        address = there.address(OBJECT[name], pattern, route)
        browser = client_of(here.mighty)

        answers = {method: getattr(browser, method)(address, content_type="application/json").status_code for method in METHODS}

        assert set(answers.values()) <= {404, A_MATTER_OF_METHOD}, (address, answers)
        assert 404 in answers.values(), (address, answers)

    @pytest.mark.parametrize("name", sorted(name for name, kind in OBJECT.items() if kind in (UNIT, FILE, DOCUMENT)))
    def test_an_id_without_a_right_to_it_is_not_found(self, name: str, here: Things, client_of: Any) -> None:
        pattern, route = next((pattern, route) for found, pattern, route in routes() if found == name)
        roles = [role for role in Role.values if role != Role.ADMINISTRATOR or name not in KNOWN_TO_ADMINISTRATORS]
        stranger: User = UserFactory(roles=roles, is_superuser=True)
        grant(stranger, FilePlanUnitFactory(), "manage")
        address = here.address(OBJECT[name], pattern, route)
        browser = client_of(stranger)

        answers = {method: getattr(browser, method)(address, content_type="application/json").status_code for method in METHODS}

        assert set(answers.values()) <= {404, A_MATTER_OF_METHOD}, (address, answers)

    @pytest.mark.parametrize("name", sorted(PLAIN | OBJECT.keys()))
    def test_cookie_and_token_of_another_town_open_nothing(
        self, name: str, here: Things, there: Things, client_of: Any, api_client: Any, beispielheim: current.Municipality
    ) -> None:
        pattern, route = next((pattern, route) for found, pattern, route in routes() if found == name)
        address = here.address(OBJECT[name], pattern, route) if name in OBJECT else "/" + route
        with current.use(beispielheim):
            browser, program = client_of(there.mighty), api_client(there.mighty)
        ours = {"host": "musterstadt.localhost"}

        for method in METHODS:
            by_cookie = getattr(browser, method)(address, headers=ours)
            by_token = getattr(program, method)(address, headers=ours)
            if route.startswith("api/"):
                assert (by_cookie.status_code, by_token.status_code) == (401, 401), (method, address)
            elif name != "tenants:logout":  # it has nothing to end
                for answer in (by_cookie, by_token):
                    assert answer.status_code == 302, (method, address)
                    assert answer["Location"].startswith("/anmelden/")


class TestForeignIdsInBodies:
    def test_create_nothing(self, here: Things, there: Things, api_client: Any) -> None:
        program = api_client(here.mighty)

        file = program.post("/api/v1/files/", {"file_plan_unit": str(there.unit.public_id), "title": "Fremd"}, format="json")
        moved = program.post(
            f"/api/v1/documents/{here.document.public_id}/move/",
            {"file": str(there.file.public_id), "register": None, "position": 1},
            format="json",
        )
        refiled = program.post(
            f"/api/v1/files/{here.file.public_id}/refile/", {"file_plan_unit": str(there.unit.public_id), "reason": "x"}, format="json"
        )

        assert {file.status_code, moved.status_code, refiled.status_code} <= {400, 404}

    def test_find_nothing(self, here: Things, there: Things, api_client: Any) -> None:
        program = api_client(here.mighty)

        for address in ["/api/v1/files/?file_plan_unit=", "/api/v1/documents/?file="]:
            known = there.unit.public_id if "unit" in address else there.file.public_id
            answer = program.get(f"{address}{known}")
            assert answer.status_code in (200, 400, 404)
            assert answer.json().get("results", []) == []

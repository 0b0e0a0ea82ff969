"""Tags: a list that operators keep, on tickets by staff, seen by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from hotline import handling, tagging, viewing
from hotline.models import SavedView, Tag, Ticket, TicketEvent
from tenants.models import User
from tests.centre.hotline_factories import AT, TicketFactory, agent, requester
from tests.factories import UserFactory

LATER = AT + timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("queue")


def tag(name: str = "Drucken", **more: Any) -> Tag:
    return Tag.objects.create(name=name, **more)


def tagged(*names: str, **more: Any) -> Ticket:
    ticket: Ticket = TicketFactory(**more)
    for name in names:
        ticket.tags.add(Tag.objects.get_or_create(name=name)[0])
    return ticket


class TestTheList:
    def test_is_kept_by_operators(self, operator: User) -> None:
        made = tagging.add(name="  Scan   lesen ", by=operator, at=AT)
        tagging.rename(tag=made, name="Scans", by=operator, at=AT)
        tagging.retire(tag=made, by=operator, at=AT)

        assert list(Tag.objects.values_list("name", "active")) == [("Scans", False)]
        assert tagging.take_back(tag=made, by=operator, at=AT).active

    @pytest.mark.parametrize("name", ["", "  ", "x" * 41, "eins, zwei", "drucken", "\x00"])
    def test_refuses_no_name_and_one_that_there_is_in_any_case(self, operator: User, name: str) -> None:
        tag("Drucken")

        with pytest.raises(tagging.CannotTag) as refusal:
            tagging.add(name=name, by=operator, at=AT)

        assert refusal.value.field == "name"
        assert Tag.objects.count() == 1

    def test_a_tag_may_change_the_case_of_its_own_letters_and_take_nobody_elses_name(self, operator: User) -> None:
        tag("Scan")
        made = tag("drucken")

        tagging.rename(tag=made, name="Drucken", by=operator, at=AT)

        with pytest.raises(tagging.CannotTag):
            tagging.rename(tag=made, name="SCAN", by=operator, at=AT)
        assert Tag.objects.get(pk=made.pk).name == "Drucken"

    @pytest.mark.parametrize("role", ["agent", "requester"])
    def test_is_nobody_elses_to_keep(self, role: str) -> None:
        person, kept = UserFactory(roles=[role]), tag()

        for act in (
            lambda: tagging.add(name="X", by=person, at=AT),
            lambda: tagging.rename(tag=kept, name="X", by=person, at=AT),
            lambda: tagging.retire(tag=kept, by=person, at=AT),
        ):
            with pytest.raises(tagging.CannotTag):
                act()
        assert Tag.objects.get().name == "Drucken"

    def test_is_a_screen(self, client_of: Any, operator: User) -> None:
        browser = client_of(operator)

        browser.post("/verwaltung/schlagwoerter/", {"name": "Drucken"})
        made = Tag.objects.get()
        doubled = browser.post("/verwaltung/schlagwoerter/", {"name": "DRUCKEN"}).content.decode()
        browser.post(f"/verwaltung/schlagwoerter/{made.public_id}/", {"name": "Druck"})
        browser.post(f"/verwaltung/schlagwoerter/{made.public_id}/zuruecknehmen/")
        page = browser.get("/verwaltung/schlagwoerter/").content.decode()

        assert "Dieses Schlagwort gibt es schon" in doubled
        assert ("Druck" in page, "Nicht mehr angeboten" in page) == (True, True)


class TestOnATicket:
    def test_are_put_on_and_taken_off_with_the_old_and_the_new_in_the_history(self) -> None:
        tag("Drucken"), tag("Amt")
        ticket, staff = TicketFactory(), agent()

        tagging.put_on(ticket=ticket, name=" drucken", by=staff, at=LATER)
        tagging.put_on(ticket=ticket, name="Amt", by=staff, at=LATER)
        tagging.take_off(ticket=ticket, tag=Tag.objects.get(name="Drucken"), by=staff, at=LATER)

        changes = [event.changes for event in TicketEvent.objects.filter(ticket=ticket).order_by("pk")]
        assert changes == [{"tags": ["", "Drucken"]}, {"tags": ["Drucken", "Amt, Drucken"]}, {"tags": ["Amt, Drucken", "Amt"]}]
        assert tagging.of(ticket) == [Tag.objects.get(name="Amt")]
        assert ticket.revision == Ticket.objects.get().revision == 4

    def test_a_retired_one_stays_and_is_not_put_on_anew(self, operator: User) -> None:
        ticket, staff = tagged("Drucken"), agent()
        tagging.retire(tag=Tag.objects.get(), by=operator, at=AT)
        tag("Amt")

        tagging.put_on(ticket=ticket, name="Amt", by=staff, at=LATER)
        with pytest.raises(handling.CannotHandle, match="nicht mehr angeboten"):
            tagging.put_on(ticket=TicketFactory(), name="Drucken", by=staff, at=LATER)

        assert [str(one) for one in tagging.of(ticket)] == ["Amt", "Drucken"]

    def test_an_unknown_one_is_not_made(self) -> None:
        with pytest.raises(tagging.CannotTag, match="gibt es nicht"):
            tagging.put_on(ticket=TicketFactory(), name="Neu", by=agent(), at=LATER)
        assert not Tag.objects.exists()

    def test_a_settled_ticket_gets_tags_and_nothing_else(self) -> None:
        ticket, staff = TicketFactory(state="closed", solved_at=AT), agent()
        found = tag()

        handling.put(ticket=ticket, tags=[found], by=staff, at=LATER)
        with pytest.raises(handling.CannotHandle):
            handling.put(ticket=ticket, tags=[], priority="high", by=staff, at=LATER)

        assert tagging.of(ticket) == [found]

    def test_have_a_number_that_can_be_read(self) -> None:
        ticket = tagged(*(f"Wort {n}" for n in range(handling.MOST_TAGS)))
        tag("Eins mehr")

        with pytest.raises(handling.CannotHandle, match="höchstens"):
            tagging.put_on(ticket=ticket, name="Eins mehr", by=agent(), at=LATER)

    def test_are_not_the_requesters(self) -> None:
        ticket = tagged("Drucken")

        with pytest.raises(tagging.CannotTag):
            tagging.take_off(ticket=ticket, tag=Tag.objects.get(), by=ticket.requester, at=LATER)

    def test_that_fit_are_offered_those_that_begin_so_first(self) -> None:
        for name in ("Etagendrucker", "Druck", "Amt"):
            tag(name)
        tag("Drucken (alt)", active=False)

        assert [str(one) for one in tagging.fitting(ticket=tagged("Amt"), typed=" druck")] == ["Druck", "Etagendrucker"]


class TestOnScreens:
    def test_a_tag_is_put_on_by_its_name_and_taken_off(self, client_of: Any) -> None:
        ticket, found, browser = TicketFactory(), tag(), client_of(agent())
        address = f"/anfragen/{ticket.public_id}/schlagwort/"

        page = browser.post(address, {"tag": "drucken"}, follow=True).content.decode()
        browser.post(f"{address}{found.public_id}/abnehmen/")

        assert "„Drucken“ abnehmen" in page
        assert not ticket.tags.exists()

    def test_the_script_gets_the_card_with_what_was_seen(self, client_of: Any) -> None:
        ticket, browser, script = TicketFactory(), client_of(agent()), {"HX-Request": "true"}
        tag("Drucken"), tag("Amt")
        address = f"/anfragen/{ticket.public_id}/schlagwort/"

        own = browser.post(address, {"tag": "Drucken", "seen": "1"}, headers=script).content.decode()
        behind = browser.post(address, {"tag": "Amt", "seen": "1"}, headers=script).content.decode()
        refused = browser.post(address, {"tag": "<b>", "seen": "3"}, headers=script)

        assert 'data-tags="2"' in own  # her own act made it so
        assert 'data-tags="1"' in behind  # somebody else's is still to be read
        assert (refused.status_code, 'data-tags="3"' in refused.content.decode(), "<b>" in refused.content.decode()) == (422, True, False)

    def test_options_are_those_that_fit(self, client_of: Any) -> None:
        ticket = TicketFactory()
        tag("Drucken"), tag("<Amt>")

        page = client_of(agent()).get(f"/anfragen/{ticket.public_id}/schlagwoerter/?q=").content.decode()

        assert page.index("&lt;Amt&gt;") < page.index("Drucken")

    def test_the_overview_shows_and_filters_them(self, client_of: Any) -> None:
        tagged("Drucken", subject="Mit Schlagwort"), TicketFactory(subject="Ohne")
        browser = client_of(agent())
        found = Tag.objects.get()

        page = browser.get(f"/anfragen/?schlagwort={found.public_id}").content.decode()

        assert ("Mit Schlagwort" in page, "Ohne" in page, '<span class="tag">Drucken</span>' in page) == (True, False, True)
        assert "Mit Schlagwort" not in browser.get("/anfragen/?schlagwort=Drucken").content.decode()  # the id of none

    def test_a_view_remembers_the_tag(self) -> None:
        asked, staff = {"schlagwort": str(tag().public_id)}, agent()

        viewing.save(name="Druck", asked=asked, shared=True, by=staff, at=AT)

        assert SavedView.objects.get().asked == asked

    def test_whoever_asked_sees_none(self, client_of: Any, api_client: Any) -> None:
        ticket = tagged("Geheimwort")
        browser = client_of(ticket.requester)
        found = Tag.objects.get()

        pages = [browser.get(address) for address in ("/anfragen/", f"/anfragen/{ticket.public_id}/", "/anfragen/?q=Geheimwort")]
        narrowed = browser.get("/anfragen/?schlagwort=00000000-0000-0000-0000-000000000000").content.decode()
        told = api_client(ticket.requester).get(f"/api/v1/tickets/{ticket.public_id}/").json()

        assert not any("Geheimwort</" in page.content.decode() for page in pages)
        assert ticket.subject in narrowed  # it is not hers to ask for: nothing can be learnt from what is left out
        assert told["tags"] == []
        assert browser.post(f"/anfragen/{ticket.public_id}/schlagwort/{found.public_id}/abnehmen/").status_code == 404
        assert api_client(ticket.requester).get("/api/v1/tickets/?tag=Geheimwort").status_code == 403


class TestForPrograms:
    def test_they_are_named_and_set_in_one_act_with_the_rest(self, api_client: Any) -> None:
        ticket, client = tagged("Drucken"), api_client(agent())
        tag("Amt"), tag("Scan")
        address = f"/api/v1/tickets/{ticket.public_id}/"

        answer = client.patch(address, {"tags": ["scan", "Amt"], "priority": "high"}, format="json")

        assert (answer.json()["tags"], answer.json()["priority"]) == (["Amt", "Scan"], "high")
        assert TicketEvent.objects.get().changes == {"priority": ["normal", "high"], "tags": ["Drucken", "Amt, Scan"]}
        assert client.get(address).json()["tags"] == ["Amt", "Scan"]
        assert [one["number"] for one in client.get("/api/v1/tickets/?tag=SCAN").json()["results"]] == [ticket.number]

    @pytest.mark.parametrize("sent", [["Neu"], "Drucken", [1, {}], ["Drucken"] * 21, [""], None])
    def test_what_is_no_list_of_known_tags_is_refused(self, api_client: Any, sent: Any) -> None:
        ticket = tagged("Drucken")

        answer = api_client(agent()).patch(f"/api/v1/tickets/{ticket.public_id}/", {"tags": sent}, format="json")

        assert (answer.status_code, [str(one) for one in tagging.of(ticket)]) == (400, ["Drucken"])

    def test_the_list_is_for_staff(self, api_client: Any) -> None:
        tag("Drucken", active=False)

        assert api_client(agent()).get("/api/v1/tags/").json()["results"][0].items() >= {"name": "Drucken", "active": False}.items()
        assert api_client(requester()).get("/api/v1/tags/").status_code == 403


class TestCost:
    @pytest.mark.parametrize("address", ["/anfragen/", "/api/v1/tickets/"])
    def test_a_list_asks_the_same_number_of_queries_however_many_there_are(self, client_of: Any, api_client: Any, address: str) -> None:
        staff, counts = agent(), []
        browser = api_client(staff) if address.startswith("/api") else client_of(staff)
        for more in (1, 6):
            for n in range(more):
                tagged("Drucken", f"Wort {more}-{n}")
            browser.get(address)
            with CaptureQueriesContext(connections["default"]) as asked:
                browser.get(address)
            counts.append(len(asked))

        assert counts[0] == counts[1]

"""Incidents on screens: proposed above the list, made, announced, told, ended; and what those who ask see of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hotline import announcing, taking_in
from hotline.models import Incident, IncidentTown, Message, Ticket
from tests.centre.hotline_factories import MunicipalityFactory, agent, incident, requester

TEXT = "Seit heute früh bleiben Scans stehen."


pytestmark = pytest.mark.usefixtures("queue")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def asked(subject: str, town: str) -> Ticket:
    MunicipalityFactory(slug=town, name=town.capitalize())
    return taking_in.open_ticket(subject=subject, body="Bitte um Hilfe.", by=requester(town), at=timezone.now())


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def page_of(browser: Any, made: Incident) -> str:
    return str(browser.get(f"/stoerungen/{made.public_id}/").content.decode())


class TestProposals:
    def test_stand_above_the_list_of_staff_and_can_be_put_away_for_the_session(self, client_of: Any) -> None:
        tickets = [asked("Scan wird nicht gelesen", town) for town in ("musterstadt", "beispielheim")]
        browser = client_of(agent())

        page = browser.get("/anfragen/").content.decode()
        key = re.search(r'name="key" value="([0-9a-f]+)"', page)
        assert "2 ähnliche Anfragen (Beispielheim, Musterstadt)" in page
        assert all(f"anfrage={ticket.public_id}" in page for ticket in tickets)
        assert key is not None
        browser.post("/stoerungen/vorschlag-ausblenden/", {"key": key[1]})

        assert "ähnliche Anfragen" not in browser.get("/anfragen/").content.decode()
        assert "ähnliche Anfragen" in client_of(agent()).get("/stoerungen/").content.decode()
        assert "ähnliche Anfragen" not in client_of(tickets[0].requester).get("/anfragen/").content.decode()


class TestMaking:
    def test_out_of_a_proposal_a_draft_then_announced(self, client_of: Any, now: datetime) -> None:
        first, second = asked("Scan wird nicht gelesen", "musterstadt"), asked("Scans nicht gelesen", "beispielheim")
        third, browser = asked("Etwas anderes", "uebungsstadt"), client_of(agent())
        form = browser.get(f"/stoerungen/neu/?anfrage={first.public_id}").content.decode()
        assert second.number in form  # offered, because it says the same
        sent = {"title": "Scans", "text": TEXT, "until": local(now + timedelta(days=1)), "numbers": third.number}

        draft = browser.post(
            f"/stoerungen/neu/?anfrage={first.public_id}", {**sent, "tickets": [str(first.public_id), str(second.public_id)]}, follow=True
        ).content.decode()
        made = Incident.objects.get()

        assert set(made.tickets.all()) == {first, second, third}
        assert set(made.towns.values_list("slug", flat=True)) == {"musterstadt", "beispielheim", "uebungsstadt"}
        assert f"Scans – {TEXT}" in draft
        browser.post(f"/stoerungen/{made.public_id}/bekanntgeben/", {"seen": made.revision})
        assert Incident.objects.get().state == "announced"
        assert Message.objects.filter(kind="reply", by_staff=True).count() == 3

    def test_an_unknown_number_is_said_and_nothing_typed_is_lost(self, client_of: Any, now: datetime) -> None:
        sent = {"title": "Scans", "text": TEXT, "until": local(now + timedelta(days=1)), "numbers": "2026-1 xy, 2025-99999"}

        page = client_of(agent()).post("/stoerungen/neu/", sent).content.decode()

        assert "Es gibt keine Anfrage mit der Nummer" in page
        assert TEXT in page
        assert not Incident.objects.exists()

    def test_a_draft_is_written_anew_and_thrown_away(self, client_of: Any, now: datetime) -> None:
        made, browser = incident("musterstadt", announced=False, at=now), client_of(agent())
        town = str(made.towns.get().public_id)
        sent = {"title": "Anders", "text": TEXT, "until": local(made.until), "towns": [town], "seen": made.revision}

        browser.post(f"/stoerungen/{made.public_id}/bearbeiten/", sent)
        stale = browser.post(f"/stoerungen/{made.public_id}/bearbeiten/", {**sent, "title": "Zu spät"})

        assert Incident.objects.get().title == "Anders"
        assert "hat diese Störung inzwischen geändert" in stale.content.decode()
        browser.post(f"/stoerungen/{made.public_id}/verwerfen/")
        assert "Verworfen" in browser.get("/stoerungen/").content.decode()

    def test_out_of_the_page_of_a_ticket(self, client_of: Any, now: datetime) -> None:
        ticket, browser = asked("Scan", "musterstadt"), client_of(agent())
        made = incident("beispielheim", at=now)

        page = browser.get(f"/anfragen/{ticket.public_id}/").content.decode()
        browser.post(f"/anfragen/{ticket.public_id}/stoerung/", {"incident": str(made.public_id)})
        after = browser.get(f"/anfragen/{ticket.public_id}/").content.decode()

        assert f"/stoerungen/neu/?anfrage={ticket.public_id}" in page
        assert Ticket.objects.get(pk=ticket.pk).incident == made
        assert f"/stoerungen/{made.public_id}/" in after
        assert made.title in browser.get("/anfragen/").content.decode()

    def test_tickets_are_added_and_taken_out_by_their_numbers(self, client_of: Any, now: datetime) -> None:
        ticket, made, browser = asked("Scan", "musterstadt"), incident("musterstadt", at=now), client_of(agent())
        address = f"/stoerungen/{made.public_id}/"

        browser.post(f"{address}anfrage/", {"number": ticket.number})
        assert list(made.tickets.all()) == [ticket]
        browser.post(f"{address}herausnehmen/", {"number": ticket.number})

        assert not made.tickets.exists()
        assert "Es gibt keine Anfrage" in browser.post(f"{address}anfrage/", {"number": "\x00"}, follow=True).content.decode()


class TestRunning:
    def test_an_update_and_the_end_are_written_on_its_page(self, client_of: Any, now: datetime) -> None:
        ticket, browser = asked("Scan", "musterstadt"), client_of(agent())
        made = incident(tickets=[ticket], at=now)
        address = f"/stoerungen/{made.public_id}/"

        browser.post(f"{address}neuigkeit/", {"text": "Ab 14 Uhr wieder.", "until": local(made.until), "seen": made.revision})
        made.refresh_from_db()
        browser.post(f"{address}beenden/", {"answer": "Behoben.", "seen": made.revision})

        made.refresh_from_db()
        assert [one.text for one in made.updates.order_by("pk")] == [TEXT, "Ab 14 Uhr wieder.", "Behoben."]
        assert Ticket.objects.get().state == "closed"

    def test_on_a_stale_page_what_was_typed_stays_and_can_be_sent_again(self, client_of: Any, now: datetime) -> None:
        made, browser = incident("musterstadt", at=now), client_of(agent())
        announcing.report(incident=made, text="Schneller.", by=agent(), at=now)
        sent = {"text": "Mein langer Text", "until": local(made.until), "seen": made.revision - 1}

        refused = browser.post(f"/stoerungen/{made.public_id}/neuigkeit/", sent)
        page = refused.content.decode()
        browser.post(f"/stoerungen/{made.public_id}/neuigkeit/", {**sent, "seen": refused.context["news"]["seen"].value()})

        assert (refused.status_code, "Mein langer Text" in page, "Schneller." in page) == (422, True, True)
        assert Incident.objects.get().text == "Mein langer Text"

    def test_the_answer_to_one_that_ended_meanwhile_is_not_lost(self, client_of: Any, now: datetime) -> None:
        made = incident("musterstadt", at=now)
        announcing.end(incident=made, answer="Schneller.", by=agent(), at=now)

        page = client_of(agent()).post(f"/stoerungen/{made.public_id}/beenden/", {"answer": "Mein langer Text", "seen": "2"})

        assert (page.status_code, "Mein langer Text" in page.content.decode()) == (422, True)

    def test_a_node_that_refuses_is_shown_with_its_reason_and_tried_again(self, client_of: Any, now: datetime) -> None:
        made, browser = incident("musterstadt", at=now), client_of(agent())
        IncidentTown.objects.update(banner="refused", reason="Zu viele Meldungen.")

        page = page_of(browser, made)
        again = browser.post(f"/stoerungen/{made.public_id}/nochmals/", {"seen": made.revision}, follow=True).content.decode()

        assert "vom Knoten abgelehnt" in page
        assert "Zu viele Meldungen." in page
        assert "Es wird noch einmal versucht" in again

    def test_a_municipality_that_was_told_by_mistake_is_left_out(self, client_of: Any, now: datetime) -> None:
        made, browser = incident("musterstadt", "beispielheim", at=now), client_of(agent())
        town = made.towns.get(slug="beispielheim").public_id

        page = browser.post(f"/stoerungen/{made.public_id}/nicht-betroffen/", {"municipality": town, "seen": made.revision}, follow=True)

        assert "Beispielheim ist nicht mehr betroffen." in page.content.decode()
        assert "irrtümlich unterrichtet" in page.content.decode()
        assert client_of(requester("beispielheim")).get(f"/stoerungen/{made.public_id}/").status_code == 404

    def test_a_banner_that_has_gone_by_itself_is_said(self, client_of: Any, now: datetime) -> None:
        made = incident("musterstadt", at=now - timedelta(days=2))

        assert "Die Meldung ist von selbst verschwunden" in page_of(client_of(agent()), made)


class TestThoseWhoAsk:
    def test_see_what_was_announced_to_their_municipality_without_what_is_for_staff(self, client_of: Any, now: datetime) -> None:
        ticket = asked("Fremde Anfrage", "beispielheim")
        made = incident("musterstadt", tickets=[ticket], note="Wohl der Speicher.", at=now)
        browser = client_of(requester("musterstadt"))

        listed, page = browser.get("/stoerungen/").content.decode(), page_of(browser, made)

        for shown in (listed, page, browser.get("/anfragen/neu/").content.decode()):
            assert TEXT in shown
            assert not any(secret in shown for secret in ("Wohl der Speicher.", ticket.number, "Fremde Anfrage", "Beispielheim"))

    def test_texts_are_never_shown_to_a_municipality_that_is_not_affected(self, client_of: Any, api_client: Any, now: datetime) -> None:
        made, her = incident("musterstadt", at=now), requester("beispielheim")
        browser, program = client_of(her), api_client(her)
        places = ("/stoerungen/", "/anfragen/", "/anfragen/neu/", "/wissen/vorschlaege/?betreff=Scans+nicht+gelesen", "/wissen/?q=Scans")

        said = [browser.get(place).content.decode() for place in places]
        said.append(program.get("/api/v1/incidents/").content.decode())
        hidden = [browser.get(f"/stoerungen/{made.public_id}/"), program.get(f"/api/v1/incidents/{made.public_id}/")]
        hidden += [browser.post(f"/stoerungen/{made.public_id}/{act}/") for act in ("betrifft-mich", "das-hilft", "beenden", "neuigkeit")]
        hidden.append(program.post(f"/api/v1/incidents/{made.public_id}/join/"))

        assert not any(made.title in page or TEXT in page for page in said)
        assert {answer.status_code for answer in hidden} == {404}

    def test_while_she_types_it_appears_and_concerns_her_too(self, client_of: Any, now: datetime) -> None:
        made, her = incident("musterstadt", at=now), requester("musterstadt")
        browser = client_of(her)

        suggested = browser.get("/wissen/vorschlaege/?betreff=Mein+Scan+steht").content.decode()
        sent = {"subject": "Mein Scan", "body": "Steht seit acht."}
        after = browser.post(f"/stoerungen/{made.public_id}/betrifft-mich/", sent, follow=True).content.decode()

        assert TEXT in suggested
        assert f'formaction="/stoerungen/{made.public_id}/betrifft-mich/"' in suggested
        ticket = Ticket.objects.get(requester=her)
        assert (ticket.subject, ticket.incident) == ("Mein Scan", made)
        assert "Sie sind als betroffen vermerkt" in after
        assert ticket.number in page_of(browser, made)
        assert f"/stoerungen/{made.public_id}/" in browser.get(f"/anfragen/{ticket.public_id}/").content.decode()

    def test_what_cannot_be_sent_stays_in_the_form(self, client_of: Any, now: datetime) -> None:
        made = incident("musterstadt", at=now)

        page = client_of(requester("musterstadt")).post(
            f"/stoerungen/{made.public_id}/betrifft-mich/", {"subject": "x" * 201, "body": "Mein langer Text"}
        )

        assert (page.status_code, "Mein langer Text" in page.content.decode()) == (422, True)
        assert 'action="/anfragen/neu/"' in page.content.decode()
        assert not Ticket.objects.exists()

    def test_that_it_helps_is_counted_once_in_a_session(self, client_of: Any, now: datetime) -> None:
        made, browser = incident("musterstadt", at=now), client_of(requester("musterstadt"))

        for _twice in range(2):
            browser.post(f"/stoerungen/{made.public_id}/das-hilft/", {"subject": "Mein Scan"})

        assert (Incident.objects.get().spared, Ticket.objects.count()) == (1, 0)

    def test_a_script_in_its_words_runs_nowhere(self, client_of: Any, now: datetime) -> None:
        made = incident("musterstadt", title="<script>1</script>", text="<img src=x onerror=1> Scans", at=now)
        browser = client_of(requester("musterstadt"))

        for page in (page_of(browser, made), page_of(client_of(agent()), made), browser.get("/anfragen/neu/").content.decode()):
            assert "<script>1" not in page
            assert "<img src=x" not in page


class TestDrafts:
    def test_whoever_has_a_ticket_in_a_draft_does_not_know_of_it(self, client_of: Any, now: datetime) -> None:
        ticket = asked("Scan", "musterstadt")
        made = incident(tickets=[ticket], announced=False, title="Noch geheim", at=now)
        browser = client_of(ticket.requester)

        pages = [browser.get(place) for place in (f"/anfragen/{ticket.public_id}/", "/anfragen/", "/stoerungen/", "/anfragen/neu/")]

        assert not any("Noch geheim" in page.content.decode() or str(made.public_id) in page.content.decode() for page in pages)


class TestCost:
    @pytest.mark.parametrize("address", ["/stoerungen/", "/stoerungen/{id}/", "/anfragen/"])
    def test_pages_of_staff_ask_the_same_number_of_queries_for_any_length(
        self, address: str, client_of: Any, queries: Any, now: datetime
    ) -> None:
        browser, counts = client_of(agent()), []
        made = incident("musterstadt", at=now)
        browser.get(address.format(id=made.public_id))
        for more in (2, 6):
            for number in range(more):
                town = f"stadt-{more}-{number}"
                incident(town, tickets=[asked(f"Nummer {number}", town)], at=now)
                announcing.report(incident=made, text=f"Stand {number}", towns=[MunicipalityFactory(slug=town)], by=agent(), at=now)
                asked("Scan wird nicht gelesen", town)
            with queries() as seen:
                browser.get(address.format(id=made.public_id))
            counts.append(len(seen))

        assert counts[0] == counts[1]

    @pytest.mark.parametrize("address", ["/stoerungen/", "/anfragen/neu/", "/wissen/vorschlaege/?betreff=Scans"])
    def test_so_do_those_of_whoever_asks(self, address: str, client_of: Any, queries: Any, now: datetime) -> None:
        browser, counts = client_of(requester("musterstadt")), []
        browser.get(address)
        for more in (1, 4):
            for _n in range(more):
                incident("musterstadt", at=now)
            with queries() as seen:
                browser.get(address)
            counts.append(len(seen))

        assert counts[0] == counts[1]

"""What a contact is told of herself: all of it, and nothing of anybody else."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from hotline import answering, attaching, disclosing, knowing, merging, protecting, taking_in, watching
from hotline.models import Attachment, Message, PersonExport, ProtectionEntry, Ticket, UnneededBytes
from tenants.centre import stores
from tenants.models import User
from tests.centre.hotline.everything import EMAIL, NAME, TELEPHONE, asked_by, zita
from tests.centre.hotline.mails import SETTINGS, mail, take_in
from tests.centre.hotline_factories import AT, QueueFactory, TicketFactory, agent, requester
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _own_stores(tmp_path: Path) -> Iterator[None]:
    QueueFactory()
    with override_settings(**SETTINGS, MAIL_STORE=tmp_path / "mails", VAR=tmp_path):
        yield


def made(person: User, by: User | None = None) -> zipfile.ZipFile:
    export = disclosing.ask(person=person, by=by or person, at=AT)
    disclosing.make(export=export.pk, now=lambda: AT)
    export.refresh_from_db()
    assert export.is_to_be_had(AT)
    with disclosing.fetch(export=export, by=by or person, at=AT) as opened:
        return zipfile.ZipFile(io.BytesIO(opened.read()))


def data(packed: zipfile.ZipFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(packed.read("daten.json"))
    return found


class TestWhatIsInIt:
    def test_account_requests_messages_files_calls_mails_and_what_she_watches(self) -> None:
        person = zita()
        ticket = asked_by(person)
        arrived = take_in(mail("Noch eine Frage", sender=f"{NAME} <{EMAIL}>", subject="Per Mail"))
        watched = TicketFactory()
        Ticket.watchers.through.objects.create(ticket=watched, user=person)

        packed = made(person)

        told = data(packed)
        assert (told["person"]["name"], told["person"]["email"], told["person"]["telephone"]) == (NAME, EMAIL, TELEPHONE)
        assert told["contact"]["municipality"]
        assert [one["number"] for one in told["requests"]] == sorted([ticket.number, arrived.ticket.number])
        first = next(one for one in told["requests"] if one["number"] == ticket.number)
        assert [said["kind"] for said in first["messages"]] == ["reply", "reply", "phone", "phone"]
        assert first["callbacks"][0]["telephone"] == TELEPHONE
        assert first["handed_over_from"]["screen"] == "records:file"
        assert [act["act"] for act in first["what_she_did"]][:1] == ["open"]
        assert packed.read(first["messages"][0]["files"][0]["path"]) == f"Bild von {NAME}".encode()
        assert b"Per Mail" in packed.read(told["mails_received_from_her"][0]["original"]["path"])
        assert told["mails_sent_to_her"]
        assert told["watched_requests"] == [watched.number]
        page = packed.read("auskunft.html").decode()
        assert NAME in page
        assert ticket.number in page
        assert "<script" not in page

    def test_she_never_gets_internal_notes_and_an_operator_gets_them_marked(self, operator: User) -> None:
        person = zita()
        asked_by(person)

        hers, theirs = made(person), made(person, operator)

        assert "ungeduldig" not in "".join(hers.read(name).decode("utf-8", "ignore") for name in hers.namelist())
        notes = [said for said in data(theirs)["requests"][0]["messages"] if said["internal"]]
        assert [said["text"] for said in notes] == [f"{NAME} ist oft ungeduldig."]
        assert "said--internal" in theirs.read("auskunft.html").decode()

    def test_what_others_wrote_is_cut_from_a_request_that_took_hers_up(self) -> None:
        person, other, staff = zita(), requester(), agent()
        hers = taking_in.open_ticket(subject="Meins", body="Mein Anliegen.", by=person, at=AT)
        lead = taking_in.open_ticket(subject="Fremdes Anliegen", body="Fremde Worte.", by=other, at=AT)
        answering.say(ticket=lead, body="Antwort nur an die andere.", by=staff, at=AT)
        merging.merge(ticket=hers, into=lead, by=staff, at=AT + timedelta(hours=1))
        answering.say(ticket=lead, body="Antwort an beide.", by=staff, at=AT + timedelta(hours=2))
        answering.say(ticket=lead, body="Noch mehr fremde Worte.", by=other, at=AT + timedelta(hours=3))
        answering.say(ticket=hers, body="Danke von mir.", by=person, at=AT + timedelta(hours=4))

        told = data(made(person))

        assert [said["text"] for said in told["requests"][0]["messages"]] == ["Mein Anliegen.", "Antwort an beide.", "Danke von mir."]
        whole = json.dumps(told, ensure_ascii=False)
        assert "remde" not in whole
        assert "nur an die andere" not in whole
        assert str(other) not in whole

    def test_what_a_colleague_wrote_on_her_request_is_cut_and_hers_elsewhere_is_told_without_the_rest(self) -> None:
        person, colleague = zita(), requester("beispielheim")
        hers = taking_in.open_ticket(subject="Meins", body="Mein Anliegen.", by=person, at=AT)
        theirs = TicketFactory(requester=colleague, subject="Geheimes der Kollegin")
        watching.watch(ticket=hers, by=agent(), at=AT)
        Message.objects.create(ticket=hers, kind="reply", author=colleague, body="Wort der Kollegin.", at=AT)
        Message.objects.create(ticket=theirs, kind="reply", author=person, body="Mein Wort dort.", at=AT)

        told = data(made(person))

        assert "Kollegin" not in json.dumps(told, ensure_ascii=False)
        assert [(one["number"], one["text"]) for one in told["written_on_requests_of_others"]] == [(theirs.number, "Mein Wort dort.")]

    def test_names_of_files_cannot_leave_its_folder(self) -> None:
        person = zita()
        files = attaching.keep(
            [attaching.Given("../../etc/passwd", b"x"), attaching.Given("gleich.txt", b"a"), attaching.Given("gleich.txt", b"b")]
        )
        taking_in.open_ticket(subject="Dateien", body="Anbei.", files=files, by=person, at=AT)

        names = made(person).namelist()

        assert len(names) == len(set(names)) == 5
        assert not [name for name in names if ".." in name or name.startswith("/")]

    def test_a_file_that_is_lost_is_said_and_all_others_are_there(self) -> None:
        person = zita()
        asked_by(person)
        stores.of_centre().remove(Attachment.objects.order_by("pk").first().sha256)

        packed = made(person)

        files = [file for said in data(packed)["requests"][0]["messages"] for file in said["files"]]
        assert [file.get("missing") for file in files] == [True, None]
        assert len([name for name in packed.namelist() if name.startswith("dateien/")]) == 1

    def test_costs_the_same_number_of_queries_for_any_number_of_rows(self, queries: Callable[[], Any]) -> None:
        person, counts = zita(), []
        asked_by(person)
        for _time in range(2):
            for _each in range(3):
                TicketFactory(requester=person)
            with queries() as asked:
                knowing.known_of(person=User.objects.get(pk=person.pk), whole=True, at=AT)
            counts.append(len(asked))
        assert counts[0] == counts[1]


class TestAsking:
    def test_is_for_oneself_or_by_an_operator(self, operator: User) -> None:
        person = zita()

        for by in (agent(), requester()):
            with pytest.raises(disclosing.CannotDisclose):
                disclosing.ask(person=person, by=by, at=AT)
        with pytest.raises(disclosing.CannotDisclose):
            disclosing.ask(person=agent(), by=operator, at=AT)
        assert disclosing.ask(person=person, by=person, at=AT).whole is False
        assert disclosing.ask(person=person, by=operator, at=AT).whole is True

    def test_a_second_click_gives_the_same_and_a_later_one_replaces_it(self) -> None:
        person = zita()
        first = disclosing.ask(person=person, by=person, at=AT)

        assert disclosing.ask(person=person, by=person, at=AT).pk == first.pk
        disclosing.make(export=first.pk, now=lambda: AT)
        later = disclosing.ask(person=person, by=person, at=AT + timedelta(hours=1))

        assert later.pk != first.pk
        assert PersonExport.objects.count() == 1
        assert UnneededBytes.objects.filter(place="exports").count() == 1

    def test_it_is_seen_by_whom_it_is_for(self, operator: User) -> None:
        person = zita()
        hers, theirs = (disclosing.ask(person=person, by=by, at=AT) for by in (person, operator))

        assert list(PersonExport.objects.visible_to(person)) == [hers]
        assert list(PersonExport.objects.visible_to(operator)) == [theirs]
        assert not PersonExport.objects.visible_to(agent()).exists()
        assert not PersonExport.objects.visible_to(requester()).exists()

    def test_it_is_journaled_without_a_name(self, operator: User) -> None:
        person = zita()
        made(person)
        made(person, operator)

        entries = ProtectionEntry.objects.filter(about=str(person.public_id)).order_by("pk")
        assert [(entry.act, entry.actor) for entry in entries] == [
            *[(act, str(person.public_id)) for act in ("export", "fetch_export")],
            *[(act, str(operator)) for act in ("export", "fetch_export")],
        ]


class TestSweep:
    def test_an_export_goes_after_its_time_with_its_file(self) -> None:
        person = zita()
        made(person)
        export = PersonExport.objects.get()

        assert disclosing.sweep(at=AT + timedelta(days=6)) == 0
        assert protecting.exports().has(export.sha256)
        assert disclosing.sweep(at=AT + timedelta(days=8)) == 1
        assert not protecting.exports().has(export.sha256)
        with pytest.raises(disclosing.CannotDisclose):
            disclosing.fetch(export=export, by=person, at=AT + timedelta(days=8))

    def test_what_still_waits_is_queued_again_and_given_up_after_a_day(self, committing: Callable[[], Any], monkeypatch: Any) -> None:
        queued: list[Any] = []
        monkeypatch.setattr("tenants.queues.current_app.send_task", lambda name, **more: queued.append((name, more["kwargs"])))
        export = disclosing.ask(person=zita(), by=UserFactory(roles=["operator"]), at=AT)

        with committing():
            disclosing.sweep(at=AT + timedelta(minutes=30))
        assert queued == [("hotline.make_export", {"export": export.pk})]

        disclosing.sweep(at=AT + timedelta(days=2))
        assert PersonExport.objects.get().state == "failed"

    def test_making_twice_makes_one(self) -> None:
        person = zita()
        export = disclosing.ask(person=person, by=person, at=AT)

        for _time in range(2):
            disclosing.make(export=export.pk, now=timezone.now)

        assert len(list(protecting.exports().objects())) == 1

"""Screens of rights: nothing is done before it was shown; restricted files show themselves nowhere."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from records import protection, reminding, secrecy
from records.models import (
    AccessScope,
    EmergencyAccess,
    FileOfficeGrant,
    JournalEntry,
    RecordFile,
    UnitOfficeGrant,
)
from records.models.access import LEVEL_MANAGE
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory, MembershipFactory, OfficeFactory, UserFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, grant, managed_file, restricted, standing_in_for


def seal_of(answer) -> str:
    return re.search(r'name="confirm" value="(\w+)"', answer.content.decode())[1]


def in_two_steps(client, address, sent):
    """Send, look at the preview, confirm."""
    shown = client.post(address, sent)
    assert shown.status_code == 200, shown.content.decode()
    return client.post(address, {**sent, "confirm": seal_of(shown)})


@pytest.fixture
def manager():
    return ClerkFactory(display_name="Frau Verwalterin")


@pytest.fixture
def file(manager):
    return managed_file(manager, title="Streitsache Quitte")


@pytest.fixture
def client(client_of, manager):
    return client_of(manager)


class TestGrantOnScreen:
    def test_is_shown_first_and_done_when_confirmed(self, client, file):
        office = OfficeFactory()
        member = MembershipFactory(office=office, user__display_name="Herr Neuling").user
        address = f"/aktenplan/{file.unit.public_id}/rechte/"
        sent = {"office": str(office.public_id), "right": "write_records"}

        shown = client.post(address, sent)

        assert "Herr Neuling" in shown.content.decode()
        assert not UnitOfficeGrant.objects.exists()
        assert not RecordFile.objects.visible_to(member).exists()
        assert client.post(address, {**sent, "confirm": seal_of(shown)}).status_code == 302
        assert RecordFile.objects.visible_to(member).get() == file

    def test_is_shown_again_when_rights_changed_meanwhile(self, client, file):
        office = OfficeFactory()
        address = f"/akten/{file.public_id}/rechte/"
        sent = {"office": str(office.public_id), "right": "read_records"}
        seal = seal_of(client.post(address, sent))
        MembershipFactory(office=office, user__display_name="Frau Dazugekommen")

        answer = client.post(address, {**sent, "confirm": seal})

        assert answer.status_code == 409
        assert "Frau Dazugekommen" in answer.content.decode()
        assert not FileOfficeGrant.objects.exists()

    def test_taking_away_names_open_work(self, client, file):
        colleague = ClerkFactory(display_name="Herr Kollege")
        grant(colleague, file.unit, "write")
        DocumentFactory(file=file, checked_out_by=colleague, checked_out_at=timezone.now())
        address = f"/aktenplan/{file.unit.public_id}/rechte/"

        shown = client.post(address, {"take": f"person:{colleague.public_id}:write_records"}).content.decode()

        assert "1 Dokument in Bearbeitung" in shown
        in_two_steps(client, address, {"take": f"person:{colleague.public_id}:write_records"})
        assert not RecordFile.objects.visible_to(colleague).exists()

    def test_refusals_stand_in_the_form(self, client_of, file):
        administrator = UserFactory(roles=["administrator"])
        address = f"/aktenplan/{file.unit.public_id}/rechte/"

        answer = in_two_steps(client_of(administrator), address, {"person": str(administrator.public_id), "right": "read_records"})

        assert answer.status_code == 422
        assert "nicht sich selbst" in answer.content.decode() or "sich selbst" in answer.content.decode()

    @pytest.mark.parametrize("take", ["person:nobody:read_records", "robot:1:2", "person", "person:00000000-0000-0000-0000-000000000000:x"])
    def test_what_is_no_right_is_not_found(self, client, file, take):
        assert client.post(f"/akten/{file.public_id}/rechte/", {"take": take}).status_code == 404

    def test_whoever_takes_it_from_herself_is_led_on(self, client, file, manager):
        second = ClerkFactory()
        grant(second, file, "manage")
        restricted(file, manager)
        address = f"/akten/{file.public_id}/rechte/"

        answer = in_two_steps(client, address, {"take": f"person:{manager.public_id}:manage_records"})

        assert answer["Location"] == "/"
        assert client.get(address).status_code == 404


class TestRestrictOnScreen:
    def test_needs_a_reason_and_a_confirmation(self, client, file, manager):
        colleague = ClerkFactory(display_name="Herr Kollege")
        grant(colleague, file.unit, "write")
        address = f"/akten/{file.public_id}/beschraenken/"
        assert client.post(address, {"restricted": "1", "reason": ""}).status_code == 422
        assert client.post(address, {"restricted": "2", "reason": "Grund"}).status_code == 422

        shown = client.post(address, {"restricted": "1", "reason": "Personalsache"})

        assert "Herr Kollege" in shown.content.decode()
        assert not AccessScope.objects.filter(restricted=True).exists()
        in_two_steps(client, address, {"restricted": "1", "reason": "Personalsache"})
        assert RecordFile.objects.visible_to(manager, LEVEL_MANAGE).exists()
        assert not RecordFile.objects.visible_to(colleague).exists()

    def test_says_first_who_loses_access_to_open_work(self, client, file):
        colleague, idle = ClerkFactory(display_name="Herr Kollege"), ClerkFactory(display_name="Frau Müßig")
        for person in (colleague, idle):
            grant(person, file.unit, "write")
        DocumentFactory(file=file, checked_out_by=colleague, checked_out_at=timezone.now())
        reminding.set_reminder(file=file, due_on=timezone.localdate(), to=colleague, by=colleague, at=timezone.now())

        shown = client.post(f"/akten/{file.public_id}/beschraenken/", {"restricted": "1", "reason": "Personalsache"}).content.decode()

        work = re.search(r"Es gibt offene Arbeit.*?</ul>", shown, re.DOTALL)[0]
        assert "Herr Kollege" in work
        assert "1 Dokument in Bearbeitung" in work
        assert "1 offene Wiedervorlage" in work
        assert "Frau Müßig" in shown
        assert "Frau Müßig" not in work
        assert not AccessScope.objects.filter(restricted=True).exists()

    def test_lifting_it_needs_the_same(self, client, file, manager):
        restricted(file, manager)

        in_two_steps(client, f"/akten/{file.public_id}/beschraenken/", {"restricted": "0", "reason": "Erledigt"})

        assert not AccessScope.objects.filter(restricted=True).exists()

    def test_page_takes_the_same_number_of_queries_whatever_the_size(self, client, file, manager, queries):
        restricted(file, manager)
        counts = []
        for size in (1, 10):
            for person in ClerkFactory.create_batch(size):
                grant(person, file, "read")
                standing_in_for(person, ClerkFactory())
                EmergencyAccess.objects.create(file=file, reason="Brand", asked_by=ClerkFactory(), asked_at=timezone.now())
            client.get(f"/akten/{file.public_id}/rechte/")
            with queries() as seen:
                assert client.get(f"/akten/{file.public_id}/rechte/").status_code == 200
            counts.append(len(seen))

        assert counts[0] == counts[1]


class TestPagesOfLists:
    @pytest.mark.parametrize("name", ["nach", "vor"])
    def test_a_hidden_file_as_anchor_is_answered_like_an_id_of_nothing(self, client, file, name):
        """Else the place where the list goes on would tell that the file is there, and where."""
        hidden = restricted(RecordFileFactory(unit=file.unit, reference_key="zzz"), ClerkFactory())

        told = client.get(f"/akten/?{name}={hidden.public_id}").content
        nothing = client.get(f"/akten/?{name}=00000000-0000-0000-0000-000000000000").content

        clean = [re.sub(rb'value="\w{64}"|[0-9a-f-]{36}|nonce="[^"]*"', b"", page) for page in (told, nothing)]
        assert clean[0] == clean[1]
        assert b"Streitsache Quitte" in told


class TestRegistryShells:
    @pytest.fixture
    def hidden(self):
        unit = FilePlanUnitFactory(title="Personalakten")
        return restricted(RecordFileFactory(unit=unit, title="Geheimnis", lead_office=OfficeFactory(name="Personalamt")), ClerkFactory())

    def test_are_there_only_if_the_municipality_wants_it(self, client_of, hidden):
        registry = client_of(UserFactory(roles=["registry"]))
        MunicipalSettings.load()
        assert registry.get("/registratur/beschraenkte-akten/").status_code == 404

        MunicipalSettings.objects.update(registry_sees_restricted=True)

        page = registry.get("/registratur/beschraenkte-akten/").content.decode()
        assert all(shown in page for shown in (hidden.file_reference, "Personalakten", "Personalamt"))
        assert "Geheimnis" not in page
        assert str(hidden.public_id) not in page

    def test_are_for_no_other_role(self, client_of, hidden):
        MunicipalSettings.load()
        MunicipalSettings.objects.update(registry_sees_restricted=True)

        for role in ("clerk", "administrator", "data_protection", "supervisor"):
            assert client_of(UserFactory(roles=[role])).get("/registratur/beschraenkte-akten/").status_code == 404


class TestOverviews:
    def test_of_another_person_name_no_file(self, client_of, file):
        person = ClerkFactory()
        grant(person, file, "read")
        hidden = restricted(RecordFileFactory(title="Geheimnis"), person)

        for role in ("administrator", "data_protection"):
            page = client_of(UserFactory(roles=[role])).get(f"/verwaltung/personen/{person.public_id}/rechte/").content.decode()
            assert hidden.title not in page
            assert file.title not in page
            assert hidden.file_reference not in page

        assert "Geheimnis" in client_of(person).get("/meine-rechte/").content.decode()


class TestProtectionOnScreen:
    def test_of_the_file_and_its_documents_is_set_at_once(self, client, file):
        document, other = DocumentFactory(file=file), DocumentFactory(file=file)
        sent = {"file": "high", str(document.public_id): "very_high", str(other.public_id): "normal"}

        assert client.post(f"/akten/{file.public_id}/schutzbedarf/", sent).status_code == 302

        document.refresh_from_db()
        assert document.protection_need == "very_high"
        assert JournalEntry.objects.filter(act="protect").count() == 2
        assert "Sehr hoch" in client.get("/akten/").content.decode()
        assert "Sehr hoch" in client.get(f"/akten/{file.public_id}/").content.decode()

    def test_a_marking_above_vs_nfd_is_refused_and_nothing_is_written(self, client, file):
        document = DocumentFactory(file=file)

        answer = client.post(f"/akten/{file.public_id}/schutzbedarf/", {"file": "high", str(document.public_id): "STRENG GEHEIM"})

        assert answer.status_code == 422
        assert "Verschlusssachen" in answer.content.decode()
        assert RecordFile.objects.get(pk=file.pk).protection_need == "normal"


class TestProtectionOnAStalePage:
    """What the page showed counts, not what is stored when it is sent."""

    def page_of(self, client, file):
        """What the page would send as it stands."""
        page = client.get(f"/akten/{file.public_id}/schutzbedarf/").content.decode()
        sent = dict(re.findall(r'<input type="hidden" name="(seen-[^"]+)" value="([^"]*)">', page))
        for name, options in re.findall(r'<select [^>]*?name="([^"]+)"[^>]*>(.*?)</select>', page):
            sent[name] = re.search(r'value="([^"]*)" selected', options)[1]
        return sent

    def test_leaves_alone_what_its_writer_did_not_touch(self, client, file):
        document = DocumentFactory(file=file)
        stale = self.page_of(client, file)
        assert stale["file"] == stale["seen-file"] == "normal"
        secrecy.mark(target=file, kind="social", by=ClerkFactory(), at=timezone.now())
        protection.set_need(target=file, need="very_high", by=ClerkFactory(), at=timezone.now())

        assert client.post(f"/akten/{file.public_id}/schutzbedarf/", {**stale, str(document.public_id): "high"}).status_code == 302

        file.refresh_from_db()
        document.refresh_from_db()
        assert (file.protection_need, document.protection_need, secrecy.mark_of(file)) == ("very_high", "high", "social")

    @pytest.mark.parametrize("of", ["file", "document", "secrecy"])
    def test_refuses_what_was_set_otherwise_meanwhile_and_can_be_sent_again(self, client, file, of):
        document, quick = DocumentFactory(file=file), ClerkFactory(display_name="Frau Schnell")
        stale, address = self.page_of(client, file), f"/akten/{file.public_id}/schutzbedarf/"
        name = {"file": "file", "document": str(document.public_id), "secrecy": "secrecy"}[of]
        wanted = "tax" if of == "secrecy" else "high"
        if of == "secrecy":
            secrecy.mark(target=file, kind="social", by=quick, at=timezone.now())
        else:
            protection.set_need(target=file if of == "file" else document, need="very_high", by=quick, at=timezone.now())

        refused = client.post(address, {**stale, name: wanted})

        page = refused.content.decode()
        assert refused.status_code == 422
        assert "Frau Schnell" in page
        assert f"<dd>{'Sozialgeheimnis' if of == 'secrecy' else 'Sehr hoch'}" in page
        assert f'<option value="{wanted}" selected>' in page
        stored = "social" if of == "secrecy" else "very_high"
        assert f'name="seen-{name}" value="{stored}"' in page
        assert client.post(address, {**stale, name: wanted, f"seen-{name}": stored}).status_code == 302

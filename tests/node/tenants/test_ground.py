"""The tests' own ground: two towns, rolled back, with ids that differ."""

from django.contrib.contenttypes.models import ContentType

from tenants import current
from tenants.models import Office, User
from tests.factories import ClerkFactory, DocumentFactory, OfficeFactory, UserFactory, grant


class TestGround:
    def test_musterstadt_is_in_force(self) -> None:
        assert current.municipality().slug == "musterstadt"

    def test_leaves_nothing_behind_in_either_town(self, beispielheim: current.Municipality) -> None:
        assert not User.objects.exists()
        OfficeFactory()
        with current.use(beispielheim):
            assert not Office.objects.exists()
            UserFactory()

    def test_leaves_nothing_behind_a_second_time(self, beispielheim: current.Municipality) -> None:
        self.test_leaves_nothing_behind_in_either_town(beispielheim)

    def test_content_type_ids_differ_between_towns(self, beispielheim: current.Municipality) -> None:
        here = ContentType.objects.get_by_natural_key("records", "fileplanunit").pk
        with current.use(beispielheim):
            there = ContentType.objects.get_by_natural_key("records", "fileplanunit").pk
        assert here != there

    def test_grants_open_documents(self) -> None:
        office = OfficeFactory()
        clerk, stranger = ClerkFactory(office=office), ClerkFactory()
        document = DocumentFactory(pages=["Baugenehmigung", "Seite zwei"])

        grant(office, document.file.unit)

        assert list(type(document).objects.visible_to(clerk)) == [document]
        assert not type(document).objects.visible_to(stranger)


class TestTransactional:
    def test_commits(self, transactional: None) -> None:
        UserFactory()
        assert not current.connection().in_atomic_block

    def test_leaves_nothing_behind(self) -> None:
        assert not User.objects.exists()

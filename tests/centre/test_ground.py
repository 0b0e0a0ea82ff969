from django.apps import apps
from django.contrib.auth.models import Group

from tests.factories import UserFactory


class TestGround:
    def test_knows_no_records(self) -> None:
        assert not apps.is_installed("records")

    def test_has_its_own_roles(self) -> None:
        person = UserFactory(roles=["agent"])

        assert set(Group.objects.values_list("name", flat=True)) == {"agent", "trainer", "operator", "requester"}
        assert person.has_role("agent")

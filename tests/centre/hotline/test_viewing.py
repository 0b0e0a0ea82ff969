"""Saved views: a filter with its order under a name, for oneself or for all of the staff."""

from __future__ import annotations

from typing import Any

import pytest

from hotline import viewing
from hotline.models import SavedView
from tests.centre.hotline_factories import AT, TicketFactory, agent, requester


class TestSave:
    def test_keeps_what_the_list_knows_and_replaces_the_same_name(self) -> None:
        staff = agent()
        for state in ("open", "new"):
            viewing.save(name=" Meine  Liste ", asked={"stand": state, "bei": "", "fremd": "x"}, shared=False, by=staff, at=AT)

        assert list(SavedView.objects.values_list("name", "asked")) == [("Meine Liste", {"stand": "new"})]

    def test_is_for_staff(self) -> None:
        with pytest.raises(viewing.CannotSave):
            viewing.save(name="Liste", asked={}, shared=True, by=requester(), at=AT)

    @pytest.mark.parametrize("name", [" ", "x" * 61])
    def test_wants_a_name(self, name: str) -> None:
        with pytest.raises(viewing.CannotSave):
            viewing.save(name=name, asked={}, shared=True, by=agent(), at=AT)


class TestForget:
    def test_nobody_elses(self) -> None:
        view = viewing.save(name="Liste", asked={}, shared=True, by=agent(), at=AT)

        with pytest.raises(viewing.CannotSave):
            viewing.forget(view=view, by=agent(), at=AT)


class TestScreens:
    def test_a_view_is_saved_shared_shown_and_forgotten(self, client_of: Any) -> None:
        staff, colleague = agent(), agent()
        TicketFactory(subject="Dringendes", priority="urgent")
        browser = client_of(staff)

        browser.post("/anfragen/ansichten/", {"name": "Zuletzt", "shared": "1", "stand": "", "sortiert": "neu"})
        browser.post("/anfragen/ansichten/", {"name": "Nur meine", "bei": "mir"})
        pages = [client_of(one).get("/anfragen/").content.decode() for one in (staff, colleague)]

        assert ["Zuletzt" in page for page in pages] == [True, True]
        assert ["Nur meine" in page for page in pages] == [True, False]
        view = SavedView.objects.get(name="Zuletzt")
        assert client_of(colleague).post(f"/anfragen/ansichten/{view.public_id}/vergessen/").status_code == 404
        browser.post(f"/anfragen/ansichten/{view.public_id}/vergessen/")
        assert not SavedView.objects.filter(name="Zuletzt").exists()

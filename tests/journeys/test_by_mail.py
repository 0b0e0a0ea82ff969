"""A clerk asks out of her binder, an agent answers by keyboard, she reads it in her mail and on the page, and says whether it helped."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import binders, post_office
from tests.journeys.browsing import Visitor
from tests.journeys.mornings import in_the_dark_and_small
from tests.journeys.screen_checks import violations
from tests.journeys.test_hotline import go_to

pytestmark = pytest.mark.journey
ANSWER = "Bitte wählen Sie über dem Blatt „Seiten ordnen“ und dann „Drehen“."
AGAIN = "Leider liegt nach dem Drehen das nächste Blatt verkehrt."


def asks_from_her_binder(clerk: Visitor, subject: str) -> Page:
    """In a binder, over Hilfe, to a request that is sent; the page of it at the centre."""
    binders.open_a_file(clerk)
    clerk.page.get_by_role("link", name="Hilfe", exact=True).click()
    clerk.rest()
    with clerk.page.expect_popup() as opened:
        clerk.page.get_by_role("button", name="Senden und fragen (neues Fenster)").click()
    centre = opened.value
    centre.wait_for_url("**/anfragen/neu/")
    centre.get_by_label("Betreff").fill(subject)
    centre.get_by_label("Worum geht es?").fill("Wie drehe ich ein Blatt, das auf dem Kopf steht?")
    centre.get_by_role("button", name="Absenden").click()
    centre.wait_for_url(re.compile(r"/anfragen/[0-9a-f-]{36}/"))
    return centre


def answers_by_keyboard(agent: Visitor, subject: str) -> None:
    """Take it, answer it, and say that it is solved with that: no mouse."""
    page = agent.open("/anfragen/")
    go_to(page, subject)
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Übernehmen")).to_have_count(0)
    agent.rest()
    page.keyboard.press("r")
    page.keyboard.type(ANSWER)
    then = page.get_by_label("Nach einer Antwort")
    for _stop in range(12):
        page.keyboard.press("Tab")
        if then.evaluate("(field) => field === document.activeElement"):
            break
    page.keyboard.type("danach ist sie e")  # the option's first letters choose it
    expect(then.locator("option:checked")).to_have_text("danach ist sie erledigt")
    agent.picture("mail-01-answer")
    page.locator("#id_body").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said")).to_contain_text(ANSWER)


class TestByMail:
    def test_an_answer_is_read_by_mail_and_on_the_page_and_rated_without_login(self, clerk: Visitor, visit: Callable[..., Visitor]) -> None:
        subject = f"Blatt steht kopf {uuid4().hex[:6]}"
        assert clerk.login is not None
        address = f"{clerk.login.username}@musterstadt.example"
        centre = asks_from_her_binder(clerk, subject)
        number = centre.locator("h1 .reference").inner_text()

        agent = visit("agent", town="zentrum")
        answers_by_keyboard(agent, subject)
        got = post_office.wait_for(address, subject)
        assert ANSWER in got.text
        assert number in got.subject
        assert got.from_ == post_office.HOTLINE

        centre.reload()
        expect(centre.locator(".said")).to_contain_text(ANSWER)
        centre.screenshot(path=clerk.pictures / "mail-02-page.png")
        self._rates(str(re.search(r"http://\S+/war-das-hilfreich/\S+/", got.text)[0]), visit)

        post_office.answer(got, by=address, text=AGAIN)
        page = agent.page
        for _round in range(30):
            page.reload()
            if AGAIN in page.locator(".said").first.inner_text():
                break
            page.wait_for_timeout(5000)
        expect(page.locator(".said")).to_contain_text(AGAIN)
        agent.picture("mail-04-came-back")
        centre.reload()
        expect(centre.locator(".said")).to_contain_text(AGAIN)

    def _rates(self, link: str, visit: Callable[..., Visitor]) -> None:
        """By one click in the mail, in a browser that knows nobody; turned round; the second time counts nothing."""
        anybody = visit(None, town="zentrum")
        anybody.watch.expected.append("422 POST")  # the second time
        address = link.removeprefix(anybody.base)
        page = anybody.open(f"{address}?antwort=ja")
        expect(page.get_by_role("status")).to_contain_text("Sie sagten: Ja")
        assert violations(page) == []
        anybody.picture("mail-03-rate")
        in_the_dark_and_small(anybody, "mail-03-rate")
        page.get_by_role("button", name="Doch eher: Nein").click()
        anybody.rest()
        expect(page.get_by_role("status")).to_contain_text("Sie sagten: Nein")
        page = anybody.open(address)
        page.get_by_role("button", name="Ja, das hat geholfen").click()
        anybody.rest()
        expect(page.get_by_role("alert")).to_contain_text("bereits gezählt")

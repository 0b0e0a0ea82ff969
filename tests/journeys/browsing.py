"""People at their browsers: Chromium against both sites, as bin/test has started them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright, Response

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 320, "height": 640}
# This sandbox needs a kernel that lets an unprivileged user make namespaces; the pages it shows are our own.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync", "--host-resolver-rules=MAP *.localhost 127.0.0.1"]


def chromium(playwright: Playwright, **options: Any) -> Browser:
    """Start Debian's Chromium without a window."""
    program = shutil.which("chromium") or "/usr/bin/chromium"
    return playwright.chromium.launch(executable_path=program, args=ARGUMENTS, **options)


@dataclass(frozen=True)
class Login:
    """One line of demo.json."""

    host: str
    username: str
    password: str
    role: str

    @property
    def town(self) -> str:
        return self.host.partition(".")[0]


class Sites:
    """Addresses and logins of both sites, as load_demo wrote them down."""

    def __init__(self, demo_file: Path) -> None:
        self.var = demo_file.parent
        demo = json.loads(demo_file.read_text())
        people = [login for login in demo["logins"] if "password" in login]
        self.logins = [Login(login["host"], login["username"], login["password"], login["role"]) for login in people]
        self.centre = f"http://{demo['centre']['host']}"

    def login(self, role: str, town: str = "musterstadt") -> Login:
        """The first person with this role in a town ("zentrum" is the centre)."""
        return next(login for login in self.logins if login.role == role and login.town == town)

    def address(self, town: str) -> str:
        return f"http://{next(login.host for login in self.logins if login.town == town)}"


@dataclass
class Watch:
    """What went wrong in a page without anybody seeing it: errors of scripts, the console, the content policy, refused requests."""

    troubles: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", self._script)
        page.on("response", self._response)

    def expect(self, part: str) -> None:
        """What contains this text is no trouble: a refusal that the test is about, say."""
        self.expected.append(part)

    def unexpected(self) -> list[str]:
        return [trouble for trouble in self.troubles if not any(part in trouble for part in self.expected)]

    def _script(self, error: Error) -> None:
        # On a busy machine the browser leaves out the fade between two pages and says so here; nothing of ours has failed.
        if not str(error).startswith("Transition was"):
            self.troubles.append(f"script: {error}")

    def _console(self, message: ConsoleMessage) -> None:
        # That a response was refused is in the console too, without saying which; _response() knows.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"{message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status} {response.request.method} {urlsplit(response.url).path}")


@dataclass
class Visitor:
    """One person at one browser window."""

    page: Page
    watch: Watch
    base: str
    pictures: Path
    login: Login | None = None

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def open(self, path: str) -> Page:
        """Go to a path of the site and wait until the page has come to rest."""
        self.page.goto(self.base + path)
        self.rest()
        return self.page

    def rest(self) -> None:
        self.page.wait_for_load_state("networkidle")

    def picture(self, name: str) -> None:
        """Keep a picture of the window, for people to look at."""
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def sign_in(self, login: Login, password: str | None = None) -> None:
        """Fill in the login page, from wherever it is shown."""
        self.login = login
        self.page.goto(self.base + "/anmelden/")
        self.page.get_by_label("Benutzername").fill(login.username)
        self.page.get_by_label("Passwort").fill(password or login.password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda address: "/anmelden/" not in address)
        self.rest()


class Browsing:
    """Opens windows; who has signed in once is signed in again by her cookies."""

    def __init__(self, browser: Browser, sites: Sites, pictures: Path) -> None:
        self.browser, self.sites, self.pictures = browser, sites, pictures
        self._cookies: dict[Login, Any] = {}

    @contextmanager
    def visitor(self, login: Login | None = None, *, base: str = "", watch: bool = True, **options: Any) -> Iterator[Visitor]:
        """A window of its own for a person, or with `base` for a stranger; its troubles fail the test unless `watch` is off."""
        base = base or (f"http://{login.host}" if login else self.sites.address("musterstadt"))
        known = self._cookies.get(login) if login else None
        context = self.browser.new_context(locale="de-DE", storage_state=known, **{"viewport": DESK, **options})
        context.set_default_timeout(15_000)
        try:
            page = context.new_page()
            # From the start: switched on by expect_file_chooser() it comes later than the key press, and Chromium opens a dialog of its own.
            page.on("filechooser", lambda _chooser: None)
            visitor = Visitor(page, Watch(), base, self.pictures, login)
            if login and known is None:
                visitor.sign_in(login)
                self._cookies[login] = context.storage_state()
            visitor.watch.follow(visitor.page)
            yield visitor
            if watch:
                troubles = visitor.watch.unexpected()
                assert not troubles, "\n".join(troubles)
        finally:
            context.close()


def pictures_folder(default: Path) -> Path:
    """Where pictures go: EAKTE_SCREENSHOTS, or the test's own folder."""
    folder = Path(os.environ.get("EAKTE_SCREENSHOTS") or default)
    folder.mkdir(parents=True, exist_ok=True)
    return folder

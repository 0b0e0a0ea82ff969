"""Screenshots at the hotline: pasted, blacked out by mouse and by keys, and what of them lies on the server in the end."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import struct
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from tests.journeys.browsing import DESK, PHONE, Sites, Visitor
from tests.journeys.screen_checks import LOOKS, violations
from tests.journeys.test_hotline import a_requester, asks

pytestmark = pytest.mark.journey

WIDTH, HEIGHT = 640, 400
BLACK = (0, 0, 0)
TO_CLIPBOARD = """async (coded) => {
  const bytes = Uint8Array.from(atob(coded), (sign) => sign.charCodeAt(0));
  await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
}"""
SLOWEST_PNG = 20_000  # milliseconds: browsers make one in idle time, and Chromium lets it take eleven seconds before it insists
HARMLESS = {b"IHDR", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"pHYs", b"IDAT", b"IEND"}  # chunks of a PNG that say nothing but how to show it
DROP = """(coded) => {
  const carrier = new DataTransfer();
  carrier.items.add(new File([Uint8Array.from(atob(coded), (sign) => sign.charCodeAt(0))], "Foto.jpg", { type: "image/jpeg" }));
  for (const kind of ["dragover", "drop"]) document.querySelector("h1").dispatchEvent(new DragEvent(kind, { dataTransfer: carrier, bubbles: true, cancelable: true }));
}"""


def pattern(shade: int = 90) -> Image.Image:
    """A picture without any black pixel, and no two alike in a row; `shade` (0 to 120) makes it another one."""
    made = Image.new("RGB", (WIDTH, HEIGHT))
    made.putdata([(40 + x % 200, 60 + y % 180, shade + (x * y) % 120) for y in range(HEIGHT) for x in range(WIDTH)])
    return made


def png(shade: int = 90) -> bytes:
    kept = io.BytesIO()
    pattern(shade).save(kept, "PNG")
    return kept.getvalue()


def photo() -> bytes:
    """A JPEG that says where it was taken."""
    kept, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "Rathaus, Zimmer 214"
    exif.get_ifd(0x8825)[2] = (51.0, 20.0, 1.0)
    Image.new("RGB", (WIDTH, HEIGHT), (200, 180, 40)).save(kept, "JPEG", exif=exif, comment=b"Kamera von Frau Meier", quality=95)
    return kept.getvalue()


def paste(visitor: Visitor, content: bytes) -> None:
    """Into the clipboard, and by Ctrl+V into the text."""
    page = visitor.page
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.bring_to_front()
    page.locator("#id_body").focus()
    page.evaluate(TO_CLIPBOARD, base64.b64encode(content).decode())
    page.keyboard.press("Control+v")
    expect(page.locator("#blackout")).to_be_visible()
    expect(page.locator(".blackout__stage")).to_be_focused()


def draw(page: Page, left: float, top: float, right: float, bottom: float) -> None:
    """With the mouse; parts of the picture's width and height."""
    box = page.locator("#blackout canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + left * box["width"], box["y"] + top * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + right * box["width"], box["y"] + bottom * box["height"], steps=5)
    page.mouse.up()


def fetched(page: Page, name: str) -> bytes:
    """What the link of a file gives."""
    with page.expect_download() as download:
        page.locator(".said__files").get_by_role("link", name=re.compile(name)).last.click()
    return Path(download.value.path()).read_bytes()


def stored(sites_var: Path, content: bytes) -> list[bytes]:
    """The objects of any store of this installation that have the hash of these bytes."""
    return [found.read_bytes() for found in sites_var.rglob(hashlib.sha256(content).hexdigest()) if found.is_file()]


def showing(sites_var: Path, like: Image.Image) -> list[Path]:
    """Objects of the centre's stores that are pictures of this size and show what is in the middle of this one."""
    found, middle = [], (WIDTH // 2, HEIGHT // 2)
    for path in (path for store in sites_var.rglob("centre-store") for path in store.rglob("*") if path.is_file()):
        try:
            with Image.open(path) as opened:
                same = opened.size == like.size and opened.convert("RGB").getpixel(middle) == like.getpixel(middle)
        except OSError:
            continue
        found += [path] if same else []
    return found


def chunks(content: bytes) -> frozenset[bytes]:
    kinds, place = frozenset[bytes](), 8
    while place < len(content):
        (length,) = struct.unpack_from(">I", content, place)
        kinds, place = kinds | {content[place + 4 : place + 8]}, place + 12 + length
    return kinds


def blackened(content: bytes, like: Image.Image, *, tolerance: int = 0) -> tuple[float, float, float, float]:
    """The one rectangle that is black, as parts of the picture; all of it is, and all around it is as it was."""
    made = Image.open(io.BytesIO(content))
    assert (made.format, made.size) == ("PNG", like.size)
    pixels, before = made.convert("RGB").load(), like.load()
    everywhere = [(x, y) for y in range(HEIGHT) for x in range(WIDTH)]
    black = [place for place in everywhere if pixels[place] == BLACK]
    assert black, "nothing is black"
    left, right = min(x for x, _y in black), max(x for x, _y in black) + 1
    top, bottom = min(y for _x, y in black), max(y for _x, y in black) + 1
    assert len(black) == (right - left) * (bottom - top), "something inside the rectangle is not black"
    covered = set(black)
    for place in everywhere:
        if place not in covered:
            assert max(abs(one - other) for one, other in zip(pixels[place], before[place], strict=True)) <= tolerance, place
    return left / WIDTH, top / HEIGHT, right / WIDTH, bottom / HEIGHT


@pytest.fixture
def var(sites: Sites) -> Path:
    return sites.var


class TestPasted:
    def test_what_a_requester_covers_never_reaches_the_server(self, visit: Callable[..., Visitor], var: Path) -> None:
        her, shade = a_requester(visit), uuid4().int % 80
        page = her.open("/anfragen/neu/")
        page.get_by_label("Betreff").fill("Fehler beim Ablegen")
        page.get_by_label("Worum geht es?").fill("Siehe Bild.")
        sent: list[Request] = []
        page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
        paste(her, png(shade))
        draw(page, 0.25, 0.25, 0.75, 0.75)
        expect(page.locator("#blackout-state")).to_contain_text("Rechteck 1 ist gesetzt: 25 Prozent von links")
        expect(page.get_by_role("button", name="Ohne Schwärzung anhängen")).to_be_hidden()
        her.picture("blackout-01-mouse")
        page.get_by_role("button", name="Anhängen", exact=True).click()
        expect(page.locator(".chosen li")).to_have_count(1, timeout=SLOWEST_PNG)
        expect(page.locator("#announcer")).to_contain_text("Gesendet wird erst mit Ihrer Nachricht")
        expect(page.locator("#id_body")).to_be_focused()
        page.locator(".chosen").scroll_into_view_if_needed()
        her.picture("blackout-02-chosen")
        assert sent == []

        page.get_by_role("button", name="Absenden").click()
        page.wait_for_url(re.compile(r"/anfragen/[0-9a-f-]{36}/"))
        her.rest()
        got = fetched(page, "Bildschirmfoto")

        [kept] = stored(var, got)
        left, top, right, bottom = blackened(kept, pattern(shade))
        assert (left, top, right, bottom) == pytest.approx((0.25, 0.25, 0.75, 0.75), abs=0.01)
        assert chunks(kept) <= HARMLESS
        assert showing(var, pattern(shade)) == []

    def test_an_agent_covers_by_keys_alone_in_a_note_and_in_a_reply(self, visit: Callable[..., Visitor], var: Path) -> None:
        asks(a_requester(visit), "Bild für die Tasten")
        agent = visit("agent", town="zentrum")
        page = agent.open("/anfragen/?stand=&q=Bild+f%C3%BCr+die+Tasten")
        page.locator("main a.table__title").first.click()
        agent.rest()
        for kind, stroke in (("note", "i"), ("reply", "r")):
            page.keyboard.press(stroke)
            page.keyboard.type(f"So sieht es aus ({kind}).")
            paste(agent, png())
            state, press = page.locator("#blackout-state"), page.keyboard.press
            press("ArrowLeft")
            expect(state).to_contain_text("Rechteck, noch nicht gesetzt")
            for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
                press(key)
            said = [int(number) / 100 for number in re.findall(r"\d+", state.inner_text())]
            press("Enter")
            expect(state).to_contain_text("Rechteck 1 ist gesetzt")
            press("ArrowDown")
            press("Enter")
            expect(state).to_contain_text("Rechteck 2 ist gesetzt")
            press("Backspace")
            expect(state).to_contain_text("Das letzte Rechteck wurde weggenommen.")
            agent.picture(f"blackout-04-keys-{kind}")
            page.get_by_role("button", name="Anhängen", exact=True).focus()
            press("Enter")
            expect(page.locator(".chosen li")).to_have_count(1, timeout=SLOWEST_PNG)
            expect(page.locator("#id_body")).to_be_focused()
            press("Control+Enter")
            expect(page.locator(".said__one").last).to_contain_text(f"({kind})")
            agent.rest()
            got = fetched(page, "Bildschirmfoto")
            left, top, right, bottom = blackened(got, pattern())
            assert stored(var, got) == [got]
            assert (left, top, right - left, bottom - top) == pytest.approx(said, abs=0.01)

    def test_without_blacking_out_it_is_asked_once_more_and_drawn_anew_all_the_same(self, visit: Callable[..., Visitor], var: Path) -> None:
        agent = visit("agent", town="zentrum")
        page = agent.open("/anfragen/")
        page.locator("main a.table__title").first.click()
        agent.rest()
        page.keyboard.press("i")
        page.keyboard.type("Unverändert.")
        paste(agent, png())
        page.get_by_role("button", name="Anhängen", exact=True).click()
        expect(page.locator("#blackout-state")).to_contain_text("Ziehen Sie zuerst ein Rechteck auf.")
        page.get_by_role("button", name="Ohne Schwärzung anhängen").click()
        expect(page.get_by_role("button", name="Ja, unverändert anhängen")).to_be_focused()
        agent.picture("blackout-05-sure")
        page.get_by_role("button", name="Ja, unverändert anhängen").press("Enter")
        expect(page.locator(".chosen li")).to_have_count(1, timeout=SLOWEST_PNG)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".said__one").last).to_contain_text("Unverändert.")
        agent.rest()

        got = fetched(page, "Bildschirmfoto")

        assert Image.open(io.BytesIO(got)).convert("RGB").tobytes() == pattern().tobytes()
        assert showing(var, pattern()) != []  # so the other tests look where such a picture would be found
        assert chunks(got) <= HARMLESS
        assert stored(var, got) == [got]

    def test_a_finger_draws_too(self, visit: Callable[..., Visitor]) -> None:
        agent = visit("agent", town="zentrum", has_touch=True)
        page = agent.open("/anfragen/neu/")
        paste(agent, png())
        box = page.locator("#blackout canvas").bounding_box()
        assert box is not None
        finger = agent.context.new_cdp_session(page)
        for kind, part in (("Start", 0.25), ("Move", 0.4), ("Move", 0.5), ("End", None)):
            points = [] if part is None else [{"x": box["x"] + part * box["width"], "y": box["y"] + part * box["height"]}]
            finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

        expect(page.locator("#blackout-state")).to_contain_text(
            "Rechteck 1 ist gesetzt: 25 Prozent von links, 25 Prozent von oben, 25 Prozent breit, 25 Prozent hoch."
        )

    def test_who_leaves_the_tool_attaches_nothing(self, visit: Callable[..., Visitor]) -> None:
        agent = visit("agent", town="zentrum")
        page = agent.open("/anfragen/neu/")
        paste(agent, png())
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Escape")
        expect(page.locator("#blackout-state")).to_contain_text("Das Rechteck wurde nicht gesetzt.")
        page.keyboard.press("Escape")

        expect(page.locator("#blackout")).to_be_hidden()
        expect(page.locator("#announcer")).to_contain_text("Das Bild wurde nicht angehängt.")
        assert page.evaluate("document.getElementById('id_attachments').files.length") == 0


class TestChosen:
    def test_a_dropped_photo_is_blacked_out_beside_its_name_and_says_no_longer_where_it_was_taken(
        self, visit: Callable[..., Visitor], var: Path
    ) -> None:
        agent, original = visit("agent", town="zentrum"), photo()
        assert b"Zimmer 214" in original
        page = agent.open("/anfragen/")
        page.locator("main a.table__title").first.click()
        agent.rest()
        page.evaluate(DROP, base64.b64encode(original).decode())
        page.locator(".chosen").get_by_role("button", name=re.compile("Schwärzen")).click()
        expect(page.get_by_role("button", name="Ohne Schwärzung anhängen")).to_be_hidden()
        box = page.locator("#blackout canvas").bounding_box()
        assert box is not None
        for across, down in ((0.5, 0.5), (1.0, 1.0)):  # two clicks instead of a drag; the second on the very corner
            page.mouse.click(box["x"] + across * box["width"] - 1, box["y"] + down * box["height"] - 1)
        page.get_by_role("button", name="Anhängen", exact=True).click()
        expect(page.locator(".chosen")).to_contain_text("Foto (geschwärzt).png", timeout=SLOWEST_PNG)
        expect(page.locator(".chosen").get_by_role("button", name=re.compile("Schwärzen"))).to_be_focused()
        page.locator("#id_body").fill("Foto vom Bildschirm.")
        page.locator("#id_body").press("Control+Enter")
        expect(page.locator(".said__one").last).to_contain_text("Foto vom Bildschirm.")
        agent.rest()

        got = fetched(page, "Foto")

        plain = Image.open(io.BytesIO(original)).convert("RGB")
        left, top, right, bottom = blackened(got, plain, tolerance=3)
        assert (left, top, right, bottom) == pytest.approx((0.5, 0.5, 1.0, 1.0), abs=0.01)
        assert chunks(got) <= HARMLESS
        assert stored(var, got) == [got]
        assert stored(var, original) == []

    def test_what_cannot_be_attached_is_said_before_anything_is_sent_and_the_text_stays(
        self, visit: Callable[..., Visitor], tmp_path: Path
    ) -> None:
        for name, size in (("gut.txt", 3), ("dick.bin", 25 * 1024**2 + 1), ("kaputt.png", 9)):
            with (tmp_path / name).open("wb") as made:
                made.truncate(size)
        agent = visit("agent", town="zentrum")
        page = agent.open("/anfragen/neu/")
        page.locator("#id_body").fill("Mein langer Text")
        page.locator("#id_attachments").set_input_files([tmp_path / name for name in ("gut.txt", "dick.bin", "kaputt.png")])
        expect(page.get_by_role("alert")).to_contain_text("„dick.bin“ ist zu groß: Eine Datei darf höchstens 25 MB haben.")
        page.locator(".chosen").get_by_role("button", name=re.compile("Schwärzen")).click()
        expect(page.get_by_role("alert")).to_contain_text("„kaputt.png“ lässt sich nicht als Bild lesen")
        page.locator(".chosen li").last.get_by_role("button", name=re.compile("Entfernen")).click()

        assert page.evaluate("[...document.getElementById('id_attachments').files].map((file) => file.name)") == ["gut.txt"]
        expect(page.locator("#id_body")).to_have_value("Mein langer Text")

    def test_a_plain_field_remains_without_javascript(self, visit: Callable[..., Visitor]) -> None:
        agent = visit("agent", town="zentrum", java_script_enabled=False)
        page = agent.open("/anfragen/")
        page.locator("main a.table__title").first.click()
        page.locator("#id_body").fill("Ohne Skript.")
        page.locator("#id_attachments").set_input_files({"name": "bild.png", "mimeType": "image/png", "buffer": png()})
        expect(page.locator("#blackout")).to_be_hidden()
        page.locator(".answer button.kern-btn--primary[type=submit]").click()

        expect(page.locator(".said__one").last).to_contain_text("bild.png")


class TestLook:
    def test_the_tool_has_no_violation_in_any_look_and_fits(self, visit: Callable[..., Visitor]) -> None:
        agent = visit("agent", town="zentrum", reduced_motion="reduce")
        page = agent.open("/anfragen/neu/")
        agent.watch.expect("getImageData")  # axe reads its own canvas
        paste(agent, png())
        draw(page, 0.1, 0.1, 0.5, 0.3)
        page.keyboard.press("ArrowDown")
        looks = {**LOOKS, "320px-dark": (PHONE, {"color_scheme": "dark", "forced_colors": "none"})}
        found: list[str] = []
        for look, (size, media) in looks.items():
            page.emulate_media(**media)
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.wait_for_timeout(60)
            agent.picture(f"blackout-07-{look}")
            found += [f"{look}: {objection}" for objection in violations(page)]
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.emulate_media(**LOOKS["dark"][1])
        page.get_by_role("button", name="Anhängen", exact=True).click()
        expect(page.locator(".chosen li")).to_have_count(1, timeout=SLOWEST_PNG)
        for look, size in (("320px", PHONE), ("dark", DESK)):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.locator(".chosen").scroll_into_view_if_needed()
            agent.picture(f"blackout-08-chosen-{look}")
            found += [f"{look}: {objection}" for objection in violations(page)]

        assert found == []

"""Draws site plans and development plans as vector PDF: streets, numbered parcels, buildings, north arrow, scale bar, title block."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from random import Random

from records.demo.letters import short_date
from records.demo.paper import Page, pdf
from records.demo.people import DemoTown

INK = "#22272e"
STREET, GRASS, HOUSE, PLANNED = "#e4e2dc", "#eef3e6", "#c9ccd1", "#b5483a"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan shows. `kind` is site (A3, 1:250), floor (A3, 1:50) zoning (A2, 1:1000) or market (A3, 1:500); `seed` decides the drawing."""

    kind: str
    town: DemoTown
    title: str
    subject: str
    street: str
    district: str
    field_number: int
    parcel: int
    author: str
    drawn_on: date
    seed: str


def plan_pdf(plan: Plan) -> bytes:
    """Draw one plan. The same plan gives the same bytes."""
    page = Page(594, 420) if plan.kind == "zoning" else Page(420, 297)
    draw = {"site": _site, "floor": _floor, "zoning": _zoning, "market": _market}[plan.kind]
    page.box(10, 10, page.width - 20, page.height - 20, edge=INK)
    draw(page, plan, Random(f"plan {plan.seed}"))  # noqa: S311  # a drawing, no secret
    made_at = datetime.combine(plan.drawn_on, time(12, 0), tzinfo=UTC)
    return pdf([page], title=f"{plan.title} – {plan.subject}", author=plan.author, made_at=made_at)


def _title_block(page: Page, plan: Plan, scale: str) -> None:
    x, y = page.width - 130, page.height - 70
    page.box(x, y, 120, 60, fill="#ffffff", edge=INK)
    for offset in (14, 26, 38, 49):
        page.line((x, y + offset), (x + 120, y + offset), width=0.15)
    page.line((x + 60, y + 38), (x + 60, y + 60), width=0.15)
    page.text(x + 3, y + 9.5, plan.title, size=16, face="bold")
    page.text(x + 3, y + 21.5, plan.subject[:62], size=9.5)
    page.text(x + 3, y + 33.5, f"{plan.street}, {plan.town.postcode} {plan.town.name}", size=9.5)
    cells = [
        (0, 38, "Gemarkung · Flur · Flurstück", f"{plan.district} · {plan.field_number} · {plan.parcel}"),
        (60, 38, "Maßstab", scale),
        (0, 49, "Planverfasser", plan.author),
        (60, 49, "Datum", short_date(plan.drawn_on)),
    ]
    for dx, dy, label, value in cells:
        page.text(x + dx + 3, y + dy + 3.8, label, size=6.5, colour="#5b6470")
        page.text(x + dx + 3, y + dy + 8.8, value, size=9)


def _north(page: Page, x: float, y: float) -> None:
    page.disc(x, y, 9, fill="#ffffff", edge=INK)
    page.area((x, y - 12), (x - 4, y + 5), (x, y + 2), fill=INK)
    page.area((x, y - 12), (x + 4, y + 5), (x, y + 2), fill="#ffffff", edge=INK)
    page.text(x, y - 14, "N", size=12, face="bold", align="centre")


def _scale_bar(page: Page, x: float, y: float, *, metres: int, mm_per_metre: float) -> None:
    step = metres * mm_per_metre / 4
    for number in range(4):
        page.box(x + number * step, y, step, 2, fill=INK if number % 2 == 0 else "#ffffff", edge=INK)
        page.text(x + number * step, y - 1.5, str(metres * number // 4), size=7, align="centre")
    page.text(x + 4 * step, y - 1.5, f"{metres} m", size=7, align="centre")


def _site(page: Page, plan: Plan, dice: Random) -> None:
    """Two rows of parcels along a street; the parcel in the middle is the one that the application is about."""
    width = (page.width - 40) / 5
    lower = 118.0 + dice.uniform(-6, 6)
    street = 26.0
    page.box(10.1, lower, page.width - 20.2, street, fill=STREET)
    for edge in (lower + 4, lower + street - 4):
        page.line((10, edge), (page.width - 10, edge), width=0.15, colour="#8b8f95")
    page.line((10, lower + street / 2), (page.width - 10, lower + street / 2), width=0.25, colour="#ffffff", dash=(4, 3))
    page.text(page.width / 2, lower + street / 2 + 6.5, plan.street.rstrip("0123456789 abc"), size=13, align="centre", colour="#5b6470")
    for column in range(5):
        x = 20 + column * width
        _parcel(page, dice, x, 20, width, lower - 20, str(plan.parcel - 2 + column), planned=column == 2)
        if column < 3:
            _parcel(
                page, dice, x, lower + street, width, page.height - 20 - lower - street, str(plan.parcel + 40 + column * 3), planned=False
            )
    page.text(
        page.width - 140,
        lower + street + 34,
        "Auszug aus der Liegenschaftskarte, ergänzt. Grenzabstände in Metern.",
        size=7.5,
        colour="#5b6470",
    )
    _north(page, page.width - 30, 40)
    _scale_bar(page, page.width - 140, lower + street + 22, metres=20, mm_per_metre=4)
    _title_block(page, plan, "1 : 250")


def _parcel(page: Page, dice: Random, x: float, y: float, width: float, depth: float, number: str, *, planned: bool) -> None:
    page.box(x, y, width, depth, fill="#fdf6e3" if planned else GRASS, edge="#6b7280")
    page.text(x + 4, y + 7, number, size=9, colour="#3d4550", face="bold" if planned else "regular")
    house = (x + width * dice.uniform(0.16, 0.24), y + depth * dice.uniform(0.3, 0.42), width * dice.uniform(0.42, 0.5), depth * 0.34)
    page.box(*house, fill=HOUSE, edge=INK)
    page.line((house[0], house[1] + house[3] / 2), (house[0] + house[2], house[1] + house[3] / 2), width=0.12)
    page.text(
        house[0] + house[2] / 2, house[1] + house[3] / 2 - 2, dice.choice(("Whs. II", "Whs. I", "II", "I + DG")), size=7.5, align="centre"
    )
    for _ in range(dice.randint(2, 4)):
        tree = (x + dice.uniform(8, width - 8), y + depth - dice.uniform(7, depth * 0.2))
        page.disc(*tree, dice.uniform(2.2, 4), fill="#b9d3a5", edge="#5a9367")
    if planned:
        new = (x + width * 0.72, y + depth * 0.38, width * 0.22, depth * 0.3)
        page.hatch(*new, colour=PLANNED)
        page.box(*new, edge=PLANNED)
        page.text(new[0] + new[2] / 2, new[1] - 2, "geplant", size=8, face="bold", colour=PLANNED, align="centre")
        gap = x + width - new[0] - new[2]
        page.line((new[0] + new[2], new[1] + 6), (x + width, new[1] + 6), width=0.2, colour=PLANNED)
        page.text(new[0] + new[2] + gap / 2, new[1] + 5, f"{gap / 4:.2f}".replace(".", ","), size=6.5, colour=PLANNED, align="centre")


def _floor(page: Page, plan: Plan, dice: Random) -> None:
    """A ground floor with outer walls, rooms, doors, areas and dimension lines."""
    x, y, width, depth = 40.0, 62.0, 200 + dice.uniform(-15, 30), 150 + dice.uniform(-10, 15)
    page.box(x - 3.6, y - 3.6, width + 7.2, depth + 7.2, fill="#3d4550")
    page.box(x, y, width, depth, fill="#ffffff")
    across, down = dice.uniform(0.42, 0.58), dice.uniform(0.45, 0.6)
    rooms = [("Wohnen", 0, 0, across, 1), ("Küche", across, 0, 1, down), ("Flur", across, down, 0.8, 1), ("Bad", 0.8, down, 1, 1)]
    for name, left, top, right, bottom in rooms:
        rx, ry, rw, rd = x + left * width, y + top * depth, (right - left) * width, (bottom - top) * depth
        page.box(rx, ry, rw, rd, edge=INK)
        page.line((rx, ry), (rx + rw, ry), (rx + rw, ry + rd), width=1.15, colour="#3d4550")
        page.text(rx + rw / 2, ry + rd / 2, name, size=12, align="centre")
        page.text(rx + rw / 2, ry + rd / 2 + 6, f"{rw * rd / 400:.2f} m²".replace(".", ","), size=9, align="centre", colour="#5b6470")
        page.area((rx + 8, ry + rd), (rx + 8, ry + rd - 9), (rx + 17, ry + rd), fill="#ffffff", edge="#8b8f95")
    for offset, length, label in ((12.0, width, f"{width / 20:.2f}"), (20.0, width * across, f"{width * across / 20:.2f}")):
        page.line((x, y - offset), (x + length, y - offset), width=0.15)
        for end in (x, x + length):
            page.line((end - 1.2, y - offset + 1.2), (end + 1.2, y - offset - 1.2), width=0.3)
        page.text(x + length / 2, y - offset - 1.4, label.replace(".", ","), size=8, align="centre")
    page.text(40, 24, "Grundriss Erdgeschoss", size=14, face="bold")
    _north(page, page.width - 30, 40)
    _scale_bar(page, 40, page.height - 32, metres=4, mm_per_metre=20)
    _title_block(page, plan, "1 : 50")


def _market(page: Page, plan: Plan, dice: Random) -> None:
    """A market place with numbered stalls along its edges, rides in the middle and the lane that the fire brigade needs."""
    left, top, right, bottom = 30.0, 30.0, page.width - 40, page.height - 95
    page.box(left, top, right - left, bottom - top, fill=STREET, edge=INK)
    page.box(left + 26, top + 26, right - left - 52, 14, fill="#f6d9d5", edge=PLANNED)
    page.text((left + right) / 2, top + 35.5, "Rettungsgasse 3,50 m – freihalten", size=10, face="bold", colour=PLANNED, align="centre")
    number = 0
    for y in (top + 6, bottom - 18):
        x = left + 8
        while x < right - 26:
            width = dice.choice((12.0, 16.0, 20.0))
            number += 1
            page.box(x, y, width, 12, fill=dice.choice(("#f3d9a4", "#cfe0ef", "#d9e8c8", "#ead3e3")), edge=INK)
            page.text(x + width / 2, y + 7.5, str(number), size=8, align="centre")
            x += width + dice.uniform(1.5, 4)
    rides = ("Riesenrad", "Autoscooter", "Kinderkarussell", "Sanitätsstation")
    for place, name in enumerate(rides):
        x, y, radius = left + 45 + place * (right - left - 80) / 3.2, (top + bottom) / 2 + 14, dice.uniform(13, 19)
        page.disc(x, y, radius, fill="#ffffff" if name.startswith("Sani") else "#f0c9b8", edge=INK)
        page.text(x, y + 1.3, name, size=8, face="bold", align="centre")
    for x in (left + 60, right - 60):
        page.text(x, bottom - 24, "H", size=11, face="bold", colour="#2b5d8a", align="centre")
        page.disc(x, bottom - 25.4, 3.4, edge="#2b5d8a")
    page.text(left, bottom + 8, "H = Hydrant, nicht zustellen. Zahlen = Nummern der Standplätze.", size=8, colour="#5b6470")
    _north(page, page.width - 28, 45)
    _scale_bar(page, left, page.height - 50, metres=40, mm_per_metre=2)
    _title_block(page, plan, "1 : 500")


_ZONES = (("WA", "Allgemeines Wohngebiet", "#f3c9b8"), ("MI", "Mischgebiet", "#d9b48f"), ("GE", "Gewerbegebiet", "#c9c4d4"))


def _zoning(page: Page, plan: Plan, dice: Random) -> None:
    """Fields of land use between streets, with building lines and the legend of the plan symbols (PlanZV colours, toned down)."""
    left, top, right, bottom = 20.0, 20.0, page.width - 150, page.height - 20
    page.box(left, top, right - left, bottom - top, fill=STREET, edge=INK)
    columns = [left + 8, left + (right - left) * dice.uniform(0.3, 0.4), left + (right - left) * dice.uniform(0.62, 0.72), right]
    rows = [top + 8, top + (bottom - top) * dice.uniform(0.42, 0.55), bottom]
    for column in range(3):
        for row in range(2):
            x, y = columns[column], rows[row]
            width, depth = columns[column + 1] - x - 14, rows[row + 1] - y - 14
            if (column, row) == (1, 1):
                page.box(x, y, width, depth, fill="#bcd8a8", edge="#5a9367")
                page.text(x + width / 2, y + depth / 2, "Öffentliche Grünfläche", size=13, align="centre", colour="#2f5a35")
                continue
            mark, _, colour = dice.choice((*_ZONES, _ZONES[0], _ZONES[0]))
            _block(page, dice, x, y, width, depth, mark, colour)
    page.line(*_ring(left + 4, top + 4, right - 4, bottom - 4), width=1.4, colour="#3d4550", dash=(6, 3, 1.5, 3))
    _legend(page, right + 12, 62)
    _north(page, page.width - 32, 40)
    _scale_bar(page, right + 14, page.height - 90, metres=100, mm_per_metre=0.8)
    _title_block(page, plan, "1 : 1000")


def _ring(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def _block(page: Page, dice: Random, x: float, y: float, width: float, depth: float, mark: str, colour: str) -> None:
    page.box(x, y, width, depth, fill=colour, edge=INK)
    page.line(*_ring(x + 6, y + 6, x + width - 6, y + depth - 6), width=0.5, colour="#2b5d8a", dash=(5, 2, 1, 2))
    for number in range(1, dice.randint(3, 5)):
        cut = x + width * number / 5
        page.line((cut, y), (cut, y + depth), width=0.12, colour="#6b7280")
        page.text(cut + 2, y + depth - 3, str(dice.randint(100, 480)), size=7, colour="#3d4550")
    page.text(x + width / 2, y + depth / 2, mark, size=26, face="bold", align="centre")
    density = dice.choice(("0,3", "0,4", "0,6"))
    page.text(x + width / 2, y + depth / 2 + 8, f"GRZ {density}   {dice.choice(('I', 'II', 'III'))}   o", size=11, align="centre")


def _legend(page: Page, x: float, y: float) -> None:
    page.text(x, y, "Planzeichenerklärung", size=13, face="bold")
    entries = [
        *((f"{mark}  {name}", colour) for mark, name, colour in _ZONES),
        ("Öffentliche Grünfläche", "#bcd8a8"),
        ("Verkehrsfläche", STREET),
    ]
    for number, (name, colour) in enumerate(entries):
        page.box(x, y + 8 + number * 12, 14, 8, fill=colour, edge=INK)
        page.text(x + 19, y + 13.5 + number * 12, name, size=10)
    below = y + 12 + len(entries) * 12
    page.line((x, below), (x + 14, below), width=0.5, colour="#2b5d8a", dash=(5, 2, 1, 2))
    page.text(x + 19, below + 1.2, "Baugrenze", size=10)
    page.line((x, below + 9), (x + 14, below + 9), width=1.4, colour="#3d4550", dash=(6, 3, 1.5, 3))
    page.text(x + 19, below + 10.2, "Grenze des Geltungsbereichs", size=10)

#!/usr/bin/env python3
"""A large file as one PDF, by the product's own code: time, memory, size.

    benchmarks/file_pdf.py [FOLDER OF PDFs] [--municipality SLUG] [--sheets 2000] [--scans 0.2] [--keep FILE]

Needs a running installation (bin/up, or bin/test --services). Without a folder, typed letters of 1 to 15 sheets and some scans are made. They are filed and read
first; then the file is made into one PDF in a process of its own, as a worker does it. Any Python 3.11 starts it (EAKTE_VAR names another folder than var/).
"""

from __future__ import annotations

import argparse
import functools
import io
import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
WORDS = [
    "Antrag",
    "Bescheid",
    "Bauaufsicht",
    "Flurstück",
    "Gemarkung",
    "Stellungnahme",
    "Brandschutz",
    "Nachbar",
    "Frist",
    "Anlage",
    "Unterlagen",
    "Vorhaben",
    "Prüfung",
]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=Path)
    arguments.add_argument("--municipality", default="musterstadt")
    arguments.add_argument("--sheets", type=int, default=2000)
    arguments.add_argument("--scans", type=float, default=0.2, help="share of sheets that are pictures")
    arguments.add_argument("--keep", type=Path, help="copy the PDF there")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments.add_argument("--make", type=int, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if not chosen.inside:
        sys.exit(inside_the_installation())
    sys.path.insert(0, str(PROJECT))

    import django

    django.setup()
    from tenants import current, registry

    municipality = registry.by_slug(chosen.municipality)
    if municipality is None:
        sys.exit(f"This node has no municipality {chosen.municipality}.")
    with current.use(municipality):
        if chosen.make:
            make(chosen.make)
        else:
            measure(chosen)


def inside_the_installation() -> int:
    """Run this script again as a process of the installation."""
    sys.path.insert(0, str(PROJECT / "bin"))
    from installation import account, places, sites

    environment = sites.environment(places.NODE, places.from_environment())
    command = [str(places.PYTHON), __file__, *sys.argv[1:], "--inside"]
    who = account.service_account(create=False).identity()
    return subprocess.run(command, cwd=PROJECT, env=environment, **who).returncode


def measure(chosen: argparse.Namespace) -> None:
    from django.utils import timezone

    from records import exports
    from tenants import stores

    began = time.monotonic()
    file, clerk = filled(chosen)
    print(f"filed and read in {time.monotonic() - began:.0f} s", flush=True)
    export = exports.ask(file=file, kind="file_pdf", address="https://musterstadt.example/akten/", by=clerk, at=timezone.now())
    began = time.monotonic()
    done = subprocess.run([sys.executable, *sys.argv, "--make", str(export.pk)], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    wall = time.monotonic() - began
    used = json.loads(done.stdout.splitlines()[-1])
    export.refresh_from_db()
    if export.state != "ready":
        sys.exit(f"Not made: {exports.failure(export)}")
    print(f"{'sheets':<32}{export.total:>10}")
    print(f"{'pages of the PDF':<32}{export.options['pages']:>10}")
    print(f"{'left out':<32}{len(export.left_out):>10}")
    print(f"{'wall s':<32}{wall:>10.1f}")
    print(f"{'CPU s (all processes)':<32}{used['cpu']:>10.1f}")
    print(f"{'sheets/s':<32}{export.total / wall:>10.1f}")
    print(f"{'peak of the worker, MiB':<32}{used['peak'] // 1024:>10}")
    print(f"{'peak inside the sandbox, MiB':<32}{export.options['peak_bytes'] // 1024**2:>10}")
    print(f"{'size, MiB':<32}{export.size / 1024**2:>10.1f}")
    if chosen.keep:
        chosen.keep.write_bytes(stores.of_municipality().path(export.sha256).read_bytes())


def make(export: int) -> None:
    """Make it as a worker does, and say what that took."""
    from records import exports

    exports.make(export_id=export)
    own, programs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime + programs.ru_utime + programs.ru_stime
    print(json.dumps({"peak": own.ru_maxrss, "cpu": cpu}))


def filled(chosen: argparse.Namespace) -> tuple[Any, Any]:
    """A new file with documents that have been read, and the clerk who made it."""
    from django.utils import timezone

    from records import filing, intake, reading
    from records.models import FilePlanUnit, Reading
    from records.models.access import LEVEL_WRITE
    from tenants import stores
    from tenants.models import User

    def place() -> tuple[Any, Any]:
        for clerk in User.objects.filter(is_active=True):
            unit = FilePlanUnit.objects.holding_files_for(clerk, LEVEL_WRITE).first()
            if unit is not None:
                return clerk, unit
        sys.exit("Nobody may file anything here.")

    clerk, unit = place()
    file = filing.create_file(unit=unit, title="Große Akte für die Messung", by=clerk, at=timezone.now())
    registers = [*file.registers.order_by("position"), None]
    for number, (name, content) in enumerate(documents(chosen)):
        arrival = intake.Arrival(stores.of_municipality().put(content), name)
        document = intake.take_in(arrival=arrival, file=file, register=registers[number % len(registers)], by=clerk, at=timezone.now())
        reading.read(reading_id=Reading.objects.get(version__document=document).pk)
    return file, clerk


def documents(chosen: argparse.Namespace) -> Any:
    """Names and bytes, together as many sheets as were asked for."""
    if chosen.folder:
        yield from ((path.name, path.read_bytes()) for path in sorted(chosen.folder.glob("*.pdf")))
        return
    dice = random.Random(1)
    left, number = chosen.sheets, 0
    while left > 0:
        number += 1
        count = min(dice.randint(1, 15), left)
        left -= count
        scan = dice.random() < chosen.scans
        yield f"Schriftstück {number:04}.pdf", scanned(count) if scan else typed(count)


@functools.cache
def typed(count: int) -> bytes:
    """A letter with real text on so many sheets, tagged; one for each length, bound as often as it is drawn."""
    from weasyprint import HTML

    dice = random.Random(count)

    pages = "".join(
        "<section>" + "".join(f"<p>{' '.join(dice.choices(WORDS, k=60))}.</p>" for _paragraph in range(6)) + "</section>"
        for _page in range(count)
    )
    style = "section { break-after: page } section:last-child { break-after: auto } body { font: 10pt 'Noto Sans' }"
    return bytes(HTML(string=f"<html lang=de><title>Brief</title><style>{style}</style>{pages}").write_pdf(pdf_tags=True))


@functools.cache
def scanned(count: int) -> bytes:
    """Pictures of sheets at 200 dpi whose text a scanner has read already (a blank text is enough to spare the reading)."""
    import img2pdf  # type: ignore[import-untyped]
    import pikepdf
    from PIL import Image

    dice = random.Random(count)
    sheets = []
    for _page in range(count):
        picture = Image.effect_noise((1654, 2339), 12).point(lambda value: min(255, value + 110))
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=60)
        sheets.append(stream.getvalue())
    layout = img2pdf.get_fixed_dpi_layout_fun((200, 200))
    with pikepdf.open(io.BytesIO(img2pdf.convert(sheets, layout_fun=layout))) as pdf:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for page in pdf.pages:
            page.add_resource(pdf.make_indirect(font), pikepdf.Name.Font, pikepdf.Name("/F9"))
            page.contents_add(f"BT /F9 9 Tf 3 Tr 60 700 Td ({dice.choice(WORDS).encode('ascii', 'ignore').decode()}) Tj ET".encode())
        stream = io.BytesIO()
        pdf.save(stream)
    return stream.getvalue()


if __name__ == "__main__":
    os.umask(0o077)
    main()

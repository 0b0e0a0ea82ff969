#!/usr/bin/env python3
"""A large file as one PDF, by the product's own code: time, memory, size, whether it is right, and what the bare tool takes.

    benchmarks/file_pdf.py [FOLDER OF PDFs] [--municipality SLUG] [--sheets 2000] [--scans 0.2] [--keep FILE]

Needs a running installation (bin/up, or bin/test --services). Without a folder, typed letters of 1 to 15 sheets and some scans are made. They are filed and read
first; then the file is made into one PDF in a process of its own, as a worker does it, checked from outside (benchmarks/pdf_checks.py), and the
same documents are put behind one another by qpdf alone. --package makes the package for a court of the same file, too. Any Python 3.11 starts it (EAKTE_VAR names another folder than var/).
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
import tempfile
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
    arguments.add_argument("--package", action="store_true", help="the package for a court, too")
    arguments.add_argument("--missing", type=int, default=20, help="sheets lent out, which have a stand-in at their place")
    arguments.add_argument("--foliate", action="store_true", help="give folio numbers first, and expect them")
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments.add_argument("--make", nargs=3, metavar=("KIND", "FILE", "CLERK"), help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if not chosen.inside:
        sys.exit(inside_the_installation())
    sys.path[:0] = [str(PROJECT), str(PROJECT / "benchmarks")]

    import django

    django.setup()
    from tenants import current, registry

    municipality = registry.by_slug(chosen.municipality)
    if municipality is None:
        sys.exit(f"This node has no municipality {chosen.municipality}.")
    from tenants import queues

    queues.send = lambda *_name, **_rest: None  # type: ignore[assignment]  # workers of the installation leave to us what we make
    with current.use(municipality):
        if chosen.make:
            make(*chosen.make)
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
    from tenants import stores

    began = time.monotonic()
    file, clerk = filled(chosen)
    print(f"filed and read in {time.monotonic() - began:.0f} s", flush=True)
    if chosen.foliate:
        foliate(file, clerk)
    export, taken = exported(file, clerk, "file_pdf")
    row("sheets", export.total)
    row("pages of the PDF", export.options["pages"])
    row("left out", len(export.left_out))
    row("peak inside the sandbox, MiB", export.options["peak_bytes"] // 1024**2)
    whole = stores.of_municipality().path(export.sha256)
    if chosen.keep:
        chosen.keep.write_bytes(whole.read_bytes())
    wrong = checked(whole, file)
    compare(file, taken)
    if chosen.package:
        package, _taken = exported(file, clerk, "court_package")
        row("documents in it", package.total)
    if wrong:
        sys.exit(f"{wrong} checks failed.")


def row(name: str, value: object, *, digits: int = 1) -> None:
    print(f"{name:<44}{value:>12.{digits}f}" if isinstance(value, float) else f"{name:<44}{value!s:>12}", flush=True)


def exported(file: Any, clerk: Any, kind: str) -> tuple[Any, dict[str, float]]:
    """Ask for an export and make it in a process of its own; gives it and what it took."""
    from records import exports
    from records.models import Export

    load = os.getloadavg()[0]
    command = [sys.executable, *sys.argv, "--make", kind, str(file.pk), str(clerk.pk)]
    done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    taken = json.loads(done.stdout.splitlines()[-1])
    export = Export.objects.get(pk=taken["export"])
    if export.state != "ready":
        sys.exit(f"Not made: {exports.failure(export)}")
    print(f"\n{kind} (load of the machine {load:.1f}, then {os.getloadavg()[0]:.1f})")
    row("wall s", taken["wall"])
    row("CPU s, all processes", taken["cpu"])
    row("peak of the worker, MiB", taken["peak"] // 1024)
    row("size, MiB", export.size / 1024**2)
    return export, taken


def checked(whole: Path, file: Any) -> int:
    """Check the PDF from outside; gives how many checks failed."""
    import pdf_checks

    print("\nchecked from outside")
    qpdf = pdf_checks.run(["qpdf", "--check", whole])
    row("qpdf --check (its exit code)", qpdf.returncode)
    row("qpdf --check, CPU s (decodes every picture)", qpdf.cpu)
    found = pdf_checks.faults(whole, *expected(file)) | pdf_checks.marks(whole, *marked(file))
    for name, wrong in found.items():
        row(f"{name}, wrong", len(wrong))
        print("".join(f"    {one}\n" for one in wrong[:5]), end="")
    return bool(qpdf.returncode) + sum(map(bool, found.values()))


def foliate(file: Any, clerk: Any) -> None:
    from django.utils import timezone

    from records import folios

    began = time.monotonic()
    given = folios.foliate(file=file, by=clerk, at=timezone.now())
    print()
    row(f"foliating {len(given)} pages, wall s", time.monotonic() - began)


def expected(file: Any) -> tuple[list[str], list[str]]:
    """Titles of the documents and numbers of the sheets, as they lie in the binder, or in the order of the folio numbers."""
    from records import binder
    from records.models import Folio

    folios = list(Folio.objects.filter(file=file).select_related("document").order_by("number", "suffix", "back"))
    if folios:
        return list(dict.fromkeys(folio.document.title for folio in folios)), [folio.label for folio in folios]
    documents = binder.documents_of(file=file).select_related("current")
    sheets = sum(document.current.page_count for document in documents)
    return [document.title for document in documents], [str(number) for number in range(1, sheets + 1)]


def marked(file: Any) -> tuple[dict[str, str], list[str]]:
    """The receipt stamps by the titles of the documents that must bear them, and what the stand-ins say is missing, in no order."""
    from records import binder, describing, missing_sheets

    stamps = {document.title: describing.stamp_of(document) for document in binder.documents_of(file=file)}
    return stamps, [sheet.what for sheet in missing_sheets.still_missing(file)]


def compare(file: Any, taken: dict[str, float]) -> None:
    """The bare tool on the same documents, in the same run."""
    import pdf_checks

    from records import binder
    from tenants import stores

    town = stores.of_municipality()
    versions = [document.current for document in binder.documents_of(file=file).select_related("current")]
    sources = [town.path(version.searchable_sha256 or version.sha256) for version in versions]
    with tempfile.TemporaryDirectory() as folder:
        bare = pdf_checks.bare_join(sources, Path(folder) / "bare.pdf")
    print("\nqpdf --empty --pages … alone (no stamps, contents, bookmarks, labels; nothing checked)")
    row("its exit code", bare.returncode)
    row("wall s", bare.wall)
    row("CPU s", bare.cpu)
    row("peak, MiB", bare.peak)
    row("ours by its CPU time, times", taken["cpu"] / bare.cpu)
    row("ours by its wall time, times", taken["wall"] / bare.wall)


def make(kind: str, file: str, clerk: str) -> None:
    """Ask for it, make it as a worker does, and say what that took."""
    from django.utils import timezone

    from records import exports
    from records.models import RecordFile
    from tenants.models import User

    whole, by = RecordFile.objects.get(pk=file), User.objects.get(pk=clerk)
    export = exports.ask(file=whole, kind=kind, address="https://musterstadt.example/akten/", by=by, at=timezone.now())
    began = time.monotonic()
    exports.make(export_id=export.pk)
    wall = time.monotonic() - began
    own, programs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime + programs.ru_utime + programs.ru_stime
    print(json.dumps({"export": export.pk, "wall": wall, "peak": own_peak(), "cpu": cpu}))


def own_peak() -> int:
    """The most memory this process has had, in KiB. Not ru_maxrss, which begins with that of the process that started it."""
    said = Path("/proc/self/status").read_text()
    return int(said.partition("VmHWM:")[2].split()[0])


def filled(chosen: argparse.Namespace) -> tuple[Any, Any]:
    """A new file with documents that have been read, and the clerk who made it. Every other document came in and so bears a stamp."""
    from django.utils import timezone

    from records import filing, intake, missing_sheets, reading
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
    today = timezone.localdate()
    filed = []
    for number, (name, content) in enumerate(documents(chosen)):
        arrival = intake.Arrival(stores.of_municipality().put(content), name)
        document = intake.take_in(
            arrival=arrival,
            file=file,
            register=registers[number % len(registers)],
            received_on=today if number % 2 else None,
            by=clerk,
            at=timezone.now(),
        )
        reading.read(reading_id=Reading.objects.get(version__document=document).pk)
        filed.append(document)
    for number in range(chosen.missing):
        missing_sheets.lend_out(
            file=file,
            what=f"Entliehenes Blatt {number + 1:04}",
            borrower="Verwaltungsgericht",
            since=today,
            behind=filed[number * len(filed) // chosen.missing],
            by=clerk,
            at=timezone.now(),
        )
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
        title = f"Schriftstück {number:04}"
        yield f"{title}.pdf", headed(scanned(count) if scan else typed(count), title)


def headed(content: bytes, title: str) -> bytes:
    """A copy with its own title on its first page, by which a bookmark can be told to lead to the right one."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        name = pikepdf.Name
        font = pikepdf.Dictionary(Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica, Encoding=name.WinAnsiEncoding)
        page = pdf.pages[0]
        page.add_resource(pdf.make_indirect(font), pikepdf.Name.Font, pikepdf.Name("/F8"))
        shown = title.encode("cp1252").hex()
        page.contents_add(f"q /Artifact BMC BT 1 0 0 1 60 20 Tm /F8 9 Tf <{shown}> Tj ET EMC Q\n".encode(), prepend=True)
        stream = io.BytesIO()
        pdf.save(stream)
    return stream.getvalue()


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

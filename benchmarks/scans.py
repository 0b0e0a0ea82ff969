"""Scans per minute: the library's reading beside bare ocrmypdf, two at a time, same options, same scans, in turn.

    .venv/bin/python benchmarks/scans.py [FOLDER OF SCANNED PDFs] [--pages 60]

Without a folder, letters are made: A4 at 300 dpi, grey, a little skewed and noisy, one to three pages. Run it on a quiet machine; the CPU
seconds a page and the ratio of the two say more than the pages per minute of a shared one.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django
import pikepdf
from django.conf import settings
from PIL import Image, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from measuring import Measured, measured, table

from foundation import kinds
from foundation.pages import inspection, ocr
from tests.foundation import papers

OCRMYPDF = Path(sys.prefix, "bin", "ocrmypdf")
OPTIONS = ["-l", "deu+eng", "--output-type", "pdf", "--optimize", "0", "--skip-text", "--rasterizer", "pypdfium"]
WORDS = (
    "Antrag", "Baugenehmigung", "Bescheid", "Bebauungsplan", "Flurstück", "Gemarkung", "Gebühr", "Frist", "Widerspruch", "Grundstück",
    "Entwässerung", "Eigentümer", "Straße", "Wohnhaus", "Anbau", "Vorhaben", "gemäß", "Absatz", "Unterlagen", "Stellungnahme",
    "Prüfung", "Bürgermeisterin", "Gemeinderat", "Sitzung", "Beschluss", "der", "die", "das", "und", "ist", "wird", "nicht", "mit",
    "für", "von", "zu", "den", "dem", "ein", "eine", "auf", "im", "Rahmen", "sowie", "nach", "bis", "über",
)  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--at-a-time", type=int, default=2)
    arguments = parser.parse_args()
    settings.configure(USE_I18N=False)
    django.setup()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        work.chmod(0o755)
        paths = chosen(arguments.folder or made(work, arguments.pages), arguments.pages)
        pages = sum(page_count(path) for path in paths)
        rows = [
            ("ocrmypdf", each(paths, arguments.at_a_time, lambda path: bare(path, work))),
            ("ours", each(paths, arguments.at_a_time, lambda path: read(path, work))),
        ]
    print(table(rows, pages, "pages"))


def made(work: Path, pages: int) -> Path:
    """Make scanned letters with about so many pages."""
    folder = work / "scans"
    folder.mkdir()
    dice = random.Random(1)
    count = 0
    while count < pages:
        pdf = pikepdf.new()
        for _ in range(dice.choice([1, 2, 3])):
            text = "\n".join(" ".join(dice.choices(WORDS, k=9)) for _ in range(40))
            letter = papers.picture(text, dpi=300, points=11).rotate(dice.uniform(-0.8, 0.8), Image.Resampling.BICUBIC, fillcolor=250)
            noise = Image.effect_noise(letter.size, 14)
            papers.add_picture(pdf, Image.blend(letter, noise, 0.08).filter(ImageFilter.GaussianBlur(0.7)), size=(595, 842))
            count += 1
        pdf.save(folder / f"{count:04}.pdf")
    return folder


def chosen(folder: Path, pages: int) -> list[Path]:
    """Take PDFs from a folder until there are enough pages."""
    paths: list[Path] = []
    count = 0
    for path in sorted(folder.glob("*.pdf")):
        if count >= pages:
            break
        paths.append(path)
        count += page_count(path)
    return paths


def page_count(path: Path) -> int:
    """Count the pages of a PDF."""
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def each(paths: list[Path], at_a_time: int, act: Callable[[Path], None]) -> Measured:
    """Do something with each file, some at a time."""

    def all_of_them() -> None:
        with ThreadPoolExecutor(at_a_time) as threads:
            list(threads.map(act, paths))

    return measured(all_of_them)


def bare(path: Path, work: Path) -> None:
    """Read a file with ocrmypdf as its manual says."""
    subprocess.run([OCRMYPDF, "-q", *OPTIONS, path, work / f"bare_{path.name}"], check=True)


def read(path: Path, work: Path) -> None:
    """Read a file as the product does, sandbox and inspection included."""
    with tempfile.TemporaryDirectory() as folder:
        kind = kinds.recognise(path, path.name)
        seen = inspection.inspect(path, kind)
        ocr.read_scan(path, kind, seen, out=work / f"ours_{path.name}", folder=Path(folder))


if __name__ == "__main__":
    main()

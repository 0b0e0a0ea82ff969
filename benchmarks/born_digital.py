"""Born-digital documents per minute: the library's inspection and texts beside pdftotext, one after the other, same files, in turn.

    .venv/bin/python benchmarks/born_digital.py [FOLDER OF PDFs] [--documents 200]

Without a folder, letters of one to three pages are made.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import django
from django.conf import settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from measuring import measured, table
from scans import WORDS

from foundation import kinds
from foundation.pages import inspection
from tests.foundation import papers


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--documents", type=int, default=200)
    arguments = parser.parse_args()
    settings.configure(USE_I18N=False)
    django.setup()
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.folder or made(Path(name), arguments.documents)
        paths = sorted(folder.glob("*.pdf"))[: arguments.documents]
        rows = [
            ("pdftotext", measured(lambda: [bare(path) for path in paths])),
            ("ours", measured(lambda: [read(path) for path in paths])),
        ]
    print(table(rows, len(paths), "documents"))


def made(folder: Path, documents: int) -> Path:
    """Make typed letters."""
    dice = random.Random(1)
    for number in range(documents):
        pages = ["\n".join(" ".join(dice.choices(WORDS, k=10)) for _ in range(48)) for _ in range(dice.choice([1, 2, 3]))]
        papers.saved(papers.typed(*pages), folder / f"{number:04}.pdf")
    return folder


def bare(path: Path) -> None:
    """Take the text with poppler's tool."""
    subprocess.run(["/usr/bin/pdftotext", path, "-"], check=True, stdout=subprocess.DEVNULL)


def read(path: Path) -> None:
    """Inspect a file and take its texts as the product does."""
    inspection.inspect_and_read(path, kinds.recognise(path, path.name))


if __name__ == "__main__":
    main()

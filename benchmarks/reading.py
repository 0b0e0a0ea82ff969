#!/usr/bin/env python3
"""From upload to searchable, beside the bare tool on the same files in the same run.

    benchmarks/reading.py scans FOLDER [--municipality SLUG]    against `ocrmypdf`, two at a time, same options
    benchmarks/reading.py born  FOLDER [--municipality SLUG]    against `pdftotext`

FOLDER holds PDFs. Needs a running installation (bin/up) with nothing else to do. CPU seconds of the product are those of all processes of
the service user; nothing else of that user should run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from installation import Town, quantiles, row, var_folder

HERE = Path(__file__).resolve().parents[1]
OCR = ["-l", "deu+eng", "--output-type", "pdf", "--optimize", "0", "--skip-text", "--rasterizer", "pypdfium", "--jobs", "1", "-q"]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("kind", choices=["scans", "born"])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--municipality", default="musterstadt")
    chosen = arguments.parse_args()
    files = sorted(chosen.folder.glob("*.pdf"))
    pages = sum(page_count(path) for path in files)
    print(f"{len(files)} documents, {pages} pages")
    ours, ours_cpu, uploads = product(files, chosen.municipality)
    bare, bare_cpu = bare_ocr(files) if chosen.kind == "scans" else bare_text(files)
    unit, count = ("pages/min", pages) if chosen.kind == "scans" else ("documents/min", len(files))
    p50, p95 = quantiles(uploads)
    print(row("", "wall s", unit, "CPU s", "CPU s each"))
    print(row("product, upload to ready", f"{ours:.1f}", f"{count / ours * 60:.1f}", f"{ours_cpu:.1f}", f"{ours_cpu / count:.3f}"))
    print(row("bare tool", f"{bare:.1f}", f"{count / bare * 60:.1f}", f"{bare_cpu:.1f}", f"{bare_cpu / count:.3f}"))
    print(row("ratio (speed, CPU)", "", f"{bare / ours:.3f}", "", f"{ours_cpu / max(bare_cpu, 0.001):.3f}"))
    print(f"upload until acknowledged: p50 {p50:.0f} ms, p95 {p95:.0f} ms, worst {max(uploads):.0f} ms")


def product(files: list[Path], slug: str) -> tuple[float, float, list[float]]:
    town = Town(var_folder(), slug)
    file = town.new_file(f"Messung {time.time():.0f}")
    owner = (var_folder() / "demo.json").stat().st_uid
    cpu, began = cpu_of(owner), time.perf_counter()
    uploads = []
    for path in files:
        _document, milliseconds = town.upload(file, path)
        uploads.append(milliseconds)
    while any(state in ("received", "reading") for state in town.states(file).values()):
        time.sleep(0.25)
    wall = time.perf_counter() - began
    failed = [state for state in town.states(file).values() if state != "ready"]
    if failed:
        print(f"{len(failed)} documents failed")
    return wall, cpu_of(owner) - cpu, uploads


def cpu_of(uid: int) -> float:
    """CPU seconds of a user's processes, with those of their ended children."""
    total, tick = 0, os.sysconf("SC_CLK_TCK")
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if entry.stat().st_uid == uid:
                    total += sum(int(x) for x in (entry / "stat").read_text().rsplit(")", 1)[1].split()[11:15])
            except (OSError, IndexError):
                continue
    return total / tick


def bare_ocr(files: list[Path]) -> tuple[float, float]:
    tool = HERE / ".venv" / "bin" / "ocrmypdf"
    with tempfile.TemporaryDirectory() as out:
        return two_at_a_time([[str(tool), *OCR, str(path), f"{out}/{path.name}"] for path in files])


def bare_text(files: list[Path]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as out:
        return two_at_a_time([["pdftotext", str(path), f"{out}/{path.name}.txt"] for path in files])


def two_at_a_time(commands: list[list[str]]) -> tuple[float, float]:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    before, began = os.times(), time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda command: subprocess.run(command, env=environment, capture_output=True).returncode, commands))
    wall, after = time.perf_counter() - began, os.times()
    if any(codes):
        print(f"the bare tool failed on {sum(map(bool, codes))} files")
    return wall, (after.children_user - before.children_user) + (after.children_system - before.children_system)


def page_count(path: Path) -> int:
    said = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True).stdout
    return next((int(line.split()[1]) for line in said.splitlines() if line.startswith("Pages:")), 0)


if __name__ == "__main__":
    sys.exit(main())

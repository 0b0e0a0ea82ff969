"""Read the pages of a file that are images of writing; one JSON question on standard input, the answer in files of the work folder.

Leaves `NNNNNN.json` per page that was read, `searchable.pdf` if a derived PDF was asked for and could be made, and `answer.json` last.
"""

import json
import logging
import os
import resource
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(PROJECT))

from foundation.pages.facts import Failure, Unreadable  # noqa: E402

PLUGIN = Path(__file__).with_name("scan_plugin.py")
READING_DPI = 300
FEWEST_WORDS = 12
BAD_CONFIDENCE = 70  # a letter read as it lies has 90 and more, one upside down 35
TURN_CONFIDENCE = 3


def main() -> None:
    """Answer the question on standard input."""
    question = json.load(sys.stdin)
    work = Path(question["work"])
    logging.disable(logging.ERROR)
    try:
        answer = _read(question, work)
    except Unreadable as failure:
        answer = {"unreadable": failure.code, "detail": failure.detail}
    except MemoryError:
        answer = {"unreadable": Failure.BOMB, "detail": "memory"}
    (work / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def _read(question: dict[str, Any], work: Path) -> dict[str, Any]:
    path, numbers = Path(question["path"]), question["numbers"]
    if question["family"] == "image":
        from foundation.pages.inside import scan_sources

        source = work / "source.pdf"
        scan_sources.from_image(path, source, numbers)
    elif question["rewrite"]:
        source = path
        if question["part"]:
            from foundation.pages.inside import scan_sources

            source = work / "source.pdf"
            scan_sources.part_of(path, source, numbers)
    else:
        return _texts_only(path, question, work)
    try:
        ocr(source, work / "searchable.pdf", question["languages"], work)
    except MemoryError:
        raise
    except Exception as trouble:
        if question["family"] == "image":
            raise Unreadable(Failure.BROKEN, repr(trouble)[:300]) from trouble
        return {**_texts_only(path, question, work), "refused": repr(trouble)[:300]}
    try:
        second_look(source, work, question["languages"], question["cpu_seconds"])
    except Exception as trouble:  # what was read at first stands
        return {"searchable": True, "second_look": repr(trouble)[:300]}
    return {"searchable": True}


def second_look(source: Path, work: Path, languages: str, cpu_seconds: float) -> None:
    """Turn and straighten the pages that were read badly, and keep what is better.

    Finding out how a page lies costs as much as reading a third of it; so only pages whose first reading gives reason are asked.
    """
    from foundation.pages.inside import scan_sources

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    badly_read = [number for number, note in sorted(_notes(work).items()) if _is_badly_read(note)]
    if not badly_read or used.ru_utime + used.ru_stime > cpu_seconds / 3:
        return
    second = work / "second"
    second.mkdir()
    scan_sources.part_of(source, second / "source.pdf", badly_read)
    ocr(second / "source.pdf", second / "searchable.pdf", languages, second, straighten=True)
    first, again = _notes(work), _notes(second)
    better = {}
    for place, number in enumerate(badly_read, start=1):
        note = again.get(place)
        if note is not None and _is_better(note, first[number]):
            better[number] = place
            (work / f"{number:06}.json").write_text(json.dumps({**note, "number": number}), encoding="utf-8")
    if better:
        scan_sources.replaced(work / "searchable.pdf", second / "searchable.pdf", better)


def _is_badly_read(note: dict[str, Any]) -> bool:
    if not note["in_time"] or note["words"] < FEWEST_WORDS:
        return False
    return bool(note["confidence"] < BAD_CONFIDENCE or note["sideways"])


def _is_better(again: dict[str, Any], first: dict[str, Any]) -> bool:
    """Whether more words were read with more certainty; words that lie as people read them are worth a few that were lost."""
    before, after = first["words"] * first["confidence"], again["words"] * again["confidence"]
    return bool(after > before or (first["sideways"] and not again["sideways"] and after > 0.9 * before))


def _notes(work: Path) -> dict[int, dict[str, Any]]:
    notes = [json.loads(path.read_text(encoding="utf-8")) for path in work.glob("[0-9][0-9][0-9][0-9][0-9][0-9].json")]
    return {note["number"]: note for note in notes}


def _texts_only(path: Path, question: dict[str, Any], work: Path) -> dict[str, Any]:
    """Read pages of a file that must not be rewritten, or cannot be: draw them, read the drawings, and keep the texts alone."""
    from foundation.pages.inside import scan_sources

    source = work / "drawn.pdf"
    scan_sources.drawn(path, source, question["to_read"], READING_DPI)
    ocr(source, work / "thrown_away.pdf", question["languages"], work)
    (work / "thrown_away.pdf").unlink(missing_ok=True)
    return {"searchable": False, "numbers": question["to_read"]}


def ocr(source: Path, out: Path, languages: str, work: Path, *, straighten: bool = False) -> None:
    """Run ocrmypdf: pages with text stay as they are, nothing is converted to PDF/A, nothing passes through Ghostscript."""
    import ocrmypdf

    os.environ["SCAN_NOTES"] = str(work)
    with out.open("wb") as stream:
        ocrmypdf.ocr(
            source,
            stream,
            language=languages.split("+"),
            mode="skip",
            output_type="pdf",
            optimize=0,
            rasterizer="pypdfium",
            jobs=1,
            use_threads=True,
            progress_bar=False,
            max_image_mpixels=0,
            tesseract_timeout=600,
            rotate_pages=straighten,
            rotate_pages_threshold=TURN_CONFIDENCE if straighten else None,
            deskew=straighten,
            tesseract_downsample_large_images=True,
            plugins=[PLUGIN],
        )


if __name__ == "__main__":
    main()

"""Make PDFs of the pages of others and look at them; one JSON question on standard input, results and answer in files of the work folder."""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from foundation.pages.facts import Failure, Unreadable


def main() -> None:
    """Answer the question on standard input."""
    question = json.load(sys.stdin)
    work = Path(question["work"])
    try:
        answer: dict[str, Any] = {"made": [_make(question["sources"], one, work) for one in question["wanted"]]}
    except Unreadable as failure:
        answer = {"unreadable": failure.code, "detail": failure.detail}
    except MemoryError:
        answer = {"unreadable": Failure.BOMB, "detail": "memory"}
    except Exception as trouble:  # whatever a foreign file does to a library is the file's fault
        answer = {"unreadable": Failure.BROKEN, "detail": repr(trouble)[:300]}
    (work / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def _make(sources: list[dict[str, Any]], wanted: dict[str, Any], work: Path) -> dict[str, Any]:
    from foundation.pages.inside.rearranging import rearrange, verify

    out = work / f"{wanted['key']}.pdf"
    lost = rearrange(sources, wanted, out, work=work)
    return {"key": wanted["key"], "lost": lost, "wrong": verify(sources, wanted, out, work=work, lost=lost)}


if __name__ == "__main__":
    main()

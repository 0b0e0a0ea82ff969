"""Put several PDFs behind one another; one JSON question on standard input."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from foundation.pages.inside import scan_sources


def main() -> None:
    """Answer the question on standard input."""
    question = json.load(sys.stdin)
    work = Path(question["work"])
    scan_sources.joined([Path(path) for path in question["paths"]], work / "joined.pdf")
    (work / "answer.json").write_text("{}", encoding="utf-8")


if __name__ == "__main__":
    main()

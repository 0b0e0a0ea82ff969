"""winmail.dat: what Outlook makes of a mail when it believes that everybody has Outlook (MS-OXTNEF)."""

import json
import mimetypes
import tempfile
from dataclasses import dataclass
from pathlib import Path

from foundation import sandbox
from foundation.mail.facts import Attachment

SIGNATURE = b"\x78\x9f\x3e\x22"
TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
SCRIPT = Path(__file__).resolve().parent / "inside" / "unpack_tnef.py"
LIMITS = sandbox.Limits(memory_bytes=512 * sandbox.MIB, cpu_seconds=4, wall_seconds=30, file_bytes=128 * sandbox.MIB, processes=4)
MAX_INDEX = 8 * sandbox.MIB


@dataclass(frozen=True)
class Unpacked:
    """What was in it."""

    files: tuple[tuple[str, str, bytes], ...]  # name, type after the name, content
    text: str
    html: str


def is_tnef(attachment: Attachment) -> bool:
    return attachment.claimed_type in TYPES or attachment.name.lower() == "winmail.dat"


def unpacked(content: bytes) -> Unpacked | None:
    """Unpack it in the sandbox; None if it cannot be unpacked or the machine has no sandbox."""
    if not content.startswith(SIGNATURE):
        return None
    try:
        with tempfile.TemporaryDirectory(prefix="tnef-") as folder:
            return _run(content, Path(folder))
    except (sandbox.SandboxMissing, sandbox.Exceeded, OSError, ValueError, KeyError, TypeError):
        return None


def _run(content: bytes, folder: Path) -> Unpacked | None:
    finished = sandbox.run(
        sandbox.python(SCRIPT), folder=folder, read_only=[*sandbox.python_paths(), SCRIPT.parent], limits=LIMITS, stdin=content
    )
    if finished.returncode != 0:
        return None
    with sandbox.open_result(folder / "index.json") as file:
        index = json.loads(file.read(MAX_INDEX))
    files = []
    for number, entry in enumerate(index["files"][:100]):
        name = str(entry["name"])
        with sandbox.open_result(folder / str(number)) as file:
            body = file.read(LIMITS.file_bytes)
        guessed = "application/vnd.ms-tnef" if entry["embedded"] else mimetypes.guess_type(name)[0]
        files.append((name, guessed or "application/octet-stream", body))
    return Unpacked(tuple(files), str(index["text"]), str(index["html"])) if files or index["text"] or index["html"] else None

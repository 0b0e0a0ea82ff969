"""Unpack one winmail.dat from standard input into files of the working directory: 0, 1, 2 … and index.json.

tnefparse counts what a file says it holds before it looks whether it does: 30 bytes can keep it busy for hours. Hence the sandbox.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

MAX_FILES = 100


def main() -> None:
    """Read standard input; what cannot be unpacked ends with an exception and so with a return code."""
    from tnefparse import TNEF

    logging.disable()
    tnef = TNEF(sys.stdin.buffer.read(), do_checksum=True)
    if not all(one.good_checksum for one in tnef.objects) or not all(one.data for one in tnef.attachments):
        raise ValueError("cut or changed on its way")  # the whole is kept rather than half of it
    files: list[dict[str, Any]] = []
    for attachment in tnef.attachments[:MAX_FILES]:
        number = len(files)
        embedded = hasattr(attachment, "embed")
        Path(str(number)).write_bytes(bytes(attachment.data))
        files.append({"name": _text(attachment.long_filename() or ""), "embedded": embedded})
    index = {"files": files, "text": _text(tnef.body or ""), "html": _text(tnef.htmlbody or "")}
    Path("index.json").write_text(json.dumps(index), encoding="utf-8")


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        for encoding in ("utf-8", "cp1252"):
            try:
                return value.decode(encoding).rstrip("\0")
            except UnicodeDecodeError:
                continue
        return value.decode("latin-1").rstrip("\0")
    return str(value).rstrip("\0")


if __name__ == "__main__":
    main()

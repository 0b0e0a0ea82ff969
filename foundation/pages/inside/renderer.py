"""Draw pages for the screen: a process that lives for many pages of one key and sees no file but those handed to it.

Questions come over a socket as a length and JSON, each with one open file attached; answers go back as a length, JSON and the image.
It has no file system to write to, no network, and may be ended at any time.
"""

import json
import mmap
import os
import resource
import socket
import struct
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from foundation.pages.facts import PAGE_CPU_SECONDS, Failure, Unreadable
from foundation.pages.inside.drawing import Sheets, open_sheets

OPEN_FILES = 4


def main() -> None:
    """Answer questions until the other side hangs up."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    opened: OrderedDict[tuple[int, ...], Sheets] = OrderedDict()
    while True:
        received = _receive(channel)
        if received is None:
            return
        question, descriptor = received
        _grant_a_page()
        payload = b""
        try:
            answer, payload = _answer(question, descriptor, opened)
        except Unreadable as failure:
            answer = {"unreadable": failure.code, "detail": failure.detail}
        except MemoryError:
            opened.clear()
            answer = {"unreadable": Failure.BOMB, "detail": "memory"}
        except (OSError, ValueError, IndexError, KeyError, TypeError, RuntimeError) as trouble:
            answer = {"unreadable": Failure.BROKEN, "detail": repr(trouble)[:300]}
        head = json.dumps({**answer, "length": len(payload)}).encode()
        channel.sendall(struct.pack("<I", len(head)) + head + payload)


def _receive(channel: socket.socket) -> tuple[dict[str, Any], int] | None:
    head, descriptors, _flags, _address = socket.recv_fds(channel, 4, 1)
    if len(head) < 4:
        return None
    (length,) = struct.unpack("<I", head)
    body = b""
    while len(body) < length:
        part = channel.recv(length - len(body))
        if not part:
            return None
        body += part
    return json.loads(body), descriptors[0]


def _answer(question: dict[str, Any], descriptor: int, opened: OrderedDict[tuple[int, ...], Sheets]) -> tuple[dict[str, Any], bytes]:
    sheets = _sheets(descriptor, opened)
    number = question["number"]
    if not 1 <= number <= sheets.count:
        raise Unreadable(Failure.BROKEN, f"no page {number}")
    if question["act"] == "words":
        return {"words": sheets.words(number)}, b""
    if question["act"] == "size":
        return {"size": sheets.size(number)}, b""
    region = tuple(question["region"]) if question["region"] else None
    return {}, sheets.image(number, width=question["width"], region=region)


def _sheets(descriptor: int, opened: OrderedDict[tuple[int, ...], Sheets]) -> Sheets:
    """Give the file behind a descriptor, from those still open if it is one of them."""
    try:
        status = os.fstat(descriptor)
        identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        if identity in opened:
            opened.move_to_end(identity)
            return opened[identity]
        if status.st_size == 0:
            raise Unreadable(Failure.EMPTY)
        content = mmap.mmap(descriptor, 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    finally:
        os.close(descriptor)
    sheets = open_sheets(content)
    opened[identity] = sheets
    while len(opened) > OPEN_FILES:
        opened.popitem(last=False)[1].close()
    return sheets


def _grant_a_page() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + PAGE_CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard) if hard != resource.RLIM_INFINITY else soft, hard))


if __name__ == "__main__":
    main()

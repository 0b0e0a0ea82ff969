"""Inspect files and take their texts: a process that opens none itself, but makes a child for each.

A question comes over a socket as a length and JSON, with two descriptors: the file, and a socket for the answers. The child writes a JSON
line for the document, one per page as soon as it is known, then {"done": true}: when a page ends the child, the caller knows which one it
was and can ask for the rest. The child's exit status goes back over the first socket.

Children start with PDFium loaded, and with nothing of the file before. They can make no processes of their own, and as none of us may be
traced, a child that was taken over by its file reaches neither this process nor the next child.
"""

import ctypes
import gc
import json
import mmap
import os
import resource
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from foundation.pages.facts import MAX_PAGES, PAGE_CPU_SECONDS, Failure, Unreadable
from foundation.pages.inside import image_files, pdf_files, text_files

PR_SET_DUMPABLE = 4
MAX_CPU_SECONDS = 1800


def main() -> None:
    """Make a child for every question until the other side hangs up."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    gc.collect()
    gc.freeze()
    while True:
        head, descriptors, _flags, _address = socket.recv_fds(channel, 4, 2)
        if len(head) < 4 or len(descriptors) < 2:
            return
        question = json.loads(_receive(channel, struct.unpack("<I", head)[0]))
        child = os.fork()
        if child == 0:
            channel.close()
            _answer(question, *descriptors)
            os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        channel.sendall(struct.pack("<i", os.waitstatus_to_exitcode(status)))


def _receive(channel: socket.socket, length: int) -> bytes:
    body = b""
    while len(body) < length:
        part = channel.recv(length - len(body))
        if not part:
            os._exit(0)
        body += part
    return body


def _answer(question: dict[str, Any], descriptor: int, output_descriptor: int) -> None:
    """Answer one question, as the child."""
    resource.setrlimit(resource.RLIMIT_CPU, (PAGE_CPU_SECONDS, MAX_CPU_SECONDS))
    with os.fdopen(output_descriptor, "w", encoding="utf-8", errors="replace") as output:

        def say(answer: dict[str, Any]) -> None:
            output.write(json.dumps(answer, ensure_ascii=False) + "\n")

        try:
            for answer in _answers(question, descriptor):
                say(answer)
                output.flush()
                _grant_a_page()
            say({"done": True})
        except Unreadable as failure:
            say({"unreadable": failure.code, "detail": failure.detail})
        except MemoryError:
            say({"unreadable": Failure.BOMB, "detail": "memory"})


def _grant_a_page() -> None:
    """Let the kernel end us when the next page takes longer than a page may."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + PAGE_CPU_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard) if hard != resource.RLIM_INFINITY else soft, hard))


def _answers(question: dict[str, Any], descriptor: int) -> Iterator[dict[str, Any]]:
    if os.fstat(descriptor).st_size == 0:
        raise Unreadable(Failure.EMPTY)
    content = mmap.mmap(descriptor, 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    family = question["family"]
    if family == "pdf":
        yield from _pdf(content, question)
    elif family == "image":
        yield from _image(content, question)
    else:
        yield from _text(content, question)


def _wanted(question: dict[str, Any], count: int) -> list[int]:
    numbers = question["numbers"] or range(1, count + 1)
    left_out = set(question["skip"])
    return [number for number in numbers if 1 <= number <= count and number not in left_out]


def _pdf(content: mmap.mmap, question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    pdf = pdf_files.PdfFile(content)
    yield {"document": pdf.facts()}
    for number in _wanted(question, pdf.page_count):
        yield {"page": pdf.page(number, with_text=question["with_text"])}


def _image(content: mmap.mmap, question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with image_files.opened(content) as image:
        count = image_files.frame_count(image)
        yield {"document": {"page_count": count}}
        for number in _wanted(question, count):
            yield {"page": image_files.facts(image, number)}


def _text(content: mmap.mmap, question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    width, height = text_files.A4_PT
    count = 0
    wanted = set(question["numbers"] or ())
    file: Any = content  # it reads like one
    with content:
        for number, text in enumerate(text_files.pages(file, question["encoding"]), start=1):
            if number > MAX_PAGES:
                yield {"document": {"page_count": count, "only_beginning": True}}
                return
            count = number
            if not wanted or number in wanted:
                page: dict[str, Any] = {"number": number, "width_pt": width, "height_pt": height, "has_text": bool(text.strip())}
                yield {"page": {**page, "text": text} if question["with_text"] else page}
    yield {"document": {"page_count": count}}


if __name__ == "__main__":
    main()

"""A telephone's camera: it reads the address in a QR code (ISO/IEC 18004) as it is drawn on a page, module by module.

What is drawn is whole, so nothing has to be corrected: the bytes are taken as they stand.
"""

from __future__ import annotations

import re
from itertools import chain

from playwright.sync_api import Locator
from segno import consts, encoder

STEP = re.compile(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?")
FREE = 0x2  # what segno writes where no pattern lies
BYTES = 0b0100


def address_in(code: Locator) -> str:
    """What a QR code says that stands in the page as an SVG picture."""
    matrix = _modules(str(code.locator("path.qrline").get_attribute("d")))
    size = len(matrix)
    version, mask = (size - 17) // 4, encoder.get_data_mask_functions(is_micro=False)[_number(matrix[8][2:5]) ^ 0b101]
    assert _number(matrix[8][:2]) ^ 0b10 == consts.ERROR_LEVEL_M, "an error correction of another level"
    words = _data([_number(bits) for bits in _eights([matrix[row][column] ^ mask(row, column) for row, column in _way(size)])], version)
    bits = [int(bit) for word in words for bit in f"{word:08b}"]
    assert _number(bits[:4]) == BYTES, "no text in bytes"
    counted = 8 if version < 10 else 16
    length, text = _number(bits[4 : 4 + counted]), bits[4 + counted :]
    return bytes(_number(eight) for eight in _eights(text[: length * 8])).decode("ascii")


def _modules(path: str) -> list[list[int]]:
    """Rows of 0 and 1 without the margin, from the path by which the picture is drawn."""
    x, y, dark = 0.0, 0.0, set[tuple[int, int]]()
    for step, across, down in STEP.findall(path):
        if step == "h":
            dark |= {(int(y), int(x) + place) for place in range(int(across))}
        x, y = (float(across), float(down)) if step == "M" else (x + float(across), y + float(down or 0))
    first, last = min(dark), max(dark)
    margin, size = first[0], last[0] - first[0] + 1
    return [[int((row + margin, column + margin) in dark) for column in range(size)] for row in range(size)]


def _way(size: int) -> list[tuple[int, int]]:
    """The modules that hold what is said, in its order: pairs of columns from the right, up and down in turns."""
    patterns = encoder.make_matrix(size, size)
    encoder.add_finder_patterns(patterns, size, size)
    encoder.add_alignment_patterns(patterns, size, size)
    columns = [right if right > 6 else right - 1 for right in range(size - 1, 0, -2)]
    walked = []
    for turn, right in enumerate(columns):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        walked += [(row, column) for row in rows for column in (right, right - 1) if patterns[row][column] == FREE]
    return walked


def _data(words: list[int], version: int) -> list[int]:
    """Blocks take turns in the code; here they stand one after the other, without what only corrects."""
    lengths = [block.num_data for block in consts.ECC[version][consts.ERROR_LEVEL_M] for _one in range(block.num_blocks)]
    blocks: list[list[int]] = [[] for _length in lengths]
    turns = iter(words)
    for place in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if place < length:
                block.append(next(turns))
    return list(chain(*blocks))


def _eights(bits: list[int]) -> list[list[int]]:
    return [bits[start : start + 8] for start in range(0, len(bits) - 7, 8)]


def _number(bits: list[int]) -> int:
    return int("".join(map(str, bits)), 2)

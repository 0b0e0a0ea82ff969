"""Every letter and sign of DIN 91379 that can stand in a line, found by asking foundation.din91379 about all that could be one."""

import unicodedata
from functools import cache

from foundation.din91379 import cleaned

_MARKS = [chr(code) for code in range(0x300, 0x370)]


@cache
def norm_letters() -> tuple[str, ...]:
    """Single letters first, then those with combining marks, composed as far as Unicode can. K with a line below stands before an h only."""
    single = [chr(code) for code in range(0x20, 0x2100) if _known(chr(code))]
    alphabetic = [letter for letter in single if unicodedata.category(letter).startswith("L")]
    marks = [mark for mark in _MARKS if any(_known(letter + mark) for letter in alphabetic)]
    decomposed = {mark for letter in alphabetic for mark in unicodedata.normalize("NFD", letter)[1:]}
    pairs = [one + two for one in sorted({*marks, *decomposed}) for two in marks]
    tails = [*marks, *pairs, "\u035fH", "\u035fh"]
    combined = [letter + tail for letter in alphabetic for tail in tails if _known(letter + tail)]
    return (*single, *combined)


def _known(text: str) -> bool:
    """Whether the norm has it, in this form: with nothing taken away and nothing replaced."""
    return text.isprintable() and unicodedata.normalize("NFC", text) == text and cleaned(text) == text

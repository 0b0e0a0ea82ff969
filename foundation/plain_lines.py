"""Texts that may stand in a file or on paper: composed letters, no control characters, nothing that turns the direction of writing.

Escaping is done where something is written; here goes what no escaping makes harmless. RFC 5545 knows no way to write a control character (section
3.1), a parameter such as a name holds no line break, and no font has a glyph for either.
"""

import re
import unicodedata

_BREAKS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def paragraph(text: str) -> str:
    """Clean a text of several lines; each kind of line break becomes a line feed. Letters that can be composed are (DIN 91379 asks for NFC)."""
    text = _UNWANTED.sub("", _BREAKS.sub("\n", text))
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text)).strip()


def line(text: str) -> str:
    """Clean a text of one line: line breaks and tabs become spaces."""
    return _SPACES.sub(" ", paragraph(text))

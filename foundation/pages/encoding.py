"""Tell text from other bytes, and in which encoding it is written; no Django here, it is asked on both sides of the sandbox."""

import codecs

TEXT_CONTROLS = frozenset(b"\t\n\r\f\b\x1a\x1b\x00")
SAMPLE_BYTES = 64 * 1024


def text_encoding(sample: bytes) -> str | None:
    """Name the encoding of a text by its first bytes, or None if it is no text; NUL characters do not make a text a binary file."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if sample.startswith(mark):
            return encoding
    even, odd = sample[0:4096:2], sample[1:4096:2]
    if len(sample) >= 8:
        if odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.05 * len(even):
            return "utf-16-le"
        if even.count(0) > 0.4 * len(even) and odd.count(0) < 0.05 * len(odd):
            return "utf-16-be"
    if not sample.strip(b"\0"):
        return None
    controls = sum(1 for byte in sample if byte < 32 and byte not in TEXT_CONTROLS) + sample.count(0x7F)
    if controls > max(2, len(sample) // 50) or sample.count(0) > len(sample) // 4:
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=False)
    except UnicodeDecodeError:
        plain = sum(1 for byte in sample if byte < 128)
        return "cp1252" if plain >= 0.5 * len(sample) else None
    return "utf-8"

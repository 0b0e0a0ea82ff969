"""Letters of DIN 91379 (data type C: names and other texts in public administration), and making a text fit them."""

import re
import unicodedata

_SINGLE = (
    r"\t-\n\r -~\xa0-\u00ac\u00ae-\u017e\u0187-\u0188\u018f\u0197\u01a0-\u01a1\u01af-\u01b0\u01b7\u01cd-\u01dc\u01de"
    r"-\u01df\u01e2-\u01f0\u01f4-\u01f5\u01f8-\u01ff\u0212-\u0213\u0218-\u021b\u021e-\u021f\u0227-\u0233\u0259\u0268"
    r"\u0292\u02b9-\u02ba\u02be-\u02bf\u02c8\u02cc\u1e02-\u1e03\u1e06-\u1e07\u1e0a-\u1e11\u1e17\u1e1c-\u1e2b\u1e2f-"
    r"\u1e37\u1e3a-\u1e3b\u1e40-\u1e49\u1e52-\u1e5b\u1e5e-\u1e63\u1e6a-\u1e6f\u1e80-\u1e87\u1e8c-\u1e97\u1e9e\u1ea0-"
    r"\u1ef9\u2019\u2021\u20ac"
)
_COMBINED = (
    r"A\u030b|C(\u0300|\u0304|\u0306|\u0308|\u0315|\u0323|\u0326|\u0328\u0306)|D\u0302|F(\u0300|\u0304)|G\u0300"
    r"|H(\u0304|\u0326|\u0331)|J(\u0301|\u030c)|K(\u0300|\u0302|\u0304|\u0307|\u0315|\u031b|\u0326|\u035fH|\u035fh)"
    r"|L(\u0302|\u0325\u0304|\u0325|\u0326)|M(\u0300|\u0302|\u0306|\u0310)|N(\u0302|\u0304|\u0306|\u0326)"
    r"|P(\u0300|\u0304|\u0315|\u0323)|R(\u0306|\u0325\u0304|\u0325)|S(\u0300|\u0304|\u031b\u0304|\u0331)"
    r"|T(\u0300|\u0304|\u0308|\u0315|\u031b)|U\u0307|Z(\u0300|\u0304|\u0306|\u0308|\u0327)|a\u030b"
    r"|c(\u0300|\u0304|\u0306|\u0308|\u0315|\u0323|\u0326|\u0328\u0306)|d\u0302|f(\u0300|\u0304)|g\u0300"
    r"|h(\u0304|\u0326)|j\u0301|k(\u0300|\u0302|\u0304|\u0307|\u0315|\u031b|\u0326|\u035fh)"
    r"|l(\u0302|\u0325\u0304|\u0325|\u0326)|m(\u0300|\u0302|\u0306|\u0310)|n(\u0302|\u0304|\u0306|\u0326)"
    r"|p(\u0300|\u0304|\u0315|\u0323)|r(\u0306|\u0325\u0304|\u0325)|s(\u0300|\u0304|\u031b\u0304|\u0331)"
    r"|t(\u0300|\u0304|\u0315|\u031b)|u\u0307|z(\u0300|\u0304|\u0306|\u0308|\u0327)|\u00c7\u0306|\u00db\u0304"
    r"|\u00e7\u0306|\u00fb\u0304|\u00ff\u0301|\u010c(\u0315|\u0323)|\u010d(\u0315|\u0323)|\u0113\u030d|\u012a\u0301"
    r"|\u012b\u0301|\u014d\u030d|\u017d(\u0326|\u0327)|\u017e(\u0326|\u0327)|\u1e32\u0304|\u1e33\u0304|\u1e62\u0304"
    r"|\u1e63\u0304|\u1e6c\u0304|\u1e6d\u0304|\u1ea0\u0308|\u1ea1\u0308|\u1ecc\u0308|\u1ecd\u0308"
    r"|\u1ee4(\u0304|\u0308)|\u1ee5(\u0304|\u0308)"
)
_SPELLED = str.maketrans({"„": '"', "“": '"', "”": '"', "‘": "'", "‚": "'", "–": "-", "—": "-", "…": "...", "\u00ad": ""})
_LETTER = re.compile(f"(?:{_COMBINED})|[{_SINGLE}]")


def cleaned(text: str, instead: str = "?") -> str:
    """Keep what the norm knows, in its composed form; replace each other letter; dashes and quotation marks in plain ones. Control characters go."""
    composed = unicodedata.normalize("NFC", text).translate(_SPELLED)
    kept, place = [], 0
    while place < len(composed):
        found = _LETTER.match(composed, place)
        if found:
            kept.append(found[0])
        elif not unicodedata.category(composed[place]).startswith(("C", "M")):
            kept.append(instead)
        place = found.end() if found else place + 1
    return "".join(kept)

"""Data of a page for its scripts: JSON in an element of its own, as Django's json_script, but by orjson.

A binder of thousands of sheets has 200 KB of it. What is JSON already goes in as orjson.Fragment.
"""

from __future__ import annotations

from typing import Any

import orjson
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# As django.utils.html.json_script: nothing in a script element may end it or begin a comment. Outside of texts JSON has none of these letters.
HARMLESS = {b"<": rb"\u003C", b">": rb"\u003E", b"&": rb"\u0026"}


def script_of(data: Any, name: str) -> SafeString:
    """Give `data` as an element for JSON.parse(document.getElementById(name).textContent).

    Raises TypeError (orjson.JSONEncodeError) for what JSON cannot say.
    """
    written = orjson.dumps(data)
    for letter, harmless in HARMLESS.items():
        written = written.replace(letter, harmless)
    return format_html('<script id="{}" type="application/json">{}</script>', name, mark_safe(written.decode()))  # noqa: S308 - see HARMLESS

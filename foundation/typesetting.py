"""Setting an HTML page as a tagged PDF (WeasyPrint). Nothing is fetched: pictures stand in the page, fonts are the machine's."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from PIL import ImageFile

# Fonts once opened and measured, for the next page: a third of a short page's time. Of each thread its own, Pango's maps are not to be shared. No
# page of ours adds fonts to them (@font-face): nothing could be fetched.
_here = threading.local()


def as_pdf(html: str, *, variant: str) -> bytes:
    """Set a page; `variant` is WeasyPrint's name of the PDF's kind ("pdf/a-2a", "pdf/ua-1")."""
    return first_that_fits([html], variant=variant)


def first_that_fits(pages: Iterable[str], *, variant: str) -> bytes:
    """Set the same page in smaller and smaller type until it fits on one sheet; if none does, the last is what is given.

    They are asked for one by one. Raises ValueError if there are none.
    """
    options = {"pdf_variant": variant, "pdf_tags": True}
    laid_out = None
    for html in pages:
        laid_out = _weasyprint().HTML(string=html, url_fetcher=_fetcher()).render(font_config=_fonts(), **options)
        if len(laid_out.pages) == 1:
            break
    if laid_out is None:
        raise ValueError("no page to be set")
    return bytes(laid_out.write_pdf(**options))


def _fonts() -> Any:
    if not hasattr(_here, "fonts"):
        _here.fonts = _weasyprint().text.fonts.FontConfiguration()
    return _here.fonts


def _weasyprint() -> Any:
    """WeasyPrint, imported by those only who print something: it takes more than a second.

    Its import tells Pillow, for the whole process, to take images whose end is missing; we go on refusing them.
    """
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    import weasyprint
    import weasyprint.text.fonts

    ImageFile.LOAD_TRUNCATED_IMAGES = strict
    return weasyprint


@lru_cache(maxsize=1)
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["data"], allow_redirects=False)

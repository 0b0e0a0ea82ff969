"""Setting an HTML page as a tagged PDF (WeasyPrint). Nothing is fetched: pictures stand in the page, fonts are the machine's."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PIL import ImageFile


def as_pdf(html: str, *, variant: str) -> bytes:
    """Set a page; `variant` is WeasyPrint's name of the PDF's kind ("pdf/a-2a", "pdf/ua-1")."""
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    page = weasyprint.HTML(string=html, url_fetcher=_fetcher())
    return bytes(page.write_pdf(pdf_variant=variant, pdf_tags=True, font_config=fonts))


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

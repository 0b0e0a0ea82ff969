"""PDF files asked through PDFium: what they are and what is written in them, without drawing anything."""

import ctypes
import mmap
import re
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from foundation.pages.facts import MAX_PAGES, MAX_PIXELS, MAX_SCAN_AREA_PT2, Failure, NoticeCode, Unreadable

MAX_TEXT = 2_000_000  # letters of one page
MAX_OBJECTS = 5_000  # looked at on one page
MIN_PATHS = 25  # a page of fewer strokes is a form's rules or an empty page, not writing drawn as outlines
NO_WRITING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\uffff]")
TRAILING = re.compile(r"[ \t]+$", re.M)
ERRORS = {pdfium.FPDF_ERR_PASSWORD: Failure.ENCRYPTED, pdfium.FPDF_ERR_SECURITY: Failure.ENCRYPTED}


@dataclass
class OnPage:
    """What was met on one page."""

    images: int = 0
    paths: int = 0
    seen: int = 0
    largest_pixels: int = 0


@dataclass
class PdfFile:
    """An open PDF. Raises Unreadable when it cannot be opened or has no pages."""

    content: mmap.mmap
    handle: Any = None
    view: Any = None
    page_count: int = 0
    notices: set[NoticeCode] = field(default_factory=set)

    def __post_init__(self) -> None:
        pdfium.FPDF_InitLibrary()
        self.view = (ctypes.c_char * len(self.content)).from_buffer(self.content)
        self.handle = pdfium.FPDF_LoadMemDocument64(self.view, len(self.content), None)
        if not self.handle:
            raise Unreadable(ERRORS.get(pdfium.FPDF_GetLastError(), Failure.BROKEN), f"PDFium error {pdfium.FPDF_GetLastError()}")
        self.page_count = pdfium.FPDF_GetPageCount(self.handle)
        if self.page_count < 1:
            raise Unreadable(Failure.NO_PAGES)
        if self.page_count > MAX_PAGES:
            raise Unreadable(Failure.TOO_MANY_PAGES, str(self.page_count))

    def facts(self) -> dict[str, Any]:
        """Say what concerns the whole document."""
        form = pdfium.FPDF_GetFormType(self.handle)
        return {
            "page_count": self.page_count,
            "encrypted": pdfium.FPDF_GetSecurityHandlerRevision(self.handle) != -1,
            "signed": pdfium.FPDF_GetSignatureCount(self.handle) > 0,
            "xfa": form in {pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND},
            "attachments": [self._attachment(i) for i in range(min(pdfium.FPDFDoc_GetAttachmentCount(self.handle), 100))],
        }

    def _attachment(self, index: int) -> str:
        attachment = pdfium.FPDFDoc_GetAttachment(self.handle, index)
        if not attachment:
            return "?"
        size = pdfium.FPDFAttachment_GetName(attachment, None, 0)
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDFAttachment_GetName(attachment, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
        return NO_WRITING.sub("", buffer.raw.decode("utf-16-le", "replace").rstrip("\0"))[:200] or "?"

    def page(self, number: int, *, with_text: bool) -> dict[str, Any]:
        """Say what is on one page, and what is written there if asked."""
        page = pdfium.FPDF_LoadPage(self.handle, number - 1)
        if not page:
            return {"number": number, "width_pt": 595.0, "height_pt": 842.0, "broken": True}
        try:
            text = _text(page)
            on_page = OnPage()
            _look_at(page, on_page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, 0)
            width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
            has_text = any(letter.isalnum() for letter in text)
            needs_reading = not has_text and (on_page.images > 0 or on_page.paths >= MIN_PATHS)
            widgets, enclosed = _annotations(page)
            answer: dict[str, Any] = {
                "number": number,
                "width_pt": round(width, 2),
                "height_pt": round(height, 2),
                "rotation": pdfium.FPDFPage_GetRotation(page) * 90,
                "has_text": has_text,
                "has_images": on_page.images > 0,
                "needs_reading": needs_reading,
                "oversized": width * height > MAX_SCAN_AREA_PT2 or on_page.largest_pixels > MAX_PIXELS,
                "form_fields": widgets,
                "enclosed_files": enclosed,
            }
            if with_text:
                answer["text"] = text
            return answer
        finally:
            pdfium.FPDF_ClosePage(page)


def _text(page: Any) -> str:
    textpage = pdfium.FPDFText_LoadPage(page)
    if not textpage:
        return ""
    try:
        count = min(pdfium.FPDFText_CountChars(textpage), MAX_TEXT)
        if count <= 0:
            return ""
        buffer = ctypes.create_string_buffer((count + 1) * 2)
        written = pdfium.FPDFText_GetText(textpage, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
        return cleaned(buffer.raw[: max(written - 1, 0) * 2].decode("utf-16-le", "replace"))
    finally:
        pdfium.FPDFText_ClosePage(textpage)


def cleaned(text: str) -> str:
    """Give PDFium's text as lines: it marks the hyphen at a line's end by a sign of its own and leaves out the line's end there."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-\n").replace("\x02", "-\n")
    return TRAILING.sub("", NO_WRITING.sub("", text)).strip("\n")


def _look_at(holder: Any, on_page: OnPage, count_objects: Any, get_object: Any, depth: int) -> None:
    """Count images and strokes, also those inside of forms (a scanner's usual wrapping)."""
    for index in range(max(count_objects(holder), 0)):
        if on_page.seen >= MAX_OBJECTS or (on_page.images and on_page.seen >= 200):
            return
        on_page.seen += 1
        item = get_object(holder, index)
        kind = pdfium.FPDFPageObj_GetType(item) if item else None
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            on_page.images += 1
            width, height = ctypes.c_uint(), ctypes.c_uint()
            if pdfium.FPDFImageObj_GetImagePixelSize(item, width, height):
                on_page.largest_pixels = max(on_page.largest_pixels, width.value * height.value)
        elif kind in {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING}:
            on_page.paths += 1
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 8:
            _look_at(item, on_page, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth + 1)


def _annotations(page: Any) -> tuple[int, int]:
    """Count the form fields and the files pinned to a page."""
    widgets = enclosed = 0
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MAX_OBJECTS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        subtype = pdfium.FPDFAnnot_GetSubtype(annotation)
        widgets += subtype == pdfium.FPDF_ANNOT_WIDGET
        enclosed += subtype == pdfium.FPDF_ANNOT_FILEATTACHMENT
        pdfium.FPDFPage_CloseAnnot(annotation)
    return widgets, enclosed

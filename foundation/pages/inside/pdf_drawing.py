"""PDF pages as pictures and words, by PDFium."""

import ctypes
import io
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2.raw as pdfium
from PIL import Image

from foundation.pages.facts import Failure, Unreadable
from foundation.pages.inside.drawing import MAX_DRAWN_PIXELS, NARROWER, Region, Tiles, encoded, fitted

VECTOR_DPI = 300  # the full resolution of a page that was drawn, not scanned
GRID = 1_000_000
TURNS = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}
MAX_CHARS = 200_000
ENDS_A_WORD = frozenset(" \t\r\n\x00\u00a0\u2002\u2003\u2009")


class PdfSheets:
    """An open PDF in memory."""

    def __init__(self, content: mmap.mmap) -> None:
        pdfium.FPDF_InitLibrary()
        self.content = content
        self.view = (ctypes.c_char * len(content)).from_buffer(content)
        self.handle = pdfium.FPDF_LoadMemDocument64(self.view, len(content), None)
        if not self.handle:
            encrypted = pdfium.FPDF_GetLastError() in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}
            raise Unreadable(Failure.ENCRYPTED if encrypted else Failure.BROKEN, "PDFium cannot open it")
        self.count = pdfium.FPDF_GetPageCount(self.handle)
        self.form = self._form()
        self.tiles = Tiles()

    def _form(self) -> Any:
        """Open the form, so that what was filled in is seen."""
        if pdfium.FPDF_GetFormType(self.handle) == pdfium.FORMTYPE_NONE:
            return None
        self.form_info = pdfium.FPDF_FORMFILLINFO(version=2)
        return pdfium.FPDFDOC_InitFormFillEnvironment(self.handle, self.form_info)

    @contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        page = pdfium.FPDF_LoadPage(self.handle, number - 1)
        if not page:
            raise Unreadable(Failure.BROKEN, f"page {number}")
        try:
            if self.form:
                pdfium.FORM_OnAfterLoadPage(page, self.form)
            yield page
        finally:
            if self.form:
                pdfium.FORM_OnBeforeClosePage(page, self.form)
            pdfium.FPDF_ClosePage(page)

    def size(self, number: int) -> dict[str, float]:
        with self._page(number) as page:
            width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
            pixels = _widest_image(page) or width * VECTOR_DPI / 72
        most = (MAX_DRAWN_PIXELS * width / max(height, 0.1)) ** 0.5
        full = int(max(1.0, min(pixels, most)))
        return {
            "width_pt": round(width, 2),
            "height_pt": round(height, 2),
            "width_px": full,
            "height_px": max(1, round(full * height / max(width, 0.1))),
        }

    def image(self, number: int, *, width: int, region: Region | None) -> bytes:
        if region is None:
            return encoded(self._drawn(number, width))
        size = self.size(number)
        full = (int(size["width_px"]), int(size["height_px"]))
        return encoded(self.tiles.cut(number, full, region, width, self._drawn))

    def _drawn(self, number: int, width: int) -> Image.Image:
        self.tiles.forget()
        with self._page(number) as page:
            return _scan(page, width) or self._rendered(page, width)

    def _rendered(self, page: Any, width: int) -> Image.Image:
        page_width, page_height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        height = max(1, round(width * page_height / max(page_width, 0.1)))
        if width * height > MAX_DRAWN_PIXELS:
            raise Unreadable(Failure.TOO_LARGE_PAGE, f"{width} x {height}")
        grey = _is_grey(page)
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray if grey else pdfium.FPDFBitmap_BGR, None, 0)
        if not bitmap:
            raise MemoryError
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
            flags = pdfium.FPDF_ANNOT | pdfium.FPDF_RENDER_LIMITEDIMAGECACHE | (pdfium.FPDF_GRAYSCALE if grey else 0)
            pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
            if self.form:
                pdfium.FPDF_FFLDraw(self.form, bitmap, page, 0, 0, width, height, 0, flags)
            stride = pdfium.FPDFBitmap_GetStride(bitmap)
            buffer = ctypes.cast(pdfium.FPDFBitmap_GetBuffer(bitmap), ctypes.POINTER(ctypes.c_ubyte * (stride * height))).contents
            mode, raw = ("L", "L") if grey else ("RGB", "BGR")
            return Image.frombytes(mode, (width, height), memoryview(buffer), "raw", raw, stride, 1)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def words(self, number: int) -> list[tuple[str, float, float, float, float]]:
        with self._page(number) as page:
            textpage = pdfium.FPDFText_LoadPage(page)
            if not textpage:
                return []
            try:
                return [_placed(page, textpage, first, last, word) for first, last, word in _spans(textpage)]
            finally:
                pdfium.FPDFText_ClosePage(textpage)

    def close(self) -> None:
        self.tiles.forget()
        if self.form:
            pdfium.FPDFDOC_ExitFormFillEnvironment(self.form)
        pdfium.FPDF_CloseDocument(self.handle)
        del self.view
        self.content.close()


def _spans(textpage: Any) -> Iterator[tuple[int, int, str]]:
    """Cut a page's letters into words: index of the first and the last letter, and the word."""
    first, word, line_end = -1, "", -1
    for index in range(min(pdfium.FPDFText_CountChars(textpage), MAX_CHARS)):
        letter = chr(pdfium.FPDFText_GetUnicode(textpage, index))
        if letter in {"\x02", "\ufffe"}:  # a hyphen at a line's end, and the line's end
            if word:
                yield first, index, word + "-"
            first, word = -1, ""
        elif letter in ENDS_A_WORD or 0xD800 <= ord(letter) < 0xE000:
            if word:
                yield first, line_end, word
            first, word = -1, ""
        else:
            first = index if first < 0 else first
            word, line_end = word + letter, index
    if word:
        yield first, line_end, word


def _placed(page: Any, textpage: Any, first: int, last: int, word: str) -> tuple[str, float, float, float, float]:
    """Give a word with its place in fractions of the page as shown, whichever way the page is turned."""
    box, edges = pdfium.FS_RECTF(), []
    for index in {first, last}:
        if pdfium.FPDFText_GetLooseCharBox(textpage, index, box):
            edges += [(box.left, box.top), (box.right, box.bottom)]
    if not edges:
        return word, 0.0, 0.0, 0.0, 0.0
    x, y = ctypes.c_int(), ctypes.c_int()
    across, down = [], []
    for point in edges:
        pdfium.FPDF_PageToDevice(page, 0, 0, GRID, GRID, 0, point[0], point[1], x, y)
        across.append(x.value / GRID)
        down.append(y.value / GRID)
    left, top = min(across), min(down)
    return word, round(left, 5), round(top, 5), round(max(across) - left, 5), round(max(down) - top, 5)


def _images(page: Any) -> list[Any]:
    """List the images of a page, also inside of forms, if it has only few objects; more is no scan."""
    found: list[Any] = []
    holders = [(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject)]
    seen = 0
    while holders:
        holder, count, get = holders.pop()
        for index in range(max(count(holder), 0)):
            seen += 1
            if seen > 200:
                return found
            item = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                found.append(item)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and len(holders) < 8:
                holders.append((item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject))
    return found


def _widest_image(page: Any) -> float:
    """Say how many pixels the page is wide in the resolution of its finest large image; 0 without one."""
    page_width = pdfium.FPDF_GetPageWidthF(page)
    turned = pdfium.FPDFPage_GetRotation(page) in {1, 3}
    widest = 0.0
    for item in _images(page):
        across, down = ctypes.c_uint(), ctypes.c_uint()
        matrix = pdfium.FS_MATRIX()
        if not (pdfium.FPDFImageObj_GetImagePixelSize(item, across, down) and pdfium.FPDFPageObj_GetMatrix(item, matrix)):
            continue
        length = (matrix.a**2 + matrix.b**2) ** 0.5
        share = length / max(pdfium.FPDF_GetPageHeightF(page) if turned else page_width, 0.1)
        if share > 0.3:
            widest = max(widest, page_width * across.value / max(length, 0.1))
    return widest


def _only_image(page: Any) -> Any:
    """Give the image of a page that shows one image and nothing else (invisible words over it do not count); None for other pages."""
    found = None
    if pdfium.FPDFPage_GetAnnotCount(page):
        return None
    for index in range(max(pdfium.FPDFPage_CountObjects(page), 0)):
        item = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE and found is None:
            found = item
        elif not _is_invisible(item, kind):
            return None
    return found


def _is_invisible(item: Any, kind: int) -> bool:
    """Whether an object is text of the sort that reading lays over a scan, bare or as a form of nothing else."""
    if kind == pdfium.FPDF_PAGEOBJ_TEXT:
        return bool(pdfium.FPDFTextObj_GetTextRenderMode(item) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
    if kind != pdfium.FPDF_PAGEOBJ_FORM:
        return False
    inner = (pdfium.FPDFFormObj_GetObject(item, index) for index in range(max(pdfium.FPDFFormObj_CountObjects(item), 0)))
    return all(
        pdfium.FPDFPageObj_GetType(part) == pdfium.FPDF_PAGEOBJ_TEXT and _is_invisible(part, pdfium.FPDF_PAGEOBJ_TEXT) for part in inner
    )


def _is_grey(page: Any) -> bool:
    """Whether a page is one image without colours: a quarter of the memory and half of the time."""
    item = _only_image(page)
    facts = pdfium.FPDF_IMAGEOBJ_METADATA()
    if item is None or not pdfium.FPDFImageObj_GetImageMetadata(item, page, facts):
        return False
    return facts.bits_per_pixel in {1, 8} and facts.colorspace in {pdfium.FPDF_COLORSPACE_DEVICEGRAY, pdfium.FPDF_COLORSPACE_CALGRAY}


def _scan(page: Any, width: int) -> Image.Image | None:
    """Decode a page that is one JPEG over its whole size straight from the JPEG, in reduced size; None for every other page."""
    item = _only_image(page)
    if item is None or not _covers(page, item) or pdfium.FPDFImageObj_GetImageFilterCount(item) != 1 or _filter(item) != b"DCTDecode":
        return None
    turned = pdfium.FPDFPage_GetRotation(page)
    size = pdfium.FPDFImageObj_GetImageDataRaw(item, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFImageObj_GetImageDataRaw(item, buffer, size)
    try:
        with Image.open(io.BytesIO(buffer.raw), formats=("JPEG",)) as image:
            if image.mode not in {"L", "RGB"} or image.info.get("adobe_transform") == 0:
                return None
            least = width * NARROWER / (image.height if turned in {1, 3} else image.width)
            image.draft(image.mode, (int(image.width * least), int(image.height * least)))
            image.load()
            return fitted(image.transpose(TURNS[turned]) if turned else image, width)
    except (OSError, ValueError, SyntaxError):
        return None


def _covers(page: Any, item: Any) -> bool:
    """Whether an image lies upright over the whole page, and nothing is done to its colours."""
    matrix, across, down = pdfium.FS_MATRIX(), ctypes.c_uint(), ctypes.c_uint()
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix) or not pdfium.FPDF_GetPageBoundingBox(page, box):
        return False
    if not pdfium.FPDFImageObj_GetImagePixelSize(item, across, down):
        return False
    width, height = box.right - box.left, box.top - box.bottom
    same_shape = abs(across.value / max(down.value, 1) - width / max(height, 0.1)) < 0.01
    upright = abs(matrix.b) < 0.01 and abs(matrix.c) < 0.01 and matrix.a > 0 and matrix.d > 0
    fills = abs(matrix.a - width) < 1 and abs(matrix.d - height) < 1 and abs(matrix.e - box.left) < 1 and abs(matrix.f - box.bottom) < 1
    return same_shape and upright and fills and not pdfium.FPDFPageObj_HasTransparency(item)


def _filter(item: Any) -> bytes:
    buffer = ctypes.create_string_buffer(32)
    pdfium.FPDFImageObj_GetImageFilter(item, 0, buffer, 32)
    return buffer.value

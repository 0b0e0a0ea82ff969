"""Uploads streamed straight into a store's folder of arrivals: hashed while they arrive, never held in memory, written once.

    FILE_UPLOAD_HANDLERS = ["foundation.uploads.StoreUploadHandler"]
    UPLOAD_STORE = "…"        dotted path of a callable that gives the Store
    MAX_UPLOAD_BYTES = …      largest file; a whole request may be a little larger

It serves Django's request.FILES and REST framework's MultiPartParser alike. Whoever is refused while sending is heard out by
foundation.bodies, which is to stand before Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.module_loading import import_string

from foundation.store import Incoming, Store, StoreError

MIB = 1024**2
ROOM_FOR_FIELDS = MIB  # what the fields around a file may take up


class TooLarge(RequestDataTooBig):
    """The upload is larger than allowed; nothing of it is kept. `limit` in bytes. (A subclass, so that Django itself never answers 500.)"""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]
    """A file that has arrived, with `sha256`, `size` (bytes) and `name`. Closing it, as the end of the request does, removes what no store kept.

    `Store.keep(file.incoming)` keeps it. The name is a last path component of printable characters, at most 255; the content type is what the
    sender claims.
    """

    def __init__(self, incoming: Incoming, name: str, content_type: str | None, charset: str | None, extra: Any) -> None:
        super().__init__(incoming.open(), name, content_type, incoming.size, charset, extra)
        self.incoming = incoming
        self.sha256 = incoming.sha256

    def close(self) -> None:
        super().close()
        self.incoming.discard()


class StoreUploadHandler(FileUploadHandler):
    """Django's upload handler over a Store.

    Parsing the request raises TooLarge, StoreFull or StoreUnavailable; nothing of the request's files is left then. An upload that breaks
    off leaves nothing either.
    """

    chunk_size = MIB

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._incoming: Incoming | None = None
        self._refusal: TooLarge | StoreError | None = None

    def handle_raw_input(
        self, input_data: Any, META: Mapping[str, str], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        """Refuse a request that says it is too large, before any of it is written."""
        limit: int = settings.MAX_UPLOAD_BYTES
        if content_length > limit + ROOM_FOR_FIELDS:
            raise TooLarge(limit)

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, *args, **kwargs)
        self._incoming = None
        if self._refusal is None:
            store: Store = import_string(settings.UPLOAD_STORE)()
            try:
                self._incoming = store.receive()
            except StoreError as refusal:
                self._refuse(refusal)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._incoming is None:
            return
        if self._incoming.size + len(raw_data) > settings.MAX_UPLOAD_BYTES:
            self._refuse(TooLarge(settings.MAX_UPLOAD_BYTES))
            return
        try:
            self._incoming.write(raw_data)
        except StoreError as refusal:
            self._refuse(refusal)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if self._incoming is None:
            return None
        arrived, self._incoming = self._incoming, None
        return ReceivedFile(arrived, self.file_name or "upload", self.content_type, self.charset, self.content_type_extra)

    def upload_complete(self) -> None:
        """The request has been read to its end: now it can be refused. Django closes the files that came before."""
        if self._refusal is not None:
            raise self._refusal

    def upload_interrupted(self) -> None:
        if self._incoming is not None:
            self._incoming.discard()

    def _refuse(self, refusal: TooLarge | StoreError) -> None:
        if self._incoming is not None:
            self._incoming.discard()
        self._incoming, self._refusal = None, refusal


class PatientUploadHandler(StoreUploadHandler):
    """The same for forms in which somebody has written something: when a file is refused, no file arrives, but her text does.

    The refusal stands at the request (`refusal_of`), for the door to say it beside the text. All files
    of a request may have MAX_UPLOAD_BYTES together; only a body of more than twice that is not read to its end (TooLarge).
    """

    def handle_raw_input(
        self, input_data: Any, META: Mapping[str, str], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        limit: int = settings.MAX_UPLOAD_BYTES
        if content_length > 2 * limit + ROOM_FOR_FIELDS:
            raise TooLarge(limit)
        if content_length > limit + ROOM_FOR_FIELDS:
            self._refuse(TooLarge(limit))

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        arrived = super().file_complete(file_size)
        return arrived if self._refusal is None else None

    def upload_complete(self) -> None:
        if self._refusal is not None and self.request is not None:
            self.request.upload_refusal = self._refusal  # type: ignore[attr-defined]


def refusal_of(request: HttpRequest) -> TooLarge | StoreError | None:
    """Why no file of this request arrived (PatientUploadHandler). Ask after its form was read."""
    return getattr(request, "upload_refusal", None)

"""Uploads streamed straight into a store's incoming folder: hashed while they arrive, never held in memory, written once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.module_loading import import_string

from foundation.store import Incoming, Store


class TooLarge(RequestDataTooBig):
    """The upload is larger than allowed; nothing of it is kept. `limit` in bytes. (A subclass, so that Django itself never answers 500.)"""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]
    """A file that arrived: `incoming` goes to Store.keep, or is discarded when the request ends."""

    def __init__(self, incoming: Incoming, name: str, content_type: str | None, charset: str | None, extra: Any) -> None:
        super().__init__(incoming.open(), name or "upload", content_type, incoming.size, charset, extra)
        self.incoming = incoming
        self.sha256 = incoming.sha256

    def temporary_file_path(self) -> str:
        return str(self.incoming.path)

    def close(self) -> None:
        super().close()
        self.incoming.discard()


class StoreUploadHandler(FileUploadHandler):
    """Django's upload handler over a Store; the store is named by the setting UPLOAD_STORE (a callable's dotted path).

    Raises TooLarge beyond MAX_UPLOAD_BYTES, as early as the request says how much is coming. An upload that breaks off leaves nothing.
    """

    chunk_size = 1 << 20

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._all: list[Incoming] = []
        self._incoming: Incoming | None = None

    def handle_raw_input(
        self, input_data: Any, META: Mapping[str, str], content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        if content_length > settings.MAX_UPLOAD_BYTES + (1 << 20):  # the fields around the file are no part of it
            raise TooLarge(settings.MAX_UPLOAD_BYTES)

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, *args, **kwargs)
        store: Store = import_string(settings.UPLOAD_STORE)()
        self._incoming = store.receive()
        self._all.append(self._incoming)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._incoming is not None
        if self._incoming.size + len(raw_data) > settings.MAX_UPLOAD_BYTES:
            self._discard()
            raise TooLarge(settings.MAX_UPLOAD_BYTES)
        self._incoming.write(raw_data)

    def file_complete(self, file_size: int) -> ReceivedFile:
        assert self._incoming is not None
        return ReceivedFile(self._incoming, self.file_name or "upload", self.content_type, self.charset, self.content_type_extra)

    def upload_interrupted(self) -> None:
        self._discard()

    def _discard(self) -> None:
        for incoming in self._all:
            incoming.discard()

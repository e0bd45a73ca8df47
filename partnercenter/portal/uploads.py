"""Files from the browser: none is taken in beyond a limit, however much is sent."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

MOST_BYTES = 8_000_000


class LimitedUpload(FileUploadHandler):
    """Stands before Django's own handlers. What is too long is read past, and nothing of it is kept."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > MOST_BYTES:
            if self.request is not None:
                self.request.META[TOO_BIG] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None  # the next handler has it


TOO_BIG = "partnercenter.upload_too_big"

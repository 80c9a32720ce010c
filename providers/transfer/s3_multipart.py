"""S3 with credentials of one's own (PIX4D): parts by signed addresses in parallel, resumed from what S3 lists."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import Kind, PlatformError, TransferFailed
from ..work import NOT_THERE
from .addresses import Addresses
from .boto import S3, S3Credentials
from .source import Source, SourceBody
from .upload import Part, Vanished, split
from .wire import Wire

PART_BYTES = 16 << 20
PART_LIMIT = 10_000
MARK = "imagery-hub"


class S3Multipart:
    """``credentials`` is asked again ahead of their end and when S3 says that they have expired.

    ``endpoint`` empty means Amazon. Files of one part go by a single PUT. The object carries a random mark in its
    metadata, by which a run that did not learn the outcome of its last request knows it again.
    """

    resumes = True

    def __init__(
        self,
        bucket: str,
        key: str,
        credentials: Callable[[], S3Credentials],
        region: str,
        endpoint: str = "",
        part_bytes: int = PART_BYTES,
    ) -> None:
        self.identity = f"{endpoint}/{bucket}/{key}"
        self._place = {"Bucket": bucket, "Key": key}
        self._part_bytes = part_bytes
        self._s3 = S3(credentials, region, endpoint)

    def open(self, source: Source, wire: Wire) -> Any:
        part_bytes = max(self._part_bytes, -(-source.size // PART_LIMIT))
        state = {"upload": "", "part_bytes": part_bytes, "mark": secrets.token_hex(8), "size": source.size}
        if source.size > part_bytes:
            answer = self._s3.call(wire, "create_multipart_upload", Metadata={MARK: state["mark"]}, **self._place)
            state["upload"] = answer["UploadId"]
        return state

    def find(self, source: Source, wire: Wire) -> Any:
        """Removes uploads of this key without any part: what a crash leaves between opening and noting it.

        One with parts is left alone, and not adopted: they may be of another file.
        """
        try:
            for page in self._s3.pages(
                wire, "list_multipart_uploads",
                {"NextKeyMarker": "KeyMarker", "NextUploadIdMarker": "UploadIdMarker"},
                Bucket=self._place["Bucket"], Prefix=self._place["Key"],
            ):
                for upload in page.get("Uploads", []):
                    state = {"upload": upload["UploadId"]}
                    if upload["Key"] == self._place["Key"] and not self._listed(state, wire):
                        self.abandon(state, wire)
        except TransferFailed as error:
            if error.kind not in (Kind.STORAGE_REFUSED, Kind.NOT_FOUND):
                raise
        return NOT_THERE

    def parts(self, source: Source, state: Any) -> Sequence[Part]:
        return split(source.size, state["part_bytes"])

    def arrived(self, state: Any, wire: Wire) -> Mapping[int, str] | None:
        if not state["upload"]:
            return None
        expected = {part.number: part.length for part in split(state["size"], state["part_bytes"])}
        try:
            listed = self._listed(state, wire)
        except TransferFailed as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            if not self._is_complete(state, wire):
                raise Vanished from None
            return dict.fromkeys(expected, "")
        return {number: mark for number, (mark, size) in listed.items() if expected.get(number) == size}

    def _listed(self, state: Any, wire: Wire) -> dict[int, tuple[str, int]]:
        pages = self._s3.pages(
            wire, "list_parts", {"NextPartNumberMarker": "PartNumberMarker"}, UploadId=state["upload"], **self._place
        )
        return {part["PartNumber"]: (part["ETag"], part["Size"]) for page in pages for part in page.get("Parts", [])}

    def send(self, part: Part, body: SourceBody, state: Any, wire: Wire) -> str:
        signed_by = 0

        def ask() -> str:
            nonlocal signed_by
            if not state["upload"]:
                address, signed_by = self._s3.signed("put_object", Metadata={MARK: state["mark"]}, **self._place)
            else:
                address, signed_by = self._s3.signed(
                    "upload_part", UploadId=state["upload"], PartNumber=part.number, **self._place
                )
            return address

        def put(address: str) -> str:
            body.take_back()
            headers = {} if state["upload"] else {f"x-amz-meta-{MARK}": state["mark"]}
            try:
                with wire.exchange("PUT", address, headers, body) as response:
                    return response.headers.get("etag", "")
            except PlatformError as error:
                if error.kind is Kind.ADDRESS_EXPIRED:
                    self._s3.renew(signed_by)
                raise

        return Addresses(ask).use(put)

    def close(self, source: Source, state: Any, marks: Mapping[int, str], wire: Wire) -> None:
        if not state["upload"]:
            return
        parts = [{"PartNumber": number, "ETag": mark} for number, mark in sorted(marks.items())]
        try:
            self._s3.call(wire, "complete_multipart_upload", UploadId=state["upload"],
                          MultipartUpload={"Parts": parts}, **self._place)
        except TransferFailed as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            if not self._is_complete(state, wire):
                raise Vanished from None

    def _is_complete(self, state: Any, wire: Wire) -> bool:
        """Whether the object is there, and is the one of this upload."""
        try:
            found = self._s3.call(wire, "head_object", **self._place)
        except TransferFailed as error:
            if error.kind in (Kind.NOT_FOUND, Kind.STORAGE_REFUSED):
                return False
            raise
        mark = found.get("Metadata", {}).get(MARK)
        return bool(found["ContentLength"] == state["size"] and mark == state["mark"])

    def abandon(self, state: Any, wire: Wire) -> None:
        if not state["upload"]:
            return
        try:
            self._s3.call(wire, "abort_multipart_upload", UploadId=state["upload"], **self._place)
        except TransferFailed as error:
            if error.kind is not Kind.NOT_FOUND:
                raise

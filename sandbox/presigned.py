"""Object storage that is filled through presigned forms and presigned parts, in the way of S3.

A platform opens a :class:`Deposit` for a file to come and hands out its targets; the bytes go straight into
``deposit.path``, the parts of a multipart upload each to its own place in it. Digests are MD5 in Base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .blobs import BlobStore
from .clock import Clock
from .issued import Issued


@dataclass
class Part:
    """One part of a multipart upload: its digest, its place in the file, and whether it is there."""

    number: int
    md5: str
    length: int
    offset: int
    stored: bool = False


@dataclass
class Deposit:
    """A file that is to come. Complete once ``stored``; ``parts`` of a multipart upload by their number."""

    key: str
    path: Path
    md5: str
    parts: dict[int, Part] = field(default_factory=dict)
    whole: bool = False
    size: int = 0

    @property
    def stored(self) -> bool:
        """Whether all bytes have arrived, with the right digests."""
        return all(one.stored for one in self.parts.values()) if self.parts else self.whole

    @property
    def missing(self) -> list[int]:
        """Numbers of the parts that have not arrived."""
        return [one.number for one in self.parts.values() if not one.stored]

    def discard(self) -> None:
        """Delete the bytes."""
        self.path.unlink(missing_ok=True)
        self.whole = False
        for one in self.parts.values():
            one.stored = False


class Presigned:
    """Deposits by key, and the signatures on their targets."""

    def __init__(self, blobs: BlobStore, clock: Clock, issued: Issued) -> None:
        self._blobs = blobs
        self._clock = clock
        self._issued = issued
        self._secret = secrets.token_bytes(32)
        self.deposits: dict[str, Deposit] = {}

    def reset(self) -> None:
        """Forget all deposits; the files go with the folder of the blobs."""
        self.deposits.clear()

    # ------------------------------------------------------------------ for platforms
    def open(self, md5: str) -> Deposit:
        """A place for one file, sent as a form."""
        return self._opened(md5)

    def open_parts(self, parts: Sequence[tuple[int, str, int]]) -> Deposit:
        """A place for a file in parts: number, digest and length of each. Raises ``ValueError`` unless the numbers are
        1, 2, 3 and so on."""
        numbers = sorted(number for number, _, _ in parts)
        if numbers != list(range(1, len(parts) + 1)):
            raise ValueError("Part numbers must be 1, 2, 3 and so on.")
        deposit = self._opened("")
        offset = 0
        for number, md5, length in sorted(parts):
            deposit.parts[number] = Part(number, md5, length, offset)
            offset += length
        deposit.size = offset
        return deposit

    def close(self, deposit: Deposit) -> None:
        """Forget a deposit: its targets are refused from now on. The bytes stay."""
        self.deposits.pop(deposit.key, None)

    def form(self, deposit: Deposit, host: str, seconds: float) -> tuple[str, dict[str, str]]:
        """Address and members of the form that fills a deposit, seen from the host that the client called."""
        expires = self._clock.now() + seconds
        policy = base64.b64encode(json.dumps({
            "expiration": self._clock.moment(expires),
            "conditions": [{"key": deposit.key}, {"Content-MD5": deposit.md5}]}).encode()).decode()
        date = self._clock.moment().translate({ord(one): None for one in "-:"})[:15] + "Z"
        signature = self._sign("form", policy)
        self._issued.note(signature)
        return self._blobs.host(host) + "/_storage/form", {
            "key": deposit.key, "Content-MD5": deposit.md5, "x-amz-algorithm": "AWS4-HMAC-SHA256",
            "x-amz-credential": f"sandbox/{date[:8]}/us-east-1/s3/aws4_request", "x-amz-date": date,
            "policy": policy, "x-amz-signature": signature}

    def part_targets(self, deposit: Deposit, host: str, seconds: float) -> list[dict[str, Any]]:
        """``part_number``, ``url`` and ``headers`` of the PUT of each part (A11)."""
        expires = int(self._clock.now() + seconds)
        targets = []
        for one in deposit.parts.values():
            signature = self._sign("part", f"{deposit.key}\n{one.number}\n{expires}")
            self._issued.note(signature)
            place = f"{self._blobs.host(host)}/_storage/parts/{quote(deposit.key, safe='')}/{one.number}"
            targets.append({"part_number": one.number, "url": f"{place}?X-Signature={signature}&X-Expires={expires}",
                            "headers": {"Content-MD5": one.md5, "Content-Length": str(one.length)}})
        return targets

    # ------------------------------------------------------------------ for the service
    def of_form(self, fields: dict[str, str]) -> Deposit | str:
        """The deposit that a form may fill, or storage's words for why it may not."""
        policy = fields.get("policy", "")
        if not hmac.compare_digest(self._sign("form", policy).encode(), fields.get("x-amz-signature", "").encode()):
            return "The policy or its signature was altered."
        read = json.loads(base64.b64decode(policy))
        if read["expiration"] <= self._clock.moment():
            return "Invalid according to Policy: Policy expired."
        for condition in read["conditions"]:
            for name, value in condition.items():
                if fields.get(name) != value:
                    return f"Invalid according to Policy: Policy Condition failed: {name}."
        return self.deposits.get(fields["key"]) or "The object is not expected any more."

    def of_part(self, key: str, number: int, signature: str, expires: str) -> tuple[Deposit, Part] | str:
        """The deposit and the part that a PUT may fill, or storage's words for why it may not."""
        if not hmac.compare_digest(self._sign("part", f"{key}\n{number}\n{expires}").encode(), signature.encode()):
            return "SignatureDoesNotMatch"
        if not expires.isdigit() or self._clock.now() >= int(expires):
            return "Request has expired"
        deposit = self.deposits.get(key)
        part = deposit.parts.get(number) if deposit is not None else None
        return (deposit, part) if deposit is not None and part is not None else "The upload is not expected any more."

    def _opened(self, md5: str) -> Deposit:
        name = str(uuid.uuid4())
        self._blobs.folder.mkdir(parents=True, exist_ok=True)
        deposit = Deposit(f"incoming/{name}", self._blobs.folder / name, md5)
        self.deposits[deposit.key] = deposit
        return deposit

    def _sign(self, kind: str, words: str) -> str:
        return hmac.new(self._secret, f"{kind}\n{words}".encode(), hashlib.sha256).hexdigest()

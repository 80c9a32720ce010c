"""AWS Signature Version 4 for S3: reading, checking and making it. Source: the AWS S3 API reference."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, unquote, urlencode

from .credentials import Credentials
from .errors import StorageError
from .messages import Head

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
EMPTY_HASH = hashlib.sha256(b"").hexdigest()
LARGEST_SKEW = timedelta(minutes=15)
LONGEST_PRESIGNED = 7 * 24 * 3600


@dataclass(frozen=True)
class Signed:
    """The signature of a request. ``expires``: until when a presigned address holds, None when signed by header."""

    access_key: str
    scope: str
    date: str
    headers: tuple[str, ...]
    signature: str
    token: str
    payload: str
    expires: datetime | None

    @property
    def moment(self) -> datetime:
        """When it was signed, by the client's clock."""
        return datetime.strptime(self.date, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)


def read(head: Head) -> Signed:
    """Takes the signature out of headers or query. Raises StorageError when it is absent or malformed."""
    try:
        if "authorization" in head.headers:
            return _from_header(head)
        if any(name == "X-Amz-Signature" for name, _ in head.query):
            return _from_query(head)
    except (KeyError, ValueError) as error:
        raise StorageError("AuthorizationHeaderMalformed", "The signature of the request is malformed.") from error
    raise StorageError("AccessDenied", "The request is not signed.")


def _from_header(head: Head) -> Signed:
    algorithm, _, rest = head.headers["authorization"].partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    if algorithm != ALGORITHM:
        raise StorageError("InvalidRequest", f"Only {ALGORITHM} is supported.")
    access_key, scope = fields["Credential"].split("/", 1)
    signed = Signed(
        access_key,
        _checked_scope(scope),
        head.headers["x-amz-date"],
        tuple(fields["SignedHeaders"].split(";")),
        fields["Signature"],
        head.headers.get("x-amz-security-token", ""),
        head.headers["x-amz-content-sha256"],
        None,
    )
    if abs(datetime.now(timezone.utc) - signed.moment) > LARGEST_SKEW:
        raise StorageError("RequestTimeTooSkewed", "The time of the request and the server's time differ too much.")
    return signed


def _from_query(head: Head) -> Signed:
    query = dict(head.query)
    access_key, scope = query["X-Amz-Credential"].split("/", 1)
    lifetime = int(query["X-Amz-Expires"])
    if query["X-Amz-Algorithm"] != ALGORITHM or not 0 < lifetime <= LONGEST_PRESIGNED:
        raise StorageError("AuthorizationQueryParametersError", "The signed address has wrong parameters.")
    date = query["X-Amz-Date"]
    moment = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    return Signed(
        access_key,
        _checked_scope(scope),
        date,
        tuple(query["X-Amz-SignedHeaders"].split(";")),
        query["X-Amz-Signature"],
        query.get("X-Amz-Security-Token", ""),
        head.headers.get("x-amz-content-sha256", UNSIGNED),
        moment + timedelta(seconds=lifetime),
    )


def _checked_scope(scope: str) -> str:
    if len(scope.split("/")) != 4 or not scope.endswith("/s3/aws4_request"):
        raise ValueError("The credential scope is malformed.")
    return scope


def verify(head: Head, signed: Signed, secret: str) -> None:
    """Checks the signature and that it covers the host and every ``x-amz-`` header. Raises StorageError."""
    unsigned = [name for name in head.headers if name.startswith("x-amz-") and name not in signed.headers]
    if signed.expires is not None:
        unsigned = [name for name in unsigned if name != "x-amz-content-sha256"]
    if unsigned or "host" not in signed.headers:
        raise StorageError("AccessDenied", "There were headers present in the request which were not signed.")
    expected = _signature(head, signed.headers, signed.payload, signed.date, signed.scope, secret)
    if not secrets.compare_digest(expected, signed.signature):
        raise StorageError("SignatureDoesNotMatch", "The signature does not match the request and the secret key.")


def signing_key(secret: str, scope: str) -> bytes:
    """The key of one day, region and service."""
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    return key


def sign(head: Head, access_key: str, secret: str) -> None:
    """Signs a request by header, its payload left out; all ``x-amz-`` headers are covered."""
    date = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{date[:8]}/us-east-1/s3/aws4_request"
    head.headers["x-amz-date"] = date
    head.headers["x-amz-content-sha256"] = UNSIGNED
    names = tuple(sorted(name for name in head.headers if name == "host" or name.startswith("x-amz-")))
    signature = _signature(head, names, UNSIGNED, date, scope, secret)
    head.headers["authorization"] = (
        f"{ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
    )


def presign(address: str, path: str, credentials: Credentials, now: datetime, seconds: int) -> str:
    """A signed address for a GET of ``path`` (unquoted) at ``address``, good from ``now`` on for ``seconds``."""
    date = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{date[:8]}/us-east-1/s3/aws4_request"
    query = [("X-Amz-Algorithm", ALGORITHM), ("X-Amz-Credential", f"{credentials.AccessKeyId}/{scope}"),
             ("X-Amz-Date", date), ("X-Amz-Expires", str(seconds)), ("X-Amz-SignedHeaders", "host"),
             ("X-Amz-Security-Token", credentials.SessionToken)]
    place = quote(path, safe="/-_.~")
    head = Head("GET", place, query, {"host": address.partition("://")[2]})
    made = _signature(head, ("host",), UNSIGNED, date, scope, credentials.SecretAccessKey)
    return f"{address}{place}?{urlencode([*query, ('X-Amz-Signature', made)], quote_via=quote)}"


def _signature(head: Head, names: tuple[str, ...], payload: str, date: str, scope: str, secret: str) -> str:
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in head.query if name != "X-Amz-Signature"
    )
    canonical = "\n".join([
        head.method,
        quote(unquote(head.path), safe="/-_.~"),
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{' '.join(head.headers.get(name, '').split())}" for name in names),
        "",
        ";".join(names),
        payload,
    ])  # fmt: skip
    text = "\n".join([ALGORITHM, date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    return _mac(signing_key(secret, scope), text).hex()


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()

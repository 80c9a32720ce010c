"""The one place that knows botocore: it signs requests to S3, which our own session sends.

botocore is looked for in the copy that the plugin carries and then among the installed libraries. What the user's
machine says about AWS (profiles, endpoints, keys in the environment) is left aside: a platform's storage has nothing
to do with it.
"""

from __future__ import annotations

import importlib
import ipaddress
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from ..errors import Kind, MissingLibrary, PlatformError, TransferFailed
from ..http.failures import scrub
from .control import REPEATED_BY_STORAGE
from .wire import Wire

RENEW_SECONDS = 600
MUST_RENEW_SECONDS = 60
EXPIRED_CODES = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidToken", "TokenRefreshRequired")
NOT_FOUND_CODES = ("404", "NoSuchKey", "NoSuchBucket", "NoSuchUpload")


@dataclass(frozen=True)
class S3Credentials:
    """Temporary credentials. ``expires`` with its time zone, by this machine's clock; None for ones that stay."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)
    expires: datetime | None = None


def library(name: str) -> Any:
    """A module of botocore, carried or installed. Raises :class:`MissingLibrary`."""
    try:
        return importlib.import_module(f"..._vendor.{name}", __package__)
    except ImportError as problem:
        if "_vendor" not in str(problem) and "beyond top-level" not in str(problem):
            raise
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise MissingLibrary("boto3") from None


class S3:
    """A bucket's service as a :class:`Wire` reaches it. ``credentials`` is asked again when they run out."""

    def __init__(self, credentials: Callable[[], S3Credentials], region: str, endpoint: str = "") -> None:
        self._ask = credentials
        self._region = region
        self._endpoint = endpoint or None
        self._lock = threading.Lock()
        self._current = threading.local()
        self._client: Any = None
        self._generation = 0

    def address(self, operation: str, **parameters: Any) -> str:
        """A signed address for one request, by the credentials of this moment."""
        return self.signed(operation, **parameters)[0]

    def signed(self, operation: str, **parameters: Any) -> tuple[str, int]:
        """A signed address and the generation of the credentials behind it, which :meth:`renew` takes."""
        client, generation = self._ready()
        return str(client.generate_presigned_url(operation, Params=parameters, ExpiresIn=3600)), generation

    def call(self, wire: Wire, operation: str, **parameters: Any) -> dict[str, Any]:
        """One operation of the service. Credentials that have run out early are renewed once."""
        for last in (False, True):
            client, generation = self._ready()
            self._current.wire = wire
            try:
                answer: dict[str, Any] = getattr(client, operation)(**parameters)
            except PlatformError:
                raise
            except library("botocore.exceptions").ClientError as problem:
                failure = client_failure(problem, str(self._endpoint or "S3"))
                if last or failure.kind is not Kind.ADDRESS_EXPIRED:
                    raise failure from None
                self.renew(generation)
            except library("botocore.exceptions").BotoCoreError as problem:
                facts = {"reason": type(problem).__name__}
                raise TransferFailed(Kind.STORAGE_REFUSED, facts=facts) from None
            else:
                return answer
            finally:
                self._current.wire = None
        raise TransferFailed(Kind.ADDRESS_EXPIRED)

    def pages(self, wire: Wire, operation: str, markers: dict[str, str], **parameters: Any) -> Iterator[dict[str, Any]]:
        """All pages of a list. ``markers`` says which member of an answer is which parameter of the next request."""
        while True:
            page = self.call(wire, operation, **parameters)
            yield page
            if not page.get("IsTruncated"):
                return
            parameters.update({parameter: page[member] for member, parameter in markers.items()})

    def renew(self, generation: int | None = None) -> None:
        """Ask for credentials anew, unless another thread has done so since ``generation``."""
        with self._lock:
            if generation is None or generation == self._generation:
                self._client = None

    def _ready(self) -> tuple[Any, int]:
        with self._lock:
            if self._client is None:
                self._client = self._make()
                self._generation += 1
            return self._client, self._generation

    def _make(self) -> Any:
        session = library("botocore.session").Session(session_vars=_nothing_of_this_machine())
        session._credentials = self._credentials()  # noqa: SLF001 - as boto3's documentation of assumed roles does
        client = session.create_client("s3", self._region, endpoint_url=self._endpoint, config=self._config())
        client.meta.events.register("before-send.s3", self._send)
        return client

    def _config(self) -> Any:
        config = library("botocore.config").Config
        options: dict[str, Any] = {
            "signature_version": "s3v4",
            "retries": {"total_max_attempts": 1},
            "s3": {"addressing_style": "path" if is_numbered(self._endpoint or "") else "auto"},
        }
        for name in ("request_checksum_calculation", "response_checksum_validation"):
            if name in config.OPTION_DEFAULTS:  # since botocore 1.36; not every storage knows the checksums
                options[name] = "when_required"
        return config(**options)

    def _credentials(self) -> Any:
        module = library("botocore.credentials")
        first = self._ask()
        if first.expires is None:
            return module.Credentials(first.access_key, first.secret_key, first.token or None)
        return module.RefreshableCredentials.create_from_metadata(
            _metadata(first), lambda: _metadata(self._ask()), "imagery-hub",
            advisory_timeout=RENEW_SECONDS, mandatory_timeout=MUST_RENEW_SECONDS,
        )

    def _send(self, request: Any, **_: Any) -> Any:
        """Send botocore's signed request by our own session: its proxies, certificates and stop apply."""
        wire: Wire = self._current.wire
        headers = {name: value.decode() if isinstance(value, bytes) else str(value)
                   for name, value in request.headers.items() if name.lower() not in ("content-length", "expect")}
        body = request.body.read() if hasattr(request.body, "read") else request.body
        data = body.encode() if isinstance(body, str) else body
        with wire.exchange(request.method, request.url, headers, data=data, accepted=range(100, 600)) as response:
            content = _Content(response.content)
        return library("botocore.awsrequest").AWSResponse(
            request.url, response.status_code, dict(response.headers), content)


class _Content:
    """An answer's body as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._content


def client_failure(problem: Any, storage: str) -> TransferFailed:
    """botocore's error without its text, which can show what was signed."""
    error, meta = problem.response.get("Error", {}), problem.response.get("ResponseMetadata", {})
    code, status = str(error.get("Code", "")), meta.get("HTTPStatusCode")
    if code in EXPIRED_CODES:
        kind = Kind.ADDRESS_EXPIRED
    elif code in NOT_FOUND_CODES or status == 404:
        kind = Kind.NOT_FOUND
    else:
        kind = Kind.SERVER_FAULT if status in REPEATED_BY_STORAGE else Kind.STORAGE_REFUSED
    facts = {"host": urlsplit(storage).hostname or storage, "code": code}
    words = scrub(str(error.get("Message", ""))) if code != "SignatureDoesNotMatch" else ""
    return TransferFailed(kind, facts=facts, status=status, request_id=str(meta.get("RequestId", "")), words=words)


def is_numbered(endpoint: str) -> bool:
    """Whether the service lives at a number or on this machine, where a bucket cannot be put before the name."""
    name = urlsplit(endpoint).hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost"
    return True


def _metadata(credentials: S3Credentials) -> dict[str, Any]:
    expires = credentials.expires or datetime.max.replace(tzinfo=timezone.utc)
    return {
        "access_key": credentials.access_key,
        "secret_key": credentials.secret_key,
        "token": credentials.token,
        "expiry_time": expires.isoformat(),
    }


def _nothing_of_this_machine() -> dict[str, tuple[None, None, Any, None]]:
    nowhere = {"config_file": os.devnull, "credentials_file": os.devnull, "profile": None,
               "ignore_configured_endpoint_urls": True, "use_fips_endpoint": False, "use_dualstack_endpoint": False}
    return {name: (None, None, value, None) for name, value in nowhere.items()}

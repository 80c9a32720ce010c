"""From what requests gives to the errors of this floor."""

from __future__ import annotations

import json
from typing import Any

import requests

from ..errors import ConnectionFailed, Kind, PlatformError, Refused, ServerFault

WORDS_LIMIT = 300
REQUEST_ID_HEADERS = ("x-request-id", "x-amzn-requestid", "x-amz-request-id", "x-correlation-id", "x-goog-request-id")
KINDS_BY_STATUS = {
    401: Kind.NOT_LOGGED_IN,
    403: Kind.FORBIDDEN,
    404: Kind.NOT_FOUND,
    409: Kind.CONFLICT,
    429: Kind.THROTTLED,
}


def from_exception(error: Exception, host: str) -> PlatformError:
    """A failure without an answer. The exception's own text is dropped: it can hold the whole signed address."""
    facts = {"host": host}
    if isinstance(error, requests.exceptions.ProxyError):
        return ConnectionFailed(Kind.PROXY, facts=facts)
    if isinstance(error, requests.exceptions.SSLError):
        return ConnectionFailed(Kind.CERTIFICATE, facts={**facts, "reason": certificate_reason(error)})
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return ConnectionFailed(Kind.UNREACHABLE, facts=facts)
    if isinstance(error, requests.exceptions.Timeout):
        return ConnectionFailed(Kind.TIMED_OUT, facts=facts)
    if isinstance(error, requests.exceptions.ConnectionError) and never_connected(error):
        return ConnectionFailed(Kind.UNREACHABLE, facts=facts)
    return ConnectionFailed(Kind.INTERRUPTED, facts=facts)


def never_connected(error: Exception) -> bool:
    """Whether the connection itself failed, so that no byte of the request can have been acted upon."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")


def certificate_reason(error: Exception) -> str:
    """The verifier's short reason ("self-signed certificate"), without addresses."""
    text = str(error)
    start = text.find("CERTIFICATE_VERIFY_FAILED]")
    if start < 0:
        return ""
    return text[start:].partition("]")[2].partition("(_ssl")[0].replace("certificate verify failed:", "").strip()


def from_response(response: requests.Response, host: str) -> PlatformError:
    """A failure with an answer of 300 or above."""
    status = response.status_code
    facts = {"host": host}
    if "retry-after" in response.headers:
        facts["retry_after"] = response.headers["retry-after"]
    words = platform_words(response)
    request_id = next((response.headers[name] for name in REQUEST_ID_HEADERS if name in response.headers), "")
    if status >= 500:
        return ServerFault(Kind.SERVER_FAULT, facts=facts, status=status, request_id=request_id, words=words)
    if status < 400:
        return ServerFault(Kind.BAD_ANSWER, facts=facts, status=status, request_id=request_id, words=words)
    kind = KINDS_BY_STATUS.get(status, Kind.REFUSED)
    return Refused(kind, facts=facts, status=status, request_id=request_id, words=words)


def platform_words(response: requests.Response) -> str:
    """What the platform said: ``detail`` or ``message``, else "field: messages" pairs, else the first of the text."""
    text = response.text
    try:
        body: Any = json.loads(text)
    except ValueError:
        return shorten(text) if "html" not in response.headers.get("content-type", "") else ""
    return shorten(words_of(body) or text)


def words_of(body: Any) -> str:
    """The readable part of a JSON error body."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return "; ".join(filter(None, (words_of(item) for item in body)))
    if not isinstance(body, dict):
        return ""
    for name in ("detail", "message", "error_description", "error", "title"):
        if isinstance(body.get(name), str):
            return str(body[name])
    pairs = ((name, words_of(value)) for name, value in body.items())
    return "; ".join(words if name == "non_field_errors" else f"{name}: {words}" for name, words in pairs if words)


def shorten(text: str) -> str:
    """One line of at most ``WORDS_LIMIT`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= WORDS_LIMIT else line[: WORDS_LIMIT - 1] + "…"

"""From what requests gives to the errors of this floor."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
import urllib3.exceptions

from ..errors import ConnectionFailed, Kind, PlatformError, Refused, ServerFault

WORDS_LIMIT = 300
REQUEST_ID_LIMIT = 100
ERROR_BODY_LIMIT = 64 * 1024
REQUEST_ID_HEADERS = ("x-request-id", "x-amzn-requestid", "x-amz-request-id", "x-correlation-id", "x-goog-request-id")
MESSAGES = ("detail", "title", "message", "error_description", "error")
UNNAMED = ("non_field_errors", "detail", "errors")
"""Members whose names tell nothing."""
SENT_IN = ("body", "query", "path")
KINDS_BY_STATUS = {
    401: Kind.NOT_LOGGED_IN,
    403: Kind.FORBIDDEN,
    404: Kind.NOT_FOUND,
    409: Kind.CONFLICT,
    429: Kind.THROTTLED,
}


def from_exception(error: Exception, host: str, left: bool) -> PlatformError:
    """A failure without an answer. ``left`` tells whether any of the request was sent.

    The exception's own text is dropped: it can hold the whole signed address. Its type is not enough to know what
    happened: older urllib3 calls every loss of a proxied connection a proxy error, and a TLS failure can come late.
    """
    facts = {"host": host}
    if left:
        return ConnectionFailed(Kind.TIMED_OUT if is_time_out(error) else Kind.INTERRUPTED, facts=facts)
    if isinstance(error, requests.exceptions.SSLError):
        return ConnectionFailed(Kind.CERTIFICATE, facts={**facts, "reason": certificate_reason(error)}, unsent=True)
    proxy = isinstance(error, (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError))
    return ConnectionFailed(Kind.PROXY if proxy else Kind.UNREACHABLE, facts=facts, unsent=True)


@contextmanager
def testing_the_key(**facts: str) -> Iterator[None]:
    """Around the request that shows whether a key is taken: there 403 says the same as 401 (notes of Picterra, section
    5; of Pixxel, section 2). ``facts`` are told with the refusal."""
    try:
        yield
    except Refused as error:
        if error.kind not in (Kind.NOT_LOGGED_IN, Kind.FORBIDDEN):
            raise
        raise Refused(
            Kind.NOT_LOGGED_IN, facts={**error.facts, **facts}, status=error.status, request_id=error.request_id,
            words=error.words,
        ) from None


def is_time_out(error: BaseException | None) -> bool:
    """Whether a failure comes from a time-out, which urllib3 wraps in others when it happens while sending. Before
    Python 3.10 a socket's is a class of its own."""
    for _ in range(5):
        if isinstance(error, (requests.exceptions.Timeout, TimeoutError, socket.timeout)):
            return True
        error = None if error is None else error.__cause__ or error.__context__
    return False


def certificate_reason(error: Exception) -> str:
    """The verifier's short reason ("self-signed certificate"), without addresses."""
    text = str(error)
    start = text.find("CERTIFICATE_VERIFY_FAILED]")
    if start < 0:
        return ""
    return text[start:].partition("]")[2].partition("(_ssl")[0].replace("certificate verify failed:", "").strip()


def from_response(response: requests.Response, host: str, secrets: Iterable[str] = ()) -> PlatformError:
    """A failure with an answer of 300 or above. ``secrets`` are taken out of the platform's words."""
    status = response.status_code
    facts = {"host": host}
    if "retry-after" in response.headers:
        facts["retry_after"] = shorten(response.headers["retry-after"])
    secrets = tuple(secrets)
    said, answer = platform_answer(response)
    words = scrub(said, secrets)
    request_id = request_id_of(response)
    if status >= 500:
        return ServerFault(Kind.SERVER_FAULT, facts=facts, status=status, request_id=request_id, words=words)
    if status < 400:
        facts["reason"] = "redirected"
        return ServerFault(Kind.BAD_ANSWER, facts=facts, status=status, request_id=request_id)
    kind = KINDS_BY_STATUS.get(status, Kind.REFUSED)
    return Refused(kind, facts=facts, status=status, request_id=request_id, words=words, answer=answer)


def request_id_of(response: requests.Response) -> str:
    """What the platform's support asks for."""
    found = next((response.headers[name] for name in REQUEST_ID_HEADERS if name in response.headers), "")
    return "".join(letter for letter in found if letter.isprintable())[:REQUEST_ID_LIMIT]


def beginning(response: requests.Response) -> bytes:
    """The first ``ERROR_BODY_LIMIT`` bytes of an answer; what was cut off is not worth a failure of its own."""
    try:
        return next(iter(response.iter_content(ERROR_BODY_LIMIT)), b"")
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError):
        return b""
    finally:
        response.close()


def platform_words(response: requests.Response) -> str:
    """What the platform said in words (:func:`words_of`). JSON without anything to read in it, as ``{}``, is none."""
    return platform_answer(response)[0]


def platform_answer(response: requests.Response) -> tuple[str, Any]:
    """What the platform said in words, and the JSON that it said it in; None for what is no JSON."""
    text = beginning(response).decode("utf-8", "replace")
    try:
        body: Any = json.loads(text)
    except (ValueError, RecursionError):
        kind = response.headers.get("content-type", "")
        torn = text.lstrip().startswith(("<", "{", "["))  # a page, or JSON that was cut in the middle
        return "" if "html" in kind or "xml" in kind or torn else text, None
    return words_of(body), body


def words_of(body: Any, depth: int = 4) -> str:
    """The readable part of a JSON error body: its message, a title with what it is about, else "field: messages"."""
    if isinstance(body, str):
        return body.strip()
    if isinstance(body, (int, float)) and not isinstance(body, bool):
        return str(body)
    if depth == 0:
        return ""
    if isinstance(body, list):
        return "; ".join(filter(None, (words_of(item, depth - 1) for item in body)))
    if not isinstance(body, dict):
        return ""
    inner = body.get("error")
    if isinstance(inner, dict) and len(body) == 1:  # an envelope, with more of it in its details (Pixxel)
        told = {name: value for name, value in inner.items() if name != "details"}
        said, more = words_of(told, depth - 1), words_of(inner.get("details"), depth - 1)
        return said if more in said else ": ".join(filter(None, (said, more)))
    if set(body) == {"field", "issue"}:
        return f"{words_of(body['field'], 1)}: {words_of(body['issue'], 1)}"
    if isinstance(body.get("msg"), str):  # a mistake and where it is; what was sent is not repeated (Pixel)
        found = body.get("loc")
        where = [str(one) for one in found if one not in SENT_IN] if isinstance(found, list) else []
        return ": ".join(filter(None, (".".join(where), body["msg"].strip())))
    for name in MESSAGES:
        if isinstance(body.get(name), str) and body[name].strip():
            about = words_of(body.get("errors"), depth - 1) if name == "title" else ""
            return ": ".join(filter(None, (str(body[name]).strip(), about)))
    pairs = ((name, words_of(value, depth - 1)) for name, value in body.items())
    return "; ".join(words if name in UNNAMED else f"{name}: {words}" for name, words in pairs if words)


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """One short line without the given secrets and without the query of any address in it."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "…")
    text = re.sub(r"(https?://[^\s\"'<>?]*)\?[^\s\"'<>]*", r"\1?…", text)
    text = re.sub(r"(https?://)[^\s/@\"'<>]*@", r"\1…@", text)
    return shorten(text)


def shorten(text: str) -> str:
    """One line of at most ``WORDS_LIMIT`` characters, without control characters."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= WORDS_LIMIT else line[: WORDS_LIMIT - 1] + "…"

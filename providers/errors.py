"""The small family of failures that leave this floor.

An error carries facts, never a sentence for the user: floor 2 (``core/messages``) turns kind and facts into a
translated sentence with what to do next. Nothing in an error may hold a secret or a signed address.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from enum import Enum
from typing import Any

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says where there is no room: on the disk, of the user's share of it, in a file."""


class Kind(Enum):
    """What went wrong, as far as the next step of the user depends on it."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    PROXY = "proxy"
    CERTIFICATE = "certificate"
    INTERRUPTED = "interrupted"
    NOT_LOGGED_IN = "not_logged_in"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    CONFLICT = "conflict"
    THROTTLED = "throttled"
    SERVER_FAULT = "server_fault"
    BAD_ANSWER = "bad_answer"
    STORAGE_REFUSED = "storage_refused"
    ADDRESS_EXPIRED = "address_expired"
    DAMAGED = "damaged"
    DISK = "disk"
    INPUT = "input"
    JOB_FAILED = "job_failed"
    OPEN_QUESTION = "open_question"
    CANCELLED = "cancelled"
    MISSING_LIBRARY = "missing_library"


class PlatformError(Exception):
    """A failure with its facts.

    ``facts`` are named values for the sentence (``file``, ``field``, ``seconds`` ...), ``status`` is the HTTP status,
    ``request_id`` what the platform's support asks for, ``words`` what the platform itself said, already shortened.
    ``unsent`` is True when nothing of the request can have reached the platform. ``answer`` is the JSON of a refusal,
    for those who look for which of many things it names; it is not shown or kept as it is.
    """

    def __init__(
        self,
        kind: Kind,
        *,
        facts: Mapping[str, str] | None = None,
        status: int | None = None,
        request_id: str = "",
        words: str = "",
        unsent: bool = False,
        answer: Any = None,
    ) -> None:
        self.kind = kind
        self.facts: dict[str, str] = dict(facts or {})
        self.status = status
        self.request_id = request_id
        self.words = words
        self.unsent = unsent
        self.answer = answer
        super().__init__(self._plain())

    def _plain(self) -> str:
        parts = [self.kind.value]
        if self.status is not None:
            parts.append(f"HTTP {self.status}")
        parts += [f"{name}={value}" for name, value in self.facts.items()]
        if self.words:
            parts.append(self.words)
        if self.request_id:
            parts.append(f"request {self.request_id}")
        return "; ".join(parts)


class ConnectionFailed(PlatformError):
    """Nothing, or nothing whole, came back: unreachable, timed out, proxy, certificate, interrupted."""


class Refused(PlatformError):
    """The platform answered and said no: a 4xx status."""


class ServerFault(PlatformError):
    """The platform answered with a 5xx status, or with something that is not what its contract says."""


class TransferFailed(PlatformError):
    """Bytes could not be moved or did not arrive as they left: storage, expiry, damage, disk."""


class InputProblem(PlatformError):
    """What the caller gave cannot be sent; known before anything was sent. ``facts['problem']`` names it."""

    def __init__(self, problem: str, **facts: str) -> None:
        super().__init__(Kind.INPUT, facts={"problem": problem, **facts}, unsent=True)


class JobFailed(PlatformError):
    """The platform's own job ended in failure."""


class OpenQuestion(PlatformError):
    """A request was begun, and its answer did not come or was not noted; whether it took effect is not known.

    ``facts['step']`` names the step. It is never repeated silently: look on the platform and adopt, or ask.
    """


class Cancelled(PlatformError):
    """The user, or the program on its way out, asked to stop.

    Usually noticed between requests; ``unsent`` is False where one was under way.
    """

    def __init__(self, unsent: bool = True) -> None:
        super().__init__(Kind.CANCELLED, unsent=unsent)


class MissingLibrary(PlatformError):
    """An optional library is not installed. ``facts['library']`` names it."""

    def __init__(self, library: str) -> None:
        super().__init__(Kind.MISSING_LIBRARY, facts={"library": library}, unsent=True)

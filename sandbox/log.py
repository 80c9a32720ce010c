"""One request log for all platforms, kept in memory and free of secrets."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice

LONGEST_LOG = 500_000
_SECRET_SEGMENT = re.compile(r"^(/tiles/)[^/]+")
_SECRET_QUERY = re.compile(r"(?i)((?:x-)?(?:signature|token|key|password|secret)=)[^&]*")


@dataclass
class Entry:
    """One request, as it was answered. ``status`` 0 means that the connection was cut before an answer."""

    number: int
    started: float
    method: str
    path: str
    platform: str | None = None
    operation: str | None = None
    status: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    seconds: float = 0.0
    actor: str | None = None
    test: str | None = None
    account: str | None = None
    user_agent: str = ""
    flags: list[str] = field(default_factory=list)
    detail: str | None = None

    def flag(self, name: str) -> None:
        """Note something remarkable, once."""
        if name not in self.flags:
            self.flags.append(name)


def without_secrets(path: str, query: str) -> str:
    """The address of a request with tokens and signatures replaced by ``***``."""
    shown = _SECRET_SEGMENT.sub(r"\1***", path)
    return shown + ("?" + _SECRET_QUERY.sub(r"\1***", query) if query else "")


class RequestLog:
    """Entries in the order of their arrival; the actor and test of the moment are written into each."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=LONGEST_LOG)
        self._count = 0
        self.actor: str | None = None
        self.test: str | None = None

    def start(self, method: str, path: str, query: str, user_agent: str) -> Entry:
        """Write down that a request arrived."""
        self._count += 1
        entry = Entry(self._count, time.time(), method, without_secrets(path, query), actor=self.actor, test=self.test,
                      user_agent=user_agent)
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forget all entries; numbers go on."""
        self._entries.clear()

    def select(self, *, operation: str | None = None, actor: str | None = None, test: str | None = None,
               status: int | None = None, flag: str | None = None, after: int = 0) -> Iterator[dict[str, object]]:
        """Entries that match everything given; ``after`` is an entry number."""
        older = min(max(0, after - (self._count - len(self._entries))), len(self._entries))
        for entry in list(islice(self._entries, older, None)):
            if operation is not None and entry.operation != operation:
                continue
            if actor is not None and entry.actor != actor:
                continue
            if test is not None and entry.test != test:
                continue
            if status is not None and entry.status != status:
                continue
            if flag is not None and flag not in entry.flags:
                continue
            yield asdict(entry)

    @property
    def last(self) -> int:
        """Number of the newest entry."""
        return self._count

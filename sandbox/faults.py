"""Trouble on demand, chosen by operation id or by a pattern of the path.

Kinds:

==============  =====================================================================================================
``delay``       wait ``seconds`` before anything else
``status``      answer ``status`` (429 with ``retry_after`` when given, 500, 502, 503 ...) without doing the work, and
                with ``words`` where those are given
``lost``        do the work, then answer ``status``: the effect is there, the client cannot know
``cut``         cut the connection without doing the work
``lost_cut``    do the work, then cut the connection instead of answering
``cut_answer``  cut the connection after ``fraction`` of the answer's body, the announced length unreached
``cut_upload``  cut the connection when ``bytes`` of the request's body have arrived
``truncate``    send only ``fraction`` of the answer as if it were whole: JSON that ends in the middle
``malformed``   send ``body`` instead of the JSON, with the right status
``slow_answer`` send the answer at ``bytes_per_second``
``slow_upload`` read the request at ``bytes_per_second``
``expired``     a signed address: answered as if it had expired
``revoke_key``  the key of this request is refused from now on
==============  =====================================================================================================

The operation ``storage``, to be named, is the S3 storage (``path`` is ``/bucket/key``), with ``delay``, ``status``,
``lost``, ``cut``, ``lost_cut``, ``cut_answer``, ``slow_answer``, ``slow_upload``, and ``expired``, which ends the
credentials of the request for good.

``after`` lets that many matching requests pass first, ``count`` is how many are hit (0: all). ``since`` names an
operation, before which none is hit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any

KINDS = ("delay", "status", "lost", "cut", "lost_cut", "cut_answer", "cut_upload", "truncate", "malformed",
         "slow_answer", "slow_upload", "expired", "revoke_key")
STORAGE = "storage"
UNDOING = ("status", "cut", "expired", "revoke_key")
"""Kinds that keep the request from being carried out."""


@dataclass
class Fault:
    """One kind of trouble for the requests that match."""

    kind: str
    operation: str | None = None
    path: str | None = None
    method: str | None = None
    count: int = 1
    after: int = 0
    since: str | None = None
    seconds: float = 1.0
    status: int = 500
    retry_after: int | None = None
    fraction: float = 0.5
    bytes: int = 0
    bytes_per_second: float = 1000.0
    words: str = ""
    body: str = "<html><body>Bad gateway</body></html>"
    id: int = 0
    hits: int = field(default=0)
    passed: int = field(default=0)

    def waits(self, operation: str | None) -> bool:
        """Whether the operation that it waits for has not been asked before this one."""
        waiting = self.since is not None
        if operation == self.since:
            self.since = None
        return waiting

    def matches(self, operation: str | None, method: str, path: str) -> bool:
        """Whether a request is meant: every criterion given must fit; none given means every request to a platform."""
        if self.operation != operation and (self.operation is not None or operation == STORAGE):
            return False
        if self.method is not None and self.method.upper() != method:
            return False
        return self.path is None or re.search(self.path, path) is not None

    @property
    def used_up(self) -> bool:
        """Whether it has hit as often as asked."""
        return self.count > 0 and self.hits >= self.count


class Faults:
    """The trouble that is switched on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._next = 1

    def add(self, description: dict[str, Any]) -> Fault:
        """Switch one on; raises ``ValueError`` for an unknown kind, name, or pattern."""
        known = {one.name for one in fields(Fault)} - {"id", "hits", "passed"}
        unknown = set(description) - known
        if unknown:
            raise ValueError(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(sorted(known))}.")
        if description.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}.")
        if description.get("path") is not None:
            try:
                re.compile(description["path"])
            except re.error as error:
                raise ValueError(f"path is no regular expression: {error}.") from error
        fault = Fault(**description)
        fault.id = self._next
        self._next += 1
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Switch all off."""
        self._faults.clear()

    def all(self) -> list[Fault]:
        """What was switched on, with the number of hits."""
        return list(self._faults)

    def take(self, operation: str | None, method: str, path: str) -> Fault | None:
        """The fault for a request, counted; None when it may go on undisturbed."""
        for fault in [one for one in self._faults if not one.waits(operation)]:
            if fault.used_up or not fault.matches(operation, method, path):
                continue
            if fault.passed < fault.after:
                fault.passed += 1
                continue
            fault.hits += 1
            return fault
        return None

"""The journal of a job that several processes may want: only the one that has the job takes steps."""

from __future__ import annotations

import json
from typing import Any

from ...providers.errors import Cancelled
from ...providers.journal import SqliteJournal
from . import owner


class OwnedJournal(SqliteJournal):
    """In the file of the job store, beside the table ``job``.

    A process that slept hears from its heartbeat that another one took the job over, but not at once. Until then it
    must begin nothing, nor take back what the other one has begun. An answer that comes late is kept all the same.

    A user's answer holds for the attempt that asked: a run that takes the job up withdraws the question, and one that
    comes to the same question again ends at another time.
    """

    def begin(self, name: str, value: Any = None) -> None:
        """As in the journal. Raises :class:`Cancelled` when the job is not this process's any more."""
        if not self._change(
            "INSERT INTO step (job, name, done, value) SELECT ?, ?, 0, ?"
            " WHERE EXISTS (SELECT 1 FROM job WHERE id = ? AND owner = ?)"
            " ON CONFLICT (job, name) DO UPDATE SET done = excluded.done, value = excluded.value",
            self._job, name, json.dumps(value), self._job, owner.me(),
        ):
            raise Cancelled

    def forget(self, name: str) -> None:
        self._change(
            "DELETE FROM step WHERE job = ? AND name = ? AND EXISTS (SELECT 1 FROM job WHERE id = ? AND owner = ?)",
            self._job, name, self._job, owner.me(),
        )

    def finish_for_user(self, name: str, value: Any, attempt: float) -> bool:
        """Note what a step gave that the user found done. False when the question of that attempt is not open now."""
        return bool(self._change(
            "UPDATE step SET done = 1, value = ? WHERE job = ? AND name = ? AND done = 0"
            " AND EXISTS (SELECT 1 FROM job WHERE id = ? AND question = ? AND ended = ?)",
            json.dumps(value), self._job, name, self._job, name, attempt,
        ))

    def forget_for_user(self, name: str, attempt: float) -> bool:
        """Take a step back that the user wants taken again. False when the question of that attempt is not open now."""
        return bool(self._change(
            "DELETE FROM step WHERE job = ? AND name = ? AND done = 0"
            " AND EXISTS (SELECT 1 FROM job WHERE id = ? AND question = ? AND ended = ?)",
            self._job, name, self._job, name, attempt,
        ))

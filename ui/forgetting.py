"""What goes with a connection that is logged out of or removed: names and ids from its lists that were remembered.

What the user said (dates, tags, filters) stays; so do jobs and the last pushes of annotations: they tell what was done.
"""

from __future__ import annotations

from typing import Any

from ..core import connections
from ..core.sessions import sessions

Key = tuple[str, str]


class ForgettingService:
    """Forgets at log out, and when a connection is there no more."""

    def __init__(self, desk: Any) -> None:
        self._known = _present()
        self._sessions = sessions()
        self._sessions.closed.connect(self._closed)
        connections.signals.changed.connect(self._changed)

    def _closed(self, platform: str, connection: str) -> None:
        if self._sessions.is_logged_out(platform, connection):
            forget(platform, connection)

    def _changed(self) -> None:
        before, self._known = self._known, _present()
        for key in before - self._known:
            forget(*key)

    def remove(self) -> None:
        """Take everything back."""
        self._sessions.closed.disconnect(self._closed)
        connections.signals.changed.disconnect(self._changed)


def forget(platform: str, connection: str) -> None:
    """Forget what was remembered from the lists of this connection."""
    from .annotations import dialog
    from .choices import memory
    from .push import memory as pushes
    from .push.plan import plan_of

    memory.forget(platform, connection)
    dialog.forget(platform, connection)
    plan = plan_of(platform)
    if plan is not None:
        pushes.forget_target(plan, connection)


def _present() -> set[Key]:
    return {(one.platform, one.name) for one in connections.saved()}

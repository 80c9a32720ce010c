"""One open platform object per connection, shared by all docks, the Browser and what else reads.

    errand = sessions().run(platform_key, connection, do, done, failed)    # on the main thread

``do(platform, work)`` runs in a background thread with what ``providers/<key>/provider.connect`` gave and a
``providers.work.Work`` that is cancelled with the errand; ``done`` and ``failed`` are called on the main thread
afterwards, never before ``run`` returns. An empty connection name means the
environment. The first ``run`` of a connection reads its secret, which may ask for QGIS's master password: call it
because the user did something, not by yourself (``is_open`` tells whether it would ask).

    sessions().log_out(platform_key, connection)     # closed, secrets forgotten; ``run`` fails with LoggedOut
    sessions().log_in(platform_key, connection)      # until this; sends nothing
    sessions().closed                                # signal(platform key, connection): forget what came from it
    sessions().opened                                # signal(platform key, connection): it can be read (again)

A session is closed on log out, when its connection was changed or removed, and on unload. What is under way for it is
cancelled then, and late answers are dropped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakSet

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..providers.work import Work
from . import connections, log
from .background import Background, Errand, at_once, background
from .connections import Connection, Credentials
from .problems import Problem
from .shared import Shared
from .translation import tr

Result = TypeVar("Result")
Key = tuple[str, str]


class LoggedOut(Problem):
    """The user logged out of this connection and did not log in again."""


class _Session:
    """One connection's platform object, made in the background when it is first needed."""

    def __init__(self, credentials: Credentials, connection: Connection | None) -> None:
        self.connection = connection
        self.errands: WeakSet[Errand[Any]] = WeakSet()
        self._credentials: Credentials | None = credentials
        self._platform: Any = None
        self._lock = threading.Lock()

    def platform(self) -> Any:
        """The open platform. Not for the main thread."""
        with self._lock:
            if self._platform is None:
                if self._credentials is None:
                    raise LoggedOut(_logged_out_words())
                self._platform = self._credentials.connect()
                self._credentials = None
            return self._platform

    def drop(self) -> None:
        """Drop what is under way."""
        for errand in list(self.errands):
            errand.cancel()

    def close(self) -> None:
        """Give connections and threads back, and forget the secret."""
        with self._lock:
            self._credentials = None
            platform, self._platform = self._platform, None
        if platform is not None:
            platform.close()


class Sessions(QObject):
    """Main thread only."""

    closed = pyqtSignal(str, str)
    opened = pyqtSignal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._sessions: dict[Key, _Session] = {}
        self._logged_out: set[Key] = set()
        self._gathering = False
        connections.signals.changed.connect(self._look)
        connections.signals.secret_changed.connect(self._forget_secret)

    def is_open(self, platform_key: str, connection: str) -> bool:
        """Whether ``run`` asks for nothing: the secret was read already."""
        return (platform_key, connection) in self._sessions

    def is_logged_out(self, platform_key: str, connection: str) -> bool:
        """Whether the user logged out and did not log in again."""
        return (platform_key, connection) in self._logged_out

    def run(
        self,
        platform_key: str,
        connection: str,
        do: Callable[[Any, Work], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        pool: Background | None = None,
    ) -> Errand[Result]:
        """Do something with the platform in the background, see the module."""
        key = (platform_key, connection)
        try:
            session = self._session(key)
        except Exception as error:  # told like any other failure
            return _failing(error, failed)
        errand = (pool or background()).run(
            lambda errand: do(session.platform(), Work(cancelled=lambda: errand.cancelled)), done, failed
        )
        session.errands.add(errand)
        return errand

    def run_at_once(
        self,
        platform_key: str,
        connection: str,
        do: Callable[[Any, Work], Result],
        done: Callable[[Result], None],
        failed: Callable[[Exception], None],
    ) -> Errand[Result]:
        """The same in a thread of its own, for what many connections are asked together."""
        return self.run(platform_key, connection, do, done, failed, at_once())

    def opener(self, platform_key: str, connection: str) -> Callable[[], Any]:
        """What gives the open platform in a thread that is not ours; it raises :class:`LoggedOut` after a log out. The
        secret is read now, as by :meth:`run`; what goes wrong with it is raised here."""
        return self._session((platform_key, connection)).platform

    def _session(self, key: Key) -> _Session:
        if key in self._logged_out:
            raise LoggedOut(_logged_out_words())
        if key not in self._sessions:
            if self._gathering:  # the question for the master password is open
                raise Problem(tr("QGIS is waiting for its master password. Enter it, then try again."))
            self._gathering = True
            try:
                known = connections.get(key[1]) if key[1] else None
                self._sessions[key] = _Session(connections.credentials(*key), known)
            finally:
                self._gathering = False
            self.opened.emit(*key)
        return self._sessions[key]

    def log_out(self, platform_key: str, connection: str) -> None:
        """Close the session and forget its secrets; nothing is fetched until :meth:`log_in`."""
        self._logged_out.add((platform_key, connection))
        self._close((platform_key, connection))

    def log_in(self, platform_key: str, connection: str) -> None:
        """Let it be used again. Sends nothing."""
        self._logged_out.discard((platform_key, connection))
        self.opened.emit(platform_key, connection)

    def _look(self) -> None:
        """Close the sessions of connections that were changed or removed."""
        saved = {(one.platform, one.name): one for one in connections.saved()}
        for key, session in list(self._sessions.items()):
            if session.connection is not None and saved.get(key) != session.connection:
                self._close(key)
        self._logged_out = {key for key in self._logged_out if not key[1] or key in saved}

    def _forget_secret(self, name: str) -> None:
        """Close the sessions that were opened with the secret from before."""
        for key in [key for key in self._sessions if key[1] == name]:
            self._close(key)

    def _close(self, key: Key) -> None:
        session = self._sessions.pop(key, None)
        if session is not None:
            session.drop()
            background().run(lambda errand: session.close())
        self.closed.emit(*key)

    def close(self) -> None:
        """Close all of them, for unloading."""
        connections.signals.changed.disconnect(self._look)
        connections.signals.secret_changed.disconnect(self._forget_secret)
        for key, session in list(self._sessions.items()):
            session.drop()
            session.close()  # here and now: the pool of threads is closed next
            self.closed.emit(*key)
        self._sessions.clear()


def _failing(error: Exception, failed: Callable[[Exception], None] | None) -> Errand[Any]:
    def fail(errand: Errand[Any]) -> Any:
        raise error

    return background().run(fail, None, failed or log.unexpected)


def _logged_out_words() -> str:
    return tr("You are logged out of this connection. Log in to see what it holds.")


#: The sessions of this QGIS, made when first used. Main thread only.
sessions = Shared(Sessions)
#: Close all sessions.
close = sessions.close

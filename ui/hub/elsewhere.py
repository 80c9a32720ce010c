"""Jobs that end in another QGIS or in ``qgis_process`` with the same profile: what they changed is to be seen too."""

from __future__ import annotations

import time

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core import log
from ...core.background import Errand, background
from ...core.jobs import JobRecord, State, job_store
from ...core.jobs.owner import me
from ...core.own_algorithms import registered
from ...core.poller import poller

SECONDS = 5.0
Version = tuple[int, int]


class Elsewhere(QObject):
    """``made`` as in ``core.changes``: platform key, name of the connection, name of the algorithm. It looks only while
    it is watching, in the background."""

    made = pyqtSignal(str, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._version: Version | None = None
        self._since = time.time()
        self._errand: Errand[tuple[Version, list[JobRecord]]] | None = None
        self._visit = self.look
        self._watching = False

    def watch(self, watching: bool) -> None:
        """Begin or stop to look."""
        if watching == self._watching:
            return
        self._watching = watching
        if watching:
            poller().add(self._visit, SECONDS)
        else:
            poller().remove(self._visit)

    def look(self) -> None:
        """Look now."""
        if self._errand is None or self._errand.ended.is_set():
            version, since = self._version, self._since
            self._errand = background().run(lambda errand: _read(version, since), self._take, log.unexpected)

    def _take(self, found: tuple[Version, list[JobRecord]]) -> None:
        self._version, records = found
        for record in records:
            self._since = max(self._since, record.ended or 0.0)
            algorithm = registered(record.algorithm)
            platform = getattr(algorithm, "platform_key", "")
            if platform:
                connection = str(record.parameters.get("CONNECTION") or "")
                self.made.emit(platform, connection, record.algorithm.partition(":")[2])


def _read(version: Version | None, since: float) -> tuple[Version, list[JobRecord]]:
    store = job_store()
    now = store.version()
    if now == version:
        return now, []
    done = store.all((State.DONE,)) if version is not None else []
    return now, [one for one in done if one.owner != me() and (one.ended or 0.0) > since]

"""What the message bar says of jobs: one item while they run, one when they ended, one after a start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, QTimer

from ..core.job_events import events
from ..core.undoing import Undo, undoing

if TYPE_CHECKING:
    from .desk import Desk
    from .jobs.notices import JobNotices

#: After that time QGIS has started, however slowly, and shows its window.
START_MILLISECONDS = 3000


class JobMessages(QObject):
    """Registered at start and therefore light: the notices are made when the first job begins or is found."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._notices: JobNotices | None = None
        self._errand: Any = None
        events.changed.connect(self._something_began)
        undoing.offered.connect(self._can_be_undone)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look_for_unfinished)
        self._timer.start(START_MILLISECONDS)

    def _made(self) -> JobNotices:
        from .jobs.notices import JobNotices

        if self._notices is None:
            self._notices = JobNotices(self._desk)
        return self._notices

    def _something_began(self) -> None:
        self._made().look()

    def _can_be_undone(self, undo: Undo) -> None:
        self._made().offer_undo(undo)

    def _look_for_unfinished(self) -> None:
        """In the background, without network and master password. A profile that never had a job is left alone."""
        from ..core import log
        from ..core.background import background
        from ..core.jobs import recovery
        from ..core.jobs.store import job_store, store_path

        def look(errand: Any) -> Any:
            return recovery.waiting_for_the_user(job_store()) if store_path().exists() else []

        def show(records: Any) -> None:
            if records:
                self._made().unfinished(records)

        self._errand = background().run(look, show, log.unexpected)

    def remove(self) -> None:
        """Take everything back."""
        self._timer.stop()
        events.changed.disconnect(self._something_began)
        undoing.offered.disconnect(self._can_be_undone)
        if self._errand is not None:
            self._errand.cancel()
        if self._notices is not None:
            self._notices.remove()
            self._notices = None
        dock = self._desk.built("jobs")
        if dock is not None:
            dock.close_down()

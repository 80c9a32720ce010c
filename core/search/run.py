"""A search as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...providers.search import Query
from .lane import BATCH, Found, Lane, LaneState, Runner


class SearchRun(QObject):
    """Main thread only. ``arrived`` carries a list of :class:`Found`, ``changed`` comes after each change of a lane.

    A later search is another object: late answers of this one cannot mix with it once it was stopped.
    """

    arrived = pyqtSignal(list)
    changed = pyqtSignal()

    def __init__(self, queries: Mapping[tuple[str, str], Query], run: Runner, parent: QObject | None = None) -> None:
        """``queries`` by platform key and name of the connection; ``run`` is ``core.sessions.Sessions.run_at_once``: in
        a line of errands, slow connections would hold the others up."""
        super().__init__(parent)
        self.lanes = [Lane(*key, query, run, self._told) for key, query in queries.items()]
        self._muted = False

    def _told(self, lane: Lane, found: list[Found]) -> None:
        if self._muted or lane not in self.lanes:
            return
        if found:
            self.arrived.emit(found)
        self.changed.emit()

    def start(self) -> None:
        """Ask all connections."""
        self.proceed()

    def proceed(self, batch: int | None = BATCH) -> None:
        """Go on with all that have more; those that failed have to be asked again one by one."""
        for lane in self.lanes:
            if lane.more:
                lane.proceed(batch)

    def stop(self) -> None:
        """Drop what is under way."""
        for lane in self.lanes:
            lane.stop()

    def drop(self, platform: str, connection: str) -> bool:
        """Forget a connection, whose secrets were forgotten or changed; whether it was asked."""
        gone = [one for one in self.lanes if (one.platform, one.connection) == (platform, connection)]
        for lane in gone:
            self.lanes.remove(lane)
            lane.stop()
        if gone:
            self.changed.emit()
        return bool(gone)

    def close(self) -> None:
        """Stop and say nothing any more."""
        self._muted = True
        self.stop()

    @property
    def asking(self) -> bool:
        """Whether any connection is being asked."""
        return any(lane.state is LaneState.ASKING for lane in self.lanes)

    @property
    def more(self) -> bool:
        """Whether any connection has more."""
        return any(lane.more for lane in self.lanes)

    @property
    def slow(self) -> list[Lane]:
        """The connections that are being asked and gave nothing for a while."""
        return [lane for lane in self.lanes if lane.slow]

    @property
    def held_up(self) -> bool:
        """Whether only slow connections are being asked: what else there is can be had without them."""
        asked = [lane for lane in self.lanes if lane.state is LaneState.ASKING]
        return bool(asked) and all(lane.slow for lane in asked)

    @property
    def failed(self) -> list[Lane]:
        """The connections that failed."""
        return [lane for lane in self.lanes if lane.state is LaneState.FAILED]

    @property
    def looked(self) -> int:
        """How many images the platforms have given."""
        return sum(lane.looked for lane in self.lanes)

    @property
    def elsewhere(self) -> int:
        """How many lie outside the area."""
        return sum(lane.elsewhere for lane in self.lanes)

    @property
    def unplaced(self) -> int:
        """How many were left out because their place is not known."""
        return sum(lane.unplaced for lane in self.lanes)

    @property
    def withheld(self) -> int:
        """How many the platforms give no way to."""
        return sum(lane.withheld for lane in self.lanes)

    @property
    def total(self) -> int | None:
        """How many the platforms say to have; None as long as one does not say."""
        return _sum(lane.total for lane in self.lanes)


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return None if None in known else sum(one for one in known if one is not None)

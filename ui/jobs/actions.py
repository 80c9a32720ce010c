"""What can be done with a job, by its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QIcon

from ...core.jobs import JobRecord, State
from ...core.jobs.progress import Shown
from ...core.translation import tr
from . import results
from .words import algorithm_of, is_here

PAUSE, GO_ON, RETRY, ANSWER, CANCEL, FOLLOW_NO_MORE = "pause", "continue", "retry", "answer", "cancel", "follow no more"
ADD, OPEN, REMOVE = "add", "open", "remove"


@dataclass(frozen=True)
class Deed:
    """One thing to do: what its button says, and what happens."""

    key: str
    title: Callable[[], str]
    tip: Callable[[], str]
    picture: str

    def icon(self) -> QIcon:
        """A picture of QGIS's own."""
        return QgsApplication.getThemeIcon(f"/{self.picture}.svg")


DEEDS: dict[str, Deed] = {
    one.key: one
    for one in (
        Deed(PAUSE, lambda: tr("Pause"), lambda: tr("Let it stand still; what was sent or fetched is kept"),
             "temporal_navigation/pause"),
        Deed(GO_ON, lambda: tr("Continue"), lambda: tr("Go on after the last step that is known to be done"),
             "mActionPlay"),
        Deed(RETRY, lambda: tr("Retry"), lambda: tr("Try again from the step that failed; the others stay"),
             "mActionRefresh"),
        Deed(ANSWER, lambda: tr("Answer…"), lambda: tr("Say whether the platform took the step that is in doubt"),
             "mActionHelpContents"),
        Deed(CANCEL, lambda: tr("Cancel"), lambda: tr("Stop it; it can be continued later"), "mTaskCancel"),
        Deed(FOLLOW_NO_MORE, lambda: tr("Stop Following"),
             lambda: tr("The platform goes on with its part, and what costs is charged. Continue to follow it again"),
             "mTaskCancel"),
        Deed(ADD, lambda: tr("Add Result to Map"), lambda: tr("Add the layers that it made to the map"),
             "mActionAddLayer"),
        Deed(OPEN, lambda: tr("Open…"), lambda: tr("Open the algorithm with the same parameters"),
             "processingAlgorithm"),
        Deed(REMOVE, lambda: tr("Remove"), lambda: tr("Take it off this list (Del)"), "mActionDeleteSelected"),
    )
}


def deeds(record: JobRecord, shown: Shown) -> list[str]:
    """What fits a job now, the first first."""
    if record.state is State.RUNNING:
        stop = FOLLOW_NO_MORE if metadata(record, "goes_on", False) else CANCEL
        first = [] if is_brief(record) else [GO_ON if shown.paused else PAUSE]
        return [*first, stop]
    if record.state is State.WAITING:
        return [CANCEL] if is_here(record) else []
    if record.state is State.DONE:
        return [*([ADD] if results.layers_of(record) else []), OPEN, REMOVE]
    if record.question:
        return [ANSWER, OPEN, REMOVE]
    if record.obstacle and not is_here(record):
        return [OPEN, REMOVE]
    return [RETRY if record.state is State.FAILED else GO_ON, OPEN, REMOVE]


def is_brief(record: JobRecord) -> bool:
    """Whether the job has no journal: it takes one request, and is run again as a whole."""
    return not metadata(record, "journaled", True)


def metadata(record: JobRecord, name: str, otherwise: Any) -> Any:
    """What the job's algorithm says of itself."""
    return getattr(algorithm_of(record), name, otherwise)

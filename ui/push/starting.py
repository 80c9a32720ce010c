"""From rows to jobs: each raster one, so that one alone can be stopped, retried and continued."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QObject, QTimer

from ...core import messages
from ...core.secrets import SecretsLocked
from .. import operations
from . import pushed
from .plan import PushPlan
from .rows import Row

CONNECTION = "CONNECTION"


def parameters_of(row: Row, plan: PushPlan, connection: str, target: str) -> dict[str, Any]:
    """The algorithm's parameters for a row; what was not told is left out."""
    told = {name: value for name, value in row.values.items() if value not in (None, "")}
    named = {CONNECTION: connection, plan.file: str(row.source.path), plan.name: row.name.strip(), **told}
    return {**named, plan.target: target} if target else named


class Starter(QObject):
    """Starts one row in each round of the event loop; how many run at once is the runner's business.

    ``ended`` is called with the rows that were started. A row that was refused says why. When the keys stay locked
    nothing more is tried.
    """

    def __init__(
        self, plan: PushPlan, connection: str, target: str, ended: Callable[[list[Row]], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._plan, self._connection, self._target = plan, connection, target
        self._ended = ended
        self._left: list[Row] = []
        self._started: list[Row] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._next)

    def start(self, rows: list[Row]) -> None:
        """Begin."""
        self._left = list(rows)
        self._timer.start(0)

    def _next(self) -> None:
        if not self._left:
            self._timer.stop()
            self._ended(self._started)
            return
        row = self._left.pop(0)
        try:
            parameters = parameters_of(row, self._plan, self._connection, self._target)
            job = operations.start(self._plan.algorithm, parameters)
            self._started.append(row)
            if row.source.layer:
                pushed.follow(job, row.source.layer, self._plan, self._connection)
        except Exception as error:  # shown in the row
            row.refusal = messages.sentence(error)
            if isinstance(error, SecretsLocked):
                self._left.clear()

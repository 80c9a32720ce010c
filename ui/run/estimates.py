"""What running on each raster would cost, as the platform's own algorithm estimates it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core import messages
from ...core.background import Errand
from ..password_refusal import PasswordRefusal
from ..queries import ask
from .plan import RunPlan


@dataclass(frozen=True)
class Estimate:
    """Of one raster: ``size`` None when it is not known; ``charged`` None while it is asked for or when it failed.
    ``least`` and ``most``: between which the charge lies, ``most`` None when nothing tells."""

    size: float | None = None
    charged: float | None = None
    least: float = 0.0
    most: float | None = None
    problem: str = ""


class Estimates(QObject):
    """Keeps an estimate for each raster; ``changed`` comes when one arrives. Others are asked for anew by ``want``."""

    changed = pyqtSignal()

    def __init__(self, plan: RunPlan, parent: QObject) -> None:
        super().__init__(parent)
        self._plan = plan
        self._asked: tuple[str, str] = ("", "")
        self._refusal = PasswordRefusal()
        self._refused = False
        self.found: dict[str, Estimate] = {}
        self._errands: dict[str, Errand[dict[str, Any]]] = {}

    def want(self, items: list[str], connection: str, areas: str) -> None:
        """Ask for those that are not known yet; with another connection or other areas all are unknown. After QGIS's
        master password was refused nothing is asked for until it was given elsewhere, then all is."""
        given = self._refused and self._refusal.of(connection) is None
        if (connection, areas) != self._asked or given:
            self.stop()
            self.found.clear()
            self._asked = (connection, areas)
        for item in items:
            if item not in self.found and item not in self._errands:
                self._ask(item, connection, areas)
        self._refused = self._refusal.of(connection) is not None

    def _ask(self, item: str, connection: str, areas: str) -> None:
        refused = self._refusal.of(connection)
        if refused is not None:
            self._failed(item)(refused)
            return
        parameters = {"CONNECTION": connection, self._plan.item: item}
        if areas:
            parameters[self._plan.areas] = areas
        try:
            self._errands[item] = ask(self._plan.estimate, parameters, self._arrived(item), self._failed(item))
        except Exception as error:  # shown beside the raster
            self._refusal.note(connection, error)
            self._failed(item)(error)

    def _arrived(self, item: str) -> Callable[[dict[str, Any]], None]:
        plan = self._plan

        def keep(outputs: dict[str, Any]) -> None:
            size, charged, least, most = (
                None if value is None else float(value)
                for value in map(outputs.get, (plan.size, plan.charged, plan.least, plan.most))
            )
            self._note(item, Estimate(size, charged, least or 0.0, most))

        return keep

    def _failed(self, item: str) -> Callable[[Exception], None]:
        return lambda error: self._note(item, Estimate(problem=messages.sentence(error)))

    def _note(self, item: str, estimate: Estimate) -> None:
        self._errands.pop(item, None)
        self.found[item] = estimate
        self.changed.emit()

    def total(self, items: list[str]) -> Estimate | None:
        """What is charged for all; None while that of one is not known."""
        known = [one for one in map(self.found.get, items) if one is not None and one.charged is not None]
        if len(known) != len(items):
            return None
        mosts = [one.most for one in known if one.most is not None]
        most = sum(mosts) if len(mosts) == len(known) else None
        return Estimate(None, sum(one.charged or 0.0 for one in known), sum(one.least for one in known), most)

    def stop(self) -> None:
        """Ask for nothing any more."""
        for errand in self._errands.values():
            errand.cancel()
        self._errands.clear()

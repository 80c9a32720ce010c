"""What running on each raster would cost, as the platform's own algorithm estimates it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core import messages
from ...core.background import Errand
from ...core.secrets import SecretsLocked
from ..queries import ask
from .plan import RunPlan


@dataclass(frozen=True)
class Estimate:
    """Of one raster: ``size`` None when it is not known; ``charged`` None while it is asked for or when it failed."""

    size: float | None = None
    charged: float | None = None
    problem: str = ""


class Estimates(QObject):
    """Keeps an estimate for each raster; ``changed`` comes when one arrives. Others are asked for anew by ``want``."""

    changed = pyqtSignal()

    def __init__(self, plan: RunPlan, parent: QObject) -> None:
        super().__init__(parent)
        self._plan = plan
        self._asked: tuple[str, str] = ("", "")
        self.found: dict[str, Estimate] = {}
        self._errands: dict[str, Errand[dict[str, Any]]] = {}

    def want(self, items: list[str], connection: str, areas: str) -> None:
        """Ask for those that are not known yet; with another connection or other areas all are unknown."""
        if (connection, areas) != self._asked:
            self.stop()
            self.found.clear()
            self._asked = (connection, areas)
        for item in items:
            if item not in self.found and item not in self._errands and not self._ask(item, connection, areas):
                return

    def _ask(self, item: str, connection: str, areas: str) -> bool:
        """False when the keys are locked, so that QGIS would ask for its master password again for the next."""
        parameters = {"CONNECTION": connection, self._plan.item: item}
        if areas:
            parameters[self._plan.areas] = areas
        try:
            self._errands[item] = ask(self._plan.estimate, parameters, self._arrived(item), self._failed(item))
        except Exception as error:  # shown beside the raster
            self._failed(item)(error)
            return not isinstance(error, SecretsLocked)
        return True

    def _arrived(self, item: str) -> Callable[[dict[str, Any]], None]:
        def keep(outputs: dict[str, Any]) -> None:
            size = outputs.get(self._plan.size)
            self._note(item, Estimate(None if size is None else float(size), float(outputs[self._plan.charged])))

        return keep

    def _failed(self, item: str) -> Callable[[Exception], None]:
        return lambda error: self._note(item, Estimate(problem=messages.sentence(error)))

    def _note(self, item: str, estimate: Estimate) -> None:
        self._errands.pop(item, None)
        self.found[item] = estimate
        self.changed.emit()

    def total(self, items: list[str]) -> float | None:
        """What is charged for all; None while that of one is not known."""
        charges = [self.found.get(item, Estimate()).charged for item in items]
        known = [charge for charge in charges if charge is not None]
        return sum(known) if len(known) == len(charges) else None

    def stop(self) -> None:
        """Ask for nothing any more."""
        for errand in self._errands.values():
            errand.cancel()
        self._errands.clear()

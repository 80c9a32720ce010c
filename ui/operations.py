"""Algorithms from the desk: opened with their parameters filled in, or run at once when nothing is left to ask."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext, QgsProject
from qgis.PyQt.QtWidgets import QDialog

from ..core.jobs.outputs import as_given, with_destinations
from ..core.jobs.runner import runner
from ..core.own_algorithms import registered
from ..core.problems import Problem
from ..core.translation import tr

__all__ = ["CONFIRM", "algorithm", "as_given", "open_dialog", "perform", "start"]

CONFIRM = "CONFIRM"


def algorithm(algorithm_id: str) -> QgsProcessingAlgorithm:
    """The registered algorithm, :class:`Problem` when there is none. ``imageryhub:`` may be left out."""
    full = algorithm_id if ":" in algorithm_id else f"imageryhub:{algorithm_id}"
    found = registered(full)
    if found is None:
        raise Problem(tr("There is no algorithm {id} in this QGIS.").format(id=full))
    return found


def open_dialog(algorithm_id: str, parameters: dict[str, Any]) -> QDialog:
    """Processing's own dialog, filled in, beside the window. The user runs it from there."""
    import processing

    dialog: QDialog = processing.createAlgorithmDialog(algorithm(algorithm_id).id(), parameters)
    dialog.show()
    return dialog


def start(algorithm_id: str, parameters: dict[str, Any], on_map: bool = True, tell: bool = True) -> str:
    """Run it as a job in the background; the job's id. :class:`Problem` when it cannot be started.

    Outputs that are not named go to temporary places, and layers come onto the map with the styles that the algorithm
    makes. ``on_map`` False: the caller puts them there itself. ``tell`` False: the caller tells how the job ended;
    otherwise one message does.
    """
    return runner().start(algorithm(algorithm_id).id(), parameters, on_map, tell)


def perform(algorithm_id: str, parameters: dict[str, Any], on_map: bool = True, tell: bool = True) -> str:
    """Run it when nothing is left to ask, else open it; the job's id, empty when it was opened.

    What destroys or costs money has the parameter ``CONFIRM`` and is always opened. The rest as for ``start``.
    """
    found = algorithm(algorithm_id)
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    complete, _ = found.checkParameterValues(with_destinations(found, parameters, QgsProject.instance()), context)
    if found.parameterDefinition(CONFIRM) is not None or not complete:
        open_dialog(algorithm_id, parameters)
        return ""
    return start(algorithm_id, parameters, on_map, tell)

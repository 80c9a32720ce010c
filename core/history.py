"""QGIS's Processing history, for runs that were started outside the toolbox."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext

from . import log


def add_to_history(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> None:
    """Write an entry as the toolbox does. Main thread only; without a window there is no history and nothing is done.

    From 3.24 on entries go through QGIS's history registry, before through Processing's own log.
    """
    from qgis.utils import iface

    if iface is None:
        return
    command = algorithm.asPythonCommand(parameters, context)
    try:
        from qgis.gui import QgsGui

        if hasattr(QgsGui, "historyProviderRegistry"):
            details = {
                "python_command": command,
                "algorithm_id": algorithm.id(),
                "parameters": algorithm.asMap(parameters, context),
            }
            QgsGui.historyProviderRegistry().addEntry("processing", details)
        else:
            from processing.core.ProcessingLog import ProcessingLog

            ProcessingLog.addToLog(command)
    except (ImportError, AttributeError) as error:
        log.warning(f"The history entry could not be written: {error}")

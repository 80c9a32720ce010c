"""Where a run without a window leaves the layers that it would show."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingParameterFileDestination

from ...core.translation import tr
from .plain import advanced, helped

DEFINITION = "DEFINITION"


def definition_parameter() -> Any:
    """A layer definition file, which holds no credentials."""
    file = QgsProcessingParameterFileDestination(
        DEFINITION, tr("Layer definition file"), tr("Layer definition files (*.qlr)"),
        optional=True, createByDefault=False,
    )
    return advanced(helped(file, tr("Where to write it, to be added to a project later. Without any credentials.")))

"""The value of a table (``QgsProcessingParameterMatrix``), which QGIS takes as a list and as text."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsProcessingParameters,
    QgsProperty,
)

from .plain import absent, given


def table_cells(definition: QgsProcessingParameterDefinition, value: Any, context: QgsProcessingContext) -> list[str]:
    """The cells row by row, as text; none when the table was not given.

    A table may be given as text with commas between the cells (qgis_process, scripts, expressions of a model). That is
    parted here: QGIS would make numbers of what looks like one, "3.0" of "3" and "7.0" of the id "007".
    """
    parameters = {definition.name(): value}
    if not given(parameters, definition.name()):
        return []
    if isinstance(value, (str, QgsProperty)):
        text = QgsProcessingParameters.parameterAsString(definition, parameters, context)
        return [cell.strip() for cell in text.split(",")] if text.strip() else []
    cells = QgsProcessingParameters.parameterAsMatrix(definition, parameters, context)
    return ["" if absent(cell) else str(cell).strip() for cell in cells]

"""What a run started by the desk makes goes to where the toolbox would put it, and onto the map."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterDefinition,
    QgsProject,
)

from ..compat import is_optional

#: Types of destination parameters whose outcome is a layer.
LAYERS = ("sink", "rasterDestination", "vectorDestination", "pointCloudDestination", "vectorTileDestination")


def with_destinations(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], project: QgsProject | None
) -> dict[str, Any]:
    """The parameters with a place for every output that the toolbox would make; layers come into the project, if given.

    What was not given goes to the parameter's default, else to a temporary file or layer.
    """
    filled = dict(parameters)
    for one in algorithm.destinationParameterDefinitions():
        value = filled.get(one.name())
        if value is None or value == "":
            if is_optional(one) and not one.createByDefault():
                continue
            value = one.defaultValue() or QgsProcessing.TEMPORARY_OUTPUT
        filled[one.name()] = value if project is None or one.type() not in LAYERS else _for_map(value, project)
    return filled


def _for_map(value: Any, project: QgsProject) -> QgsProcessingOutputLayerDefinition:
    given = isinstance(value, QgsProcessingOutputLayerDefinition)
    definition = QgsProcessingOutputLayerDefinition(value) if given else QgsProcessingOutputLayerDefinition(str(value))
    definition.destinationProject = project
    return definition


def as_given(parameters: dict[str, Any], definitions: list[QgsProcessingParameterDefinition]) -> dict[str, Any]:
    """The parameters for dialogs and the history, which take the places of outputs as plain texts."""
    names = {one.name() for one in definitions}
    plain = dict(parameters)
    for name in names & set(parameters):
        value = parameters[name]
        if isinstance(value, QgsProcessingOutputLayerDefinition):
            plain[name] = value.sink.staticValue()
    return plain


def show_on_map(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
) -> list[str]:
    """Let Processing load the layers that the run made, as it does for the toolbox; their ids in the project."""
    if not context.layersToLoadOnCompletion():
        return []
    from processing.gui.Postprocessing import handleAlgorithmResults

    projects = {id(one.project): one.project for one in context.layersToLoadOnCompletion().values()}
    added: list[str] = []

    def note(layers: list[Any]) -> None:
        added.extend(layer.id() for layer in layers)

    for project in projects.values():
        project.layersAdded.connect(note)
    try:
        handleAlgorithmResults(algorithm, context, feedback, parameters=parameters)
    finally:
        for project in projects.values():
            project.layersAdded.disconnect(note)
    return added

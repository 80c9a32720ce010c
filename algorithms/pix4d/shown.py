"""Downloaded results onto the map, each as what it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qgis.core import QgsCoordinateReferenceSystem, QgsMapLayer, QgsProcessingContext, QgsProcessingFeedback

from ...core.problems import Problem
from ...providers.pix4d.output_types import Home
from ..parameters.connection import CONNECTION
from .common import Pix4dAlgorithm
from .results_map import captured_at, describe, layer_name


def load(
    algorithm: Pix4dAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    project: Any,
    files: Mapping[Path, Any],
) -> list[QgsMapLayer]:
    """Have QGIS show what it can of these files (each with its ``flows.outputs.Result``) when the algorithm is done.
    What it cannot show is told and stays a file."""
    connection = algorithm.text(parameters, CONNECTION, context)
    found: list[QgsMapLayer] = []
    for path, result in files.items():
        try:
            layers = layers_of(path, result, project)
        except Problem as problem:
            feedback.pushWarning(str(problem))
            continue
        for layer in layers:
            describe(layer, connection, project, result)
            context.temporaryLayerStore().addMapLayer(layer)
            if context.project() is not None:
                details = QgsProcessingContext.LayerDetails(layer.name(), context.project(), layer.name())
                details.forceName = True  # else QGIS calls it after its file
                context.addLayerToLoadOnCompletion(layer.id(), details)
        found += layers
    return found


def keep_times(project: Any, files: Mapping[Path, Any]) -> None:
    """Keep the project's capture beside each raster, whether it is shown or not. What is no raster has no place for it
    beside its file."""
    from ...core.layers import time

    for path, result in files.items():
        if result.type.is_raster:
            time.keep(str(path), captured_at(project))


def layers_of(path: Path, result: Any, project: Any) -> list[QgsMapLayer]:
    """The layers of a file, none for what is no map; :class:`Problem` for what this QGIS cannot show."""
    from ...core.layers import camera_positions, opened, raster_look, time

    name, home = layer_name(project, result), result.type.home
    if result.type.is_raster:
        raster = opened.raster(path, name)
        raster_look.show(raster, result.type.look)
        return [raster]
    if home is Home.POINT_CLOUD:
        return [opened.point_cloud(path, name)]
    if home is Home.SCENE:
        return [opened.scene(path, name)]
    if home is Home.CONTOURS:
        return list(opened.archived(path, name))
    if home is Home.CAMERAS and path.suffix == ".txt":
        target = path.with_suffix(".gpkg")
        camera_positions.write_points(path, target, system_of(project))
        time.keep(str(target), captured_at(project))
        return [opened.vector(target, name)]
    return []


def system_of(project: Any) -> QgsCoordinateReferenceSystem:
    """The reference system that a project says its results are in; invalid for one without a place on earth."""
    from ...core.crs_rules import map_crs

    return map_crs(str((project.get("crs") or {}).get("definition") or project.get("coordinate_system") or ""))

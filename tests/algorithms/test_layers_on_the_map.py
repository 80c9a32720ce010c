"""Layers that an algorithm puts on the map look as they do when their file is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs import runner as runner_module
from picterra_scenes import detected, trained
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProject,
)
from sandbox_picterra import PicterraCalls


@pytest.mark.parametrize("suffix", ["gpkg", "fgb"])
def test_a_result_is_coloured_by_class(run: Any, calls: PicterraCalls, tmp_path: Path, suffix: str) -> None:
    target = str(tmp_path / f"found.{suffix}")
    output = QgsProcessingOutputLayerDefinition(target, QgsProject.instance())
    run("downloadresult", OPERATION=detected(calls, trained(calls, tmp_path)), OUTPUT=output)
    shown = run.context.layersToLoadOnCompletion()
    assert list(shown) == [target]
    layer = QgsProcessingUtils.mapLayerFromString(target, run.context)  # as Processing opens it
    shown[target].postProcessor().postProcessLayer(layer, run.context, None)
    assert isinstance(layer.renderer(), QgsCategorizedSymbolRenderer)
    assert layer.renderer().classAttribute() == "class_name"


def test_a_result_that_the_desk_fetched_is_coloured_by_class(
    run: Any, calls: PicterraCalls, tmp_path: Path, qtbot: Any
) -> None:
    """In a temporary file, since no other was named."""
    operation = detected(calls, trained(calls, tmp_path))
    runner = runner_module.runner()
    try:
        with qtbot.waitSignal(runner.ended, timeout=60000) as ended:
            job = runner.start("imageryhub:picterra_downloadresult", {"OPERATION": operation})
        assert ended.args[2] == ""
        (identity,) = runner.layers[job]
        layer = QgsProject.instance().mapLayer(identity)
        assert layer.source().partition("|")[0] == ended.args[1]["OUTPUT"]
        assert layer.featureCount() == ended.args[1]["COUNT"] > 0
        assert isinstance(layer.renderer(), QgsCategorizedSymbolRenderer)
        assert layer.renderer().classAttribute() == "class_name"
    finally:
        QgsProject.instance().clear()
        runner_module.close()

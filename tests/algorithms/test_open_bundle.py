"""Opening a bundle that is on this computer: the algorithm, its layers, and what it says of files that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hyperspectral_cubes as cubes
import pytest
from imagery_hub.core.layers import spectra
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
)

pytestmark = pytest.mark.usefixtures("imagery_hub", "qgis_processing")
OPEN = "imageryhub:openbundle"


def run(parameters: dict[str, Any]) -> dict[str, Any]:
    import processing  # QGIS puts it on the path first

    return processing.run(OPEN, parameters)


def test_a_bundle_is_unpacked_beside_itself(tmp_path: Path) -> None:
    made = run({"BUNDLE": str(cubes.write_bundle(tmp_path))})
    assert made["COUNT"] == 1 and made["FOLDER"] == str(tmp_path / "bundle")
    found = spectra.read(made["FILES"], *cubes.place(25, 20))
    assert list(found.values) == pytest.approx([cubes.truth(25, 20, one) / 50000 for one in cubes.WAVELENGTHS])
    assert found.bands[0].title == "B001 (450 nm)"
    again = run({"BUNDLE": str(tmp_path / "bundle.zip"), "FOLDER": str(tmp_path / "there")})
    assert Path(again["FILES"]).parent == tmp_path / "there"


def test_its_layers_come_onto_the_map(tmp_path: Path, qtbot: Any) -> None:
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    context.setProject(QgsProject.instance())
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(OPEN)
    results, ok = algorithm.run({"BUNDLE": str(cubes.write_bundle(tmp_path))}, context, feedback)
    assert ok and results["COUNT"] == 1
    ((identity, details),) = context.layersToLoadOnCompletion().items()
    assert details.name == cubes.SCENE and details.forceName
    layer = context.takeResultLayer(identity)
    assert layer.isValid() and layer.renderer().redBand() == 9


@pytest.mark.parametrize(("content", "words"), [(None, "no file"), (b"no archive", "damaged")])
def test_what_is_no_bundle_is_said(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "bundle.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(QgsProcessingException, match=words):
        run({"BUNDLE": str(path)})

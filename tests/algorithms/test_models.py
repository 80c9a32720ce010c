"""The models that come with the plugin: whole, in order, and doing their job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_layers import layer, utm_box
from picterra_scenes import BLUE, FAR_RED, RED, WINDOW
from qgis.core import QgsApplication, QgsProcessingModelAlgorithm, QgsProcessingProvider
from sandbox_images import squares_image, write_image
from sandbox_picterra import PicterraCalls

MODEL = "imageryhub:picterra_detectobjects"


def test_each_model_file_is_an_algorithm_with_all_its_steps(
    imagery_hub: QgsProcessingProvider, qgis_processing: None
) -> None:
    from imagery_hub.algorithms.models import FOLDER

    models = [one for one in imagery_hub.algorithms() if isinstance(one, QgsProcessingModelAlgorithm)]
    assert len(models) == len(list(FOLDER.glob("*.model3"))) >= 1
    for one in models:
        model = QgsApplication.processingRegistry().createAlgorithmById(one.id())
        assert model.canExecute() == (True, "")
        assert model.validate() == (True, [])
        assert model.shortHelpString()
        assert all(model.helpContent().get(parameter.name()) for parameter in model.parameterDefinitions())


def test_nothing_is_left_on_the_platform_by_what_a_later_step_refuses(run: Any, tmp_path: Path) -> None:
    areas, lines = layer([utm_box(WINDOW)]), layer([], kind="LineString")
    given = {"RASTER": str(squares_image(tmp_path / "s.tif", RED, BLUE)), "TRAINING_AREAS": areas, "OUTLINES": areas,
             "GROUND_TRUTH": areas, "NAME": "x"}
    assert "Tick “Confirm" in run.refused(MODEL, **given)
    for name in ("TRAINING_AREAS", "OUTLINES", "GROUND_TRUTH"):
        assert "is of type Line" in run.refused(MODEL, **{**given, name: lines}, CONFIRM=True)


@pytest.mark.parametrize("compare", [0, 1])
def test_the_main_job_from_image_to_summary(run: Any, calls: PicterraCalls, tmp_path: Path, compare: int) -> None:
    image = squares_image(tmp_path / "squares.tif", [*RED, *FAR_RED], BLUE)
    result = run(
        MODEL, RASTER=str(image), TRAINING_AREAS=layer([utm_box(WINDOW)]),
        OUTLINES=layer([utm_box(one) for one in RED]),
        GROUND_TRUTH=layer([utm_box(one) for one in [*FAR_RED, BLUE[0]]]),
        NAME="red squares", IOU=0.5, COMPARE=compare, CONFIRM=True,
        **{"result:Detections": str(tmp_path / "found.gpkg"), "summary:Summary": str(tmp_path / "summary.json"),
           "comparison:Compared": str(tmp_path / "compared.gpkg")},
    )
    charge = "The area has 0.05 megapixels; 10.00 megapixels are charged (at least 10)."
    assert run.messages[0] == charge and run.messages.count(charge) == 2, "before the first step, and when it is run"
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert calls.get(f"rasters/{summary['raster_id']}/")["name"] == "red squares"
    assert calls.get(f"detectors/{summary['detector_id']}/")["is_runnable"] is True
    assert summary["platform"] == "picterra"
    assert summary["detections"] == len(RED) + len(FAR_RED)
    # In the area outside of the window: two red squares found, a blue one that only the truth has.
    assert (summary["precision"], summary["recall"]) == (1.0, pytest.approx(2 / 3, abs=1e-4))
    assert summary["f1"] == pytest.approx(0.8)
    assert summary["seconds"] > 0
    assert Path(result["result:Detections"]).exists()


def test_the_main_job_asks_before_it_costs(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    image = squares_image(tmp_path / "squares.tif", RED, BLUE)
    words = run.refused(
        MODEL, RASTER=str(image), TRAINING_AREAS=layer([utm_box(WINDOW)]),
        OUTLINES=layer([utm_box(one) for one in RED]), GROUND_TRUTH=layer([utm_box(BLUE[0])]),
        **{"result:Detections": str(tmp_path / "found.gpkg"), "summary:Summary": str(tmp_path / "summary.json")},
    )
    assert "Nothing was run. The area has 0.05 megapixels; 10.00 megapixels are charged (at least 10). Tick" in words


def test_the_main_job_asks_with_the_charge_of_its_raster(run: Any, tmp_path: Path) -> None:
    image = write_image(tmp_path / "large.tif", np.full((1, 3000, 4000), 90, np.uint8))
    areas = layer([utm_box(WINDOW)])
    words = run.refused(MODEL, RASTER=str(image), TRAINING_AREAS=areas, OUTLINES=areas, GROUND_TRUTH=areas, NAME="x")
    assert "The area has 12.00 megapixels; 12.00 megapixels are charged" in words

"""What is given wrongly is named before anything is sent, in dialogs and in the steps of models alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from drawn_layers import boxes_layer, layer, utm_point
from imagery_hub.algorithms.picterra import rasters
from qgis.core import QgsGeometry, QgsProcessingContext
from sandbox_images import plain_image

LINE = QgsGeometry.fromWkt("LineString (500000 5100000, 500010 5100010)")


def test_a_field_that_the_layer_lacks_is_named(run: Any) -> None:
    words = run.refused("createmarkers", RASTER="r", INPUT=layer([utm_point(1, 1)], kind="Point"), TEXT_FIELD="nosuch")
    assert "“nosuch”" in words
    assert "Choose" in words


@pytest.mark.parametrize("called", ["estimatecharge", "rundetector"])
def test_areas_that_are_no_polygons_do_not_count_as_nothing(run: Any, called: str) -> None:
    lines = layer([LINE], kind="LineString")
    assert "is of type Line" in run.refused(called, RASTER="r", DETECTOR="d", DETECTION_AREAS=lines, CONFIRM=True)
    empty = boxes_layer([])
    assert "is empty" in run.refused(called, RASTER="r", DETECTOR="d", DETECTION_AREAS=empty, CONFIRM=True)


def test_a_local_copy_that_is_no_raster_is_named(run: Any, tmp_path: Path) -> None:
    text = tmp_path / "notes.tif"
    text.write_text("no image")
    assert "notes.tif is damaged" in run.refused("estimatecharge", RASTER="r", LOCAL_RASTER=str(text))


def test_one_missing_file_among_several_is_not_left_out(run: Any, tmp_path: Path) -> None:
    image = str(plain_image(tmp_path / "there.tif"))
    assert "gone.tif" in run.refused("uploadrasters", INPUTS=[image, str(tmp_path / "gone.tif")])


def test_grants_of_an_unknown_kind_are_refused(run: Any) -> None:
    assert "“project” is not allowed" in run.refused("setgrants", KIND="project", RESOURCE="r", CONFIRM=True)
    assert "“project” is not allowed" in run.refused("getgrants", KIND="project", RESOURCE="r")


def test_a_moment_that_cannot_be_read_is_not_left_out(run: Any, tmp_path: Path) -> None:
    assert "31.12.2023" in run.refused("listrasters", CAPTURED_AFTER="31.12.2023")
    image = str(plain_image(tmp_path / "a.tif"))
    assert "31.12.2023" in run.refused("uploadraster", INPUT=image, CAPTURED_AT="31.12.2023")


def test_a_check_that_fails_unforeseen_ends_in_a_sentence(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise PermissionError("no")

    monkeypatch.setattr(rasters, "raster_problems", refuse)
    algorithm = rasters.UploadRaster().create()
    image = str(plain_image(tmp_path / "a.tif"))
    fine, words = algorithm.checkParameterValues({"INPUT": image}, QgsProcessingContext())
    assert not fine
    assert "unexpected" in words

"""What dialogs offer of Picterra: detections to download, of this profile and by the names of their platform; rasters
to annotate."""

from __future__ import annotations

from typing import Any

from imagery_hub.algorithms.picterra import listers
from imagery_hub.core import connections
from picterra_scenes import BLUE, RED, trained
from sandbox_images import squares_image
from sandbox_picterra import PicterraCalls


def offered(search: str = "", connection: str = "") -> list[tuple[str, str]]:
    platform = connections.credentials("picterra", "").connect()
    try:
        return [(one.id, one.label) for one in listers.detections(platform, search, {"CONNECTION": connection})]
    finally:
        platform.close()


def test_detections_of_this_profile_are_offered_by_name(run: Any, calls: PicterraCalls, tmp_path: Any) -> None:
    scene = trained(calls, tmp_path)
    first = run("rundetector", DETECTOR=scene.detector, RASTER=scene.raster, CONFIRM=True)["OPERATION_ID"]
    second = run("rundetector", DETECTOR=scene.detector, RASTER=scene.raster, CONFIRM=True)["OPERATION_ID"]
    raster = calls.get(f"rasters/{scene.raster}/")["name"]
    mine = [one for one in offered() if one[0] in (first, second)]
    assert mine == [(second, f"squares on {raster}"), (first, f"squares on {raster}")]
    assert (first, f"squares on {raster}") in offered("SQUARES ON")
    assert offered("no such name") == []
    assert not {first, second} & {identity for identity, _ in offered(connection="another connection")}


def test_a_detection_whose_detector_is_gone_keeps_its_id(run: Any, calls: PicterraCalls, tmp_path: Any) -> None:
    scene = trained(calls, tmp_path)
    ran = run("rundetector", DETECTOR=scene.detector, RASTER=scene.raster, CONFIRM=True)["OPERATION_ID"]
    run("deletedetector", DETECTOR=scene.detector, CONFIRM=True)
    assert dict(offered())[ran].startswith(f"{scene.detector} on ")


def test_all_rasters_can_be_annotated_those_of_the_training_set_first(
    run: Any, calls: PicterraCalls, tmp_path: Any
) -> None:
    image = squares_image(tmp_path / "squares.tif", RED, BLUE)
    inside, outside = (calls.upload_raster(image, name=name) for name in ("Field inside", "Field outside"))
    detector = calls.detector("Squares")
    calls.post(f"detectors/{detector}/training_rasters/", {"raster_id": inside})

    def choices(search: str, detector: str) -> list[tuple[str, str]]:
        platform = connections.credentials("picterra", "").connect()
        try:
            found = listers.rasters_to_annotate(platform, search, {"DETECTOR": detector})
            return [(one.id, one.detail) for one in found]
        finally:
            platform.close()

    there, other = choices("Field", detector)
    assert (there[0], other[0]) == (inside, outside)
    assert other[1].startswith("Not in the training set yet · ")
    assert "training set" not in there[1]
    assert [one for one, _ in choices("outside", detector)] == [outside]
    assert {one for one, _ in choices("Field", "")} == {inside, outside}
    new = calls.detector("New")
    assert {one for one, _ in choices("Field", new)} == {inside, outside}

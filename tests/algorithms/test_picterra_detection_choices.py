"""The detections that a dialog offers to download: those of this profile, by the names of their platform."""

from __future__ import annotations

from typing import Any

from imagery_hub.algorithms.picterra import listers
from imagery_hub.core import connections
from picterra_scenes import trained
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

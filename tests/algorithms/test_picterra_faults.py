"""What goes wrong around files of Picterra: a full disk, storage that fails, a key that is revoked. Each is named in a
whole sentence, and nothing half written stays under its final name."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_layers import layer
from failure_words import whole_sentences
from imagery_hub.core.jobs import store
from osgeo import ogr
from picterra_scenes import Scene, detected, trained
from qgis.core import QgsGeometry, QgsPointXY
from sandbox_images import EAST, NORTH, write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

pytestmark = pytest.mark.usefixtures("without_pauses")
LIMIT = 1_500_000
"""Bytes; more than QGIS's own files and a new list of jobs have, less than the files of these tests."""
HALF_WAY = 4_300_000
"""More than what the platform gives of MANY polygons, less than the GeoPackage of them."""
MANY = 20_000


@contextmanager
def little_room(limit: int = LIMIT) -> Iterator[None]:
    """The system lets no file of this process grow beyond so many bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.fixture(autouse=True)
def few_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A list of jobs of their own: that of a whole run of tests is larger than LIMIT, and could not be written."""
    monkeypatch.setattr(store, "store_path", lambda: tmp_path / "own" / "jobs.sqlite")
    yield
    store.close_stores()


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """An image that is bigger than LIMIT."""
    noise = np.random.default_rng(7).integers(0, 256, (3, 900, 900)).astype(np.uint8)
    return write_image(tmp_path / "big.tif", noise)


@pytest.fixture
def scene(run: Any, calls: PicterraCalls, tmp_path: Path) -> Scene:
    return trained(calls, tmp_path)


def named_as_full(words: str) -> bool:
    return whole_sentences(words) and "not enough room" in words


@pytest.fixture
def detection(sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene) -> str:
    """A detection that found more than LIMIT has room for."""
    sandbox.control("POST", "picterra/prepared", {"polygons": MANY})
    return detected(calls, scene)


def layer_of(calls: PicterraCalls, detection: str) -> str:
    """The vector layer that a detection made."""
    (only,) = calls.get(f"operations/{detection}/")["results"]["by_class"]
    return str(only["result"]["vector_layer_id"])


def test_no_room_for_a_raster(run: Any, calls: PicterraCalls, big: Path, tmp_path: Path) -> None:
    raster, target = calls.upload_raster(big), tmp_path / "to" / "back.tif"
    target.parent.mkdir()
    with little_room():
        words = run.fails("downloadraster", RASTER=raster, OUTPUT=str(target))
    assert named_as_full(words), words
    assert not target.exists()
    run("downloadraster", RASTER=raster, OUTPUT=str(target))
    assert [one.name for one in target.parent.iterdir()] == ["back.tif"]
    assert target.read_bytes() == big.read_bytes()


@pytest.mark.parametrize("called", ["downloadresult", "downloadvectorlayer"])
@pytest.mark.parametrize("limit", [LIMIT, HALF_WAY], ids=["what arrives", "what is made of it"])
def test_no_room_for_a_layer(
    run: Any, calls: PicterraCalls, detection: str, tmp_path: Path, called: str, limit: int
) -> None:
    target = tmp_path / "to" / "found.gpkg"
    target.parent.mkdir()
    chosen = {"OPERATION": detection} if called == "downloadresult" else {"VECTOR_LAYER": layer_of(calls, detection)}
    with little_room(limit):
        words = run.fails(called, **chosen, OUTPUT=str(target))
    assert whole_sentences(words) and "room" in words, words
    assert list(target.parent.iterdir()) == []
    assert run(called, **chosen, OUTPUT=str(target))["COUNT"] == MANY
    assert ogr.Open(str(target)).GetLayer(0).GetFeatureCount() == MANY
    assert target.stat().st_size > HALF_WAY


@pytest.mark.parametrize("form", [0, 1], ids=["collection", "merged"])
def test_no_room_for_a_result_as_a_file(run: Any, detection: str, tmp_path: Path, form: int) -> None:
    target = tmp_path / "to" / "found.geojson"
    target.parent.mkdir()
    with little_room():
        words = run.fails("downloadresultfile", OPERATION=detection, FORM=form, OUTPUT=str(target))
    assert named_as_full(words), words
    assert not target.exists()
    run("downloadresultfile", OPERATION=detection, FORM=form, OUTPUT=str(target))
    assert [one.name for one in target.parent.iterdir()] == ["found.geojson"]
    made = json.loads(target.read_bytes())
    shape = made["features"][0]["geometry"] if form == 0 else made
    assert len(shape["coordinates"]) == MANY


def test_no_room_for_shapes_that_are_to_be_sent(
    run: Any, sandbox: SandboxProcess, scene: Scene, tmp_path: Path
) -> None:
    # Corner by corner: GEOS leaves out what adds little to a circle.
    around = np.linspace(0, 2 * np.pi, 4 * MANY)
    corners = [QgsPointXY(EAST + 20 + 5 * np.cos(one), NORTH - 20 + 5 * np.sin(one)) for one in around]
    ring = QgsGeometry.fromPolygonXY([corners])
    before = sandbox.last_entry()
    for called, parameters in (
        ("setannotations", {"DETECTOR": scene.detector, "RASTER": scene.raster, "CONFIRM": True}),
        ("setdetectionareas", {"RASTER": scene.raster, "CONFIRM": True}),
        ("uploadvectorlayer", {"RASTER": scene.raster}),
    ):
        with little_room():
            words = run.fails(called, INPUT=layer([ring]), **parameters)
        assert named_as_full(words), words
    assert {one["operation"] for one in sandbox.log(after=before)} <= {"getRaster", None}


TROUBLE = {
    "throttled": {"kind": "status", "status": 429, "retry_after": 0},
    "502": {"kind": "status", "status": 502},
    "503": {"kind": "status", "status": 503},
    "cut": {"kind": "cut"},
    "answer cut": {"kind": "cut_answer"},
    "expired": {"kind": "expired"},
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_storage_that_fails_for_a_moment_is_not_noticed(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, trouble: str
) -> None:
    detection = detected(calls, scene)
    sandbox.fault(operation="getBlob", **TROUBLE[trouble])
    run("downloadraster", RASTER=scene.raster, OUTPUT=str(tmp_path / "back.tif"))
    assert (tmp_path / "back.tif").read_bytes() == scene.image.read_bytes()
    expected = len(calls.get(f"operations/{detection}/")["results"]["by_class"])
    for called, chosen in (("downloadresult", {"OPERATION": detection}),
                           ("downloadvectorlayer", {"VECTOR_LAYER": layer_of(calls, detection)})):
        sandbox.fault(operation="getBlob", **TROUBLE[trouble])
        target = tmp_path / f"{called}.gpkg"
        made = run(called, **chosen, OUTPUT=str(target))
        assert made["COUNT"] == ogr.Open(str(target)).GetLayer(0).GetFeatureCount() >= expected > 0


@pytest.mark.parametrize("status", [429, 500, 503])
def test_storage_that_fails_for_good_is_named(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, status: int
) -> None:
    target = tmp_path / "to" / "back.tif"
    target.parent.mkdir()
    sandbox.fault(operation="getBlob", kind="status", status=status, count=0)
    words = run.fails("downloadraster", RASTER=scene.raster, OUTPUT=str(target))
    assert whole_sentences(words), words
    assert not target.exists()


@pytest.mark.parametrize(("called", "operation"), [
    ("traindetector", "getOperation"), ("rundetector", "getOperation"), ("downloadresult", "startVectorLayerDownload"),
    ("uploadraster", "getOperation"), ("downloadraster", "getRasterDownloadUrl"),
])
def test_a_key_that_is_revoked_on_the_way(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, called: str, operation: str
) -> None:
    given = {
        "traindetector": {"DETECTOR": scene.detector, "CONFIRM": True},
        "rundetector": {"DETECTOR": scene.detector, "RASTER": scene.raster, "CONFIRM": True},
        "downloadresult": {
            "OPERATION": detected(calls, scene), "OUTPUT": str(tmp_path / "found.gpkg"), "WAY": 2},
        "uploadraster": {"INPUT": str(scene.image)},
        "downloadraster": {"RASTER": scene.raster, "OUTPUT": str(tmp_path / "back.tif")},
    }
    sandbox.settings(job_seconds=600 if operation == "getOperation" else 0)
    sandbox.fault(operation=operation, kind="revoke_key", after=1 if operation == "getOperation" else 0)
    words = run.fails(called, **given[called])
    assert whole_sentences(words) and "did not accept the key" in words, words
    sandbox.control("POST", "picterra/keys", {"key": PICTERRA_KEY, "revoked": False})
    sandbox.settings(job_seconds=0.0)
    run(called, **given[called])

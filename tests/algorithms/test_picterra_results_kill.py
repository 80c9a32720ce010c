"""Layers and results of Picterra that are fetched by a process that is killed, and by another one to the end."""

from __future__ import annotations

import json
import math
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.picterra.flows import results
from job_processes import JobProcesses
from osgeo import ogr
from picterra_scenes import FAR_RED, RED, detected, trained
from sandbox_images import boxes, collection, plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

LAYER, RESULT = "picterra_downloadvectorlayer", "picterra_downloadresult"
RESULT_FILE = "picterra_downloadresultfile"
MANY, CORNERS, RATE = 14_000, 45, 1_500_000
NOTES, SEED = 4, 17

pytestmark = pytest.mark.timeout(1500)


def counted(path: Path) -> int:
    """The polygons of a file, by OGR."""
    source = ogr.Open(str(path))
    return sum(feature.GetGeometryRef().GetGeometryCount() if path.suffix == ".geojson" else 1
               for feature in source.GetLayer(0))


def rounds(count: int) -> bytes:
    """Polygons of many corners, more than what a download takes as one piece (16 MiB)."""
    turns = [2 * math.pi * (corner % (CORNERS - 1)) / (CORNERS - 1) for corner in range(CORNERS)]
    unit = [(4e-5 * math.cos(turn), 4e-5 * math.sin(turn)) for turn in turns]
    centres = [(9 + one % 200 * 1e-4, 47 + one // 200 * 1e-4) for one in range(count)]
    return collection({"type": "Polygon", "coordinates": [[[x + east, y + north] for east, north in unit]]}
                      for x, y in centres)


def sent(sandbox: SandboxProcess, after: int) -> int:
    """How many bytes of results and layers the storage has given."""
    return sum(one["bytes_out"] for one in sandbox.log(after=after) if one["operation"] == "getBlob")


def test_killed_in_the_middle_of_a_large_layer_it_goes_on_there(
    sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"))
    shapes = rounds(MANY)
    uploaded = calls.upload(f"vector_layers/{raster}/upload/", shapes)
    layer = uploaded["results"]["vector_layer_id"]
    processes, target = JobProcesses(sandbox, tmp_path), tmp_path / "layer.gpkg"
    given = json.dumps({"VECTOR_LAYER": layer, "OUTPUT": str(target)})
    sandbox.fault(kind="slow_answer", operation="getBlob", bytes_per_second=RATE, count=0)
    there = processes.kill_under_way(LAYER, given)
    sandbox.clear_faults()
    time.sleep(2)  # its connections are at their end in the sandbox too, and in its log
    before = sandbox.last_entry()
    (found,) = processes.finish(LAYER, given, set())
    assert found["COUNT"] == counted(target) == MANY
    assert there > RATE
    assert 0 < sent(sandbox, before) < len(shapes) - there // 2
    assert list(processes.temporary.glob("imagery-hub-*")) == []
    processes.store.close()


@pytest.mark.parametrize("algorithm", [LAYER, RESULT, RESULT_FILE])
def test_what_arrived_broken_is_fetched_anew(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    algorithm: str,
) -> None:
    (tmp_path / "between").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "between"))
    scene = trained(calls, tmp_path)
    what: dict[str, Any] = {"OPERATION": detected(calls, scene)}
    if algorithm == LAYER:
        shapes = calls.upload(f"vector_layers/{scene.raster}/upload/", boxes([*RED, *FAR_RED]))
        what = {"VECTOR_LAYER": shapes["results"]["vector_layer_id"]}
    target = tmp_path / ("found.geojson" if algorithm == RESULT_FILE else "found.gpkg")
    fetched = results.download

    def broken(address: Any, file: Path, *others: Any) -> None:
        """As from a platform whose export went wrong: as long as it was said to be, and no GeoJSON."""
        fetched(address, file, *others)
        file.write_bytes(b"{" * file.stat().st_size)

    with monkeypatch.context() as first:
        first.setattr(results, "download", broken)
        assert "GeoJSON" in run.fails(algorithm.removeprefix("picterra_"), OUTPUT=str(target), **what)
    job = run("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    run("imageryhub:resumejob", JOB=job)
    assert counted(target) == len(RED) + len(FAR_RED)
    assert list((tmp_path / "between").glob("imagery-hub-job-*")) == []


@pytest.mark.parametrize("algorithm", [LAYER, RESULT, RESULT_FILE])
def test_killed_at_notes_of_its_journal_it_is_whole_in_the_end(
    sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path, algorithm: str
) -> None:
    scene = trained(calls, tmp_path)
    what: dict[str, Any] = {"OPERATION": detected(calls, scene)}
    if algorithm == LAYER:
        shapes = calls.upload(f"vector_layers/{scene.raster}/upload/", boxes([*RED, *FAR_RED]))
        what = {"VECTOR_LAYER": shapes["results"]["vector_layer_id"]}
    processes, suffix = JobProcesses(sandbox, tmp_path), ".geojson" if algorithm == RESULT_FILE else ".gpkg"

    def fetched(name: str, die: str = "") -> dict[str, Any]:
        """What the process that was killed left is made whole by another one."""
        target, before = tmp_path / f"{name}{suffix}", processes.jobs()
        given = json.dumps({**what, "OUTPUT": str(target)})
        gave = processes.run(algorithm, given, die)
        if not gave:
            processes.finish(algorithm, given, before)
        assert counted(target) == len(RED) + len(FAR_RED), die
        assert list(processes.temporary.glob("imagery-hub-*/*")) == [], die
        return gave

    changes = fetched("whole")["changes"]
    moments = [f"{when} {number}" for number in range(1, changes + 1) for when in ("before", "after")]
    for number, die in enumerate(random.Random(f"{SEED} {algorithm}").sample(moments, NOTES)):
        assert fetched(str(number), die) == {}, die
    processes.store.close()

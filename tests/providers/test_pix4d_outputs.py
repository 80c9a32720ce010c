"""Outputs as the platform lists them: each once, found by id and type, and the quick twin of a raster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.errors import InputProblem
from imagery_hub.providers.pix4d.flows.outputs import check_files, identity, merged, named, parts_of
from imagery_hub.providers.pix4d.flows.retrieval import places, suffix_of
from imagery_hub.providers.pix4d.flows.streaming import streamed
from imagery_hub.providers.pix4d.output_types import Home


def listed(name: str, number: int | None = 1, key: str = "", state: str = "done", result: str = "") -> dict[str, Any]:
    found = {"output_type": name, "availability": state, "output_id": number, "s3_key": key or None,
             "result_type": result or name, "s3_bucket": "b"}
    return {name: value for name, value in found.items() if value is not None}


LISTED: list[Any] = [
    listed("ortho", 1, "u/p/ortho.tif"),
    listed("ortho_cloud_optimized", 2, "u/p/cog.tif", result="ortho"),
    listed("dsm", 3, "u/p/dsm.tif"),
    listed("dsm_cloud_optimized", 4, state="in_progress"),
    listed("project_zip", 5, state="requestable", result="mapper_log"),
    listed("project_zip", 5, "u/p/all.zip", result="project_zip"),
    listed("ndvi", None, state="not available"),
    {"output_type": "brand_new_thing", "output_id": 9, "s3_key": "u/p/new.bin"},
]


def test_an_output_that_stands_twice_is_one() -> None:
    found = merged("7", LISTED)
    assert [one.type.name for one in found] == ["ortho", "ortho_cloud_optimized", "dsm", "dsm_cloud_optimized",
                                                "project_zip", "ndvi", "brand_new_thing"]
    archive = named(found, "5")
    assert archive is not None and archive.ready and archive.results == ("mapper_log", "project_zip")
    assert [one.ready for one in found] == [True, True, True, False, True, False, True]


def test_outputs_are_found_by_id_and_by_type() -> None:
    found = merged("7", LISTED)
    for wanted in ("3", "dsm"):
        one = named(found, wanted)
        assert one is not None and one.file == "dsm.tif"
    assert named(found, "gaussian_splatting") is None
    unknown = named(found, "brand_new_thing")
    assert unknown is not None and (unknown.type.home, unknown.type.suffix) == (Home.FACTS, ".bin")


def test_only_rasters_that_are_ready_are_streamed() -> None:
    found = merged("7", LISTED)
    assert streamed(found, "ortho").key == "u/p/cog.tif"
    for wanted in ("dsm", "dsm_cloud_optimized", "project_zip", "ndvi"):
        with pytest.raises(InputProblem) as caught:
            streamed(found, wanted)
        assert caught.value.facts["problem"] == "not_streamed"
    with pytest.raises(InputProblem):
        streamed(found, "dtm")


def test_identities_come_apart() -> None:
    assert parts_of(identity("1204417", "ortho")) == ("1204417", "ortho")


def test_files_are_named_by_what_they_are_and_never_by_the_server(tmp_path: Path) -> None:
    odd: list[Any] = [
        listed("point_cloud", 1, "u/p/../../evil.LAZ"), listed("quality_report", 2, "u/p/report.exe"),
        listed("ortho", 3, "u/p/con.tif"), listed("ortho", 4, "u/p/other.tif"),
        {"output_type": "../../up", "output_id": 5, "s3_key": "u/p/x.desktop"}, listed("opf_project", 6, "u/p/a.opf"),
    ]
    found = places(merged("7", odd), tmp_path)
    assert [path.name for path in found.values()] == [
        "point_cloud.laz", "quality_report.pdf", "ortho.tif", "ortho-4.tif", "up", "opf_project"]
    assert all(path.parent == tmp_path for path in found.values())


def test_an_ending_of_a_program_is_not_taken() -> None:
    one = merged("7", [{"output_type": "mapper_log", "output_id": 5, "s3_key": "u/p/log.sh"}])[0]
    assert suffix_of(one) == ".txt"


def test_what_cannot_be_registered_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    good, empty = tmp_path / "dsm.tif", tmp_path / "empty.tif"
    good.write_bytes(b"x")
    empty.touch()
    check_files({good: "dsm"})
    for files, problem in [({tmp_path / "gone.tif": ""}, "missing_file"), ({empty: ""}, "empty_file"),
                           ({good: "dsmm"}, "output_type_unknown"),
                           ({good: "dsm", tmp_path / "dsm.tif" / ".." / "dsm.tif": "dsm"}, "missing_file")]:
        with pytest.raises(InputProblem) as caught:
            check_files(files)
        assert caught.value.facts["problem"] == problem
    other = tmp_path / "other.tif"
    other.write_bytes(b"y")
    with pytest.raises(InputProblem) as caught:
        check_files({good: "dsm", other: "dsm"})
    assert caught.value.facts["problem"] == "output_type_twice"

"""The rules table over real rasters, one for each of its cells, and the GDAL steps that make them fit.

The witness is the sandbox's own validation, which was written apart from the check: what the check lets pass it takes,
and what the check finds it refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imagery_hub.core.geometry import from_platform
from imagery_hub.core.rasters import check, facts, fitting
from imagery_hub.core.uploads.support_files import SupportFiles
from osgeo import gdal
from pixel_rasters import AREA, Made, world_file
from pixel_witness import Witness

RGB = {"format": "GTiff", "data_type": "uint8", "num_bands": 3}
HEIGHTS = {"format": "GTiff", "data_type": "float32", "num_bands": 1}
GOOD = {"RGB": Made(), "DTM": Made(data_type="float32", num_bands=1), "DSM": Made(data_type="float32", num_bands=1),
        "raster": Made(data_type="uint16", num_bands=5)}
ASKED: dict[str, dict[str, Any]] = {"RGB": RGB, "DTM": HEIGHTS, "DSM": HEIGHTS, "raster": {}}
ALL = {"srid": 25833, "cell_size": [0.1, 0.1]}

# Type, what the collection asks for, the raster, the rules that it breaks.
TABLE = [
    *[(name, ASKED[name], made, ()) for name, made in GOOD.items()],
    *[(name, {**ASKED[name], **ALL}, made, ()) for name, made in GOOD.items()],
    # format
    ("RGB", RGB, Made(format="JPEG"), ("format",)),
    ("RGB", RGB, Made(format="PNG"), ("format",)),
    ("RGB", {**RGB, "format": "JPEG"}, Made(), ("format",)),
    ("RGB", {**RGB, "format": "JPEG"}, Made(format="JPEG"), ()),
    ("DTM", HEIGHTS, Made(format="HFA", data_type="float32", num_bands=1), ("format",)),
    ("DSM", HEIGHTS, Made(format="HFA", data_type="float32", num_bands=1), ("format",)),
    ("raster", {}, Made(format="HFA", data_type="float32", num_bands=1), ("format",)),
    ("raster", {"format": "PNG"}, Made(), ("format",)),
    ("raster", {"format": "PNG"}, Made(format="PNG"), ()),
    # data type
    ("RGB", RGB, Made(data_type="uint16", peak=4000.0), ("data_type",)),
    ("RGB", RGB, Made(data_type="float32", peak=1.0), ("data_type",)),
    ("DTM", HEIGHTS, Made(data_type="float64", num_bands=1), ("data_type",)),
    ("DTM", {**HEIGHTS, "data_type": "float64"}, Made(data_type="float32", num_bands=1), ("data_type",)),
    ("DSM", HEIGHTS, Made(data_type="int16", num_bands=1, peak=300.0), ("data_type",)),
    ("raster", {"data_type": "uint8"}, Made(data_type="int16", peak=300.0), ("data_type",)),
    ("raster", {"data_type": "uint16"}, Made(data_type="float32", peak=70000.0), ("data_type",)),
    # number of bands
    ("RGB", RGB, Made(num_bands=4), ("num_bands",)),
    ("RGB", {**RGB, "num_bands": 4}, Made(num_bands=4), ()),
    ("RGB", {**RGB, "num_bands": 4}, Made(), ("num_bands",)),
    ("RGB", RGB, Made(num_bands=1), ("num_bands",)),
    ("RGB", RGB, Made(num_bands=1, palette=True), ("num_bands",)),
    ("RGB", {**RGB, "num_bands": 4}, Made(num_bands=1), ("num_bands",)),
    ("RGB", RGB, Made(num_bands=7), ("num_bands",)),
    ("DTM", HEIGHTS, Made(data_type="float32", num_bands=2), ("num_bands",)),
    ("DSM", HEIGHTS, Made(data_type="float32", num_bands=3), ("num_bands",)),
    ("raster", {"num_bands": 2}, Made(), ("num_bands",)),
    # system
    ("RGB", {**RGB, "srid": 25833}, Made(srid=25832), ("srid",)),
    ("DTM", {**HEIGHTS, "srid": 25833}, Made(data_type="float32", num_bands=1, srid=4326, cell=1e-6), ("srid",)),
    ("DSM", {**HEIGHTS, "srid": 25832}, Made(data_type="float32", num_bands=1), ("srid",)),
    ("raster", {"srid": 4326}, Made(), ("srid",)),
    ("RGB", {**RGB, "srid": 25833}, Made(srid=0), ("system",)),
    # cell size
    ("RGB", {**RGB, "cell_size": [0.1, 0.1]}, Made(cell=0.2), ("cell_size",)),
    ("DTM", {**HEIGHTS, "cell_size": [0.5, 0.5]}, Made(data_type="float32", num_bands=1), ("cell_size",)),
    ("DSM", {**HEIGHTS, "cell_size": [0.1, 0.2]}, Made(data_type="float32", num_bands=1), ("cell_size",)),
    ("raster", {"cell_size": [0.1, 0.1]}, Made(cell=0.1000002), ("cell_size",)),
    # several at once
    ("RGB", {**RGB, **ALL}, Made(data_type="uint16", num_bands=4, srid=25832, cell=0.3, peak=9000.0),
     ("data_type", "num_bands", "srid", "cell_size")),
    ("RGB", {**RGB, **ALL, "format": "JPEG"}, Made(num_bands=1, srid=3857, cell=0.2),
     ("format", "num_bands", "srid", "cell_size")),
]
UNFIT = [
    ("RGB", RGB, Made(num_bands=2), ("num_bands",)),
    ("raster", {"num_bands": 9}, Made(), ("num_bands",)),
    ("RGB", RGB, Made(srid=0), ("system",)),
    ("RGB", RGB, Made(srid=0, cell=0.0), ("place",)),
    ("RGB", RGB, Made(origin=(100000.0, 6650000.0)), ("area",)),
    ("DTM", HEIGHTS, Made(data_type="float32", num_bands=1, origin=(262000.0, 7200000.0)), ("area",)),
]


def named(row: tuple[Any, ...]) -> str:
    made, usual = row[2], Made()
    other = [f"{name}={getattr(made, name)}" for name in Made.__dataclass_fields__
             if getattr(made, name) != getattr(usual, name)]
    return "-".join([row[0], *(str(value) for value in row[1].values()), "with", *other])


def area() -> check.Area:
    return check.Area(from_platform(AREA))


def look(path: Path, kind: str, asked: dict[str, Any]) -> tuple[Any, list[check.Finding], check.RasterRules]:
    rules = check.rules_of(kind, asked)
    beside = SupportFiles().of(path)
    found = facts.read_facts(path, beside, rules.srid)
    assert found is not None
    return found, check.check(found, rules, area()), rules


Taken = Callable[[Path, dict[str, Any]], str]


@pytest.fixture(scope="module")
def taken() -> Iterator[Taken]:
    """``taken(path, asked)``: empty when the sandbox takes the raster with its support files, else why it does not."""
    with Witness() as witness:
        yield lambda path, asked: witness.raster(path, SupportFiles().of(path), asked, AREA)


@pytest.mark.parametrize(("kind", "asked", "made", "broken"), TABLE + UNFIT, ids=map(named, TABLE + UNFIT))
def test_each_cell_of_the_table(
    tmp_path: Path, taken: Taken, kind: str, asked: dict[str, Any], made: Made, broken: tuple[str, ...]
) -> None:
    path = made.write(tmp_path / "raster")
    _, findings, _ = look(path, kind, asked)
    assert tuple(one.rule for one in findings if one.serious) == broken
    assert all(one.words.endswith(".") for one in findings)
    assert bool(taken(path, asked)) == bool(broken)


@pytest.mark.parametrize(("kind", "asked", "made", "broken"), [row for row in TABLE if row[3]],
                         ids=[named(row) for row in TABLE if row[3]])
def test_the_steps_make_it_fit(
    tmp_path: Path, taken: Taken, kind: str, asked: dict[str, Any], made: Made, broken: tuple[str, ...]
) -> None:
    path = made.write(tmp_path / "raster")
    found, findings, rules = look(path, kind, asked)
    proposed = fitting.fit(found, findings, rules)
    assert proposed.steps and not proposed.left
    target = tmp_path / f"fitted{proposed.suffix}"
    told: list[float] = []
    fitting.run(proposed, path, target, lambda share: told.append(share) or True)
    assert told[-1] == 1.0
    assert [one for one in look(target, kind, asked)[1] if one.serious] == []
    assert taken(target, asked) == ""
    assert {one.name for one in tmp_path.glob("fitted*")} <= {target.name, f"{target.name}.aux.xml"}


@pytest.mark.parametrize(("kind", "asked", "made", "broken"), UNFIT, ids=map(named, UNFIT))
def test_what_no_step_puts_right_is_said(
    tmp_path: Path, kind: str, asked: dict[str, Any], made: Made, broken: tuple[str, ...]
) -> None:
    found, findings, rules = look(made.write(tmp_path / "raster"), kind, asked)
    proposed = fitting.fit(found, findings, rules)
    assert not proposed.steps
    assert tuple(one.rule for one in proposed.left) == broken


def test_without_rules_of_the_collection_those_of_its_type_hold(tmp_path: Path) -> None:
    """``raster_info`` and the area are assumed members of the platform's answers (A6)."""
    path = Made(data_type="uint16").write(tmp_path / "raster")
    found = facts.read_facts(path)
    for kind, broken in {"RGB": ["data_type"], "DTM": ["data_type", "num_bands"], "raster": []}.items():
        assert [one.rule for one in check.check(found, check.rules_of(kind, None))] == broken
    four = facts.read_facts(Made(num_bands=4).write(tmp_path / "four"))
    assert check.check(four, check.rules_of("RGB", {})) == []


def test_a_file_that_is_no_raster(tmp_path: Path) -> None:
    path = tmp_path / "cut.tif"
    path.write_bytes(Made().write(tmp_path / "whole").read_bytes()[:60])
    assert facts.read_facts(path) is None
    assert "cut.tif" in check.unreadable("cut.tif").words


def test_a_world_file_with_the_rule_tells_the_place(tmp_path: Path, taken: Taken) -> None:
    path = Made(format="JPEG", srid=0, cell=0.0).write(tmp_path / "raster")
    world_file(path)
    asked = {**RGB, "format": "JPEG", "srid": 25833}
    found, findings, _ = look(path, "RGB", asked)
    assert findings == [] and found.world_file and area().holds(found.outline)
    assert taken(path, asked) == ""


def test_a_projection_file_tells_the_system_and_is_kept_by_the_steps(tmp_path: Path, taken: Taken) -> None:
    from osgeo import osr

    path = Made(srid=0).write(tmp_path / "raster")
    system = osr.SpatialReference()
    system.ImportFromEPSG(25833)
    path.with_suffix(".prj").write_text(system.ExportToWkt())
    found, findings, _ = look(path, "RGB", RGB)
    assert (found.srid, found.system_file, findings) == (25833, True, [])
    asked = {**RGB, "srid": 25832}
    found, findings, rules = look(path, "RGB", asked)
    target = tmp_path / "fitted.tif"
    fitting.run(fitting.fit(found, findings, rules), path, target)
    assert taken(target, asked) == ""


def test_values_are_stretched_only_where_they_must(tmp_path: Path) -> None:
    asked = RGB
    small, large = (Made(data_type="uint16", peak=peak).write(tmp_path / f"to{peak}") for peak in (200.0, 4000.0))
    for path, factor, said in ((small, 1.0, False), (large, 255 / 4000, True)):
        found, findings, rules = look(path, "RGB", asked)
        proposed = fitting.fit(found, findings, rules)
        assert any("stretched" in one for one in proposed.warnings) == said
        target = tmp_path / f"fitted_{path.name}"
        fitting.run(proposed, path, target)
        before, after = (gdal.Open(str(one)).ReadAsArray().astype(float) for one in (path, target))
        assert np.abs(after - before * factor).max() <= 0.5001


def test_what_is_shown_is_what_is_run(tmp_path: Path) -> None:
    """The commands, typed, make the same raster."""
    import subprocess

    path = Made(data_type="uint16", num_bands=4, srid=25832, cell=0.3, peak=9000.0).write(tmp_path / "a raster")
    found, findings, rules = look(path, "RGB", {**RGB, **ALL})
    proposed = fitting.fit(found, findings, rules)
    run, typed = tmp_path / "run.tif", tmp_path / "typed.tif"
    fitting.run(proposed, path, run)
    for command in proposed.commands(path, typed):
        subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)
    assert np.array_equal(gdal.Open(str(run)).ReadAsArray(), gdal.Open(str(typed)).ReadAsArray())


def test_a_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    from imagery_hub.core.problems import Problem

    path = Made(srid=25832).write(tmp_path / "raster")
    found, findings, rules = look(path, "RGB", {**RGB, **ALL})
    with pytest.raises(Problem):
        fitting.run(fitting.fit(found, findings, rules), path, tmp_path / "fitted.tif", lambda share: False)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_the_edge_of_the_area(tmp_path: Path) -> None:
    """A raster that reaches beyond the area is only remarked upon (A14)."""
    ring = [[10.5, 59.7], [10.5, 60.1], [10.75, 60.1], [10.75, 59.7], [10.5, 59.7]]
    shape = from_platform({"type": "Polygon", "coordinates": [ring]})
    found = facts.read_facts(Made(cell=100.0).write(tmp_path / "raster"))
    half = check.Area(shape)
    assert half.touches(found.outline) and not half.holds(found.outline)
    findings = check.check(found, check.rules_of("RGB", RGB), half)
    assert [(one.rule, one.serious) for one in findings] == [("area", False)]

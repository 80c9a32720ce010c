"""Legends of Pixxel: their classes told with the areas, which are counted anew in the raster that was downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
from pixxel_desk import make_aoi
from pixxel_found import EARLIER, numbers, rows, unpacked
from sandbox_pixxel import ITEM, TD2, PixxelCalls

DAY = "2024_01_17"
VIGOUR = "(B027-B015)/(B027+B015)"


@pytest.fixture
def aoi(pixxel: PixxelCalls) -> str:
    return make_aoi(pixxel, "Two days", (ITEM, EARLIER))


@pytest.fixture
def mosaics(pixxel: PixxelCalls, aoi: str) -> dict[str, str]:
    """The mosaics of the area by their days."""
    listed = pixxel.get(f"v0/aois/{aoi}/assets")["assets"]
    return {one["date"]: one["id"] for one in listed if one["asset_type"] == "mosaic"}


@pytest.fixture
def rendered(run_pixxel: Any, pixxel: PixxelCalls, aoi: str, mosaics: dict[str, str]) -> dict[str, str]:
    """An index over one day of the area, as the parameters of what is about its legend."""
    presets = pixxel.get("v0/indices", satellite_id=TD2, type="preset", expression_type="index")["indices"]
    made = run_pixxel("createvisualization", AOI=aoi, INDEX=presets[0]["id"], ASSETS=mosaics["2024-01-17"])
    return {"AOI": aoi, "VISUALIZATION": made["VISUALIZATION_ID"], "ASSETS": made["ASSET_IDS"]}


def shares(run_pixxel: Any, rendered: dict[str, str], bounds: list[tuple[float, float]], folder: Path) -> Iterator[
    tuple[float, float]
]:
    """Area and percentage of each class, counted in the raster."""
    folder.mkdir(exist_ok=True)
    got = run_pixxel("downloadassets", AOI=rendered["AOI"], ASSETS=rendered["ASSETS"], LOAD=False,
                     OUTPUT=str(folder / "index.zip"))
    (file,) = [one for name, one in unpacked(got["OUTPUT"], folder).items() if name.endswith(".tif")]
    values, pixel = numbers(file)
    known = values[numpy.isfinite(values)]
    for low, high in bounds:
        count = int(((known > low) & (known <= high)).sum())
        yield count * pixel, 100 * count / known.size


def test_a_legend_that_was_changed_is_told_with_the_area_of_its_classes(
    run_pixxel: Any, pixxel: PixxelCalls, rendered: dict[str, str], tmp_path: Path
) -> None:
    both = {name: rendered[name] for name in ("AOI", "VISUALIZATION")}
    changed = run_pixxel("editlegend", **both, MODE="theoretical", OUTPUT="memory:",
                         LEGEND=["bare", "#aa0000", "-1", "0.4", "green", "#00aa00", "0.4", "1"])
    told = rows(changed["OUTPUT"])
    assert [(one["day"], one["mode"], one["label"], one["color"], one["low"], one["high"]) for one in told] == [
        (DAY, "theoretical", "bare", "#aa0000", -1, 0.4), (DAY, "theoretical", "green", "#00aa00", 0.4, 1)]
    counted = list(shares(run_pixxel, rendered, [(-1, 0.4), (0.4, 1)], tmp_path))
    assert [one["area"] for one in told] == pytest.approx([area for area, _ in counted])
    assert [one["percentage"] for one in told] == pytest.approx([share for _, share in counted], abs=1e-3)
    assert min(share for _, share in counted) > 5, "both classes are there"
    assert (changed["CLASSES"], changed["DAYS"], changed["COUNT"]) == ("bare,green", DAY, 2)
    assert [float(one) for one in changed["PERCENTAGES"].split(",")] == pytest.approx(
        [share for _, share in counted], abs=1e-3)
    assert [float(one) for one in changed["AREAS"].split(",")] == pytest.approx([area for area, _ in counted])
    again = run_pixxel("resetlegend", **both, MODE="theoretical", OUTPUT="memory:")
    usual = rows(again["OUTPUT"])
    assert len(usual) == 5 and "bare" not in again["CLASSES"]
    assert sum(one["percentage"] for one in usual) == pytest.approx(100, abs=0.01)
    edges = [(one["low"], one["high"]) for one in usual]
    recounted = list(shares(run_pixxel, rendered, edges, tmp_path / "again"))
    assert [one["area"] for one in usual] == pytest.approx([area for area, _ in recounted])


def test_the_legend_as_it_is_is_listed_without_changing_it(
    run_pixxel: Any, pixxel: PixxelCalls, rendered: dict[str, str]
) -> None:
    both = {name: rendered[name] for name in ("AOI", "VISUALIZATION")}
    before = pixxel.sandbox.last_entry()
    first = run_pixxel("listlegend", **both, OUTPUT="memory:")
    told = rows(first["OUTPUT"])
    assert {(one["day"], one["mode"]) for one in told} == {(DAY, "dynamic"), (DAY, "theoretical")}
    usual = [one for one in told if one["mode"] == "theoretical"]
    assert [one["high"] for one in usual] == pytest.approx([-0.6, -0.2, 0.2, 0.6, 1])
    assert [one["low"] for one in usual[1:]] == [one["high"] for one in usual[:-1]]
    assert all(one["color"].startswith("#") and one["label"] for one in told)
    assert all(one["area"] is None or str(one["area"]) == "NULL" for one in told), "the platform tells it nowhere"
    for operation in ("updateLegend", "rollbackLegend"):
        assert pixxel.sandbox.log(operation=operation, after=before) == []
    changed = rows(run_pixxel("editlegend", **both, MODE="theoretical", OUTPUT="memory:", LEGEND=[
        "bare", "#aa0000", "-1", "0.4", "green", "#00aa00", "0.4", "1"])["OUTPUT"])
    now = [one for one in rows(run_pixxel("listlegend", **both, OUTPUT="memory:")["OUTPUT"])
           if one["mode"] == "theoretical"]
    assert [(one["label"], one["low"], one["area"]) for one in now] == [
        (one["label"], one["low"], one["area"]) for one in changed], "areas that were told are known from then on"


def test_an_index_of_ones_own_has_one_legend_and_a_picture_none(
    run_pixxel: Any, pixxel: PixxelCalls, aoi: str
) -> None:
    own = run_pixxel("createindex", NAME="Vigour of my own", DESCRIPTION="d", SATELLITE=TD2, EXPRESSION=VIGOUR)
    made = run_pixxel("createvisualization", AOI=aoi, INDEX=own["INDEX_ID"])["VISUALIZATION_ID"]
    told = rows(run_pixxel("listlegend", AOI=aoi, VISUALIZATION=made, OUTPUT="memory:")["OUTPUT"])
    assert {one["mode"] for one in told} == {"dynamic"} and len({one["day"] for one in told}) == 2
    picture = next(one["id"] for one in pixxel.get("v0/indices", satellite_id=TD2)["indices"]
                   if one["expression_type"] == "composite")
    made = run_pixxel("createvisualization", AOI=aoi, INDEX=picture)["VISUALIZATION_ID"]
    assert run_pixxel("listlegend", AOI=aoi, VISUALIZATION=made)["COUNT"] == 0
    assert run_pixxel("listvisualizations", AOI=aoi, TYPE="custom")["COUNT"] == 2

"""The quick look that “Search imagery everywhere” writes for map tips, on every platform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pictured_platforms import PLATFORMS, environment
from qgis.core import QgsProcessingUtils
from sandbox_process import SandboxProcess
from shapely import wkt
from shapely.geometry import shape

ASSUMED = {"pixel": [pytest.mark.needs_assumed("pixel Raster.download_url")]}


@pytest.mark.parametrize("name", [pytest.param(one, marks=ASSUMED.get(one, ())) for one in PLATFORMS])
def test_a_quick_look_lies_in_the_folder(
    name: str, run: Any, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable, value in environment(sandbox).items():
        monkeypatch.setenv(variable, value)
    there = PLATFORMS[name](sandbox, tmp_path)
    further: dict[str, Any] = {}
    if there.query.further:
        area = wkt.dumps(shape(there.query.area))
        further = {"FILTERS": json.dumps({there.platform: there.query.further}),
                   "AREA_TEXT": f"CRS=EPSG:4326;{area}"}
    found = run(
        "imageryhub:searcheverywhere", CONNECTIONS=there.platform, TEXT=there.text, PICTURES=str(tmp_path / "looks"),
        FROM=there.query.captured_after, TO=there.query.captured_before, OUTPUT="memory:", **further,
    )
    layer = QgsProcessingUtils.mapLayerFromString(found["OUTPUT"], run.context) if isinstance(
        found["OUTPUT"], str) else found["OUTPUT"]
    rows = [one for one in layer.getFeatures() if there.text in one["name"]]
    assert rows and all(one["quick_look"] for one in rows)
    assert there.looks(Path(rows[0]["quick_look"]).read_bytes())

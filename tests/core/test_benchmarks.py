"""``make bench`` works from end to end; what it measures is no matter of the suite."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WAYS = {
    "upload": {"curl", "plugin", "vendor's client 4.0.0", "vendor's client 2.0.0", "ceiling (2 x curl, bytes only)"},
    "upload, bare server": {"curl", "plugin", "ceiling (2 x curl)"},
    "list": {"curl", "plugin, client", "vendor's client 4.0.0", "ceiling (2 x curl)"},
    "result, feature collection": {
        "curl + ogr2ogr, GPKG", "plugin", "vendor's client 4.0.0 + QGIS", "ceiling (2 x curl, bytes only)"},
    "result, one MultiPolygon": {"plugin", "vendor's client 2.0.0 + QGIS", "ceiling (2 x curl, bytes only)"},
    "stalls": {"idle, before", "upload", "result, collection", "result, multipolygon", "list", "idle, after"},
}
WAYS_OF_OTHERS = {
    "Pixxel catalog to a layer": {"requests + ogr2ogr", "plugin"},
    "Pixxel bundle": {"curl", "plugin"},
    "Pixxel bundle, cut and resumed": {"curl -C -", "plugin"},
    "Descartes Labs entries": {"plugin", "vendor's client 1.12.1"},
}
pytestmark = [
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="memory and waiting are measured through /proc"),
    pytest.mark.timeout(300),
]


def measured(target: Path, *parts: str) -> tuple[dict[str, Any], str]:
    """What a quick run writes, and what it says."""
    command = [sys.executable, "-m", "benchmarks", "--quick", "--output", str(target), "--only", *parts]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "/" + str(ROOT).split("/")[1] not in target.read_text("utf-8")
    return json.loads(target.read_text("utf-8")), done.stdout


def check(found: dict[str, Any], expected: dict[str, set[str]]) -> None:
    """Each way of each measurement came to its end and took time."""
    assert found["quick"] is True and found["machine"]["cores"] >= 1 and len(found["before"]["load"]) == 3
    assert set(found["measurements"]) == set(expected)
    for title, ways in expected.items():
        rows = found["measurements"][title]["ways"]
        assert ways <= set(rows)
        for way, row in rows.items():
            assert "did_not_finish" not in row, f"{title}: {way}: {row}"
            assert row["seconds"] > 0


def test_a_quick_run_writes_every_figure(tmp_path: Path) -> None:
    found, told = measured(tmp_path / "bench.json", "upload", "list", "result", "stalls")
    check(found, WAYS)
    for row in found["measurements"]["stalls"]["ways"].values():
        assert row["longest_ms"] >= row["longest_without_waiting_for_a_processor_ms"] > 0
    assert "| plugin |" in told and "### targets" in told


def test_a_quick_run_of_pixxel_and_the_catalog(tmp_path: Path) -> None:
    found, told = measured(tmp_path / "bench.json", "pixxel", "descarteslabs")
    check(found, WAYS_OF_OTHERS)
    for title in ("Pixxel bundle", "Pixxel bundle, cut and resumed"):
        assert f"### {title}" in told

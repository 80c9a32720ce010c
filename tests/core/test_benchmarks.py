"""``make bench`` works from end to end; what it measures is no matter of the suite."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WAYS = {
    "upload": {"curl", "plugin", "vendor's client 4.0.0", "vendor's client 2.0.0"},
    "upload, bare server": {"curl", "plugin"},
    "list": {"curl", "plugin, client", "vendor's client 4.0.0", "ceiling (2 x curl)"},
    "result, feature collection": {"curl + ogr2ogr, GPKG", "plugin", "vendor's client 4.0.0 + QGIS"},
    "result, one MultiPolygon": {"plugin", "vendor's client 2.0.0 + QGIS"},
    "stalls": {"idle, before", "upload", "result, collection", "result, multipolygon", "list", "idle, after"},
}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="memory and waiting are measured through /proc")
@pytest.mark.timeout(300)
def test_a_quick_run_writes_every_figure(tmp_path):
    target = tmp_path / "bench.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--output", str(target),
               "--only", "upload", "list", "result", "stalls"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(target.read_text("utf-8"))
    assert found["quick"] is True and found["machine"]["cores"] >= 1 and len(found["before"]["load"]) == 3
    assert set(found["measurements"]) == set(WAYS)
    for title, ways in WAYS.items():
        rows = found["measurements"][title]["ways"]
        assert ways <= set(rows)
        for way, row in rows.items():
            assert "did_not_finish" not in row, f"{title}: {way}: {row}"
            assert row["seconds"] > 0
    for row in found["measurements"]["stalls"]["ways"].values():
        assert row["longest_ms"] >= row["longest_without_waiting_for_a_processor_ms"] > 0
    assert "/" + str(ROOT).split("/")[1] not in target.read_text("utf-8")
    assert "| plugin |" in done.stdout and "### targets" in done.stdout

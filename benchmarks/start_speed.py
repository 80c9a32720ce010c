"""What the plugin adds to the start of the real QGIS program: starts with it and with an empty plugin take turns.

What loading and starting the plugin took inside QGIS (import, ``classFactory``, ``initGui``); how long after the start
its algorithms are all there, which come in by and by, and the longest that the window was held meanwhile; and the
difference of whole starts, which is small against their scatter.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
from pathlib import Path
from typing import Any

from .measure import ROOT, watched

HERE = Path(__file__).with_name("start")
EMPTY = '''class Nothing:
    def initGui(self): pass
    def initProcessing(self): pass
    def unload(self): pass


def classFactory(iface): return Nothing()
'''


def measured(folder: Path, count: int) -> dict[str, Any]:
    """The measurement ``start``."""
    plugin, empty = copy_of_plugin(folder / "plugin"), empty_plugin(folder / "empty")
    found: dict[str, list[dict[str, Any]]] = {"with": [], "without": []}
    for number in range(count + 1):
        for kind, used in (("with", plugin), ("without", empty)):
            one = start(folder, used)
            if number:
                found[kind].append(one)
    rows = {kind: summary(some) for kind, some in found.items()}
    return {
        "starts": count,
        "ways": rows,
        "added_wall_ms": round(1000 * (rows["with"]["plugin_wall"] - rows["without"]["plugin_wall"]), 1),
        "added_wall_without_waiting_for_a_processor_ms": round(
            1000 * (rows["with"]["plugin_alone"] - rows["without"]["plugin_alone"]), 1
        ),
        "added_cpu_ms": round(1000 * (rows["with"]["plugin_cpu"] - rows["without"]["plugin_cpu"]), 1),
        "difference_of_starts_ms": round(1000 * (rows["with"]["start"] - rows["without"]["start"]), 1),
        "difference_of_starts_cpu_ms": round(1000 * (rows["with"]["start_cpu"] - rows["without"]["start_cpu"]), 1),
        "libraries_loaded": sorted(set(found["with"][-1]["libraries"]) - set(found["without"][-1]["libraries"])),
    }


def start(folder: Path, plugin: Path) -> dict[str, Any]:
    """Start QGIS once in a fresh profile, and what it noted."""
    told = folder / "start.json"
    told.unlink(missing_ok=True)
    before = str(HERE / "before_plugins.py")
    variables = {"PLUGIN": str(plugin), "PYQGIS_STARTUP": before, "BENCHMARK_RESULT": str(told)}
    # Bytecode beside the modules, as for a user: the first start writes it, and is not counted.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
    watched(["tools/real_qgis/run.sh"], {**kept, **variables})
    found: dict[str, Any] = json.loads(told.read_text("utf-8"))
    if not found["active"]:
        raise RuntimeError("QGIS did not start the plugin.")
    return found


def summary(some: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians in seconds, and the spread of the plugin's own part."""
    walls = sorted(one["wall"] for one in some)
    return {
        "start": round(statistics.median(one["start"] for one in some), 4),
        "start_cpu": round(statistics.median(one["start_cpu"] for one in some), 4),
        "plugin_wall": round(statistics.median(walls), 5),
        "plugin_wall_least": round(walls[0], 5),
        "plugin_wall_most": round(walls[-1], 5),
        "plugin_alone": round(statistics.median(one["wall"] - one["waited"] for one in some), 5),
        "plugin_cpu": round(statistics.median(one["thread"] for one in some), 5),
        "complete": round(statistics.median(one["complete"] for one in some), 4),
        "longest": round(statistics.median(one["longest"] for one in some), 4),
        "longest_most": round(max(one["longest"] for one in some), 4),
        "modules": some[-1]["modules"],
    }


def copy_of_plugin(folder: Path) -> Path:
    """The plugin as it is now, so that nobody's changes meet a start half-way."""
    for name in ("__init__.py", "plugin.py", "metadata.txt"):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder)
    for name in ("providers", "core", "algorithms", "ui", "icons", "models", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def empty_plugin(folder: Path) -> Path:
    """A plugin that does nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").write_text(EMPTY, "utf-8")
    lines = ["[general]", "name=Nothing", "description=Nothing", "about=Nothing", "version=1.0", "author=Benchmark",
             "email=nobody@example.org", "qgisMinimumVersion=3.22", "hasProcessingProvider=yes"]
    (folder / "metadata.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return folder

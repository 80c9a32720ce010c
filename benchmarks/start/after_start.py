"""Run inside QGIS when it has started (qgis --code): writes what the start took, and ends QGIS."""

import json
import os
import sys
import time
from pathlib import Path

import qgis.utils
from qgis.PyQt.QtCore import QTimer


def tell():
    begun = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    found = {
        "start": time.clock_gettime(time.CLOCK_BOOTTIME) - begun,
        "start_cpu": time.process_time(),
        "active": "imagery_hub" in qgis.utils.active_plugins,
        "modules": sum(name.startswith("imagery_hub") for name in sys.modules),
        "libraries": sorted({"requests", "boto3", "shapely", "numpy"} & set(sys.modules)),
        **qgis.utils.imagery_hub_benchmark,
    }
    Path(os.environ["BENCHMARK_RESULT"]).write_text(json.dumps(found))
    os._exit(0)


Path(os.environ["STARTED"]).touch()
QTimer.singleShot(0, tell)

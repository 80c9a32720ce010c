"""Run inside QGIS by test_package_in_qgis.py: writes what became of the plugin, then ends QGIS."""

import json
import os
import sys
import traceback
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer
from qgis.utils import iface, plugin_times, plugins, unloadPlugin


def look() -> None:
    code = 1
    try:
        provider = QgsApplication.processingRegistry().providerById("imageryhub")
        facts = {
            "loaded": "imagery_hub" in plugins,
            "from": sys.modules["imagery_hub"].__file__ if "imagery_hub" in sys.modules else None,
            "seconds": plugin_times.get("imagery_hub"),
            "algorithms": sorted(one.name() for one in provider.algorithms()) if provider else None,
            "icon": bool(provider) and not provider.icon().isNull(),
            "message": iface.messageBar().currentItem().text() if iface.messageBar().currentItem() else "",
            "heavy": [name for name in ("requests", "shapely", "imagery_hub._vendor.botocore") if name in sys.modules],
        }
        facts["unloaded"] = unloadPlugin("imagery_hub")
        facts["provider_gone"] = QgsApplication.processingRegistry().providerById("imageryhub") is None
        with open(os.environ["FACTS"], "w", encoding="utf-8") as sink:
            json.dump(facts, sink)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


Path(os.environ["STARTED"]).touch()
QTimer.singleShot(1500, look)

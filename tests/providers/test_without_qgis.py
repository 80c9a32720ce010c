"""What a notebook does: it imports the providers where there is no QGIS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "build" / "python"
IMPORTS = """
import importlib, json, pkgutil, sys

class NoQgis:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("qgis", "PyQt5", "PyQt6", "osgeo"):
            raise ImportError(f"{name} is not there")

sys.meta_path.insert(0, NoQgis())
import imagery_hub.providers as providers

def fail(name):
    raise

names = [one.name for one in pkgutil.walk_packages(providers.__path__, "imagery_hub.providers.", onerror=fail)]
for name in names:
    importlib.import_module(name)
print(json.dumps(names))
"""


def test_every_module_of_the_providers_can_be_imported_where_there_is_no_qgis() -> None:
    """In a process of its own, as this one may have QGIS already."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    command = [sys.executable, "-c", IMPORTS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = json.loads(done.stdout)
    assert {f"imagery_hub.providers.{one}" for one in ("picterra.provider", "http.session")} <= {*names}

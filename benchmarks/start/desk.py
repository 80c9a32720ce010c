"""What ``qgis --code`` runs for ``desk_speed``. QGIS throws the names of a script away, so the work is in a module."""

import os
import sys

sys.path.insert(0, os.environ["BENCHMARKS_ROOT"])
from benchmarks import desk_ways  # noqa: E402 - its folder is on the path from here on

desk_ways.begin()

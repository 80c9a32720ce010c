"""Run by QGIS before it loads plugins (PYQGIS_STARTUP): notes what loading and starting the plugin takes."""

import qgis.utils


def note_times(spent):
    """Puts clocks around what loads and starts a plugin. QGIS runs this file twice, among its own globals,
    so that nothing here leans on them."""
    import os
    import time
    from pathlib import Path

    status = Path(f"/proc/self/task/{os.getpid()}/schedstat")

    def waited():  # how long the main thread could have run while others had the processor
        return int(status.read_text().split()[1]) / 1e9

    def noted(function):
        def call(name, *others):
            if name != "imagery_hub":
                return function(name, *others)
            waiting, wall, thread = waited(), time.perf_counter(), time.thread_time()
            try:
                return function(name, *others)
            finally:
                spent["wall"] += time.perf_counter() - wall
                spent["thread"] += time.thread_time() - thread
                spent["waited"] += waited() - waiting

        return call

    qgis.utils.loadPlugin = noted(qgis.utils.loadPlugin)
    qgis.utils.startPlugin = noted(qgis.utils.startPlugin)
    qgis.utils.imagery_hub_benchmark = spent


if not hasattr(qgis.utils, "imagery_hub_benchmark"):
    note_times({"wall": 0.0, "thread": 0.0, "waited": 0.0})

"""Run inside QGIS by ``qgis --code``: starts an upload from the desk and waits to be killed in the middle of it.

``CONNECTION`` in the environment names the connection to save and use; empty: the environment variables are it.
"""

from __future__ import annotations

import os
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer


def begin() -> None:
    from imagery_hub.core import connections
    from imagery_hub.ui import operations

    name = os.environ["CONNECTION"]
    if name:
        QgsApplication.authManager().setMasterPassword(os.environ["MASTER"], True)
        connection = connections.Connection(name, "picterra", os.environ["PICTERRA_BASE_URL"])
        connections.save(connection, {"key": os.environ["KEY"]})
    job = operations.start(
        "picterra_uploadraster", {"CONNECTION": name, "INPUT": os.environ["IMAGE"], "NAME": "Killed"}
    )
    Path(os.environ["WORK"], "session.txt").write_text(f"{os.getpid()} {job}")


Path(os.environ["STARTED"]).touch()
QTimer.singleShot(1500, begin)

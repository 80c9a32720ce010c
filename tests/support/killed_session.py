"""Run inside QGIS by ``qgis --code``: starts an upload from the desk and waits to be killed in the middle of it.

``CONNECTION`` in the environment names the connection to save and use; empty: the environment variables are it.
With ``QUIT`` the user quits by the menu when bytes move, and answers no question.
"""

from __future__ import annotations

import os
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer
from qgis.utils import iface


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
    if os.environ.get("QUIT"):
        quit_when_bytes_move(job)


def quit_when_bytes_move(job: str) -> None:
    from imagery_hub.core.jobs.heartbeat import heartbeat

    pulse = heartbeat.pulse(job)
    if pulse is None or not pulse.progress.bytes_done:
        QTimer.singleShot(100, lambda: quit_when_bytes_move(job))
        return
    from hands import choose, click, in_menu

    bar = iface.mainWindow().menuBar()
    in_menu(lambda menu: choose(menu, "Exit QGIS"))
    click(bar, bar.actionGeometry(bar.actions()[0]).center())


Path(os.environ["STARTED"]).touch()
QTimer.singleShot(1500, begin)

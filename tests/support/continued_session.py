"""Run inside QGIS by ``qgis --code`` after a killed session: clicks "Continue" in the message bar and waits.

With ``RIVAL`` in the environment it clicks at the moment at which another process takes the job up too. Exit code 0:
the job came to an end, done or taken by the other one.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Any

from hands import button, click, failures, in_dialog, keep_picture, tool_button, wait_for
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QDockWidget, QLineEdit, QPushButton, QToolBar, QTreeView
from qgis.utils import iface

WORK = Path(os.environ["WORK"])
STATE = 2


def visible(name: str) -> Any:
    found = iface.messageBar().findChildren(QPushButton, name)
    return next((one for one in found if one.isVisible()), None)


def give_master_password(dialog: QDialog) -> None:
    (field,) = [one for one in dialog.findChildren(QLineEdit) if one.isVisible()][:1]
    keep_picture("jobs_master_password")
    QTest.keyClicks(field, os.environ["MASTER"])
    click(button(dialog, "Ok"))


def go_on() -> None:
    window = iface.mainWindow()
    window.move(0, 0)
    window.resize(1600, 1000)
    iface.newProject(False)
    offer = wait_for(lambda: visible("imageryHubJobsContinue"), "the offer to continue")
    (bar,) = window.findChildren(QToolBar, "imageryHubToolbar")
    click(tool_button(next(one for one in bar.actions() if one.objectName() == "imageryHubShowJobs")))
    dock = window.findChild(QDockWidget, "imageryHubJobsDock")
    rows = dock.findChild(QTreeView, "imageryHubJobsList").model()

    def state() -> str:
        return str(rows.index(0, STATE).data() or "")

    wait_for(lambda: state() == "Interrupted", "the interrupted job")
    if os.environ.get("RIVAL"):
        wait_for(lambda: (WORK / "rival_ready").exists(), "the rival", 60)
        (WORK / "go").touch()
    else:
        keep_picture("jobs-after-restart")
    if os.environ["CONNECTION"]:
        in_dialog(give_master_password)
    click(offer)
    wait_for(lambda: state() == "Done", "the end", 90)
    keep_picture("jobs_continued")
    if failures:
        raise failures[0]


def run() -> None:
    code = 1
    try:
        go_on()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


Path(os.environ["STARTED"]).touch()
QTimer.singleShot(1500, run)

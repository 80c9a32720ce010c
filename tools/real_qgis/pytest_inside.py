"""Runs pytest inside QGIS and ends QGIS with pytest's exit code; started by run_tests.sh through `qgis --code`."""

import os
import sys
import traceback
from pathlib import Path

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface

# pytest-qt and pytest-qgis make an application of their own; here the real one runs already.
OPTIONS = ["-p", "no:pytest_qgis", "-p", "no:pytest-qt", "-p", "no:cacheprovider", "--capture=sys"]
# A modal dialog waits inside Qt, where no signal reaches Python; a thread ends such a test and says where it stood.
OPTIONS += ["-o", "timeout_method=thread"]


def run() -> None:
    code = 99
    try:
        import pytest

        window = iface.mainWindow()
        window.move(0, 0)
        window.resize(1600, 1000)  # a fresh profile opens small, and toolbar buttons hide
        iface.newProject(False)  # leaves the welcome page
        QTest.qWait(300)
        code = int(pytest.main([*OPTIONS, *os.environ["PYTEST_ARGUMENTS"].splitlines()]))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # a normal exit would ask about unsaved changes


Path(os.environ["STARTED"]).touch()
QTimer.singleShot(1500, run)

"""Tells who shows what a platform holds that an algorithm has just done its work there, whoever started it."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject, pyqtSignal


class _Changes(QObject):
    """``made``: platform key, name of the connection, name of the algorithm (without provider). Emitted from whichever
    thread; receivers of the main thread are called there."""

    made = pyqtSignal(str, str, str)


changes = _Changes()

"""One application for all tests, and stand-ins that behave, before anything of the plugin is imported."""

from __future__ import annotations

import stand_ins
from PyQt6 import QtWidgets

APPLICATION = QtWidgets.QApplication([])
stand_ins.install()

"""`qgis.PyQt.X` is `PyQt6.X`."""

import importlib
import sys

for _name in ("QtCore", "QtGui", "QtWidgets", "QtNetwork", "QtTest", "QtSvg", "QtXml", "uic", "sip"):
    sys.modules[f"{__name__}.{_name}"] = globals()[_name] = importlib.import_module(f"PyQt6.{_name}")

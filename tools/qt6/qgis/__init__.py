"""Stands in for QGIS where there is none: `qgis.PyQt` is PyQt6, every other module answers to anything.

What QGIS is asked for, as a base class too, is a plain class or widget: enough to import modules and to build
widgets of our own, not enough to believe anything about QGIS.
"""

import importlib
import importlib.abc
import importlib.machinery
import sys
import types

from PyQt6 import QtWidgets


class Anything(type):
    """The kind of a class that has every attribute; each is a class of the same kind."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        made = Anything(name, (QtWidgets.QWidget,) if name.endswith("Widget") else (), {"__init__": accept})
        setattr(cls, name, made)
        return made

    def __or__(cls, other: object) -> type:
        return cls

    def __and__(cls, other: object) -> type:
        return cls


def accept(self: object, *arguments: object, **named: object) -> None:
    if isinstance(self, QtWidgets.QWidget):
        QtWidgets.QWidget.__init__(self)


class AnyModule(types.ModuleType):
    """A module that has every class it is asked for."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        bases = (QtWidgets.QWidget,) if name.endswith(("Widget", "Edit", "Select", "ComboBox", "Dock")) else (object,)
        kind = type(QtWidgets.QWidget) if bases[0] is QtWidgets.QWidget else Anything
        made = kind(name, bases, {"__init__": accept})
        setattr(self, name, made)
        return made


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules of QGIS that are not here."""

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name.split(".")[0] in ("qgis", "processing", "osgeo") and not name.startswith("qgis.PyQt"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return AnyModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        return None


sys.meta_path.append(Finder())

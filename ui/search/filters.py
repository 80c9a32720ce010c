"""Filters of one platform, declared in a table ``FILTERS`` in ``ui/<platform key>/search.py``, and their widgets.

That module also tells which algorithm lists what a search finds, as a layer::

    FILTERS = (PlatformFilter("folder", ...), ...)
    LISTS = "picterra_listrasters"
    def listing(query, area) -> dict | None: ...  # the parameters of that algorithm for a query, without CONNECTION;
                                                  # None when it lacks one of the query's filters

``LISTS`` is empty, and ``listing`` not there, where the search of all platforms does it; it knows every filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QWidget

from ..choices.chooser import Chooser
from ..choices.source import ChoiceSource


@dataclass(frozen=True)
class PlatformFilter:
    """``name`` is the key in ``Query.further``. With a ``lister`` (which imports one of those of the choice parameters)
    its value is an id of one connection; otherwise it is one of ``values`` (value and title), the first of which
    narrows nothing."""

    name: str
    title: Callable[[], str]
    tip: Callable[[], str]
    lister: Callable[[], Any] | None = None
    values: tuple[tuple[str, Callable[[], str]], ...] = ()


@cache
def module_of(platform: str) -> Any:
    """What is declared for a platform; None for one that cannot be searched."""
    home = f"{__name__.rpartition('.search.')[0]}.{platform}"
    if find_spec(home) is None or find_spec(f"{home}.search") is None:
        return None
    return import_module(f"{home}.search")


class FilterRows(QWidget):
    """The filters of one platform. ``connection`` gives the one connection that ids are looked up with, None when
    several are ticked: ids belong to one connection."""

    changed = pyqtSignal()

    def __init__(
        self, platform: str, connection: Callable[[], str | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fields: dict[str, QComboBox | Chooser] = {}
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for one in module_of(platform).FILTERS:
            field = self._choice(platform, one, connection) if one.lister else _values(one)
            field.setObjectName(f"imageryHubFilter{one.name.title().replace('_', '')}")
            field.setToolTip(one.tip())
            field.setAccessibleName(one.title())
            signal = field.changed if isinstance(field, Chooser) else field.currentIndexChanged
            signal.connect(lambda *_: self.changed.emit())
            layout.addRow(one.title(), field)
            self._fields[one.name] = field

    @staticmethod
    def _choice(platform: str, one: PlatformFilter, connection: Callable[[], str | None]) -> Chooser:
        lister = one.lister
        if lister is None:
            raise ValueError(one.name)
        source = ChoiceSource(platform, lister, f"search/{one.name}", lambda: connection() or "", dict)
        return Chooser(source)

    def several(self, several: bool) -> None:
        """Whether several connections are ticked, so that an id cannot be meant."""
        for field in self._choosers():
            field.setEnabled(not several)
        if not several:
            for field in self._choosers():
                field.recall()

    def _choosers(self) -> Iterator[Chooser]:
        return (field for field in self._fields.values() if isinstance(field, Chooser))

    def values(self) -> dict[str, str]:
        """What is asked for, by name; only what narrows."""
        found = {}
        for name, field in self._fields.items():
            if isinstance(field, Chooser):
                value = field.value() if field.isEnabled() else ""
            else:
                value = str(field.currentData() or "")
            if value:
                found[name] = value
        return found

    def set_values(self, values: Mapping[str, str]) -> None:
        """Show what is given, nothing for what is not."""
        for name, field in self._fields.items():
            value = values.get(name, "")
            if isinstance(field, Chooser):
                field.set_value(value)
            else:
                field.setCurrentIndex(max(0, field.findData(value)))


def _values(one: PlatformFilter) -> QComboBox:
    combo = QComboBox()
    for value, title in one.values:
        combo.addItem(title(), value)
    return combo

"""The files that are about to be sent, each with what is said of it: a list with columns."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ....core.translation import tr
from ...push.sources import Source
from .sorts import Verdict

NAME, STATE, WAY = range(3)
KEY = Qt.ItemDataRole.UserRole
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class FileItem(QTreeWidgetItem):
    """A file or layer; ``verdict`` None while nothing was said of it."""

    def __init__(self, source: Source) -> None:
        super().__init__([source.path.name if source.path is not None else source.title])
        self.source = source
        self.verdict: Verdict | None = None
        usual = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        self.setFlags(usual | Qt.ItemFlag.ItemIsUserCheckable)
        self.setCheckState(NAME, CHECKED)
        self.setToolTip(NAME, _tip(str(source.path or source.title)))
        if source.problem:
            self.judge(Verdict(False, source.problem))

    @property
    def path(self) -> Path | None:
        """The file behind it."""
        return None if self.source.problem else self.source.path

    @property
    def ticked(self) -> bool:
        """Whether the user wants it to be sent."""
        return bool(self.checkState(NAME) == CHECKED)

    def judge(self, verdict: Verdict | None) -> None:
        """Show what is said of it; None while it is looked at."""
        self.verdict = verdict
        if verdict is None:
            icon, words, way = "mActionRefresh.svg", tr("It is looked at."), ""
        elif verdict.fits and verdict.remarks:
            icon, words, way = "mIconInfo.svg", verdict.remarks, ""
        elif verdict.fits:
            icon, words, way = "mIconSuccess.svg", tr("It fits."), ""
        else:
            icon, words = "mIconWarning.svg", verdict.words
            way = ": ".join(filter(None, (_tools(verdict.steps), verdict.changes)))
        self.setIcon(NAME, QgsApplication.getThemeIcon(f"/{icon}"))
        self.setText(STATE, " ".join(words.split()))
        self.setToolTip(STATE, _tip(words))
        self.setText(WAY, " ".join(way.split()))
        self.setToolTip(WAY, _tip("\n".join(filter(None, (verdict.steps, verdict.changes))) if verdict else ""))


class FileList(QTreeWidget):
    """Rows in the order in which they came. ``altered`` after each change."""

    altered = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubPixelFiles")
        self.setRootIsDecorated(False)
        self.setAlternatingRowColors(True)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.setHeaderLabels([tr("File"), tr("Check"), tr("How it can fit")])
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(STATE, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(NAME, 190)
        self.setColumnWidth(WAY, 210)
        self.itemChanged.connect(lambda *_: self.altered.emit())

    def items(self) -> list[FileItem]:
        """All rows."""
        found = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [one for one in found if isinstance(one, FileItem)]

    def add(self, sources: Iterable[Source]) -> int:
        """New rows, without those that are there; how many."""
        known = {one.source.key for one in self.items()}
        fresh = {one.key: one for one in sources if one.key not in known}
        self.blockSignals(True)
        self.addTopLevelItems([FileItem(one) for one in fresh.values()])
        self.blockSignals(False)
        self.altered.emit()
        return len(fresh)

    def remove(self, items: Iterable[FileItem]) -> None:
        """Take rows out."""
        for item in list(items):
            self.takeTopLevelItem(self.indexOfTopLevelItem(item))
        self.altered.emit()

    def judge(self, verdicts: Mapping[str, Verdict]) -> None:
        """What is said of the files, by their paths."""
        self.blockSignals(True)
        for item in self.items():
            verdict = verdicts.get(str(item.path)) if item.path is not None else None
            if verdict is not None:
                item.judge(verdict)
        self.blockSignals(False)
        self.viewport().update()
        self.altered.emit()

    def wait(self) -> None:
        """All of them are looked at anew."""
        self.blockSignals(True)
        for item in self.items():
            if item.path is not None:
                item.judge(None)
        self.blockSignals(False)
        self.viewport().update()
        self.altered.emit()


def _tools(steps: str) -> str:
    """The names of the commands, one after the other; the whole commands are in the tooltip."""
    return " + ".join(line.split(" ", 1)[0] for line in steps.splitlines() if line.strip())


def _tip(words: str) -> str:
    """A tooltip whose words nobody reads as markup."""
    return f"<p>{html.escape(words.strip())}</p>".replace("\n", "<br>") if words.strip() else ""

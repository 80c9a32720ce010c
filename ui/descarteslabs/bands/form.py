"""The table of bands with what fills it: the layer that is chosen beside it, read in the background."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingUtils, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ....algorithms.imagery import file_of
from ....algorithms.parameters.catalog_bands import told
from ....core import messages
from ....core.background import Errand, background
from ....core.rasters import band_facts
from ....core.translation import tr
from ....providers.descarteslabs import band_tables
from ...buttons import push_button
from ...forms.field import Form
from .table import BandTable

MOST_TOLD = 3


class BandsForm(Form):
    """``layer`` gives the layer that is chosen beside the form, as Processing names it."""

    def __init__(self, layer: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer = layer
        self._known: str | None = None
        self._types: list[str] = []
        self._filled = False
        self._reader = BandReader()
        self.table = BandTable()
        self.again = push_button("imageryHubBandsAgain", tr("From the Layer"), "/mActionRefresh.svg")
        self.again.setToolTip(tr("Derives the bands from the layer and its style again. What was changed is lost."))
        self.add = push_button("imageryHubBandsAdd", tr("Add Band"), "/symbologyAdd.svg")
        self.leave_out = push_button("imageryHubBandsLeaveOut", tr("Leave Out"), "/symbologyRemove.svg")
        self.leave_out.setToolTip(tr("Leaves the bands of the selected rows out of the product."))
        self.status = QLabel()
        self.status.setObjectName("imageryHubBandsStatus")
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        head = QHBoxLayout()
        for widget in (self.again, self.add, self.leave_out):
            head.addWidget(widget)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.table)
        layout.addWidget(self.status)
        self.again.clicked.connect(lambda: self._derive())
        self.add.clicked.connect(self._add)
        self.leave_out.clicked.connect(self.table.leave_out)
        self.table.altered.connect(self._altered)
        self.table.itemSelectionChanged.connect(self._enable)
        self.destroyed.connect(self._reader.stop)
        self._say(tr("Choose a raster layer: its bands are shown here."))

    # ------------------------------------------------------------------ the form
    def text(self) -> str:
        """The bands; a list without any while they are being read and when all were left out, which the check
        refuses; nothing where there is no layer to tell of."""
        bands = self.table.bands()
        if bands:
            return json.dumps(bands, ensure_ascii=False)
        return "[]" if self._filled or self._reader.busy else ""

    def show_text(self, text: str) -> None:
        bands = band_tables.parse(text)
        if not bands:
            self._derive()
            return
        self._reader.stop()
        self._known = self._layer()
        path = _file(_found(self._known), self._known)
        self._types = [] if path is None else band_facts.types(path)
        self._fill(bands)

    def problem(self) -> str:
        bands = self.table.bands()
        found = [(one.place, one.member, told(one, str(bands[one.place].get("name") or one.place + 1)))
                 for one in band_tables.findings(bands, self._types)]
        self.table.mark(found)
        words = [one for _, _, one in found]
        more = tr("And {count} more.").format(count=len(words) - MOST_TOLD) if len(words) > MOST_TOLD else ""
        return " ".join([*words[:MOST_TOLD], more]).strip()

    def others_changed(self) -> None:
        if self._layer() != self._known:
            self._derive()

    # ------------------------------------------------------------------ what the layer tells
    def _derive(self) -> None:
        """Read the bands of the layer; what stands in the table goes."""
        self._known = self._layer()
        self._reader.stop()
        self._types, self._filled = [], False
        self.table.show_bands([])
        layer = _found(self._known)
        path = _file(layer, self._known)
        if layer is None and path is None:
            self._say(tr("Choose a raster layer: its bands are shown here."))
        elif path is None:
            self._say(tr("The layer is no file on this computer. Save it as a GeoTIFF first (Export > Save As)."))
        else:
            self._say(tr("The bands of the layer are being read…"))
            style = band_facts.Shown() if layer is None else band_facts.shown(layer)
            self._reader.read(path, style, self._read, self._missed)
        self._enable()
        self.changed.emit()

    def _read(self, bands: list[dict[str, Any]]) -> None:
        self._types = [str(one["dtype"]) for one in bands]
        self._fill(bands)

    def _fill(self, bands: list[dict[str, Any]]) -> None:
        self._filled = True
        self.table.show_bands(bands)
        self._altered()

    def _missed(self, error: Exception) -> None:
        self._say(messages.sentence(error))
        self._enable()
        self.changed.emit()

    # ------------------------------------------------------------------ changes
    def _add(self) -> None:
        taken = [one.get("srcband") for one in self.table.bands()]
        number = max([one for one in taken if isinstance(one, int)], default=0) + 1
        dtype = self._types[number - 1] if number <= len(self._types) else "Byte"
        self._filled = True
        self.table.append({"name": f"band_{number}", "srcband": number, "dtype": dtype, "type": "other"})
        self.table.setFocus()

    def _altered(self) -> None:
        count = self.table.rowCount()
        self._say(
            tr("{count} bands as they will be sent. A double click changes a cell; several selected cells of a column"
               " are changed at once.").format(count=count)
            if count > 1 else tr("The band as it will be sent. A double click changes a cell.") if count else
            tr("No band is left. “From the Layer” brings them back.")
        )
        self._enable()
        self.changed.emit()

    def _enable(self) -> None:
        self.leave_out.setEnabled(bool(self.table.selectedIndexes()))
        self.again.setEnabled(bool(self._known))
        self.add.setEnabled(not self._reader.busy)  # what is read takes the place of what is in the table

    def _say(self, words: str) -> None:
        self.status.setText(words)


class BandReader:
    """Reads one file at a time, beside the main thread; a new one drops the earlier."""

    def __init__(self) -> None:
        self._errand: Errand[Any] | None = None

    @property
    def busy(self) -> bool:
        """Whether one is being read."""
        return self._errand is not None

    def read(
        self, path: Path, style: band_facts.Shown, done: Callable[[list[dict[str, Any]]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """``done`` gets the bands, on the main thread."""
        def ended(tell: Callable[[Any], None], what: Any) -> None:
            self._errand = None
            tell(what)

        self._errand = background().run(
            lambda _: band_facts.derive(path, style), lambda found: ended(done, found),
            lambda error: ended(failed, error),
        )

    def stop(self, *_: object) -> None:
        """Nobody waits any more."""
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None


def _found(name: str) -> QgsRasterLayer | None:
    """The layer of the project that Processing calls so; a file is not opened."""
    if not name:
        return None
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    layer = QgsProcessingUtils.mapLayerFromString(name, context, False)
    return layer if isinstance(layer, QgsRasterLayer) else None


def _file(layer: QgsRasterLayer | None, name: str) -> Path | None:
    """The file behind a layer, or the one that is named in its place."""
    return Path(name) if layer is None and Path(name).is_file() else file_of(layer)

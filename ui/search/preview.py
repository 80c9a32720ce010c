"""A small picture of the image that is selected, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QImage, QPixmap
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ...core import messages
from ...core.background import Errand
from ...core.thumbnails import thumbnails
from ...core.translation import tr
from ..icons import icon
from .model import CAPTURED, CLOUD, COVERED, NAME, PLATFORM, STATE, TAG, Row

SIDE = 96
ICON = 32
#: The keyboard runs through rows faster than pictures come: asked for only where it rests, in milliseconds.
REST = 150


class Preview(QFrame):
    """Always of the same height, so that the table stays where it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubSearchPreview")
        self._row: Row | None = None
        self._errand: Errand[Any] | None = None
        self.picture = QLabel()
        self.picture.setObjectName("imageryHubSearchPicture")
        self.picture.setFixedSize(SIDE, SIDE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setFrameShape(QFrame.Shape.StyledPanel)
        self.name = QLabel()
        font = self.name.font()
        font.setBold(True)
        self.name.setFont(font)
        self.words = QLabel()
        self.words.setObjectName("imageryHubSearchFacts")
        column = QVBoxLayout()
        column.setSpacing(2)
        for label in (self.name, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            column.addWidget(label)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.picture)
        layout.addLayout(column, 1)
        self.setFixedHeight(SIDE + 2)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST)
        self._timer.timeout.connect(self._fetch)
        self.show_rows([])

    def show_rows(self, rows: Sequence[Row]) -> None:
        """One is pictured, several are counted."""
        row = rows[0] if len(rows) == 1 else None
        if row is not None and row is self._row:
            return
        self.stop()
        self._row = row
        self.picture.clear()
        if row is None:
            self.name.setText(tr("{count} selected").format(count=f"{len(rows):n}") if rows else "")
            self.words.setText("" if rows else tr("Select an image to see what is known of it."))
            return
        texts = row.texts
        self.name.setText(texts[NAME])
        self.name.setToolTip("")
        lines = [" · ".join(filter(None, (texts[CAPTURED], texts[STATE], texts[PLATFORM])))]
        if texts[CLOUD]:
            lines.append(tr("Cloud: {percent}").format(percent=texts[CLOUD]))
        if texts[COVERED]:
            lines.append(tr("Covers {percent} of the area").format(percent=texts[COVERED]))
        if texts[TAG]:
            lines.append(tr("Tag: {tag}").format(tag=texts[TAG]))
        if row.found.shape.isNull():
            lines.append(tr("The platform does not tell where it lies."))
        self.words.setText("\n".join(filter(None, lines)))
        self.picture.setPixmap(icon(row.place.kind.icon).pixmap(ICON, ICON))
        self._timer.start()

    def _fetch(self) -> None:
        row = self._row
        if row is None or row.found.hit.entry.state in row.place.kind.bad:
            return
        place = row.place
        if place.kind.pictured or place.kind.imagery:
            self._errand = thumbnails().of(
                place.platform, place.connection, place.entry, place.above, self._arrived, self._failed
            )

    def _arrived(self, image: QImage) -> None:
        if image.isNull():
            return
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(image).scaled(
            int(SIDE * ratio), int(SIDE * ratio), Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)

    def _failed(self, error: Exception) -> None:
        """The picture is an extra: the icon stays, and tells why on demand."""
        self.picture.setToolTip(f"<p>{messages.rich_sentence(error)}</p>")

    def go_on(self) -> None:
        """Ask for the picture that was dropped."""
        if self._row is not None and self._errand is None:
            self._timer.start()

    def stop(self) -> None:
        """Drop what is on its way."""
        self._timer.stop()
        self.picture.setToolTip("")
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None

"""The plot of profiles by wavelength, drawn by Qt alone: a line for each, gaps where a pixel has no good value."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.PyQt.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QTextOption,
)
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from ...core.layers.wavelengths import Band
from ...core.translation import tr
from .axes import Axis, widened, words
from .profiles import Profile

PAD, TICK = 6.0, 4.0
MARKS_APART, WAVES_APART = 2.2, 1.4
LINE, STRONG = 1.6, 2.8
LEAST = QSize(240, 190)
BAD, GRID = 38, 45
"""How much of the text's colour is in what lies behind the lines, of 255."""


class SpectrumPlot(QWidget):
    """``pointed``: the place on the wavelength axis that mouse or keys point at, None for none.

    With the keys: left and right go from band to band, Home and End to the first and last, Escape lets go.
    """

    pointed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubSpectrumPlot")
        self.setAccessibleName(tr("Profiles by wavelength"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._profiles: list[Profile] = []
        self._chosen: set[int] = set()
        self._hint = ""
        self._at: float | None = None
        self._by_wavelength, self._places = True, list[float]()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide rather than high."""
        return QSize(420, 260)

    def show_profiles(self, profiles: Sequence[Profile], chosen: set[int], hint: str) -> None:
        """Draw these; those whose numbers are ``chosen`` stand out. ``hint`` is read where there is none."""
        self._profiles, self._chosen, self._hint = list(profiles), chosen, hint
        bands = [band for one in self._profiles for band in one.spectrum.bands]
        self._by_wavelength = all(band.wavelength is not None for band in bands)
        self._places = sorted({self.position(band) for band in bands})
        if self._at is not None and self._at not in self._places:
            self._point(None)
        self.setAccessibleDescription(self._told())
        self.update()

    # ------------------------------------------------------------------ What is where
    @property
    def by_wavelength(self) -> bool:
        """Whether the axis is of wavelengths: all bands of all profiles have one. Else it counts bands."""
        return self._by_wavelength

    @property
    def pointed_at(self) -> float | None:
        """The place on the axis that is pointed at: a wavelength, or the number of a band."""
        return self._at

    def position(self, band: Band) -> float:
        """Where a band is on the axis."""
        return float(band.wavelength) if self._by_wavelength and band.wavelength is not None else float(band.number)

    def value_at(self, profile: Profile, at: float) -> tuple[Band, float | None] | None:
        """The profile's band that is nearest to a place of the axis, and its value there."""
        pairs = zip(profile.spectrum.bands, profile.spectrum.values)
        return min(pairs, key=lambda pair: abs(self.position(pair[0]) - at), default=None)

    def axes(self) -> tuple[Axis, Axis] | None:
        """The two scales as they are drawn; None while nothing is."""
        positions = self._places
        good = [value for one in self._profiles for band, value in zip(one.spectrum.bands, one.spectrum.values)
                if value is not None and not band.bad]  # fmt: skip
        if not positions or not good:
            return None
        low, high = widened(min(good), max(good))
        if 0 <= min(good) < max(good) * 0.6:  # near zero as it is, so that heights can be compared
            low = 0.0
        first, last = (positions[0], positions[-1]) if len(positions) > 1 else widened(positions[0], positions[0])
        metrics = QFontMetricsF(self.font())
        side = Axis(low, high, self.height() - 2 * metrics.height() - 3 * PAD, PAD + metrics.height() + PAD)
        marks = side.marks(metrics.height() * MARKS_APART)
        step = marks[1] - marks[0] if len(marks) > 1 else high - low
        left = max((metrics.horizontalAdvance(words(one, step)) for one in marks), default=0.0) + 2 * PAD + TICK
        return Axis(first, last, left, self.width() - 2.5 * PAD), side

    # ------------------------------------------------------------------ Mouse and keys
    def _point(self, at: float | None) -> None:
        if at != self._at:
            self._at = at
            self.update()
            self.pointed.emit(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Point at the band that is nearest to the mouse."""
        axes = self.axes()
        if axes is not None:
            x = event.position().x() if hasattr(event, "position") else float(event.pos().x())
            wanted = axes[0].value(x)
            self._point(min(self._places, key=lambda one: abs(one - wanted)))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Let go, unless the keyboard is here."""
        if not self.hasFocus():
            self._point(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """From band to band."""
        positions = self._places if self.axes() is not None else []
        here = positions.index(self._at) if self._at in positions else -1
        last = len(positions) - 1
        goals = {
            Qt.Key.Key_Right: min(here + 1, last), Qt.Key.Key_Left: max(here - 1, 0) if here >= 0 else last,
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }  # fmt: skip
        if positions and event.key() in goals:
            self._point(positions[goals[event.key()]])
        elif event.key() == Qt.Key.Key_Escape and self._at is not None:
            self._point(None)
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ Drawing
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """In the colours of the program's theme."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        axes = self.axes()
        if axes is None:
            self._draw_hint(painter)
        else:
            across, up = axes
            frame = QRectF(QPointF(across.start, up.end), QPointF(across.end, up.start))
            self._draw_bad(painter, across, frame)
            self._draw_grid(painter, across, up, frame)
            painter.setClipRect(frame.adjusted(-2, -2, 2, 2))
            for one in sorted(self._profiles, key=lambda one: one.number in self._chosen):
                self._draw_line(painter, one, across, up)
            self._draw_pointed(painter, across, up, frame)
            painter.setClipping(False)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _ink(self, share: int = 255) -> QColor:
        color = QColor(self.palette().color(QPalette.ColorRole.Text))
        color.setAlpha(share)
        return color

    def _draw_hint(self, painter: QPainter) -> None:
        painter.setPen(self._ink(170))
        middle = QTextOption(Qt.AlignmentFlag.AlignCenter)
        painter.drawText(QRectF(self.rect()).adjusted(18, 18, -18, -18), self._hint, middle)

    def _draw_bad(self, painter: QPainter, across: Axis, frame: QRectF) -> None:
        """Behind what the file itself calls bad, in any of the profiles."""
        for low, high in self.bad_spans():
            left, right = max(across.place(low), frame.left()), min(across.place(high), frame.right())
            painter.fillRect(QRectF(left, frame.top(), max(right - left, 1.0), frame.height()), self._ink(BAD))

    def bad_spans(self) -> list[tuple[float, float]]:
        """What is marked on the axis: from halfway to the band before to halfway to the band behind each bad one."""
        found = set()
        for one in self._profiles:
            bands = sorted(one.spectrum.bands, key=self.position)
            places = [self.position(band) for band in bands]
            for number, band in enumerate(bands):
                if band.bad:
                    before, behind = places[max(number - 1, 0)], places[min(number + 1, len(places) - 1)]
                    found.add(((places[number] + before) / 2, (places[number] + behind) / 2))
        return sorted(found)

    def _draw_grid(self, painter: QPainter, across: Axis, up: Axis, frame: QRectF) -> None:
        metrics = QFontMetricsF(self.font())
        sides = up.marks(metrics.height() * MARKS_APART)
        step = sides[1] - sides[0] if len(sides) > 1 else 1.0
        for value in sides:
            y = up.place(value)
            painter.setPen(QPen(self._ink(GRID), 1))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            painter.setPen(self._ink())
            text = words(value, step)
            place = QPointF(frame.left() - TICK - metrics.horizontalAdvance(text), y + metrics.ascent() / 2 - 1)
            painter.drawText(place, text)
        below = across.marks(metrics.horizontalAdvance("00000") * WAVES_APART)
        step = below[1] - below[0] if len(below) > 1 else 1.0
        for value in below:
            x, text = across.place(value), words(value, step)
            painter.setPen(QPen(self._ink(GRID), 1))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
            painter.setPen(self._ink())
            width = metrics.horizontalAdvance(text)
            left = min(max(x - width / 2, 0.0), self.width() - width)
            painter.drawText(QPointF(left, frame.bottom() + metrics.ascent() + PAD / 2), text)
        painter.setPen(QPen(self._ink(150), 1))
        painter.drawRect(frame)
        painter.setPen(self._ink())
        painter.drawText(QPointF(PAD, PAD + metrics.ascent()), self.side_title())
        title = tr("Wavelength (nm)") if self.by_wavelength else tr("Band")
        bottom = QPointF(frame.center().x() - metrics.horizontalAdvance(title) / 2, self.height() - PAD)
        painter.drawText(bottom, title)

    def side_title(self) -> str:
        """What the values are."""
        known = [one.spectrum.is_reflectance for one in self._profiles]
        return tr("Reflectance") if known and all(known) else tr("Value")

    def _draw_line(self, painter: QPainter, profile: Profile, across: Axis, up: Axis) -> None:
        painter.setPen(profile.pen(STRONG if profile.number in self._chosen else LINE))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for run in self.runs(profile):
            points = [QPointF(across.place(x), up.place(y)) for x, y in run]
            if len(points) == 1:
                painter.drawEllipse(points[0], 1.5, 1.5)
            painter.drawPolyline(QPolygonF(points))

    def runs(self, profile: Profile) -> list[list[tuple[float, float]]]:
        """The parts of a profile between what is missing or bad, each in the order of the axis."""
        found: list[list[tuple[float, float]]] = [[]]
        pairs = zip(profile.spectrum.bands, profile.spectrum.values)
        for band, value in sorted(pairs, key=lambda pair: self.position(pair[0])):
            if value is None or band.bad:
                found.append([])
            else:
                found[-1].append((self.position(band), value))
        return [one for one in found if one]

    def _draw_pointed(self, painter: QPainter, across: Axis, up: Axis, frame: QRectF) -> None:
        if self._at is None:
            return
        x = across.place(self._at)
        painter.setPen(QPen(self._ink(170), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
        for one in self._profiles:
            found = self.value_at(one, self._at)
            if found is not None and found[1] is not None and not found[0].bad:
                painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Base), 1))
                painter.setBrush(one.color)
                painter.drawEllipse(QPointF(across.place(self.position(found[0])), up.place(found[1])), 4, 4)

    def _told(self) -> str:
        """For those who hear the program."""
        if not self._profiles:
            return self._hint
        return tr("{count} profiles. Left and right go from band to band.").format(count=len(self._profiles))

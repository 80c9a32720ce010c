"""The plot of profiles and their list, apart from the program."""

from __future__ import annotations

from typing import Any

import pytest
from imagery_hub.core.layers.spectra import Spectrum
from imagery_hub.core.layers.wavelengths import Band
from imagery_hub.ui.spectra.axes import Axis, round_step, widened, words
from imagery_hub.ui.spectra.plot import SpectrumPlot
from imagery_hub.ui.spectra.profiles import COLORS, MOST, Profile, Profiles
from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QColor, QImage
from qgis.PyQt.QtTest import QTest

pytestmark = pytest.mark.usefixtures("qgis_app")
WAVES = (450.0, 550.0, 650.0, 750.0, 850.0)


def spectrum(values: tuple[float | None, ...], waves: tuple[float | None, ...] = WAVES,
             bad: tuple[int, ...] = ()) -> Spectrum:
    bands = tuple(Band(number + 1, f"B{number + 1:03d}", wave, None, number + 1 in bad)
                  for number, wave in enumerate(waves))
    return Spectrum(bands, values, 1.0, 2.0, 3, 4, True)


def profile(found: Spectrum, number: int = 0, kept: bool = True) -> Profile:
    return Profile(number, f"Point {number + 1}", "layer", "Layer", QgsPointXY(1, 2),
                   QgsCoordinateReferenceSystem("EPSG:4326"), found, kept)


@pytest.fixture
def plot(qtbot: Any) -> SpectrumPlot:
    made = SpectrumPlot()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def drawn(plot: SpectrumPlot) -> QImage:
    return plot.grab().toImage()


def color_near(image: QImage, x: float, y: float, wanted: str, around: int = 3) -> bool:
    """Whether a pixel about there has the colour, as far as smoothing leaves it."""
    color = QColor(wanted)
    for dx in range(-around, around + 1):
        for dy in range(-around, around + 1):
            seen = image.pixelColor(round(x) + dx, round(y) + dy)
            if all(abs(one - other) < 40 for one, other in
                   ((seen.red(), color.red()), (seen.green(), color.green()), (seen.blue(), color.blue()))):
                return True
    return False


def test_marks_are_round_and_apart() -> None:
    assert round_step(0.3) == 0.5 and round_step(1) == 1 and round_step(23) == 50 and round_step(0.00011) == 0.0002
    axis = Axis(450.0, 2500.0, 60.0, 480.0)
    marks = axis.marks(80)
    assert marks == [500, 1000, 1500, 2000, 2500]
    assert axis.value(axis.place(873.0)) == pytest.approx(873)
    assert [words(one, 0.05) for one in (0.0, 0.05, 0.1)] == ["0.00", "0.05", "0.10"]
    assert words(1500.0, 500.0) == "1500"
    low, high = widened(3.0, 3.0)
    assert low < 3 < high


def test_a_line_goes_through_the_values(plot: SpectrumPlot) -> None:
    plot.show_profiles([profile(spectrum((0.1, 0.2, 0.05, 0.4, 0.42)))], set(), "")
    across, up = plot.axes()
    image = drawn(plot)
    for wave, value in zip(WAVES, (0.1, 0.2, 0.05, 0.4, 0.42)):
        assert color_near(image, across.place(wave), up.place(value), COLORS[0])
    assert color_near(image, across.place(700), up.place(0.225), COLORS[0]), "between two bands"
    assert not color_near(image, across.place(550), up.place(0.4), COLORS[0])
    assert up.low == 0 and plot.side_title() == "Reflectance"


def test_what_is_missing_or_bad_is_a_gap_and_bad_bands_are_marked(plot: SpectrumPlot) -> None:
    one = profile(spectrum((0.1, None, 0.3, 60.0, 0.2), bad=(4,)))
    plot.show_profiles([one], set(), "")
    assert plot.runs(one) == [[(450.0, 0.1)], [(650.0, 0.3)], [(850.0, 0.2)]]
    assert plot.bad_spans() == [(700.0, 800.0)]
    across, up = plot.axes()
    assert up.high < 1, "a bad value does not flatten the others"
    image = drawn(plot)
    middle = round((up.start + up.end) / 2)
    shaded, plain = (image.pixelColor(round(across.place(wave)), middle + 3) for wave in (740, 580))
    assert shaded.lightness() < plain.lightness()


def test_bands_without_wavelengths_are_counted(plot: SpectrumPlot) -> None:
    plot.show_profiles([profile(spectrum((1, 2, 3), (None, None, None)))], set(), "")
    assert not plot.by_wavelength
    assert plot.axes()[0].low == 1 and plot.axes()[0].high == 3
    plot.show_profiles([profile(spectrum((1, 2, 3), (None, None, None))), profile(spectrum((1, 2, 3, 4, 5)), 1)],
                       set(), "")
    assert plot.axes()[0].high == 5


def test_mouse_and_keys_point_at_bands(plot: SpectrumPlot) -> None:
    one = profile(spectrum((0.1, 0.2, 0.05, 0.4, 0.42)))
    plot.show_profiles([one], set(), "")
    pointed: list[float | None] = []
    plot.pointed.connect(pointed.append)
    across, up = plot.axes()
    QTest.mouseMove(plot, QPoint(round(across.place(660)), 100))
    assert plot.pointed_at == 650.0
    assert plot.value_at(one, 650.0) == (one.spectrum.bands[2], 0.05)
    plot.setFocus()
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_End, keys.Key_Right, keys.Key_Home, keys.Key_Left, keys.Key_Escape):
        QTest.keyClick(plot, key)
    assert pointed == [650.0, 750.0, 850.0, 450.0, None]


def test_nothing_is_told_in_words_and_drawn_without_a_value(plot: SpectrumPlot) -> None:
    plot.show_profiles([], set(), "Click a pixel.")
    assert plot.axes() is None and plot.accessibleDescription() == "Click a pixel."
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.pointed_at is None
    blank = QImage(drawn(plot))
    plot.show_profiles([], set(), "")
    assert drawn(plot) != blank
    plot.show_profiles([profile(spectrum((None,) * 5))], set(), "")
    assert plot.axes() is None


def test_one_band_alone_is_drawn(plot: SpectrumPlot) -> None:
    plot.show_profiles([profile(spectrum((0.5,), (600.0,)))], set(), "")
    across, up = plot.axes()
    assert color_near(drawn(plot), across.place(600), up.place(0.5), COLORS[0])


def test_a_click_moves_the_one_that_follows_and_adds_beside_what_is_kept() -> None:
    profiles = Profiles()
    made = [profiles.show(lambda number, name: Profile(number, name, "a", "A", QgsPointXY(), CRS, SPECTRUM), add)
            for add in (False, False, True)]
    assert [(one.number, one.name, one.kept) for one in profiles] == [(0, "Point 1", True), (1, "Point 2", False)]
    assert made[0] not in list(profiles)
    profiles.keep()
    assert profiles.following is None
    profiles.remove(lambda one: one.number == 0)
    again = profiles.show(lambda number, name: Profile(number, name, "b", "B", QgsPointXY(), CRS, SPECTRUM), False)
    assert (again.number, again.name) == (0, "Point 3"), "a colour is used again, a name is not"
    while not profiles.is_full:
        profiles.show(lambda number, name: Profile(number, name, "b", "B", QgsPointXY(), CRS, SPECTRUM), True)
    looks = {(one.color.name(), one.pen(1).style()) for one in profiles}
    assert len(looks) == len(profiles) == MOST
    profiles.remove(lambda one: one.layer_id == "b")
    assert [one.name for one in profiles] == ["Point 2"]


CRS = QgsCoordinateReferenceSystem()
SPECTRUM = spectrum((1, 2, 3, 4, 5))

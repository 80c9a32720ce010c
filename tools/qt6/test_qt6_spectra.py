"""Under Qt 6: the plot of spectral profiles is drawn and answers mouse and keys, and its list shows and renames."""

from __future__ import annotations

from imagery_hub.core.layers.spectra import Spectrum
from imagery_hub.core.layers.wavelengths import Band
from imagery_hub.ui.spectra.panel import SpectraPanel
from imagery_hub.ui.spectra.profiles import Profile
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLineEdit

WAVES = (450.0, 550.0, 650.0, 750.0)


def profile(number: int, values: tuple[float | None, ...]) -> Profile:
    bands = tuple(Band(place + 1, f"B{place + 1:03d}", wave, None, place == 3) for place, wave in enumerate(WAVES))
    return Profile(number, f"Point {number + 1}", "a", "A", None, None, Spectrum(bands, values, 1, 2, 3, 4, True))


def test_profiles_are_drawn_pointed_at_and_renamed() -> None:
    panel = SpectraPanel()
    panel.resize(500, 700)
    panel.pages.setCurrentIndex(1)
    panel.show()
    panel.plot.show_profiles([], set(), "Click a pixel.")
    empty = panel.plot.grab().toImage()
    both = [profile(0, (0.1, 0.2, None, 0.4)), profile(1, (0.3, 0.2, 0.1, 0.4))]
    panel.plot.show_profiles(both, {1}, "")
    panel.list.show_profiles(both, False)
    assert panel.plot.grab().toImage() != empty
    across, _ = panel.plot.axes()
    QTest.mouseMove(panel.plot, QPoint(round(across.place(560)), 60))
    assert panel.plot.pointed_at == 550
    panel.plot.setFocus()
    QTest.keyClick(panel.plot, Qt.Key.Key_Right)
    assert panel.plot.pointed_at == 650
    panel.list.show_values(lambda number: str(number), "At 650 nm")
    assert panel.list.topLevelItem(1).text(2) == "1"
    names: list[tuple[int, str]] = []
    panel.list.renamed.connect(lambda number, name: names.append((number, name)))
    panel.list.setCurrentItem(panel.list.topLevelItem(0))
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_F2)
    field = panel.list.findChild(QLineEdit)
    field.setText("Soil")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.qWait(50)  # an editor hands its text over once the event loop comes round
    assert names == [(0, "Soil")]
    assert panel.list.chosen == {0}


def test_styles_are_read() -> None:
    from imagery_hub.core.layers import sld

    text = ('<s:a xmlns:s="x"><s:RasterSymbolizer><s:Opacity>0.5</s:Opacity><s:ColorMap type="intervals">'
            '<s:ColorMapEntry color="#ff0000" quantity="0.25" label="low"/></s:ColorMap></s:RasterSymbolizer></s:a>')
    found = sld.read(text)
    assert (found.kind, found.opacity, found.entries) == ("intervals", 0.5, [sld.Entry(0.25, "#ff0000", "low")])

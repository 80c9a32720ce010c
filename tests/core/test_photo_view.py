"""The photo view by mouse and keyboard: where a click is told to be, where a mark is drawn, and what the keys do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imagery_hub.core.background import background
from imagery_hub.core.photos.marks import Mark
from imagery_hub.core.photos.picture import picture
from imagery_hub.ui.photos.pictures import Pictures
from imagery_hub.ui.photos.view import PhotoView
from osgeo import gdal
from photo_files import Shot, jpeg
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QImage, QImageReader, QMouseEvent, QWheelEvent
from qgis.PyQt.QtTest import QTest

WIDTH, HEIGHT = 400, 300


def target(width: int = WIDTH, height: int = HEIGHT, column: int = 300, row: int = 100) -> np.ndarray:
    """Grey with one red square of 4 x 4 pixels, whose upper left corner is at the given pixel."""
    pixels = np.full((height, width, 3), 90, np.uint8)
    pixels[row : row + 4, column : column + 4] = (255, 0, 0)
    return pixels


@pytest.fixture
def view(qgis_app: QgsApplication, qtbot: Any, tmp_path: Path) -> PhotoView:
    image = picture(jpeg(tmp_path / "photo.jpg", Shot(47.0, 8.0), picture=target()))
    assert image is not None
    view = PhotoView()
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    view.show_photo(image, WIDTH, HEIGHT)
    return view


def on_screen(view: PhotoView, x: float, y: float) -> QPoint:
    return view.mapFromScene(QPointF(x, y))


def red_on_screen(view: PhotoView) -> QPoint:
    """The middle of what is red in the picture of the widget itself."""
    shot = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ratio = shot.devicePixelRatio()
    places = [(x, y) for y in range(shot.height()) for x in range(shot.width())
              if shot.pixelColor(x, y).red() > 170
              and max(shot.pixelColor(x, y).green(), shot.pixelColor(x, y).blue()) < 110]
    assert places
    return QPoint(*(round(sum(one[axis] for one in places) / len(places) / ratio) for axis in (0, 1)))


def turn(view: PhotoView, place: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(place), QPointF(view.viewport().mapToGlobal(place)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QgsApplication.sendEvent(view.viewport(), event)


def drag(view: PhotoView, begin: QPoint, end: QPoint) -> None:
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, begin)
    for step in range(1, 11):
        place = begin + (end - begin) * step / 10
        move = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(place), QPointF(view.viewport().mapToGlobal(place)),
            Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QgsApplication.sendEvent(view.viewport(), move)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


@pytest.mark.parametrize("notches", [0, 5, 12])
def test_a_click_on_what_is_seen_tells_its_place_in_the_photo(view: PhotoView, notches: int, qtbot: Any) -> None:
    turn(view, on_screen(view, 302, 102), notches)
    with qtbot.waitSignal(view.clicked) as clicked:
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, red_on_screen(view)
        )
    scale = view.transform().m11()
    near = 0.8 if scale > 5 else 1.6
    assert clicked.args == [pytest.approx(302, abs=near), pytest.approx(102, abs=near)]


def test_the_wheel_keeps_what_is_under_the_mouse(view: PhotoView) -> None:
    place = on_screen(view, 302, 102)
    turn(view, place, 6)
    found = view.mapToScene(place)
    assert (found.x(), found.y()) == (pytest.approx(302, abs=2), pytest.approx(102, abs=2))
    before = view.transform().m11()
    turn(view, place, -20)
    assert view.transform().m11() < before
    corner = view.mapFromScene(QPointF(0, 0))
    assert view.viewport().rect().contains(corner)  # no farther than the whole photo


def test_dragging_moves_the_photo_and_marks_nothing(view: PhotoView) -> None:
    told: list[tuple[float, float]] = []
    view.clicked.connect(lambda x, y: told.append((x, y)))
    turn(view, on_screen(view, 200, 150), 8)
    before = view.mapToScene(QPoint(250, 200))
    drag(view, QPoint(250, 200), QPoint(190, 160))
    after = view.mapToScene(QPoint(190, 160))
    assert (after.x(), after.y()) == (pytest.approx(before.x(), abs=0.5), pytest.approx(before.y(), abs=0.5))
    assert told == []


def test_a_click_beside_the_photo_is_none(view: PhotoView) -> None:
    told: list[tuple[float, float]] = []
    view.clicked.connect(lambda x, y: told.append((x, y)))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(3, 3))
    assert told == []
    view.empty()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(250, 200))
    assert told == []


def test_marks_lie_on_their_pixels_at_every_zoom(view: PhotoView) -> None:
    view.set_marks({"A": Mark(302, 102), "B": Mark(10, 10)}, "A")
    marker = view.marker("A")
    assert marker is not None and marker.stands_out
    for notches in (0, 5):
        turn(view, on_screen(view, 302, 102), notches)
        assert (view.mapFromScene(marker.scenePos()) - red_on_screen(view)).manhattanLength() <= 3
    view.set_marks({"B": Mark(10, 10)}, "A")
    other = view.marker("B")
    assert view.marker("A") is None and other is not None and not other.stands_out


def test_more_detail_of_the_same_photo_stays_where_it_was(view: PhotoView) -> None:
    view.look_at(302, 102)
    before = view.mapToScene(QPoint(250, 200))
    view.show_photo(QImage(WIDTH * 2, HEIGHT * 2, QImage.Format.Format_RGB32), WIDTH, HEIGHT, anew=False)
    assert view.mapToScene(QPoint(250, 200)) == before


@pytest.mark.parametrize(
    ("key", "held", "told"),
    [
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, (-1.0, 0.0)),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier, (0.0, 10.0)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier, (0.0, -0.1)),
    ],
)
def test_arrows_move_the_mark(view: PhotoView, qtbot: Any, key: Any, held: Any, told: tuple[float, float]) -> None:
    with qtbot.waitSignal(view.nudged) as nudged:
        QTest.keyClick(view, key, held)
    assert tuple(nudged.args) == pytest.approx(told)


def test_other_keys(view: PhotoView, qtbot: Any) -> None:
    with qtbot.waitSignal(view.removal):
        QTest.keyClick(view, Qt.Key.Key_Delete)
    whole = view.transform().m11()
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.transform().m11() > whole
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.transform().m11() == pytest.approx(whole)


def test_a_photo_comes_coarsely_first_and_then_whole(qgis_app: QgsApplication, qtbot: Any, tmp_path: Path) -> None:
    path = jpeg(tmp_path / "large.jpg", Shot(47.0, 8.0), picture=target(3200, 2400))
    pictures, widths = Pictures(), []
    pictures.show(path, lambda image: widths.append(image.width()), lambda: widths.append(-1))
    qtbot.waitUntil(lambda: len(widths) == 2, timeout=20000)
    assert widths == [1600, 3200]
    pictures.show(path, lambda image: widths.append(image.width()), lambda: widths.append(-1))
    assert widths == [1600, 3200, 3200]  # at hand
    pictures.clear()


def test_of_two_photos_asked_for_the_later_one_is_shown(qgis_app: QgsApplication, qtbot: Any, tmp_path: Path) -> None:
    paths = [jpeg(tmp_path / f"{side}.jpg", Shot(47.0, 8.0), picture=target(side, side)) for side in (700, 800)]
    pictures, widths = Pictures(), []
    for path in paths:
        pictures.show(path, lambda image: widths.append(image.width()), lambda: widths.append(-1))
    qtbot.waitUntil(lambda: len(widths) == 2, timeout=20000)
    done: list[int] = []
    background().run(lambda errand: 1, done.append)
    qtbot.waitUntil(lambda: done == [1])
    assert widths == [800, 800]


def test_what_is_no_photo_is_told(qgis_app: QgsApplication, qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_text("not a photo")
    told: list[str] = []
    Pictures().show(path, lambda image: told.append("shown"), lambda: told.append("failed"))
    qtbot.waitUntil(lambda: told == ["failed"])


def test_orientation_tags_turn_nothing(qgis_app: QgsApplication, tmp_path: Path) -> None:
    """Marks count the pixels of the file."""
    path = jpeg(tmp_path / "a.jpg", Shot(47.0, 8.0), picture=target())
    data = path.read_bytes()
    quarter_turn = b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
    segment = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + quarter_turn + bytes(4)
    path.write_bytes(data[:2] + b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment + data[2:])
    image, turned = picture(path), QImageReader(str(path))
    turned.setAutoTransform(True)
    assert (turned.read().width(), image and image.width()) == (HEIGHT, WIDTH)


def test_photos_of_sixteen_bits_are_stretched(qgis_app: QgsApplication, tmp_path: Path) -> None:
    path = tmp_path / "band.tif"
    made = gdal.GetDriverByName("GTiff").Create(str(path), 60, 40, 1, gdal.GDT_UInt16)
    made.GetRasterBand(1).WriteArray(np.linspace(100, 4000, 2400).reshape(40, 60).astype(np.uint16))
    made = None
    image, small = picture(path), picture(path, 30)
    assert image is not None and (image.width(), image.height()) == (60, 40)
    assert image.pixelColor(0, 0).lightness() < 20 and image.pixelColor(59, 39).lightness() > 235
    assert small is not None and (small.width(), small.height()) == (30, 20)

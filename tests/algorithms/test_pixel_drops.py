"""Files, folders and layers dropped onto entries of Pixel: which take them, and what the form that opens knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui import menus
from imagery_hub.ui.nodes.description import Place
from imagery_hub.ui.push import drops
from osgeo import gdal
from qgis.core import QgsMimeDataUtils, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QMimeData, QUrl

pytestmark = pytest.mark.usefixtures("imagery_hub")
PROJECT = Entry("project", "10", "Bridges")
IMAGES = Place("pixel", "Fjord", Entry("collection.image", "10/5", "Spring"), (PROJECT,))
ORTHO = Place("pixel", "Fjord", Entry("collection.raster.RGB", "10/6", "May"), (PROJECT,))
CLOUDS = Place("pixel", "Fjord", Entry("collection.point_cloud", "10/7", "Strips"), (PROJECT,))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The dialogs that would open, with what is filled in."""
    seen: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(menus, "open_dialog", lambda algorithm, parameters: seen.append((algorithm, parameters)))
    return seen


@pytest.fixture
def layer(tmp_path: Path) -> Iterator[QgsRasterLayer]:
    path = tmp_path / "ortho.tif"
    gdal.GetDriverByName("GTiff").Create(str(path), 4, 4, 3).SetGeoTransform((0, 1, 0, 0, 0, -1))
    made = QgsRasterLayer(str(path), "Ortho")
    assert made.isValid()
    QgsProject.instance().addMapLayer(made)
    yield made
    QgsProject.instance().removeMapLayer(made.id())


def dragged(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_files_open_the_upload_of_what_the_collection_holds(tmp_path: Path, opened: list[Any]) -> None:
    for place, name, file in ((IMAGES, "images", "a.jpg"), (ORTHO, "rasters", "b.TIF"), (CLOUDS, "pointclouds",
                                                                                        "c.laz")):
        assert drops.can_drop(dragged(tmp_path / file), place)
        assert drops.drop(dragged(tmp_path / file), place, None)
        algorithm, parameters = opened.pop()
        assert algorithm == f"imageryhub:pixel_upload{name}"
        assert parameters == {"COLLECTION": place.entry.id, "CONNECTION": "Fjord", "FILES": [str(tmp_path / file)]}


def test_a_folder_goes_in_as_one_and_headings_take_too(tmp_path: Path, opened: list[Any]) -> None:
    heading = Place("pixel", "Fjord", Entry("rasters", "10/6", ""), (PROJECT, ORTHO.entry))
    assert drops.drop(dragged(tmp_path), heading, None)
    assert opened == [("imageryhub:pixel_uploadrasters",
                       {"COLLECTION": "10/6", "CONNECTION": "Fjord", "FOLDER": str(tmp_path)})]


def test_any_file_becomes_an_attachment(tmp_path: Path, opened: list[Any]) -> None:
    image = Entry("image", "123", "pier")
    heading = Place("pixel", "Fjord", Entry("attachments", "image/123", ""), (PROJECT, IMAGES.entry, image))
    files = [tmp_path / "plan.pdf", tmp_path / "README"]
    for one in files:
        one.write_text("about the flight")
    assert drops.drop(dragged(*files), heading, None)
    assert opened == [("imageryhub:pixel_addattachments", {
        "PROJECT": "10", "COLLECTION": "10/5", "IMAGE": "123", "CONNECTION": "Fjord",
        "FILES": [str(one) for one in files]})]
    assert not drops.drop(dragged(tmp_path), heading, None)


def test_layers_go_where_rasters_go(opened: list[Any], layer: QgsRasterLayer) -> None:
    mime = QgsMimeDataUtils.encodeUriList([QgsMimeDataUtils.Uri(layer)])
    assert drops.can_drop(mime, ORTHO) and not drops.can_drop(mime, IMAGES)
    assert drops.drop(mime, ORTHO, None)
    assert opened[0][1]["FILES"] == [layer.source()]


def test_what_does_not_fit_is_not_taken(tmp_path: Path, opened: list[Any]) -> None:
    notes = dragged(tmp_path / "notes.txt")
    for place in (IMAGES, ORTHO, CLOUDS, Place("pixel", "Fjord", PROJECT)):
        assert not drops.can_drop(notes, place)
        assert not drops.drop(notes, place, None)
    assert not drops.can_drop(dragged(tmp_path / "a.laz"), IMAGES)
    assert not drops.can_drop(IMAGES.mime(), ORTHO)
    assert opened == []

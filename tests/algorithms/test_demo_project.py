"""The demo's project can be moved to another place and another machine."""

from __future__ import annotations

import zipfile
from pathlib import Path

from demo_output import made
from qgis.core import QgsApplication, QgsLayoutItemMap, QgsProject
from qgis.PyQt.QtGui import QImage


def test_no_path_of_this_machine_is_in_the_project(qgis_app: QgsApplication, tmp_path: Path) -> None:
    with zipfile.ZipFile(made(tmp_path / "output")) as archive:
        texts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    assert "tile.tif" in "".join(texts)
    assert str(tmp_path) not in "".join(texts)


def test_moved_elsewhere_it_opens_whole(qgis_app: QgsApplication, tmp_path: Path) -> None:
    made(tmp_path / "output")
    (tmp_path / "output").rename(tmp_path / "moved")
    project = QgsProject()
    assert project.read(str(tmp_path / "moved" / "detections.qgz"))
    assert all(layer.isValid() for layer in project.mapLayers().values())
    shown = [one for one in project.layoutManager().layouts()[0].items() if isinstance(one, QgsLayoutItemMap)]
    assert [layer.name() for layer in shown[0].layersToRender()][-1] == "NEON tile OSBS_029"
    assert QImage(str(tmp_path / "moved" / "map.png")).width() > 1000

"""Files that are no plain raster or vector file as layers, as far as this QGIS can show them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import qgis.core
from osgeo import gdal
from qgis.core import QgsMapLayer, QgsProviderRegistry, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import QUrl

from ..problems import Problem
from ..translation import tr

#: Vector files that are opened out of an archive; of several forms of the same thing the first.
FORMS = (".gpkg", ".shp", ".fgb", ".geojson", ".dxf", ".kml")


def raster(path: Path, name: str) -> QgsRasterLayer:
    """A raster file."""
    return _valid(QgsRasterLayer(str(path), name, "gdal"), path)


def vector(path: Path, name: str) -> QgsVectorLayer:
    """A vector file."""
    return _valid(QgsVectorLayer(str(path), name, "ogr"), path)


def point_cloud(path: Path, name: str) -> QgsMapLayer:
    """A LAS or LAZ file. :class:`Problem` for a QGIS that cannot show it: it needs QGIS 3.18 and PDAL in it."""
    provider = cloud_provider(path)
    if not provider:
        raise Problem(
            tr("This QGIS cannot show the point cloud {file}: it was built without PDAL. The file is in its folder.")
            .format(file=path.name)
        )
    return _valid(qgis.core.QgsPointCloudLayer(str(path), name, provider), path)


def cloud_provider(path: Path) -> str:
    """By which of QGIS's providers a file of points is shown; empty where this QGIS has none."""
    registry = QgsProviderRegistry.instance()
    name = path.name.lower()
    wanted = ["copc", "pdal"] if name.endswith(".copc.laz") else ["ept"] if name == "ept.json" else ["pdal"]
    return next((one for one in wanted if registry.providerMetadata(one) is not None), "")


def shows_scenes() -> bool:
    """Whether this QGIS shows tiled scenes: from 3.34 on."""
    return hasattr(qgis.core, "QgsTiledSceneLayer")


def scene(index: Path, name: str) -> QgsMapLayer:
    """A tiled scene (3D Tiles) by its index. :class:`Problem` for a QGIS before 3.34."""
    if not shows_scenes():
        raise Problem(
            tr("This QGIS cannot show the tiled scene {file}: that needs QGIS 3.34. The files are in their folder.")
            .format(file=index.name)
        )
    address = QUrl.fromLocalFile(str(index)).toString()
    return _valid(qgis.core.QgsTiledSceneLayer(f"url={address}", name, "cesiumtiles"), index)


def archived(path: Path, name: str) -> list[QgsVectorLayer]:
    """The vector files in an archive, read where they are; of several forms of them one. :class:`Problem` for none."""
    inside = f"/vsizip/{{{path}}}"
    members = [one for one in gdal.ReadDirRecursive(inside) or () if not one.endswith("/")]
    suffixes = [suffix for suffix in FORMS if any(one.lower().endswith(suffix) for one in members)]
    chosen = [one for one in members if suffixes and one.lower().endswith(suffixes[0])]
    found = []
    for one in sorted(chosen):
        title = name if len(chosen) == 1 else f"{name}: {PurePosixPath(one).stem}"
        layer = QgsVectorLayer(f"{inside}/{one}", title, "ogr")
        if layer.isValid():
            found.append(layer)
    if not found:
        words = tr("The archive {file} holds no lines that QGIS can open. Look at it in its folder.")
        raise Problem(words.format(file=path.name))
    return found


def _valid(layer: QgsMapLayer, path: Path) -> QgsMapLayer:
    if not layer.isValid():
        words = tr("The file {file} was written, but QGIS cannot open it. Look at it in its folder.")
        raise Problem(words.format(file=path.name))
    return layer

"""What the user wants to send: layers of QGIS, rasters of the Browser panel, files from outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsMapLayer, QgsMimeDataUtils, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QDateTime, QMimeData, Qt

from ...algorithms.imagery import file_of
from ...core import live_sources
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ..nodes.description import MIME as PLACES

RASTER = "raster"
#: Services whose layers are pictures drawn elsewhere.
SERVICES = {"wms": "WMS", "wcs": "WCS", "arcgismapserver": "ArcGIS", "arcgisimageserver": "ArcGIS"}


@dataclass(frozen=True)
class Source:
    """One layer or file. ``path`` is the file behind it, None where there is none.

    ``layer`` is the id of the layer in the project; ``captured`` what its temporal properties say. ``problem`` is a
    sentence that says why it cannot be sent as it is; ``writable`` whether writing it to a GeoTIFF would help.
    """

    title: str
    path: Path | None = None
    layer: str = ""
    captured: QDateTime | None = None
    problem: str = ""
    writable: bool = False

    @property
    def key(self) -> str:
        """What tells it from other sources."""
        return str(self.path) if self.path is not None else self.layer or self.title


def of_file(path: Path, title: str = "") -> Source:
    """A file, named without its ending."""
    return Source(title or path.stem, path)


def of_layer(layer: QgsMapLayer) -> Source:
    """A layer of the project; what cannot be sent says why."""
    if not isinstance(layer, QgsRasterLayer):
        return Source(layer.name(), layer=layer.id(), problem=tr("It is not a raster layer."))
    streamed = live_sources.registry().reference(layer.source())
    if streamed is not None:
        platform = PLATFORMS.get(streamed.platform)
        words = tr("It is shown from {platform}, where it is already. To send it elsewhere, download it first.")
        title = streamed.platform if platform is None else platform.title
        return Source(layer.name(), layer=layer.id(), problem=words.format(platform=title))
    path = file_of(layer)
    if path is not None:
        return Source(layer.name(), path, layer.id(), _captured(layer))
    if not layer.isValid():
        words = tr("QGIS cannot read the layer. Repair its source first.")
        return Source(layer.name(), layer=layer.id(), problem=words)
    service = SERVICES.get(layer.providerType())
    if service is not None:
        words = tr("It is drawn by a server ({kind}) and cannot be sent as it is. Write it to a GeoTIFF first.")
        words = words.format(kind=service)
    else:
        words = tr("It is not a file on this computer and cannot be sent as it is. Write it to a GeoTIFF first.")
    return Source(layer.name(), layer=layer.id(), captured=_captured(layer), problem=words, writable=True)


def _captured(layer: QgsRasterLayer) -> QDateTime | None:
    """The beginning of the layer's fixed time range, in UTC."""
    properties = layer.temporalProperties()
    begin = properties.fixedTemporalRange().begin() if properties.isActive() else QDateTime()
    if not begin.isValid():
        return None
    moment = QDateTime(begin)
    if moment.timeSpec() == Qt.TimeSpec.LocalTime:  # as everywhere here, a time without a zone is UTC
        moment.setTimeSpec(Qt.TimeSpec.UTC)
    return moment.toUTC()


def may_hold_rasters(mime: QMimeData) -> bool:
    """Whether it is worth looking closer; cheap, since it is asked while the mouse moves. Entries of platforms are not
    meant, whatever else they are dragged as."""
    if mime.hasFormat(PLACES):
        return False
    if QgsMimeDataUtils.isUriList(mime):
        return any(one.layerType == RASTER for one in QgsMimeDataUtils.decodeUriList(mime))
    return any(url.isLocalFile() for url in mime.urls())


def of_mime(mime: QMimeData, suffixes: Iterable[str]) -> list[Source]:
    """What was dropped or pasted. Layers of this QGIS are taken as such, those of another by their files.

    A folder gives the files in it that end in one of ``suffixes``.
    """
    if QgsMimeDataUtils.isUriList(mime):
        return [source for uri in QgsMimeDataUtils.decodeUriList(mime) for source in _of_uri(uri)]
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return of_paths(paths, suffixes)


def of_paths(paths: Iterable[Path], suffixes: Iterable[str]) -> list[Source]:
    """Files, and the fitting ones in folders."""
    wanted = tuple(suffixes)
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(one for one in path.iterdir() if one.suffix.lower() in wanted and one.is_file())
        else:
            found.append(path)
    return [of_file(path) for path in found]


def _of_uri(uri: QgsMimeDataUtils.Uri) -> list[Source]:
    if uri.layerType != RASTER:
        return [Source(uri.name, problem=tr("It is not a raster layer."))]
    if uri.layerId and QgsMimeDataUtils.hasOriginatedFromCurrentAppInstance(uri):
        layer = QgsProject.instance().mapLayer(uri.layerId)
        if layer is not None:
            return [of_layer(layer)]
    path = Path(uri.uri.partition("|")[0])
    if uri.providerKey == "gdal" and path.is_file():
        return [of_file(path, "" if uri.name == path.name else uri.name)]
    words = tr("It is not a file on this computer. Add it to the map, write it to a GeoTIFF and send that.")
    return [Source(uri.name, problem=words)]

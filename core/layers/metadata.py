"""What a layer says of itself in its properties: title, abstract, keywords, extent, history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qgis.core import QgsBox3d, QgsLayerMetadata, QgsMapLayer

from ..problems import Problem
from ..translation import tr


@dataclass(frozen=True)
class Description:
    """Plain texts, none of them secret. ``history`` is what was done, oldest first."""

    title: str
    abstract: str = ""
    keywords: Sequence[str] = ()
    history: Sequence[str] = ()
    identifier: str = ""
    rights: Sequence[str] = field(default=())


def describe(layer: QgsMapLayer, description: Description) -> None:
    """Put the texts into the layer's metadata, with its own extent and reference system."""
    metadata = QgsLayerMetadata()
    metadata.setType("dataset")
    metadata.setIdentifier(description.identifier or description.title)
    metadata.setTitle(description.title)
    metadata.setAbstract(description.abstract)
    metadata.setRights(list(description.rights))
    if description.keywords:
        metadata.setKeywords({"gmd:topicCategory": [], tr("Imagery Hub"): list(description.keywords)})
    for line in description.history:
        metadata.addHistoryItem(line)
    metadata.setCrs(layer.crs())
    spatial = QgsLayerMetadata.SpatialExtent()
    box = layer.extent()
    spatial.bounds = QgsBox3d(box.xMinimum(), box.yMinimum(), 0, box.xMaximum(), box.yMaximum(), 0)
    spatial.extentCrs = layer.crs()
    extent = QgsLayerMetadata.Extent()
    extent.setSpatialExtents([spatial])
    metadata.setExtent(extent)
    layer.setMetadata(metadata)


def save_default(layer: QgsMapLayer) -> None:
    """Save the metadata beside or in the file, so that they are there when it is opened again."""
    words, done = layer.saveDefaultMetadata()
    if not done:
        raise Problem(tr("The metadata could not be saved: {words}").format(words=words))

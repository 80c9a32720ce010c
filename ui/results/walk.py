"""From one object of a result to the next, in the order of the file."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import Any

from qgis.core import QgsCoordinateTransform, QgsProject, QgsRectangle, QgsVectorLayer

#: How much of the map is left around an object, in parts of its size.
MARGIN = 2.0
LEAST_SCALE = 100.0


def next_id(ids: array[int], current: int | None, forward: bool) -> int | None:
    """The id after (or before) the current one, beginning anew at the end. ``ids`` ascend; None when there are none."""
    if not ids:
        return None
    if current is None:
        return ids[0] if forward else ids[-1]
    if forward:
        return ids[bisect_right(ids, current) % len(ids)]
    return ids[bisect_left(ids, current) - 1]


def show(iface: Any, layer: QgsVectorLayer, identity: int) -> bool:
    """Select an object, bring it into the middle of the map, and flash it. False when it is not there any more."""
    feature = layer.getFeature(identity)
    if not feature.isValid() or not feature.hasGeometry():
        return False
    layer.selectByIds([identity])
    canvas = iface.mapCanvas()
    transform = QgsCoordinateTransform(layer.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance())
    box: QgsRectangle = transform.transformBoundingBox(feature.geometry().boundingBox())
    box.scale(1 + MARGIN)
    canvas.setExtent(box)
    if canvas.scale() < LEAST_SCALE:
        canvas.zoomScale(LEAST_SCALE)
    canvas.refresh()
    canvas.flashFeatureIds(layer, [identity])
    return True

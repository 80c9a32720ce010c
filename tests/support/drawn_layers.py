"""Layers of QGIS as a user would have drawn them on the images of sandbox_images.py. Needs QGIS."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
from sandbox_images import EAST, NORTH, PIXEL, Box

CROSSED = QgsGeometry.fromWkt(
    f"Polygon(({EAST} {NORTH}, {EAST + 20} {NORTH - 20}, {EAST + 20} {NORTH}, {EAST} {NORTH - 20}, {EAST} {NORTH}))")
"""A polygon whose outline crosses itself, where the images lie."""


def utm_box(box: Box) -> QgsGeometry:
    """A box of pixels in the images' own coordinates (EPSG:32632)."""
    left, top, right, bottom = box
    west, east = EAST + left * PIXEL, EAST + right * PIXEL
    north, south = NORTH - top * PIXEL, NORTH - bottom * PIXEL
    return QgsGeometry.fromWkt(
        f"Polygon(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))")


def utm_point(column: float, row: float) -> QgsGeometry:
    """A pixel corner in the images' own coordinates."""
    return QgsGeometry.fromWkt(f"Point({EAST + column * PIXEL} {NORTH - row * PIXEL})")


def layer(shapes: Sequence[QgsGeometry], crs: str = "EPSG:32632", kind: str = "Polygon") -> QgsVectorLayer:
    """A layer in memory with one feature for each shape; its field ``note`` numbers them."""
    made = QgsVectorLayer(f"{kind}?crs={crs}&field=note:string", "drawn", "memory")
    for number, shape in enumerate(shapes):
        feature = QgsFeature(made.fields())
        feature.setGeometry(shape)
        feature.setAttributes([f"note {number}"])
        made.dataProvider().addFeature(feature)
    return made


def boxes_layer(boxes: Sequence[Box]) -> QgsVectorLayer:
    """A layer of boxes of pixels."""
    return layer([utm_box(one) for one in boxes])

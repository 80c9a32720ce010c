"""Layers of PIX4D's annotations as files, edited as a user does and pushed by the algorithm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsFeature, QgsGeometry, QgsPoint, QgsVectorLayer, edit

NAMES = ("POINTS", "LINES", "POLYGONS", "CIRCLES")
NUMBERS = ("ADDED", "CHANGED", "REMOVED", "UNCHANGED", "REFUSED", "CONFLICT_COUNT")


class Layers:
    """The layers of a project as files, edited as a user does and pushed."""

    def __init__(self, run: Any, project: int, folder: Path) -> None:
        self.run, self.project, self.folder = run, project, folder
        self.layers: dict[str, QgsVectorLayer] = {}

    def get(self, **options: Any) -> dict[str, Any]:
        targets = {name: str(self.folder / f"{name.lower()}.gpkg") for name in NAMES}
        found: dict[str, Any] = self.run("getannotations", PROJECT=str(self.project), **targets, **options)
        self.layers = {name: QgsVectorLayer(found[name], name, "ogr") for name in NAMES}
        assert all(one.isValid() for one in self.layers.values())
        return found

    def push(self, **options: Any) -> dict[str, Any]:
        given = {"CONFIRM": True, **{name: one.source() for name, one in self.layers.items()}, **options}
        found: dict[str, Any] = self.run("pushannotations", PROJECT=str(self.project), **given)
        for layer in self.layers.values():
            layer.reload()
        return found

    def set(self, name: str, column: str, value: Any, row: int = 1) -> None:
        layer = self.layers[name]
        with edit(layer):
            assert layer.changeAttributeValue(row, layer.fields().lookupField(column), value)

    def draw(self, kind: str, shape: QgsGeometry, **cells: Any) -> None:
        layer = self.layers[kind]
        feature = QgsFeature(layer.fields())
        feature.setGeometry(shape)
        for column, value in cells.items():
            feature.setAttribute(column, value)
        with edit(layer):
            assert layer.addFeature(feature)

    def delete(self, name: str, row: int = 1) -> None:
        with edit(self.layers[name]):
            assert self.layers[name].deleteFeature(row)


def rows(layer: QgsVectorLayer) -> list[dict[str, Any]]:
    """The rows as dictionaries."""
    return [dict(zip(one.fields().names(), one.attributes())) for one in layer.getFeatures()]


def numbers(found: dict[str, Any]) -> list[int]:
    """What a push did."""
    return [found[name] for name in NUMBERS]


def draw_many(layer: QgsVectorLayer, count: int, different: int) -> None:
    """Points, so many of them different from each other."""
    features = []
    for number in (one % different for one in range(count)):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry(QgsPoint(412600 + number % 60, 5231800 + number // 60, 500.0)))
        feature.setAttribute("name", f"point {number}")
        features.append(feature)
    with edit(layer):
        assert layer.addFeatures(features)

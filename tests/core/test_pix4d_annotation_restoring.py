"""Going back to an earlier copy of a set of annotations: rows of then, origins of now."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.annotations import files, rows
from imagery_hub.core.annotations.fields import ID, RECORD
from imagery_hub.core.annotations.restoring import difference
from imagery_hub.core.layers import provenance
from imagery_hub.core.pushes.copies import CAME, PUSHED, Copies, rows_in
from imagery_hub.core.pushes.history import Key
from imagery_hub.providers.pix4d.flows.annotation_list import digest
from imagery_hub.providers.pix4d.flows.annotation_plan import Local
from imagery_hub.ui.annotations.exchange import Restoration
from imagery_hub.ui.annotations.exchanging import apply
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsPoint,
    QgsVectorLayer,
)

CRS = QgsCoordinateReferenceSystem("EPSG:32632")
TARGET = rows.Target("7", CRS, QgsCoordinateTransformContext())
KEY = Key("pix4d", "Quarry", {"project": "7"}, "set")


def record(number: int, name: str = "", x: float = 0.0) -> dict[str, Any]:
    return {
        "id": f"Project_7_{number:08d}-0000-4000-8000-000000000000", "entity_type": "Project", "entity_id": 7,
        "geometry": {"type": "Point", "coordinates": [x or float(number), 2.0, 3.0]},
        "properties": {"name": name or f"n{number}"}, "version": "1.0",
    }


def written(path: Path, *records: dict[str, Any]) -> Path:
    origins = {kind: provenance.made("pix4d", "", kind, {"project": "7"}) for kind in files.KINDS}
    files.make(path, records, CRS, origins)  # type: ignore[arg-type]
    return path


def points(path: Path) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{path}|layername=point", "points", "ogr")
    assert layer.isValid()
    return layer


def read(layer: QgsVectorLayer) -> list[Local]:
    return rows.read(layer.getFeatures(), layer.fields(), layer.crs(), TARGET, "").good


def draw(layer: QgsVectorLayer, name: str) -> None:
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry(QgsPoint(9, 9, 9)))
    feature.setAttribute("name", name)
    assert layer.dataProvider().addFeatures([feature])[0]


def restored(layer: QgsVectorLayer, now: Path, earlier: Path) -> Restoration:
    found = difference(now, earlier, "point")
    made = Restoration(found.cells, found.shapes, found.gone, found.back)
    apply(layer, made)
    return made


def test_rows_are_as_they_were_and_keep_what_they_came_from(qgis_app: QgsApplication, tmp_path: Path) -> None:
    """Since then one was renamed and moved, one deleted, one added by a push, one drawn and not pushed."""
    earlier = written(tmp_path / "earlier.gpkg", record(1), record(2), record(3))
    now = written(tmp_path / "now.gpkg", record(1, "later", 50.0), record(3), record(4))
    layer = points(now)
    draw(layer, "drawn")
    made = restored(layer, now, earlier)
    assert made.count == 4
    found = {one.body["properties"]["name"]: one for one in read(layer)}
    assert set(found) == {"n1", "n2", "n3"}
    assert found["n1"].body["geometry"] == record(1)["geometry"]
    assert found["n1"].base == record(1, "later", 50.0)
    assert found["n2"].base is None
    assert found["n3"].base == found["n3"].body == record(3)
    layer.undoStack().undo()
    assert {one.body["properties"]["name"] for one in read(layer)} == {"later", "n3", "n4", "drawn"}
    assert layer.rollBack()


def test_the_same_copy_changes_nothing(qgis_app: QgsApplication, tmp_path: Path) -> None:
    now = written(tmp_path / "now.gpkg", record(1), record(2))
    assert difference(now, written(tmp_path / "copy.gpkg", record(1), record(2)), "point").gone == []
    found = difference(now, now, "point")
    assert (found.cells, found.shapes, found.gone, found.back) == ({}, {}, [], [])


def test_one_that_was_drawn_then_comes_back_as_new(qgis_app: QgsApplication, tmp_path: Path) -> None:
    earlier, now = written(tmp_path / "earlier.gpkg"), written(tmp_path / "now.gpkg")
    draw(points(earlier), "drawn")
    layer = points(now)
    restored(layer, now, earlier)
    (found,) = read(layer)
    assert (found.base, found.body["properties"]) == (None, {"name": "drawn"})
    assert layer.rollBack()


def test_copies_are_of_the_file_as_it_is_while_it_is_open(qgis_app: QgsApplication, tmp_path: Path) -> None:
    now = written(tmp_path / "now.gpkg", record(1))
    layer = points(now)
    draw(layer, "drawn")  # the layer keeps its file open, and the row may be in the log beside it
    kept = Copies(tmp_path / "copies").keep(KEY, now, PUSHED, rows_in(now, files.KINDS))
    assert kept.count == 2
    with closing(sqlite3.connect(kept.file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        wanted = f"SELECT {ID}, {RECORD} IS NULL, name FROM point ORDER BY fid"
        assert database.execute(wanted).fetchall() == [(record(1)["id"], 0, "n1"), (None, 1, "drawn")]


def test_the_latest_copies_are_kept(qgis_app: QgsApplication, tmp_path: Path) -> None:
    now = written(tmp_path / "now.gpkg", record(1))
    held = Copies(tmp_path / "copies", kept=3)
    made = [held.keep(KEY, now, reason, 1) for reason in (CAME, PUSHED, PUSHED, PUSHED)]
    assert held.list(KEY) == made[:0:-1]
    assert len(list((tmp_path / "copies" / KEY.folder).iterdir())) == 6
    assert held.list(Key("pix4d", "Quarry", {"project": "8"}, "set")) == []
    made[-1].file.with_suffix(".json").write_text("nonsense", "utf-8")
    assert held.list(KEY) == made[2:0:-1]


@pytest.mark.parametrize("ids", [[], [1, 2]])
def test_the_digests_go_along(qgis_app: QgsApplication, tmp_path: Path, ids: list[int]) -> None:
    """A copy knows what came with it, so that it can be pushed like the file itself."""
    now = written(tmp_path / "now.gpkg", *map(record, ids))
    kept = Copies(tmp_path / "copies").keep(KEY, now, CAME, len(ids))
    assert files.came(files.Table(kept.file, "point")) == {
        record(one)["id"]: digest(record(one)) for one in ids}  # type: ignore[arg-type]

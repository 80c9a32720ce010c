"""What the platform has now, brought into the rows of the files, without losing what is edited there meanwhile."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.annotations import files, landing, rows, words
from imagery_hub.core.annotations.dressing import make_dressed
from imagery_hub.core.annotations.systems import DEGREES, PROJECT, annotation_crs, definition_of
from imagery_hub.core.layers import provenance
from imagery_hub.core.problems import Problem
from imagery_hub.providers.pix4d.flows.annotation_list import AnnotationList
from imagery_hub.providers.pix4d.flows.annotation_plan import Local, Plan, plan
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext, QgsFeature, QgsVectorLayer

UTM = "EPSG:32632"
TARGET = rows.Target("7", QgsCoordinateReferenceSystem(UTM), QgsCoordinateTransformContext())
POLYGON = {"type": "Polygon", "coordinates": [[[0.0, 0.0], [5.0, 0.0], [5.0, 5.0], [0.0, 0.0]]]}
CIRCLE = {"type": "Circle", "coordinates": [1.0, 2.0], "radius": 3.0}


def record(number: int, geometry: dict[str, Any] | None = None, name: str = "", **members: Any) -> dict[str, Any]:
    return {
        "id": f"Project_7_{number:08d}-0000-4000-8000-000000000000", "entity_type": "Project", "entity_id": 7,
        "geometry": geometry or {"type": "Point", "coordinates": [float(number), 2.0, 3.0]},
        "properties": {"name": name or f"n{number}"}, "tags": [], "version": "1.0", **members,
    }


class Files:
    """A file of annotations, and the list of the platform."""

    def __init__(self, folder: Path, *records: dict[str, Any]) -> None:
        self.folder, self.path = folder, folder / "a.gpkg"
        origins = {kind: provenance.made("pix4d", "", kind, {"project": "7"}) for kind in files.KINDS}
        self.made = make_dressed(self.path, records, TARGET.crs, origins, "Quarry")  # type: ignore[arg-type]
        self.places = [landing.Place(f"{kind}/", files.Table(self.path, kind)) for kind in files.KINDS]

    def layer(self, kind: str) -> QgsVectorLayer:
        layer = QgsVectorLayer(f"{self.path}|layername={kind}", kind, "ogr")
        assert layer.isValid()
        return layer

    def rows(self) -> list[Local]:
        found = []
        for kind in files.KINDS:
            layer = self.layer(kind)
            read = rows.read(layer.getFeatures(), layer.fields(), layer.crs(), TARGET, f"{kind}/")
            assert not read.wrong
            found += read.good
        return found

    def came(self) -> dict[str, str]:
        return {one: said for place in self.places for one, said in files.came(place.table).items()}

    def listed(self, *records: dict[str, Any]) -> AnnotationList:
        file = self.folder / "list.jsonl"
        file.write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")
        return AnnotationList(file)

    def plan(self, *records: dict[str, Any]) -> tuple[Plan, AnnotationList]:
        there = self.listed(*records)
        return plan(self.rows(), self.came(), there), there

    def edit(self, kind: str, row: int, column: str, value: Any) -> None:
        layer = self.layer(kind)
        index = layer.fields().lookupField(column)
        assert layer.dataProvider().changeAttributeValues({row: {index: value}})

    def draw(self, kind: str, like: dict[str, Any]) -> None:
        layer = self.layer(kind)
        feature = QgsFeature(layer.fields())
        feature.setGeometry(rows.shape_of(like["geometry"]))
        feature.setAttribute("name", like["properties"]["name"])
        assert layer.dataProvider().addFeatures([feature])[0]


def test_a_drawn_row_knows_its_annotation_after_the_push(tmp_path: Path) -> None:
    held = Files(tmp_path)
    held.draw("point", record(1))
    (local,) = held.rows()
    now = {**record(1), "created": "2026-03-05T07:05:39Z"}
    landing.land(held.places, [landing.Landed(local, now)], TARGET)
    (again,) = held.rows()
    assert (again.base, again.body) == (now, now)
    assert held.came() == {now["id"]: files.digest(now)}
    found, _ = held.plan(now)
    assert (found.unchanged, found.any) == (1, False)


def test_a_row_that_was_edited_meanwhile_keeps_the_edit_and_knows_where_it_came_from(tmp_path: Path) -> None:
    held = Files(tmp_path)
    held.draw("point", record(1))
    (local,) = held.rows()
    held.edit("point", 1, "name", "later")
    landing.land(held.places, [landing.Landed(local, record(1))], TARGET)
    found, _ = held.plan(record(1))
    assert [one.whole["properties"]["name"] for one in found.changed] == ["later"]
    assert not found.added


def test_an_edit_made_meanwhile_does_not_take_back_what_others_changed(tmp_path: Path) -> None:
    """The push merged a tag of somebody else; the row was edited before it could be told."""
    held = Files(tmp_path, record(1))
    held.edit("point", 1, "name", "mine")
    (local,) = held.rows()
    pushed = record(1, name="mine", tags=["theirs"])
    held.edit("point", 1, "name", "later")
    landing.land(held.places, [landing.Landed(local, pushed)], TARGET)
    found, _ = held.plan(pushed)
    found.win()
    (change,) = found.changed
    assert (change.whole["properties"]["name"], change.whole["tags"]) == ("later", ["theirs"])


def test_a_row_that_was_deleted_meanwhile_stays_deleted(tmp_path: Path) -> None:
    held = Files(tmp_path, record(1))
    held.edit("point", 1, "name", "mine")
    (local,) = held.rows()
    assert held.layer("point").dataProvider().deleteFeatures([1])
    landing.land(held.places, [landing.Landed(local, record(1, name="mine"))], TARGET)
    assert held.rows() == []
    assert len(held.came()) == 1


def test_what_was_done_elsewhere_is_brought_in(tmp_path: Path) -> None:
    held = Files(tmp_path, record(1), record(2), record(3, POLYGON), record(4))
    held.edit("point", 3, "name", "mine")  # the fourth record
    there = [record(1, name="theirs", tags=["t"]), record(3, CIRCLE), record(4), record(5, CIRCLE), record(6, POLYGON)]
    found, listed = held.plan(*there)
    landing.take_over(held.places, found, listed, TARGET)
    mine = record(4, name="mine")
    bodies = {one.body["id"]: one.body for one in held.rows()}
    assert bodies == {one["id"]: one for one in [*there[:2], mine, *there[3:]]}
    again, _ = held.plan(*there)
    assert [one.local.identity for one in again.changed] == [mine["id"]]
    assert not (again.added_elsewhere or again.changed_elsewhere or again.removed_elsewhere or again.removed)


@pytest.mark.parametrize("take", [False, True])
def test_conflicts_stay_unless_the_platform_s_are_wanted(tmp_path: Path, take: bool) -> None:
    held = Files(tmp_path, record(1), record(2), record(3))
    held.edit("point", 1, "name", "mine")
    held.edit("point", 2, "name", "mine")
    assert held.layer("point").dataProvider().deleteFeatures([3])
    there = [record(1, name="theirs"), record(3, name="theirs")]
    found, listed = held.plan(*there)
    assert len(found.conflicts) == 3
    told = list(words.conflicts(found))
    assert len(told) == 4
    landing.take_over(held.places, found, listed, TARGET, conflicts=take)
    again, _ = held.plan(*there)
    assert len(again.conflicts) == (0 if take else 3)
    if take:
        assert {one.body["id"]: one.body for one in held.rows()} == {one["id"]: one for one in there}
        assert not again.any


def test_rows_of_deleted_ones_go(tmp_path: Path) -> None:
    held = Files(tmp_path, record(1), record(2), record(3, POLYGON))
    landing.drop(held.places, ["point/1", "polygon/1"], [record(1)["id"], record(3)["id"]])
    assert [one.identity for one in held.rows()] == [record(2)["id"]]
    assert list(held.came()) == [record(2)["id"]]


def test_the_file_brings_its_look_and_its_origin(tmp_path: Path) -> None:
    held = Files(tmp_path, record(1), record(2, CIRCLE))
    assert held.made.counts == {"point": 1, "line": 0, "polygon": 0, "circle": 1}
    for kind in files.KINDS:
        layer = held.layer(kind)
        layer.loadDefaultStyle()
        assert layer.labelsEnabled()
        assert layer.attributeAlias(layer.fields().lookupField("name")) == "Name"
        origin = provenance.read(layer)
        assert origin is not None
        assert (origin.kind, origin.ids) == (kind, {"project": "7"})


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be written"):
        make_dressed(tmp_path / "missing" / "a.gpkg", [], TARGET.crs, {}, "Quarry")


def test_the_words_of_a_plan(tmp_path: Path) -> None:
    held = Files(tmp_path, record(1), record(2))
    before = copy.deepcopy(held.rows())
    assert before
    found, _ = held.plan(record(1), record(2))
    assert words.here(found) == "Nothing to push. Unchanged: 2."
    assert words.elsewhere(found) == ""
    held.edit("point", 1, "name", "mine")
    found, _ = held.plan(record(1, name="theirs"), record(2, name="other"), record(3))
    assert "added 1, changed 1, removed 0" in words.elsewhere(found)
    assert "“theirs” was changed here and elsewhere: Name." in list(words.conflicts(found))


@pytest.mark.parametrize(("project", "wanted"), [
    ({"coordinate_system": "EPSG:2056"}, "EPSG:2056"),
    ({"coordinate_system": "", "crs": {"definition": "EPSG:2056+5728"}}, "EPSG:2056"),
    ({"crs": {"definition": "EPSG:32632"}}, "EPSG:32632"),
    ({"crs": "ARBITRARY_METERS"}, ""),
    ({}, ""),
])
def test_annotations_are_in_the_project_s_system(project: dict[str, Any], wanted: str) -> None:
    assert annotation_crs(project, PROJECT).authid() == wanted
    assert annotation_crs(project, DEGREES).authid() == "EPSG:4326"


def test_a_system_that_qgis_cannot_read_is_told() -> None:
    assert definition_of({"coordinate_system": " PROJCRS[nonsense] "}) == "PROJCRS[nonsense]"
    with pytest.raises(Problem, match="nonsense"):
        annotation_crs({"coordinate_system": "PROJCRS[nonsense]"}, PROJECT)

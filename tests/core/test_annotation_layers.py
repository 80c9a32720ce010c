"""The layers of a set of annotations without a window: their file, their looks, what they know of themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from imagery_hub.core.layers import provenance
from imagery_hub.core.pushes import PushHistory
from imagery_hub.providers.picterra.records import ANNOTATION_TYPES
from imagery_hub.ui.annotations import files, looks
from imagery_hub.ui.annotations import layers as set_layers
from imagery_hub.ui.annotations.copying import BY_FIELD, CLASS_FIELDS, add, class_field, class_finder
from imagery_hub.ui.annotations.plan import AnnotationClass, Subject, plan_of, subject_of
from imagery_hub.ui.picterra.annotations import PLAN, parameters
from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

TREE, STUMP = AnnotationClass("t", "Tree", "#00ff00"), AnnotationClass("s", "Stump 'x'")
SUBJECT = Subject("picterra", "mine", {"detector": "d", "raster": "r"}, {"detector": "Trees", "raster": "../Farm <b>"},
                  (TREE, STUMP), {"type": "Polygon", "coordinates": [[[7, 46], [8, 46], [8, 47], [7, 46]]]})
BOX = QgsGeometry.fromRect(QgsRectangle(7, 46, 7.5, 46.5))


@pytest.fixture
def project(qgis_app: QgsApplication) -> Iterator[QgsProject]:
    project = QgsProject.instance()
    project.clear()
    yield project
    for layer in project.mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.isEditable():
            layer.rollBack()
    project.clear()


@pytest.fixture
def pushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PushHistory:
    history = PushHistory(tmp_path / "pushes", lambda job: None)
    monkeypatch.setattr(files, "push_history", lambda: history)
    return history


def test_the_table_speaks_of_what_the_platform_and_its_algorithm_have() -> None:
    from imagery_hub.algorithms.picterra.annotation_upload import SetAnnotations

    assert {kind.key for kind in PLAN.kinds} == set(ANNOTATION_TYPES)
    algorithm = SetAnnotations()
    algorithm.initAlgorithm()
    declared = {one.name() for one in algorithm.parameterDefinitions()}
    assert set(parameters(SUBJECT, "outline", "t", "file")) <= declared
    assert plan_of("picterra") is PLAN
    assert plan_of("../picterra") is None
    for kind in PLAN.kinds:
        assert kind.title() and kind.hint().endswith(".")


def test_kinds_differ_by_more_than_their_colour() -> None:
    for one, other in combinations(PLAN.kinds, 2):
        assert (one.line, one.fill > 0) != (other.line, other.fill > 0)
        assert one.color != other.color
    for kind in PLAN.kinds:
        assert kind.fill <= 0.2
        symbol = looks.symbol(kind)
        casing, line = symbol.symbolLayer(1), symbol.symbolLayer(2)
        assert casing.width() > line.width()
        assert abs(casing.color().lightnessF() - line.color().lightnessF()) > 0.4


def test_the_file_has_a_table_for_each_kind_and_a_harmless_name(tmp_path: Path, pushed: PushHistory) -> None:
    path = files.find_or_make(SUBJECT, [tmp_path / "a"])
    assert path.parent == tmp_path / "a"
    assert path.name.startswith("annotations-Trees-Farm-b-")
    for kind in PLAN.kinds:
        layer = QgsVectorLayer(f"{path}|layername={kind.key}", "x", "ogr")
        assert layer.isValid() and layer.crs().authid() == "EPSG:4326"
        origin = provenance.read_file(path, kind.key)
        assert origin is not None
        assert (origin.kind, origin.connection, origin.ids) == (kind.key, "mine", dict(SUBJECT.ids))
    renamed = replace(SUBJECT, names={"detector": "Other", "raster": "names"})
    assert files.find_or_make(renamed, [tmp_path / "b", tmp_path / "a"]) == path
    other = replace(SUBJECT, connection="")
    assert files.find_or_make(other, [tmp_path / "a"]) != path


def test_a_new_file_holds_what_was_last_pushed(tmp_path: Path, pushed: PushHistory) -> None:
    pushed.accept(pushed.begin(SUBJECT.key("outline", "s"), [BOX]))
    pushed.accept(pushed.begin(SUBJECT.key("training_area"), [BOX, BOX]))
    path = files.find_or_make(SUBJECT, [tmp_path])
    counts = {}
    for kind in PLAN.kinds:
        layer = QgsVectorLayer(f"{path}|layername={kind.key}", "x", "ogr")
        counts[kind.key] = layer.featureCount()
        if kind.classes:
            assert [one["class_id"] for one in layer.getFeatures()] == ["s"]
    assert counts == {"training_area": 2, "outline": 1, "validation_area": 0, "testing_area": 0}


def test_where_a_folder_cannot_be_written_the_next_is_taken(tmp_path: Path, pushed: PushHistory) -> None:
    (tmp_path / "file").write_text("in the way")
    path = files.find_or_make(SUBJECT, [tmp_path / "file", tmp_path / "good"])
    assert path.parent == tmp_path / "good"
    assert not list(path.parent.glob(".*"))


def test_layers_know_what_they_are_and_come_once(project: QgsProject, tmp_path: Path, pushed: PushHistory) -> None:
    path = files.find_or_make(SUBJECT, [tmp_path])
    layers = set_layers.add_set(project, SUBJECT, path)
    assert list(layers) == [kind.key for kind in PLAN.kinds]
    assert set_layers.subjects(project) == [SUBJECT]
    outlines = layers["outline"]
    known = subject_of(outlines)
    assert known is not None
    assert (known.names, known.classes, known.footprint) == (SUBJECT.names, SUBJECT.classes, SUBJECT.footprint)
    assert "http" not in str(outlines.customProperty("imageryhub/annotations"))
    assert isinstance(outlines.renderer(), QgsCategorizedSymbolRenderer)
    assert isinstance(layers["training_area"].renderer(), QgsSingleSymbolRenderer)
    setup = outlines.editorWidgetSetup(outlines.fields().lookupField("class_id"))
    assert setup.config()["map"] == [{"Tree": "t"}, {"Stump 'x'": "s"}]
    set_layers.choose_class(outlines, "it's")
    assert set_layers.chosen_class(outlines) == "it's"
    project.removeMapLayer(layers["testing_area"].id())
    again = set_layers.add_set(project, SUBJECT, path)
    assert len(again) == len(project.mapLayers()) == 4
    assert set_layers.chosen_class(outlines) == "t"  # what is no class any more is not kept
    (group,) = project.layerTreeRoot().children()
    assert group.children()[0].layer() == outlines


def test_what_a_stranger_wrote_into_a_layer_is_no_subject(project: QgsProject) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "x", "memory")
    good = json.loads(SUBJECT.text())
    for text in ("", "{", "[]", "null", json.dumps({**good, "platform": "os"}), json.dumps({**good, "ids": {}}),
                 json.dumps({**good, "classes": [["a"]]}), json.dumps({**good, "names": 3})):
        layer.setCustomProperty("imageryhub/annotations", text)
        assert subject_of(layer) is None
    layer.setCustomProperty("imageryhub/annotations", json.dumps(good))
    assert subject_of(layer) == SUBJECT


def test_copies_are_one_edit_with_their_classes(project: QgsProject, tmp_path: Path, pushed: PushHistory) -> None:
    outlines = set_layers.add_set(project, SUBJECT, files.find_or_make(SUBJECT, [tmp_path]))["outline"]
    assert add(outlines, "copy", [(BOX, "s"), (BOX, "t")]) == 2
    assert sorted(one["class_id"] for one in outlines.getFeatures()) == ["s", "t"]
    first = next(outlines.getFeatures()).id()
    assert add(outlines, "instead", [(BOX, "s")], instead=[first]) == 1
    assert outlines.featureCount() == 2
    assert outlines.undoStack().count() == 2
    assert outlines.commitChanges()
    assert {one.id() for one in outlines.getFeatures()} == {1, 2}


def test_classes_are_found_by_id_and_by_name() -> None:
    find = class_finder(SUBJECT, "t")
    assert [find(text) for text in ("s", "tree", "STUMP 'X'", "else", "")] == ["s", "t", "s", "t", "t"]
    result = QgsVectorLayer("Polygon?crs=EPSG:4326&field=class_name:string", "x", "memory")
    assert class_field(result, SUBJECT) == CLASS_FIELDS[1]
    assert class_field(result, replace(SUBJECT, classes=())) == ""
    assert BY_FIELD not in {one.id for one in SUBJECT.classes}

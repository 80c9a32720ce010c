"""Comparison with ground truth and the summary; the truth is counted by hand and by brute force."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imagery_hub.algorithms.analysis.matching import iou, score
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingException, QgsRectangle, QgsVectorLayer

COMPARE = "imageryhub:comparewithtruth"


def run_algorithm(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    import processing  # QGIS puts it on the path first

    return processing.run(name, parameters)


def box(left: float, bottom: float, right: float, top: float) -> QgsGeometry:
    return QgsGeometry.fromRect(QgsRectangle(left, bottom, right, top))


def layer(shapes: list[QgsGeometry], crs: str = "EPSG:32617", kind: str = "Polygon") -> QgsVectorLayer:
    made = QgsVectorLayer(f"{kind}?crs={crs}", "shapes", "memory")
    features = []
    for shape in shapes:
        feature = QgsFeature()
        feature.setGeometry(shape)
        features.append(feature)
    assert made.dataProvider().addFeatures(features)[0]
    return made


BOXES = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 4), st.integers(1, 4)), max_size=5
).map(lambda found: [box(x, y, x + w, y + h) for x, y, w, h in found])


@settings(deadline=None, max_examples=60)
@given(BOXES, BOXES, st.sampled_from([0.1, 0.3, 0.5]))
def test_as_many_as_possible_are_matched_one_to_one(
    detections: list[QgsGeometry], truths: list[QgsGeometry], threshold: float
) -> None:
    result = score(detections, truths, threshold)
    assert len({match.detection for match in result.matches}) == len(result.matches)
    assert len({match.truth for match in result.matches}) == len(result.matches)
    assert all(match.iou >= threshold for match in result.matches)
    fits = [[iou(one, other) >= threshold for other in truths] for one in detections]
    slots = [*range(len(truths)), *[None] * len(detections)]
    best = max(
        sum(1 for row, place in zip(fits, order) if place is not None and row[place])
        for order in itertools.permutations(slots, len(detections))
    ) if len(slots) < 9 else None
    assert best is None or len(result.matches) == best


def test_iou_of_boxes_is_what_is_counted_by_hand() -> None:
    assert iou(box(0, 0, 2, 2), box(1, 0, 3, 2)) == pytest.approx(2 / 6)
    assert iou(box(0, 0, 1, 1), box(5, 5, 6, 6)) == 0


def test_scores_are_what_is_counted_by_hand(imagery_hub: Any, qgis_processing: None) -> None:
    truth = layer([box(0, 0, 10, 10), box(20, 0, 30, 10), box(40, 0, 50, 10), box(200, 0, 210, 10)])
    found = layer([box(1, 0, 11, 10), box(2, 0, 12, 10), box(20, 0, 30, 9), box(60, 0, 70, 10), box(300, 0, 310, 10)])
    area = layer([box(-5, -5, 100, 50)])
    result = run_algorithm(COMPARE, {
        "DETECTIONS": found, "TRUTH": truth, "AREA": area, "IOU": 0.4, "OUTPUT": "memory:"})
    assert (result["DETECTIONS_COUNT"], result["TRUTH_COUNT"], result["MATCHED_COUNT"]) == (4, 3, 2)
    assert result["PRECISION"] == pytest.approx(2 / 4)
    assert result["RECALL"] == pytest.approx(2 / 3)
    assert result["F1"] == pytest.approx(2 * 0.5 * (2 / 3) / (0.5 + 2 / 3))
    outcomes = sorted(feature["outcome"] for feature in result["OUTPUT"].getFeatures())
    assert outcomes == ["false alarm", "false alarm", "found", "found", "missed"]


def test_boxes_are_compared_where_the_truth_was_drawn_as_boxes(imagery_hub: Any, qgis_processing: None) -> None:
    truth = layer([box(0, 0, 10, 10)])
    diamond = QgsGeometry.fromWkt("Polygon((0 5, 5 0, 10 5, 5 10, 0 5))")
    for compare, recall in ((0, 0), (1, 1)):
        result = run_algorithm(COMPARE, {
            "DETECTIONS": layer([diamond]), "TRUTH": truth, "IOU": 0.9, "COMPARE": compare})
        assert result["RECALL"] == recall


def test_another_crs_and_multipolygons_are_understood(imagery_hub: Any, qgis_processing: None) -> None:
    truth = layer([box(404000, 3285000, 404100, 3285100)])
    found = run_algorithm("native:reprojectlayer", {
        "INPUT": truth, "TARGET_CRS": "EPSG:4326", "OUTPUT": "memory:"})["OUTPUT"]
    multi = run_algorithm("native:promotetomulti", {"INPUT": found, "OUTPUT": "memory:"})["OUTPUT"]
    assert run_algorithm(COMPARE, {"DETECTIONS": multi, "TRUTH": truth, "IOU": 0.99})["F1"] == 1


@pytest.mark.parametrize(("found", "truth"), [(0, 0), (0, 2), (2, 0)])
def test_nothing_is_a_number_too(imagery_hub: Any, qgis_processing: None, found: int, truth: int) -> None:
    result = run_algorithm(COMPARE, {
        "DETECTIONS": layer([box(0, 0, 1, 1)] * found), "TRUTH": layer([box(0, 0, 1, 1)] * truth)})
    assert (result["PRECISION"], result["RECALL"], result["F1"]) == (0, 0, 0)


def test_truth_without_crs_is_refused(imagery_hub: Any) -> None:
    from qgis.core import QgsApplication, QgsProcessingContext

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(COMPARE)
    fine, words = algorithm.checkParameterValues(
        {"DETECTIONS": layer([]), "TRUTH": layer([], "")}, QgsProcessingContext())
    assert not fine
    assert "no coordinate reference system" in words


@pytest.mark.parametrize("name", ["DETECTIONS", "TRUTH", "AREA"])
def test_lines_are_refused_and_not_counted_as_nothing(imagery_hub: Any, name: str) -> None:
    from qgis.core import QgsApplication, QgsProcessingContext

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(COMPARE)
    inputs = {"DETECTIONS": layer([]), "TRUTH": layer([]), name: layer([], kind="LineString")}
    fine, words = algorithm.checkParameterValues(inputs, QgsProcessingContext())
    assert not fine
    assert "is of type Line. Choose a layer of type Polygon" in words


def test_a_summary_that_cannot_be_written_is_said_so(imagery_hub: Any, qgis_processing: None, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(QgsProcessingException, match="^file cannot be read or written"):
        run_algorithm("imageryhub:writesummary", {"OUTPUT": str(tmp_path / "file" / "summary.json")})


def test_summary(imagery_hub: Any, qgis_processing: None, tmp_path: Path) -> None:
    target = tmp_path / "new" / "summary.json"
    run_algorithm("imageryhub:writesummary", {
        "PLATFORM": "picterra", "RASTER_ID": "r", "DETECTOR_ID": "d", "DETECTIONS": 12, "PRECISION": 1.0,
        "RECALL": 0.123456, "SECONDS": 3.5, "OUTPUT": str(target)})
    assert json.loads(target.read_text("utf-8")) == {
        "platform": "picterra", "raster_id": "r", "detector_id": "d", "detections": 12, "precision": 1.0,
        "recall": 0.1235, "f1": None, "seconds": 3.5}

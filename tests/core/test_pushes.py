"""What a push would change, what was pushed before, and what is wrong with what is drawn; by shapes that are known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from imagery_hub.core.jobs import JobRecord, State
from imagery_hub.core.pushes import Changes, Key, PushHistory, plan
from imagery_hub.core.pushes.checks import Apart, Drawn, Filled, Rules, Trouble, Within, check
from imagery_hub.core.pushes.history import shapes_of
from imagery_hub.core.pushes.reading import Snapshot, single_polygons
from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsVectorLayer, QgsWkbTypes

KEY = Key("picterra", "mine", {"detector": "d", "raster": "r"}, "outline", "c")


def box(west: float, south: float, size: float = 1.0) -> QgsGeometry:
    east, north = west + size, south + size
    return QgsGeometry.fromWkt(
        f"Polygon(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))")


# ---------------------------------------------------------------------- plan
def test_without_an_earlier_push_everything_is_new_and_the_rest_unknown() -> None:
    assert plan([box(0, 0), box(3, 0)], None) == Changes(added=2, known=False)
    assert plan([], None).removes_all


def test_the_same_shapes_are_unchanged_wherever_their_outline_begins() -> None:
    turned = QgsGeometry.fromWkt("Polygon((1 1, 0 1, 0 0, 1 0, 1 1))")
    backwards = QgsGeometry.fromWkt("MultiPolygon(((4 0, 4 1, 3 1, 3 0, 4 0)))")
    near = box(6 + 1e-11, 0)
    found = plan([turned, backwards, near], [box(3, 0), box(6, 0), box(0, 0)])
    assert found == Changes(unchanged=3)
    assert not found.any


def test_added_changed_and_removed_are_told_apart_by_place() -> None:
    before = [box(0, 0), box(3, 0), box(6, 0)]
    now = [box(0, 0), box(3.2, 0), box(20, 0), box(30, 0)]
    assert plan(now, before) == Changes(added=2, changed=1, removed=1, unchanged=1)


def test_each_earlier_shape_is_changed_into_one_only_the_one_that_shares_most() -> None:
    halves = [box(0, 0, 0.5), box(0.5, 0, 0.5)]
    assert plan(halves, [box(0, 0)]) == Changes(added=1, changed=1)
    assert plan([box(0, 0)], halves) == Changes(changed=1, removed=1)
    assert plan([box(1, 0)], [box(0, 0)]) == Changes(added=1, removed=1)  # they only touch


def test_twins_are_counted_one_by_one() -> None:
    assert plan([box(0, 0)] * 3, [box(0, 0)]) == Changes(added=2, unchanged=1)
    assert plan([], [box(0, 0)] * 2) == Changes(removed=2)
    assert plan([], [box(0, 0)]).removes_all
    assert not plan([], []).removes_all


# ---------------------------------------------------------------------- history
class Jobs:
    """The jobs that a history asks for."""

    def __init__(self) -> None:
        self.records: dict[str, JobRecord] = {}

    def put(self, job: str, state: State, ended: float | None = None) -> None:
        self.records[job] = JobRecord(job, "a", "t", {}, state, ended=ended)


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
def history(tmp_path: Path, jobs: Jobs) -> PushHistory:
    return PushHistory(tmp_path / "pushes", jobs.records.get, kept=3)


def test_a_push_counts_once_it_was_accepted(history: PushHistory) -> None:
    push = history.begin(KEY, [box(7, 46), box(9, 46)])
    assert push.count == 2
    assert history.last(KEY) is None
    history.accept(push)
    last = history.last(KEY)
    assert last is not None
    assert (last.id, last.count, last.accepted) == (push.id, 2, True)
    assert [one.asWkt(6) for one in shapes_of(last)] == [box(7, 46).asWkt(6), box(9, 46).asWkt(6)]
    assert plan(shapes_of(last), [box(9, 46), box(7, 46)]) == Changes(unchanged=2)


def test_pushes_of_other_things_are_kept_apart(history: PushHistory) -> None:
    history.accept(history.begin(KEY, [box(7, 46)]))
    for other in (replace(KEY, part="e"), replace(KEY, kind="training_area"), replace(KEY, connection=""),
                  replace(KEY, ids={"detector": "d", "raster": "s"})):
        assert history.last(other) is None
    again = replace(KEY, ids={"raster": "r", "detector": "d"})
    assert history.last(again) is not None


def test_names_of_a_server_lead_nowhere(history: PushHistory, tmp_path: Path) -> None:
    key = replace(KEY, ids={"detector": "../../out", "raster": "/etc"}, part="../x")
    file = history.begin(key, [box(7, 46)]).file
    assert file.parent.parent == tmp_path / "pushes"


def test_the_history_has_a_bound_and_no_file_stays_behind(history: PushHistory, tmp_path: Path) -> None:
    pushes = [history.accept(history.begin(KEY, [box(number, 46)])) for number in range(5)]
    assert [one.id for one in history.pushes(KEY)] == [one.id for one in reversed(pushes[2:])]
    assert len(list((tmp_path / "pushes").rglob("*.*"))) == 6


def test_an_empty_push_is_one(history: PushHistory) -> None:
    history.accept(history.begin(KEY, []))
    last = history.last(KEY)
    assert last is not None
    assert (last.count, shapes_of(last)) == (0, [])
    layer = QgsVectorLayer(str(last.file), "sent", "ogr")  # what the algorithm gets: still polygons, and somewhere
    assert (layer.crs().authid(), layer.geometryType()) == ("EPSG:4326", QgsWkbTypes.GeometryType.PolygonGeometry)


def test_what_ended_after_a_restart_is_counted_by_its_job(history: PushHistory, jobs: Jobs) -> None:
    earlier = history.sent(history.begin(KEY, [box(1, 46)]), "job")
    jobs.put("job", State.PAUSED)
    assert history.last(KEY) is None
    later = history.accept(history.begin(KEY, [box(2, 46)]))
    jobs.put("job", State.DONE, ended=later.created + 60)  # continued, and so the last that the platform got
    assert [one.id for one in history.pushes(KEY)] == [earlier.id, later.id]


def test_what_can_never_be_continued_is_forgotten(history: PushHistory, jobs: Jobs) -> None:
    push = history.sent(history.begin(KEY, [box(1, 46)]), "job")
    jobs.put("job", State.FAILED)
    assert history.pushes(KEY) == []
    assert push.file.exists()
    jobs.records.clear()  # the user took it from the list of jobs
    assert history.pushes(KEY) == []
    assert not push.file.exists()


def test_a_damaged_note_is_left_out(history: PushHistory) -> None:
    good, bad = (history.accept(history.begin(KEY, [box(1, 46)])) for _ in range(2))
    bad.note.write_text("{", "utf-8")
    assert [one.id for one in history.pushes(KEY)] == [good.id]


def test_nothing_but_names_and_ids_is_written(history: PushHistory) -> None:
    push = history.accept(history.begin(KEY, [box(1, 46)]))
    value = json.loads(push.note.read_text("utf-8"))
    assert set(value) == {"key", "created", "count", "job", "accepted"}
    table = QgsVectorLayer(str(push.file), "sent", "ogr")
    assert [one.name() for one in table.fields()] == ["fid"]


# ---------------------------------------------------------------------- checks
RULES = Rules(
    within=(Within("outline", ("training", "validation"), lambda: "outside of areas"),),
    filled=(Filled("training", "outline", lambda: "empty area"),),
    apart=(Apart("training", "training", lambda: "areas overlap"), Apart("training", "validation", lambda: "both")),
)


def drawn(*some: QgsGeometry, part: str = "") -> list[Drawn]:
    return [Drawn(number, one, part) for number, one in enumerate(some, start=1)]


def told(troubles: list[Trouble]) -> set[tuple[str, int, str, bool]]:
    return {(one.kind, one.feature, one.problem, one.serious) for one in troubles}


def test_a_sound_set_has_no_problem() -> None:
    layers = {"training": drawn(box(0, 0, 4)), "outline": drawn(box(1, 1), box(5, 5)),
              "validation": drawn(box(4, 4, 4))}
    assert check(layers, RULES, box(0, 0, 10)) == []


def test_crossing_outlines_and_shapes_without_area_cannot_be_sent() -> None:
    crossed = QgsGeometry.fromWkt("Polygon((0 0, 2 2, 2 0, 0 2, 0 0))")
    flat = QgsGeometry.fromWkt("Polygon((0 0, 1 1, 2 2, 0 0))")
    found = check({"training": drawn(crossed, flat, QgsGeometry())}, RULES, box(0, 0, 10))
    assert told(found) == {("training", number, "invalid", True) for number in (1, 2, 3)}
    (crossing,) = (one for one in found if one.feature == 1)
    assert crossing.spot == pytest.approx((1.0, 1.0))
    assert "crosses itself" in crossing.words


def test_outside_the_raster_is_serious_partly_outside_is_not() -> None:
    found = check({"validation": drawn(box(20, 20), box(9.5, 5), box(3, 3), box(9, 9))}, RULES, box(0, 0, 10))
    assert told(found) == {("validation", 1, "outside", True), ("validation", 2, "partly_outside", False)}
    assert found[0].serious
    over = found[1].spot
    assert over is not None
    assert 10 < over[0] < 10.5


def test_outlines_and_areas_belong_together() -> None:
    layers = {"training": drawn(box(0, 0, 2), box(5, 5, 2)), "outline": drawn(box(0, 0), box(8, 0), box(2, 0))}
    assert told(check(layers, RULES)) == {
        ("training", 2, "not_filled", False),
        ("outline", 2, "outside_areas", False),
        ("outline", 3, "outside_areas", False),  # it only touches the area
    }


def test_overlapping_areas_are_told_once_and_in_their_place() -> None:
    layers = {"training": drawn(box(0, 0, 2), box(1, 0, 2)), "validation": drawn(box(2.5, 0, 2)),
              "outline": drawn(box(0, 0), box(2, 0))}
    found = [one for one in check(layers, RULES) if one.problem == "overlap"]
    assert told(found) == {("training", 1, "overlap", False), ("training", 2, "overlap", False)}
    spots = {one.words: one.spot for one in found}
    assert 1 < spots["areas overlap"][0] < 2  # type: ignore[index]
    assert 2.5 < spots["both"][0] < 3  # type: ignore[index]


def test_outlines_need_a_class_that_is_known() -> None:
    layers = {"outline": drawn(box(0, 0), part="tree") + [Drawn(7, box(3, 0), "gone"), Drawn(8, box(6, 0))]}
    found = check(layers, Rules(), None, {"outline": ["tree", "stump"]})
    assert told(found) == {("outline", 7, "no_class", True), ("outline", 8, "no_class", True)}


# ---------------------------------------------------------------------- reading
def test_a_layer_is_read_as_it_is_on_the_screen_in_longitude_and_latitude(qgis_app: QgsApplication) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:3857&field=class_id:string", "drawn", "memory")
    for part in ("a", None):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt("Polygon((0 0, 111319.490793 0, 111319.490793 1, 0 1, 0 0))"))
        feature.setAttributes([part])
        layer.dataProvider().addFeature(feature)
    assert layer.startEditing()
    first, second = sorted(one.id() for one in layer.getFeatures())
    layer.deleteFeature(second)
    extra = QgsFeature(layer.fields())
    extra.setGeometry(QgsGeometry.fromWkt("Polygon((0 0, 1 0, 1 1, 0 1, 0 0))"))
    layer.addFeature(extra)
    layer.selectByIds([first])
    found = {one.feature: one for one in Snapshot(layer, "class_id").drawn()}
    assert set(found) == {first, extra.id()}
    assert {one.part for one in found.values()} == {"a", ""}
    assert found[first].shape.boundingBox().xMaximum() == pytest.approx(1.0, abs=1e-9)
    assert [one.feature for one in Snapshot(layer, selected=True).drawn()] == [first]
    layer.rollBack()


def test_parts_become_polygons_of_their_own() -> None:
    many = QgsGeometry.collectGeometry([box(0, 0), box(5, 5)])
    assert [one.asWkt() for one in single_polygons(many)] == [box(0, 0).asWkt(), box(5, 5).asWkt()]
    assert list(single_polygons(QgsGeometry())) == []

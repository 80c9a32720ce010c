"""Several items in one order of Pixxel: features that become items, and items that are kept and ordered together. What
the platform wrote down is read by plain requests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingProvider,
    QgsRectangle,
    QgsVectorLayer,
)
from sandbox_pixxel import CROPS, PixxelCalls

HERE = "CRS=EPSG:4326;POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"


@pytest.fixture
def tasking(pixxel: PixxelCalls) -> dict[str, Any]:
    single = next(one for one in pixxel.get("v0/bandsets")["bandsets"] if one["captures"] == 1)
    return {"PROJECT": CROPS, "USECASE": "agriculture", "BANDSET": single["id"], "START": "2030-01-01",
            "END": "2030-01-15"}


@pytest.fixture
def archive(pixxel: PixxelCalls) -> dict[str, Any]:
    return {"PROJECT": CROPS, "AREA_TEXT": HERE, "USECASE": "forestry", "NAME": "Old scene",
            "ITEMS": pixxel.covering()}


def plots(*sides: tuple[float, float]) -> QgsVectorLayer:
    """Squares near 14.4° N, each by its western edge and the length of its sides."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "plots", "memory")
    for west, side in sides:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 14.4, west + side, 14.4 + side)))
        assert layer.dataProvider().addFeature(feature)
    return layer


def orders(pixxel: PixxelCalls) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pixxel.get("v0/orders", limit=100)["orders"]
    return found


def sent(pixxel: PixxelCalls, after: int) -> int:
    """How many orders were asked for, prices among them, since then."""
    return sum(1 for one in pixxel.sandbox.log(after=after) if one.get("operation") == "createOrder")


def test_features_become_items_of_one_order(
    run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any]
) -> None:
    sides = [(75.0, 0.2), (76.0, 0.1), (80.0, 0.3)]
    layer = plots(*sides)
    single = [run_pixxel("ordertasking", **tasking, AREA=plots(one))["TOKENS"] for one in sides]
    before = orders(pixxel)
    made = run_pixxel("ordertasking", **tasking, AREA=layer, EACH=True, NAME="Plot", CONFIRM=True)
    (placed,) = [one for one in orders(pixxel) if one["id"] not in {two["id"] for two in before}]
    assert placed["id"] == made["ORDER_ID"]
    assert [one["name"] for one in placed["order_items"]] == ["Plot 1", "Plot 2", "Plot 3"]
    assert [one["final_amount"] for one in placed["order_items"]] == single
    assert made["TOKENS"] == placed["total_amount"] == sum(single)
    assert made["ITEM_IDS"].split(",") == [one["id"] for one in placed["order_items"]]
    assert made["AREA_KM2"] == sum(one["area"] for one in placed["order_items"])
    lines = [one for one in run_pixxel.messages if one.startswith("Order item")]
    assert lines == [f"Order item {number}, Plot {number}: {price:g} tokens for {one['area']:g} km²."
                     for number, (price, one) in enumerate(zip(single, placed["order_items"]), 1)]


def test_without_it_the_features_are_one_item(run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any]) -> None:
    made = run_pixxel("ordertasking", **tasking, AREA=plots((75.0, 0.2), (76.0, 0.1)), NAME="Plot", CONFIRM=True)
    (item,) = pixxel.get(f"v0/orders/{made['ORDER_ID']}")["order_items"]
    assert item["name"] == "Plot"
    assert not [one for one in run_pixxel.messages if one.startswith("Order item")]


def test_tasking_that_was_kept_is_ordered_together_with_scenes(
    run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any], archive: dict[str, Any], tmp_path: Path
) -> None:
    kept, before = tmp_path / "tasking.json", orders(pixxel)
    first = run_pixxel("ordertasking", **tasking, AREA_TEXT=HERE, NAME="New imagery", ITEM_FILE=str(kept))
    assert first["ITEM_FILE"] == str(kept) and first["ORDER_ID"] == "" and orders(pixxel) == before
    again = run_pixxel("orderarchive", **archive)
    both = run_pixxel("orderarchive", **archive, WITH_ITEMS=[str(kept)])
    assert both["TOKENS"] == first["TOKENS"] + again["TOKENS"] and orders(pixxel) == before
    words = run_pixxel.fails("orderarchive", **archive, WITH_ITEMS=[str(kept)], CONFIRM=True,
                             GREATEST_PRICE=both["TOKENS"] - 1)
    assert "Nothing was ordered" in words and orders(pixxel) == before
    made = run_pixxel("orderarchive", **archive, WITH_ITEMS=[str(kept)], CONFIRM=True, GREATEST_PRICE=both["TOKENS"])
    (placed,) = [one for one in orders(pixxel) if one["id"] not in {two["id"] for two in before}]
    assert {one["name"]: (one["type"], one["usecase"]) for one in placed["order_items"]} == {
        "Old scene": ("ARCHIVE", "forestry"), "New imagery": ("TASKING", "agriculture")}
    assert made["TOKENS"] == placed["total_amount"] == both["TOKENS"]
    assert pixxel.ready["api_key"] not in kept.read_text("utf-8")


def test_several_files_of_several_items_each(
    run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any], archive: dict[str, Any], tmp_path: Path
) -> None:
    files = [str(tmp_path / name) for name in ("two.json", "monthly.json")]
    run_pixxel("ordertasking", **tasking, AREA=plots((75.0, 0.2), (77.5, 0.1)), EACH=True, ITEM_FILE=files[0])
    monthly = {**tasking, "RECURRENCE": "MONTHLY", "END": None, "OCCURRENCES": 2}
    run_pixxel("ordertasking", **monthly, AREA_TEXT=HERE, ITEM_FILE=files[1], WITH_ITEMS=[files[0]])
    assert len(json.loads(Path(files[1]).read_text("utf-8"))["order_items"]) == 1, "its own only"
    made = run_pixxel("orderarchive", **archive, WITH_ITEMS=files, CONFIRM=True)
    placed = pixxel.get(f"v0/orders/{made['ORDER_ID']}")
    assert sorted(one["type"] for one in placed["order_items"]) == ["ARCHIVE", "RECURRING", "TASKING", "TASKING"]


@pytest.mark.parametrize("content", [
    "", "[]", "{}", '{"order_items": []}', '{"order_items": {}}', '{"order_items": [1]}', '{"order_items": ["x"]}',
    '{"order_items": [{"project_id": "a", "usecase": "b"}]}', "\ufffe", "[" * 100000, None,
])
def test_a_file_that_holds_no_order_item_is_named_before_anything_is_sent(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "notes.json"
    if content is not None:
        file.write_text(content, "utf-16" if content == "\ufffe" else "utf-8")
    after = pixxel.sandbox.last_entry()
    words = run_pixxel.fails("orderarchive", **archive, WITH_ITEMS=[str(file)])
    assert "notes.json" in words and "order item" in words
    assert sent(pixxel, after) == 0


def test_nothing_is_bought_twice_in_one_order(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], tmp_path: Path
) -> None:
    """Also under another name."""
    file = tmp_path / "scene.json"
    run_pixxel("orderarchive", **archive, ITEM_FILE=str(file))
    (tmp_path / "copy.json").write_bytes(file.read_bytes())
    after = pixxel.sandbox.last_entry()
    assert "paid twice" in run_pixxel.fails("orderarchive", **archive, WITH_ITEMS=[str(file)], CONFIRM=True)
    renamed = {**archive, "NAME": "Another"}
    assert "paid twice" in run_pixxel.fails("orderarchive", **renamed, WITH_ITEMS=[str(file)], CONFIRM=True)
    other = {**archive, "USECASE": "mining"}
    words = run_pixxel.fails("orderarchive", **other, WITH_ITEMS=[str(file), str(tmp_path / "copy.json")])
    assert "copy.json" in words and sent(pixxel, after) == 0


def test_features_that_are_alike_are_not_bought_twice(
    run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any]
) -> None:
    after = pixxel.sandbox.last_entry()
    layer = plots((75.0, 0.2), (76.0, 0.1), (75.0, 0.2))
    words = run_pixxel.fails("ordertasking", **tasking, AREA=layer, EACH=True, NAME="Plot", CONFIRM=True)
    assert "Two features are alike" in words and sent(pixxel, after) == 0


def test_a_file_is_ordered_once(
    run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any], archive: dict[str, Any], tmp_path: Path
) -> None:
    """As in the rows of a batch, and when the run is taken from the history."""
    kept = tmp_path / "tasking.json"
    run_pixxel("ordertasking", **tasking, AREA_TEXT=HERE, ITEM_FILE=str(kept))
    made = run_pixxel("orderarchive", **archive, WITH_ITEMS=[str(kept)], CONFIRM=True)
    after, before = pixxel.sandbox.last_entry(), orders(pixxel)
    words = run_pixxel.fails("orderarchive", **{**archive, "USECASE": "mining"}, WITH_ITEMS=[str(kept)], CONFIRM=True)
    assert f"tasking.json was ordered before, as {made['ORDER_ID']}" in words
    assert sent(pixxel, after) == 0 and orders(pixxel) == before
    run_pixxel("ordertasking", **tasking, AREA_TEXT=HERE, ITEM_FILE=str(kept))
    assert run_pixxel("orderarchive", **archive, WITH_ITEMS=[str(kept)])["TOKENS"] == made["TOKENS"]


def test_features_without_a_shape_are_no_order(
    run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any], archive: dict[str, Any], tmp_path: Path
) -> None:
    kept = tmp_path / "scene.json"
    run_pixxel("orderarchive", **archive, ITEM_FILE=str(kept))
    after, layer = pixxel.sandbox.last_entry(), QgsVectorLayer("Polygon?crs=EPSG:4326", "plots", "memory")
    assert layer.dataProvider().addFeature(QgsFeature(layer.fields()))
    for each in (True, False):
        words = run_pixxel.fails("ordertasking", **tasking, AREA=layer, EACH=each, WITH_ITEMS=[str(kept)], CONFIRM=True)
        assert "holds no polygon" in words
    assert sent(pixxel, after) == 0


def test_no_files_are_no_fault(run_pixxel: Any, archive: dict[str, Any]) -> None:
    alone = run_pixxel("orderarchive", **archive)["TOKENS"]
    for none in ([], None, ""):
        assert run_pixxel("orderarchive", **archive, WITH_ITEMS=none)["TOKENS"] == alone


def test_in_a_model_what_one_step_kept_is_ordered_by_the_next(
    run_pixxel: Any, pixxel: PixxelCalls, imagery_hub: QgsProcessingProvider, tasking: dict[str, Any],
    archive: dict[str, Any],
) -> None:
    source, alone = QgsProcessingModelChildParameterSource, []
    model = QgsProcessingModelAlgorithm("two items", "two items", "tests")
    for child, called, given in (("first", "ordertasking", {**tasking, "AREA_TEXT": HERE}),
                                 ("second", "orderarchive", {**archive, "CONFIRM": True})):
        step = QgsProcessingModelChildAlgorithm(f"imageryhub:pixxel_{called}")
        step.setChildId(child)
        for name, value in given.items():
            step.addParameterSources(name, [source.fromStaticValue(value)])
        step.addParameterSources("WITH_ITEMS", alone)
        if child == "second":
            step.addParameterSources("WITH_ITEMS", [source.fromChildOutput("first", "ITEM_FILE")])
        model.addChildAlgorithm(step)
    before = {one["id"] for one in orders(pixxel)}
    results, fine = model.run({}, QgsProcessingContext(), QgsProcessingFeedback())
    (placed,) = [one for one in orders(pixxel) if one["id"] not in before]
    assert fine and {one["type"] for one in placed["order_items"]} == {"ARCHIVE", "TASKING"}


def test_an_item_is_kept_or_ordered(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "scene.json"
    assert "untick" in run_pixxel.refused("orderarchive", **archive, ITEM_FILE=str(file), CONFIRM=True)
    words = run_pixxel.refused("orderarchive", **archive, ITEM_FILE=str(tmp_path / "nowhere" / "scene.json"))
    assert "is not there" in words and not file.exists()
    run_pixxel("orderarchive", **archive, ITEM_FILE=str(file))
    words = run_pixxel.refused("orderarchive", **archive, ITEM_FILE=str(file), WITH_ITEMS=[str(file)])
    assert "would be lost" in words


def test_what_the_platform_refuses_is_not_kept(
    run_pixxel: Any, pixxel: PixxelCalls, archive: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "scene.json"
    run_pixxel.fails("orderarchive", **{**archive, "ITEMS": "no-such-scene"}, ITEM_FILE=str(file))
    assert not file.exists()


@pytest.mark.parametrize("kind", ["lost", "lost_cut"])
def test_an_order_of_several_items_is_placed_once_although_its_answer_is_lost(
    run_pixxel: Any, pixxel: PixxelCalls, tasking: dict[str, Any], kind: str
) -> None:
    before = {one["id"] for one in orders(pixxel)}
    pixxel.sandbox.control("POST", "faults", {"operation": "createOrder", "kind": kind, "status": 503, "after": 1})
    made = run_pixxel("ordertasking", **tasking, AREA=plots((75.0, 0.2), (79.0, 0.1)), EACH=True, CONFIRM=True)
    (placed,) = [one for one in orders(pixxel) if one["id"] not in before]
    assert placed["id"] == made["ORDER_ID"] and len(placed["order_items"]) == 2

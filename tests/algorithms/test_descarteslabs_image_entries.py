"""Rows of a layer as entries of images in the Descartes Labs catalog, read back by plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer
from sandbox_descarteslabs import CatalogCalls

WHERE = "Polygon?crs={crs}&field=image_id:string&field=acquired:datetime&field=sat_id:string" \
        "&field=cloud_fraction:double&field=absolute_orbit:integer&field=extra_properties:string&field=pilot:string"
SQUARE = "POLYGON ((500000 6500000, 501000 6500000, 501000 6501000, 500000 6501000, 500000 6500000))"
ROW = ("2021-06-14T10:00:00", "RX-4", 0.25, 7, '{"crop": "maize"}', "Ada")


def footprints(*rows: tuple[Any, ...], crs: str = "EPSG:32633") -> QgsVectorLayer:
    layer = QgsVectorLayer(WHERE.format(crs=crs), "footprints", "memory")
    made = []
    for row in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes(list(row))
        feature.setGeometry(QgsGeometry.fromWkt(SQUARE))
        made.append(feature)
    assert layer.dataProvider().addFeatures(made)[0]
    return layer


def added(catalog: CatalogCalls, after: int) -> int:
    return len(catalog.sandbox.log(operation="addImage", after=after))


@pytest.fixture(autouse=True)
def without_trouble(catalog: CatalogCalls) -> Any:
    yield
    catalog.sandbox.clear_faults()


def test_each_row_is_an_entry_with_its_shape_and_properties(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("rows")
    layer = footprints(("a", *ROW), ("b", None, None, None, None, None, None))
    made = run_descarteslabs("addimages", INPUT=layer, PRODUCT=product)
    assert made == {"IMAGE_IDS": f"{product}:a,{product}:b", "COUNT": 2, "REFUSED": 0}
    assert any("pilot" in one for one in run_descarteslabs.messages)
    found = catalog.catalog(f"products/{product}/images/a")
    assert found["acquired"].startswith("2021-06-14T10:00:00") and found["sat_id"] == "RX-4"
    assert (found["cloud_fraction"], found["absolute_orbit"]) == (0.25, 7) and "pilot" not in found
    assert found["extra_properties"] == {"crop": "maize"} and found["storage_state"] == "remote"
    shape = found["geometry"]
    corners = [QgsPointXY(*one[:2]) for one in shape["coordinates"][0]]
    # The central meridian of the zone is its easting of 500 km (UTM).
    assert abs(min(one.x() for one in corners) - 15.0) < 1e-9 and 58 < corners[0].y() < 59
    assert catalog.catalog(f"products/{product}/images/b").get("cloud_fraction") is None


def test_a_wrong_row_keeps_all_from_being_sent(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product, before = catalog.product("wrong"), catalog.sandbox.last_entry()
    layer = footprints(("a", *ROW), ("b", None, None, 2.0, None, None, None), ("c d", *ROW), ("a", *ROW))
    words = run_descarteslabs.fails("addimages", INPUT=layer, PRODUCT=product)
    assert "cloud_fraction" in words and "c d" in words and "several times: a" in words and "Row 2" in words
    assert added(catalog, before) == 0


def test_a_layer_without_ids_is_refused(run_descarteslabs: Any) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=pilot:string", "x", "memory")
    assert "No column" in run_descarteslabs.refused("addimages", INPUT=layer, PRODUCT="acme:x")


def test_a_column_can_be_chosen_and_a_taken_id_is_told(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("chosen")
    catalog.sent("POST", f"metadata/v1/catalog/products/{product}/images",
                 json={"id": "RX-4", "storage_state": "remote", "sat_id": "another"})
    layer = footprints(("a", *ROW), ("b", None, "RX-5", None, None, None, None))
    made = run_descarteslabs("addimages", INPUT=layer, PRODUCT=product, ID_FIELD="sat_id", STORAGE_STATE="available")
    assert (made["IMAGE_IDS"], made["REFUSED"]) == (f"{product}:RX-5", 1)  # the one that is there tells less
    assert catalog.catalog(f"products/{product}/images/RX-5")["storage_state"] == "available"
    assert catalog.catalog(f"products/{product}/images/RX-4")["sat_id"] == "another"


def test_what_is_there_and_equal_counts_and_another_is_refused(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("again")
    run_descarteslabs("addimages", INPUT=footprints(("a", *ROW)), PRODUCT=product)
    layer = footprints(("a", *ROW), ("b", *ROW))
    assert run_descarteslabs("addimages", INPUT=layer, PRODUCT=product)["COUNT"] == 2
    other = footprints(("a", "2021-06-14T10:00:00", "RX-9", 0.25, 7, None, None), ("c", *ROW))
    made = run_descarteslabs("addimages", INPUT=other, PRODUCT=product)
    assert (made["IMAGE_IDS"], made["REFUSED"]) == (f"{product}:c", 1)
    assert any(one.startswith("a: ") for one in run_descarteslabs.messages)
    assert catalog.catalog(f"products/{product}/images/a")["sat_id"] == "RX-4"


def test_lost_answers_leave_one_entry_each(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("lostrows")
    catalog.sandbox.fault(operation="addImage", kind="lost_cut", count=3, after=2)
    layer = footprints(*((f"i{number}", *ROW) for number in range(12)))
    assert run_descarteslabs("addimages", INPUT=layer, PRODUCT=product)["COUNT"] == 12
    assert catalog.sent("POST", "metadata/v1/summary", json={"products": [product]})["count"] == 12


def test_a_product_that_is_not_there_fails(run_descarteslabs: Any) -> None:
    run_descarteslabs.fails("addimages", INPUT=footprints(("a", *ROW)), PRODUCT="acme:nowhere")

"""Every filter of the lists and searches of the Descartes Labs catalog leaves something out."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
from sandbox_descarteslabs import CatalogCalls

IMAGES = "metadata/v1/catalog/products/{product}/images"
EARLY, LATE = "2021-06-01T10:00:00Z", "2021-07-01T10:00:00Z"
FIRST = {"acquired": EARLY, "published": LATE, "cloud_fraction": 0.1, "cloud_fraction_0": 0.9, "fill_fraction": 0.4,
         "sat_id": "RX-4", "storage_state": "remote", "raster_size": [10, 20]}
SECOND = {"acquired": LATE, "published": EARLY, "cloud_fraction": 0.8, "cloud_fraction_0": 0.2, "fill_fraction": 0.9,
          "sat_id": "RX-5", "storage_state": "available", "raster_size": [3, 4]}
BETWEEN = "2021-06-15T00:00:00Z"


def ring(west: float) -> dict[str, Any]:
    corners = [[west, 59], [west + 0.5, 59], [west + 0.5, 59.5], [west, 59.5], [west, 59]]
    return {"type": "Polygon", "coordinates": [corners]}


def area(west: float) -> QgsVectorLayer:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON (({west} 59, {west + 1} 59, {west + 1} 60, {west} 59))"))
    assert layer.dataProvider().addFeatures([feature])[0]
    return layer


def images(catalog: CatalogCalls) -> tuple[str, str]:
    """The images “a” and “b”, in a product each."""
    made = []
    for name, west, properties in (("a", 10.0, FIRST), ("b", 20.0, SECOND)):
        product = catalog.product(f"filters_{name}")
        catalog.sent("POST", IMAGES.format(product=product),
                     json={"id": name, "geometry": ring(west), **properties})
        made.append(product)
    return made[0], made[1]


def names(listed: dict[str, Any]) -> str:
    """The last parts of the ids, in their order."""
    return ",".join(one.rpartition(":")[2] for one in listed["IMAGE_IDS"].split(",") if one)


@pytest.mark.parametrize(("given", "left"), [
    ({"FROM": BETWEEN}, "b"), ({"TO": BETWEEN}, "a"),
    ({"FROM": BETWEEN, "DATE": "published"}, "a"), ({"TO": BETWEEN, "DATE": "published"}, "b"),
    ({"CLOUD": 0.5}, "a"), ({"CLOUD_0": 0.5}, "b"), ({"FILL": 0.5}, "b"),
    ({"SATELLITES": "RX-4"}, "a"), ({"SATELLITES": "RX-5,RX-6"}, "b"),
    ({"STORAGE_STATE": "remote"}, "a"), ({"STORAGE_STATE": "available"}, "b"),
    ({"QUERY": {"eq": {"sat_id": "RX-5"}}}, "b"),
    ({"AREA": 10.0}, "a"),
], ids=lambda one: "-".join(map(str, one)) if isinstance(one, dict) else one)
def test_images(run_descarteslabs: Any, catalog: CatalogCalls, given: dict[str, Any], left: str) -> None:
    products = images(catalog)
    given = {**given, **({"AREA": area(given["AREA"])} if "AREA" in given else {})}
    assert names(run_descarteslabs("searchimages", **given)) == left
    summed = run_descarteslabs("summariseimages", **given)
    assert summed["IMAGES"] == 1 and summed["PRODUCT_IDS"] == products["ab".index(left)]


def test_images_of_one_product(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    first, second = images(catalog)
    for product, left in ((first, "a"), (second, "b"), (f"{first},{second}", "a,b")):
        assert names(run_descarteslabs("searchimages", PRODUCT=product)) == left
        assert run_descarteslabs("summariseimages", PRODUCT=product)["IMAGES"] == len(left.split(","))


@pytest.mark.parametrize(("given", "order"), [
    ({"SORT": "acquired"}, "a,b"), ({"SORT": "acquired", "SORT_ORDER": "desc"}, "b,a"), ({"SORT_ORDER": "desc"}, "b,a"),
    ({"SORT": "published"}, "b,a"), ({"SORT": "published", "SORT_ORDER": "desc"}, "a,b"),
    ({"SORT": "cloud_fraction", "SORT_ORDER": "desc"}, "b,a"), ({"SORT": "cloud_fraction_0"}, "b,a"),
    ({"SORT": "sat_id", "SORT_ORDER": "asc"}, "a,b"),
])
def test_images_in_order(run_descarteslabs: Any, catalog: CatalogCalls, given: dict[str, Any], order: str) -> None:
    images(catalog)
    assert names(run_descarteslabs("searchimages", **given)) == order
    assert "is not allowed" in run_descarteslabs.refused("searchimages", SORT_ORDER="up")


@pytest.mark.parametrize(("counted", "pixels"), [(True, 10 * 20 + 3 * 4), (False, 0)])
def test_pixels_are_counted_when_wanted(
    run_descarteslabs: Any, catalog: CatalogCalls, counted: bool, pixels: int
) -> None:
    images(catalog)
    assert run_descarteslabs("summariseimages", COUNT_PIXELS=counted)["PIXELS"] == pixels


@pytest.mark.parametrize(("given", "left"), [
    ({}, "blue,red"), ({"WAVELENGTH": 660}, "red"), ({"RESOLUTION": 3}, "blue"), ({"TAGS": "vnir"}, "red"),
    ({"TAGS": "vnir", "RESOLUTION": 3}, ""),
])
def test_bands(run_descarteslabs: Any, catalog: CatalogCalls, given: dict[str, Any], left: str) -> None:
    product = catalog.sandbox.control("POST", "descarteslabs/products", {
        "id": "acme:bands", "title": "Bands", "description": "Of old", "bands": [
            {"name": "blue", "resolution": 3, "resolution_unit": "meters"},
            {"name": "red", "srcband": 2, "wavelength_min": 630, "wavelength_max": 690, "wavelength_unit": "nm",
             "resolution": 5, "resolution_unit": "meters", "tags": ["vnir", "old"]}]})["id"]
    for which in ({"PRODUCT": product}, {}):
        listed = run_descarteslabs("listbands", **which, **given)["BAND_IDS"]
        assert sorted(one.rpartition(":")[2] for one in listed.split(",") if one.startswith(product)) == [
            one for one in left.split(",") if one]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(("given", "left"), [
    ({}, "meadows,orchards"), ({"TEXT": "Meadow"}, "meadows"), ({"TEXT": "apples"}, "orchards"),
    ({"BANDS": "red"}, "meadows"), ({"BANDS": "red,nir"}, ""), ({"BANDS": "nir", "TEXT": "Meadow"}, ""),
])
def test_products(
    run_descarteslabs: Any, catalog: CatalogCalls, given: dict[str, Any], left: str, which: int
) -> None:
    catalog.band(catalog.product("meadows"), "red")
    catalog.band(catalog.product("orchards", description="Rows of apples"), "nir")
    listed = run_descarteslabs("listproducts", WHICH=which, **given)["PRODUCT_IDS"]
    assert sorted(one.rpartition(":")[2] for one in listed.split(",") if one) == [
        one for one in left.split(",") if one]

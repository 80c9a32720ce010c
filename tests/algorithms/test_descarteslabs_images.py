"""Images of the Descartes Labs catalog by algorithm, and removal, read back by plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from passing_time import passed_once
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
from sandbox_descarteslabs import CatalogCalls

SQUARE = "POLYGON ((10 59, 10.5 59, 10.5 59.5, 10 59.5, 10 59))"


def area(wkt: str) -> QgsVectorLayer:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    assert layer.dataProvider().addFeature(feature)
    return layer


def test_an_entry_is_added_changed_replaced_and_goes(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("entries")
    made = run_descarteslabs(
        "addimage", PRODUCT=product, ID="june", ACQUIRED="2021-06-14T10:00:00Z", SAT_ID="RX-4", CLOUD_FRACTION=0.25,
        GEOMETRY=SQUARE, EXTRA_PROPERTIES={"crop": "maize", "height": 1.5}, GEOTRANS="1,2,0,3,0,-2", PASS="ascending")
    assert made["IMAGE_ID"] == f"{product}:june"
    path = f"products/{product}/images/june"
    found = catalog.catalog(path)
    assert found["acquired"].startswith("2021-06-14T10:00:00") and found["cloud_fraction"] == 0.25
    assert found["extra_properties"] == {"crop": "maize", "height": 1.5} and found["storage_state"] == "remote"
    assert found["geotrans"] == [1, 2, 0, 3, 0, -2] and found["pass"] == "ascending"
    run_descarteslabs("changeimage", IMAGE=made["IMAGE_ID"], SAT_ID="RX-5")
    assert (catalog.catalog(path)["sat_id"], catalog.catalog(path)["cloud_fraction"]) == ("RX-5", 0.25)
    assert run_descarteslabs("getimage", IMAGE=made["IMAGE_ID"])["SAT_ID"] == "RX-5"
    run_descarteslabs("replaceimage", IMAGE=made["IMAGE_ID"], STORAGE_STATE="remote", SAT_ID="RX-6")
    assert catalog.catalog(path)["sat_id"] == "RX-6" and catalog.catalog(path).get("cloud_fraction") is None
    assert "would be removed" in run_descarteslabs.refused("removeimages", IMAGE=made["IMAGE_ID"])
    run_descarteslabs("removeimages", IMAGE=made["IMAGE_ID"], CONFIRM=True)
    assert not catalog.there(path)


@pytest.mark.parametrize(("given", "words"), [
    ({"CLOUD_FRACTION": 2}, "cloud"),
    ({"FILES": "a.tif"}, "has no files"),
    ({"EXTRA_PROPERTIES": "crop"}, "extra_properties"),
    ({"GEOTRANS": "1,2"}, "geotrans"),
    *(({"STORAGE_STATE": "available", "FILES": "a.tif,b.tif,c.tif", name.upper(): "1,2"}, f"“{name}” has 2")
      for name in ("bucket", "directory", "file_md5s", "file_sizes")),
    ({"GEOMETRY": "somewhere"}, "geometry"),
    ({"GEOMETRY": "POLYGON ((10 59, 10.1 59, 10.1 59.1"}, "geometry"),
    ({"GEOMETRY": "POLYGON ((10 59, 10.1 590, 10.1 59.1, 10 59))"}, "geometry"),
    ({"EXTRA_PROPERTIES": {f"k{number}": 1 for number in range(51)}}, "50"),
])
def test_what_cannot_be_an_image_is_said_before(run_descarteslabs: Any, given: dict[str, Any], words: str) -> None:
    from qgis.core import QgsApplication, QgsProcessingFeedback

    found = QgsApplication.processingRegistry().createAlgorithmById("imageryhub:descarteslabs_addimage")
    parameters = {"PRODUCT": "acme:x", "ID": "y", **given}
    fine, told = found.checkParameterValues(parameters, run_descarteslabs.context)
    assert not fine and words in told.lower()
    assert not found.prepare(parameters, run_descarteslabs.context, QgsProcessingFeedback())


def test_a_change_of_an_image_is_held_against_what_is_there(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("imageheld")
    image = run_descarteslabs("addimage", PRODUCT=product, ID="a", STORAGE_STATE="available", FILES="a.tif,b.tif",
                              BUCKET="fields", DIRECTORY="x,y")["IMAGE_ID"]
    found = catalog.catalog(f"products/{product}/images/a")
    assert (found["bucket"], found["directory"]) == (["fields", "fields"], ["x", "y"])
    before = run_descarteslabs.sandbox.last_entry()
    assert "has no" in run_descarteslabs.fails("changeimage", IMAGE=image, STORAGE_STATE="remote")
    assert "“file_sizes” has 1" in run_descarteslabs.fails("changeimage", IMAGE=image, FILE_SIZES="7")
    assert not run_descarteslabs.sandbox.log(operation="changeImage", after=before)
    run_descarteslabs("changeimage", IMAGE=image, FILE_SIZES="7,8")
    assert catalog.catalog(f"products/{product}/images/a")["file_sizes"] == [7, 8]


def test_images_are_found_by_area_time_and_cloud(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("found")
    for name, west, acquired, cloud in (("a", 10.0, "2021-06-01", 0.1), ("b", 20.0, "2021-07-01", 0.9)):
        ring = [[west, 59], [west + 0.5, 59], [west + 0.5, 59.5], [west, 59.5], [west, 59]]
        catalog.sent("POST", f"metadata/v1/catalog/products/{product}/images", json={
            "id": name, "storage_state": "remote", "acquired": f"{acquired}T10:00:00Z", "cloud_fraction": cloud,
            "sat_id": "RX-4", "geometry": {"type": "Polygon", "coordinates": [ring]}})
    both = {f"{product}:a", f"{product}:b"}

    def ids(**given: Any) -> set[str]:
        return set(filter(None, run_descarteslabs("searchimages", PRODUCT=product, **given)["IMAGE_IDS"].split(",")))

    assert ids() == both
    assert ids(AREA=area(SQUARE)) == {f"{product}:a"}
    assert ids(FROM="2021-06-15T00:00:00Z") == {f"{product}:b"}
    assert ids(CLOUD=0.5) == {f"{product}:a"}
    assert ids(QUERY={"range": {"cloud_fraction": {"gt": 0.5}}}) == {f"{product}:b"}
    layer = run_descarteslabs("searchimages", PRODUCT=product, SORT="acquired", OUTPUT="TEMPORARY_OUTPUT")["OUTPUT"]
    rows = list(layer.getFeatures())
    assert [one["id"] for one in rows] == [f"{product}:a", f"{product}:b"]
    assert rows[0].geometry().boundingBox().xMinimum() == 10.0
    got = run_descarteslabs("getimages", IMAGE=f"{product}:b,{product}:a")
    assert got["IMAGE_IDS"] == f"{product}:b,{product}:a"
    assert run_descarteslabs("getimages", IMAGE=f"{product}:b,{product}:no", IGNORE_NOT_FOUND=True)["COUNT"] == 1
    summed = run_descarteslabs("summariseimages", PRODUCT=product, INTERVAL="month")
    assert summed["IMAGES"] == 2 and summed["COUNT"] == 2


def test_a_product_goes_with_all_in_it(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("doomed")
    catalog.band(product)
    assert "“Type its name to delete it” is empty" in run_descarteslabs.refused("removeproduct", PRODUCT=product)
    assert "Nothing was deleted" in run_descarteslabs.fails("removeproduct", PRODUCT=product, CONFIRM="Other")
    run_descarteslabs.fails("removeproduct", PRODUCT=product, CONFIRM="Doomed")
    assert catalog.there(f"products/{product}")
    gone = run_descarteslabs("removeproduct", PRODUCT=product, CONFIRM="Doomed", CASCADE=True)
    assert gone["DELETED"] == 1 and gone["COMPLETED"] and gone["TASK_ID"]
    assert not catalog.there(f"products/{product}")
    assert run_descarteslabs("followremoval", TASK=gone["TASK_ID"])["DELETED"] == 1
    alone = catalog.product("alone")
    assert run_descarteslabs("removeproduct", PRODUCT=alone, CONFIRM="Alone")["TASK_ID"] == ""
    assert not catalog.there(f"products/{alone}")


def test_a_removal_that_goes_on_is_left_and_followed(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("leaving")
    catalog.band(product, "red")
    catalog.band(product, "nir", 2)
    run_descarteslabs.sandbox.settings(descarteslabs_cascade_seconds=3600)
    gone = run_descarteslabs("removeproduct", PRODUCT=product, CONFIRM="Leaving", CASCADE=True, WAIT=False)
    assert not gone["COMPLETED"] and gone["TASK_ID"] and not catalog.there(f"products/{product}")
    for _ in range(2):  # it neither waits nor moves on by being asked
        now = run_descarteslabs("followremoval", TASK=gone["TASK_ID"], WAIT=False)
        assert not now["COMPLETED"] and now["DELETED"] == 0 and now["FAILED"] == 0
    before = run_descarteslabs.sandbox.last_entry()
    with passed_once(run_descarteslabs.sandbox, 3601, "productDeletionStatus"):
        ended = run_descarteslabs("followremoval", TASK=gone["TASK_ID"])
    assert ended["COMPLETED"] and ended["DELETED"] == 2
    looked = run_descarteslabs.sandbox.log(operation="productDeletionStatus", after=before)
    assert len(looked) > 1, "it was not over at the first look"
    assert run_descarteslabs("followremoval", TASK=gone["TASK_ID"], WAIT=False)["COMPLETED"]

"""Images as points and rasters as footprints, against what the sandbox says of them by plain HTTP."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.layers import provenance
from imagery_hub.core.pixel.look import map_tip, style_images
from photo_files import Shot, jpeg
from pyproj import Geod
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsVectorLayer,
)
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess

WGS84 = Geod(ellps="WGS84")


def layer_of(path: Any) -> QgsVectorLayer:
    found = QgsVectorLayer(str(path), "found", "ogr")
    assert found.isValid()
    return found


def by_name(path: Any) -> dict[str, Any]:
    return {row["name"]: row for row in layer_of(path).getFeatures()}


@pytest.fixture
def flight(pixel: PixelCalls) -> str:
    """A collection with 25 images."""
    return pixel.collection(pixel.project())


def seed(pixel: PixelCalls, place: str, count: int, what: str = "images", **members: Any) -> list[int]:
    body = {"collection": place.split("/")[1], "count": count, **members}
    first = pixel.sandbox.control("POST", f"pixel/{what}", body)["first"]
    return list(range(first, first + count))


@pytest.mark.needs_assumed("pixel Image.location")
def test_images_become_points_with_all_that_is_known(
    run_pixel: Any, pixel: PixelCalls, flight: str, tmp_path: Path
) -> None:
    ids = seed(pixel, flight, 25, tags=["new", "north"], metadata={"inspector": "K. Nordmann"})
    found = run_pixel("imagestolayer", COLLECTION=flight, OUTPUT=str(tmp_path / "images.gpkg"))
    assert found["COUNT"] == 25
    assert found["IMAGE_IDS"] == ",".join(map(str, ids))
    rows = by_name(found["OUTPUT"])
    truth = pixel.read(flight, "images/")
    assert set(rows) == {one["name"] for one in truth}
    for one in truth:
        row = rows[one["name"]]
        told = pixel.read(flight, f"images/{one['id']}/metadata")
        point = row.geometry().asPoint()
        assert [point.x(), point.y()] == pytest.approx(one["location"]["coordinates"], abs=1e-12)
        assert row["cam_heading"] == told["cam_heading"]
        assert row["hfov"] == 70.0
        assert row["tags"] == "new, north"
        assert row["json_metadata.inspector"] == "K. Nordmann"
        assert row["json_metadata.strip"] == 0
        assert (row["capture_date"], row["file_name"]) == (one["capture_date"], one["file_name"])
        assert f"{row['project']}/{row['collection']}" == flight


def test_the_file_knows_its_style_and_its_origin(
    run_pixel: Any, pixel: PixelCalls, flight: str, tmp_path: Path
) -> None:
    seed(pixel, flight, 3)
    found = run_pixel("imagestolayer", COLLECTION=flight, OUTPUT=str(tmp_path / "images.gpkg"))
    layer = layer_of(found["OUTPUT"])
    assert layer.mapTipTemplate() == map_tip(False)
    assert layer.editorWidgetSetup(layer.fields().indexOf("pixel_record")).type() == "Hidden"
    assert layer.editFormConfig().readOnly(layer.fields().indexOf("id"))
    assert not layer.editFormConfig().readOnly(layer.fields().indexOf("cam_heading"))
    origin = provenance.read(layer)
    assert origin is not None
    style_images(layer)
    assert layer.temporalProperties().isActive()
    assert (origin.platform, origin.kind) == ("pixel", "images")
    assert origin.ids == {"collection": flight}


def test_names_and_tags_narrow_the_list(run_pixel: Any, pixel: PixelCalls, flight: str) -> None:
    ids = seed(pixel, flight, 12)
    seed(pixel, flight, 3, name="pier", tags=["crack"])
    memory = "memory:"
    assert run_pixel("imagestolayer", COLLECTION=flight, NAME="PIER", OUTPUT=memory)["COUNT"] == 3
    assert run_pixel("imagestolayer", COLLECTION=flight, TAGS="crack", OUTPUT=memory)["COUNT"] == 3
    assert run_pixel("imagestolayer", COLLECTION=flight, MAXIMUM=4, OUTPUT=memory)["COUNT"] == 4
    chosen = f"{ids[2]},{ids[7]}"
    assert run_pixel("imagestolayer", COLLECTION=flight, IMAGES=chosen, OUTPUT=memory)["IMAGE_IDS"] == chosen


@pytest.mark.needs_assumed("pixel Image.location")
def test_what_images_show_is_measured_on_the_ellipsoid(
    run_pixel: Any, pixel: PixelCalls, flight: str, tmp_path: Path
) -> None:
    """Two sorts: looking level, a sector up to the far distance; looking down, the corners on flat ground."""
    level, down, blind = seed(pixel, flight, 3)
    path = path_of(flight, "images/")
    pixel.put(f"{path}{level}", {"fields": {
        "fields_type": "image", "cam_heading": 90.0, "hfov": 40.0, "cam_pitch": 88.0, "near_dist": 10.0,
        "far_dist": 60.0}})
    pixel.put(f"{path}{down}", {"fields": {
        "fields_type": "image", "cam_heading": 30.0, "hfov": 60.0, "vfov": 50.0, "cam_pitch": 0.0,
        "cam_height": 100.0}})
    pixel.put(f"{path}{blind}", {"fields": {"fields_type": "image", "far_dist": 0.0, "name": "blind"}})
    found = run_pixel("imagestolayer", COLLECTION=flight, OUTPUT="memory:", VIEWS=str(tmp_path / "views.gpkg"))
    shapes = {row["id"]: row.geometry() for row in layer_of(found["VIEWS"]).getFeatures()}
    assert set(shapes) == {level, down}
    place = {one["id"]: one["location"]["coordinates"] for one in pixel.read(flight, "images/")}
    sector = math.pi * (60.0**2 - 10.0**2) * 40 / 360
    assert area(shapes[level]) == pytest.approx(sector, rel=0.01)
    angle, _, distance = WGS84.inv(*place[level], shapes[level].centroid().asPoint().x(),
                                   shapes[level].centroid().asPoint().y())
    assert angle == pytest.approx(90.0, abs=1.0)
    assert 35 < distance < 45
    width, height = 200 * math.tan(math.radians(30)), 200 * math.tan(math.radians(25))
    assert area(shapes[down]) == pytest.approx(width * height, rel=0.001)
    middle = shapes[down].centroid().asPoint()
    assert WGS84.inv(*place[down], middle.x(), middle.y())[2] < 0.01


def area(shape: Any) -> float:
    ring = shape.asMultiPolygon()[0][0]
    return abs(WGS84.polygon_area_perimeter([one.x() for one in ring], [one.y() for one in ring])[0])


@pytest.mark.needs_assumed("pixel ImageMetadata.cam_heading")
def test_cameras_are_asked_for_where_the_list_is_silent(
    run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, flight: str, tmp_path: Path
) -> None:
    seed(pixel, flight, 5)
    before = sandbox.last_entry()
    run_pixel("imagestolayer", COLLECTION=flight, OUTPUT="memory:")
    assert not sandbox.log(operation="getImageMetadata", after=before)
    sandbox.settings(drop_assumed=True)
    found = run_pixel("imagestolayer", COLLECTION=flight, OUTPUT=str(tmp_path / "bare.gpkg"))
    assert len(sandbox.log(operation="getImageMetadata", after=before)) == 5
    rows = list(layer_of(found["OUTPUT"]).getFeatures())
    assert [row["name"] for row in rows] == [f"seed_{number:06d}" for number in range(5)]
    assert all(row.geometry().isEmpty() for row in rows)
    before = sandbox.last_entry()
    run_pixel("imagestolayer", COLLECTION=flight, CAMERA=False, OUTPUT="memory:")
    assert not sandbox.log(operation="getImageMetadata", after=before)


@pytest.mark.needs_assumed("pixel Image.download_url")
def test_small_pictures_come_into_the_folder_and_the_map_tip(
    run_pixel: Any, pixel: PixelCalls, flight: str, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    jpeg(photo, Shot(59.9, 10.7, 100.0))
    with_file, = seed(pixel, flight, 1, file=str(photo), name="<b>pier</b>")
    without, = seed(pixel, flight, 1)
    folder = tmp_path / "small"
    found = run_pixel(
        "imagestolayer", COLLECTION=flight, OUTPUT=str(tmp_path / "images.gpkg"), THUMBNAILS=str(folder)
    )
    assert [one.name for one in folder.iterdir()] == [f"{with_file}.jpg"]
    assert any("1 images" in one for one in run_pixel.messages)
    layer = layer_of(found["OUTPUT"])
    rows = {row["id"]: row for row in layer.getFeatures()}
    assert Path(rows[with_file]["thumbnail"]) == folder / f"{with_file}.jpg"
    assert not rows[without]["thumbnail"]
    shown = tip(layer, rows[with_file])
    assert f'src="file://{folder}/{with_file}.jpg"' in shown
    assert "<b>&lt;b>pier&lt;/b>" in shown
    assert "<img" not in tip(layer, rows[without])


def tip(layer: QgsVectorLayer, row: Any) -> str:
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(row)
    return str(QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context))


@pytest.mark.needs_assumed("pixel Raster.footprint")
def test_rasters_become_footprints(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    place = pixel.collection(pixel.project(), "RGB")
    ids = seed(pixel, place, 9, "rasters", tags=["sheet"])
    found = run_pixel("rasterstolayer", COLLECTION=place, OUTPUT=str(tmp_path / "rasters.gpkg"))
    assert found["RASTER_IDS"] == ",".join(map(str, ids))
    rows = by_name(found["OUTPUT"])
    for one in pixel.read(place, "rasters/"):
        row = rows[one["name"]]
        ring = row.geometry().asMultiPolygon()[0][0]
        assert [[corner.x(), corner.y()] for corner in ring] == one["footprint"]["coordinates"][0]
        assert (row["format"], row["num_bands"], row["srid"]) == ("GTiff", 3, 25833)
        assert (row["cell_width"], row["cell_height"]) == tuple(one["cell_size"])
    assert run_pixel("rasterstolayer", COLLECTION=place, FORMAT="JPEG", OUTPUT="memory:")["COUNT"] == 0


@pytest.mark.needs_assumed("pixel Image.json_metadata")
def test_keys_that_differ_in_case_only_are_told(run_pixel: Any, pixel: PixelCalls, flight: str, tmp_path: Path) -> None:
    seed(pixel, flight, 1, metadata={"Span": 3, "span": "wide"})
    found = run_pixel("imagestolayer", COLLECTION=flight, OUTPUT=str(tmp_path / "images.gpkg"))
    names = layer_of(found["OUTPUT"]).fields().names()
    assert [one for one in names if one.lower() == "json_metadata.span"] == ["json_metadata.Span"]
    assert any("span" in one for one in run_pixel.messages)


def test_lists_of_a_platform_that_gives_fewer_at_once_come_whole(
    run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, flight: str
) -> None:
    seed(pixel, flight, 1203)
    assert run_pixel("imagestolayer", COLLECTION=flight, OUTPUT="memory:")["COUNT"] == 1203


@pytest.mark.parametrize("place", ["", "10", "a/b", "10/6/7"])
def test_what_is_no_collection_is_refused(run_pixel: Any, place: str) -> None:
    assert run_pixel.refused("imagestolayer", COLLECTION=place, OUTPUT="memory:")


@pytest.mark.needs_assumed("pixel A4")
def test_a_collection_that_is_not_there_is_told(run_pixel: Any, flight: str) -> None:
    words = run_pixel.fails("imagestolayer", COLLECTION=flight + "9", OUTPUT="memory:")
    assert "was not found" in words or "not there" in words

"""What Pixel's validation says about real files: the rules table, positions, areas, damage, support files."""

from __future__ import annotations

import math
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal, osr
from photo_files import Shot, jpeg, tiff
from pixel_files import AREA, CELL, EAST, INSIDE, NORTH, OUTSIDE, photo, point_cloud, raster, system, world_file

from sandbox.pixel.work.records import Accepted, Area, Rejected, Sent, Task
from sandbox.pixel.work.validate import validate

RULES = {"format": "GTiff", "data_type": "uint8", "num_bands": 3, "srid": 25833, "cell_size": [CELL, CELL]}


def judge(tmp_path: Path, kind: str, path: Path, *support: Path, **members: Any) -> Accepted:
    """Validate a file as if it had just been uploaded, from a copy without its name."""
    sent = []
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    for number, one in enumerate((path, *support)):
        place = folder / f"stored-{number}"
        shutil.copy(one, place)
        sent.append(Sent(one.name, place))
    task = Task(kind, folder / "kept", sent[0], Area(AREA["coordinates"], members.pop("within", False)),
                tuple(sent[1:]), **members)
    try:
        found = validate(task)
    except Rejected:
        assert not task.folder.exists()
        raise
    assert sorted(one.name for one in task.folder.iterdir()) == sorted(one.name for one in (path, *support))
    assert (found.path, found.size) == (task.folder / path.name, path.stat().st_size)
    return found


def refusal(tmp_path: Path, kind: str, path: Path, *support: Path, **members: Any) -> str:
    """The words with which a file is rejected."""
    with pytest.raises(Rejected) as error:
        judge(tmp_path, kind, path, *support, **members)
    return str(error.value)


# ---------------------------------------------------------------------- rasters
def test_a_raster_that_meets_every_rule(tmp_path: Path) -> None:
    facts: Any = judge(tmp_path, "raster", raster(tmp_path / "ortho.tif"), rules=RULES).facts
    assert (facts.format, facts.data_type, facts.num_bands, facts.srid) == ("GTiff", "uint8", 3, 25833)
    assert (facts.cell_size, facts.width, facts.height) == ((CELL, CELL), 40, 30)
    ring = facts.footprint
    assert ring[0] == ring[-1]
    back = osr.CoordinateTransformation(system(4326), system(25833))
    corners = {tuple(round(value, 3) for value in back.TransformPoint(x, y)[:2]) for x, y in ring}
    assert corners == {(EAST, NORTH), (EAST, NORTH - 15), (EAST + 20, NORTH - 15), (EAST + 20, NORTH)}


CELLS = [
    ("format", "GTiff", {"kind": "PNG", "path": "a.png"}, "Expected format GTiff, found PNG"),
    ("format", "JPEG", {}, "Expected format JPEG, found GTiff"),
    ("format", "GTiff", {"kind": "JPEG", "path": "a.jpg"}, "Expected format GTiff, found JPEG"),
    ("data_type", "uint8", {"data_type": "uint16"}, "Expected data type uint8, found uint16"),
    ("data_type", "float32", {"data_type": "float64", "bands": 1}, "Expected data type float32, found float64"),
    ("data_type", "float64", {"data_type": "float32", "bands": 1}, "Expected data type float64, found float32"),
    ("data_type", "float32", {"data_type": "int16", "bands": 1}, "Expected data type float32, found int16"),
    ("num_bands", 3, {"bands": 4}, "Expected number of bands 3, found 4"),
    ("num_bands", 1, {"bands": 3}, "Expected number of bands 1, found 3"),
    ("srid", 25832, {}, "Expected SRID 25832, found 25833"),
    ("cell_size", [0.25, 0.5], {}, "Expected cell size 0.25 x 0.5, found 0.5 x 0.5"),
    ("cell_size", [0.5 * (1 + 2e-6), 0.5], {}, "Expected cell size 0.500001 x 0.5, found 0.5 x 0.5"),
]


@pytest.mark.parametrize(("rule", "expected", "made", "words"), CELLS)
def test_each_rule_is_named_with_what_was_found(tmp_path: Path, rule: str, expected: object, made: dict[str, Any],
                                                words: str) -> None:
    path = raster(tmp_path / made.pop("path", "a.tif"), **made)
    assert refusal(tmp_path, "raster", path, rules={rule: expected}) == words


@pytest.mark.parametrize(("kind", "name"), [("GTiff", "a.tif"), ("JPEG", "a.jpg"), ("PNG", "a.png"),
                                            ("WEBP", "a.webp"), ("PDF", "a.pdf")])
def test_every_format_is_known_by_its_name(tmp_path: Path, kind: str, name: str) -> None:
    path = raster(tmp_path / name, kind)
    beside = [tmp_path / f"{name}.aux.xml"] if (tmp_path / f"{name}.aux.xml").exists() else []
    assert beside or kind in ("GTiff", "PDF")
    facts: Any = judge(tmp_path, "raster", path, *beside, rules={"format": kind}).facts
    assert (facts.format, facts.srid) == (kind, 25833)


def test_a_raster_of_several_files(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.mrf", "MRF", options=["COMPRESS=LERC"])
    others = [one for one in tmp_path.iterdir() if one != path and one.suffix != ".xml"]
    facts: Any = judge(tmp_path, "raster", path, *others, rules={"format": "MRF"}).facts
    assert (facts.format, facts.srid, facts.cell_size) == ("MRF", 25833, (CELL, CELL))


@pytest.mark.parametrize("data_type", ["uint8", "uint16", "int16", "uint32", "int32", "float32", "float64"])
def test_every_data_type_is_known_by_its_name(tmp_path: Path, data_type: str) -> None:
    path = raster(tmp_path / "a.tif", data_type=data_type, bands=1)
    facts: Any = judge(tmp_path, "raster", path, rules={"data_type": data_type}).facts
    assert facts.data_type == data_type


def test_cell_sizes_within_a_millionth_are_the_same(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", cell=(CELL * (1 + 5e-7), CELL))
    judge(tmp_path, "raster", path, rules={"cell_size": [CELL, CELL]})


def test_a_turned_raster_has_the_cells_of_its_own_axes(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif")
    image = gdal.Open(str(path), gdal.GA_Update)
    turn = math.radians(30)
    image.SetGeoTransform((EAST, CELL * math.cos(turn), CELL * math.sin(turn),
                           NORTH, CELL * math.sin(turn), -CELL * math.cos(turn)))
    image = None
    facts: Any = judge(tmp_path, "raster", path, rules={"cell_size": [CELL, CELL]}).facts
    assert facts.cell_size == pytest.approx((CELL, CELL))


def test_a_world_file_needs_the_rule_for_the_system(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", srid=None, corner=None)
    beside = world_file(tmp_path / "a.tfw")
    facts: Any = judge(tmp_path, "raster", path, beside, rules={"srid": 25833, "cell_size": [CELL, CELL]}).facts
    assert (facts.srid, facts.cell_size) == (25833, (CELL, CELL))
    words = "Expected a coordinate system in the file or in a support file, found none"
    assert refusal(tmp_path, "raster", path, beside, rules={}) == words
    assert refusal(tmp_path, "raster", path, rules={"srid": 25833}) == words


def test_a_projection_file_and_a_world_file(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.png", "PNG", srid=None, corner=None)
    beside = [world_file(tmp_path / "a.pgw"), tmp_path / "a.prj"]
    reference = system(25833)
    reference.MorphToESRI()
    beside[1].write_text(reference.ExportToWkt(), "utf-8")
    facts: Any = judge(tmp_path, "raster", path, *beside, rules={"srid": 25833}).facts
    assert (facts.format, facts.srid) == ("PNG", 25833)
    beside[1].write_text("nothing of the kind", "utf-8")
    assert refusal(tmp_path, "raster", path, *beside) == ("Expected a coordinate system in a.prj, found something else")


def test_a_raster_without_a_place(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", corner=None)
    assert refusal(tmp_path, "raster", path) == "Expected a position in the file or in a world file, found none"


def test_a_system_with_heights(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.png", "PNG", bands=1, srid=5973)
    facts: Any = judge(tmp_path, "raster", path, tmp_path / "a.png.aux.xml", rules={"srid": 5973}).facts
    assert facts.footprint[0] == pytest.approx((10.7446, 59.9153), abs=0.01)
    parts = system(25833).ExportToWkt(), system(5941).ExportToWkt()
    (tmp_path / "b.prj").write_text(f'COMPD_CS["no code",{parts[0]},{parts[1]}]', "utf-8")
    path = raster(tmp_path / "b.tif", bands=1, data_type="float32", srid=None)
    facts = judge(tmp_path, "raster", path, tmp_path / "b.prj", rules={"srid": 25833}).facts
    assert facts.srid == 25833


def test_an_outline_must_touch_the_area_or_lie_in_it(tmp_path: Path) -> None:
    edge = osr.CoordinateTransformation(system(4326), system(25833)).TransformPoint(10.9, 59.91)[:2]
    across = raster(tmp_path / "across.tif", corner=(edge[0] - 10, edge[1]))
    judge(tmp_path, "raster", across)
    assert refusal(tmp_path, "raster", across, within=True).startswith(
        "Expected a footprint inside the project's area of interest, found longitudes 10.899")
    beyond = raster(tmp_path / "beyond.tif", corner=(edge[0] + 100, edge[1]))
    assert refusal(tmp_path, "raster", beyond).startswith("Expected a footprint that touches the project's area")


def test_an_area_that_crosses_itself_and_a_single_point(tmp_path: Path) -> None:
    bow = [[[10.6, 59.85], [10.9, 59.98], [10.9, 59.85], [10.6, 59.98], [10.6, 59.85]]]
    for east, inside in ((EAST + 6000, True), (EAST, False)):
        path = point_cloud(tmp_path / "one.las", count=1, corner=(east, NORTH))
        task = Task("point_cloud", tmp_path / "kept", Sent("one.las", path), Area(bow))
        if inside:
            assert validate(task).facts.points == 1
        else:
            with pytest.raises(Rejected, match="^Expected a footprint that touches the project's area"):
                validate(task)


def test_damaged_rasters_and_files_of_other_kinds(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", size=(600, 500))
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) // 2])
    assert refusal(tmp_path, "raster", path).startswith("The file is damaged or incomplete: ")
    judge(tmp_path, "raster", path, read_all=False)
    other = tmp_path / "notes.tif"
    other.write_text("no raster", "utf-8")
    assert refusal(tmp_path, "raster", other).endswith("found a file of another kind")
    virtual = tmp_path / "remote.tif"
    virtual.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>', "utf-8")
    assert refusal(tmp_path, "raster", virtual).endswith("found a file of another kind")


# ---------------------------------------------------------------------- images
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_an_image_tells_its_place(tmp_path: Path, suffix: str) -> None:
    facts: Any = judge(tmp_path, "image", photo(tmp_path / f"pier{suffix}", heading=181.5)).facts
    assert facts.location == pytest.approx(INSIDE, abs=1e-7)
    assert (facts.width, facts.height, facts.capture_date) == (80, 60, "2026-03-04T09:15:01")
    assert facts.camera["cam_heading"] == 181.5
    assert facts.exif["Make"] == "Imagery Hub"


def test_a_photo_in_tiff_tells_its_place(tmp_path: Path) -> None:
    facts: Any = judge(tmp_path, "image", tiff(tmp_path / "a.tif", Shot(INSIDE[1], INSIDE[0], direction=12.0))).facts
    assert facts.location == pytest.approx(INSIDE, abs=1e-7)
    assert (facts.capture_date, facts.camera["cam_heading"]) == ("2026-03-04T09:15:01", 12.0)


def test_the_other_halves_of_the_earth(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg", (-70.25, -33.5))
    words = refusal(tmp_path, "image", path)
    assert words == ("Expected a location inside the project's area of interest, "
                     "found longitude -70.250000, latitude -33.500000")


def test_a_location_from_the_upload_comes_first(tmp_path: Path) -> None:
    facts: Any = judge(tmp_path, "image", photo(tmp_path / "a.jpg", OUTSIDE), location=INSIDE).facts
    assert facts.location == INSIDE
    judge(tmp_path, "image", photo(tmp_path / "b.jpg", None), location=INSIDE)
    outside = refusal(tmp_path, "image", photo(tmp_path / "c.jpg"), location=OUTSIDE)
    assert outside.startswith("Expected a location inside the project's area of interest")


def test_an_image_without_a_location(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg", None)
    assert refusal(tmp_path, "image", path) == "The image has no location and none was given"


def test_a_drone_tells_where_it_looked(tmp_path: Path) -> None:
    shot = Shot(INSIDE[1], INSIDE[0], 120.0, yaw=-90.0, pitch=-60.0, roll=0.0, relative_altitude=42.5)
    facts: Any = judge(tmp_path, "image", jpeg(tmp_path / "DJI_0001.JPG", shot)).facts
    assert facts.location == pytest.approx(INSIDE, abs=1e-6)
    assert {name: facts.camera[name] for name in ("cam_heading", "cam_pitch", "cam_roll", "cam_height")} == {
        "cam_heading": 270.0, "cam_pitch": 30.0, "cam_roll": 0.0, "cam_height": 42.5}
    assert facts.camera["focal_length"] == pytest.approx(12.29)
    across = math.hypot(36, 24) / math.hypot(80, 60) * 80 / 24  # a lens of 24 mm, by the diagonal of 35 mm film
    assert facts.camera["hfov"] == pytest.approx(2 * math.degrees(math.atan(across / 2)), abs=0.01)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_damaged_images(tmp_path: Path, suffix: str) -> None:
    path = photo(tmp_path / f"a{suffix}", size=(300, 200))
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) * 2 // 3])
    assert refusal(tmp_path, "image", path, location=INSIDE).startswith("The file is damaged or incomplete: ")


def test_no_image_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"%PDF-1.4 no image")
    assert refusal(tmp_path, "image", path, location=INSIDE) == (
        "Expected an image that can be read, such as JPEG or PNG, found a file of another kind")


# ---------------------------------------------------------------------- point clouds
@pytest.mark.parametrize(("name", "point_format", "version"), [
    ("a.laz", 6, "1.4"), ("a.las", 7, "1.4"), ("b.las", 3, "1.2"), ("b.laz", 1, "1.3")])
def test_point_clouds(tmp_path: Path, name: str, point_format: int, version: str) -> None:
    facts: Any = judge(tmp_path, "point_cloud", point_cloud(tmp_path / name, point_format, version)).facts
    assert facts.format == name[-3:].upper()
    assert f"{facts.version_major}.{facts.version_minor}" == version
    assert (facts.point_record_format, facts.points, facts.srid) == (point_format, 50, 25833)
    assert min(x for x, _ in facts.footprint) == pytest.approx(10.7446, abs=0.01)


def test_point_clouds_that_do_not_get_in(tmp_path: Path) -> None:
    away = point_cloud(tmp_path / "away.laz", corner=(EAST + 50000, NORTH))
    assert refusal(tmp_path, "point_cloud", away).startswith("Expected a footprint that touches the project's area")
    bare = point_cloud(tmp_path / "bare.laz", srid=None)
    words = "Expected a coordinate system in the file or in a support file, found none"
    assert refusal(tmp_path, "point_cloud", bare) == words
    beside = tmp_path / "bare.prj"
    beside.write_text(system(25833).ExportToWkt(), "utf-8")
    judge(tmp_path, "point_cloud", bare, beside)
    for name in ("cut.las", "cut.laz"):
        cut = point_cloud(tmp_path / name, count=5000)
        cut.write_bytes(cut.read_bytes()[:-4000])
        assert refusal(tmp_path, "point_cloud", cut).startswith("The file is damaged or incomplete: ")
    other = tmp_path / "other.las"
    other.write_text("LAS it is not", "utf-8")
    assert refusal(tmp_path, "point_cloud", other).endswith("found a file of another kind")
    empty = point_cloud(tmp_path / "empty.las", count=0)
    assert refusal(tmp_path, "point_cloud", empty) == "Expected a point cloud with points, found one without"


# ---------------------------------------------------------------------- what did not arrive
def test_bytes_that_never_came(tmp_path: Path) -> None:
    here = photo(tmp_path / "a.jpg")
    area = Area(AREA["coordinates"])
    for main, support, words in (
            (Sent("a.jpg", None), (), "Expected the bytes of a.jpg with its digest, found none"),
            (Sent("a.jpg", tmp_path / "gone"), (), "Expected the bytes of a.jpg with its digest, found none"),
            (Sent("a.jpg", here, (2, 5)), (),
             "Expected all parts of a.jpg with their digests, found none of part 2, 5"),
            (Sent("a.jpg", here), (Sent("a.xmp", None),), "Expected the bytes of a.xmp with its digest, found none")):
        with pytest.raises(Rejected, match=f"^{words}$"):
            validate(Task("image", tmp_path / "kept", main, area, support))

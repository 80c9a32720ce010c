"""Processing with options, control points and other systems, and why it fails."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pix4d_flight import test_flight as flown
from pix4d_processed import MIDDLE, PREFIX, Results, ground, on_land, read, registered, run

from sandbox.pix4d.work.photo_facts import read_facts
from sandbox.pix4d.work.photo_files import Lens, Shot, write_jpeg
from sandbox.pix4d.work.process import process, progress_of
from sandbox.pix4d.work.records import REASONS, ControlPoint, Description, Mark, ProcessingFailed
from sandbox.pix4d.work.scene import NORTH, WEST, make_scene
from sandbox.pix4d.work.terrain import geographic, reference, transformed
from sandbox.pix4d.work.virtual_flight import FlightPlan, World, fly

LENS = Lens(8.8, 13.2, 600, 450)
WHEN = datetime(2026, 3, 4, tzinfo=timezone.utc)


def some(folder: Path, **more: Any) -> Results:
    """Sixteen photos of the flight over open land; by default on the terrain that is told, which is quick."""
    flight = flown()
    more.setdefault("terrain", flight.terrain)
    more.setdefault("outputs", ("dsm",))
    return run(folder, [flight.photos[number] for number in MIDDLE], flight, **more)


def code_of(folder: Path, photos: list[Path], **more: Any) -> int:
    """The error code that processing ends with."""
    with pytest.raises(ProcessingFailed) as caught:
        process(Description("Quarry", folder / "results", registered(photos), **more))
    assert str(caught.value) == REASONS[caught.value.code]
    assert progress_of(folder / "results") is None
    return caught.value.code


# ---------------------------------------------------------------------- failures
def test_too_few_and_too_many_photos(tmp_path: Path) -> None:
    photos = list(flown().photos)
    assert code_of(tmp_path, photos[:5]) == 10201
    assert code_of(tmp_path, photos[:7], most_photos=6) == 10003


def test_no_photo_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"This is no picture.")
    assert code_of(tmp_path, [tmp_path / "a.jpg"] * 6) == 10601


def test_photos_without_positions_or_lens(tmp_path: Path) -> None:
    pixels = np.full((450, 600, 3), 90, dtype=np.uint8)
    bare = [write_jpeg(tmp_path / f"{number}.JPG", pixels, LENS, Shot(None, None, WHEN)) for number in range(6)]
    assert code_of(tmp_path, bare) == 10201
    for path in bare:
        picture = gdal.Open(str(path)).ReadAsArray()
        memory = gdal.GetDriverByName("MEM").Create("", 600, 450, 3)
        memory.WriteArray(picture)
        gdal.GetDriverByName("JPEG").CreateCopy(str(path), memory).FlushCache()
    assert code_of(tmp_path, bare) == 10101


def test_photos_that_do_not_show_the_same_ground(tmp_path: Path) -> None:
    dice = np.random.default_rng(1)
    photos = []
    for number in MIDDLE[:8]:
        facts = read_facts(flown().photos[number])
        noise = dice.integers(0, 255, (450, 600, 3), dtype=np.uint8)
        photos.append(write_jpeg(tmp_path / f"{number}.JPG", noise, LENS, Shot(facts.place, facts.attitude, WHEN, 40)))
    assert code_of(tmp_path, photos) == 10201


def test_photos_too_far_apart(tmp_path: Path) -> None:
    flight = flown()
    apart = [flight.photos[number] for number in (0, 4, 9, 30, 34, 39)]
    assert code_of(tmp_path, apart) == 10201


def test_attitudes_that_are_wrong(tmp_path: Path) -> None:
    """Some tenths of a degree, as real drones have them, are too much without an adjustment; with a terrain that is
    told they are not."""
    flight, dice = flown(), np.random.default_rng(3)
    photos = []
    for number in MIDDLE:
        facts = read_facts(flight.photos[number])
        assert facts.attitude is not None
        yaw, pitch, roll = (angle + off for angle, off in zip(facts.attitude, dice.normal(0, 0.3, 3)))
        pixels = np.moveaxis(gdal.Open(str(flight.photos[number])).ReadAsArray(), 0, -1)
        photos.append(write_jpeg(tmp_path / flight.photos[number].name, pixels, LENS,
                                 Shot(facts.place, (yaw, pitch, roll), WHEN, 40)))
    assert code_of(tmp_path, photos) == 10411
    assert run(tmp_path, photos, flight, outputs=("ortho",), terrain=flight.terrain).processed.used == len(MIDDLE)


def test_photos_from_one_place(tmp_path: Path) -> None:
    assert code_of(tmp_path, [flown().photos[15]] * 7) == 10201


def test_one_photo_of_elsewhere_is_left_out(tmp_path: Path) -> None:
    flight = flown()
    strange = tmp_path / "strange.JPG"
    facts = read_facts(flight.photos[14])
    noise = np.random.default_rng(1).integers(0, 255, (450, 600, 3), dtype=np.uint8)
    write_jpeg(strange, noise, LENS, Shot(facts.place, facts.attitude, WHEN, 40))
    found = run(tmp_path, [*(flight.photos[number] for number in MIDDLE), strange], flight, outputs=("dsm",))
    assert found.processed.left_out == (f"{PREFIX}/flight 1/strange.JPG",)
    assert found.processed.used == len(MIDDLE)


@pytest.mark.parametrize(("definition", "more", "code"), [
    ("EPSG:2263+5703", {}, 10611), ("EPSG:4326", {}, 10612), ("EPSG:5773", {}, 10613),
    ("EPSG:32632", {"geoid_height": 47.5}, 10614), ("EPSG:32632+5773", {"geoid_height": 47.5, "geoid": "EGM96"}, 10615),
])  # fmt: skip
def test_output_systems_that_cannot_be_used(tmp_path: Path, definition: str, more: dict[str, Any], code: int) -> None:
    assert code_of(tmp_path, list(flown().photos[:6]), definition=definition, **more) == code


def test_a_region_that_no_photo_sees(tmp_path: Path) -> None:
    ring = [[8.0, 47.0, 0], [8.1, 47.0, 0], [8.1, 47.1, 0]]
    area = {"plane": {"vertices3d": ring, "outer_boundary": [0, 1, 2]}}
    photos = [flown().photos[number] for number in MIDDLE]
    assert code_of(tmp_path, photos, area=area, terrain=flown().terrain) == 10410


def test_a_terrain_that_is_none(tmp_path: Path) -> None:
    assert code_of(tmp_path, list(flown().photos[:6]), terrain=Path(__file__)) == 10601


# ---------------------------------------------------------------------- options
def test_only_what_is_wanted(tmp_path: Path) -> None:
    found = some(tmp_path, outputs=("point_cloud", "gaussian_splatting"), formats={"point_cloud": ["laz", "slpk"]})
    assert found.path("point_cloud").suffix == ".laz"
    assert not {"ortho", "dsm", "3d_mesh_obj", "b3dm_js"} & found.made
    missing = {one.output_type: one.availability for one in found.processed.products if one.path is None}
    assert missing == {"point_cloud_slpk": "not available", "gaussian_splatting": "not available"}


def test_the_told_terrain_is_the_surface(tmp_path: Path) -> None:
    values, x, y, there = read(some(tmp_path).path("dsm"))
    good = there & on_land(x, y)
    assert values[0][good] == pytest.approx(ground(x, y)[good], abs=0.05)


def test_the_region_of_interest_cuts(tmp_path: Path) -> None:
    outer = np.array([[40, -40], [120, -40], [120, -80], [40, -80]]) + [WEST, NORTH]
    inner = np.array([[70, -50], [70, -60], [90, -60]]) + [WEST, NORTH]
    degrees = transformed(reference(32632), geographic(), np.vstack([outer, inner]))
    area = {"plane": {"vertices3d": [[*place[:2], 0] for place in degrees], "outer_boundary": [0, 1, 2, 3],
                      "inner_boundaries": [[4, 5, 6]]}}
    values, x, y, there = read(some(tmp_path, area=area).path("dsm"))
    cell = x[0, 1] - x[0, 0]
    assert there.sum() * cell**2 == pytest.approx(80 * 40 - 100, rel=0.01)
    assert x[there].min() == pytest.approx(WEST + 40, abs=2 * cell)
    assert not there[(np.abs(x - WEST - 75) < 2) & (np.abs(y - NORTH + 58) < 1)].any()


@pytest.mark.parametrize(("definition", "geoid_height"), [
    ("EPSG:2056+5728", 48.5), ("EPSG:32631", None)])
def test_other_systems(tmp_path: Path, definition: str, geoid_height: float | None) -> None:
    found = some(tmp_path, definition=definition, geoid_height=geoid_height)
    dataset = gdal.Open(str(found.path("dsm")))
    values, x, y, there = read(found.path("dsm"))
    system = dataset.GetSpatialRef()
    if system.IsCompound():
        system.StripVertical()
    places = transformed(reference(system), reference(32632), np.column_stack([x[there], y[there]]))
    good = on_land(*places.T[:2])
    error = values[0][there][good] - (ground(*places[good, :2].T) - (geoid_height or 0))
    assert np.abs(error).max() < 0.1
    assert found.processed.crs["definition"] == definition
    west, south, east, north = found.processed.bounds
    assert 7.845 < west < 7.846 < east < 7.848 and 47.233 < south < 47.234 < north < 47.236


def test_feet(tmp_path: Path) -> None:
    """An arbitrary system is level around the block; its unit is that of heights, too."""
    found = some(tmp_path, definition="ARBITRARY_FEET")
    values, x, y, there = read(found.path("dsm"))
    truth, easting, northing, known = read(some(tmp_path / "metres", definition="ARBITRARY_METERS").path("dsm"))
    assert np.ptp(values[0][there]) * 0.3048 == pytest.approx(np.ptp(truth[0][known]), rel=0.01)
    assert np.ptp(x[there]) * 0.3048 == pytest.approx(np.ptp(easting[known]), rel=0.01)
    assert gdal.Open(str(found.path("dsm"))).GetSpatialRef().GetLinearUnits() == pytest.approx(0.3048)


def test_smaller_photos(tmp_path: Path) -> None:
    whole, half = (gdal.Open(str(some(tmp_path / name, tags=tags, outputs=("ortho",)).path("ortho"))).ReadAsArray()
                   for name, tags in (("whole", ()), ("half", ("half-scale",))))
    assert half.shape[1:] == pytest.approx(np.array(whole.shape[1:]) / 2, rel=0.05)


# ---------------------------------------------------------------------- control points
def true_marks(place: np.ndarray) -> tuple[Mark, ...]:
    """Where photos of the flight show a place of UTM."""
    flight = flown()
    world = World(flight.orthoimage, flight.terrain)
    degrees = transformed(reference(32632), geographic(), place[None, :2])[:, :2]
    local = world.local.from_geodetic(np.column_stack([degrees, place[None, 2:]]))
    marks = []
    for number in MIDDLE:
        facts = read_facts(flight.photos[number])
        assert facts.place is not None and facts.attitude is not None
        columns, rows, seen = world.camera(facts.place, facts.attitude, LENS).project(local)
        if seen[0]:
            marks.append(Mark(f"{PREFIX}/flight 1/{flight.photos[number].name}", float(columns[0]), float(rows[0])))
    return tuple(marks)


def test_marked_control_points_move_the_block(tmp_path: Path) -> None:
    """Points that were measured 3 m east, 2 m south and 1.5 m above of where EXIF places what the photos show."""
    shift = np.array([3.0, -2.0, 1.5])
    points = []
    for number, (east, north) in enumerate([(45, -45), (110, -42), (60, -75), (105, -72), (80, -60)]):
        place = np.array([WEST + east, NORTH + north, 0.0])
        place[2] = ground(place[None, 0], place[None, 1])[0]
        moved = place + shift
        points.append(ControlPoint(f"P{number}", (moved[0], moved[1], moved[2]), number == 4, (0.02, 0.03),
                                   true_marks(place)))
        assert len(points[-1].marks) >= 3
    points.append(ControlPoint("T", None, marks=points[0].marks[:2]))
    found = some(tmp_path, control_points=tuple(points), terrain=None)
    values, x, y, there = read(found.path("dsm"))
    # In the middle of the block, where more than two photos overlap.
    good = there & (np.abs(x - 3 - WEST - 80) < 35) & (np.abs(y + 2 - NORTH + 60) < 15)
    assert good.sum() > 20_000
    error = values[0][good] - ground(x - 3, y + 2)[good] - 1.5
    assert abs(np.median(error)) < 0.03 and np.sqrt(np.mean(error**2)) < 0.2
    report = json.loads(found.path("json_quality_report").read_text())
    rows = {one["name"]: one for one in report["control_points"]}
    assert {name: one["type"] for name, one in rows.items()} == {
        "P0": "GCP", "P1": "GCP", "P2": "GCP", "P3": "GCP", "P4": "CHECKPOINT", "T": "MTP"}
    assert max(np.abs(one["error"]).max() for one in rows.values() if one["error"]) < 0.02
    assert max(one["reprojection_error_px"] for one in rows.values()) < 0.3
    opf = json.loads((found.folder / "opf/input_control_points.json").read_text())
    assert [one["id"] for one in opf["gcps"]] == ["P0", "P1", "P2", "P3", "P4"] and opf["mtps"][0]["id"] == "T"


def test_targets_are_found_without_marks(tmp_path: Path) -> None:
    """AutoGCP on land with painted targets; EXIF places the photos 1.2 m and more beside the measured points."""
    land = make_scene(tmp_path / "land")
    painted = gdal.GetDriverByName("MEM").CreateCopy("", gdal.Open(str(land.orthoimage)))
    truth = {}
    for name, east, north in (("A", 50.05, -45.05), ("B", 105.05, -44.05), ("C", 78.05, -72.05)):
        column, row = round((east - 0.05) / 0.1), round((0.05 - north) / 0.1) - 1
        for band in range(3):
            painted.GetRasterBand(band + 1).WriteArray(_painted(), column - 5, row - 5)
        place = np.array([WEST + column * 0.1, NORTH - row * 0.1])
        truth[name] = np.append(place, ground(place[None, 0], place[None, 1])[0])
    image = tmp_path / "painted.tif"
    gdal.GetDriverByName("GTiff").CreateCopy(str(image), painted).FlushCache()
    world = World(image, land.terrain)
    chosen = fly(world, FlightPlan(overlap=0.55, sidelap=0.4), tmp_path / "photos")
    points = tuple(ControlPoint(name, (place[0] + 1.0, place[1] - 0.7, place[2])) for name, place in truth.items())
    found = run(tmp_path, chosen, flown(), control_points=points, outputs=("dsm",), terrain=land.terrain)
    assert set(found.processed.marks) == {"A", "B", "C"}
    for name, marks in found.processed.marks.items():
        assert len(marks) >= 3
        degrees = transformed(reference(32632), geographic(), truth[name][None, :2])[:, :2]
        local = world.local.from_geodetic(np.column_stack([degrees, truth[name][None, 2:]]))
        for mark in marks:
            facts = read_facts(next(path for path in chosen if mark.photo.endswith(path.name)))
            assert facts.place is not None and facts.attitude is not None
            columns, rows, _ = world.camera(facts.place, facts.attitude, LENS).project(local)
            assert (mark.x, mark.y) == pytest.approx((columns[0], rows[0]), abs=0.6)
    report = json.loads(found.path("gcp_quality_report").read_text())
    assert min(report["detected"].values()) >= 3
    assert max(np.abs(one["error"]).max() for one in report["control_points"]) < 0.1


def _painted() -> np.ndarray:
    """A target of one metre: two white and two black quarters."""
    quarters = np.where(np.indices((10, 10)).sum(axis=0) >= 0, 0, 0)
    quarters[:5, :5] = quarters[5:, 5:] = 250
    quarters[:5, 5:] = quarters[5:, :5] = 5
    return quarters.astype(np.uint8)


def test_without_targets_control_points_are_not_used(tmp_path: Path) -> None:
    place = (WEST + 60.0, NORTH - 50.0, 565.0)
    found = some(tmp_path, control_points=tuple(ControlPoint(name, place) for name in "ABC"))
    assert found.processed.marks == {}
    assert json.loads(found.path("gcp_quality_report").read_text())["detected"] == {"A": 0, "B": 0, "C": 0}


# ---------------------------------------------------------------------- multispectral
def test_reflectance_and_index(tmp_path: Path) -> None:
    """Photos of single bands, as multispectral cameras write them: the true values, and the index of them."""
    flight = flown()
    truth = gdal.Open(str(flight.orthoimage)).ReadAsArray().astype(float)
    photos = []
    for band, name in ((0, "Red"), (3, "NIR")):
        image = tmp_path / f"{name}.tif"
        gdal.Translate(str(image), str(flight.orthoimage), bandList=[band + 1])
        world = World(image, flight.terrain)
        for number in MIDDLE[::2]:
            photos.append(_single_band(tmp_path / f"{number}_{name}.TIF", world, flight.photos[number], name))
    found = run(tmp_path, photos, flight, outputs=("ortho",), terrain=flight.terrain)
    assert {"reflectance_red", "reflectance_nir", "reflectance_maps_bundle", "ndvi", "ndvi_thumb"} <= found.made
    assert not {"ortho", "reflectance_reg"} & found.made
    assert found.processed.left_out == ()
    for output_type, wanted in (("reflectance_red", truth[0] / 255), ("reflectance_nir", truth[3] / 255),
                                ("ndvi", (truth[3] - truth[0]) / (truth[3] + truth[0]))):
        values, x, y, there = read(found.path(output_type))
        good = there & on_land(x, y)
        shown = values[0][good]
        known = wanted[((NORTH - y[good]) / 0.1).astype(int), ((x[good] - WEST) / 0.1).astype(int)]
        assert np.corrcoef(shown, known)[0, 1] > 0.97
        assert abs(np.median(shown - known)) < 0.005


def _single_band(path: Path, world: World, photo: Path, name: str) -> Path:
    """What a camera of one band sees from where a photo was taken; 16 bits, all of the photo's words in XMP."""
    facts = read_facts(photo)
    assert facts.place is not None and facts.attitude is not None
    pixels = world.look(world.camera(facts.place, facts.attitude, LENS))[..., 0].astype(np.uint16) * 257
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 600, 450, 1, gdal.GDT_UInt16)
    dataset.GetRasterBand(1).WriteArray(pixels)
    packet = "".join(gdal.Open(str(photo)).GetMetadata("xml:XMP"))
    packet = packet.replace("</rdf:Description>", "").replace(
        "</rdf:RDF>", '<rdf:Description rdf:about="" xmlns:Camera="http://pix4d.com/camera/1.0"><Camera:BandName>'
                      f"<rdf:Seq><rdf:li>{name}</rdf:li></rdf:Seq></Camera:BandName></rdf:Description></rdf:RDF>")
    dataset.SetMetadata([packet], "xml:XMP")
    dataset.FlushCache()
    return path

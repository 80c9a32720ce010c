"""The virtual camera: conventions against plain geometry, files against other readers."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, osr
from PIL import Image
from pix4d_flight import test_flight as flown

from sandbox.pix4d import flight
from sandbox.pix4d.work.camera import Camera, rotation
from sandbox.pix4d.work.geodesy import LocalSystem, SmoothMap, from_earth_centred, to_earth_centred
from sandbox.pix4d.work.photo_facts import read_exif, read_facts, read_xmp
from sandbox.pix4d.work.photo_files import Lens, Shot, write_jpeg
from sandbox.pix4d.work.scene import GROUND, NORTH, WEST, terrain_height
from sandbox.pix4d.work.terrain import geographic, reference, transformed
from sandbox.pix4d.work.virtual_flight import World

LENS = Lens(8.8, 13.2, 600, 450)


# ---------------------------------------------------------------------- attitude
@pytest.mark.parametrize(("yaw", "pitch", "roll", "point", "pixel"), [
    (0, -90, 0, (10, 0, 0), (340, 225)),     # straight down, top to the north: east is to the right
    (0, -90, 0, (0, 10, 0), (300, 185)),     # and north is up
    (90, -90, 0, (10, 0, 0), (300, 185)),    # turned to the east: east is up
    (-90, -90, 0, (0, 10, 0), (340, 225)),   # turned to the west: north is to the right
    (90, 0, 0, (100, 0, 100), (300, 225)),   # level, looking east: what lies east is in the middle
    (90, 0, 0, (100, -25, 100), (400, 225)),  # what lies south of it is to the right
    (90, 0, 0, (100, 0, 125), (300, 125)),   # what lies above it is above
    (0, -45, 0, (0, 100, 0), (300, 225)),    # half down
    (0, 0, 90, (0, 100, 125), (200, 225)),   # rolled clockwise: the sky is to the left
])  # fmt: skip
def test_the_attitude_is_djis(yaw: float, pitch: float, roll: float, point: tuple[float, ...],
                              pixel: tuple[float, float]) -> None:
    camera = Camera(np.array([0.0, 0.0, 100.0]), rotation(yaw, pitch, roll), 400.0, 600, 450, (300.0, 225.0))
    columns, rows, seen = camera.project(np.array([point], dtype=float))
    assert (columns[0], rows[0]) == pytest.approx(pixel)
    assert seen[0]
    back = camera.rays(columns, rows)[0]
    assert np.cross(back, np.array(point) - camera.position) == pytest.approx([0, 0, 0], abs=1e-9)


def test_what_lies_behind_is_not_seen() -> None:
    camera = Camera(np.array([0.0, 0.0, 100.0]), rotation(0, -90, 0), 400.0, 600, 450, (300.0, 225.0))
    assert camera.project(np.array([[0.0, 0.0, 200.0], [0, 0, 0], [500, 0, 0]]))[2].tolist() == [False, True, False]


# ---------------------------------------------------------------------- geodesy
def test_the_ellipsoid_against_proj() -> None:
    places = np.array([[7.84, 47.23, 560.0], [-70.5, -33.4, 3000.0], [179.9, 0.1, -50.0], [12.0, 89.5, 0.0]])
    system = reference(4978)
    proj = np.array(osr.CoordinateTransformation(reference(4979), system).TransformPoints(places.tolist()))
    assert to_earth_centred(places) == pytest.approx(proj, abs=1e-6)
    assert from_earth_centred(to_earth_centred(places)) == pytest.approx(places, abs=1e-8)


def test_up_is_up() -> None:
    local = LocalSystem(7.84, 47.23, 560.0)
    points = local.from_geodetic(np.array([[7.84, 47.23, 660.0], [7.841, 47.23, 560.0], [7.84, 47.231, 560.0]]))
    assert points[0] == pytest.approx([0, 0, 100], abs=1e-6)
    assert points[1, 0] > 70 and abs(points[1, 1]) < 0.01
    assert points[2, 1] > 110 and abs(points[2, 0]) < 0.01
    assert local.to_geodetic(points)[2] == pytest.approx([7.84, 47.231, 560.0], abs=1e-8)


def test_polynomials_stand_for_a_projection() -> None:
    local, utm = LocalSystem(7.845, 47.235, 500), reference(32632)

    def exact(points: np.ndarray) -> np.ndarray:
        return local.from_geodetic(transformed(utm, geographic(), points))

    centre = transformed(geographic(), utm, np.array([[7.845, 47.235]]))[0, :2]
    low, high = [*(centre - 800), 400], [*(centre + 800), 900]
    fitted = SmoothMap(exact, low, high)
    points = np.random.default_rng(3).uniform(low, high, (200, 3))
    assert fitted(points) == pytest.approx(exact(points), abs=1e-4)


# ---------------------------------------------------------------------- files
@pytest.mark.parametrize("place", [(7.8412345678, 47.2398765432, 560.123), (-70.5, -33.4567891, -12.5)])
def test_exif_as_others_read_it(tmp_path: Path, place: tuple[float, float, float]) -> None:
    pixels = np.full((450, 600, 3), 90, dtype=np.uint8)
    shot = Shot(place, (12.4, -88.75, -0.3), datetime(2026, 3, 4, 10, 5, 7, tzinfo=timezone.utc), 40.0)
    photo = write_jpeg(tmp_path / "a.JPG", pixels, LENS, shot)
    with Image.open(photo) as image:
        image.verify()
        tags = image.getexif()
    gps, camera = tags.get_ifd(0x8825), tags.get_ifd(0x8769)
    signs = {"N": 1, "S": -1, "E": 1, "W": -1}
    latitude = signs[gps[1]] * sum(float(value) / 60**power for power, value in enumerate(gps[2]))
    longitude = signs[gps[3]] * sum(float(value) / 60**power for power, value in enumerate(gps[4]))
    height = float(gps[6]) * (-1 if gps[5] == b"\x01" else 1)
    assert (longitude, latitude, height) == pytest.approx(place, abs=1e-9)
    assert float(camera[0x920A]) == 8.8
    # 35 mm film has a diagonal of 43.27 mm, this sensor one of 16.5 mm.
    assert camera[0xA405] == round(8.8 * 43.27 / 16.5)
    assert camera[0x9003] == "2026:03:04 10:05:07"
    assert (tags[0x010F], tags[0x0110]) == ("Imagery Hub", "Sandbox Camera 1")
    assert read_exif(photo)["Model"] == "Sandbox Camera 1"
    # GDAL gives six digits of a fraction: seconds of an arc to a millimetre or two.
    assert read_facts(photo).place == pytest.approx(place, abs=2e-8, rel=1e-5)


def test_xmp_is_text_with_signs(tmp_path: Path) -> None:
    shot = Shot((7.0, 47.0, 500.0), (12.4, -88.75, 0.0), datetime(2026, 3, 4, tzinfo=timezone.utc), 40.0)
    photo = write_jpeg(tmp_path / "a.JPG", np.zeros((45, 60, 3), dtype=np.uint8), LENS, shot)
    values = read_xmp(photo)
    assert (values["GimbalYawDegree"], values["GimbalPitchDegree"]) == ("+12.40", "-88.75")
    facts = read_facts(photo)
    assert facts.attitude == (12.4, -88.75, 0.0)
    assert facts.focal == pytest.approx(400.0)


def test_photos_that_say_less(tmp_path: Path) -> None:
    pixels = np.zeros((450, 600, 3), dtype=np.uint8)
    shot = Shot(None, None, datetime(2026, 3, 4, tzinfo=timezone.utc))
    bare = read_facts(write_jpeg(tmp_path / "a.JPG", pixels, LENS, shot))
    assert (bare.place, bare.attitude) == (None, None)
    # Without XMP the focal length comes from the sensor's resolution.
    assert bare.focal == pytest.approx(400.0, rel=1e-4)
    gdal.GetDriverByName("JPEG").CreateCopy(str(tmp_path / "b.jpg"), gdal.Open(str(bare_source(tmp_path))))
    nothing = read_facts(tmp_path / "b.jpg")
    assert (nothing.place, nothing.attitude, nothing.focal) == (None, None, None)
    with pytest.raises(RuntimeError):
        read_facts(Path(__file__))


def bare_source(folder: Path) -> Path:
    """An image without any metadata."""
    place = folder / "plain.tif"
    gdal.GetDriverByName("GTiff").Create(str(place), 60, 45, 3).FlushCache()
    return place


# ---------------------------------------------------------------------- the flight
def test_photos_show_what_lies_there() -> None:
    shots = flown()
    assert len(shots.photos) == 40
    world = World(shots.orthoimage, shots.terrain)
    truth = gdal.Open(str(shots.orthoimage)).ReadAsArray()[:3].astype(float)
    for photo in shots.photos[::13]:
        facts = read_facts(photo)
        assert facts.place is not None and facts.attitude is not None
        camera = world.camera(facts.place, facts.attitude, LENS)
        picture = gdal.Open(str(photo)).ReadAsArray().astype(float)
        # Places on the ground by their known height, through PROJ alone, to the pixel where they must be seen.
        middle = transformed(geographic(), reference(32632), np.array([facts.place[:2]]))[0]
        east, north = np.meshgrid(np.linspace(-15, 15, 25) + middle[0], np.linspace(-15, 15, 25) + middle[1])
        heights = GROUND + terrain_height(east - WEST, north - NORTH)
        degrees = transformed(reference(32632), geographic(), np.column_stack([east.ravel(), north.ravel()]))
        local = world.local.from_geodetic(np.column_stack([degrees[:, :2], heights.ravel()]))
        columns, rows, seen = camera.project(local)
        assert seen.all()
        found = picture[:, rows.astype(int), columns.astype(int)]
        wanted = truth[:, ((NORTH - north.ravel()) / 0.1).astype(int), ((east.ravel() - WEST) / 0.1).astype(int)]
        assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.93


def test_any_orthoimage_will_do(tmp_path: Path) -> None:
    shots = flown()
    degrees = tmp_path / "degrees.tif"
    gdal.Warp(str(degrees), str(shots.orthoimage), dstSRS="EPSG:4326", xRes=1.3e-6, yRes=0.9e-6)
    here, there = World(shots.orthoimage, shots.terrain), World(degrees, shots.terrain)
    facts = read_facts(shots.photos[18])
    assert facts.place is not None and facts.attitude is not None
    one, other = (world.look(world.camera(facts.place, facts.attitude, LENS)).astype(float) for world in (here, there))
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.98


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flight.main([str(tmp_path), "--width", "120", "--overlap", "0.3", "--sidelap", "0.2", "--objects"])
    photos = sorted((tmp_path / "photos").glob("*.JPG"))
    assert capsys.readouterr().out.startswith(f"{len(photos)} photos in ")
    assert read_facts(photos[0]).focal == pytest.approx(80)
    assert gdal.Open(str(tmp_path / "truth" / "terrain.tif")).RasterCount == 2
    with pytest.raises(SystemExit, match="too small"):
        flight.main([str(tmp_path), "--orthoimage", str(tmp_path / "truth" / "orthoimage.tif"), "--height", "400"])

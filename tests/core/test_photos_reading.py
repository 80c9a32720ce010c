"""Photos read back: positions by QGIS's own reader against GDAL's, and footprints against plain trigonometry."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.geometry.areas import area_m2
from imagery_hub.core.geometry.reproject import on_globe, wgs84
from imagery_hub.core.photos import footprint as ground
from imagery_hub.core.photos import reading, xmp
from imagery_hub.core.photos.reading import Photo
from osgeo import gdal
from photo_files import Shot, flight, jpeg, tiff
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsPointXY, QgsProject

SHOT = Shot(47.2345678912, -7.84612345678, 1512.345, yaw=12.4, pitch=-89.9, roll=0.5, relative_altitude=80.1)


@pytest.mark.parametrize("write", [jpeg, tiff])
def test_what_a_photo_says(write: Any, tmp_path: Path, qgis_app: QgsApplication) -> None:
    photo = reading.read(write(tmp_path / "a.jpg", SHOT))
    assert photo is not None and photo.located
    assert photo.latitude == pytest.approx(47.2345678912, abs=2e-9)
    assert photo.longitude == pytest.approx(-7.84612345678, abs=2e-9)
    assert photo.altitude == pytest.approx(1512.345, abs=1e-6)
    assert (photo.yaw, photo.pitch, photo.roll, photo.height) == (12.4, -89.9, 0.5, 80.1)
    assert (photo.width, photo.height_pixels) == (80, 60)
    assert photo.focal_length == 12.29
    assert photo.focal_pixels == pytest.approx(24 / math.hypot(36, 24) * 100)
    assert (photo.taken, photo.camera) == ("2026-03-04T09:15:01", "DJI M3E")


def test_gdal_agrees_on_the_place(tmp_path: Path, qgis_app: QgsApplication) -> None:
    path = jpeg(tmp_path / "a.jpg", SHOT)
    photo = reading.read(path)
    said = gdal.Open(str(path)).GetMetadataItem("EXIF_GPSLatitude")
    degrees, minutes, seconds = (float(one.strip("()")) for one in said.split())
    assert photo is not None
    assert photo.latitude == pytest.approx(degrees + minutes / 60 + seconds / 3600, abs=1e-8)


def test_south_east_and_below_the_ellipsoid(tmp_path: Path, qgis_app: QgsApplication) -> None:
    photo = reading.read(jpeg(tmp_path / "a.jpg", Shot(-33.5, 151.25, -12.5, direction=370.0)))
    assert photo is not None
    assert (photo.latitude, photo.longitude, photo.altitude, photo.yaw) == (-33.5, 151.25, -12.5, 10.0)


def test_photos_without_position(tmp_path: Path, qgis_app: QgsApplication) -> None:
    without = reading.read(jpeg(tmp_path / "a.jpg", Shot()))
    nowhere = reading.read(jpeg(tmp_path / "b.jpg", Shot(0.0, 0.0, 0.0)))
    assert without is not None and nowhere is not None
    assert not without.located and not nowhere.located


def test_what_is_no_photo(tmp_path: Path, qgis_app: QgsApplication) -> None:
    damaged, text = tmp_path / "a.jpg", tmp_path / "b.jpg"
    damaged.write_bytes(jpeg(tmp_path / "c.jpg", SHOT).read_bytes()[:40])
    text.write_text("no photo")
    assert reading.read(damaged) is None
    assert reading.read(text) is None
    assert reading.read(tmp_path / "missing.jpg") is None


def test_xmp_in_another_encoding(tmp_path: Path, qgis_app: QgsApplication) -> None:
    path = jpeg(tmp_path / "a.jpg", Shot(47.0, 8.0, 500.0, yaw=12.0, pitch=-80.0, roll=0.0))
    path.write_bytes(path.read_bytes().replace(b"DJI Meta Data", b"DJI Meta D\xe4ta"))
    photo = reading.read(path)
    assert photo is not None and photo.located
    assert (photo.yaw, photo.pitch) == (12.0, -80.0)


def test_other_vendors_xmp(qgis_app: QgsApplication) -> None:
    def packet(members: str) -> str:
        return ('\ufeff<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
                ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:p="urn:p">'
                f"{members}</rdf:Description></rdf:RDF></x:xmpmeta>")

    parrot = xmp.values(
        packet("<p:CameraYawDegree>-91.5</p:CameraYawDegree><p:CameraPitchDegree>-88</p:CameraPitchDegree>")
    )
    assert xmp.facing(parrot) == xmp.Facing(-91.5, -88.0, None)
    camera = xmp.values(packet("<p:Yaw>10</p:Yaw><p:Pitch>2.5</p:Pitch><p:Roll>-15/10</p:Roll>"))
    assert xmp.facing(camera) == xmp.Facing(10.0, -87.5, -1.5, True)
    assert xmp.facing(xmp.values("not XML")) == xmp.Facing()
    assert xmp.values('<!DOCTYPE a [<!ENTITY b "c">]><a x="&b;"/>') == {}


# ---------------------------------------------------------------- footprints
def photo(**members: Any) -> Photo:
    given = {"longitude": 7.85, "latitude": 47.23, "altitude": 600.0, "height": 100.0, "yaw": 0.0, "pitch": -90.0,
             "roll": 0.0, "focal_pixels": 4000.0, **members}
    return Photo(Path("a.jpg"), 4000, 3000, **given)


def corners(one: Photo, height: float | None = None) -> list[tuple[float, float]]:
    """Metres east and north of the photo, by a map projection around it: another way than the plugin's own."""
    centre = f"+proj=aeqd +lat_0={one.latitude} +lon_0={one.longitude} +datum=WGS84 +units=m"
    plane = QgsCoordinateReferenceSystem.fromProj(centre)
    transform = QgsCoordinateTransform(wgs84(), plane, QgsProject.instance())
    ring = ground.footprint(one, height).asPolygon()[0][:-1]
    return [(place.x(), place.y()) for place in (transform.transform(QgsPointXY(corner)) for corner in ring)]


def test_straight_down(qgis_app: QgsApplication) -> None:
    found = corners(photo())
    expected = [(-50, 37.5), (50, 37.5), (50, -37.5), (-50, -37.5)]
    for place, wanted in zip(found, expected):
        assert place == pytest.approx(wanted, abs=0.001)


def test_heading_east_turns_the_top_to_the_east(qgis_app: QgsApplication) -> None:
    found = corners(photo(yaw=90.0))
    for place, wanted in zip(found, [(37.5, 50), (37.5, -50), (-37.5, -50), (-37.5, 50)]):
        assert place == pytest.approx(wanted, abs=0.001)


def test_oblique_to_the_north(qgis_app: QgsApplication) -> None:
    found = corners(photo(pitch=-60.0))
    half = math.degrees(math.atan(1500 / 4000))
    far, near = 100 * math.tan(math.radians(30 + half)), 100 * math.tan(math.radians(30 - half))
    assert [place[1] for place in found] == pytest.approx([far, far, near, near], abs=0.002)
    assert found[0][0] == pytest.approx(-found[1][0], abs=0.001)
    assert found[1][0] - found[0][0] > found[2][0] - found[3][0]


def test_a_gimbal_rolls_about_the_line_of_sight(qgis_app: QgsApplication) -> None:
    """As DJI writes photos straight down: half a turn of roll instead of half a turn of yaw."""
    for place, wanted in zip(corners(photo(yaw=30.0, roll=180.0)), corners(photo(yaw=210.0))):
        assert place == pytest.approx(wanted, abs=0.001)


def test_an_aircraft_that_rolls_to_the_right_shows_more_of_the_left(qgis_app: QgsApplication) -> None:
    found = corners(photo(roll=10.0, rolls_with_body=True))
    half = math.degrees(math.atan(0.5))
    assert max(place[0] for place in found) == pytest.approx(100 * math.tan(math.radians(half - 10)), abs=0.002)
    assert min(place[0] for place in found) == pytest.approx(-100 * math.tan(math.radians(half + 10)), abs=0.002)


def test_without_roll_both_ways_are_the_same(qgis_app: QgsApplication) -> None:
    by_body = corners(photo(yaw=50.0, pitch=-70.0, rolls_with_body=True))
    for place, wanted in zip(by_body, corners(photo(yaw=50.0, pitch=-70.0))):
        assert place == pytest.approx(wanted, abs=0.001)


def test_the_ground_that_is_given_counts(qgis_app: QgsApplication) -> None:
    assert corners(photo(height=None), 500.0)[1] == pytest.approx((50, 37.5), abs=0.001)
    assert ground.footprint(photo(height=None)).isEmpty()
    assert ground.footprint(photo(), 700.0).isEmpty(), "under the ground"
    assert ground.footprint(photo(focal_pixels=None)).isEmpty()


def test_the_horizon_is_left_out(qgis_app: QgsApplication) -> None:
    found = corners(photo(pitch=0.0))
    farthest = 100 / math.tan(math.radians(ground.LEAST_DEPRESSION))
    assert max(math.hypot(*place) for place in found) == pytest.approx(farthest, rel=1e-3)


def test_without_heading_what_is_certainly_covered(qgis_app: QgsApplication) -> None:
    found = corners(photo(yaw=None))
    assert [math.hypot(*place) for place in found] == pytest.approx([37.5] * len(found), abs=0.001)
    assert ground.footprint(photo(yaw=None, pitch=-45.0)).isEmpty()


def test_outline_of_a_strip(tmp_path: Path, qgis_app: QgsApplication) -> None:
    photos = [reading.read(path) for path in flight(tmp_path, 8)]
    shapes = [ground.footprint(one) for one in photos if one is not None]
    whole = ground.outline(shapes)
    assert len(whole.asGeometryCollection()) == 1
    step = QgsPointXY(7.8471, 47.2329).distance(QgsPointXY(7.8472, 47.2329))
    assert whole.boundingBox().width() == pytest.approx(shapes[0].boundingBox().width() + 7 * step, rel=1e-6)
    assert area_m2(whole, wgs84()) < sum(area_m2(one, wgs84()) for one in shapes)
    assert ground.outline([]).isEmpty()


def test_outline_across_the_antimeridian(qgis_app: QgsApplication) -> None:
    east, west = photo(longitude=179.9998), photo(longitude=-179.9998)
    whole = ground.outline([ground.footprint(east), ground.footprint(west)])
    assert whole.boundingBox().width() < 0.01
    parts = on_globe(whole, wgs84())
    assert parts.boundingBox().xMinimum() >= -180 and parts.boundingBox().xMaximum() <= 180
    assert area_m2(parts, wgs84()) == pytest.approx(area_m2(ground.footprint(photo()), wgs84()), rel=0.4)

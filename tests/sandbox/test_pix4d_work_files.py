"""Point cloud, mesh, cameras, reports and OPF project of the test flight, read by others than their writer."""

from __future__ import annotations

import io
import json
import struct
import uuid
import zipfile
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import laspy
import numpy as np
import pytest
from osgeo import gdal, osr
from PIL import Image
from pix4d_processed import PREFIX, ground, inside_building, on_land, results
from pyopf.io import load
from pyopf.resolve import resolve

from sandbox.pix4d.work.camera import Camera
from sandbox.pix4d.work.photo_facts import read_facts
from sandbox.pix4d.work.photo_files import Lens
from sandbox.pix4d.work.scene import NORTH, WEST
from sandbox.pix4d.work.terrain import geographic, reference, transformed
from sandbox.pix4d.work.virtual_flight import World


def open_ground(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Away from buildings and from the border."""
    lower = (np.abs(east - WEST - 60) < 9) & (np.abs(north - NORTH + 40) < 7)
    return on_land(east, north) & ~inside_building(east, north, -2) & ~lower


def true_camera(photo: Path) -> tuple[World, Camera]:
    """The camera that took a photo, in the world that it flew over."""
    world = World(results().flight.orthoimage, results().flight.terrain)
    facts = read_facts(photo)
    assert facts.place is not None and facts.attitude is not None
    return world, world.camera(facts.place, facts.attitude, Lens(8.8, 13.2, 600, 450))


def true_pixels(photo: Path, places: np.ndarray) -> np.ndarray:
    """Where places of UTM with ellipsoidal heights are in a photo."""
    world, camera = true_camera(photo)
    degrees = transformed(reference(32632), geographic(), places[:, :2])[:, :2]
    columns, rows, _ = camera.project(world.local.from_geodetic(np.column_stack([degrees, places[:, 2]])))
    return np.column_stack([columns, rows])


def places_around(photo: Path) -> np.ndarray:
    """Ten places on the ground around what is below a photo."""
    facts = read_facts(photo)
    assert facts.place is not None
    middle = transformed(geographic(), reference(32632), np.array([facts.place[:2]]))[0, :2]
    flat = middle + np.random.default_rng(5).uniform(-12, 12, (10, 2))
    return np.column_stack([flat, ground(*flat.T)])


# ---------------------------------------------------------------------- point cloud
def test_the_point_cloud_by_laspy() -> None:
    cloud = laspy.read(results().path("point_cloud"))
    assert (str(cloud.header.version), cloud.header.point_format.id) == ("1.4", 7)
    system = osr.SpatialReference(next(one for one in cloud.header.vlrs if one.record_id == 2112).string)
    assert system.GetAuthorityCode(None) == "32632"
    assert cloud.header.point_count > 50_000
    east, north = np.asarray(cloud.x), np.asarray(cloud.y)
    bare = open_ground(east, north)
    error = np.asarray(cloud.z)[bare] - ground(east, north)[bare]
    assert np.sqrt(np.mean(error**2)) < 0.15
    classes = np.asarray(cloud.classification)
    assert (classes[bare] == 2).mean() > 0.95
    assert (classes[inside_building(east, north, 1.5)] == 1).all()
    # Colours of the land: the same places in the true orthoimage.
    truth = gdal.Open(str(results().flight.orthoimage)).ReadAsArray()[:3].astype(float)
    shown = np.stack([cloud.red, cloud.green, cloud.blue])[:, bare] / 257
    wanted = truth[:, ((NORTH - north[bare]) / 0.1).astype(int), ((east[bare] - WEST) / 0.1).astype(int)]
    assert np.corrcoef(shown.ravel(), wanted.ravel())[0, 1] > 0.95


# ---------------------------------------------------------------------- mesh
def test_the_mesh_lies_on_the_ground() -> None:
    with zipfile.ZipFile(results().path("3d_mesh_obj_zip")) as archive:
        names = {name.rpartition(".")[2]: name for name in archive.namelist()}
        assert set(names) == {"obj", "mtl", "jpg"}
        lines = archive.read(names["obj"]).decode().splitlines()
        assert f"mtllib {names['mtl']}" in lines
        assert f"map_Kd {names['jpg']}" in archive.read(names["mtl"]).decode()
        texture = Image.open(io.BytesIO(archive.read(names["jpg"]))).convert("RGB")
    vertices = np.array([line.split()[1:] for line in lines if line.startswith("v ")], dtype=float)
    vertices += np.array(results().path("project_offset").read_text().split(), dtype=float)
    bare = open_ground(*vertices.T[:2])
    assert np.sqrt(np.mean((vertices[bare, 2] - ground(*vertices[bare, :2].T)) ** 2)) < 0.15
    corners = np.array([[part.split("/")[0] for part in line.split()[1:]] for line in lines if line.startswith("f ")],
                       dtype=int)
    assert corners.min() == 1 and corners.max() == len(vertices)
    one, two, three = (vertices[corners[:, number] - 1] for number in range(3))
    assert (np.cross(two - one, three - one)[:, 2] > 0).all()
    # The texture shows the land at each vertex.
    places = np.array([line.split()[1:] for line in lines if line.startswith("vt ")], dtype=float)[bare]
    pixels = np.asarray(texture, dtype=float)
    shown = pixels[((1 - places[:, 1]) * (texture.height - 1)).round().astype(int),
                   (places[:, 0] * (texture.width - 1)).round().astype(int)]
    truth = gdal.Open(str(results().flight.orthoimage)).ReadAsArray()[:3].astype(float)
    wanted = truth[:, ((NORTH - vertices[bare, 1]) / 0.1).astype(int), ((vertices[bare, 0] - WEST) / 0.1).astype(int)].T
    assert np.corrcoef(shown.ravel(), wanted.ravel())[0, 1] > 0.9


def test_the_tileset_lies_on_the_earth() -> None:
    path = results().path("b3dm_js")
    tileset = json.loads(path.read_text())
    assert tileset["asset"]["version"] == "1.0"
    model = (path.parent / tileset["root"]["content"]["uri"]).read_bytes()
    magic, version, length, table, *others = struct.unpack_from("<4s6I", model)
    assert (magic, version, length, others) == (b"b3dm", 1, len(model), [0, 0, 0])
    assert (28 + table) % 8 == 0
    assert json.loads(model[28:28 + table]) == {"BATCH_LENGTH": 0}
    described, content = _binary_gltf(model[28 + table:])
    positions = _accessor(described, content, 0)
    accessor = described["accessors"][0]
    assert positions.min(axis=0) == pytest.approx(accessor["min"]) and positions.max(axis=0) == pytest.approx(
        accessor["max"])
    # glTF is y up; 3D Tiles turn it to z up, then apply the transform, column by column.
    level = np.column_stack([positions[:, 0], -positions[:, 2], positions[:, 1], np.ones(len(positions))])
    box = np.array(tileset["root"]["boundingVolume"]["box"])
    assert (np.abs(level[:, :3] - box[:3]) <= box[[3, 7, 11]] + 1e-3).all()
    earth = level @ np.array(tileset["root"]["transform"]).reshape(4, 4)
    places = np.array(osr.CoordinateTransformation(reference(4978), reference(4979)).TransformPoints(
        earth[:, :3].tolist()))
    flat = transformed(geographic(), reference(32632), places[:, :2])
    bare = open_ground(*flat.T[:2])
    assert bare.sum() > 1000
    assert np.sqrt(np.mean((places[bare, 2] - ground(*flat[bare, :2].T)) ** 2)) < 0.15
    view = described["bufferViews"][described["images"][0]["bufferView"]]
    with Image.open(io.BytesIO(content[view["byteOffset"]:][:view["byteLength"]])) as texture:
        texture.verify()


def _binary_gltf(model: bytes) -> tuple[dict, bytes]:
    magic, version, length, size, kind = struct.unpack_from("<4s2II4s", model)
    assert (magic, version, length, kind) == (b"glTF", 2, len(model), b"JSON")
    start = 20 + size
    binary, kind = struct.unpack_from("<I4s", model, start)
    assert kind == b"BIN\x00" and start + 8 + binary == len(model)
    return json.loads(model[20:start]), model[start + 8:]


def _accessor(described: dict, content: bytes, number: int) -> np.ndarray:
    accessor = described["accessors"][number]
    view = described["bufferViews"][accessor["bufferView"]]
    return np.frombuffer(content, "<f4", accessor["count"] * 3, view["byteOffset"]).reshape(-1, 3).astype(float)


# ---------------------------------------------------------------------- cameras
def test_cameras_project_as_they_took() -> None:
    """PIX4D's text: m = K [R|-Rt] X."""
    lines = results().path("calibrated_camera_parameters").read_text().splitlines()[8:]
    assert len(lines) == 10 * len(results().flight.photos)
    photo = results().flight.photos[17]
    start = next(number for number, line in enumerate(lines) if line.startswith(photo.name))
    numbers = [np.array(line.split(), dtype=float) for line in lines[start + 1:start + 10]]
    lens, position, turn = np.array(numbers[:3]), numbers[5], np.array(numbers[6:9])
    places = places_around(photo)
    seen = (lens @ turn @ (places - position).T).T
    assert seen[:, :2] / seen[:, 2:] == pytest.approx(true_pixels(photo, places), abs=0.05)


def test_external_parameters_are_where_exif_says() -> None:
    rows = [line.split() for line in results().path("calibrated_external_camera_parameters").read_text().splitlines()]
    assert rows[0] == ["imageName", "X", "Y", "Z", "Omega", "Phi", "Kappa"]
    for row, photo in zip(rows[1:], results().flight.photos):
        place = read_facts(photo).place
        assert place is not None
        wanted = transformed(geographic(), reference(32632), np.array([place[:2]]))[0, :2]
        assert row[0] == photo.name
        assert [float(value) for value in row[1:4]] == pytest.approx([*wanted, place[2]], abs=1e-3)


# ---------------------------------------------------------------------- OPF
def test_the_opf_project_by_pyopf() -> None:
    path = results().path("opf_project")
    project = load(str(path))
    objects = resolve(project)
    assert project.name == "Quarry north"
    assert len(objects.camera_list_objs[0].cameras) == len(results().flight.photos)
    frame = objects.scene_reference_frame_objs[0]
    assert frame.crs.definition == "EPSG:32632"
    photo = results().flight.photos[17]
    listed = {unquote(str(one.uri)).rpartition("/")[2]: one for one in objects.camera_list_objs[0].cameras}
    camera = listed[photo.name]
    # Relative to the OPF file, the photo's key is found below the project's prefix.
    assert unquote(str(camera.uri)) == f"../flight 1/{photo.name}"
    assert max(one.id.int for one in listed.values()) > 2**53
    calibration = objects.calibration_objs[0].calibrated_cameras_objs[0]
    found = next(one for one in calibration.cameras if one.id == camera.id)
    sensor = next(one for one in calibration.sensors if one.id == found.sensor_id)
    omega, phi, kappa = np.radians(found.orientation_deg)
    turn = _about(0, omega) @ _about(1, phi) @ _about(2, kappa)
    places = places_around(photo)
    processing = (frame.base_to_canonical.transformation_matrix @ np.column_stack([places, np.ones(10)]).T).T[:, :3]
    right, top, back = (turn.T @ (processing - found.position).T)
    focal, centre = sensor.internals.focal_length_px, sensor.internals.principal_point_px
    pixels = np.column_stack([centre[0] + focal * right / -back, centre[1] - focal * top / -back])
    assert pixels == pytest.approx(true_pixels(photo, places), abs=0.05)


def _about(axis: int, angle: float) -> np.ndarray:
    one, other = [number for number in range(3) if number != axis]
    matrix = np.eye(3)
    matrix[[one, other], [one, other]] = np.cos(angle)
    sign = -1 if axis == 1 else 1
    matrix[one, other], matrix[other, one] = -sign * np.sin(angle), sign * np.sin(angle)
    return matrix


def test_everything_that_the_project_names_is_there() -> None:
    path = results().path("opf_project")
    document = json.loads(path.read_text())
    resources = [one["uri"] for item in document["items"] for one in item["resources"]]
    assert len(resources) == len(set(resources)) > 7
    assert all((path.parent / uri).is_file() for uri in resources)
    ids = {uuid.UUID(item["id"]) for item in document["items"]}
    assert {uuid.UUID(source["id"]) for item in document["items"] for source in item["sources"]} <= ids


def test_the_points_of_the_opf_project_lie_on_the_ground() -> None:
    objects = resolve(load(str(results().path("opf_project"))))
    node = objects.point_cloud_objs[0].nodes[0]
    shift = np.array(objects.scene_reference_frame_objs[0].base_to_canonical.shift)
    places = np.asarray(node.position, dtype=float) - shift
    bare = open_ground(*places.T[:2])
    assert bare.sum() > 5000
    assert np.sqrt(np.mean((places[bare, 2] - ground(*places[bare, :2].T)) ** 2)) < 0.15
    assert node.color.shape == (len(places), 4)


# ---------------------------------------------------------------------- reports
def test_reports_tell_what_was_done() -> None:
    facts = json.loads(results().path("json_quality_report").read_text())
    count = len(results().flight.photos)
    assert (facts["images"], facts["calibrated_images"], facts["left_out"]) == (count, count, [])
    assert facts["ground_sampling_distance_m"] == pytest.approx(0.1, rel=0.15)
    assert facts["surface"] == "matched"
    assert 5 < facts["images_per_place"] < 15
    tree = ElementTree.parse(results().path("xml_quality_report"))
    assert tree.findtext("calibrated_images") == str(count)
    report = results().path("quality_report").read_bytes()
    assert report.startswith(b"%PDF-") and report.rstrip().endswith(b"%%EOF")
    log = results().path("mapper_log").read_text()
    assert f"{count} of {count} photos calibrated." in log
    assert PREFIX not in log


def test_what_is_listed_is_what_is_documented() -> None:
    documented = (Path(__file__).resolve().parents[2] / "sandbox/contract/pix4d.openapi.yaml").read_text()
    assert results().made - {one for one in results().made if f"- {one}\n" in documented} == set()
    assert {"ortho", "dsm", "dtm", "point_cloud", "3d_mesh_obj_zip", "b3dm_js", "opf_project",
            "quality_report"} <= results().made
    assert "ndvi" not in results().made and "gcp_quality_report" not in results().made
    assert not list(results().folder.parent.glob("*.progress"))

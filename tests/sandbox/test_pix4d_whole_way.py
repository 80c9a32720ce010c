"""The whole way through the sandbox's PIX4D by plain HTTP and boto3: photos in, results and volumes out."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from posixpath import join, normpath
from typing import Any
from urllib.parse import unquote

import boto3
import numpy as np
import pytest
import requests
from botocore.exceptions import ClientError
from osgeo import gdal
from pix4d_flight import test_flight
from pix4d_processed import ground, on_land
from sandbox_pix4d import PROJECTS, Pix4dCalls
from sandbox_process import SandboxProcess

from sandbox.pix4d.work.scene import NORTH, WEST

CHOSEN = (*range(4, 9), *range(11, 16), *range(24, 29), *range(31, 36))
"""The eastern half of all four lines."""
PATIENCE = 240.0
HILL = (WEST + 95.0, NORTH - 70.0)
"""The top of the scene's hill."""


class Way:
    """A project, its credentials, and its storage as boto3 sees it."""

    def __init__(self, calls: Pix4dCalls) -> None:
        self.calls = calls
        self.id = calls.project("Quarry north")["id"]
        self.path = f"{PROJECTS}{self.id}/"
        self.given = calls.get(f"{self.path}s3_credentials/")
        self.bucket, self.prefix = self.given["bucket"], self.given["key"]
        self.endpoint = calls.ready["storage"]
        self.store = boto3.client("s3", endpoint_url=self.endpoint, region_name=self.given["region"],
                                  aws_access_key_id=self.given["access_key"],
                                  aws_secret_access_key=self.given["secret_key"],
                                  aws_session_token=self.given["session_token"])

    def outputs(self) -> dict[str, dict[str, Any]]:
        """By their types."""
        return {one["output_type"]: one for one in self.calls.get(f"{self.path}outputs/")["outputs"]}

    def content(self, key: str) -> bytes:
        """An object."""
        return self.store.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def volume(self, **members: Any) -> requests.Response:
        """What the volume service answers."""
        return self.calls.request("POST", f"v1/project/{self.id}/volumes/", json=members)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A sandbox of this module's own: what it made is looked at by all tests."""
    with SandboxProcess(tmp_path_factory.mktemp("whole-way")) as process:
        yield process


@pytest.fixture(scope="module")
def done(whole: SandboxProcess) -> Way:
    """Twenty photos uploaded, registered in two calls and processed."""
    way = Way(Pix4dCalls(whole))
    keys = []
    for number in CHOSEN:
        photo = test_flight().photos[number]
        keys.append(f"{way.prefix}/flight 1/{photo.name}")
        way.store.upload_file(str(photo), way.bucket, keys[-1])
    with pytest.raises(ClientError, match="AccessDenied"):
        way.store.put_object(Bucket=way.bucket, Key="user-1/project-2/a.jpg", Body=b"")
    for part in (keys[:8], keys[8:]):
        found = way.calls.post(f"{way.path}inputs/bulk_register/", {"input_file_keys": part})
        assert found["nb_images_registered"] == len(part)
    assert way.calls.get(way.path)["image_count"] == len(CHOSEN) == 20
    assert way.calls.post(f"{way.path}start_processing/", {"tags": ["nadir"]})["estimated_time"] > 0
    until = time.monotonic() + PATIENCE
    while way.calls.get(way.path)["public_status"] == "PROCESSING":
        assert time.monotonic() < until, "Processing did not end."
        time.sleep(0.2)
    found = way.calls.get(way.path)
    assert (found["public_status"], found["error_code"]) == ("DONE", None), whole.control("GET", "pix4d/jobs")
    return way


def test_all_main_results_are_in_the_storage(done: Way) -> None:
    outputs = done.outputs()
    assert {"ortho", "ortho_cloud_optimized", "dsm", "dsm_cloud_optimized", "dtm", "point_cloud", "3d_mesh_obj_zip",
            "b3dm_js", "opf_project", "quality_report", "mapper_log"} <= set(outputs)
    for one in outputs.values():
        assert one["availability"] == "done" and one["s3_bucket"] == done.bucket
        assert done.store.head_object(Bucket=done.bucket, Key=one["s3_key"])["ContentLength"] > 0


def test_the_surface_is_streamed_with_the_credentials(done: Way) -> None:
    options = {"AWS_ACCESS_KEY_ID": done.given["access_key"], "AWS_SECRET_ACCESS_KEY": done.given["secret_key"],
               "AWS_SESSION_TOKEN": done.given["session_token"], "AWS_REGION": done.given["region"],
               "AWS_S3_ENDPOINT": done.endpoint.removeprefix("http://"), "AWS_HTTPS": "NO",
               "AWS_VIRTUAL_HOSTING": "FALSE", "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}
    for name, value in options.items():
        gdal.SetConfigOption(name, value)
    try:
        dataset = gdal.Open(f"/vsis3/{done.bucket}/{done.outputs()['dsm_cloud_optimized']['s3_key']}")
        assert dataset is not None, gdal.GetLastErrorMsg()
        heights = dataset.ReadAsArray()
    finally:
        for name in options:
            gdal.SetConfigOption(name, None)
    left, cell, _, top, _, _ = dataset.GetGeoTransform()
    x, y = np.meshgrid(left + (np.arange(heights.shape[1]) + 0.5) * cell,
                       top - (np.arange(heights.shape[0]) + 0.5) * cell)
    good = (heights > 0) & on_land(x, y) & (np.abs(x - WEST - 105) < 22) & (np.abs(y - NORTH + 65) < 25)
    error = (heights - ground(x, y))[good]
    assert len(error) > 10_000
    assert np.sqrt(np.mean(error**2)) < 0.15 and abs(np.median(error)) < 0.03


def test_an_output_is_fetched_along_its_redirect(done: Way) -> None:
    one = done.outputs()["json_quality_report"]
    answer = done.calls.request("GET", f"{done.path}outputs/{one['output_id']}/")
    assert answer.status_code == 302
    report = requests.get(answer.headers["Location"], timeout=30)
    assert report.json()["calibrated_images"] == 20
    assert done.calls.request("GET", f"{done.path}outputs/1/").status_code == 404


def test_the_opf_project_with_all_that_it_names(done: Way) -> None:
    key = done.outputs()["opf_project"]["s3_key"]
    folder = key.rpartition("/")[0]
    document = json.loads(done.content(key))
    names = [one["uri"] for item in document["items"] for one in item["resources"]]
    for name in names:
        assert done.store.head_object(Bucket=done.bucket, Key=join(folder, unquote(name)))["ContentLength"] > 0
    cameras = json.loads(done.content(join(folder, "camera_list.json")))["cameras"]
    photos = {normpath(join(folder, unquote(one["uri"]))) for one in cameras}
    assert photos == {f"{done.prefix}/flight 1/{test_flight().photos[number].name}" for number in CHOSEN}
    tileset = done.outputs()["b3dm_js"]["s3_key"]
    content = json.loads(done.content(tileset))["root"]["content"]["uri"]
    assert done.content(join(tileset.rpartition("/")[0], content)).startswith(b"b3dm")


def test_the_hill_is_measured(done: Way) -> None:
    """Cut and fill between a level and the hill, against the integral over the true heights."""
    level = float(ground(*(np.array([value]) for value in HILL))[0]) - 3
    ring = [[HILL[0] + x, HILL[1] + y] for x, y in ((-20, -12), (20, -12), (20, 12), (-20, 12))]
    x, y = np.meshgrid(HILL[0] - 20 + (np.arange(800) + 0.5) * 0.05, HILL[1] - 12 + (np.arange(480) + 0.5) * 0.05)
    above = ground(x, y) - level
    cut, fill = (part.sum() * 0.05**2 for part in (np.maximum(above, 0), np.maximum(-above, 0)))
    assert min(cut, fill) > 100
    found = done.volume(base_surface="custom", custom_elevation=level, coordinates=ring).json()
    assert (found["cut"], found["fill"]) == pytest.approx((cut, fill), rel=0.03)
    assert found["cut_error"] > 0
    yards = done.volume(base_surface="custom", custom_elevation=level, coordinates=ring, units="yd").json()
    assert yards["cut"] == pytest.approx(found["cut"] / 0.9144**3, rel=1e-6)
    on_ground = [[*place, float(ground(*(np.array([value]) for value in place))[0])] for place in ring]
    for base in ("average", "fitPlane", "triangulated", "highest", "lowest"):
        assert done.volume(base_surface=base, coordinates=on_ground).status_code == 200


def test_too_many_corners_take_too_long(done: Way) -> None:
    steps = np.linspace(0, 2 * np.pi, 2001, endpoint=False)
    ring = [[HILL[0] + 8 * np.cos(one), HILL[1] + 8 * np.sin(one)] for one in steps]
    late = done.volume(base_surface="custom", custom_elevation=560.0, coordinates=ring)
    assert (late.status_code, late.json()) == (504, {"message": "Endpoint request timed out"})
    assert done.volume(base_surface="custom", custom_elevation=560.0, coordinates=ring[::2]).status_code == 200


def test_the_archive_of_results(done: Way) -> None:
    until = time.monotonic() + 60
    answer = done.calls.request("GET", f"{done.path}outputs/zip/")
    assert answer.status_code == 202
    while answer.status_code == 202 and time.monotonic() < until:
        time.sleep(0.2)
        answer = done.calls.request("GET", f"{done.path}outputs/zip/")
    assert answer.status_code == 200
    with zipfile.ZipFile(BytesIO(requests.get(answer.json()["url"], timeout=60).content)) as archive:
        keys = {one["s3_key"].removeprefix(done.prefix + "/") for one in done.outputs().values()}
        assert set(archive.namelist()) == keys

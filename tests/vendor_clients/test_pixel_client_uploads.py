"""Geodata Pixel's own client, both flavours: uploads in every way, images, rasters, point clouds, optimised copies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pixel_client_process import PixelClientCalls, model, path
from pixel_files import INSIDE, OUTSIDE, photo, point_cloud, raster, world_file
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess
from vendor_client_process import VendorError

PART = 5 * 1024 * 1024


class Place:
    """A data collection, and what the platform keeps in it."""

    def __init__(self, sandbox: SandboxProcess, kind: str, **members: Any) -> None:
        self.sandbox = sandbox
        calls = PixelCalls(sandbox)
        place = calls.collection(calls.project(), kind, **members)
        self.project, self.collection = (int(one) for one in place.split("/"))

    @property
    def here(self) -> dict[str, int]:
        """The client's arguments."""
        return {"project_id": self.project, "data_collection_id": self.collection}

    def kept(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sandbox.control("GET", f"pixel/objects/{kind}", collection=self.collection,
                                                           limit=1000)
        return found


def same(one: dict[str, Any], file: Path) -> bool:
    """Whether what is kept of an object are the bytes of a file."""
    return Path(one["file"]).read_bytes() == file.read_bytes()


def test_images_one_by_one(pixel: PixelClientCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, file = Place(sandbox, "image"), photo(tmp_path / "pier.jpg", None)
    metadata = {"fields": {"fields_type": "image", "name": "Pier 14", "cam_heading": 181.5,
                           "location": {"type": "Point", "coordinates": list(INSIDE)}},
                "json_metadata": {"inspection_type": "bridge - annual", "span": 3}}
    made = pixel.call("upload_image", **place.here, file_path=path(file), metadata=metadata)
    (kept,) = place.kept("images")
    assert (kept["id"], kept["name"], kept["location"][:2]) == (made["id"], "Pier 14", list(INSIDE))
    assert (kept["json_metadata"], kept["camera"]["cam_heading"]) == (metadata["json_metadata"], 181.5)
    assert same(kept, file)
    with pytest.raises(VendorError) as caught:
        pixel.call("upload_image", **place.here, file_path=path(photo(tmp_path / "far.jpg", OUTSIDE)))
    assert caught.value.kind == "PixelUploadJobError"
    assert [one["status"] for one in pixel.call("get_upload_jobs", **place.here)] == ["validated_and_moved", "failed"]


def test_many_images_of_which_some_fail(pixel: PixelClientCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place = Place(sandbox, "image")
    files = [photo(tmp_path / f"p{number:02d}.jpg", OUTSIDE if number == 7 else INSIDE, seed=number)
             for number in range(12)]
    made, errors = pixel.call("upload_multiple_images", **place.here, files=[
        model("PixelUploadFile", file=str(one), metadata={"json_metadata": {"of": one.stem}}) for one in files])
    assert (len(made), [one["status"] for one in errors]) == (11, ["failed"])
    kept = {one["json_metadata"]["of"]: one for one in place.kept("images")}
    assert sorted(kept) == [one.stem for one in files if one.stem != "p07"]
    assert all(same(kept[one.stem], one) for one in files if one.stem != "p07")


def test_images_are_read_changed_moved_and_deleted(pixel: PixelClientCalls, sandbox: SandboxProcess) -> None:
    place, other = Place(sandbox, "image"), Place(sandbox, "image")
    first = sandbox.control("POST", "pixel/images", {"collection": place.collection, "count": 5})["first"]
    image = {**place.here, "image_id": first}
    assert [one["id"] for one in pixel.call("get_images", **place.here, limit=2, offset=1)] == [first + 1, first + 2]
    for page, requests in ((2, 3), (5, 2), (10, 1)):
        before = sandbox.last_entry()
        pages = pixel.call("paginate_images", **place.here, page_size=page)
        assert [one["id"] for one in pages] == list(range(first, first + 5))
        assert len(sandbox.log(after=before, operation="listImages")) == requests
    pixel.call("update_image", **image, update_input=model(
        "ImageUpdateInput", add_tags=["crack"], json_metadata={"strip": None, "severity": 2},
        fields={"cam_heading": 12.5}))
    kept = place.kept("images")[0]
    assert (kept["tags"], kept["json_metadata"], kept["camera"]["cam_heading"]) == (["crack"], {"severity": 2}, 12.5)
    assert pixel.call("get_image", **image)["id"] == first
    assert isinstance(pixel.call("get_image_metadata", **image), dict)
    pixel.call("move_image", **image, new_project_id=other.project, new_data_collection_id=other.collection)
    assert [one["id"] for one in other.kept("images")] == [first]
    pixel.call("delete_image", **{**other.here, "image_id": first})
    assert other.kept("images") == []


def test_rasters_with_support_files_in_one_part_and_in_many(pixel: PixelClientCalls, sandbox: SandboxProcess,
                                                            tmp_path: Path) -> None:
    place = Place(sandbox, "RGB", raster_info={"srid": 25833})
    plain = raster(tmp_path / "plain.tif", size=(1500, 1500))
    bare = raster(tmp_path / "bare.tif", corner=None)
    worlds = world_file(tmp_path / "bare.tfw")
    assert plain.stat().st_size > PART
    before = sandbox.last_entry()
    one = pixel.call("upload_raster", **place.here, file_path=path(plain), multipart=True, multipart_part_size=PART,
                     metadata={"fields": {"fields_type": "raster", "name": "Ortho",
                                          "capture_date": "2025-05-12T00:00:00"}})
    assert len(sandbox.log(after=before, operation="putPresignedPart", status=200)) == 2
    two = pixel.call("upload_raster", **place.here, file_path=path(bare), support_files=[path(worlds)])
    kept = {each["id"]: each for each in place.kept("rasters")}
    assert (kept[one["id"]]["name"], same(kept[one["id"]], plain)) == ("Ortho", True)
    assert (kept[two["id"]]["cell_size"], same(kept[two["id"]], bare)) == ([0.5, 0.5], True)
    with pytest.raises(VendorError, match="uint8"):
        pixel.call("upload_raster", **place.here, file_path=path(raster(tmp_path / "deep.tif", data_type="uint16")))
    made, errors = pixel.call("upload_multiple_rasters", **place.here, multipart=True, multipart_part_size=PART, files=[
        model("PixelUploadFile", file=str(raster(tmp_path / f"r{number}.tif", bands=1 if number == 1 else 3)))
        for number in range(3)])
    assert (len(made), len(errors)) == (2, 1)


def test_rasters_are_read_changed_moved_and_deleted(pixel: PixelClientCalls, sandbox: SandboxProcess) -> None:
    place, other = Place(sandbox, "DTM"), Place(sandbox, "DTM")
    first = sandbox.control("POST", "pixel/rasters", {"collection": place.collection, "count": 4})["first"]
    item = {**place.here, "raster_id": first}
    assert [one["id"] for one in pixel.call("get_rasters", **place.here, format="GTiff", ids=[first])] == [first]
    assert len(pixel.call("paginate_rasters", **place.here, page_size=2)) == 4
    pixel.call("update_raster", **item, update_input=model("RasterUpdateInput", fields={"name": "Terrain"},
                                                           add_tags=["t"]))
    assert (place.kept("rasters")[0]["name"], place.kept("rasters")[0]["tags"]) == ("Terrain", ["t"])
    assert pixel.call("get_raster", **item)["name"] == "Terrain"
    pixel.call("move_raster", **item, new_project_id=other.project, new_data_collection_id=other.collection)
    assert [one["id"] for one in other.kept("rasters")] == [first]
    pixel.call("delete_raster", **{**other.here, "raster_id": first})
    assert other.kept("rasters") == []


def test_point_clouds(pixel: PixelClientCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, calls = Place(sandbox, "point_cloud"), PixelCalls(sandbox)
    file = point_cloud(tmp_path / "strip.laz")
    first = pixel.call("upload_point_cloud", **place.here, file_path=path(file))["id"]
    made, errors = pixel.call("upload_multiple_point_clouds", **place.here, files=[
        model("PixelUploadFile", file=str(point_cloud(tmp_path / f"s{number}.las"))) for number in range(2)])
    assert (len(made), errors, same(place.kept("clouds")[0], file)) == (2, [], True)
    assert [one["id"] for one in pixel.call("get_point_clouds", **place.here, format="LAZ")] == [first]
    assert len(pixel.call("paginate_point_clouds", **place.here, page_size=2)) == 3
    item = {**place.here, "point_cloud_id": first}
    pixel.call("update_point_cloud", **item, update_input=model("PointCloudUpdateInput", fields={"name": "Strip 7"}))
    assert pixel.call("get_point_cloud", **item)["name"] == "Strip 7"
    copies = pixel.call("optimize_point_clouds", **place.here, point_cloud_ids=[first])
    assert [one["id"] for one in pixel.call("get_optimized_point_clouds", **place.here)] == [copies[0]["id"]]
    pixel.call("create_optimized_point_clouds", **place.here, point_cloud_ids=[made[0]["id"]])
    pixel.call("run_optimize_point_clouds", **place.here, point_cloud_ids=None)
    assert [one["status"] for one in place.kept("optimized_clouds")] == ["completed", "completed"]
    pixel.call("delete_optimized_point_cloud", **item)
    assert len(place.kept("optimized_clouds")) == 1
    other = int(calls.collection(str(place.project), "point_cloud", "other").split("/")[1])
    pixel.call("move_point_cloud", **item, new_data_collection_id=other)
    pixel.call("delete_point_cloud", **{**item, "data_collection_id": other})
    assert len(place.kept("clouds")) == 2


def test_rasters_are_optimised(pixel: PixelClientCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place = Place(sandbox, "RGB")
    made, _ = pixel.call("upload_multiple_rasters", **place.here, files=[
        model("PixelUploadFile", file=str(raster(tmp_path / f"r{number}.tif", size=(600, 600))))
        for number in range(3)])
    ids = [one["id"] for one in made]
    copies = pixel.call("optimize_rasters", **place.here, raster_ids=ids[:2], profile="rgb", nearblack=model(
        "NearblackOptions", enabled=True, color="white", algorithm="floodfill"), overview_resampling="average")
    assert len(copies) == 2
    assert {one["raster"]: one["status"] for one in place.kept("optimized")} == dict.fromkeys(ids[:2], "completed")
    last = pixel.call("create_optimized_rasters", **place.here, raster_ids=[ids[2]], profile="rgb")
    pixel.call("run_optimize_rasters", **place.here, optimize_raster_ids=[last[0]["id"]])
    found = pixel.call("get_optimized_rasters", **place.here, params=model("ListParams", limit=100))
    assert [one["id"] for one in found] == [*(one["id"] for one in copies), last[0]["id"]]
    assert len(pixel.call("delete_optimized_rasters", **place.here, raster_id=ids[0], profile="rgb")) == 1
    assert sorted(one["raster"] for one in place.kept("optimized")) == ids[1:]


def test_jobs_are_followed(pixel: PixelClientCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, calls = Place(sandbox, "RGB"), PixelCalls(sandbox)
    made = pixel.call("upload_raster", **place.here, file_path=path(raster(tmp_path / "a.tif")))
    job = sandbox.log(operation="getJob", actor="vendor_client")[-1]["path"].rpartition("/")[2]
    assert pixel.call("get_job", job_id=int(job))["completed"] is True
    assert pixel.call("wait_for_job", job_id=int(job))["completed"] is True
    below = f"projects/{place.project}/data_collections/{place.collection}/rasters/optimized/"
    calls.post(below, {"creation_options": {}, "raster_ids": [made["id"]], "profile": "rgb"})
    group = calls.post(below + "run", {"retry_failed": False})["group_job"]["group_id"]
    found = pixel.call("wait_for_group_job", group_job_id=group)
    assert (found["completed"], found["success_count"], found["total_jobs"]) == (True, 1, 1)
    assert pixel.call("get_job_group", job_id=group)["completed"] is True


def test_a_token_that_ends_between_the_steps_of_an_upload(pixel: PixelClientCalls, sandbox: SandboxProcess,
                                                          tmp_path: Path) -> None:
    place = Place(sandbox, "image")
    sandbox.fault(kind="revoke_key", operation="multipleUploadFinished", count=1)
    made, errors = pixel.call("upload_multiple_images", **place.here, files=[
        model("PixelUploadFile", file=str(photo(tmp_path / f"p{number}.jpg"))) for number in range(3)])
    assert (len(made), errors) == (3, [])
    assert 401 in [one["status"] for one in sandbox.log(operation="multipleUploadFinished", actor="vendor_client")]


@pytest.mark.parametrize("count", [201])
def test_the_clients_own_fault_above_200_files(pixel: PixelClientCalls, sandbox: SandboxProcess, tmp_path: Path,
                                               count: int) -> None:
    """Section 17: from the second block on it sends files to the wrong jobs, and storage refuses their digests."""
    place = Place(sandbox, "image")
    files = [photo(tmp_path / f"p{number:03d}.jpg", seed=number, size=(16, 16)) for number in range(count)]
    with pytest.raises(VendorError) as caught:
        pixel.call("upload_multiple_images", **place.here, files=[model("PixelUploadFile", file=str(one))
                                                                  for one in files])
    assert (caught.value.kind, "400" in caught.value.text) == ("HTTPStatusError", True)
    assert len(place.kept("images")) == 200

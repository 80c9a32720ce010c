"""Every operation of the sandbox's Geodata Pixel is asked odd things: none may break it or its contract."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixel_files import photo, point_cloud, raster
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

from sandbox.contract import FOLDER, Contract

CONTRACT = Contract(FOLDER / "pixel.openapi.yaml")
ODD: tuple[Any, ...] = (None, "", " ", "x" * 2000, "\u0000", -1, 0, 10**30, 1.5e308, True, [], {}, [None], ["x"], [-1],
                        [[]], [{}], {"x": 1}, {"type": "Polygon", "coordinates": [[[0, 0]] * 4]})
TEXTS = ("", "x", "-1", "0", "1,x", "1,,2", "99999999999999999999999", "\u0000", "\u00e4", "true", "..", "None",
         "1e400")
LAST = ("deleteProject", "deleteDataCollection", "moveProject", "moveDataCollection")
ENOUGH = 4
"""Members below which odd values are laid: ``options.image_service_options.wms_options.title`` is the deepest."""


class Place:
    """A project with some of everything, and the values of all path parameters for it."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        self.calls = calls = PixelCalls(sandbox)
        project = calls.project()
        kinds = {kind: calls.collection(project, kind).split("/")[1] for kind in ("image", "RGB", "point_cloud")}
        made = {kind: sandbox.control("POST", f"pixel/{table}", {"collection": int(kinds[kind]), "count": 2,
                                                                 "file": str(file)})["first"]
                for kind, table, file in (("image", "images", photo(folder / "a.jpg")),
                                          ("RGB", "rasters", raster(folder / "a.tif")),
                                          ("point_cloud", "point_clouds", point_cloud(folder / "a.laz")))}
        here = f"projects/{project}/data_collections/"
        upload = calls.post(f"{here}{kinds['image']}/upload_jobs/", {
            "files": [{"name": "b.jpg", "md5": "A" * 22 + "=="}]})
        harvest = calls.post(f"{here}{kinds['image']}/harvest_services/", {
            "name": "Photos", "description": "", "url": sandbox.address + "/portal/rest/services/RoadPhotos/"
            "FeatureServer/0", "auth": {"api_key": {"api_key": "k"}}})
        service = calls.post("arcgis_services/Feature/", {
            "name": "Photos", "description": "", "data_collection_ids": [int(kinds["image"])],
            "options": {"feature_service_options": {"image_layer": {}}}})
        analysis = calls.post("analysis/services/", {"name": "Q", "module_name": "image_quality", "config": {}})
        task = calls.post(f"analysis/services/{analysis['id']}/tasks/", {
            "params": {"data_collection_id": int(kinds["image"])}})
        self._collections = {"rasters": kinds["RGB"], "point_clouds": kinds["point_cloud"]}
        self._services = {"arcgis_services": service["id"], "analysis": analysis["id"]}
        self._harvest, self._image = harvest["id"], kinds["image"]
        self.values = {"project_id": project, "image_id": made["image"], "raster_id": made["RGB"], "user_id": 103,
                       "point_cloud_id": made["point_cloud"], "upload_job_id": upload[0]["id"], "job_id": 1,
                       "group_id": 1, "service_type": "Feature", "task_id": task["id"], "realm": "Fjord"}

    def path(self, template: str) -> str:
        """The template with its parameters filled in."""
        parts = template.split("/")
        collection = next((value for name, value in self._collections.items() if name in parts), self._image)
        service = next((value for name, value in self._services.items() if name in parts), self._harvest)
        found = template.format(**{**self.values, "data_collection_id": collection, "service_id": service})
        return found.lstrip("/") if not template.startswith(("/realms", "/arcgis/")) else self._whole(found)

    def _whole(self, path: str) -> str:
        return str(self.calls.ready["login"]) + path


@pytest.fixture
def place(sandbox: SandboxProcess, tmp_path: Path) -> Place:
    return Place(sandbox, tmp_path)


def odd(value: Any, depth: int = 0) -> Iterator[Any]:
    """The value with one part, however deep, that is odd or missing."""
    if depth > ENOUGH:
        return
    if isinstance(value, dict):
        for name in value:
            yield {key: one for key, one in value.items() if key != name}
            for one in ODD:
                yield {**copy.deepcopy(value), name: one}
            for inner in odd(value[name], depth + 1):
                yield {**value, name: inner}
    elif isinstance(value, list) and value:
        for inner in odd(value[0], depth + 1):
            yield [inner, *value[1:]]
        yield from ([one, *value[1:]] for one in ODD)


def examples(operation_id: str) -> list[Any]:
    """The examples of a body."""
    node = next(one for item in CONTRACT.document["paths"].values() for one in item.values()
                if isinstance(one, dict) and one.get("operationId") == operation_id)
    media = CONTRACT.reader.resolve(node.get("requestBody", {})).get("content", {}).get("application/json", {})
    found = [one["value"] for one in media.get("examples", {}).values()]
    return found + ([media["example"]] if "example" in media else [])


def ordered() -> list[Any]:
    known = [one for one in CONTRACT.operations.values() if not one.in_storage and not one.forms]
    return sorted(known, key=lambda one: (one.id in LAST, one.method == "DELETE", one.id))


def needed(one: Any) -> dict[str, str]:
    """Query members that must be there."""
    usual = {"resource_type": "project", "new_resource_type": "project", "on": "images", "status": "Completed"}
    return {name: usual.get(name, "1") for name in one.query_needed}


def test_odd_requests_are_answered_within_the_contract(place: Place) -> None:
    count, broken = 0, []
    for one in ordered():
        path = place.path(one.template)
        asked: list[dict[str, Any]] = [{"json": body, "params": needed(one)} for example in examples(one.id)
                                       for body in (example, *odd(example))]
        asked += [{"params": {**needed(one), name: text}} for name in one.query_rules
                  for text in (TEXTS if one.method == "GET" else TEXTS[:2])]
        for options in asked:
            answer = place.calls.request(one.method, path, **options)
            count += 1
            if answer.status_code >= 500:
                broken.append(f"{one.id} {options}: {answer.text}")
    assert broken == []
    assert count > 3000


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"3", b"\xff\xfe", b'{"name": NaN}', pytest.param(b'{"a":' * 2000, id="nested")])
def test_bodies_that_are_no_json(place: Place, body: bytes) -> None:
    for one in ordered():
        if one.body is not None:
            answer = place.calls.request(one.method, place.path(one.template), data=body, params=needed(one),
                                         headers={"Content-Type": "application/json"})
            assert answer.status_code < 500, f"{one.id}: {answer.text}"


def test_odd_paths(place: Place) -> None:
    for one in ordered():
        for name in one.path_rules:
            for text in ("x", "-1", "0", "9" * 40, "..%2f..", "%00", "\u00e4"):
                path = one.template.replace("{" + name + "}", text)
                answer = place.calls.request(one.method, place.path(path), params=needed(one),
                                             json={} if one.body is not None else None)
                assert answer.status_code < 500, f"{one.id} {name}={text}: {answer.text}"


@pytest.mark.parametrize("address", ["/realms/Fjord/protocol/openid-connect/token", "/arcgis/tokens/generateToken"])
def test_odd_forms_for_a_token(place: Place, address: str) -> None:
    for options in ({"data": b"\xff=\xfe"}, {"data": b"x", "headers": {"Content-Type": "text/plain"}},
                    {"data": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
                    {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}},
                    {"data": {"username": "\u00e4"}}, {"json": {"grant_type": "password"}},
                    {"data": {"expiration": "x", "f": "json"}}):
        answer = place.calls.request("POST", str(place.calls.ready["login"]) + address, **options)
        assert answer.status_code < 500, answer.text

"""Files that name further files: what is fetched, where it goes, and what names of a server cannot do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.errors import Kind, TransferFailed
from imagery_hub.providers.pix4d.flows.linked import bring, gather, key_of, placed
from imagery_hub.providers.pix4d.flows.storage import ProjectStorage
from imagery_hub.providers.work import Work
from storage_gate import RunningGate
from transfer_helpers import quick_engine

PREFIX = "user-5c1e/project-7"
OPF = f"{PREFIX}/post/opf/project.opf"
CAMERA = 18446744073709551557  # more than a floating point number or a signed one holds


def resource(uri: str, form: str = "application/octet-stream") -> dict[str, str]:
    return {"uri": uri, "format": form}


def project(*resources: dict[str, str]) -> bytes:
    item = {"id": "1d9f1d0c-3c0f-4f5b-9a39-6d6a6e6f7a01", "type": "camera_list", "resources": list(resources),
            "sources": []}
    return json.dumps({"format": "application/opf-project+json", "version": "1.0", "items": [item]}).encode()


def cameras(*uris: str) -> bytes:
    listed = [{"id": CAMERA + number, "uri": uri} for number, uri in enumerate(uris)]
    return json.dumps({"format": "application/opf-camera-list+json", "version": "1.0", "cameras": listed}).encode()


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("cameras.json", f"{PREFIX}/post/opf/cameras.json"),
        ("./deep/strip%202/a%2Bb.jpg", f"{PREFIX}/post/opf/deep/strip 2/a+b.jpg"),
        ("../../DJI_0041.JPG", f"{PREFIX}/DJI_0041.JPG"),
        ("cloud.gltf?version=2#top", f"{PREFIX}/post/opf/cloud.gltf"),
        ("../../../project-8/secret.json", None),
        ("../../../../../etc/passwd", None),
        ("%2e%2e/%2e%2e/%2e%2e/project-70/a.jpg", None),
        ("/etc/passwd", None),
        ("file:///etc/passwd", None),
        ("https://elsewhere.example/a.jpg", None),
        ("//elsewhere.example/a.jpg", None),
        ("http://[broken", None),
        ("", None),
        ("a%00b", None),
    ],
)
def test_a_name_leads_below_the_projects_folder_or_nowhere(uri: str, key: str | None) -> None:
    assert key_of(f"{PREFIX}/post/opf", uri, PREFIX) == key


def test_documents_are_followed_and_each_file_is_named_once() -> None:
    content = {
        OPF: project(resource("cameras.json", "application/opf-camera-list+json"),
                     resource("cloud.gltf", "model/gltf+json;version=2.0"), resource("points.glbin"),
                     resource("https://elsewhere.example/x"), resource("frame.json", "application/opf-scene+json")),
        f"{PREFIX}/post/opf/cameras.json": cameras("../../a.jpg", "../../b.jpg", "../../a.jpg"),
        f"{PREFIX}/post/opf/cloud.gltf": json.dumps(
            {"buffers": [{"uri": "points.glbin"}, {"uri": "data:application/octet-stream;base64,AA=="}]}).encode(),
    }
    found = gather(OPF, PREFIX, content.__getitem__)
    assert set(found.documents) == set(content)
    assert set(found.files) == {f"{PREFIX}/{one}" for one in
                                ("a.jpg", "b.jpg", "post/opf/points.glbin", "post/opf/frame.json")}
    assert list(found.elsewhere) == ["https://elsewhere.example/x"]


def test_tilesets_that_name_each_other_end() -> None:
    index, inner = f"{PREFIX}/mesh/tileset.json", f"{PREFIX}/mesh/0/tileset.json"
    tile = {"content": {"url": "root.b3dm"}, "children": [
        {"content": {"uri": "0/tileset.json"}}, {"contents": [{"uri": "0/c.glb"}, "odd"]}, "odd",
        {"content": {"uri": "implicit/{level}.glb"}, "implicitTiling": {}}]}
    content = {
        index: json.dumps({"root": tile}).encode(),
        inner: json.dumps({"root": {"content": {"uri": "../tileset.json"}, "children": [
            {"content": {"uri": "1.b3dm"}}]}}).encode(),
    }
    found = gather(index, PREFIX, content.__getitem__)
    assert set(found.files) == {f"{PREFIX}/mesh/{one}" for one in ("root.b3dm", "0/c.glb", "0/1.b3dm")}


@pytest.mark.parametrize("content", [b"", b"no json", b"[]", b"\xff\xfe", b"[" * 200_000])
def test_what_is_no_index_is_told(content: bytes) -> None:
    with pytest.raises(TransferFailed) as caught:
        gather(OPF, PREFIX, lambda key: content)
    assert (caught.value.kind, caught.value.facts["file"]) == (Kind.DAMAGED, "project.opf")


def test_places_are_safe_and_no_two_are_one(tmp_path: Path) -> None:
    keys = [f"{PREFIX}/{one}" for one in
            ("opf/project.opf", "con.jpg", "a:b.jpg", "a_b.jpg", "A_B.jpg", "..\\..\\x.jpg", "strip/-rf.jpg",
             "na\u202eme/photo.jpg", "strip./photo.jpg", "strip/photo.jpg")]
    found = placed(keys, tmp_path)
    assert len({str(one).casefold() for one in found.values()}) == len(keys)
    for place in found.values():
        assert tmp_path in place.resolve().parents
        assert not {".", ".."} & set(place.relative_to(tmp_path).parts)
        assert "\\" not in str(place) and "\u202e" not in str(place) and ":" not in str(place)
    assert found[keys[0]] == tmp_path / "opf" / "project.opf"
    assert found[keys[-1]] == tmp_path / "strip" / "photo.jpg"


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGate]:
    folder = tmp_path_factory.mktemp("gate")
    (folder / "results").mkdir()
    running = RunningGate(folder)
    yield running
    running.stop()


class Api:
    """As much of the client as storage needs: credentials of the gate."""

    def __init__(self, gate: RunningGate, prefix: str) -> None:
        self.gate, self.prefix, self.given = gate, prefix, 0
        self.storage = self
        self.hosts = self
        self.s3_endpoint = gate.gate.address

    def of_project(self, project_id: str) -> dict[str, Any]:
        self.given += 1
        made = self.gate.issue(f"results/{self.prefix}/", lifetime=timedelta(hours=1))
        return {"access_key": made.AccessKeyId, "secret_key": made.SecretAccessKey,
                "session_token": made.SessionToken, "expiration": 3600, "bucket": "results", "key": self.prefix}

    def put(self, files: dict[str, bytes]) -> None:
        client = self.gate.client(self.gate.issue("results/"))
        for name, content in files.items():
            client.put_object(Bucket="results", Key=f"{self.prefix}/{name}", Body=content)


def opf_files() -> dict[str, bytes]:
    return {
        "opf/project.opf": project(resource("cameras.json", "application/opf-camera-list+json"),
                                   resource("con%3A1.bin")),
        "opf/cameras.json": cameras("../photos/strip%202/a.jpg", "../photos/b%3A1.jpg"),
        "opf/con:1.bin": b"points",
        "photos/strip 2/a.jpg": b"photo a",
        "photos/b:1.jpg": b"photo b",
    }


def followed(index: Path) -> list[bytes]:
    """What the files of a project on this computer lead to, read as its own readers would."""
    found = []
    for item in json.loads(index.read_text("utf-8"))["items"]:
        for one in item["resources"]:
            path = index.parent / one["uri"].replace("%20", " ")
            found.append(path.read_bytes())
            if one["format"].startswith("application/opf-camera-list"):
                for camera in json.loads(path.read_text("utf-8"))["cameras"]:
                    found.append((path.parent / camera["uri"].replace("%20", " ")).read_bytes())
    return found


def test_an_opf_project_comes_whole_and_its_names_still_lead_to_its_files(gate: RunningGate, tmp_path: Path) -> None:
    api, files = Api(gate, "user-1/project-1"), opf_files()
    api.put(files)
    with quick_engine() as engine:
        brought = bring(ProjectStorage(api, "1"), engine, f"{api.prefix}/opf/project.opf", tmp_path, Work())
    assert (brought.index, brought.files) == (tmp_path / "opf" / "project.opf", 5)
    assert {b"points", b"photo a", b"photo b"} <= set(followed(brought.index))
    assert (tmp_path / "photos" / "strip 2" / "a.jpg").is_file()
    listed = json.loads((tmp_path / "opf" / "cameras.json").read_text("utf-8"))["cameras"]
    assert [one["id"] for one in listed] == [CAMERA, CAMERA + 1]
    assert listed[0]["uri"] == "../photos/strip%202/a.jpg", "a name that could be kept was kept"


def test_credentials_that_end_in_the_middle_lose_nothing(gate: RunningGate, tmp_path: Path) -> None:
    api = Api(gate, "user-1/project-2")
    photos = {f"photos/{number}.jpg": b"%d" % number * 999 for number in range(40)}
    api.put({"opf/project.opf": project(resource("cameras.json", "application/opf-camera-list+json")),
             "opf/cameras.json": cameras(*(f"../{one}" for one in photos)), **photos})
    storage = ProjectStorage(api, "2")
    real, ended = storage.address, []

    def address(key: str, bucket: str = "") -> Any:
        if key.endswith("/20.jpg"):
            ask = real(key, bucket)

            def ending() -> str:
                if not ended:
                    ended.append(gate.call(gate.gate.expire))
                return ask()
            return ending
        return real(key, bucket)

    storage.address = address  # type: ignore[method-assign]
    with quick_engine() as engine:
        brought = bring(storage, engine, f"{api.prefix}/opf/project.opf", tmp_path, Work())
    assert brought.files == 42 and ended and api.given > 1
    assert {name: (tmp_path / name).read_bytes() for name in photos} == photos


def test_files_that_are_not_wanted_stay_there(gate: RunningGate, tmp_path: Path) -> None:
    api, files = Api(gate, "user-1/project-3"), opf_files()
    api.put(files)
    with quick_engine() as engine:
        brought = bring(ProjectStorage(api, "3"), engine, f"{api.prefix}/opf/project.opf", tmp_path, Work(),
                        lambda key: not key.endswith(".jpg"))
    assert brought.files == 3
    assert not list(tmp_path.rglob("*.jpg"))

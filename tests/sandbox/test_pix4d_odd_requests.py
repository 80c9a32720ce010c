"""Every operation of the sandbox's PIX4D is asked odd things: none of them may break it or its contract."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from sandbox_pix4d import TOKENS, Pix4dCalls
from sandbox_process import SandboxProcess

from sandbox.contract import FOLDER, Contract

CONTRACT = Contract(FOLDER / "pix4d.openapi.yaml")
ODD: tuple[Any, ...] = (None, "", " ", "x" * 2000, "\u0000", "5c1e0b7e-3f54-4d0a-9a51-7d2f6a9c4e10", -1, 0, 10**30,
                        1.5e308, True, [], {}, [None], ["x"], [[]], [{}], {"x": 1})
TEXTS = ("", "x", "-1", "0", "1,x", "99999999999999999999999", "%00", "\u00e4", "true", "a/b", "..", "None", "1e400")
LAST = ("deleteProject", "deleteProjectGroup", "deleteFolder", "deletePermissionToken", "removeMembership")


class Place:
    """A project with some of everything, and the values of all path parameters for it."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.calls = Pix4dCalls(sandbox)
        self.project = StoredProject(sandbox, self.calls)
        path = self.project.path
        self.calls.sent("PATCH", path, json={"coordinate_system": "EPSG:32632"})
        keys = self.project.store(test_flight().photos[:2])
        images = self.project.register(keys)["images"]
        self.calls.post(path + "gcp/register/", {"gcps": [{"name": "A", "x": 1, "y": 2, "z": 3}]})
        tie = self.calls.post(path + "mtp/", {"mtps": [{"name": "T"}]})["mtps"][0]
        mark = self.calls.post(path + "mark/register/", {"marks": [
            {"gcp": "A", "photo": keys[0], "x": 1, "y": 1}]})["marks"][0]
        site, folder = self.calls.site(), self.calls.folder("Alps")
        token = self.calls.post(TOKENS, {"type": "Project", "type_id": self.project.id})["token"]
        self.values = {"gcp_name": "A", "mtp_id": tie["id"], "mark_id": mark["id"], "input_id": images[0]["id"],
                       "photo_id": images[1]["id"], "output_id": 1, "uuid": folder, "parent_type": "organization",
                       "parent_uuid": self.calls.organization, "resource_type": "folder", "resource_uuid": folder,
                       "accessrole_uuid": folder, "annotation_id": f"Project_{self.project.id}_{folder}",
                       "dataset_id": self.project.id, "site_id": site["id"], "view": "map"}
        self._ids = {"project_groups": site["id"], "permission-token": token}

    def path(self, template: str) -> str:
        """The template with its parameters filled in."""
        number = next((value for name, value in self._ids.items() if f"/{name}/" in template), self.project.id)
        return template.format(**{**self.values, "id": number}).lstrip("/")


def bodies(operation_id: str) -> Iterator[Any]:
    """The examples of a body, and these with one member that is odd or missing."""
    node = next(one for item in CONTRACT.document["paths"].values() for one in item.values()
                if isinstance(one, dict) and one.get("operationId") == operation_id)
    media = CONTRACT.reader.resolve(node.get("requestBody", {})).get("content", {}).get("application/json", {})
    examples = [one["value"] for one in media.get("examples", {}).values()]
    examples += [media["example"]] if "example" in media else []
    for example in examples:
        yield example
    known = media and CONTRACT.reader.read(media["schema"]).get("properties", {})
    for example in examples[:1]:
        for name in known:
            yield {key: value for key, value in example.items() if key != name}
            for odd in ODD:
                yield {**copy.deepcopy(example), name: odd}
            inner = example.get(name)
            for part in inner[:1] if isinstance(inner, list) else []:
                for key in part if isinstance(part, dict) else []:
                    for odd in ODD:
                        yield {**example, name: [{**part, key: odd}]}


def ordered() -> list[Any]:
    return sorted(CONTRACT.operations.values(), key=lambda one: (one.id in LAST, one.method == "DELETE", one.id))


def test_odd_requests_are_answered_within_the_contract(sandbox: SandboxProcess) -> None:
    place, count = Place(sandbox), 0
    for one in ordered():
        if one.forms:
            continue
        path = place.path(one.template)
        for body in bodies(one.id):
            answer = place.calls.request(one.method, path, json=body)
            assert answer.status_code < 500, f"{one.id} {body}: {answer.text}"
            count += 1
        for name in one.query_rules:
            for text in TEXTS if one.method == "GET" else TEXTS[:2]:
                answer = place.calls.request(one.method, path, params={name: text, "shareToken": text})
                assert answer.status_code < 500, f"{one.id} {name}={text}: {answer.text}"
                count += 1
    assert count > 2000


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"3", b"\xff\xfe", b'{"name": NaN}', pytest.param(b'{"a":' * 2000, id="nested")])
def test_bodies_that_are_no_json(sandbox: SandboxProcess, body: bytes) -> None:
    place = Place(sandbox)
    for one in ordered():
        if one.body is not None and one.method in ("POST", "PUT", "PATCH"):
            answer = place.calls.request(one.method, place.path(one.template), data=body,
                                         headers={"Content-Type": "application/json"})
            assert answer.status_code < 500, f"{one.id}: {answer.text}"


def test_odd_paths(sandbox: SandboxProcess) -> None:
    place = Place(sandbox)
    for one in ordered():
        for name in one.path_rules:
            for text in ("x", "-1", "0", "9" * 40, "..%2f..", "%00", "\u00e4"):
                path = one.template.replace("{" + name + "}", text)
                answer = place.calls.request(one.method, place.path(path), json={} if one.body is not None else None)
                assert answer.status_code < 500, f"{one.id} {name}={text}: {answer.text}"


def test_odd_forms_for_a_token(sandbox: SandboxProcess) -> None:
    calls = Pix4dCalls(sandbox)
    for options in ({"data": b"\xff=\xfe"}, {"data": b"x", "headers": {"Content-Type": "text/plain"}},
                    {"data": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
                    {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}},
                    {"json": {"grant_type": "client_credentials"}}):
        answer = calls.request("POST", "oauth2/token/", **options)
        assert 400 <= answer.status_code < 500, answer.text

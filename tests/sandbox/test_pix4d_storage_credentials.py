"""Storage of the sandbox's PIX4D: credentials of three kinds, what they let do and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from sandbox_pix4d import GROUPS, PROJECTS, TOKENS, Pix4dCalls
from sandbox_process import SandboxProcess

SEVERAL = PROJECTS + "s3_credentials/"


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(sandbox)


class Stores:
    """boto3 clients for the sandbox's storage, closed at the end."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self._endpoint = sandbox.ready["pix4d"]["storage"]
        self._clients: list[Any] = []

    def open(self, given: dict[str, Any]) -> Any:
        client = boto3.client(
            "s3", endpoint_url=self._endpoint, region_name=given.get("region", "us-east-1"),
            aws_access_key_id=given["access_key"], aws_secret_access_key=given["secret_key"],
            aws_session_token=given["session_token"],
            config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}))
        self._clients.append(client)
        return client

    def close(self) -> None:
        for one in self._clients:
            one.close()


@pytest.fixture
def stores(sandbox: SandboxProcess) -> Iterator[Stores]:
    made = Stores(sandbox)
    yield made
    made.close()


def credentials(calls: Pix4dCalls, project: dict[str, Any], **query: str) -> dict[str, Any]:
    found: dict[str, Any] = calls.get(f"{PROJECTS}{project['id']}/s3_credentials/", **query)
    return found


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as found:
        call(**arguments)
    return str(found.value.response["Error"]["Code"])


def test_a_file_goes_into_the_projects_prefix_only(sandbox: SandboxProcess, calls: Pix4dCalls, stores: Stores) -> None:
    project, neighbour = calls.project("one"), calls.project("two")
    given = credentials(calls, project)
    detail = calls.get(f"{PROJECTS}{project['id']}/")
    assert (given["bucket"], given["key"], given["region"]) == (
        detail["bucket_name"], detail["s3_base_path"], detail["s3_bucket_region"])
    ends, now = (datetime.fromisoformat(given[name]) for name in ("expiration", "server_time"))
    assert (ends - now).total_seconds() == pytest.approx(12 * 3600, abs=1)
    store, bucket, key = stores.open(given), given["bucket"], given["key"]
    store.put_object(Bucket=bucket, Key=f"{key}/strip 2/\u00e4.jpg", Body=b"photo", ACL="bucket-owner-full-control")
    assert store.get_object(Bucket=bucket, Key=f"{key}/strip 2/\u00e4.jpg", Range="bytes=1-2")["Body"].read() == b"ho"
    listed = store.list_objects_v2(Bucket=bucket, Prefix=key + "/")["Contents"]
    assert [one["Key"] for one in listed] == [f"{key}/strip 2/\u00e4.jpg"]
    foreign = credentials(calls, neighbour)["key"]
    for wrong in (f"{foreign}/a.jpg", f"{key}9/a.jpg", "a.jpg"):
        assert refused(store.put_object, Bucket=bucket, Key=wrong, Body=b"x") == "AccessDenied"
        assert refused(store.get_object, Bucket=bucket, Key=wrong) == "AccessDenied"
    assert refused(store.put_object, Bucket="another-bucket", Key=f"{key}/a.jpg", Body=b"x") == "AccessDenied"
    folder = Path(sandbox.control("GET", f"pix4d/projects/{project['id']}")["folder"])
    assert (folder / "strip 2/\u00e4.jpg").read_bytes() == b"photo"


def test_credentials_end_by_the_clock_and_new_ones_hold(sandbox: SandboxProcess, calls: Pix4dCalls,
                                                        stores: Stores) -> None:
    sandbox.settings(pix4d_credential_seconds=900.0)
    project = calls.project()
    given = credentials(calls, project)
    old, place = stores.open(given), {"Bucket": given["bucket"], "Key": given["key"] + "/a.jpg"}
    old.put_object(Body=b"x", **place)
    sandbox.advance(901)
    assert refused(old.get_object, **place) == "ExpiredToken"
    assert stores.open(credentials(calls, project)).get_object(**place)["Body"].read() == b"x"


def test_who_may_only_read_gets_credentials_for_reading(sandbox: SandboxProcess, calls: Pix4dCalls,
                                                        stores: Stores) -> None:
    project, other = calls.project(), Pix4dCalls(sandbox, second=True)
    path = f"{PROJECTS}{project['id']}/s3_credentials/"
    assert not other.there(path)
    for write, outcome in ((False, "AccessDenied"), (True, "")):
        token = calls.post(TOKENS, {"type": "Project", "type_id": project["id"], "write": write})["token"]
        given = credentials(other, project, shareToken=token)
        store, place = stores.open(given), {"Bucket": given["bucket"], "Key": given["key"] + "/a.jpg"}
        if outcome:
            assert refused(store.put_object, Body=b"x", **place) == outcome
        else:
            store.put_object(Body=b"x", **place)
    uuid = calls.get(f"{PROJECTS}{project['id']}/")["uuid"]
    sandbox.control("POST", "pix4d/roles", {"email": "mats.visser@example.org", "place": ["project", uuid],
                                            "role": "READER"})
    given = credentials(other, project)
    assert stores.open(given).get_object(**place)["Body"].read() == b"x"
    assert refused(stores.open(given).put_object, Body=b"x", **place) == "AccessDenied"


def test_a_site_has_a_place_of_its_own(sandbox: SandboxProcess, calls: Pix4dCalls, stores: Stores) -> None:
    site, project = calls.site(), calls.project()
    path = f"{GROUPS}{site['id']}/s3_credentials/"
    given = calls.get(path)
    assert given["bucket"] != credentials(calls, project)["bucket"]
    stores.open(given).put_object(Bucket=given["bucket"], Key=given["key"] + "/plan.pdf", Body=b"x")
    sandbox.settings(pix4d_integer_expiration=True, pix4d_credential_seconds=17200.0)
    assert calls.get(path)["expiration"] == 17200
    assert not Pix4dCalls(sandbox, second=True).there(path)


def test_several_projects_are_read_with_one_pair(sandbox: SandboxProcess, calls: Pix4dCalls, stores: Stores) -> None:
    first, second, third, site = (calls.project("1"), calls.project("2"), calls.project("3"), calls.site())
    places = []
    for given in (*(credentials(calls, one) for one in (first, second, third)),
                  calls.get(f"{GROUPS}{site['id']}/s3_credentials/")):
        places.append({"Bucket": given["bucket"], "Key": given["key"] + "/a.jpg"})
        stores.open(given).put_object(Body=b"x", **places[-1])
    given = calls.post(SEVERAL, {"project_ids": [first["id"], second["id"]], "project_group_ids": [site["id"]]})
    assert not {"bucket", "key", "region"} & set(given)
    store = stores.open(given)
    for place in (places[0], places[1], places[3]):
        assert store.get_object(**place)["Body"].read() == b"x"
        assert refused(store.put_object, Body=b"x", **place) == "AccessDenied"
    assert refused(store.get_object, **places[2]) == "AccessDenied"


def test_several_projects_that_are_refused(sandbox: SandboxProcess, calls: Pix4dCalls) -> None:
    project = calls.project()
    many = sandbox.control("POST", "pix4d/projects", {"count": 11})["projects"]
    answer = calls.request("POST", SEVERAL, json={"project_ids": many})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "TOO_MANY_PROJECTS")
    assert calls.request("POST", SEVERAL, json={"project_ids": many[:10]}).status_code == 200
    for body, status in (({}, 400), ({"project_ids": []}, 400), ({"project_ids": [1]}, 404)):
        assert calls.request("POST", SEVERAL, json=body).status_code == status
    other = Pix4dCalls(sandbox, second=True)
    assert other.request("POST", SEVERAL, json={"project_ids": [project["id"]]}).status_code == 403


@pytest.mark.needs_assumed("pix4d S3Credentials.endpoint_override")
def test_the_endpoint_is_told_when_set(sandbox: SandboxProcess, calls: Pix4dCalls) -> None:
    project = calls.project()
    assert "endpoint_override" not in credentials(calls, project)
    sandbox.settings(pix4d_endpoint_override=True)
    assert "http://" + credentials(calls, project)["endpoint_override"] == sandbox.ready["pix4d"]["storage"]


def test_what_the_platform_puts_there_is_there_at_once(sandbox: SandboxProcess, calls: Pix4dCalls,
                                                       stores: Stores) -> None:
    project = calls.project()
    given = credentials(calls, project)
    store, bucket = stores.open(given), given["bucket"]
    place = {"Bucket": bucket, "Key": given["key"] + "/results/ortho.tif"}
    store.put_object(Bucket=bucket, Key=given["key"] + "/results/other.tif", Body=b"x")
    assert refused(store.get_object, **place) in ("NoSuchKey", "404")
    folder = Path(sandbox.control("GET", f"pix4d/projects/{project['id']}")["folder"])
    (folder / "results/ortho.tif").write_bytes(b"II*")
    assert store.get_object(**place)["Body"].read() == b"II*"


def test_a_reset_leaves_nothing(sandbox: SandboxProcess, calls: Pix4dCalls, stores: Stores) -> None:
    project = calls.project()
    given = credentials(calls, project)
    store, place = stores.open(given), {"Bucket": given["bucket"], "Key": given["key"] + "/a.jpg"}
    store.put_object(Body=b"x", **place)
    folder = Path(sandbox.control("GET", f"pix4d/projects/{project['id']}")["folder"])
    sandbox.reset()
    assert refused(store.get_object, **place) == "ExpiredToken"
    assert not folder.exists()
    again = Pix4dCalls(sandbox).project()
    assert again["id"] != project["id"]
    given = credentials(Pix4dCalls(sandbox), again)
    stores.open(given).put_object(Bucket=given["bucket"], Key=given["key"] + "/a.jpg", Body=b"y")


def test_secrets_of_the_storage_are_noted_for_the_hunt(sandbox: SandboxProcess, calls: Pix4dCalls) -> None:
    given = credentials(calls, calls.project())
    issued = sandbox.control("GET", "issued")["secrets"]
    assert given["secret_key"] in issued and given["session_token"] in issued
    assert calls.session.headers["Authorization"].removeprefix("Bearer ") in issued

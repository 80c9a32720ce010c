"""The Descartes Labs catalog's provider without QGIS: operations, hosts, who is asking, naming and streams."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from imagery_hub.providers.descarteslabs import properties, provider
from imagery_hub.providers.descarteslabs.flows.pixels import Pieces
from imagery_hub.providers.descarteslabs.flows.uploads import image_name
from imagery_hub.providers.descarteslabs.paths import CATALOG, IDENTITY, METADATA, RASTER, STORAGE
from imagery_hub.providers.descarteslabs.places import inside_of
from imagery_hub.providers.descarteslabs.provider import connect, hosts_of, info_of
from imagery_hub.providers.errors import InputProblem, PlatformError
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.work import Work
from sandbox_process import SandboxProcess

CONTRACT = Path(__file__).resolve().parents[2] / "sandbox" / "contract" / "descarteslabs.openapi.yaml"
BELOW = {"metadata/v1/catalog/": CATALOG, "metadata/v1/": METADATA, "storage/v1/": STORAGE, "raster/": RASTER,
         "": IDENTITY}


def test_every_operation_of_the_contract_has_its_path() -> None:
    contract = yaml.safe_load(CONTRACT.read_text("utf-8"))
    told = {one["operationId"]: (method.upper(), path) for path, rows in contract["paths"].items()
            for method, one in rows.items() if isinstance(one, dict) and "operationId" in one}
    ours = {name: (one.method, f"/{below}{one.path}") for below, table in BELOW.items() for name, one in table.items()}
    told.pop("putSignedFile")  # sent to where answers point
    assert ours == told and len(ours) == 45


def test_services_follow_the_main_address_and_may_be_named() -> None:
    assert hosts_of("", {}).identity == "https://iam.descarteslabs.com/"
    assert hosts_of("", {}).catalog == "https://platform.descarteslabs.com/metadata/v1/catalog/"
    own = hosts_of("http://127.0.0.1:8082", {"raster": "http://pixels.example/raster/v2"})
    assert own.identity == "http://127.0.0.1:8082/" and own.storage == "http://127.0.0.1:8082/storage/v1/"
    assert own.raster == "http://pixels.example/raster/"
    with pytest.raises(InputProblem):
        hosts_of("ftp://x", {})


def test_who_is_asking_comes_from_id_and_token_from_a_line_or_from_a_file(tmp_path: Path) -> None:
    known = {"client_id": "cid", "client_secret": "s3", "refresh_token": "r3", "scope": "openid"}
    line = base64.urlsafe_b64encode(json.dumps(known).encode()).decode().rstrip("=")
    plain = info_of({"client_id": " a ", "refresh_token": "b"}, {})
    assert (plain.client_id, plain.refresh_token) == ("a", "b")
    for secrets, options in (({"client_id": "x", "refresh_token": line}, {}),
                             ({"client_id": "", "refresh_token": ""}, {"login_file": str(tmp_path / "t.json")})):
        (tmp_path / "t.json").write_text(json.dumps(known))
        found = info_of(secrets, options)
        assert (found.client_id, found.refresh_token, found.scope) == ("cid", "r3", "openid")
        assert "r3" not in repr(found)
    (tmp_path / "t.json").write_text("{}")
    with pytest.raises(InputProblem):
        info_of({}, {"login_file": str(tmp_path / "t.json")})


def test_names_are_taken_apart_as_the_vendor_does() -> None:
    assert inside_of("acme:harvest:red").product == "acme:harvest"
    assert (inside_of("a:b/red:edge").product, inside_of("a:b/red:edge").name) == ("a:b", "red:edge")
    for wrong in ("red", "", "a:b/", "a:b/c/d"):
        with pytest.raises(InputProblem):
            inside_of(wrong)
    assert [image_name(one) for one in ("a.tif", "b.JP2", "c.v1")] == ["a", "b", "c.v1"]


@pytest.mark.parametrize(("name", "given", "expected"), [
    ("data_range", "[0, 10000]", [0, 10000]), ("physical_range", (0, 1.5), [0, 1.5]),
    ("colormap", [["0", 1, 2, 255]], [[0, 1, 2, 255]]), ("srcband", "2", 2), ("nodata", -1.5, -1.5),
])
def test_values_become_what_requests_hold(name: str, given: object, expected: object) -> None:
    assert properties.value_of(properties.BAND[name], name, given) == expected


@pytest.mark.parametrize(("name", "given"), [
    ("data_range", "1"), ("data_range", "nan,1"), ("srcband", 0), ("srcband", 1.5), ("type", "derived"),
    ("colormap", "{}"), ("nodata", "inf"),
])
def test_what_breaks_a_rule_is_refused(name: str, given: object) -> None:
    with pytest.raises(InputProblem):
        properties.value_of(properties.BAND[name], name, given)


def frame(content: bytes, flags: int = 2) -> bytes:
    sizes = (len(content), len(content), len(content) + 16)
    return bytes((2, 1, flags, 1)) + b"".join(one.to_bytes(4, "little") for one in sizes) + content


def split(stream: bytes, size: int) -> Iterator[bytes]:
    return iter([stream[start:start + size] for start in range(0, len(stream), size)])


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_stream_is_read_however_it_is_cut(size: int) -> None:
    stream = Pieces(split(b'{"a": 1}\n' + frame(b"hello\n") + b'{"b": 2}\n' + frame(b""), size), Work())
    assert stream.json_line() == {"a": 1} and stream.frame() == b"hello\n"
    assert stream.json_line() == {"b": 2} and stream.frame() == b""
    with pytest.raises(PlatformError):
        stream.exactly(1)


def test_a_packed_frame_is_said_to_be_one() -> None:
    with pytest.raises(InputProblem, match="blosc_missing"):
        Pieces(iter([frame(b"x", flags=1)]), Work()).frame()


def test_the_token_tells_user_and_namespace(sandbox: SandboxProcess) -> None:
    ready = sandbox.ready["descarteslabs"]
    secrets = {"client_id": ready["client_id"], "refresh_token": ready["refresh_token"]}
    platform = connect(provider.normalise_address(ready["root"]), secrets, {}, EnvironmentNetwork())
    try:
        assert provider.check(platform)
        owner = platform.api.owner()
        assert platform.api.namespace() == hashlib.sha1(owner.encode(), usedforsecurity=False).hexdigest()
        roots = [one.kind for one in platform.roots()]
        assert roots == ["own_products", "products", "storage"]
    finally:
        platform.close()

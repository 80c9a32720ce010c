"""Signed addresses: used byte for byte, once for a PUT, for an hour, by range."""

from __future__ import annotations

import http.client
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import requests
from sandbox_images import plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

CONTENT = bytes(range(256)) * 1000


def raw(method: str, address: str, body: bytes = b"", headers: dict[str, str] | None = None,
        target: str | None = None) -> tuple[int, bytes, dict[str, str]]:
    """A request whose target goes out exactly as given."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request(method, target or f"{parts.path}?{parts.query}", body or None, headers or {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content, {name.lower(): value for name, value in answer.getheaders()}


@pytest.fixture
def slot(picterra: PicterraCalls) -> dict[str, str]:
    return picterra.post("rasters/upload/file/", {"name": "one"})


@pytest.fixture
def download(picterra: PicterraCalls, image: Path) -> tuple[str, bytes]:
    """An address of a stored raster and its bytes."""
    raster = picterra.upload_raster(image)
    return picterra.get(f"rasters/{raster}/download/")["download_url"], image.read_bytes()


def test_addresses_belong_to_another_host_and_need_their_encoding(sandbox: SandboxProcess, picterra: PicterraCalls,
                                                                  slot: dict[str, str]) -> None:
    address = slot["upload_url"]
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == sandbox.ready["blobs"] != sandbox.address
    assert "%2F" in parts.query and "%2B" in parts.query and "%2F" in parts.path
    status, body, _ = raw("PUT", address, b"x", target=f"{parts.path}?{unquote(parts.query)}")
    assert (status, b"SignatureDoesNotMatch" in body) == (403, True)
    assert raw("PUT", address, b"x", target=f"{unquote(parts.path)}?{parts.query}")[0] == 403
    assert raw("PUT", address, b"x", target=f"{parts.path}?{parts.query.replace('%2F', '%2f')}")[0] == 403
    assert raw("PUT", address, b"x")[0] == 200


def test_an_address_is_good_for_its_method_only(slot: dict[str, str]) -> None:
    assert raw("GET", slot["upload_url"])[0] == 403


def test_put_is_allowed_once(slot: dict[str, str], sandbox: SandboxProcess) -> None:
    assert raw("PUT", slot["upload_url"], CONTENT)[0] == 200
    status, body, headers = raw("PUT", slot["upload_url"], b"other")
    assert (status, headers["content-type"]) == (403, "application/xml")
    assert b"<Error>" in body
    assert [one["size"] for one in sandbox.control("GET", "storage")["slots"]] == [len(CONTENT)]


@pytest.mark.parametrize("media_type", [None, "image/tiff", "application/json"])
def test_any_content_type_and_chunked_bodies_are_accepted(slot: dict[str, str], media_type: str | None,
                                                          sandbox: SandboxProcess) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    answer = requests.put(slot["upload_url"], data=iter([CONTENT[:1000], CONTENT[1000:]]), headers=headers, timeout=30)
    assert answer.status_code == 200
    assert [one["size"] for one in sandbox.control("GET", "storage")["slots"]] == [len(CONTENT)]


def test_an_address_expires_by_the_sandboxs_clock(slot: dict[str, str], sandbox: SandboxProcess) -> None:
    sandbox.advance(3601)
    status, body, _ = raw("PUT", slot["upload_url"], CONTENT)
    assert (status, b"ExpiredToken" in body) == (403, True)


def test_an_address_holds_until_its_hour_is_over(slot: dict[str, str], sandbox: SandboxProcess) -> None:
    sandbox.advance(3500)
    assert raw("PUT", slot["upload_url"], CONTENT)[0] == 200


def test_whole_file(download: tuple[str, bytes]) -> None:
    address, content = download
    status, body, headers = raw("GET", address)
    assert (status, body) == (200, content)
    assert headers["content-length"] == str(len(content))
    assert headers["content-type"] == "image/tiff"
    assert headers["accept-ranges"] == "bytes"
    assert headers["etag"].startswith('"')


@pytest.mark.parametrize(("wanted", "start", "stop"), [("bytes=0-99", 0, 100), ("bytes=100-", 100, None),
                                                        ("bytes=-50", -50, None), ("bytes=10-99999999", 10, None)])
def test_ranges(download: tuple[str, bytes], wanted: str, start: int, stop: int | None) -> None:
    address, content = download
    status, body, headers = raw("GET", address, headers={"Range": wanted})
    assert (status, body) == (206, content[start:stop])
    assert headers["content-range"].endswith(f"/{len(content)}")


def test_a_range_outside_the_file(download: tuple[str, bytes]) -> None:
    status, _, headers = raw("GET", download[0], headers={"Range": "bytes=99999999-"})
    assert (status, headers["content-range"]) == (416, f"bytes */{len(download[1])}")


def test_a_range_of_another_version_gets_the_whole_file(download: tuple[str, bytes]) -> None:
    assert raw("GET", download[0], headers={"Range": "bytes=0-9", "If-Range": '"other"'})[0] == 200


def test_ranges_can_be_switched_off(download: tuple[str, bytes], sandbox: SandboxProcess) -> None:
    sandbox.settings(ranges=False)
    status, body, headers = raw("GET", download[0], headers={"Range": "bytes=0-9"})
    assert (status, body) == (200, download[1])
    assert "accept-ranges" not in headers


def test_a_key_sent_to_storage_is_answered_and_noted(download: tuple[str, bytes], sandbox: SandboxProcess) -> None:
    before = sandbox.last_entry()
    assert raw("GET", download[0], headers={"X-Api-Key": "sandbox-picterra-key"})[0] == 200
    assert raw("GET", download[0])[0] == 200
    flags = [one["flags"] for one in sandbox.log(operation="getBlob", after=before)]
    assert flags == [["api-key-sent-to-storage"], []]


def test_no_signature_comes_into_the_log(download: tuple[str, bytes], sandbox: SandboxProcess) -> None:
    signature = urlsplit(download[0]).query.partition("=")[2].partition("&")[0]
    raw("GET", download[0])
    text = str(sandbox.log(operation="getBlob"))
    assert "X-Signature=***" in text and signature not in text


def test_an_upload_that_breaks_off_leaves_nothing(slot: dict[str, str], sandbox: SandboxProcess) -> None:
    parts = urlsplit(slot["upload_url"])
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.putrequest("PUT", f"{parts.path}?{parts.query}")
    connection.putheader("Content-Length", str(len(CONTENT)))
    connection.endheaders(CONTENT[:1000])
    connection.close()
    assert raw("PUT", slot["upload_url"], CONTENT)[0] == 200
    storage = sandbox.control("GET", "storage")
    assert [one["size"] for one in storage["slots"]] == [len(CONTENT)]
    assert len(storage["files"]) == 1


def test_a_method_that_storage_does_not_know(slot: dict[str, str]) -> None:
    assert raw("DELETE", slot["upload_url"])[0] == 405


def test_a_download_that_breaks_off_is_not_read_to_its_end(sandbox: SandboxProcess, picterra: PicterraCalls,
                                                           tmp_path: Path) -> None:
    image = plain_image(tmp_path / "large.tif", 6000, 4000)
    address = picterra.get(f"rasters/{picterra.upload_raster(image)}/download/")["download_url"]
    before = sandbox.last_entry()
    with requests.get(address, stream=True, timeout=30) as answer:
        assert len(answer.raw.read(1000)) == 1000
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        entry = sandbox.log(operation="getBlob", after=before)[0]
        if entry["flags"]:
            break
        time.sleep(0.05)
    assert entry["flags"] == ["client-went-away"]
    assert entry["bytes_out"] < image.stat().st_size

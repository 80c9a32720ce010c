"""What goes wrong around files of Pixxel: a full disk, bundles that are none or broken, texts that are no table or
picture. Each ends with a whole sentence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from failure_words import whole_sentences
from pixel_logins import logins
from pixxel_workspace import Workspace
from raw_server import RawServer, answer
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

pytestmark = pytest.mark.usefixtures("without_pauses")
FULL = Path("/dev/full")
"""A file that is there and has no room."""
PLOT = {"type": "Polygon", "coordinates": [[[75.62, 14.43], [75.63, 14.43], [75.63, 14.44], [75.62, 14.43]]]}


@pytest.fixture
def space(run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path) -> Iterator[Workspace]:
    with logins() as keep:
        yield Workspace(run_pixxel, pixxel, tmp_path, keep)


def test_a_full_disk_is_named(run_pixxel: Any, space: Workspace, tmp_path: Path) -> None:
    report, picture = tmp_path / "report.csv", tmp_path / "picture.png"
    for one in (report, picture):
        one.symlink_to(FULL)
    seen = {name: space.values[name] for name in ("AOI", "VISUALIZATION", "MODE")}
    for called, given in (("orderreport", {"OUTPUT": str(report)}),
                          ("downloadpicture", {**seen, "OUTPUT": str(picture)})):
        words = run_pixxel.fails(called, **given)
        assert whole_sentences(words) and "not enough room" in words, words


@pytest.mark.parametrize("body", ["<html>Login</html>", '"name","amount"\n"a', "a,b\n1,2\n3", "{}"])
def test_a_report_that_is_no_table_is_not_kept(
    run_pixxel: Any, sandbox: SandboxProcess, tmp_path: Path, body: str
) -> None:
    report = tmp_path / "report.csv"
    sandbox.fault(operation="downloadOrderReport", kind="malformed", body=body, count=0)
    words = run_pixxel.fails("orderreport", OUTPUT=str(report))
    assert whole_sentences(words) and "cannot be read" in words, words
    assert not report.exists()


def test_a_report_of_no_orders_is_kept(run_pixxel: Any, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    run_pixxel("orderreport", OUTPUT=str(report))
    assert report.read_text("utf-8").startswith("order_id,")


def packed(**members: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return kept.getvalue()


@pytest.mark.parametrize(("content", "told"), [
    (b"", "damaged"), (b"no archive", "damaged"), (packed(), "no GeoTIFF"), (packed(**{"a.tif": b"II*\0"}), "damaged"),
    (packed(**{"../../../up.tif": b"II*\0", "b/c.txt": b"x"}), "damaged"), (packed(**{"a.tif": b""}), "damaged"),
    (packed(**{"<b>x</b>" + 300 * "long" + ".txt": b"x"}), "no GeoTIFF"), (packed(**{"a.tif": b"x"})[:-9], "damaged"),
])
def test_a_bundle_that_is_none_stays_a_file_and_that_is_told(
    run_pixxel: Any, sandbox: SandboxProcess, pixxel: PixxelCalls, tmp_path: Path, content: bytes, told: str
) -> None:
    (entry,) = sandbox.control("POST", "pixxel/catalogs", {"count": 1, "area": PLOT})["catalogs"]
    inner = tmp_path / "inner" / "deep"
    inner.mkdir(parents=True)
    bundle = inner / "bundle.zip"
    with RawServer(lambda request: answer(200, content)) as elsewhere:
        state = {"id": "x", "status": "success", "signed_url": elsewhere.address + "/bundle.zip"}
        sandbox.fault(operation="getCatalogDownload", kind="malformed", body=json.dumps(state), count=0)
        made = run_pixxel("downloadcatalog", CATALOGS=entry, LOAD=True, OUTPUT=str(bundle))
        assert all("authorization" not in map(str.lower, one.headers) for one in elsewhere.requests)
    assert made["OUTPUT"] == str(bundle) and made["FILES"] == ""
    assert bundle.read_bytes() == content
    (words,) = (one for one in run_pixxel.messages if told in one)
    assert whole_sentences(words), words
    assert [one for one in tmp_path.rglob("*up.tif") if inner not in one.parents] == []

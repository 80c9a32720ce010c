"""What goes wrong around files of the Descartes Labs catalog: streams that break, files that are none, odd names, a
full disk. Each ends with a whole sentence, and nothing half written stays."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from analytic_images import write_image
from failure_words import whole_sentences
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

pytestmark = pytest.mark.usefixtures("without_pauses")
PIXELS = (np.arange(40 * 30).reshape(40, 30, 1) + 1).astype("uint16")
RASTER = "^/raster/"
FULL = Path("/dev/full")
"""A file that is there and has no room."""


@pytest.fixture
def product(catalog: CatalogCalls) -> str:
    made = catalog.product("faults")
    catalog.band(made)
    return made


@pytest.fixture
def image(run_descarteslabs: Any, product: str, tmp_path: Path) -> str:
    file = write_image(tmp_path / "june.tif", PIXELS)
    made: str = run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(file)])["IMAGE_IDS"]
    return made


@pytest.mark.parametrize("way", [0, 1, 2])
@pytest.mark.parametrize("kind", ["cut_answer", "truncate", "malformed", "cut"])
def test_pixels_that_break_off_leave_no_file(
    run_descarteslabs: Any, sandbox: SandboxProcess, image: str, tmp_path: Path, way: int, kind: str
) -> None:
    target = tmp_path / "pixels.tif"
    sandbox.fault(path=RASTER, kind=kind, count=0)
    words = run_descarteslabs.fails("fetchpixels", IMAGE=image, WAY=way, OUTPUT=str(target))
    assert whole_sentences(words), words
    assert not target.exists()


@pytest.mark.parametrize("name", ["../../out.tif", "/etc/out.tif", "..", "<b>x</b>.tif", 300 * "long" + ".tif", ""])
def test_a_file_that_is_no_tiff_and_has_an_odd_name(
    run_descarteslabs: Any, sandbox: SandboxProcess, image: str, tmp_path: Path, name: str
) -> None:
    target, kept = tmp_path / "inner" / "deep" / "pixels.tif", b"II*\0 and no more"
    target.parent.mkdir(parents=True)
    head, about = json.dumps({"files": 1, "metadata": {}}), json.dumps({"name": name, "length": len(kept)})
    sandbox.fault(path=RASTER, kind="malformed", body=f"{head}\n{about}\n{kept.decode()}", count=0)
    before = set(tmp_path.rglob("*"))
    words = run_descarteslabs.fails("fetchpixels", IMAGE=image, OUTPUT=str(target))
    assert whole_sentences(words) and "no image with pixels" in words, words
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("way", [0, 2])
def test_a_full_disk_is_named(
    run_descarteslabs: Any, image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: int
) -> None:
    """The folder for what arrives has no room for it."""
    folder, target = tmp_path / "arrives", tmp_path / "pixels.tif"
    folder.mkdir()
    (folder / "pixels.npz").symlink_to(FULL)
    (folder / "pixels.tif").symlink_to(FULL)
    monkeypatch.setattr(tempfile, "mkdtemp", lambda **given: str(folder))
    monkeypatch.setattr("imagery_hub.providers.descarteslabs.flows.pixels.safe_name", lambda *given: "pixels.tif")
    words = run_descarteslabs.fails("fetchpixels", IMAGE=image, WAY=way, OUTPUT=str(target))
    assert whole_sentences(words) and "not enough room" in words, words
    assert not target.exists()


def test_a_full_disk_under_a_stored_object(
    run_descarteslabs: Any, image: str, product: str, tmp_path: Path
) -> None:
    target = tmp_path / "back.tif"
    (tmp_path / "back.tif.part").symlink_to(FULL)
    words = run_descarteslabs.fails(
        "downloadstored", OBJECT=f"products/{product}/june.tif", DIRECT=True, FILE=str(target))
    assert whole_sentences(words) and "not enough room" in words, words
    assert not target.exists()


@pytest.mark.parametrize("content", [b"", b"II*\0", b"no image at all"])
@pytest.mark.parametrize("called", ["uploadimages", "uploadarray", "layertoproduct"])
def test_a_file_that_is_no_image_is_not_sent(
    run_descarteslabs: Any, sandbox: SandboxProcess, product: str, tmp_path: Path, called: str, content: bytes
) -> None:
    file = tmp_path / "bad.tif"
    file.write_bytes(content)
    given = {"uploadimages": {"PRODUCT": product, "FILES": [str(file)]},
             "uploadarray": {"PRODUCT": product, "INPUT": str(file), "IMAGE_ID": "bad"},
             "layertoproduct": {"INPUT": str(file), "ID": "bad", "TITLE": "Bad", "DESCRIPTION": "None", "SEND": True}}
    before = sandbox.last_entry()
    words = run_descarteslabs.fails(called, **given[called])
    assert whole_sentences(words) or words.startswith("Unable to execute algorithm\n"), words
    assert [one for one in sandbox.log(after=before) if one["method"] != "GET" and one["path"] != "/token"] == []


@pytest.mark.parametrize("name", ["<b>x</b> {0} %s.tif", "ä ö.tif", 50 * "long" + ".tif", "a&b?c#d.tif", "a'b\"c.tif"])
def test_files_with_odd_names(
    run_descarteslabs: Any, catalog: CatalogCalls, product: str, tmp_path: Path, name: str
) -> None:
    """They arrive under a name that the catalog takes, or it is said which signs it takes."""
    file = write_image(tmp_path / name.replace("/", "_"), PIXELS)
    try:
        made = run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(file)])["IMAGE_IDS"]
    except Exception as error:
        words = str(error).replace(file.name, "odd.tif")
        assert whole_sentences(words) and words.startswith("“odd.tif”") and "Rename it with letters" in words, error
        assert catalog.sent("POST", "metadata/v1/search", json={"products": [product], "limit": 9}) == []
    else:
        (found,) = catalog.sent("POST", "metadata/v1/search", json={"products": [product], "limit": 9})
        assert found["id"] == made

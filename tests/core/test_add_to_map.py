"""What does not need a window: names of downloads, ways onto the map, and entries that others drop."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core import background
from imagery_hub.core.background import Errand
from imagery_hub.core.sessions import Sessions, sessions
from imagery_hub.core.sessions import close as close_sessions
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui.add_to_map import can_add
from imagery_hub.ui.add_to_map.adder import Adder
from imagery_hub.ui.add_to_map.target import free
from imagery_hub.ui.add_to_map.ways import ways_of
from imagery_hub.ui.nodes.description import MIME, URI_KEY, Place, mime_of, places_in
from qgis.core import QgsApplication, QgsMimeDataUtils

RASTER = Entry("raster", "r-1", "North <b>field</b>", "ready", {"captured_at": "2024-06-02T09:41:00Z"})


@pytest.mark.parametrize(("name", "file"), [
    ("Orchard", "Orchard.tif"),
    ("Orchard.tif", "Orchard.tif"),
    ("../../x", "x.tif"),
    ("<b>bold</b>", "b_bold_b_.tif"),
    ("..", "the-id.tif"),
    ("", "the-id.tif"),
    ("CON", "_CON.tif"),
])
def test_a_download_is_called_after_its_entry(tmp_path: Path, name: str, file: str) -> None:
    path = free(tmp_path, name, "the-id", ".tif", [])
    assert path.name == file and path.parent == tmp_path


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    assert free(tmp_path, "a", "i", ".tif", [tmp_path / "a.tif"]).name == "a (2).tif"
    (tmp_path / "a.tif").write_bytes(b"there")
    (tmp_path / "a (2).tif.0a1b2c3d.part").write_bytes(b"begun by another job")
    assert free(tmp_path, "a", "i", ".tif", []).name == "a (3).tif"


def test_an_id_that_is_a_path_is_none(tmp_path: Path) -> None:
    assert free(tmp_path, "", "../../etc", ".tif", []).parent == tmp_path


def test_tiles_come_before_the_file() -> None:
    ways = ways_of(Place("picterra", "Farm", RASTER))
    assert [(one.algorithm, one.streams, one.suffix) for one in ways] == [
        ("picterra_streamraster", "tiles", ""), ("picterra_downloadraster", "", ".tif")]


def test_what_can_be_on_the_map() -> None:
    above = (RASTER,)
    marker = Place("picterra", "Farm", Entry("marker", "m-1", "here"), above)
    assert can_add(marker) and ways_of(marker)[0].parameters(marker) == {"CONNECTION": "Farm", "RASTER": "r-1"}
    assert not can_add(Place("picterra", "Farm", Entry("marker", "m-1", "here")))  # of no known raster
    assert not can_add(Place("picterra", "Farm", Entry("detector", "d-1", "Trees")))
    assert not can_add(Place("elsewhere", "Farm", RASTER))


def test_an_entry_comes_through_a_drag() -> None:
    place = Place("picterra", "Farm", RASTER, (Entry("folder", "f-1", "Fields"),))
    mime = mime_of([place])
    (uri,) = QgsMimeDataUtils.decodeUriList(mime)  # as QGIS does
    for found in (Place.from_uri(uri), places_in(mime)[0]):
        assert found == place and found.above == place.above
        assert found.entry.name == RASTER.name and dict(found.entry.details) == dict(RASTER.details)


@pytest.mark.parametrize("text", [
    "", "{", "[]", "null", json.dumps({"platform": "picterra"}),
    json.dumps({"platform": "picterra", "connection": "", "entries": []}),
    json.dumps({"platform": "picterra", "connection": "", "entries": [{"kind": "raster"}]}),
    json.dumps({"platform": "../x", "connection": "", "entries": [{"kind": "a", "id": "b", "name": "c", "state": ""}]}),
])
def test_what_others_drop_is_looked_at(text: str) -> None:
    uri = QgsMimeDataUtils.Uri()
    uri.layerType, uri.providerKey, uri.uri = "custom", URI_KEY, text
    assert Place.from_uri(uri) is None
    mime = mime_of([])
    mime.setData(MIME, f"[{text}]".encode())
    assert places_in(mime) == []


def test_what_was_asked_for_before_a_log_out_can_be_asked_for_again(
    qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    errand: Errand[Any] = Errand(lambda _: None, None, None)
    monkeypatch.setattr(Sessions, "run", lambda self, platform, connection, *_: (asked.append(connection), errand)[1])
    adder = Adder(SimpleNamespace(iface=None))
    place = Place("picterra", "Farm", RASTER)
    try:
        adder.add([place])
        adder.add([place])
        assert asked == ["Farm"]
        sessions().log_out("picterra", "Else")
        assert not errand.cancelled
        sessions().log_out("picterra", "Farm")
        assert errand.cancelled
        adder.add([place])
        assert asked == ["Farm", "Farm"]
    finally:
        adder.remove()
        close_sessions()
        background.close()

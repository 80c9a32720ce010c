"""What the Descartes Labs catalog offers beside the daily forms, by mouse and keyboard in the real program: who is
logged in, replacements, what is known of an entry, several files as one image, searches, and stored objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import numpy as np
import pytest
from analytic_images import write_image
from descarteslabs_calls import DescartesCalls
from descarteslabs_desk import NAME, desk, dialog_of, run, seen, write
from hub_dock import HubDockHands
from qgis.core import QgsProject, QgsVectorLayer
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

TITLE = "Harvest mosaics"
WAY = (NAME, "My products", TITLE)
RING = [[10, 59], [10.5, 59], [10.5, 59.5], [10, 59.5], [10, 59]]
IMAGE = {"id": "june", "storage_state": "available", "sat_id": "RX-4", "cloud_fraction": 0.123456789,
         "acquired": "2021-06-14T10:11:12.345Z", "files": ["a.tif"], "extra_properties": {"crop": "maize"},
         "geometry": {"type": "Polygon", "coordinates": [RING]}}


@pytest.fixture
def catalog(sandbox: SandboxProcess) -> Iterator[CatalogCalls]:
    with desk(sandbox) as found:
        yield found


@pytest.fixture
def product(catalog: CatalogCalls) -> str:
    """A product with a band and the entry of an image."""
    found = catalog.product("harvest", title=TITLE)
    catalog.band(found, "red", nodata=0, description="a band, of reds", resolution=8.983152841195215e-05,
                 resolution_unit="degrees", default_range=[200, 3000])
    catalog.sent("POST", f"metadata/v1/catalog/products/{found}/images", json=IMAGE)
    return found


def walked(*below: str) -> HubDockHands:
    hub, way = HubDockHands(), (*WAY, *below)
    for depth in range(1, len(way) + 1):
        hub.unfold(*way[:depth])
    return hub


def test_who_is_logged_in_and_the_namespace_are_told(catalog: CatalogCalls) -> None:
    hub = HubDockHands()
    hub.unfold(NAME)
    hub.click(NAME, "My products")
    hands.wait_for(lambda: hub.facts().get("Namespace of new products") == catalog.ready["namespace"], "the namespace")
    assert hub.facts()["The user's own namespace"] == catalog.ready["user"]
    assert hub.facts()["Logged in as"] and hub.facts()["Organization"] == "acme"
    hands.keep_picture("descarteslabs-who", hub.dock)


@pytest.mark.parametrize(("kind", "heading", "name", "change", "member"), [
    ("band", "Bands", "red", ("NODATA", "7"), "nodata"), ("image", "Images", "june", ("SAT_ID", "RX-5"), "sat_id"),
])
def test_replacements_begin_with_what_is_there(
    catalog: CatalogCalls, product: str, kind: str, heading: str, name: str, change: tuple[str, str], member: str
) -> None:
    path = f"products/{product}/{heading.lower()}/{name}"
    before, hub = catalog.catalog(path), walked(heading)
    hub.menu(f"Replace {kind}…", *WAY, heading, name)
    dialog = dialog_of(f"Replace {kind}")
    hands.keep_picture(f"descarteslabs-replace-{kind}", dialog)
    write(dialog, *change)
    run(dialog)
    found = catalog.catalog(path)
    assert str(found[member]) == change[1] and {**found, member: None} == {**before, member: None}


@pytest.mark.parametrize(("title", "way", "words"), [
    ("Get product", (), "Field mosaics"), ("Get band", ("Bands", "red"), "a band, of reds"),
    ("Get image", ("Images", "june"), "RX-4"),
])
def test_what_is_known_of_an_entry(
    catalog: CatalogCalls, product: str, title: str, way: tuple[str, ...], words: str
) -> None:
    hub = walked(*way[:-1])
    hub.menu(f"{title}…", *WAY, *way)
    assert words in run(dialog_of(title))


def test_several_files_become_one_image(catalog: CatalogCalls, tmp_path: Path) -> None:
    product = catalog.product("harvest", title=TITLE)
    for place, name in enumerate(("nir", "red")):
        catalog.band(product, name, srcfile=place)
        write_image(tmp_path / f"{name}.tif", np.full((9, 8, 1), place + 1, "uint16"))
    hub = walked("Images")
    hub.menu("Upload images…", *WAY, "Images")
    dialog = dialog_of("Upload images")
    write(dialog, "FOLDER", str(tmp_path))
    write(dialog, "IMAGE_ID", "june")
    hands.tick(seen(dialog, "TOGETHER"))
    hands.keep_picture("descarteslabs-together", dialog)
    run(dialog)
    hub.wait(["june"], *WAY, "Images")
    assert catalog.catalog(f"products/{product}/images/june")["files"] == ["nir.tif", "red.tif"]


def test_images_are_searched_and_counted(catalog: CatalogCalls, product: str, tmp_path: Path) -> None:
    catalog.sent("POST", f"metadata/v1/catalog/products/{product}/images",
                 json={**IMAGE, "id": "july", "sat_id": "RX-5"})
    hub = walked("Images")
    hub.menu("Search images…", *WAY, "Images")
    dialog = dialog_of("Search images")
    write(dialog, "SATELLITES", "RX-5")
    write(dialog, "OUTPUT", str(tmp_path / "found.gpkg"))
    hands.keep_picture("descarteslabs-search-images", dialog)
    run(dialog)
    layer: Any = hands.wait_for(lambda: next((one for one in QgsProject.instance().mapLayers().values()
                                              if isinstance(one, QgsVectorLayer)), None), "the footprints")
    feature, = layer.getFeatures()
    assert feature["id"] == f"{product}:july" and feature.geometry().boundingBox().xMaximum() == 10.5
    hub.menu("Summarise images…", *WAY)
    dialog = dialog_of("Summarise images")
    assert "IMAGES: 2" in run(dialog).replace("'", "")


def test_a_stored_object_is_downloaded(catalog: CatalogCalls, tmp_path: Path) -> None:
    calls = DescartesCalls(catalog.sandbox)
    put = calls.request("GET", "storage/v1/data/new_resumable_url/note.txt").text
    assert calls.session.put(put, data=b"dry summer", headers={"Authorization": None}, timeout=60).ok
    hub = HubDockHands()
    for depth in ((NAME,), (NAME, "Stored objects"), (NAME, "Stored objects", "data")):
        hub.unfold(*depth)
    hub.menu("Download stored object…", NAME, "Stored objects", "data", "note.txt")
    dialog = dialog_of("Download stored object")
    target = tmp_path / "kept.txt"
    write(dialog, "FILE", str(target))
    run(dialog)
    assert target.read_bytes() == b"dry summer"

"""What five platforms have of one place, each of another day, on one map: QGIS's temporal controller, set by mouse and
keys, shows each on its day and hides the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import pixxel_desk
import pytest
from descarteslabs_calls import CATALOG, DescartesCalls
from five_platforms import NAMES, remove_connections, ring, save_connections
from hub_dock import HubDockHands
from map_hands import areas_layers, forget_edits, fresh_map, look_at, settled
from pix4d_stored_results import Results
from pixxel_hands import look_in
from placed_images import placed_image, upload_placed
from qgis.core import QgsProject, QgsRasterLayer, QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.utils import iface
from sandbox_picterra import PicterraCalls
from sandbox_pixel import PixelCalls
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess
from search_dock import SearchHands
from temporal_controller import seen, set_to, switched_off

SOUTH, SIZE = 14.42, 0.03
WEST = {"picterra": 75.61, "pix4d": 75.66, "pixel": 75.71, "descarteslabs": 75.76, "pixxel": 75.81}
"""Where the squares begin, in degrees."""
HERE = QgsRectangle(75.60, 14.40, 75.85, 14.47)
DAYS = {"picterra": "2024-02-10", "pix4d": "2024-02-20", "pixel": "2024-03-05", "descarteslabs": "2024-03-15"}
SURVEY = "Quarry from above"
CONNECTION = 6


def square(folder: Path, platform: str) -> Path:
    return placed_image(folder / f"{platform}.tif", WEST[platform], SOUTH, SIZE)


def polygon(west: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(west, SOUTH, SIZE)]}


def fill(sandbox: SandboxProcess, folder: Path) -> dict[str, str]:
    """A square on each platform, all that can be put onto a map; the day of each."""
    upload_placed(PicterraCalls(sandbox), folder, "Drone", WEST["picterra"], SOUTH, SIZE,
                  captured_at=f"{DAYS['picterra']}T08:00:00Z")
    survey = Results(sandbox)
    survey.calls.sent("PATCH", survey.path, json={
        "display_name": SURVEY, "acquisition_date": f"{DAYS['pix4d']}T09:00:00Z"})
    survey.give_and_wait(square(folder, "pix4d"), "ortho")
    west = WEST["pix4d"]
    sandbox.control("POST", f"pix4d/projects/{survey.id}",
                    {"status": "DONE", "bounds": [west, SOUTH, west + SIZE, SOUTH + SIZE]})
    tenant = PixelCalls(sandbox)
    project = tenant.project(area_of_interest=polygon(WEST["pixel"]))
    sheets = tenant.collection(project, "RGB").split("/")[1]
    sandbox.control("POST", "pixel/rasters", {"collection": sheets, "name": "Sheet", "capture_date":
                    f"{DAYS['pixel']}T00:00:00", "file": str(square(folder, "pixel"))})
    mosaic(DescartesCalls(sandbox), square(folder, "descarteslabs"))
    (entry,) = pixxel_desk.delivered(sandbox, area=polygon(WEST["pixxel"]))
    told = PixxelCalls(sandbox).get(f"v0/catalogs/{entry}")["details"]["properties"]["datetime"]
    return {**DAYS, "pixxel": told[:10]}


def mosaic(calls: DescartesCalls, file: Path) -> None:
    product = calls.product("dated_mosaics")
    for number, name in enumerate(("red", "green", "blue"), 1):
        calls.band(product, name=name, srcband=number, dtype="Byte", color=name.title(), data_range=[0, 255],
                   default_range=[0, 255])
    calls.upload(product, file.name, file)
    assert calls.result(product, file.name)["status"] == "SUCCESS"
    calls.sent("PATCH", f"{CATALOG}products/{product}/images/{file.stem}",
               {"acquired": f"{DAYS['descarteslabs']}T10:00:00Z"})


@pytest.fixture
def days(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "downloads").mkdir()
    QgsSettings().setValue("imagery_hub/add_to_map/folder", str(tmp_path / "downloads"))
    found = fill(sandbox, tmp_path)
    save_connections(sandbox)
    fresh_map("EPSG:4326", HERE)
    sandbox.actor("docks")
    hands.failures.clear()
    yield found
    switched_off()
    remove_connections()
    QgsSettings().remove("imagery_hub/add_to_map")
    forget_edits()
    iface.newProject(False)
    assert not hands.failures


def on_the_map() -> set[str]:
    """The platforms of the images, which their place tells."""
    found = [layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, QgsRasterLayer)]
    settings = iface.mapCanvas().mapSettings()
    middles = [settings.layerExtentToOutputExtent(one, one.extent()).center().x() for one in found]
    return {one for one, west in WEST.items() if any(west < middle < west + SIZE for middle in middles)}


def visible() -> set[str]:
    """Those of which anything is drawn. Clouds and snow may be as white as the bare canvas in places."""
    spots = [(platform, part) for platform in WEST for part in (0.2, 0.4, 0.5, 0.6, 0.8)]
    drawn = seen(*((WEST[platform] + part * SIZE, SOUTH + part * SIZE) for platform, part in spots))
    return {platform for (platform, _), is_drawn in zip(spots, drawn) if is_drawn}


def sees_only(platforms: set[str]) -> None:
    hands.wait_for(lambda: visible() == platforms, f"only what is of {sorted(platforms)}", 60)


@pytest.mark.needs_assumed("RasterInList.footprint", "RasterInList.captured_at")
@pytest.mark.needs_assumed("pixel Raster.download_url", "pixel Raster.capture_date")
def test_each_platforms_image_is_seen_on_its_day(days: dict[str, str]) -> None:
    assert len(set(days.values())) == 5, "each of another day"
    dock = SearchHands()
    look_in(dock, "Catalog")
    hands.in_menu(lambda menu: hands.choose(menu, "Canvas Extent"))
    hands.click(dock.part("imageryHubArea"))
    dock.search()
    whose = dock.column(CONNECTION)
    assert sorted(whose) == sorted(NAMES.values()), "one of each"
    dock.click_row(dock.names()[0])
    dock.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    dock.press("Add")
    said = dock.part("Problem")
    assert said.isVisible() and f"“{SURVEY}” cannot be put on the map as it is" in said.text
    hands.wait_for(lambda: on_the_map() == set(WEST) - {"pix4d"}, "four on the map", 120)
    hands.keep_picture("everywhere_left_out")
    hub = HubDockHands()
    way = (NAMES["pix4d"], "All projects", SURVEY, "Outputs", "Orthomosaic (transparent outside)")
    for depth in range(1, len(way)):
        hub.unfold(*way[:depth])
    hands.wait_for(lambda: hub.index(*way).isValid(), "the orthomosaic")
    hub.menu("Add to Map", *way)
    hands.wait_for(lambda: on_the_map() == set(WEST), "all five on the map", 60)
    hands.click(dock.part("Clear"))
    dock.close()
    forget_edits()
    settled()  # QGIS 3.44 may end with a crash when a GeoPackage's layer goes while it is drawn
    QgsProject.instance().removeMapLayers([one.id() for one in areas_layers()])  # its hatching is no image
    look_at("EPSG:4326", HERE)
    sees_only(set(WEST))
    for platform, day in sorted(days.items(), key=lambda one: one[1]):
        set_to(day)
        sees_only({platform})
        hands.keep_picture(f"time_{platform}")
    set_to("2023-01-01")
    sees_only(set())

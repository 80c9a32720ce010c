"""The demo's last page: five pictures of one place, each of what its platform gave back."""

from __future__ import annotations

import json
import shutil
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sandbox_descarteslabs
import sandbox_pix4d
import sandbox_pixel
import sandbox_pixxel
from osgeo import gdal
from picterra_scenes import Scene, detected, trained
from qgis.core import QgsLayoutItemMap, QgsProject, QgsRasterLayer
from sandbox_descarteslabs import CatalogCalls
from sandbox_picterra import PicterraCalls
from sandbox_pix4d import PROJECTS, Pix4dCalls
from sandbox_pixel import PixelCalls
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

from tools.demo import platforms, sheet
from tools.demo.five import PAGE, make
from tools.demo.logins import variables

PLATFORMS = ("Picterra", "PIX4D cloud", "Geodata Pixel", "Pixxel", "Descartes Labs catalog")


@pytest.fixture
def ran(run: Any, calls: PicterraCalls, sandbox: SandboxProcess, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> tuple[Scene, Path]:
    """What the main job leaves, on a small image; the logins of all platforms are in the environment."""
    for name, value in variables(sandbox.ready).items():
        monkeypatch.setenv(name, value)
    scene, output = trained(calls, tmp_path), tmp_path / "output"
    output.mkdir()
    shutil.copyfile(scene.image, output / "OSBS_029.tif")
    run("downloadresult", OPERATION=detected(calls, scene), OUTPUT=str(output / "detections.gpkg"))
    (output / "summary.json").write_text(json.dumps({"raster_id": scene.raster}))
    return scene, output


def test_the_logins_are_those_that_the_plugin_reads(sandbox: SandboxProcess) -> None:
    made = variables(sandbox.ready)
    for module in (sandbox_pix4d, sandbox_pixel, sandbox_pixxel, sandbox_descarteslabs):
        assert module.environment(sandbox).items() <= made.items()


def test_the_page_holds_five_pictures_of_one_place(
    ran: tuple[Scene, Path], pix4d: Pix4dCalls, pixel: PixelCalls, pixxel: PixxelCalls, catalog: CatalogCalls,
    tmp_path: Path,
) -> None:
    layout = make(ran[1], tmp_path / "work")
    maps = {one.id(): one for one in layout.items() if isinstance(one, QgsLayoutItemMap)}
    box = QgsRasterLayer(str(ran[0].image)).extent()
    assert tuple(sorted(maps)) == tuple(sorted(PLATFORMS))
    for one in maps.values():
        shown = one.extent()
        assert (shown.center().x(), shown.center().y()) == pytest.approx((box.center().x(), box.center().y()))
        assert shown.contains(box) and shown.width() == pytest.approx(max(box.width(), box.height()))
    assert len({(one.extent().toString(), one.crs().authid()) for one in maps.values()}) == 1

    page = gdal.Open(str(ran[1] / PAGE)).ReadAsArray()[:3].astype(float)
    dots = sheet.DPI / 25.4
    pictures = []
    for number in range(len(PLATFORMS)):
        left, top = (round(edge * dots) + 4 for edge in sheet.place(number))
        side = round(sheet.SIDE * dots) - 8
        pictures.append(page[:, top:top + side, left:left + side])
    assert all(one.std() > 5 for one in pictures), "none is empty"
    for one, other in combinations(pictures, 2):
        assert np.abs(one - other).mean() > 2, "no two are the same"

    # Each platform holds what its picture shows.
    assert [one["display_name"] for one in pix4d.get(PROJECTS)["results"]] == ["Tree crowns"]
    (service,) = pixel.get("arcgis_services/Image/")
    assert service["status"] == "started"
    assert len(pixxel.post("v0/catalogs/search", {"limit": 10})["catalogs"]) == 1
    assert catalog.catalog(f"products/acme:greenness_{platforms.today().replace('-', '')}")["title"] == "Greenness"
    layers = {platform: [layer.source() for layer in maps[platform].layers()] for platform in PLATFORMS}
    assert any("127.0.0.1" in source for source in layers["Geodata Pixel"]), "drawn by the service"
    for platform in ("Picterra", "PIX4D cloud", "Pixxel", "Descartes Labs catalog"):
        assert any(str(tmp_path / "work") in source for source in layers[platform])
    QgsProject.instance().clear()

"""What `make run` gives: a QGIS with a connection to each platform that works, and the NEON tile on the map."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hands
import pytest
from five_platforms import connections
from qgis.core import QgsProject, QgsRasterLayer
from sandbox_process import SandboxProcess

ROOT = Path(__file__).parents[2]
PREPARE = ROOT / "tools" / "real_qgis" / "prepare_session.py"
TILE = ROOT / "build" / "neon" / "OSBS_029.tif"
NAMES = {"Sandbox (Picterra)": "picterra", "Sandbox (PIX4D)": "pix4d", "Sandbox (Pixel)": "pixel",
         "Sandbox (Pixxel)": "pixxel", "Sandbox (Descartes Labs)": "descarteslabs"}


@pytest.fixture
def module() -> Iterator[Any]:
    yield connections()
    for name in connections().names():
        connections().remove(name)


def check_all(module: Any) -> dict[str, Exception | None]:
    """What each connection says when it is tested, beside the main thread as in its dialog."""
    with ThreadPoolExecutor(len(NAMES)) as pool:
        gathered = {name: module.credentials(platform, name) for name, platform in NAMES.items()}
        asked = {name: pool.submit(one.check) for name, one in gathered.items()}
        hands.wait_for(lambda: all(one.done() for one in asked.values()), "the platforms")
        return {name: one.exception() for name, one in asked.items()}


def test_a_session_is_ready_to_try(
    sandbox: SandboxProcess, module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGERY_HUB_SANDBOX", json.dumps(sandbox.ready))
    monkeypatch.setenv("IMAGERY_HUB_TILE", str(TILE))
    session = runpy.run_path(str(PREPARE))
    hands.wait_for(lambda: QgsProject.instance().mapLayers(), "the tile")
    assert set(module.names()) == set(NAMES)
    assert check_all(module) == dict.fromkeys(NAMES)
    (layer,) = QgsProject.instance().mapLayers().values()
    assert isinstance(layer, QgsRasterLayer) and layer.isValid() and (layer.width(), layer.height()) == (400, 400)
    # A second start finds the profile of the first: nothing stands twice.
    session["prepare"]()
    assert set(module.names()) == set(NAMES)

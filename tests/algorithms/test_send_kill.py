"""“Send to” as a job, killed at seeded moments and taken up by another process: it arrives once, and whole."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pixel_files
import pytest
import requests
from job_processes import JobProcesses
from pix4d_stored_results import Results
from sandbox_descarteslabs import CatalogCalls
from sandbox_picterra import PicterraCalls
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

#: For each of four places: once at the end, so often at a note of the journal, and so often anywhere.
NOTES, ANYWHERE, TRIES, SEED = 2, 3, 4, 20
Arrived = Callable[[], list[bytes]]

pytestmark = pytest.mark.timeout(1500)


class Places:
    """New places on the platforms, each with what has arrived there."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.picterra, self.catalog, self.pixel = PicterraCalls(sandbox), CatalogCalls(sandbox), PixelCalls(sandbox)
        self.number = 0

    def folder(self) -> tuple[dict[str, Any], Arrived]:
        made = self.picterra.post("folders/", {"name": "Arrived"})["id"]

        def arrived() -> list[bytes]:
            there = [one["id"] for one in self.picterra.get("rasters/", folder=made)["results"]]
            addresses = [self.picterra.get(f"rasters/{one}/download/")["download_url"] for one in there]
            return [requests.get(one, timeout=60).content for one in addresses]

        return {"TARGET": "Picterra folder", "PLACE": made}, arrived

    def project(self) -> tuple[dict[str, Any], Arrived]:
        made = Results(self.sandbox)

        def arrived() -> list[bytes]:
            keys = [one["s3_key"] for name, one in made.outputs().items() if name == "ortho"]
            return [made.stored()[str(key).removeprefix(f"{made.base}/")] for key in keys]

        return {"TARGET": "PIX4D project", "PLACE": str(made.id)}, arrived

    def product(self) -> tuple[dict[str, Any], Arrived]:
        self.number += 1
        made = self.catalog.product(f"killed{self.number}")
        for band in (1, 2, 3):
            self.catalog.band(made, f"b{band}", band, dtype="Byte", data_range=[0, 255])

        def arrived() -> list[bytes]:
            images = self.catalog.sent("POST", "metadata/v1/search", json={"products": [made]})
            names = [Path(self.catalog.catalog(f"products/{made}/images/{one['key']}")["files"][0]).name
                     for one in images]
            return [self.catalog.request("GET", f"storage/v1/products/get/{made}/{one}").content for one in names]

        return {"TARGET": "Descartes Labs product", "PLACE": made, "PASS_THROUGH": False}, arrived


    def collection(self) -> tuple[dict[str, Any], Arrived]:
        made = self.pixel.collection(self.pixel.project(), "RGB", raster_info={"srid": 25833, "cell_size": [0.5, 0.5]})

        def arrived() -> list[bytes]:
            there = [self.pixel.read(made, f"rasters/{one['id']}") for one in self.pixel.read(made, "rasters/")]
            return [requests.get(one["download_url"], timeout=60).content for one in there]

        return {"TARGET": "Pixel data collection", "PLACE": made}, arrived


@pytest.mark.parametrize("kind", ["folder", "project", "product", "collection"])
def test_killed_and_taken_up_it_arrives_once(sandbox: SandboxProcess, tmp_path: Path, kind: str) -> None:
    """Two ways in passing, two by a file on this computer. Killed right before or after a change of the journal, when
    all has arrived and the job does not know it yet, and at any moment."""
    sender, places, chance = JobProcesses(sandbox, tmp_path), Places(sandbox), random.Random(f"{SEED} {kind}")
    file = pixel_files.raster(tmp_path / "field.tif", size=(1500, 1500))
    item = {"KIND": "Picterra raster", "ITEM": places.picterra.upload_raster(file, name="Field 7")}
    where, arrived = getattr(places, kind)()
    whole = sender.run("senditem", json.dumps({**item, **where}))
    changes = whole["changes"]
    assert arrived() == [file.read_bytes()] and changes > 4
    moments = [f"{when} {number}" for number in range(1, changes + 1) for when in ("before", "after")]
    kills: list[str] = []

    def sent(die: str) -> dict[str, Any]:
        """What the process gave, nothing when it was killed. What was sent has arrived either way."""
        where, arrived = getattr(places, kind)()
        given, before = json.dumps({**item, **where}), sender.jobs()
        gave = sender.run("senditem", given, die)
        if not gave:
            kills.append(die)
            assert all(one["COUNT"] == 1 for one in sender.finish("senditem", given, before)), die
        assert arrived() == [file.read_bytes()], die
        assert not list(sender.temporary.glob("imagery-hub-job-*/*")), die
        return gave

    for die in (f"before {changes}", *chance.sample(moments, NOTES)):
        sent(die)
    seconds = whole["seconds"]
    for share in [chance.uniform(0.1, 0.95) for _ in range(ANYWHERE)]:
        # One that ended before its moment was faster than those before it, and tells how long they take now.
        for _ in range(TRIES):
            if not (gave := sent(f"within {seconds * share}")):
                break
            seconds = gave["seconds"]
    assert any("within" in die for die in kills) and any("within" not in die for die in kills)
    sender.store.close()

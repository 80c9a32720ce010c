"""The process killed while it makes something on Pixxel, and the same job run again: nothing is there twice, nothing is
paid for twice, and what may be there is asked about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from killing import KILLED, Job
from sandbox_pixxel import CROPS, ITEM, SHAPE, TD2, PixxelCalls
from sandbox_process import SandboxProcess

RING = [[75.61, 14.42], [75.65, 14.42], [75.65, 14.45], [75.61, 14.45], [75.61, 14.42]]
PLOT = {"type": "Polygon", "coordinates": [RING]}
ASKED = "asked"
POSTS = {"order": "createOrder", "delivery": "createDeliveries", "insight": "createInsight", "job": "createJob",
         "aoi": "createAoi"}
AREA = {"description": "", "satellite_id": TD2, "provider": "pixxel", "project_id": CROPS, "geometry": PLOT,
        "item_ids": [ITEM]}
SECRETS = {"access_key_id": "AKIAEXAMPLE", "secret_access_key": "example"}


class Making:
    """What a process is given to make one of a kind, and how the platform lists them. ``costs``: is never made again by
    itself, so that it may have to be asked about."""

    def __init__(self, calls: PixxelCalls, kind: str) -> None:
        self.calls, self.costs = calls, kind != "aoi"
        self.given: Callable[[int], list[Any]]
        self.listed: Callable[[], set[str]]
        getattr(self, f"of_{kind}")()

    def of_order(self) -> None:
        covering = self.calls.covering()
        collection = {"type": "FeatureCollection",
                      "features": [{"type": "Feature", "properties": {}, "geometry": SHAPE}]}
        self.given = lambda number: [[{"project_id": CROPS, "usecase": "agriculture", "item_ids": [covering],
                                       "geometry": collection}]]
        self.listed = lambda: {one["id"] for one in self.calls.get("v0/orders", limit=100)["orders"]}

    def of_delivery(self) -> None:
        store = self.calls.post("v0/stores", {"name": "Open", "type": "S3", "secrets": SECRETS,
                                              "configs": {"bucket": "plots", "region": "eu-central-1"}})["id"]
        (entry,) = self.calls.sandbox.control("POST", "pixxel/catalogs", {"count": 1, "area": PLOT})["catalogs"]
        self.given = lambda number: [[{"catalog_ids": [entry], "cloud_info": {"config": store, "path": "plots"}}]]
        self.listed = lambda: {one["delivery_id"] for one in self.calls.get("v0/catalogs/deliveries")["deliveries"]}

    def of_insight(self) -> None:
        aoi = self.calls.post("v0/aois", {"name": "Plots", **AREA})["aoi_id"]
        self.calls.until(lambda: self.calls.get(f"v0/aoi/{aoi}")["status"], lambda one: one == "success")
        mosaic = next(one for one in self.calls.get(f"v0/aois/{aoi}/assets")["assets"] if one["asset_type"] == "mosaic")
        image = {"name": "input_image", "format": "raster", "type": "url", "stac_url": mosaic["path"],
                 "asset_source": {"id": mosaic["id"], "type": "raw_mosaic"}}
        rest = [{"name": "expression", "value": "(B027-B015)/(B027+B015)"}, {"name": "threshold", "value": "0.6"}]
        details = {"name": "Green", "project_id": CROPS, "block": {"name": "index-threshold", "version": "1.0.0"},
                   "input": [image, *rest]}
        self.given = lambda number: [aoi, details]
        self.listed = lambda: {one["id"] for one in self.calls.get(f"v0/aoi/{aoi}/insights")["insights"]}

    def of_job(self) -> None:
        flows = [one["id"] for one in self.calls.get("v0/workflows", project_id=CROPS)["workflows"]]
        flow = next(
            one for one in flows if not self.calls.get(f"v0/workflows/{one}", project_id=CROPS)["val_errors"])
        self.given = lambda number: [flow, CROPS]
        self.listed = lambda: {one["id"] for one in self.calls.get(f"v0/workflows/{flow}/jobs")["jobs"]}

    def of_aoi(self) -> None:
        self.given = lambda number: [{"name": f"Plot {number}", **AREA}]
        self.listed = lambda: {one["aoi_id"] for one in self.calls.get("v0/aois", limit=100)["aois"]}


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("kind", POSTS)
def test_killed_at_each_note(sandbox: SandboxProcess, tmp_path: Path, kind: str) -> None:
    making = Making(PixxelCalls(sandbox), kind)
    ready, answers = json.dumps(sandbox.ready["pixxel"]), []
    for when in ("before", "after"):
        for number in range(1, 100):
            there, begun = making.listed(), sandbox.last_entry()
            given = json.dumps(making.given(len(answers)))
            job = Job("pixxel_making_process.py", ready, tmp_path / f"{when}-{number}", kind, given)
            code, first = job.run(f"{when} {number}")
            answer = job.finish()["result"]
            new = making.listed() - there
            sent = sum(one["operation"] == POSTS[kind] for one in sandbox.log(after=begun))
            assert new == (set() if answer == ASKED else {answer})
            assert sent == len(new)
            answers.append(answer)
            if code == 0:
                assert first["result"] == answer and first["notes"] < number
                break
            assert code == KILLED
        assert number > 3
    # Once when it was killed right before it sent, which nobody can tell from right after.
    assert answers.count(ASKED) == (1 if making.costs else 0)

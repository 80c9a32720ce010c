"""A workspace of the sandbox's Pixxel that has one of each kind, and what names them in parameters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox_pixxel import ITEM, TD2, PixxelCalls

SMALL = "CRS=EPSG:4326;POLYGON((75.62 14.43, 75.64 14.43, 75.64 14.45, 75.62 14.45, 75.62 14.43))"
LARGE = "CRS=EPSG:4326;POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"
TIME = {"START": "2024-01-01T00:00:00Z", "END": "2024-03-01T00:00:00Z"}
COLLECTION = "pixxel-td-l2a"
KMEANS = "kmeans/1.1.0"


class Workspace:
    """``values`` by parameters that always mean the same, ``also`` by the algorithm and its parameters. ``run`` runs
    the platform's algorithms, ``keep`` stores a login."""

    def __init__(self, run: Any, pixxel: PixxelCalls, folder: Path, keep: Callable[..., str]) -> None:
        self.folder = folder
        project = str(pixxel.get("v0/projects")["projects"][0]["id"])
        aoi = run("createaoi", PROJECT=project, NAME="Plots", AREA_TEXT=SMALL, SATELLITE=TD2, MOST_SCENES=1,
                  **TIME)["AOI_ID"]
        (mosaic, *_) = run("listassets", AOI=aoi, TYPE="mosaic")["ASSET_IDS"].split(",")
        presets = pixxel.get("v0/indices", satellite_id=TD2, type="preset", expression_type="index")["indices"]
        preset, other = (str(one["id"]) for one in presets[:2])
        made = run("createvisualization", AOI=aoi, INDEX=preset)["VISUALIZATION_ID"]
        insight = {"BLOCK": KMEANS, "INPUT_VALUES": ["input_image", mosaic, "classes", "3"], "CONFIRM": True}
        stays, goes = (run("createinsight", PROJECT=project, AOI=aoi, NAME=one, **insight)["INSIGHT_ID"]
                       for one in ("Classes", "Gone"))
        flows = [one["id"] for one in pixxel.get("v0/workflows", project_id=project)["workflows"]]
        flow = next(one for one in flows if not pixxel.get(f"v0/workflows/{one}", project_id=project)["val_errors"])
        job = run("runworkflow", PROJECT=project, WORKFLOW=flow, CONFIRM=True)["JOB_ID"]
        login = keep("Basic", username="AKIAEXAMPLE", password="marker-secret-of-a-store")
        bucket = {"TYPE": "S3", "BUCKET": "plots", "REGION": "eu-central-1", "AUTH_CONFIG": login}
        store, closed = (run("createstore", NAME=one, **bucket)["STORE_ID"] for one in ("Open", "Closed"))
        bought = {"PROJECT": project, "AREA_TEXT": LARGE, "USECASE": "agriculture", "ITEMS": pixxel.covering(),
                  "CONFIRM": True}
        order = run("orderarchive", **bought, WAIT=True)
        (entry,) = pixxel.sandbox.control("POST", "pixxel/catalogs", {"count": 1, "project": project, "area": {
            "type": "Polygon", "coordinates": [[[75.62, 14.43], [75.63, 14.43], [75.63, 14.44], [75.62, 14.43]]],
        }})["catalogs"]
        bandset = pixxel.get("v0/bandsets")["bandsets"][0]["id"]
        self.values: dict[str, Any] = {
            "PROJECT": project, "AOI": aoi, "VISUALIZATION": made, "INSIGHT": stays, "WORKFLOW": flow, "JOB_ID": job,
            "STORE": store, "ORDER": order["ORDER_ID"], "ITEM": order["ITEM_IDS"], "CATALOG": entry,
            "COLLECTION": COLLECTION, "SATELLITE": TD2, "INDEX": preset, "NAME": "a name", "CONFIRM": True,
            "MODE": "theoretical", "BLOCK": KMEANS, "USECASE": "agriculture",
        }
        here, day = {"AREA_TEXT": LARGE}, {"START": "2030-01-01T00:00:00Z", "END": "2030-01-15T00:00:00Z"}
        made_so = {"MOST_SCENES": 1, **TIME}
        self.also: dict[str, dict[str, Any]] = {
            "createaoi": {"NAME": "More plots", "AREA_TEXT": SMALL, **made_so},
            "createaois": {"NAME_FIELD": "note", **made_so},
            "createindex": {"NAME": "Green", "DESCRIPTION": "Greenness", "EXPRESSION": "(B027-B015)/(B027+B015)"},
            "createinsight": {**insight, "NAME": "More classes"}, "deleteinsight": {"INSIGHT": goes, "CONFIRM": "Gone"},
            "createvisualization": {"INDEX": other}, "createstore": {**bucket, "NAME": "Another"},
            "deletestore": {"STORE": closed, "CONFIRM": "Closed"},
            "deliver": {"CATALOGS": entry}, "downloadcatalog": {"CATALOGS": entry, "LOAD": False},
            "downloadassets": {"ASSETS": mosaic, "LOAD": False}, "downloadinsight": {"LOAD": False},
            "downloadjob": {"LOAD": False}, "editlegend": {"LEGEND": ["low", "#aa0000", "-1", "0"]},
            "getscene": {"ITEM": ITEM}, "listblockversions": {"NAME": "kmeans"}, "getblock": {"BLOCK": KMEANS},
            "listcollectionitems": {"MAXIMUM": 3}, "orderarchive": {**bought, "ITEM_FILE": None},
            "ordertasking": {**here, **day, "BANDSET": bandset, "ITEM_FILE": None},
            "searcharchive": {**here, "MAXIMUM": 3}, "searchcatalog": here,
            "searchscenes": {**here, **TIME, "SATELLITE": TD2},
        }

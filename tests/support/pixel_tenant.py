"""A tenant of the sandbox's Geodata Pixel that has one of each kind, and what names them in parameters."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pixel_files import point_cloud, raster
from pixel_sending import fill, md5, send
from pixel_services import GDO, acted, created, image_options, number, optimised, orthophoto
from sandbox_pixel import RULES, PixelCalls, path_of

PLAN = b"%PDF-1.4 the plan of the flight"
PHOTO_OPTIONS = {"feature_service_options": {"image_layer": {
    "include_fields": ["name"], "enable_oriented_imagery": False, "enable_images_as_attachments": False,
    "image_processed_type": "blurred"}}}
PROJECT, PHOTOS, SHEETS, CLOUDS = "Bridges", "Photos of May", "Sheets of May", "Clouds of May"


class Tenant:
    """``values`` by parameters that always mean the same, ``also`` by the algorithm and its parameters."""

    def __init__(self, pixel: PixelCalls, folder: Path, keep: Callable[..., str]) -> None:
        self.pixel, self.folder = pixel, folder
        self.project = pixel.project(PROJECT)
        self.photos = pixel.collection(self.project, name=PHOTOS)
        self.sheets = pixel.collection(self.project, "RGB", SHEETS)
        self.published = optimised(pixel, "RGB", orthophoto(folder / "ortho.tif"))
        self.clouds = pixel.collection(self.project, "point_cloud", CLOUDS)
        self.files = folder / "files"
        self.files.mkdir()
        self.keep = keep
        self.login = keep("Basic", username=GDO[0], password=GDO[1])
        self.values: dict[str, Any] = {
            "PROJECT": self.project, "PROJECTS": self.project, "NAME": "a name", "CRS": "EPSG:25833",
            "COLLECTION": self.photos, "GDO_USERS": GDO[0], "CONFIRM": True, "AUTH": self.login,
        }
        self.also: dict[str, dict[str, Any]] = {}
        for make in (self._items, self._lives, self._uploads, self._attachments, self._services, self._harvest,
                     self._analysis, self._users):
            make()

    def seeded(self, what: str, place: str, count: int = 1) -> list[str]:
        """Ids of new images, rasters or point clouds."""
        body = {"collection": place.split("/")[1], "count": count}
        first = self.pixel.sandbox.control("POST", f"pixel/{what}", body)["first"]
        return [str(one) for one in range(first, first + count)]

    def named(self, path: str, identity: str) -> str:
        """The name of something in a list."""
        return str(next(one["name"] for one in self.pixel.get(path) if str(one["id"]) == identity))

    def _items(self) -> None:
        calls = self.pixel
        kinds = (("image", "IMAGE", "images", self.photos), ("raster", "RASTER", "rasters", self.sheets),
                 ("pointcloud", "POINT_CLOUD", "point_clouds", self.clouds))
        for kind, name, path, place in kinds:
            one, moved, gone = self.seeded(path, place, 3)
            kind_of_place = calls.read(place)["data_collection_type"]
            to = calls.collection(self.project, kind_of_place, f"Other {path}")
            several = {"COLLECTION": place, f"{name}S": one}
            self.also[f"edit{kind}"] = {**several, "ADD_TAGS": "wet"}
            self.also[f"move{kind}s"] = {"COLLECTION": place, f"{name}S": moved, "INTO": to}
            self.also[f"delete{kind}s"] = {"COLLECTION": place, f"{name}S": gone,
                                           "CONFIRM": self.named(path_of(place, f"{path}/"), gone)}
            self.also[f"get{kind}"] = {"COLLECTION": place, name: one}
            self.also[f"list{kind}s"] = {"COLLECTION": place}
            self.values[name] = one
        (self.raster,) = send(calls, self.sheets, [raster(self.folder / "sheet.tif")]).values()
        for called in ("rasterstolayer", "optimiserasters", "listoptimised", "deleteoptimised"):
            self.also[called] = {"COLLECTION": self.sheets, "RASTERS": str(self.raster)}
        self.also["deleteoptimised"]["CONFIRM"] = calls.read(self.sheets)["name"]
        cloud = send(calls, self.clouds, [point_cloud(self.folder / "cloud.laz")])
        self.also["optimisepointclouds"] = {"COLLECTION": self.clouds, "POINT_CLOUDS": str(*cloud.values())}
        self.also["addraster"] = {"COLLECTION": self.sheets, "RASTER": str(self.raster)}
        self.also["downloadfiles"] = {"COLLECTION": self.sheets, "RASTERS": str(self.raster)}
        self.also["pushmetadata"] = {"COLLECTION": self.photos, "KIND": "image", "CONFIRM": True}

    def _lives(self) -> None:
        calls = self.pixel
        other, gone, back = (calls.project(one) for one in ("Parent", "Victim", "Deleted"))
        moved, deleted, restored = (calls.collection(self.project, "image", one) for one in ("Moved", "Gone", "Back"))
        calls.sent("DELETE", f"projects/{back}")
        calls.sent("DELETE", path_of(restored))
        self.also.update({
            "moveprojects": {"PARENT": other}, "deleteprojects": {"PROJECTS": gone},
            "restoreprojects": {"PROJECTS": back}, "editproject": {"ADD_TAGS": "wet"},
            "editcollection": {"ADD_TAGS": "wet"}, "movecollections": {"COLLECTIONS": moved, "INTO": other},
            "deletecollections": {"COLLECTIONS": deleted}, "restorecollections": {"COLLECTIONS": restored},
            "createcollection": {"TYPE": "RGB", "RULES": json.dumps(RULES["RGB"])},
        })

    def _uploads(self) -> None:
        rgb = self.pixel.collection(self.project, "RGB", "More sheets")
        clouds = self.pixel.collection(self.project, "point_cloud", "More clouds")
        sheet = str(raster(self.files / "upload.tif"))
        self.also.update({
            "checkrasters": {"COLLECTION": rgb, "FILES": [sheet]}, "uploadrasters": {"COLLECTION": rgb,
                                                                                    "FILES": [sheet]},
            "fitrasters": {"COLLECTION": rgb, "FILES": [sheet]},
            "uploadpointclouds": {"COLLECTION": clouds, "FILES": [str(point_cloud(self.files / "upload.laz"))]},
            "retryuploads": {"COLLECTION": rgb},
        })

    def _attachments(self) -> None:
        of = {"resource_type": "project", "resource_id": self.project}
        body = {"files": [{"name": name, "description": "", "md5": md5(PLAN)} for name in ("a.pdf", "b.pdf", "c.pdf")]}
        ids = []
        for one in self.pixel.post("attachments/", body, **of):
            assert fill(one["upload_file_params"], PLAN, "fields").status_code == 204
            self.pixel.sent("PUT", "attachments/update", params={**of, "attachment_id": one["id"],
                                                                 "status": "Completed"})
            ids.append(str(one["id"]))
        here = {"PROJECT": self.project}
        file = self.files / "note.txt"
        file.write_bytes(b"windy")
        self.also.update({
            "addattachments": {**here, "FILES": [str(file)]}, "listattachments": here,
            "downloadattachments": {**here, "ATTACHMENTS": ids[0]},
            "moveattachment": {**here, "ATTACHMENT": ids[1], "NEW_COLLECTION": self.photos},
            "deleteattachment": {**here, "ATTACHMENT": ids[2], "CONFIRM": "c.pdf"},
        })

    def _services(self) -> None:
        calls, options = self.pixel, image_options([GDO[0]])
        runs = acted(calls, "Image", created(calls, "Image", self.published, options, "Runs")["id"], "start")
        ids = {one: str(created(calls, "Image", self.published, options, one)["id"]) for one in ("Starts", "Goes")}
        stops = acted(calls, "Image", created(calls, "Image", self.published, options, "Stops")["id"], "start")
        shown = calls.post("arcgis_services/Feature/", {
            "name": "Shown", "description": "", "data_collection_ids": [number(self.photos)],
            "options": {**PHOTO_OPTIONS, "gdo_users": [GDO[0]]}})
        self.also.update({
            "createimageservice": {"COLLECTIONS": self.published}, "createfeatureservice": {"COLLECTIONS": self.photos},
            "editimageservice": {"SERVICE": f"Image/{ids['Starts']}", "DESCRIPTION": "Of May"},
            "editfeatureservice": {"SERVICE": f"Feature/{shown['id']}", "DESCRIPTION": "Of May"},
            "startservice": {"SERVICE": f"Image/{ids['Starts']}"}, "stopservice": {"SERVICE": f"Image/{stops['id']}"},
            "deleteservice": {"SERVICE": f"Image/{ids['Goes']}", "CONFIRM": "Goes"},
            "getservice": {"SERVICE": f"Image/{runs['id']}"}, "refreshservice": {"SERVICE": f"Image/{runs['id']}"},
            "addservice": {"SERVICE": f"Image/{runs['id']}", "LOGIN": self.login},
        })

    def _harvest(self) -> None:
        told = self.pixel.sandbox.control("GET", "pixel/source")
        url = self.pixel.sandbox.address + told["layer"]
        maps = [{"model": "Image", "field_name": "name", "external_field": "photo_title"},
                {"model": "Image", "field_name": "location", "external_field": "geometry"}]
        body = {"name": "Road photos", "description": "", "url": url, "where_clause": "OBJECTID <= 2",
                "auth": {"credentials": {name: told[name] for name in ("username", "password")}},
                "field_mappings": {"maps": maps, "extra_fields": []}}
        runs, goes = (str(self.pixel.post(path_of(self.photos, "harvest_services/"), body)["id"]) for _ in range(2))
        source = {"SOURCE": url, "AUTH": self.keep("Basic", username=told["username"], password=told["password"])}
        self.also.update({
            "createharvestservice": {**source, "FIELD_MAPPING": json.dumps(body["field_mappings"])},
            "listsourcefields": source, "deleteharvestservice": {"SERVICE": goes, "CONFIRM": "Road photos"},
            "updateharvestservice": {"SERVICE": runs, "DESCRIPTION": "Of the portal"},
            **{one: {"SERVICE": runs} for one in (
                "getharvestservice", "startharvestservice", "stopharvestservice", "listharvesttasks")},
        })

    def _analysis(self) -> None:
        body = {"name": "Statistics", "module_name": "raster_statistics", "enabled": True, "config": {}}
        service, stays, goes = (str(self.pixel.post("analysis/services/", body)["id"]) for _ in range(3))
        task = {"name": "May run", "params": {"data_collection_id": number(self.sheets)}}
        path = f"analysis/services/{service}/tasks/"
        runs, under_way = (str(self.pixel.post(path, task)["id"]) for _ in range(2))
        gone = str(self.pixel.post(f"analysis/services/{stays}/tasks/", task)["id"])
        usual = self.pixel.sandbox.settings()["job_seconds"]
        self.pixel.sandbox.settings(job_seconds=600.0)
        self.pixel.post(f"{path}{under_way}/run")
        self.pixel.sandbox.settings(job_seconds=usual)
        self.also.update({
            "createanalysisservice": {"MODULE": "image_quality"}, "listanalysistasks": {"SERVICE": service},
            "editanalysisservice": {"SERVICE": service, "NAME": "Figures"},
            "createanalysistask": {"SERVICE": service, "COLLECTION": self.sheets, "RUN": False},
            "runanalysistask": {"SERVICE": service, "TASK": runs},
            "revokeanalysistask": {"SERVICE": service, "TASK": under_way},
            "deleteanalysistask": {"SERVICE": stays, "TASK": gone, "CONFIRM": "Statistics"},
            "deleteanalysisservice": {"SERVICE": goes, "CONFIRM": "Statistics"},
        })

    def _users(self) -> None:
        password = self.keep("Basic", username="", password="marker-secret-first")
        viewer = self.pixel.sandbox.control("GET", "pixel/")["users"]["viewer@fjord.example"]["id"]
        self.also.update({
            "createuser": {"EMAIL": "new@fjord.example", "FIRST_NAME": "Kari", "LAST_NAME": "Nordmann",
                           "AUTHENTICATION": password},
            "edituser": {"USER": str(viewer), "LAST_NAME": "Nordmann"},
        })

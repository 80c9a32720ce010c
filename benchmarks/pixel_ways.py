"""Ways into Geodata Pixel and out of it: ``python -m benchmarks.pixel_ways WAY PLACE PATH``.

``PLACE`` is a data collection, written ``project/collection``; ``PATH`` a folder of files to upload, or the GeoPackage
to write. The connection is in the variables that the vendor's client reads. What a way is made of (the plugin's
providers, the vendor's client) is imported before the clock starts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import qgis_process
from .job_journals import job_journals
from .measure import MEBIBYTE, ROOT, report, timed

BLOCK = 200
"""Files in one call of the vendor's client: from the 201st on it pairs jobs with the wrong files."""
PART = 50 * MEBIBYTE
"""The vendor's own choice for rasters (its guide)."""
PAGE = 500
VENDOR = "pixel-client-1.2.8"
TEXTS = ("name", "capture_date", "tags", "json_metadata")
CAMERA = ("cam_heading", "cam_pitch", "cam_roll", "hfov", "vfov", "far_dist", "near_dist", "cam_height")

Job = Callable[[], object]


# ---------------------------------------------------------------------- the plugin
def plugin_images(place: str, path: Path) -> Job:
    """The plugin's flow for photos, with a journal on disk as in QGIS."""
    return _plugin_uploads("image", place, path)


def plugin_rasters(place: str, path: Path) -> Job:
    """The same for rasters."""
    return _plugin_uploads("raster", place, path)


def plugin_layer(place: str, path: Path) -> Job:
    """The plugin's algorithm, into a GeoPackage."""
    qgis_process.start()
    return lambda: {"features": qgis_process.run("pixel_imagestolayer", COLLECTION=place, OUTPUT=str(path))["COUNT"]}


def _connected() -> Any:
    from imagery_hub.providers.http.network import EnvironmentNetwork
    from imagery_hub.providers.pixel.provider import connect

    secrets = {"username": os.environ["PIXEL_USERNAME"], "password": os.environ["PIXEL_PASSWORD"]}
    options = {"tenant": os.environ["PIXEL_TENANT"], "login": os.environ["PIXEL_AUTH_SERVER_URL"]}
    return connect(os.environ["PIXEL_API_URL"], secrets, options, EnvironmentNetwork())


def _plugin_uploads(kind: str, place: str, path: Path) -> Job:
    from imagery_hub.providers.pixel.flows.upload_plan import UploadFile
    from imagery_hub.providers.pixel.flows.uploads import upload_files
    from imagery_hub.providers.pixel.places import Place
    from imagery_hub.providers.work import Work

    open_journal = job_journals(path.parent)

    def job() -> dict[str, int]:
        platform = _connected()
        journal = open_journal()
        files = [UploadFile(one, kind) for one in sorted(path.iterdir())]
        try:
            found = upload_files(platform.api, platform.engine, Place(*place.split("/")), files, Work(journal))
        finally:
            platform.close()
            journal.close()
        failed = [one for one in found if one.failed]
        if failed:
            raise RuntimeError(f"{len(failed)} files failed: {failed[0]}")
        return {"created": len(found)}

    return job


# ---------------------------------------------------------------------- the vendor's client
def vendor_images(place: str, path: Path) -> Job:
    """``upload_multiple_images``, one call after the other."""
    return _vendor_uploads("upload_multiple_images", place, path, {})


def vendor_rasters(place: str, path: Path) -> Job:
    """``upload_multiple_rasters`` in parts, one call after the other."""
    return _vendor_uploads("upload_multiple_rasters", place, path, {"multipart": True, "multipart_part_size": PART})


def vendor_layer(place: str, path: Path) -> Job:
    """``paginate_images`` with what is known of the cameras, into a GeoPackage of points by GDAL."""
    client, project, collection = _client(place)

    def job() -> dict[str, int]:
        images = client.paginate_images(project, collection, PAGE, extended=True)
        return {"features": _written(images, path)}

    return job


def _client(place: str) -> tuple[Any, int, int]:
    sys.path.insert(0, str(ROOT / "build" / "vendor_clients" / VENDOR))
    from pixel_client import get_client

    project, collection = place.split("/")
    return get_client(), int(project), int(collection)


def _vendor_uploads(method: str, place: str, path: Path, more: dict[str, Any]) -> Job:
    client, project, collection = _client(place)
    from pixel_client.models import PixelUploadFile

    def job() -> dict[str, int]:
        made = 0
        files = [PixelUploadFile(file=one) for one in sorted(path.iterdir())]
        for start in range(0, len(files), BLOCK):
            created, errors = getattr(client, method)(project, collection, files[start:start + BLOCK], **more)
            if errors:
                raise RuntimeError(f"{len(errors)} files failed: {errors[0]}")
            made += len(created)
        return {"created": made}

    return job


def _written(images: Iterator[dict[str, Any]], path: Path) -> int:
    import json

    from osgeo import ogr, osr

    ogr.UseExceptions()
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    file = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = file.CreateLayer("images", system, ogr.wkbPoint)
    kinds = {"image_id": ogr.OFTInteger64, **dict.fromkeys(TEXTS, ogr.OFTString), **dict.fromkeys(CAMERA, ogr.OFTReal)}
    for name, kind in kinds.items():
        layer.CreateField(ogr.FieldDefn(name, kind))
    rows = layer.GetLayerDefn()
    layer.StartTransaction()
    count = 0
    for image in images:
        feature = ogr.Feature(rows)
        feature.SetField("image_id", image["id"])
        feature.SetField("name", image["name"])
        feature.SetField("capture_date", image.get("capture_date") or "")
        feature.SetField("tags", ", ".join(image.get("tags") or ()))
        feature.SetField("json_metadata", json.dumps(image.get("json_metadata") or {}))
        camera = image.get("metadata") or {}
        for name in CAMERA:
            if camera.get(name) is not None:
                feature.SetField(name, camera[name])
        point = ogr.Geometry(ogr.wkbPoint)
        point.AddPoint_2D(*image["location"]["coordinates"][:2])
        feature.SetGeometryDirectly(point)
        layer.CreateFeature(feature)
        count += 1
    layer.CommitTransaction()
    return count


WAYS: dict[str, Callable[[str, Path], Job]] = {
    way.__name__: way for way in (
        plugin_images, plugin_rasters, plugin_layer, vendor_images, vendor_rasters, vendor_layer)}

if __name__ == "__main__":
    chosen = WAYS[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))
    report(timed(chosen))
    qgis_process.leave()

"""The layers of a feature service: images as points, and their projects as polygons (section 16.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from osgeo import gdal

from ..records import CAMERA, Image, Project, Service
from ..world import World
from .feature_table import Feature, FeatureTable, Field
from .pictures import NoPicture

gdal.UseExceptions()

TEXT, NUMBER, DATE = "esriFieldTypeString", "esriFieldTypeDouble", "esriFieldTypeDate"
CAMERA_KINDS = {one: TEXT if one in ("cam_orientation", "radial") else NUMBER for one in CAMERA}
IMAGE_FIELDS = {"name": TEXT, "capture_date": DATE, "image_type": TEXT, "tags": TEXT, "data_collection_name": TEXT,
                "project_name": TEXT, "created_at": DATE, **CAMERA_KINDS}
"""What ``include_fields`` of the images may name, besides ``json_metadata.<key>`` (an inference)."""
PROJECT_FIELDS = {"name": TEXT, "description": TEXT, "tags": TEXT, "created_at": DATE}
METADATA = "json_metadata."
BLUR = 12
"""A blurred picture has this many times fewer pixels on each side before it is made large again."""


@dataclass
class FeatureData:
    """What a feature service shows; ``images`` are the files behind the images by id."""

    tables: list[FeatureTable]
    images: dict[int, Path] = field(default_factory=dict)
    blurred: bool = True


def wrong_fields(service_options: dict[str, Any]) -> list[str]:
    """Names in ``include_fields`` that there are not."""
    layers = service_options.get("feature_service_options") or {}
    images = (layers.get("image_layer") or {}).get("include_fields") or []
    projects = (layers.get("project_layer") or {}).get("include_fields") or []
    return [*(one for one in images if one not in IMAGE_FIELDS and not one.startswith(METADATA)),
            *(one for one in projects if one not in PROJECT_FIELDS)]


def feature_data(world: World, service: Service) -> FeatureData:
    """All that a service shows now."""
    options = service.options["feature_service_options"]
    layer = options.get("image_layer") or {}
    images = [one for collection in service.collections for one in world.state.images.of(collection)]
    blurred = layer.get("image_processed_type", "blurred") == "blurred"
    data = FeatureData([_images(world, images, layer)], blurred=blurred)
    if layer.get("enable_images_as_attachments"):
        data.images = {one.id: one.file for one in images if one.file is not None}
    if options.get("project_layer") is not None:
        data.tables.append(_projects(world, service, options["project_layer"]))
    return data


def _images(world: World, images: list[Image], layer: dict[str, Any]) -> FeatureTable:
    oriented = bool(layer.get("enable_oriented_imagery"))
    names = list(layer.get("include_fields") or ("name", "capture_date"))
    names += [one for one in CAMERA if oriented and one not in names]
    fields = [Field(one, IMAGE_FIELDS.get(one, TEXT)) for one in names]
    features = [Feature(one.id, {each: _of_image(world, one, each) for each in names}, _point(one)) for one in images]
    more: dict[str, Any] = {"orientedImageryInfo": {"orientedImageryProperties": {"orientedImageryType": "Inspection"}}}
    return FeatureTable("Images", fields, features, attachments=bool(layer.get("enable_images_as_attachments")),
                        more=more if oriented else {})


def _point(image: Image) -> dict[str, Any] | None:
    return {"type": "Point", "coordinates": list(image.location)} if image.location else None


def _of_image(world: World, image: Image, name: str) -> Any:
    collection = world.state.collections[image.collection]
    if name.startswith(METADATA):
        value = image.json_metadata.get(name.removeprefix(METADATA))
        return value if value is None else str(value)
    if name in CAMERA:
        return image.camera.get(name)
    values = {"name": image.name, "capture_date": _milliseconds(image.capture_date), "image_type": image.image_type,
              "tags": ", ".join(image.tags), "data_collection_name": collection.name,
              "project_name": world.state.projects[collection.project].name, "created_at": int(image.created * 1000)}
    return values[name]


def _milliseconds(text: str | None) -> int | None:
    """ISO time, naive ones in UTC, as milliseconds since 1970."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() * 1000)


def _projects(world: World, service: Service, layer: dict[str, Any]) -> FeatureTable:
    numbers = dict.fromkeys(world.state.collections[one].project for one in service.collections)
    names = list(layer.get("include_fields") or ("name", "description"))
    features = [Feature(one, {each: _of_project(world.state.projects[one], each) for each in names},
                        world.state.projects[one].area) for one in numbers]
    return FeatureTable("Projects", [Field(one, PROJECT_FIELDS[one]) for one in names], features, geometry="Polygon")


def _of_project(project: Project, name: str) -> Any:
    return {"name": project.name, "description": project.description, "tags": ", ".join(project.tags),
            "created_at": int(project.created * 1000)}[name]


def attached(data: FeatureData, number: int) -> bytes:
    """The picture of an image as JPEG, blurred if the service says so. Raises :class:`NoPicture`."""
    path = data.images.get(number)
    if path is None or not path.exists():
        raise NoPicture("There is no attachment with this id.")
    name = f"/vsimem/pixel-attachment-{number}.jpg"
    dataset = gdal.Open(str(path))
    if data.blurred:
        width, height = dataset.RasterXSize, dataset.RasterYSize
        small = gdal.Translate("", dataset, format="MEM", width=max(1, width // BLUR), height=max(1, height // BLUR),
                               resampleAlg="average")
        dataset = gdal.Translate("", small, format="MEM", width=width, height=height, resampleAlg="bilinear")
    gdal.Translate(name, dataset, format="JPEG", bandList=[1, 2, 3] if dataset.RasterCount >= 3 else [1])
    try:
        file = gdal.VSIFOpenL(name, "rb")
        try:
            return bytes(gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file))
        finally:
            gdal.VSIFCloseL(file)
    finally:
        gdal.Unlink(name)

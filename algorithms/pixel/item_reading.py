"""What is known of single images, rasters and point clouds, for models; EXIF of images, and point clouds as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
)

from ...core.translation import tr
from ...providers.pixel.items import tags_text
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import choice, given, string
from ..tables import cell, declare_table, write_table
from .common import COLLECTION, PixelAlgorithm, collection_parameter, items_parameter
from .item_common import OfItems, wrong_ids

TAG_COLUMNS = [("id", "text"), ("image", "text"), ("kind", "text"), ("tag", "text"), ("value", "text")]
CLOUD_COLUMNS = [
    ("id", "long"), ("name", "text"), ("format", "text"), ("point_record_format", "integer"),
    ("version_major", "integer"), ("version_minor", "integer"), ("tags", "text"), ("json_metadata", "text"),
    ("created_at", "text"),
]


class _GetItem(OfItems):
    """One thing, whose members go out."""

    hidden = True
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def titles(self) -> dict[str, str]:
        """What the outputs are called, by the members that they give."""
        return {
            "name": tr("Name"), "capture_date": tr("Capture date"), "tags": tr("Tags"),
            "json_metadata": tr("Metadata (JSON)"), "file_name": tr("File name"), "file_size": tr("File size (bytes)"),
            "image_type": tr("Image type"), "longitude": tr("Longitude"), "latitude": tr("Latitude"),
            "format": tr("Format"), "data_type": tr("Data type"), "num_bands": tr("Number of bands"),
            "srid": tr("EPSG code"), "width": tr("Width in pixels"), "height": tr("Height in pixels"),
            "cell_width": tr("Cell width"), "cell_height": tr("Cell height"), "footprint": tr("Footprint (WKT)"),
            "point_record_format": tr("Point record format"), "version_major": tr("Major version"),
            "version_minor": tr("Minor version"), "downloadable": tr("A file can be downloaded (1 or 0)"),
        }

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives what the platform tells of one of them, for the next steps of a model.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_items(several=False)
        titles = self.titles()
        self.addOutput(QgsProcessingOutputString(f"{self.item.upper()}_ID", tr("Id")))
        for name in ("name", "tags", "json_metadata", *self.texts):
            self.addOutput(QgsProcessingOutputString(name.upper(), titles[name]))
        for name in self.numbers:
            self.addOutput(QgsProcessingOutputNumber(name.upper(), titles[name]))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import items

        identity = self.ids(parameters, context)[0]
        found = items.resource(self.platform.api.during(work), self.item).get(self.place(parameters, context), identity)
        told = {**found, **_derived(found)}
        return {
            f"{self.item.upper()}_ID": identity,
            "NAME": str(told.get("name") or ""),
            "TAGS": tags_text(told.get("tags") or ()),
            "JSON_METADATA": json.dumps(told.get("json_metadata") or {}, ensure_ascii=False),
            **{name.upper(): str(told.get(name) or "") for name in self.texts},
            **{name.upper(): cell(told.get(name), "real") for name in self.numbers},
        }


def _derived(found: Mapping[str, Any]) -> dict[str, Any]:
    """Members that are made of others."""
    from ...core.layers.footprints import shape_of

    place, size = found.get("location"), found.get("cell_size")
    spot = place.get("coordinates") if isinstance(place, Mapping) else None
    both = spot if isinstance(spot, list) and len(spot) >= 2 else [None, None]
    cells = size if isinstance(size, list) and len(size) == 2 else [None, None]
    shape = shape_of(found.get("footprint"))
    return {
        "longitude": both[0], "latitude": both[1], "cell_width": cells[0], "cell_height": cells[1],
        "footprint": "" if shape.isEmpty() else shape.asWkt(), "downloadable": int(bool(found.get("download_url"))),
    }


class GetImage(_GetItem):
    """One image."""

    called = "getimage"
    item = "image"
    texts = ("capture_date", "image_type", "file_name")
    numbers = ("longitude", "latitude", "file_size", "downloadable")

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get image")


class GetRaster(_GetItem):
    """One raster."""

    called = "getraster"
    item = "raster"
    texts = ("capture_date", "format", "data_type", "file_name", "footprint")
    numbers = ("num_bands", "srid", "width", "height", "cell_width", "cell_height", "file_size", "downloadable")

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get raster")


class GetPointCloud(_GetItem):
    """One point cloud."""

    called = "getpointcloud"
    item = "point_cloud"
    texts = ("format",)
    numbers = ("point_record_format", "version_major", "version_minor", "downloadable")

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get point cloud")


class ImageMetadata(PixelAlgorithm):
    """Camera members and EXIF as the platform has them."""

    called = "imagemetadata"
    kind = "items"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Camera and EXIF of images")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the camera's members and the EXIF tags of images as the platform has them, one row for each. A"
            " request is sent for each image."
        )

    def words(self) -> str:
        return tr("metadata,heading,pitch,roll,focal length,tags")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter("image"))
        words = tr("Numbers, separated by commas. Empty: all of the data collection.")
        self.addParameter(items_parameter("image", "IMAGES", optional=True, words=words))
        declare_table(self, "IMAGE_IDS", tr("Image ids, one for each row"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if given(parameters, COLLECTION):
            self.place(parameters, context)
        yield from wrong_ids(split_ids(self.text(parameters, "IMAGES", context)))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import items
        from ...providers.pixel.records import ListFilters

        place, ids = self.place(parameters, context), split_ids(self.text(parameters, "IMAGES", context))
        filters: ListFilters = {"ids": ids} if ids else {}
        api = self.platform.api.during(work)

        def rows() -> Iterator[dict[str, Any]]:
            for one in items.listed(self.platform.api, "image", place, filters, work):
                told = api.images.metadata(place, str(one["id"]))
                exif = told.get("exif")
                camera = {name: value for name, value in told.items() if name not in ("exif", "image_id")}
                for kind, tags in (("camera", camera), ("EXIF", exif if isinstance(exif, Mapping) else {})):
                    for tag, value in tags.items():
                        if value is not None:
                            yield {"id": one["id"], "image": one.get("name"), "kind": kind, "tag": tag,
                                   "value": tag_text(value)}

        return write_table(self, parameters, context, work, rows(), TAG_COLUMNS, "IMAGE_IDS")


def tag_text(value: Any) -> str:
    """The value of a tag; several numbers beside each other."""
    return " ".join(str(one) for one in value) if isinstance(value, list) else str(value)


class ListPointClouds(PixelAlgorithm):
    """Point clouds as a table: the platform does not tell where they lie."""

    called = "listpointclouds"
    kind = "items"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List point clouds")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the point clouds of a data collection with their format, version, tags and metadata.")

    def words(self) -> str:
        return tr("las,laz,lidar,points")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter("point_cloud"))
        self.addParameter(string("NAME", tr("Name holds"), tr("Only those whose name holds this text.")))
        words = tr("Only those that have all of these tags, separated by commas.")
        self.addParameter(string("TAGS", tr("Tags"), words))
        words = tr("Only point clouds of this format.")
        self.addParameter(choice("FORMAT", tr("Format"), words, ("LAZ", "LAS")))
        declare_table(self, "POINT_CLOUD_IDS", tr("Point cloud ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        yield from self.unknown(parameters, "FORMAT")
        if given(parameters, COLLECTION):
            self.place(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import items

        wanted = {"name": self.text(parameters, "NAME", context),
                  "tags": split_ids(self.text(parameters, "TAGS", context))}
        if given(parameters, "FORMAT"):
            wanted["format"] = self.parameterAsEnumString(parameters, "FORMAT", context)
        filters: Any = {name: value for name, value in wanted.items() if value}
        listed = items.listed(self.platform.api, "point_cloud", self.place(parameters, context), filters, work)
        rows = (
            {**one, "tags": tags_text(one.get("tags") or ()),
             "json_metadata": json.dumps(one.get("json_metadata") or {}, ensure_ascii=False)}
            for one in listed
        )
        return write_table(self, parameters, context, work, rows, CLOUD_COLUMNS, "POINT_CLOUD_IDS")

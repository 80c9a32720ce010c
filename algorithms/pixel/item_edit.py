"""Images, rasters and point clouds edited: the same change for one or several."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterPoint,
    QgsProcessingParameterString,
)

from ...core.translation import tr
from ...providers.pixel.items import CAMERA_NUMBERS, CAMERA_TEXTS
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import advanced, given, helped, moment, number, string
from ..tables import WGS84
from .item_common import OfItems
from .projects import nothing_to_change

NAME, CAPTURE_DATE, METADATA, ADD_TAGS, REMOVE_TAGS = "NAME", "CAPTURE_DATE", "METADATA", "ADD_TAGS", "REMOVE_TAGS"
LOCATION, IMAGE_TYPE = "LOCATION", "IMAGE_TYPE"
FAR = 1e7


class _EditItems(OfItems):
    """What all three share."""

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Changes what is given here; everything else stays as it is. Of several, all get the same. To change each"
            " in its own way, edit their layer and use “Push metadata”."
        )

    def words(self) -> str:
        return tr("tags,metadata,rename,capture date,update")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_items()
        self.addParameter(string(NAME, tr("Name"), tr("The new name, for one only.")))
        self.addParameter(moment(CAPTURE_DATE, tr("Capture date")))
        self.addParameter(string(ADD_TAGS, tr("Add tags"), tr("Separated by commas.")))
        self.addParameter(string(REMOVE_TAGS, tr("Remove tags"), tr("Separated by commas.")))
        metadata = QgsProcessingParameterString(METADATA, tr("Metadata"), multiLine=True, optional=True)
        words = tr(
            "Keys and values as JSON, for example {\"severity\": 2, \"note\": null}: other keys stay, null takes a key"
            " away. Values are texts or numbers."
        )
        self.addParameter(helped(metadata, words))
        self.declare_more()
        self.declare_ids(tr("Ids of what was changed"))

    def declare_more(self) -> None:
        """What only one of them has."""

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        yield from self.unreadable(parameters, context, CAPTURE_DATE)
        text = self.text(parameters, METADATA, context)
        if text and metadata_of(text) is None:
            yield tr("“{text}” is no metadata. Give JSON with keys and texts, numbers or null: {example}.").format(
                text=text[:60], example='{"severity": 2}'
            )
        elif not self.changes(parameters, context):
            yield nothing_to_change()
        if len(self.ids(parameters, context)) > 1 and any(given(parameters, name) for name in (NAME, LOCATION)):
            yield tr("Several entries cannot have one name or one place. Choose one, or leave these empty.")

    def changes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """What is sent; empty when nothing is to be changed."""
        fields = {"name": self.text(parameters, NAME, context),
                  "capture_date": self.moment(parameters, CAPTURE_DATE, context),
                  **self.more(parameters, context)}
        fields = {name: value for name, value in fields.items() if value not in ("", None)}
        found = {
            "add_tags": split_ids(self.text(parameters, ADD_TAGS, context)),
            "remove_tags": split_ids(self.text(parameters, REMOVE_TAGS, context)),
            "json_metadata": metadata_of(self.text(parameters, METADATA, context) or "{}"),
            "fields": {"fields_type": self.item, **fields} if fields else {},
        }
        return {name: value for name, value in found.items() if value}

    def more(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The fields that only one of them has."""
        return {}

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import items

        ids, changes = self.ids(parameters, context), self.changes(parameters, context)
        items.update(self.platform.api, self.item, self.place(parameters, context), ids, changes, work)
        return self.done(ids)


def metadata_of(text: str) -> dict[str, Any] | None:
    """A flat object of texts, numbers and nulls; None for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    fine = isinstance(found, dict) and all(
        value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool))
        for value in found.values()
    )
    return found if fine else None


class EditImage(_EditItems):
    """Images: with place and camera."""

    called = "editimage"
    item = "image"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit images")

    def declare_more(self) -> None:
        place = QgsProcessingParameterPoint(LOCATION, tr("Place"), optional=True)
        self.addParameter(helped(place, tr("Where the image was taken, for one only. Click on the map.")))
        words = tr("The kind of oriented imagery, such as Oblique, Nadir, Horizontal, Inspection or 360.")
        self.addParameter(advanced(string(IMAGE_TYPE, tr("Image type"), words)))
        for name in CAMERA_NUMBERS:
            words = tr("Angles are in degrees, distances and heights in metres. Empty: stays as it is.")
            self.addParameter(advanced(number(name.upper(), camera_title(name), words, -FAR, FAR)))
        for name in CAMERA_TEXTS:
            words = tr("As text, as the platform takes it. Empty: stays as it is.")
            self.addParameter(advanced(string(name.upper(), camera_title(name), words)))

    def more(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        found: dict[str, Any] = {"image_type": self.text(parameters, IMAGE_TYPE, context)}
        found.update({name: self.real(parameters, name.upper(), context) for name in CAMERA_NUMBERS})
        found.update({name: self.text(parameters, name.upper(), context) for name in CAMERA_TEXTS})
        if given(parameters, LOCATION):
            place = self.parameterAsPoint(parameters, LOCATION, context, QgsCoordinateReferenceSystem(WGS84))
            found["location"] = {"type": "Point", "coordinates": [place.x(), place.y()]}
        return found


class EditRaster(_EditItems):
    """Rasters."""

    called = "editraster"
    item = "raster"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit rasters")


class EditPointCloud(_EditItems):
    """Point clouds."""

    called = "editpointcloud"
    item = "point_cloud"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit point clouds")


def camera_title(name: str) -> str:
    """A camera member in our words."""
    titles = {
        "cam_heading": tr("Heading of the camera"),
        "cam_pitch": tr("Pitch of the camera (0 straight down, 90 level)"),
        "cam_roll": tr("Roll of the camera"),
        "hfov": tr("Horizontal field of view"),
        "vfov": tr("Vertical field of view"),
        "far_dist": tr("Far distance"),
        "near_dist": tr("Near distance"),
        "cam_height": tr("Height of the camera above the ground"),
        "img_rotation": tr("Rotation of the image"),
        "focal_length": tr("Focal length"),
        "cam_orientation": tr("Orientation of the camera"),
        "radial": tr("Radial distortion"),
    }
    return titles[name]

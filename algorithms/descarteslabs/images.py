"""Entries of images: what is known of them, and their settings. Files are sent by ``uploads``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber, QgsProcessingOutputString

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.descarteslabs import present, properties
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import choice, confirm, string
from .common import (
    IMAGE,
    PRODUCT,
    CatalogAlgorithm,
    as_reader,
    declare_as_reader,
    image_parameter,
    product_parameter,
)
from .fields import as_parameters, declare_empty, declare_properties, emptied, moments, properties_of
from .products import CORE, as_it_was, declare_core, nothing_to_change

STATE = "STORAGE_STATE"


class _Image(CatalogAlgorithm):
    kind = "rasters"

    def declare_state(self, default: str | None) -> None:
        """Declare where the file of the image is."""
        words = tr("Whether the catalog has the files (available) or only knows of them (remote).")
        self.addParameter(choice(STATE, tr("Storage state"), words, properties.STATES, default))

    def details(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The properties that are given, with the state."""
        found = properties_of(self, "image", parameters, context)
        state = self.parameterAsEnumString(parameters, STATE, context)
        if state:
            found["storage_state"] = state
        properties.check("image", found)
        return {**found, **emptied("image", parameters)}

    def property_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with the properties."""
        yield from self.unknown(parameters, STATE)
        yield from self.unreadable(parameters, context, *moments(self, "image"))
        self.details(parameters, context)


class GetImage(_Image):
    """One image, for models."""

    called = "getimage"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get image")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives what the catalog knows of an image.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(image_parameter())
        declare_as_reader(self)
        for name, title in (
            ("IMAGE_ID", tr("Image id")), ("ACQUIRED", tr("Acquired")), ("SAT_ID", tr("Satellite")),
            ("STORAGE_STATE", tr("Storage state")), ("FILES", tr("Files")), ("AREA_WKT", tr("Footprint")),
            ("PROPERTIES", tr("All properties as JSON")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("CLOUD_FRACTION", tr("Share of clouds")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.inside_problems(parameters, context, IMAGE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.layers.footprints import shape_of
        from ...providers.descarteslabs.flows import reading

        reader = as_reader(self, parameters, context)
        one = reading.image(self.platform.api, self.inside(parameters, IMAGE, context), work, reader)
        shape = shape_of(one.get("geometry"))
        return {
            "IMAGE_ID": one["id"], "ACQUIRED": one.get("acquired") or "", "SAT_ID": one.get("sat_id") or "",
            "STORAGE_STATE": one.get("storage_state") or "", "FILES": ",".join(one.get("files") or []),
            "AREA_WKT": "" if shape.isNull() else shape.asWkt(), "PROPERTIES": reading.as_json(one),
            "CLOUD_FRACTION": one.get("cloud_fraction"),
        }


class AddImage(_Image):
    """The entry of an image without sending its file."""

    called = "addimage"
    journaled = True
    answers = {"add": Answer("IMAGE_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add image entry")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Adds the entry of an image to a product, without its file. “Upload images” sends files.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(product_parameter())
        self.addParameter(string("ID", tr("Id"), tr("As in fields_2021_06_14, without the product."), optional=False))
        self.declare_state("remote")
        declare_properties(self, "image")
        declare_core(self)
        self.addOutput(QgsProcessingOutputString("IMAGE_ID", tr("Image id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PRODUCT, "ID")
        if self.text(parameters, "ID", context):
            properties.check_id(self.text(parameters, "ID", context))
        yield from self.property_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import entries

        details: Any = {"id": self.text(parameters, "ID", context), **self.details(parameters, context)}
        core = self.parameterAsBoolean(parameters, CORE, context)
        if core:
            details.pop("storage_state", None)
        product = self.text(parameters, PRODUCT, context)
        return {"IMAGE_ID": entries.add_image(self.platform.api, product, details, work, core)}


class ChangeImage(_Image):
    """Change what is given of an image."""

    called = "changeimage"
    changes = IMAGE
    replaces = False

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Change image")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Changes properties of an image. What is left empty stays as it is; “Properties to empty” takes away what"
            " is there. Opened on an image, the form shows what it has, and only what is changed there is sent."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(image_parameter())
        self.declare_state("available" if self.replaces else None)
        declare_properties(self, "image")
        if not self.replaces:
            declare_empty(self, "image")
        self.addOutput(QgsProcessingOutputString("IMAGE_ID", tr("Image id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.inside_problems(parameters, context, IMAGE)
        yield from self.property_problems(parameters, context)
        if not self.details(parameters, context):
            yield nothing_to_change()

    def as_it_is(self, platform: Any, identity: str, work: Work) -> dict[str, Any]:
        from ...providers.descarteslabs.places import inside_of

        place = inside_of(identity)
        found = platform.api.during(work).images.get(place.product, place.name)
        state = {STATE: found["storage_state"]} if found.get("storage_state") in properties.STATES else {}
        return {**as_parameters("image", found), **state}

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        place = self.inside(parameters, IMAGE, context)
        images = self.platform.api.during(work).images
        details, known = self.details(parameters, context), images.get(place.product, place.name)
        if self.replaces:
            replaced: Any = present.exact("image", details, known)
            images.replace(place.product, place.name, replaced)
        else:
            properties.check("image", details, known)
            changed: Any = present.new("image", details, known)
            if changed:
                images.change(place.product, place.name, changed)
            else:
                feedback.pushInfo(as_it_was())
        return {"IMAGE_ID": place.whole}


class ReplaceImage(ChangeImage):
    """Say all properties of an image anew."""

    called = "replaceimage"
    replaces = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Replace image")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Says all properties of an image anew. What is left empty falls back to its default. Opened on an image,"
            " the form shows what it has."
        )


class RemoveImages(_Image):
    """Images go."""

    called = "removeimages"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Remove images")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Removes images from their products for good, with their stored files.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(image_parameter(several=True))
        self.addParameter(confirm(
            tr("Remove them for good"), tr("Images and their files cannot be brought back."), destroys=True))
        self.addOutput(QgsProcessingOutputString("IMAGE_IDS", tr("Ids of what was removed")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        from ...providers.descarteslabs.places import inside_of

        yield from self.required(parameters, context, IMAGE)
        for one in split_ids(self.text(parameters, IMAGE, context)):
            inside_of(one)
        yield from self.unconfirmed(parameters, context, tr("The images and their files would be removed for good."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import removal
        from ...providers.descarteslabs.places import inside_of

        places = [inside_of(one) for one in split_ids(self.text(parameters, IMAGE, context))]
        removal.remove_images(self.platform.api, places, work)
        return {"IMAGE_IDS": ",".join(one.whole for one in places)}

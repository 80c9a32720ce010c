"""New ArcGIS services, and changes of those that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingParameterBoolean

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.pixel.service_options import ServiceChange, options
from ...providers.work import Work
from ..parameters.plain import helped, string
from . import service_input
from .collections import places
from .common import collection_parameter
from .services import SERVICE_ID, SUPERUSER, ServiceAlgorithm

COLLECTIONS, NAME, DESCRIPTION, START = "COLLECTIONS", "NAME", "DESCRIPTION", "START"
IMAGE_SERVICE = "image_service"


class _OfType(ServiceAlgorithm):
    """``of_type`` says which options there are; ``new`` whether it is created."""

    needs_role = SUPERUSER
    new = True

    def declare_options(self) -> None:
        """Declare who may see it, and the options of its type."""
        service_input.declare_access(self, self.new)
        if self.of_type == "Image":
            service_input.declare_image(self, self.new)
        else:
            service_input.declare_feature(self, self.new)

    def block(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The options of its type."""
        read = service_input.image_block if self.of_type == "Image" else service_input.feature_block
        return read(self, parameters, context, self.new)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        yield from service_input.access_problems(self, parameters, context, self.new)
        yield from service_input.yes_no_problems(self, parameters)
        if self.of_type == "Image":
            yield from service_input.image_problems(self, parameters, context)
        places(self, parameters, context)


# ---------------------------------------------------------------------- new ones
class _Create(_OfType):
    journaled = True
    answers = {"create": Answer(SERVICE_ID, last=True)}

    def words(self) -> str:
        return tr("publish,arcgis,wms,rest,new")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string(NAME, tr("Name"), tr("What it is called."), optional=False))
        self.addParameter(string(DESCRIPTION, tr("Description"), tr("What it shows.")))
        kind = "raster" if self.of_type == "Image" else "image"
        self.addParameter(collection_parameter(kind, several=True, name=COLLECTIONS))
        self.declare_options()
        words = tr("Whether it is started at once. Otherwise “Start service” does it.")
        self.addParameter(helped(QgsProcessingParameterBoolean(START, tr("Start it"), True), words))
        self.declare_outputs()

    def about(self, values: Mapping[str, Any]) -> str:
        """What the job is told by in lists."""
        return str(values.get(NAME) or "")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, NAME, COLLECTIONS)
        yield from super().problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import services
        from ...providers.pixel.places import numbers

        self.check_needs(work)
        api, chosen = self.platform.api, places(self, parameters, context)
        users = service_input.access(self, parameters, context)
        details: Any = {
            "name": self.text(parameters, NAME, context),
            "description": self.text(parameters, DESCRIPTION, context),
            "data_collection_ids": numbers(one.collection for one in chosen),
            "options": options(self.of_type, users if isinstance(users, list) else [], self.block(parameters, context)),
        }
        if work.noted("create") is None:
            services.check_collections(api, self.of_type, chosen, work)
        number = services.create(api, self.of_type, details, work)
        if self.parameterAsBoolean(parameters, START, context):
            return self.outputs_of(self.of_type, services.act(api, self.of_type, number, "start", work))
        return self.outputs_of(self.of_type, api.during(work).arcgis.get(self.of_type, number))


class CreateImageService(_Create):
    """Orthophotos, terrain or surface models as an ArcGIS image service."""

    called = "createimageservice"
    of_type = "Image"
    needs_plugin = IMAGE_SERVICE

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create image service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(
            tr(
                "Publishes data collections of orthophotos (RGB), terrain models (DTM) or surface models (DSM), all of"
                " one type, as an ArcGIS image service, and as a WMS where that is wanted. Their rasters must be"
                " optimised before. Without GDO users the service is public."
            )
        )


class CreateFeatureService(_Create):
    """Images as an ArcGIS feature service."""

    called = "createfeatureservice"
    of_type = "Feature"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create feature service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(
            tr(
                "Publishes data collections of images as an ArcGIS feature service: a point for each image with the"
                " chosen fields, the images as attachments and the areas of the projects where that is wanted. Without"
                " GDO users the service is public."
            )
        )


# ---------------------------------------------------------------------- changes
class _Edit(_OfType):
    new = False

    def words(self) -> str:
        return tr("rename,options,arcgis")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service()
        self.addParameter(string(NAME, tr("Name"), tr("The new name.")))
        self.addParameter(string(DESCRIPTION, tr("Description"), tr("The new description.")))
        kind = "raster" if self.of_type == "Image" else "image"
        words = tr("All that it is to show, as in 10/6,10/7. Empty: as it is.")
        self.addParameter(
            collection_parameter(kind, True, words, several=True, name=COLLECTIONS, in_menus=False)
        )
        self.declare_options()

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(
            tr(
                "Changes name, description, data collections, users or options of a service. What is left empty stays"
                " as it is, options that this form does not know, too. One that runs shows the change after “Refresh"
                " service”."
            )
        )

    def change(self, parameters: dict[str, Any], context: QgsProcessingContext) -> ServiceChange:
        """What is to be changed."""
        chosen = [one.collection for one in places(self, parameters, context)]
        return ServiceChange(
            self.text(parameters, NAME, context) or None, self.text(parameters, DESCRIPTION, context) or None,
            chosen or None, service_input.access(self, parameters, context), self.block(parameters, context),
        )

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        if self.change(parameters, context).empty:
            yield tr("Nothing is to be changed. Give at least one of the settings.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import services

        self.check_needs(work)
        kind, number = self.service(parameters, context)
        chosen = places(self, parameters, context)
        if chosen:
            services.check_collections(self.platform.api, kind, chosen, work)
        change = self.change(parameters, context)
        return self.outputs_of(kind, services.update(self.platform.api, kind, number, change, work))


class EditImageService(_Edit):
    """Settings of an image service."""

    called = "editimageservice"
    of_type = "Image"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit image service")


class EditFeatureService(_Edit):
    """Settings of a feature service."""

    called = "editfeatureservice"
    of_type = "Feature"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit feature service")

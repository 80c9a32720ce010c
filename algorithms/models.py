"""The graphical models that come with the plugin, as algorithms of its provider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
)

from ..core import log
from ..core.platforms import PLATFORMS
from ..core.translation import tr
from .crossing_models import crosses, crossing_problems, offer_crossing_choices
from .failures import words_only
from .help import help_address
from .parameters import choice_parameter
from .parameters.area import drawable
from .parameters.connection import CONNECTION, connection_parameter
from .parameters.plain import precise
from .picterra import charge_consent
from .polygons import source_problems

CONFIRM, PUBLIC, COLLECTION, GDO_USERS = "CONFIRM", "PUBLIC", "COLLECTION", "GDO_USERS"
POLYGONS = [QgsProcessing.SourceType.TypeVectorPolygon]
FOLDER = Path(__file__).resolve().parents[1] / "models"


def titles() -> dict[str, str]:
    """What the models are called in the toolbox; a model file has one name only, which is the id too."""
    return {
        "picterra_detectobjects": tr("Detect objects, from image to score"),
        "pix4d_photostovolumes": tr("Photos to orthomosaic and volumes"),
        "pixel_uploadoptimisepublish": tr("Rasters to a published service"),
        "pixxelscenetopixel": tr("Pixxel scene and its objects into Pixel"),
        "pix4dorthotoannotations": tr("PIX4D orthomosaic to annotations, by a detector"),
        "pixelsearchtoproduct": tr("Pixel search to a product of Descartes Labs"),
    }


class ShippedModel(QgsProcessingModelAlgorithm):
    """A model with a title and a help page."""

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return titles().get(self.name(), self.name())

    def group(self) -> str:
        return tr("All platforms") if crosses(self) else super().group()

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return "everywhere" if crosses(self) else super().groupId()

    def helpUrl(self) -> str:  # noqa: N802 - QGIS's name
        return help_address(self.name())

    def checkParameterValues(  # noqa: N802 - QGIS's name
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        found = "\n".join(self.problems(parameters, context))
        return (False, found) if found else super().checkParameterValues(parameters, context)

    @words_only
    def prepareAlgorithm(  # noqa: N802 - QGIS's name
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Once more, since a model within a model skips the check."""
        found = "\n".join(self.problems(parameters, context))
        if found:
            raise QgsProcessingException(found)
        for words in charge_consent.charge_of_model(self, parameters, context):
            feedback.pushInfo(words)
        return super().prepareAlgorithm(parameters, context, feedback)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What a later step would refuse, before the first one leaves something on the platform."""
        for one in self.parameterDefinitions():
            if isinstance(one, QgsProcessingParameterFeatureSource):
                yield from source_problems(self.parameterAsSource(parameters, one.name(), context), one.description())
        if self.parameterDefinition(PUBLIC) is not None:
            yield from publishing_problems(self, parameters, context)
        if crosses(self):
            yield from crossing_problems(self, parameters, context)
        confirm = self.parameterDefinition(CONFIRM)
        if confirm is not None and not self.parameterAsBoolean(parameters, CONFIRM, context):
            told = " ".join(charge_consent.charge_of_model(self, parameters, context))
            yield tr("Nothing was run. {what} Tick “{title}” to run it.").format(
                what=told or confirm.help(), title=confirm.description()
            )

    def offer_widgets(self) -> None:
        """Let the dialog list the saved connections and draw areas, as those of the steps do; a model file keeps no
        widgets."""
        for one in self.parameterDefinitions():
            if isinstance(one, QgsProcessingParameterFeatureSource) and one.dataTypes() == POLYGONS:
                drawable(one, offered=False)
            elif isinstance(one, QgsProcessingParameterNumber):
                precise(one)
        parameter = self.parameterDefinition(CONNECTION)
        platform = self.name().partition("_")[0]
        if parameter is not None and platform in PLATFORMS:
            parameter.setMetadata({**parameter.metadata(), **connection_parameter(platform).metadata()})
        if self.name() == charge_consent.MODEL:
            charge_consent.show_charge(self.parameterDefinition(CONFIRM), charge_consent.OF_MODEL, "LOCAL_RASTER")
        if self.parameterDefinition(PUBLIC) is not None:
            offer_publishing_choices(self)
        if crosses(self):
            offer_crossing_choices(self)

    def createInstance(self) -> ShippedModel:  # noqa: N802 - QGIS's name
        copy = ShippedModel()
        copy.loadVariant(self.toVariant())
        copy.offer_widgets()
        copy.setProvider(self.provider())
        copy.setSourceFilePath(self.sourceFilePath())
        return copy


def publishing_problems(
    model: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """What the last step of a model that publishes would refuse, when everything has been sent."""
    from ..core.messages import sentence
    from ..providers.errors import InputProblem
    from ..providers.pixel.places import place_of
    from .pixel import service_input

    try:
        place_of(model.parameterAsString(parameters, COLLECTION, context))
    except InputProblem as problem:
        yield sentence(problem)
    yield from service_input.access_problems(model, parameters, context, True)
    yield from service_input.system_problems(model, parameters, context)


def offer_publishing_choices(model: QgsProcessingAlgorithm) -> None:
    """Let the dialog list data collections and GDO users."""
    from .pixel.common import PLATFORM, collection_parameter
    from .pixel.services import gdo_users

    users = choice_parameter(GDO_USERS, "", gdo_users, platform=PLATFORM, several=True)
    for name, usual in ((COLLECTION, collection_parameter("raster")), (GDO_USERS, users)):
        parameter = model.parameterDefinition(name)
        parameter.setMetadata({**parameter.metadata(), "widget_wrapper": usual.metadata()["widget_wrapper"]})


def model_files() -> list[Path]:
    """The models in the plugin's folder."""
    return sorted(FOLDER.glob("*.model3"))


def shipped_model(path: Path) -> QgsProcessingModelAlgorithm | None:
    """One of them; None, and noted in the log, when it cannot be read. Its steps are found in the registry, where those
    of the plugin itself have to be by then."""
    model = ShippedModel()
    if not model.fromFile(str(path)):
        log.warning(f"The model {path.name} cannot be read.")
        return None
    model.offer_widgets()
    model.setSourceFilePath(str(path))
    return model

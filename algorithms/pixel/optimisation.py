"""Optimised copies made: of rasters, which ArcGIS image services need, and of point clouds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.messages import clean
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pixel.service_records import NEARBLACK_ALGORITHMS, OVERVIEW_RESAMPLINGS, CreationOptions
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import advanced, choice, given, helped, string
from .common import COLLECTION, PixelAlgorithm, collection_parameter, items_parameter

RASTERS, CLOUDS, PROFILE, RETRY = "RASTERS", "POINT_CLOUDS", "PROFILE", "RETRY_FAILED"
NEARBLACK, COLOR, ALGORITHM, RESAMPLING = "NEARBLACK", "NEARBLACK_COLOR", "NEARBLACK_ALGORITHM", "OVERVIEW_RESAMPLING"
PROFILES = ("rgb", "terrain")
COLORS = ("black", "white")
BRIGHTEST = 255


class _Optimise(PixelAlgorithm):
    """What both share."""

    kind = "optimisation"
    journaled = True
    goes_on = True
    needs_role = "creator"

    def declare_rest(self, sources: str, title: str) -> None:
        """Declare what follows the choice of sources."""
        again = QgsProcessingParameterBoolean(RETRY, tr("Make failed copies again"), True)
        words = tr("Copies that could not be made earlier are tried once more. Otherwise they count as failed.")
        self.addParameter(advanced(helped(again, words)))
        self.addOutput(QgsProcessingOutputString("COLLECTION_ID", tr("Data collection")))
        self.addOutput(QgsProcessingOutputString(sources, title))
        self.addOutput(QgsProcessingOutputString("OPTIMISED_IDS", tr("Ids of the copies")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of copies that are ready")))
        self.addOutput(QgsProcessingOutputNumber("FAILED", tr("Number of copies that could not be made")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if self.text(parameters, COLLECTION, context):
            self.place(parameters, context)

    def outputs(
        self, place: Any, made: Any, kind: Any, sources: str, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """The declared outputs; what could not be made is told one by one. :class:`Problem` when that is all."""
        failed = [one for one in made.copies if one.get("status") == "failed"]
        for one in failed:
            words = tr("The copy {id} of {source} could not be made. {reason}")
            feedback.pushWarning(words.format(id=one["id"], source=one.get(kind.source) or "?",
                                              reason=_reason(one.get("detail"))))
        if made.failed and made.failed == len(made.copies):
            detail = next((one.get("detail") for one in failed if one.get("detail")), "")
            raise Problem(
                tr("None of the {count} copies could be made. {reason} Look at the files, or try again later.").format(
                    count=made.failed, reason=_reason(detail)
                )
            )
        if made.ready:
            feedback.pushInfo(tr("{count} copies were there already.").format(count=made.ready))
        if not made.copies:
            feedback.pushWarning(tr("The data collection is empty: there is nothing to optimise."))
        found = [str(one[kind.source]) for one in made.copies if one.get(kind.source) is not None]
        return {
            "COLLECTION_ID": str(place), sources: ",".join(found), "OPTIMISED_IDS": ",".join(made.ids),
            "COUNT": len(made.copies) - made.failed, "FAILED": made.failed,
        }


class OptimiseRasters(_Optimise):
    """Cloud-optimised copies."""

    called = "optimiserasters"
    needs_plugin = "optimized_raster"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Optimise rasters")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr(
            "Has Pixel make optimised copies of rasters of a data collection, of those that are chosen or of all, and"
            " waits for their end. ArcGIS image services are made of these copies. Copies that are there already are"
            " not made again: delete them first to have them made with other options. The dark (or white) collar"
            " around orthophotos can be taken off on the way, which works with three bands only."
        ))

    def words(self) -> str:
        return tr("optimize,cog,overviews,pyramids,nearblack,collar,image service")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter("raster"))
        words = tr("Numbers, separated by commas. Empty: all rasters of the data collection.")
        self.addParameter(items_parameter("raster", RASTERS, optional=True, words=words))
        words = tr("“rgb” for orthophotos, “terrain” for terrain and surface models. Empty: as the data collection is.")
        self.addParameter(advanced(choice(PROFILE, tr("Profile"), words, PROFILES)))
        collar = QgsProcessingParameterBoolean(NEARBLACK, tr("Take off the collar"), False)
        words = tr("What is nearly of one colour at the edges becomes transparent. For orthophotos of three bands.")
        self.addParameter(helped(collar, words))
        words = tr("Of the collar: black, white, or the value of its grey from 0 to 255.")
        self.addParameter(advanced(string(COLOR, tr("Colour of the collar"), words, "black")))
        words = tr("“twopasses” goes over the picture down and up; “floodfill” also finds bays that turn back.")
        self.addParameter(advanced(choice(ALGORITHM, tr("How the collar is looked for"), words, NEARBLACK_ALGORITHMS,
                                          NEARBLACK_ALGORITHMS[0])))
        words = tr("How pixels are put together for smaller scales.")
        self.addParameter(advanced(choice(RESAMPLING, tr("Resampling of overviews"), words, OVERVIEW_RESAMPLINGS,
                                          OVERVIEW_RESAMPLINGS[0])))
        self.declare_rest("RASTER_IDS", tr("Raster ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        yield from self.unknown(parameters, PROFILE, ALGORITHM, RESAMPLING)
        if color_of(self.text(parameters, COLOR, context)) is None:
            yield tr("“{color}” is not a colour of the collar. Give black, white, or a whole number from 0 to 255."
                     ).format(color=self.text(parameters, COLOR, context))
        collar = self.parameterAsBoolean(parameters, NEARBLACK, context)
        if collar and self._profile(parameters, context) == PROFILES[1]:
            yield tr("A collar can be taken off orthophotos only. Leave “Take off the collar” off, or choose the"
                     " profile “rgb”.")

    def _profile(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        return self.parameterAsEnumString(parameters, PROFILE, context) if given(parameters, PROFILE) else ""

    def options(self, parameters: dict[str, Any], context: QgsProcessingContext) -> CreationOptions:
        """As the platform takes them."""
        color = color_of(self.text(parameters, COLOR, context))
        return {
            "nearblack_options": {
                "enabled": self.parameterAsBoolean(parameters, NEARBLACK, context),
                "color": COLORS[0] if color is None else color,
                "algorithm": self.parameterAsEnumString(parameters, ALGORITHM, context),
            },
            "overview_resampling": self.parameterAsEnumString(parameters, RESAMPLING, context),
        }

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import optimisation

        self.check_needs(work)
        place = self.place(parameters, context)
        wanted = optimisation.Wanted(
            split_ids(self.text(parameters, RASTERS, context)), self._profile(parameters, context),
            self.options(parameters, context), self.parameterAsBoolean(parameters, RETRY, context),
        )
        made = optimisation.optimise(self.platform.api, place, wanted, work)
        return self.outputs(place, made, optimisation.RASTERS, "RASTER_IDS", feedback)


class OptimisePointClouds(_Optimise):
    """COPC copies."""

    called = "optimisepointclouds"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Optimise point clouds")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr(
            "Has Pixel make optimised copies (COPC) of point clouds of a data collection, of those that are chosen or"
            " of all, and waits for their end. Copies that are there already are not made again."
        ))

    def words(self) -> str:
        return tr("optimize,copc,laz,octree")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter("point_cloud"))
        words = tr("Numbers, separated by commas. Empty: all point clouds of the data collection.")
        self.addParameter(items_parameter("point_cloud", CLOUDS, optional=True, words=words))
        self.declare_rest("POINT_CLOUD_IDS", tr("Point cloud ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import optimisation

        self.check_needs(work)
        place = self.place(parameters, context)
        wanted = optimisation.Wanted(
            split_ids(self.text(parameters, CLOUDS, context)),
            retry_failed=self.parameterAsBoolean(parameters, RETRY, context),
        )
        made = optimisation.optimise(self.platform.api, place, wanted, work, optimisation.CLOUDS)
        return self.outputs(place, made, optimisation.CLOUDS, "POINT_CLOUD_IDS", feedback)


def _reason(detail: Any) -> str:
    """Why a copy could not be made, as a sentence."""
    if not detail:
        return tr("The platform does not say why.")
    return tr("The platform says: “{words}”").format(words=clean(str(detail)))


def color_of(text: str) -> str | int | None:
    """The colour of a collar as the platform takes it; None for a text that is none."""
    if not text or text.lower() in COLORS:
        return text.lower() or COLORS[0]
    return int(text) if text.isascii() and text.isdigit() and int(text) <= BRIGHTEST else None

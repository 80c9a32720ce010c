"""Optimised copies of rasters and point clouds: which there are, and their end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import CONFIRM, advanced, choice, given, helped, typed_name
from ..tables import declare_table, write_table
from .common import COLLECTION, PixelAlgorithm, collection_parameter, items_parameter
from .optimisation import CLOUDS, PROFILE, PROFILES, RASTERS

STATES = ("pending", "submitted", "in_progress", "completed", "failed")
COLUMNS = [
    ("id", "long"), ("raster_id", "long"), ("point_cloud_id", "long"), ("profile", "text"), ("status", "text"),
    ("nearblack", "boolean"), ("overview_resampling", "text"), ("detail", "text"), ("created_at", "text"),
]


class ListOptimised(PixelAlgorithm):
    """Copies as a table."""

    called = "listoptimised"
    kind = "optimisation"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List optimised copies")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the optimised copies of the rasters or point clouds of a data collection, with what each is a copy"
            " of, its state, and why it could not be made."
        )

    def words(self) -> str:
        return tr("optimized,cog,copc,status")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter())
        states = QgsProcessingParameterEnum(
            "STATES", tr("States"), [title() for title in (_state_titles()[one] for one in STATES)], True, optional=True
        )
        self.addParameter(helped(states, tr("Only copies in these states. None: in all.")))
        declare_table(self, "OPTIMISED_IDS", tr("Ids of the copies"))
        self.addOutput(QgsProcessingOutputString("COLLECTION_ID", tr("Data collection")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if self.text(parameters, COLLECTION, context):
            self.place(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import optimisation

        place = self.place(parameters, context)
        states = {STATES[one] for one in self.several(parameters, "STATES", context)}
        rows = (row_of(one) for one in optimisation.listed(self.platform.api, place, work)
                if not states or one.get("status") in states)
        found = write_table(self, parameters, context, work, rows, COLUMNS, "OPTIMISED_IDS")
        return {**found, "COLLECTION_ID": str(place)}


class DeleteOptimised(PixelAlgorithm):
    """The end of copies; their sources stay."""

    called = "deleteoptimised"
    kind = "optimisation"
    journaled = True
    needs_role = "creator"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete optimised copies")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr(
            "Deletes the optimised copies of rasters or point clouds. What they are copies of stays, so that they can"
            " be made again. ArcGIS services that show them lose them with their next refresh."
        ))

    def words(self) -> str:
        return tr("remove,optimized,cog,copc")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter())
        words = tr("Whose copies are deleted, for a data collection of rasters: numbers, separated by commas.")
        self.addParameter(items_parameter("raster", RASTERS, optional=True, words=words))
        words = tr("Whose copies are deleted, for a data collection of point clouds: numbers, separated by commas.")
        self.addParameter(items_parameter("point_cloud", CLOUDS, optional=True, words=words))
        words = tr("Only copies of this profile. Empty: of every profile.")
        self.addParameter(advanced(choice(PROFILE, tr("Profile"), words, PROFILES)))
        words = tr(
            "The copies have to be made again before an image service can show these rasters. Type the name of the data"
            " collection, since copies have none."
        )
        self.addParameter(typed_name(words))
        self.addOutput(QgsProcessingOutputString("COLLECTION_ID", tr("Data collection")))
        self.addOutput(QgsProcessingOutputString("DELETED_IDS", tr("Ids of what had copies")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of what had copies")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if self.text(parameters, COLLECTION, context):
            self.place(parameters, context)
        yield from self.unknown(parameters, PROFILE)
        if given(parameters, RASTERS) == given(parameters, CLOUDS):
            yield tr("Give either rasters or point clouds whose copies are to be deleted.")
        yield from self.required(parameters, context, CONFIRM)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import optimisation

        self.check_needs(work)
        place = self.place(parameters, context)
        of_rasters = given(parameters, RASTERS)
        sources = split_ids(self.text(parameters, RASTERS if of_rasters else CLOUDS, context))
        profile = self.parameterAsEnumString(parameters, PROFILE, context) if given(parameters, PROFILE) else ""
        kind = optimisation.RASTERS if of_rasters else optimisation.CLOUDS
        typed = self.text(parameters, CONFIRM, context)
        gone = optimisation.delete(self.platform.api, place, sources, profile, typed, work, kind)
        for one in [source for source in sources if source not in gone]:
            feedback.pushInfo(tr("{id} has no optimised copy.").format(id=one))
        return {"COLLECTION_ID": str(place), "DELETED_IDS": ",".join(gone), "COUNT": len(gone)}


def row_of(copy: Any) -> dict[str, Any]:
    """A copy as a row; its options as columns."""
    options = copy.get("creation_options") or {}
    nearblack = (options.get("nearblack_options") or {}).get("enabled")
    return {**copy, "nearblack": nearblack, "overview_resampling": options.get("overview_resampling")}


def _state_titles() -> dict[str, Any]:
    return {
        "pending": lambda: tr("registered"),
        "submitted": lambda: tr("submitted"),
        "in_progress": lambda: tr("in progress"),
        "completed": lambda: tr("ready"),
        "failed": lambda: tr("failed"),
    }

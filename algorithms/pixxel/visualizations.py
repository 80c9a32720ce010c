"""Visualizations: an index rendered over an area. Legends are in ``legends.py``, pictures in ``renders.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputString

from ...core.jobs.answer import Answer
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pixxel.records import EXPRESSION_TYPES, MODES, VISUALIZATION_TYPES
from ...providers.work import Work
from ..parameters.plain import advanced, choice, given, number, string
from ..tables import declare_table, write_table
from . import listers
from .assets import ASSETS, assets_parameter
from .common import AOI, PixxelAlgorithm, aoi_parameter, picked
from .waiting import declare_waiting, waits

INDEX, VISUALIZATION, MODE, DATES, TYPE, SORT, USER = (
    "INDEX", "VISUALIZATION", "MODE", "DATES", "EXPRESSION_TYPE", "TYPE", "USER"
)
COLUMNS = [
    ("id", "text"), ("index_id", "text"), ("status", "text"), ("progress", "real"), ("user_id", "text"),
    ("created_at", "text"), ("updated_at", "text"),
]
_DAY = re.compile(r"\d{4}_\d{2}_\d{2}")


def visualization_parameter() -> Any:
    """The choice of a visualization of the area."""
    words = tr("Id of the visualization. The button lists those of the area.")
    return picked(
        VISUALIZATION, tr("Visualization"), listers.visualizations, words, "visualization", depends=(AOI,)
    )


def mode_parameter() -> Any:
    """From the data, or as the index is usually read."""
    words = tr("From the data (dynamic), or as the index is usually read (theoretical; presets only).")
    return choice(MODE, tr("Legend"), words, MODES, MODES[0])


def dates_parameter(several: bool = True) -> Any:
    """Days as legends are keyed."""
    words = tr("Days as in 2024_01_17, separated by commas. Empty: all.")
    if not several:
        words = tr("The day as in 2024_01_17. Empty: the newest.")
    return string(DATES, tr("Days") if several else tr("Day"), words)


class Visual(PixxelAlgorithm):
    """What all share."""

    kind = "results"

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with area, visualization and days."""
        yield from self.required(parameters, context, AOI, VISUALIZATION)
        if self.parameterDefinition(MODE) is not None:
            yield from self.unknown(parameters, MODE)
        for one in self.ids(parameters, DATES, context):
            if not _DAY.fullmatch(one):
                yield tr("“{text}” is no day. Give it as in 2024_01_17.").format(text=one)

    def days(
        self, parameters: dict[str, Any], context: QgsProcessingContext, work: Work, aoi_id: str, identity: str
    ) -> list[str]:
        """The chosen days, else all of the visualization. Raises :class:`Problem` where there is none."""
        from ...providers.pixxel.flows import areas

        found = self.ids(parameters, DATES, context) or areas.dates_of(self.platform.api, aoi_id, identity, work)
        if not found:
            raise Problem(tr("The visualization has no day yet. Wait until it is rendered, or give the days."))
        return found


class CreateVisualization(Visual):
    """An index over an area."""

    called = "createvisualization"
    journaled = True
    goes_on = True
    answers = {"create": Answer("VISUALIZATION_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create visualization")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Has an index rendered over an area of interest, and waits for it. The rasters are assets of the area"
            " afterwards, which “Download assets” fetches; “Download style” gives the colours for QGIS."
        )

    def words(self) -> str:
        return tr("ndvi,render,index,map")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        words = tr("Id of the index. The button lists those of the area's satellite.")
        self.addParameter(picked(INDEX, tr("Index"), listers.indices, words, "index", depends=(AOI,)))
        self.addParameter(advanced(assets_parameter(tr("Ids of scenes of the area. Empty: all."))))
        words = tr("Metres. Empty: that of the satellite.")
        self.addParameter(advanced(number("RESOLUTION", tr("Resolution"), words, 0.01, 1e5)))
        declare_waiting(self, tr("Until it is rendered. Not ticked: it goes on on the platform by itself."))
        self.addOutput(QgsProcessingOutputString("VISUALIZATION_ID", tr("Visualization id")))
        self.addOutput(QgsProcessingOutputString("STATUS", tr("State")))
        self.addOutput(QgsProcessingOutputString("ASSET_IDS", tr("Ids of the rasters")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, AOI, INDEX)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import areas

        api, aoi_id = self.platform.api, self.text(parameters, AOI, context)
        details: Any = {
            "index_id": self.text(parameters, INDEX, context), "src_asset_ids": self.ids(parameters, ASSETS, context),
            "resolution": self.real(parameters, "RESOLUTION", context),
        }
        identity = areas.create_visualization(api, aoi_id, details, work)
        minutes, status, assets = waits(self, parameters, context), "creating", []
        if minutes:
            status = str(areas.follow_visualization(api, aoi_id, identity, work, minutes).get("status") or "")
            assets = [
                one["id"] for one in areas.assets_of(api, aoi_id, work) if one.get("visualization_id") == identity
            ]
        return {"VISUALIZATION_ID": identity, "STATUS": status, "ASSET_IDS": ",".join(assets)}


class ListVisualizations(Visual):
    """Visualizations of an area."""

    called = "listvisualizations"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List visualizations")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the visualizations of an area of interest with their state.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        words = tr("Only those of this index. Empty: all.")
        self.addParameter(picked(INDEX, tr("Index"), listers.indices, words, optional=True, depends=(AOI,)))
        self.addParameter(choice(TYPE, tr("Type"), tr("Only those of indices of this type."), EXPRESSION_TYPES))
        words = tr("Only visualizations of this type. The platform names a single one so far.")
        self.addParameter(advanced(choice(SORT, tr("Type of the visualization"), words, VISUALIZATION_TYPES)))
        words = tr("Only this one, by its id.")
        self.addParameter(advanced(string(VISUALIZATION, tr("Visualization"), words)))
        self.addParameter(advanced(string(USER, tr("User"), tr("Id of who made it. Empty: all."))))
        declare_table(self, "VISUALIZATION_IDS", tr("Visualization ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, AOI)
        yield from self.unknown(parameters, TYPE, SORT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        members = {"index_id": INDEX, "visualization_id": VISUALIZATION, "user_id": USER}
        filters: Any = {member: self.text(parameters, name, context) for member, name in members.items()}
        for member, name in (("expression_type", TYPE), ("type", SORT)):
            if given(parameters, name):
                filters[member] = self.parameterAsEnumString(parameters, name, context)
        aoi_id = self.text(parameters, AOI, context)
        listed = entries(self.platform.api.during(work).visualizations.list(aoi_id, filters))
        return write_table(self, parameters, context, work, listed, COLUMNS, "VISUALIZATION_IDS")

"""Visualizations: an index rendered over an area, with legends that can be changed and computed again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterMatrix,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pixxel.records import BINS, EXPRESSION_TYPES, MODES
from ...providers.work import Work
from ..parameters.plain import advanced, choice, given, helped, integer, number, string
from ..tables import declare_table, write_table
from . import listers
from .assets import ASSETS, assets_parameter
from .common import AOI, PixxelAlgorithm, aoi_parameter, picked
from .waiting import declare_waiting, waits

INDEX, VISUALIZATION, MODE, DATES, LEGEND, TYPE, USER = (
    "INDEX", "VISUALIZATION", "MODE", "DATES", "LEGEND", "EXPRESSION_TYPE", "USER"
)
COLUMNS = [
    ("id", "text"), ("index_id", "text"), ("status", "text"), ("progress", "real"), ("user_id", "text"),
    ("created_at", "text"), ("updated_at", "text"),
]
_COLOR = re.compile("#[0-9A-Fa-f]{6}")
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

    def visual_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
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
    answers = {"create": "VISUALIZATION_ID"}

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
        words = tr("Only this one, by its id.")
        self.addParameter(advanced(string(VISUALIZATION, tr("Visualization"), words)))
        self.addParameter(advanced(string(USER, tr("User"), tr("Id of who made it. Empty: all."))))
        declare_table(self, "VISUALIZATION_IDS", tr("Visualization ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, AOI)
        yield from self.unknown(parameters, TYPE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        members = {"index_id": INDEX, "visualization_id": VISUALIZATION, "user_id": USER}
        filters: Any = {member: self.text(parameters, name, context) for member, name in members.items()}
        if given(parameters, TYPE):
            filters["expression_type"] = self.parameterAsEnumString(parameters, TYPE, context)
        aoi_id = self.text(parameters, AOI, context)
        listed = entries(self.platform.api.during(work).visualizations.list(aoi_id, filters))
        return write_table(self, parameters, context, work, listed, COLUMNS, "VISUALIZATION_IDS")


class EditLegend(Visual):
    """Another legend."""

    called = "editlegend"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit legend")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Replaces one of the legends of a visualization by classes with label, colour and bounds. “Reset legend”"
            " computes it from the data again."
        )

    def words(self) -> str:
        return tr("classes,colours,style")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        self.addParameter(visualization_parameter())
        self.addParameter(mode_parameter())
        self.addParameter(dates_parameter())
        titles = [tr("Label"), tr("Colour"), tr("From"), tr("To")]
        table = QgsProcessingParameterMatrix(LEGEND, tr("Classes"), 3, False, titles, [])
        words = tr("Label, colour as #rrggbb, and bounds; in the dynamic legend they may be empty.")
        self.addParameter(helped(table, words))
        words = tr("For the dynamic legend. Empty: as many as there are rows.")
        self.addParameter(advanced(integer("BINS", tr("Number of classes"), words, 1, BINS)))
        self.addOutput(QgsProcessingOutputString("VISUALIZATION_ID", tr("Visualization id")))
        self.addOutput(QgsProcessingOutputString("DAYS", tr("Days of the legend")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.visual_problems(parameters, context)
        cells = self.cells(parameters, LEGEND, context)
        if not cells or len(cells) % 4:
            yield tr("The legend has no class, or one that is not complete. Each has label, colour, from and to.")
            return
        dynamic = self.parameterAsEnumString(parameters, MODE, context) == MODES[0]
        if dynamic and len(cells) // 4 > BINS:
            yield tr("A dynamic legend has {count} classes at most.").format(count=BINS)
        for label, color, low, high in zip(*(iter(cells),) * 4):
            if not _COLOR.fullmatch(color):
                yield tr("“{text}” is no colour. Give it as in #1a9850.").format(text=color)
            start, end = _bound(low), _bound(high)
            if (start is None and low) or (end is None and high):
                yield tr("The bounds of “{label}” are no numbers.").format(label=label)
            elif start is None or end is None:
                if not dynamic:
                    yield tr("The class “{label}” has no bounds, which a theoretical legend needs.").format(label=label)
            elif start > end:
                yield tr("The class “{label}” ends before it begins.").format(label=label)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        aoi_id, identity = (self.text(parameters, name, context) for name in (AOI, VISUALIZATION))
        days = self.days(parameters, context, work, aoi_id, identity)
        cells = self.cells(parameters, LEGEND, context)
        classes: Any = [
            {"label": label, "color": color, "min": _bound(low), "max": _bound(high)}
            for label, color, low, high in zip(*(iter(cells),) * 4)
        ]
        mode = self.parameterAsEnumString(parameters, MODE, context)
        change: Any = {"visualization_mode": mode, "legend": dict.fromkeys(days, classes)}
        if mode == MODES[0]:
            change["dynamic_bins"] = self.whole(parameters, "BINS", context) or len(classes)
        legend = self.platform.api.during(work).visualizations.update_legend(aoi_id, identity, change)
        return {"VISUALIZATION_ID": identity, "DAYS": ",".join(legend or days)}


def _bound(text: str) -> float | None:
    """A bound as a number; None where there is none, or what is none."""
    try:
        return float(text)
    except ValueError:
        return None


class ResetLegend(Visual):
    """The legend of the data."""

    called = "resetlegend"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Reset legend")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Has one of the legends of a visualization computed from the data again.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        self.addParameter(visualization_parameter())
        self.addParameter(mode_parameter())
        self.addParameter(dates_parameter())
        self.addOutput(QgsProcessingOutputString("VISUALIZATION_ID", tr("Visualization id")))
        self.addOutput(QgsProcessingOutputString("DAYS", tr("Days of the legend")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.visual_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import areas

        aoi_id, identity = (self.text(parameters, name, context) for name in (AOI, VISUALIZATION))
        days = self.days(parameters, context, work, aoi_id, identity)
        index = str(areas.visualization(self.platform.api, aoi_id, identity, work).get("index_id") or "")
        mode = self.parameterAsEnumString(parameters, MODE, context)
        self.platform.api.during(work).visualizations.rollback_legend(aoi_id, identity, index, days, mode)
        return {"VISUALIZATION_ID": identity, "DAYS": ",".join(days)}

"""Insights: a block works on the assets of an area of interest. Priced first; it costs tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterMatrix,
)

from ...core.jobs.answer import Answer
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pixxel.results import described, numbers_of, values_of
from ...providers.work import Work
from ..parameters.plain import CONFIRM, advanced, confirm, given, helped, number, string, typed_name
from ..tables import declare_table, write_table
from . import listers
from .blocks import BLOCK, block_parameter
from .common import AOI, PROJECT, PixxelAlgorithm, aoi_parameter, picked, project_parameter
from .waiting import declare_bundle, declare_waiting, take_bundle, waits

INSIGHT, NAME, INPUTS, METADATA, MOST = "INSIGHT", "NAME", "INPUT_VALUES", "METADATA", "GREATEST_PRICE"
#: Named, not imported: without a window nothing of it is loaded.
INPUTS_WIDGET = f"{__name__.split('.algorithms.')[0]}.ui.pixxel.block_inputs.BlockInputsWidget"
COLUMNS = [
    ("id", "text"), ("name", "text"), ("status", "text"), ("progress", "real"), ("cost", "real"),
    ("results", "text"), ("rasters", "text"), ("metadata", "text"), ("estimated_time_in_min", "real"),
    ("err_msg", "text"), ("created_by", "text"), ("created_at", "text"),
]


def insight_parameter() -> Any:
    """The choice of an insight of the area."""
    words = tr("Id of the insight. The button lists those of the area.")
    return picked(INSIGHT, tr("Insight"), listers.insights, words, "insight", depends=(AOI,))


class CreateInsight(PixxelAlgorithm):
    """A block on an area, priced first."""

    called = "createinsight"
    kind = "analysis"
    journaled = True
    goes_on = True
    answers = {"insight": Answer("INSIGHT_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create insight")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Has a block work on assets of an area of interest. The platform tells the price in tokens first; nothing"
            " is started until that is ticked. The dialog has a field for each input of the block; elsewhere “List"
            " inputs and outputs of a block” tells what it takes: rasters are given as ids of assets of the area or of"
            " rasters that insights made there, all else as text. What comes of it beside rasters, such as an area, is"
            " told in the log and as an output."
        )

    def words(self) -> str:
        return tr("run,analyse,kmeans,cluster,price")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(aoi_parameter())
        self.addParameter(block_parameter(listers.insight_blocks))
        self.addParameter(string(NAME, tr("Name"), tr("What the insight is called.")))
        table = QgsProcessingParameterMatrix(INPUTS, tr("Inputs"), 3, False, [tr("Name"), tr("Value")], [])
        words = tr(
            "Name and value of each input. A raster is the id of an asset, or that of a raster of another insight,"
            " which “Create insight” and “List insights” tell."
        )
        lists = {"inputs": f"{listers.__name__}:block_inputs", "rasters": f"{listers.__name__}:block_rasters"}
        table.setMetadata({"widget_wrapper": {"class": INPUTS_WIDGET, **lists}})
        self.addParameter(helped(table, words))
        titles = [tr("Name"), tr("Value")]
        notes = QgsProcessingParameterMatrix(METADATA, tr("Notes of your own"), 0, False, titles, [], True)
        words = tr("Names and values that are kept with the insight, such as a field and its season.")
        self.addParameter(advanced(helped(notes, words)))
        words = tr("Nothing is started where the price is higher. Empty: any price.")
        self.addParameter(number(MOST, tr("Greatest price (tokens)"), words, 0, 1e12))
        words = tr("Spends tokens. Not ticked: the platform only tells the price, and nothing is started.")
        self.addParameter(confirm(tr("Start it for the price that the platform tells"), words))
        declare_waiting(self)
        self.addOutput(QgsProcessingOutputString("INSIGHT_ID", tr("Insight id")))
        self.addOutput(QgsProcessingOutputString("STATUS", tr("State")))
        self.addOutput(QgsProcessingOutputNumber("TOKENS", tr("Price (tokens)")))
        self.addOutput(QgsProcessingOutputString("RESULTS", tr("Results that are no raster, as JSON")))
        self.addOutput(QgsProcessingOutputString("RASTERS", tr("Rasters, as inputs of other insights take them")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, AOI, BLOCK)
        if given(parameters, BLOCK):
            from ...providers.pixxel.flows.blocks import block_of

            block_of(self.text(parameters, BLOCK, context))
        cells = self.cells(parameters, INPUTS, context)
        if len(cells) % 2 or not all(cells[::2]):
            yield tr("Each input needs its name and its value.")
        if not all(name for name, _ in self.notes(parameters, context)):
            yield tr("Each note needs a name.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import areas
        from ...providers.pixxel.flows.insight_inputs import raster_ids

        api, aoi_id = self.platform.api, self.text(parameters, AOI, context)
        told: dict[str, Any] = {"INSIGHT_ID": "", "STATUS": "", "TOKENS": 0, "RESULTS": "{}", "RASTERS": ""}
        details: Any = {}
        if work.noted("insight") is None:  # else it was begun with what there was then, and is followed
            details = self.details(parameters, context, work, aoi_id)
            price = api.during(work).insights.price(aoi_id, details)
            told["TOKENS"] = price
            if not agreed(self, parameters, context, feedback, price):
                return told
        identity = areas.start_insight(api, aoi_id, details, work)
        minutes = waits(self, parameters, context)
        if not minutes:
            return {**told, "INSIGHT_ID": identity, "STATUS": "created"}
        found = areas.follow_insight(api, aoi_id, identity, work, minutes)
        for line in described(found.get("output")):
            feedback.pushInfo(line)
        results = json.dumps(numbers_of(values_of(found.get("output"))), ensure_ascii=False)
        return {
            **told, "INSIGHT_ID": identity, "STATUS": str(found.get("status") or ""), "RESULTS": results,
            "RASTERS": ",".join(raster_ids(found)),
        }

    def notes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[tuple[str, str]]:
        """Names and values of the notes; rows of the table that are empty are none."""
        cells = self.cells(parameters, METADATA, context)
        return [pair for pair in zip(cells[::2], cells[1::2]) if any(pair)]

    def details(
        self, parameters: dict[str, Any], context: QgsProcessingContext, work: Work, aoi_id: str
    ) -> Any:
        """The request: the block's own descriptions of its inputs, with the values."""
        from ...providers.pixxel.flows.blocks import block_of, inputs_of
        from ...providers.pixxel.flows.insight_inputs import filled

        block = self.text(parameters, BLOCK, context)
        known = inputs_of(self.platform.api.during(work), block)
        name, version = block_of(block)
        cells = self.cells(parameters, INPUTS, context)
        values = dict(zip(cells[::2], cells[1::2]))
        unknown, missing = sorted(set(values) - set(known)), sorted(set(known) - set(values))
        if unknown or missing:
            words = tr("The block takes {known}. Not known: {unknown}. Missing: {missing}.")
            raise Problem(words.format(known=", ".join(known) or "-", unknown=", ".join(unknown) or "-",
                                       missing=", ".join(missing) or "-"))
        inputs = filled(self.platform.api, aoi_id, known, values, work)
        notes = self.notes(parameters, context)
        more = {"metadata": dict(notes)} if notes else {}
        return {
            "name": self.text(parameters, NAME, context), "project_id": self.text(parameters, PROJECT, context),
            "block": {"name": name, "version": version}, "input": inputs, **more,
        }


def agreed(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext,
    feedback: QgsProcessingFeedback, price: float,
) -> bool:
    """Tell the price, and whether to go on for it. Raises :class:`Problem` where it is above the greatest one."""
    feedback.pushInfo(tr("The price is {tokens} tokens.").format(tokens=f"{price:g}"))
    if not algorithm.parameterAsBoolean(parameters, CONFIRM, context):
        words = tr("Nothing was started. Tick “{title}” to start it.")
        feedback.pushInfo(words.format(title=algorithm.parameterDefinition(CONFIRM).description()))
        return False
    most = algorithm.real(parameters, MOST, context)
    if most is not None and price > most:
        words = tr("The price is {tokens} tokens, more than the {most} that you gave. Nothing was started.")
        raise Problem(words.format(tokens=f"{price:g}", most=f"{most:g}"))
    return True


class ListInsights(PixxelAlgorithm):
    """Insights of an area."""

    called = "listinsights"
    kind = "analysis"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List insights")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the insights of an area of interest with their state, their cost in tokens, what they found beside"
            " rasters, and the ids of their rasters, which inputs of other insights take."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        for name, title, words in (
            ("STATUS", tr("State"), tr("Only insights in this state, such as completed.")),
            (INSIGHT, tr("Insight"), tr("Only this one, by its id.")),
            ("CREATED_BY", tr("Created by"), tr("Id of who made it. Empty: all.")),
            ("CREATED", tr("Created"), tr("The moment as the platform writes it, as in 2025-02-11T08:14:09Z.")),
        ):
            self.addParameter(advanced(string(name, title, words)))
        declare_table(self, "INSIGHT_IDS", tr("Insight ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, AOI)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows.insight_inputs import raster_ids

        members = {"status": "STATUS", "id": INSIGHT, "created_by": "CREATED_BY", "created_on": "CREATED"}
        filters: Any = {member: self.text(parameters, name, context) for member, name in members.items()}
        found = self.platform.api.during(work).insights.list(self.text(parameters, AOI, context), filters)
        rows = (
            {
                **one, "results": "\n".join(described(one.get("output"))), "rasters": ",".join(raster_ids(one)),
                "metadata": _written(one.get("metadata")),
            }
            for one in found
        )
        return write_table(self, parameters, context, work, rows, COLUMNS, "INSIGHT_IDS")


def _written(metadata: Any) -> str:
    """Notes, one to a line."""
    return "\n".join(f"{name}: {value}" for name, value in metadata.items()) if isinstance(metadata, dict) else ""


class DownloadInsight(PixxelAlgorithm):
    """An insight's bundle."""

    called = "downloadinsight"
    kind = "analysis"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download insight")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Has the platform pack inputs and outputs of an insight, waits for the bundle and downloads it. Its images"
            " come onto the map."
        )

    def words(self) -> str:
        return tr("pull,fetch,zip,result")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        self.addParameter(insight_parameter())
        words = tr("Names, separated by commas. Both empty: all.")
        self.addParameter(advanced(string("INPUTS", tr("Only these inputs"), words)))
        self.addParameter(advanced(string("OUTPUTS", tr("Only these outputs"), words)))
        declare_bundle(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, AOI, INSIGHT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import bundles, captures

        aoi_id, identity = (self.text(parameters, name, context) for name in (AOI, INSIGHT))
        inputs, outputs = (self.ids(parameters, name, context) for name in ("INPUTS", "OUTPUTS"))
        resource = bundles.of_insight(self.platform.api, aoi_id, identity, inputs, outputs, work)
        ids = {"aoi": aoi_id, "insight": identity}
        return take_bundle(self, parameters, context, feedback, work, resource, "insight", ids,
                           lambda: captures.of_insight(self.platform.api, aoi_id, identity, work))


class DeleteInsight(PixxelAlgorithm):
    """An insight goes for good."""

    called = "deleteinsight"
    kind = "analysis"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete insight")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Deletes an insight and its results for good. The tokens that it cost do not come back.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(aoi_parameter())
        self.addParameter(insight_parameter())
        self.addParameter(typed_name(tr("The name of the insight, or its id where it has none. Its results go too.")))
        self.addOutput(QgsProcessingOutputString("INSIGHT_ID", tr("Insight id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, AOI, INSIGHT, CONFIRM)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.errors import Kind, PlatformError
        from ...providers.pixxel.flows import areas
        from ...providers.steps import delete_once, require_name

        project, aoi_id, identity = (self.text(parameters, name, context) for name in (PROJECT, AOI, INSIGHT))
        api = self.platform.api.during(work)

        def name() -> str:
            found = areas.insight(self.platform.api, aoi_id, identity, work)
            return str(found.get("name") or "").strip() or identity

        def read() -> None:
            if all(one["id"] != identity or one.get("deleted_at") for one in api.insights.list(aoi_id)):
                raise PlatformError(Kind.NOT_FOUND)

        require_name(work, name, self.text(parameters, CONFIRM, context))
        delete_once(work, lambda: api.insights.delete(aoi_id, identity, project), read)
        return {"INSIGHT_ID": identity}

"""Operations, the platform's long jobs, and the withdrawn advanced tools."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMatrix,
)

from ...core import log
from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import advanced, confirm, given, helped, string
from .common import PicterraAlgorithm
from .training import statistics_of, statistics_titles

if TYPE_CHECKING:  # QGIS starts without requests, which comes with the flows
    from ...providers.picterra.records import OperationState

FILE, RESULTS = "FILE", "RESULTS"


class GetOperation(PicterraAlgorithm):
    """State and outcome of a job, for models."""

    called = "getoperation"
    kind = "results"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get operation")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Gives state and outcome of one of the platform's long jobs. Addresses of results are secrets with a short"
            " life and are given in the file only, if you ask for it; “Download detection result” fetches what is"
            " behind them."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(operation_parameter())
        self.addOutput(QgsProcessingOutputString("OPERATION_ID", tr("Operation id")))
        self.addOutput(QgsProcessingOutputString("TYPE", tr("Kind of job")))
        self.addOutput(QgsProcessingOutputString("STATUS", tr("State")))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))
        self.addOutput(QgsProcessingOutputString("FOLDER_ID", tr("Folder id")))
        self.addOutput(QgsProcessingOutputNumber("SCORE", tr("Score of a training (percent)")))
        for name, title in statistics_titles().items():
            self.addOutput(QgsProcessingOutputNumber(name.upper(), title))
        self.addOutput(QgsProcessingOutputString("CLASS_NAMES", tr("Classes of a detection, one to a line")))
        self.addOutput(QgsProcessingOutputString("VECTOR_LAYER_IDS", tr("Vector layer ids")))
        self.addOutput(QgsProcessingOutputString("ERROR", tr("What the platform says of a failure")))
        declare_outcome(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "OPERATION")
        yield from file_problems(self, parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import operations, results

        operation_id = self.text(parameters, "OPERATION", context)
        state = self.platform.api.during(work).operations.get(operation_id)
        metadata, outcome = state.get("metadata") or {}, results.results_of(state)
        classes = outcome.get("by_class") or []
        layers = [(one.get("result") or {}).get("vector_layer_id") or "" for one in classes]
        layers.append(outcome.get("vector_layer_id") or "")
        return {
            "OPERATION_ID": operation_id,
            "TYPE": state.get("type") or "",
            "STATUS": state.get("status") or "",
            "RASTER_ID": metadata.get("raster_id") or "",
            "DETECTOR_ID": metadata.get("detector_id") or "",
            "FOLDER_ID": metadata.get("folder_id") or "",
            "SCORE": outcome.get("score"),
            **statistics_of(outcome),
            "CLASS_NAMES": "\n".join((one.get("class") or {}).get("name") or "" for one in classes),
            "VECTOR_LAYER_IDS": ",".join(filter(None, layers)),
            "ERROR": operations.words_of_failure(state),
            **outcome_of(self, parameters, context, state),
        }


class RunAdvancedTool(PicterraAlgorithm):
    """A withdrawn experiment."""

    called = "runadvancedtool"
    kind = "results"
    journaled = True
    goes_on = True
    answers = {"start": Answer("OPERATION_ID", member="operation_id")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Run advanced tool (withdrawn)")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Runs one of the experimental tools that the platform has withdrawn since; most accounts will be told that"
            " it does not exist. Inputs and outputs are names with values, as the platform's support gives them. Gives"
            " what the tool gave, without addresses, which are in the file only, if you ask for it."
        )

    def words(self) -> str:
        return tr("experimental")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("TOOL", tr("Tool"), tr("Id of the tool."), optional=False))
        words = tr(
            "One row for each value. A value that is JSON is sent as such: 12, true, null, [1, 2], {\"a\": 1}, or a"
            " text in quotes. Anything else is a text."
        )
        for name, title in (("INPUTS", tr("Inputs")), ("OUTPUTS", tr("Outputs"))):
            table = QgsProcessingParameterMatrix(name, title, headers=[tr("Name"), tr("Value")], optional=True)
            self.addParameter(helped(table, words))
        words = tr("The tool is run on the platform, which may cost credit.")
        self.addParameter(confirm(tr("Confirm: the tool may cost credit"), words))
        self.addOutput(QgsProcessingOutputString("OPERATION_ID", tr("Operation id")))
        self.addOutput(QgsProcessingOutputString("STATUS", tr("State")))
        declare_outcome(self)

    def values(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> dict[str, Any]:
        """The rows of a table as names with values."""
        return {name: json_or_text(value) for name, value in self._rows(parameters, name, context) if name}

    def _rows(
        self, parameters: dict[str, Any], name: str, context: QgsProcessingContext
    ) -> list[tuple[str, str]]:
        cells = self.cells(parameters, name, context)
        return list(zip_longest(cells[::2], cells[1::2], fillvalue=""))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "TOOL")
        yield from file_problems(self, parameters, context)
        for table in ("INPUTS", "OUTPUTS"):
            names = [name for name, value in self._rows(parameters, table, context) if name or value]
            title = self.parameterDefinition(table).description()
            if "" in names:
                yield tr("In “{table}” a value has no name. Name it or remove it.").format(table=title)
            for twice in sorted({name for name in names if name and names.count(name) > 1}):
                yield tr("In “{table}” the name “{name}” stands twice.").format(table=title, name=twice)
        what = tr("The tool would be run on the platform, which may cost credit.")
        yield from self.unconfirmed(parameters, context, what)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import detectors

        inputs, outputs = (self.values(parameters, name, context) for name in ("INPUTS", "OUTPUTS"))
        tool = self.text(parameters, "TOOL", context)
        operation_id, state = detectors.run_advanced_tool(self.platform.api, tool, inputs, outputs, work)
        outcome = outcome_of(self, parameters, context, state)
        return {"OPERATION_ID": operation_id, "STATUS": state.get("status") or "", **outcome}


def declare_outcome(algorithm: PicterraAlgorithm) -> None:
    """Declare the file for the whole operation, and what it gave."""
    file = QgsProcessingParameterFileDestination(
        FILE, tr("File for the whole operation"), tr("JSON files (*.json)"), None, True, False
    )
    words = tr(
        "All that the platform says of the operation, with the addresses of its results. Whoever has such an address"
        " can read the result while it is valid: only you may read the file. Keep it to yourself and delete it"
        " afterwards."
    )
    algorithm.addParameter(advanced(helped(file, words)))
    algorithm.addOutput(QgsProcessingOutputString(RESULTS, tr("Results as JSON, without addresses")))


def file_problems(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """What would keep the file from being written when all else is done and paid for."""
    if given(parameters, FILE) and not Path(algorithm.parameterAsFileOutput(parameters, FILE, context)).parent.is_dir():
        yield tr("The folder of the file for the whole operation is not there. Choose another one.")


def outcome_of(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, state: OperationState
) -> dict[str, Any]:
    """The results of an operation, and the file of the whole where one is wanted."""
    from ...core.private_files import private_file
    from ...providers.picterra.flows import results

    told = json.dumps(without_secrets(results.results_of(state)), ensure_ascii=False)
    if not given(parameters, FILE):
        return {RESULTS: told}
    target = Path(algorithm.parameterAsFileOutput(parameters, FILE, context))
    with private_file(target) as sink:
        json.dump(state, sink, indent=2, ensure_ascii=False)
    return {RESULTS: told, FILE: str(target)}


def without_secrets(value: Any, name: str = "") -> Any:
    """What an operation gave, with nothing in the place of addresses, since whoever has one can read what is behind it
    (section 7), and of what looks like a key."""
    if isinstance(value, dict):
        return {log.scrub(each): without_secrets(one, each) for each, one in value.items()}
    if isinstance(value, list):
        return [without_secrets(one, name) for one in value]
    if not isinstance(value, str):
        return value
    told = f'"{name}": "{value}"'
    return "" if "://" in value or log.scrub(told) != told else value


def json_or_text(value: str) -> Any:
    """A cell as the JSON value that it is, else as a text."""
    try:
        return json.loads(value, parse_constant=_refuse)
    except ValueError:
        return value


def _refuse(constant: str) -> Any:
    raise ValueError(constant)  # NaN and Infinity, which JSON does not have


def operation_parameter() -> Any:
    """The id of an operation; the platform cannot list them."""
    return string(
        "OPERATION", tr("Operation"),
        tr("Id of the operation, as “Run detector” or “Train detector” gives it."), optional=False,
    )

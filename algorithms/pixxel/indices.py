"""Indices: band arithmetic over the bands of a satellite, with a colour map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputString

from ...core.jobs.answer import Answer
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pixxel.expressions import PARTS, brackets_match, is_arithmetic, parts_of
from ...providers.pixxel.records import EXPRESSION_TYPES, INDEX_TYPES
from ...providers.work import Work
from ..parameters.plain import choice, given, integer, string
from ..tables import declare_table, write_table
from .common import PixxelAlgorithm, satellite_parameter

NAME, DESCRIPTION, EXPRESSION, TYPE, COLORS, LOW, HIGH, SATELLITE, ORIGIN = (
    "NAME", "DESCRIPTION", "EXPRESSION", "EXPRESSION_TYPE", "COLORMAP", "MINIMUM", "MAXIMUM_VALUE", "SATELLITE", "TYPE"
)
COLUMNS = [
    ("id", "text"), ("name", "text"), ("description", "text"), ("type", "text"), ("expression", "text"),
    ("expression_type", "text"), ("bands", "text"), ("colormap", "text"), ("low", "real"), ("high", "real"),
    ("satellite_id", "text"), ("created_at", "text"),
]
_BAND = re.compile(r"\b[A-Za-z]+\d+[A-Za-z]?\b")


class ListIndices(PixxelAlgorithm):
    """Presets and own ones."""

    called = "listindices"
    kind = "results"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List indices")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists indices, those of the platform and your own, with their band arithmetic and colour map.")

    def words(self) -> str:
        return tr("ndvi,band math,presets")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(satellite_parameter(optional=True, words=tr("Only indices over its bands. Empty: all.")))
        words = tr("Only those of the platform (preset), or your own (custom).")
        self.addParameter(choice(ORIGIN, tr("Origin"), words, INDEX_TYPES))
        self.addParameter(choice(TYPE, tr("Type"), tr("Only indices of this type."), EXPRESSION_TYPES))
        self.addParameter(string("INDEX", tr("Index"), tr("Only this one, by its id.")))
        declare_table(self, "INDEX_IDS", tr("Index ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, ORIGIN, TYPE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        filters: dict[str, Any] = {
            "satellite_id": self.text(parameters, SATELLITE, context),
            "index_id": self.text(parameters, "INDEX", context),
        }
        for member, name in (("type", ORIGIN), ("expression_type", TYPE)):
            if given(parameters, name):
                filters[member] = self.parameterAsEnumString(parameters, name, context)
        rows = (
            {**one, "bands": ",".join(map(str, one.get("bands") or ())),
             **dict(zip(("low", "high"), one.get("rescale") or ()))}
            for one in entries(self.platform.api.during(work).indices.list(filters))
        )
        return write_table(self, parameters, context, work, rows, COLUMNS, "INDEX_IDS")


def _faults(text: str, kind: str) -> Iterator[str]:
    """What is wrong with an expression of a type."""
    if not brackets_match(text):
        yield tr("The brackets of the expression do not match.")
        return
    if not _BAND.search(text):
        yield tr("The expression names no band. Give it as in (B031-B017)/(B031+B017).")
    parts = parts_of(text)
    if kind == "composite" and len(parts) != PARTS[kind]:
        yield tr("A composite has three parts with commas between: red, green and blue. Give it as in B015,B008,B003.")
    elif len(parts) != PARTS.get(kind, len(parts)):
        yield tr("The expression has {count} parts. Only a composite has several.").format(count=len(parts))
    for part in parts:
        if not is_arithmetic(part):
            yield tr("“{part}” is no formula. Give it as in (B031-B017)/(B031+B017).").format(part=part)


class CreateIndex(PixxelAlgorithm):
    """An index of one's own."""

    called = "createindex"
    kind = "results"
    journaled = True
    answers = {"create": Answer("INDEX_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create index")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes an index of your own: band arithmetic over the bands of a satellite, with the range of values and"
            " the colour map that it is shown by. An index cannot be changed or deleted afterwards, and its name is"
            " used once only."
        )

    def words(self) -> str:
        return tr("ndvi,band math,custom")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string(NAME, tr("Name"), tr("No other index has it."), optional=False))
        self.addParameter(string(DESCRIPTION, tr("Description"), tr("What it shows."), optional=False))
        self.addParameter(satellite_parameter())
        words = tr("Band arithmetic over names of bands, such as (B031-B017)/(B031+B017). A composite has three parts"
                   " with commas between, such as B015,B008,B003.")
        self.addParameter(string(EXPRESSION, tr("Expression"), words, optional=False))
        words = tr("An index of one value, a composite of three, or grayscale.")
        self.addParameter(choice(TYPE, tr("Type"), words, EXPRESSION_TYPES, EXPRESSION_TYPES[0]))
        words = tr("The platform's name of a colour map, such as rplumbho.")
        self.addParameter(string(COLORS, tr("Colour map"), words, "rplumbho", optional=False))
        words = tr("The value that the colours begin at, a whole number.")
        self.addParameter(integer(LOW, tr("Lowest value"), words, -(2**31), 2**31 - 1, -1))
        words = tr("The value that the colours end at, a whole number.")
        self.addParameter(integer(HIGH, tr("Highest value"), words, -(2**31), 2**31 - 1, 1))
        self.addOutput(QgsProcessingOutputString("INDEX_ID", tr("Index id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, NAME, DESCRIPTION, SATELLITE, EXPRESSION, COLORS)
        yield from self.unknown(parameters, TYPE)
        if self.parameterAsInt(parameters, LOW, context) >= self.parameterAsInt(parameters, HIGH, context):
            yield tr("The lowest value has to be below the highest one.")
        text = self.text(parameters, EXPRESSION, context)
        if text:
            yield from _faults(text, self.parameterAsEnumString(parameters, TYPE, context))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import areas

        api, expression = self.platform.api, self.text(parameters, EXPRESSION, context)
        satellite = areas.satellite_named(api, self.text(parameters, SATELLITE, context), work)
        known = {str(band.get("name")) for band in satellite.get("bands") or ()}
        missing = sorted(set(_BAND.findall(expression)) - known) if known else []
        if missing:
            words = tr("{satellite} has no band {bands}. “List satellites” tells its bands.")
            raise Problem(words.format(satellite=satellite.get("name") or "", bands=", ".join(missing)))
        details: Any = {
            "name": self.text(parameters, NAME, context), "description": self.text(parameters, DESCRIPTION, context),
            "expression": expression, "expression_type": self.parameterAsEnumString(parameters, TYPE, context),
            "colormap": self.text(parameters, COLORS, context), "satellite_id": satellite["id"],
            "rescale": [self.parameterAsInt(parameters, name, context) for name in (LOW, HIGH)],
        }
        return {"INDEX_ID": areas.create_index(api, details, work)}

"""Legends of visualizations: their classes listed, replaced by others, and computed again from the data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterMatrix,
)

from ...core.translation import tr
from ...providers.pixxel.records import BINS, MODES
from ...providers.work import Work
from ..parameters.plain import advanced, helped, integer
from ..tables import declare_table, write_table
from .common import AOI, aoi_parameter
from .visualizations import MODE, VISUALIZATION, Visual, dates_parameter, mode_parameter, visualization_parameter

if TYPE_CHECKING:
    from ...providers.pixxel.legend_classes import LegendClass

LEGEND = "LEGEND"
COLUMNS = [
    ("day", "text"), ("mode", "text"), ("label", "text"), ("color", "text"), ("low", "real"), ("high", "real"),
    ("area", "real"), ("percentage", "real"),
]
_COLOR = re.compile("#[0-9A-Fa-f]{6}")


class _Legend(Visual):
    """What all share: area, visualization and days come in, classes go out."""

    def declare(self, listed: bool) -> None:
        """Declare the parameters of a legend; ``listed``: all of them are told."""
        self.addParameter(aoi_parameter())
        self.addParameter(visualization_parameter())
        if not listed:
            self.addParameter(mode_parameter())
        self.addParameter(dates_parameter())

    def declare_classes(self, listed: bool = False) -> None:
        """Declare the table of classes and the outputs beside it."""
        declare_table(self, "CLASSES", tr("Labels of the classes"), listed=listed)
        self.addOutput(QgsProcessingOutputString("VISUALIZATION_ID", tr("Visualization id")))
        self.addOutput(QgsProcessingOutputString("DAYS", tr("Days of the legend")))
        self.addOutput(QgsProcessingOutputString("AREAS", tr("Areas of the classes, as the platform counts them")))
        self.addOutput(QgsProcessingOutputString("PERCENTAGES", tr("Shares of the classes (%)")))

    def told(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work,
        identity: str, days: Sequence[str], classes: Sequence[LegendClass],
    ) -> dict[str, Any]:
        """The outputs of :meth:`declare_classes`, and the classes in the log."""
        for one in classes:
            share = "-" if one.percentage is None else f"{one.percentage:g}"
            words = tr("{day}, {mode}: {label}, {color}, {share} %")
            feedback.pushInfo(words.format(day=one.day, mode=one.mode, label=one.label, color=one.color, share=share))
        made = write_table(self, parameters, context, work, [vars(one) for one in classes], COLUMNS, "CLASSES",
                           identity="label")
        return {
            **made, "VISUALIZATION_ID": identity, "DAYS": ",".join(days), "AREAS": _joined(one.area for one in classes),
            "PERCENTAGES": _joined(one.percentage for one in classes),
        }

    def after(
        self, legend: object, aoi_id: str, identity: str, days: Sequence[str], mode: str, work: Work
    ) -> list[LegendClass]:
        """The classes of what was changed, as the answer tells them with their areas; kept for who looks later. Where
        it tells none, as they are read."""
        from ...core.pixxel import legends
        from ...providers.pixxel.legend_classes import classes_of

        told = classes_of(legend)
        if told:
            legends.keep(identity, told)
        else:
            told = legends.present(self.platform.api, aoi_id, identity, days, work).classes
        return [one for one in told if one.mode == mode and one.day in days]


def _joined(numbers: Iterable[float | None]) -> str:
    """Numbers with commas between; nothing for those that are not known."""
    return ",".join("" if one is None else f"{one:.10g}" for one in numbers)


class ListLegend(_Legend):
    """The classes as they are."""

    called = "listlegend"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List classes of a legend")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the classes of the legends of a visualization with label, colour and bounds. The platform tells"
            " their areas only where a legend is changed, so that they are listed for what was changed in this session."
        )

    def words(self) -> str:
        return tr("classes,colours,style")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare(listed=True)
        self.declare_classes(listed=True)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.pixxel import legends

        aoi_id, identity = (self.text(parameters, name, context) for name in (AOI, VISUALIZATION))
        days = self.days(parameters, context, work, aoi_id, identity)
        classes = legends.present(self.platform.api, aoi_id, identity, days, work).classes
        return self.told(parameters, context, feedback, work, identity, days, classes)


class EditLegend(_Legend):
    """Another legend."""

    called = "editlegend"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit legend")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Replaces one of the legends of a visualization by classes with label, colour and bounds, and tells what"
            " area each of them has then. “Reset legend” computes it from the data again."
        )

    def words(self) -> str:
        return tr("classes,colours,style")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare(listed=False)
        titles = [tr("Label"), tr("Colour"), tr("From"), tr("To")]
        table = QgsProcessingParameterMatrix(LEGEND, tr("Classes"), 3, False, titles, [])
        words = tr("Label, colour as #rrggbb, and bounds; in the dynamic legend they may be empty.")
        self.addParameter(helped(table, words))
        words = tr("For the dynamic legend. Empty: as many as there are rows.")
        self.addParameter(advanced(integer("BINS", tr("Number of classes"), words, 1, BINS)))
        self.declare_classes()

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
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
        made = self.after(legend, aoi_id, identity, days, mode, work)
        return self.told(parameters, context, feedback, work, identity, days, made)


def _bound(text: str) -> float | None:
    """A bound as a number; None where there is none, or what is none."""
    try:
        return float(text)
    except ValueError:
        return None


class ResetLegend(_Legend):
    """The legend of the data."""

    called = "resetlegend"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Reset legend")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Has one of the legends of a visualization computed from the data again, and tells its classes with their"
            " areas."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare(listed=False)
        self.declare_classes()

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import areas

        aoi_id, identity = (self.text(parameters, name, context) for name in (AOI, VISUALIZATION))
        days = self.days(parameters, context, work, aoi_id, identity)
        index = str(areas.visualization(self.platform.api, aoi_id, identity, work).get("index_id") or "")
        mode = self.parameterAsEnumString(parameters, MODE, context)
        answer = self.platform.api.during(work).visualizations.rollback_legend(aoi_id, identity, index, days, mode)
        made = self.after((answer.get("metadata") or {}).get("legend"), aoi_id, identity, days, mode, work)
        return self.told(parameters, context, feedback, work, identity, days, made)

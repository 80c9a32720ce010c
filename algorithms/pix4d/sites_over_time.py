"""All projects of a site as layers, each shown at its time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsRasterLayer,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..layer_group import load_group
from ..parameters.connection import CONNECTION
from ..parameters.definition import DEFINITION, definition_parameter
from ..parameters.plain import helped
from .common import SITE, Pix4dAlgorithm, site_parameter
from .results_map import captured_at, streamed_layer

KINDS = ("ortho", "dsm")
HOLD = "HOLD"


class AddSite(Pix4dAlgorithm):
    """The orthomosaics or surface models of a site over time."""

    called = "addsite"
    kind = "results"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add site over time to map")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Shows the orthomosaics or surface models of all projects of a site as one layer group, the newest on top."
            " Each layer is streamed and has the time of its project: with the temporal controller (View > Panels) one"
            " goes through the site's history. A project is shown from its capture to that of the next one, or only on"
            " its own day. Projects without a cloud-optimised result or without a date of capture are named and"
            " left out."
        )

    def words(self) -> str:
        return tr("temporal,time,history,compare,change,stream,orthomosaic,dsm")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(site_parameter())
        kinds = [tr("orthomosaics"), tr("surface models (DSM)")]
        what = QgsProcessingParameterEnum("WHAT", tr("Show"), kinds, False, 0)
        self.addParameter(helped(what, tr("Which result of each project.")))
        hold = QgsProcessingParameterBoolean(HOLD, tr("Show each until the next one"), True)
        words = tr("Otherwise each is shown on the day of its capture only. The newest one always has its day.")
        self.addParameter(helped(hold, words))
        self.addParameter(definition_parameter())
        self.addOutput(QgsProcessingOutputMultipleLayers("OUTPUT", tr("Layers")))
        self.addOutput(QgsProcessingOutputString("SITE_ID", tr("Site id")))
        self.addOutput(QgsProcessingOutputString("PROJECT_IDS", tr("Project ids, oldest first")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of layers")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, SITE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        site_id = self.text(parameters, SITE, context)
        api = self.platform.api.during(work)
        site = api.groups.get(site_id)
        name = site.get("name") or site_id
        found = _dated(api, site_id, feedback)
        wanted = KINDS[self.parameterAsEnum(parameters, "WHAT", context)]
        layers = self._layers(api, found, wanted, parameters, context, feedback, work)
        if not layers:
            raise Problem(tr("No project of the site “{name}” has a result that can be streamed.").format(name=name))
        _set_times([(captured_at(project), layer) for project, layer in layers],
                   self.parameterAsBoolean(parameters, HOLD, context))
        outputs = {
            "OUTPUT": [layer.id() for _, layer in layers],
            "SITE_ID": site_id,
            "PROJECT_IDS": ",".join(str(project["id"]) for project, _ in layers),
            "COUNT": len(layers),
        }
        target = self.parameterAsFileOutput(parameters, DEFINITION, context)
        if target:
            from ...core import live_sources

            live_sources.write_group([layer for _, layer in reversed(layers)], str(name), target)
            outputs[DEFINITION] = target
        load_group([layer for _, layer in reversed(layers)], str(name), context)
        return outputs

    def _layers(
        self, api: Any, found: Sequence[Any], wanted: str, parameters: dict[str, Any], context: QgsProcessingContext,
        feedback: QgsProcessingFeedback, work: Work,
    ) -> list[tuple[Any, QgsRasterLayer]]:
        """The layers of the projects that have one."""
        from ...providers.errors import InputProblem, Kind, PlatformError
        from ...providers.pix4d.flows.outputs import results
        from ...providers.pix4d.flows.streaming import streamed

        layers = []
        connection = self.text(parameters, CONNECTION, context)
        for number, project in enumerate(found):
            work.check_cancelled()
            work.progress(number / len(found), "listing", count=str(number))
            try:
                result = streamed(results(api, str(project["id"])), wanted)
                layer = streamed_layer(api, connection, project, result, result.type.look, feedback)
            except InputProblem:
                feedback.pushInfo(tr("Left out, as there is nothing to stream: {name}").format(name=_name(project)))
                continue
            except PlatformError as error:
                if error.kind not in (Kind.FORBIDDEN, Kind.NOT_FOUND):
                    raise
                feedback.pushWarning(tr("Left out, as you have no access to it: {name}").format(name=_name(project)))
                continue
            layers.append((project, layer))
        return layers


def _dated(api: Any, site_id: str, feedback: QgsProcessingFeedback) -> list[Any]:
    """The projects of a site with a date of capture, oldest first."""
    from ...core.layers.time import moment
    from ...providers.pix4d.flows.browse import projects_of_site

    dated = []
    for page in projects_of_site(api, site_id):
        for project in page.records:
            captured = moment(captured_at(project))
            if captured is None:
                words = tr("Left out, as its date of capture is not known: {name}")
                feedback.pushInfo(words.format(name=_name(project)))
                continue
            dated.append((captured.toMSecsSinceEpoch(), project))
    return [project for _, project in sorted(dated, key=lambda one: one[0])]


def _name(project: Any) -> str:
    return str(project.get("display_name") or project.get("name") or project.get("id"))


def _set_times(layers: Sequence[tuple[str, QgsRasterLayer]], hold: bool) -> None:
    """Each from its capture to the next one's, or on its day."""
    from ...core.layers import time

    for number, (captured, layer) in enumerate(layers):
        following = layers[number + 1][0] if hold and number + 1 < len(layers) else None
        end = time.moment(following)
        start = time.moment(captured)
        lasts = end is not None and start is not None and start < end
        until = end.addMSecs(-1).toString("yyyy-MM-ddTHH:mm:ss.zzzZ") if lasts and end is not None else None
        time.set_raster_range(layer, captured, until)

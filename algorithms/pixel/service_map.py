"""A running ArcGIS service on the map, by QGIS's own providers and without a token in any source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputString,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterEnum,
)

from ...core.translation import tr
from ...providers.pixel.service_options import FUNCTIONS as NAMES
from ...providers.work import Work
from ..layer_group import load_group
from ..parameters.connection import CONNECTION
from ..parameters.definition import DEFINITION, definition_parameter
from ..parameters.plain import advanced, helped
from .common import PLATFORM
from .services import ServiceAlgorithm

LOGIN, WAY, FUNCTIONS = "LOGIN", "WAY", "FUNCTIONS"


class AddService(ServiceAlgorithm):
    """Layers of a service."""

    called = "addservice"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add service to map")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Shows a running ArcGIS service of the platform on the map: an image service as its server draws it, the"
            " terrain functions of one on heights as layers of its WMS, the layers of a feature service as points and"
            " polygons. For a service that is limited to GDO users, choose an authentication configuration of the kind"
            " “Basic” with the name and the password of one of them. A token is asked for with it and kept in QGIS's"
            " authentication database under a configuration of its own, which the layers name: no project, layer source"
            " or log holds password or token. Tokens end after a while. They are renewed while such a layer is in the"
            " project; running this again renews them, too."
        )

    def words(self) -> str:
        return tr("arcgis,wms,rest,token,show,view,hillshade,slope,aspect")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service(("started", "refreshing"))
        login = QgsProcessingParameterAuthConfig(LOGIN, tr("Login of the GDO user"), optional=True)
        words = tr(
            "A configuration with name and password of a GDO user. Only services limited to some need one. Empty: the"
            " one that was used before for one of the service's users."
        )
        self.addParameter(helped(login, words))
        functions = QgsProcessingParameterEnum(
            FUNCTIONS, tr("Terrain functions"), list(NAMES), True, None, True, True
        )
        words = tr("A layer for each, of services on terrain or surface models that have a WMS.")
        self.addParameter(helped(functions, words))
        ways = [tr("as fits"), tr("ArcGIS REST"), tr("WMS")]
        words = tr("How an image service is asked. Terrain functions are asked for by WMS always.")
        self.addParameter(advanced(helped(QgsProcessingParameterEnum(WAY, tr("Asked by"), ways, False, 0), words)))
        self.addParameter(definition_parameter())
        self.addOutput(QgsProcessingOutputMultipleLayers("LAYERS", tr("Layers")))
        self.addOutput(QgsProcessingOutputString("SOURCES", tr("Sources of the layers")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        wrong = [one for one in self._functions(parameters) if one not in NAMES]
        if wrong:
            yield tr("“{value}” is not allowed. Choose one of {allowed}.").format(
                value=wrong[0], allowed=", ".join(NAMES)
            )

    def _functions(self, parameters: dict[str, Any]) -> list[str]:
        """The names as they are given: one text with commas, or a list."""
        value = parameters.get(FUNCTIONS)
        given = value.split(",") if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []
        return [str(one).strip() for one in given if str(one).strip()]

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core import live_sources
        from ...core.arcgis import layers, opening

        kind, number = self.service(parameters, context)
        api = self.platform.api.during(work)
        service = api.arcgis.get(kind, number)
        way = opening.WAYS[self.parameterAsEnum(parameters, WAY, context)]
        wanted = opening.Wanted(self.text(parameters, LOGIN, context), way, self._functions(parameters))
        found = opening.open_layers(api, kind, service, wanted, work)
        for one in found:
            describe(one, self.text(parameters, CONNECTION, context), kind, service)
        outputs = {
            **self.outputs_of(kind, service),
            "LAYERS": [one.id() for one in found],
            "SOURCES": layers.sources(found),
        }
        target = self.parameterAsFileOutput(parameters, DEFINITION, context)
        if target:
            live_sources.write_group(found, str(service.get("name") or ""), target)
            outputs[DEFINITION] = target
        load_group(found, str(service.get("name") or f"{kind} {number}"), context)
        return outputs


def describe(layer: Any, connection: str, kind: str, service: Any) -> None:
    """Origin, description and, of images, the capture times, in the layer and so in projects."""
    from ...core.layers import metadata, provenance, time

    time.set_capture(layer)
    ids = {"service": f"{kind}/{service['id']}"}
    origin = provenance.made(PLATFORM, connection, "service", ids)
    provenance.write_layer(layer, origin)
    lines = [str(service.get("description") or ""), *(f"{role}: {value}" for role, value in ids.items())]
    words = metadata.Description(
        layer.name(), "\n".join(lines), ["Geodata Pixel"], [origin.created], ids["service"]
    )
    metadata.describe(layer, words)

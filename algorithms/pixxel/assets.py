"""What an area of interest holds: mosaics, scenes and rendered rasters; listed and fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pixxel.records import ASSET_TYPES
from ...providers.work import Work
from ..parameters.plain import choice, given
from ..tables import declare_table, polygon_of, write_table
from . import listers
from .common import AOI, PixxelAlgorithm, aoi_parameter, picked
from .footprints import outlined
from .waiting import declare_bundle, take_bundle

ASSETS, TYPE = "ASSETS", "TYPE"
COLUMNS = [
    ("id", "text"), ("name", "text"), ("asset_type", "text"), ("status", "text"), ("progress", "real"),
    ("date", "text"), ("resolution", "real"), ("area_in_sq_m", "real"), ("bands", "text"),
    ("visualization_id", "text"), ("description", "text"), ("created_at", "text"), ("updated_at", "text"),
]


def assets_parameter(words: str, optional: bool = True) -> Any:
    """The choice of assets of the area."""
    return picked(
        ASSETS, tr("Assets"), listers.assets, words, "asset", optional=optional, several=True, depends=(AOI,)
    )


class ListAssets(PixxelAlgorithm):
    """Assets as a layer of what they cover."""

    called = "listassets"
    kind = "area"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List assets")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists mosaics, scenes and rendered rasters of an area of interest with what they cover.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        self.addParameter(choice(TYPE, tr("Type"), tr("Only assets of this type."), ASSET_TYPES))
        declare_table(self, "ASSET_IDS", tr("Asset ids"), "polygon")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, AOI)
        yield from self.unknown(parameters, TYPE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        kind = self.parameterAsEnumString(parameters, TYPE, context) if given(parameters, TYPE) else ""
        listed = entries(self.platform.api.during(work).assets.list(self.text(parameters, AOI, context)))
        rows = (
            {**one, "bands": ",".join(map(str, one.get("band_list") or ()))}
            for one in listed if kind in ("", one.get("asset_type"))
        )
        made = write_table(
            self, parameters, context, work, rows, COLUMNS, "ASSET_IDS", "polygon",
            lambda one: polygon_of(one.get("geometry")),
        )
        return outlined(self, parameters, context, made, "assets", {"aoi": self.text(parameters, AOI, context)})


class DownloadAssets(PixxelAlgorithm):
    """Assets as one bundle."""

    called = "downloadassets"
    kind = "area"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download assets")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Has the platform pack assets of an area of interest into one bundle, waits for it and downloads it. What"
            " was cut goes on where it stopped. Its images come onto the map."
        )

    def words(self) -> str:
        return tr("pull,fetch,zip,mosaic,bundle")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        self.addParameter(assets_parameter(tr("Ids of assets, separated by commas. Empty: all that are ready.")))
        declare_bundle(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, AOI)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import areas, bundles, captures
        from ...providers.work import NOT_THERE

        api, aoi_id = self.platform.api, self.text(parameters, AOI, context)

        def ready() -> list[str]:
            return [one["id"] for one in areas.assets_of(api, aoi_id, work) if one.get("status") == "success"]

        chosen = self.ids(parameters, ASSETS, context) or work.once("assets", ready, lambda: NOT_THERE)
        if not chosen:
            raise Problem(tr("The area has no asset that is ready. Wait until its scenes are in it."))
        resource = bundles.of_assets(api, aoi_id, chosen, work)
        return take_bundle(self, parameters, context, feedback, work, resource, "assets", {"aoi": aoi_id},
                           lambda: captures.of_assets(api, aoi_id, chosen, work))

"""Satellites and their bands, and the search for scenes over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import advanced
from ..tables import MAXIMUM, declare_table, write_table
from . import listers
from .common import PixxelAlgorithm, picked, satellite_parameter
from .footprints import CLOUD, END, FILTERS, START, FootprintAlgorithm, filters_of
from .shapes import polygons, together

COLLECTIONS = "COLLECTIONS"
COLUMNS = [
    ("satellite_id", "text"), ("satellite", "text"), ("band", "text"), ("wavelength", "real"), ("scale", "real"),
    ("offset", "real"), ("spatial_resolution", "real"), ("rgb", "text"), ("collections", "text"),
    ("providers", "text"), ("queryables", "text"), ("rescale", "text"),
]


class ListSatellites(PixxelAlgorithm):
    """Satellites with their bands."""

    called = "listsatellites"
    kind = "searches"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List satellites")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists satellites with their collections, the properties that a search can be narrowed by, and their bands,"
            " one row for each band with its wavelength in nanometres."
        )

    def words(self) -> str:
        return tr("bands,wavelength,sentinel,landsat")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        declare_table(self, "SATELLITE_IDS", tr("Satellite ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        found = self.platform.api.during(work).satellites.list()
        rows = (row for one in found for row in _rows(one))
        made = write_table(self, parameters, context, work, rows, COLUMNS, "SATELLITE_IDS", identity="satellite_id")
        return {**made, "SATELLITE_IDS": ",".join(one["id"] for one in found)}


def _rows(one: Any) -> Iterator[dict[str, Any]]:
    collections = one.get("collections") or []
    colours = {band: colour for colour, band in (one.get("rgb_composite") or {}).items()}
    common = {
        "satellite_id": one["id"], "satellite": one.get("name"),
        "collections": ",".join(str(two.get("id") or "") for two in collections),
        "providers": ",".join(dict.fromkeys(str(two.get("provider") or "") for two in collections)),
        "queryables": ",".join(dict.fromkeys(str(name) for two in collections for name in two.get("queryables") or ())),
        "rescale": ";".join(",".join(map(str, two.get("rescale") or ())) for two in collections),
    }
    bands = one.get("bands") or []
    for band in bands or [{}]:
        yield {**common, **band, "band": band.get("name"), "rgb": colours.get(band.get("name"))}


class SearchScenes(FootprintAlgorithm):
    """Scenes of all satellites as footprints."""

    called = "searchscenes"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Search scenes")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Looks for scenes of one or all satellites, open data too, that lie in an area and a time, and gives their"
            " footprints. Scenes can be brought into an area of interest; those of the platform's own archive can be"
            " ordered."
        )

    def words(self) -> str:
        return tr("find,imagery,footprints,sentinel,landsat")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(satellite_parameter(optional=True, words=tr("Id of the satellite. Empty: all.")))
        self.addParameter(advanced(picked(
            COLLECTIONS, tr("Collections"), listers.satellite_collections,
            tr("Ids of collections of the satellites, separated by commas. Empty: all."), optional=True, several=True,
            depends=("SATELLITE",),
        )))
        self.declare_question(tr("Only scenes that lie in these polygons or touch them."))
        self.declare_ranges(tr("“List satellites” tells which there are."))
        self.declare_footprints("ITEM_IDS", tr("Ids of the scenes"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.question_problems(parameters, context, needed=True)
        for name in (START, END):
            if not self.moment(parameters, name, context):
                title = self.parameterDefinition(name).description()
                yield tr("“{parameter}” is empty. Give a value.").format(parameter=title)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows.imagery import cloud_at_most

        api = self.platform.api.during(work)
        wanted, collections = self.text(parameters, "SATELLITE", context), self.ids(parameters, COLLECTIONS, context)
        satellites = [
            {"satellite_id": one["id"], "collection_id": str(two["id"])}
            for one in api.satellites.list() if wanted in ("", one["id"])
            for two in one.get("collections") or () if two.get("id") and (not collections or two["id"] in collections)
        ]
        if not satellites:
            raise Problem(tr("There is no such satellite or collection. “List satellites” tells which there are."))
        filters = filters_of(self.text(parameters, FILTERS, context))
        cloud = self.real(parameters, CLOUD, context)
        if cloud is not None:
            filters.append(cloud_at_most(cloud))
        question: Any = {
            "start_date": self.moment(parameters, START, context), "end_date": self.moment(parameters, END, context),
            "satellites": satellites, "filters": filters, "geometry": together(polygons(self, parameters, context)),
        }
        totals: list[int] = []

        def scenes() -> Iterator[tuple[dict[str, Any], Any]]:
            for page in api.scenes.all(question):
                totals[:] = [page.count] if page.count is not None else []
                yield from (({}, one) for one in page.records)

        made = self.write_footprints(parameters, context, feedback, work, scenes(), "ITEM_IDS", "scenes")
        if totals and made["COUNT"] < totals[0] and not self.whole(parameters, MAXIMUM, context):
            words = tr("The platform gave {count} of {total} scenes and no way to the others. Narrow the search.")
            feedback.pushWarning(words.format(count=made["COUNT"], total=totals[0]))
        return made

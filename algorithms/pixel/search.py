"""Looking for images, rasters, point clouds, projects and data collections."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)

from ...core.translation import tr
from ...providers.pixel import search_filter
from ...providers.work import Work
from ..parameters import choice_parameter, split_ids
from ..parameters.area import area_parameter, polygon_parameter
from ..parameters.pixel_forms import filter_parameter, filter_problems
from ..parameters.plain import advanced, choice, given, helped, integer, string
from ..polygons import source_problems
from ..tables import WGS84, declare_table, write_table
from . import search_listers
from .common import PLATFORM, PixelAlgorithm
from .item_layers import MAXIMUM, Row, SinkWriter
from .item_look import item_look

if TYPE_CHECKING:
    from ...providers.pixel.flows.search import Question

ON, TEXT, FILTER, AREA, OUT_FIELDS = "ON", "TEXT", "FILTER", "AREA", "OUT_FIELDS"
SORT, DISTINCT, TAGS, OUTPUT, AREA_TEXT = "SORT", "DISTINCT", "TAGS", "OUTPUT", "AREA_TEXT"
SUBJECTS = ("images", "rasters", "point_clouds", "projects", "data_collections")
ITEMS = {"images": "image", "rasters": "raster"}
INFO_COLUMNS = [("name", "text"), ("type", "text"), ("filterable", "boolean"), ("returned", "boolean")]


def on_parameter() -> Any:
    """What is looked for, in the platform's words."""
    words = tr("What to look for. The fields of filter, order and output are those of this.")
    return choice(ON, tr("Look for"), words, SUBJECTS, SUBJECTS[0])


def placed_id(record: Mapping[str, Any]) -> str:
    """An image, raster or point cloud as other algorithms name it, ``10/6/123``; empty where that is not told."""
    parts = [record.get(name) for name in ("project_id", "data_collection_id", "id")]
    return "" if None in parts else "/".join(map(str, parts))


class SearchInfo(PixelAlgorithm):
    """What the search can do."""

    called = "searchinfo"
    kind = "searches"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List search fields")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists what images, rasters, point clouds, projects or data collections can be searched by and what a"
            " search gives of them; keys of the metadata are named json_metadata.<key>."
        )

    def words(self) -> str:
        return tr("filter,metadata,fields,columns")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(on_parameter())
        declare_table(self, "FIELDS", tr("Fields"))
        self.addOutput(QgsProcessingOutputNumber("TEXT_SEARCH", tr("Finds texts (1 or 0)")))
        self.addOutput(QgsProcessingOutputNumber("SPATIAL_SEARCH", tr("Finds in areas (1 or 0)")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, ON)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        info = self.platform.api.during(work).search.info(self.parameterAsEnumString(parameters, ON, context))
        filterable = [str(one) for one in info.get("filterable") or ()]
        types = {str(one.get("name")): str(one.get("type") or "") for one in info.get("out_fields") or ()}
        rows = (
            {"name": name, "type": types.get(name), "filterable": name in filterable, "returned": name in types}
            for name in dict.fromkeys([*types, *filterable])
        )
        table = write_table(self, parameters, context, work, rows, INFO_COLUMNS, "FIELDS", identity="name")
        return {**table, "TEXT_SEARCH": int(bool(info.get("supports_text_search", True))),
                "SPATIAL_SEARCH": int(bool(info.get("supports_spatial_query", True)))}


class Search(SinkWriter):
    """What is found, as a layer."""

    called = "search"
    kind = "searches"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Search")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Looks for images, rasters, point clouds, projects or data collections in all projects, by text, filter,"
            " tags and area, all of which have to fit, and gives them as a layer or, where they have no place, as a"
            " table. “List search fields” tells the fields. Found images and rasters can be edited and pushed back"
            " with “Push metadata” when their id, project_id and data_collection_id are among the fields."
        )

    def words(self) -> str:
        return tr("find,query,filter,tags,metadata,area")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(on_parameter())
        words = tr("A text in names, descriptions, tags or metadata.")
        self.addParameter(string(TEXT, tr("Text"), words))
        self.addParameter(filter_parameter(FILTER, ON))
        words = tr("Only what has all of these tags, separated by commas.")
        self.addParameter(string(TAGS, tr("Tags"), words))
        words = tr("Only what lies in these polygons or touches them. Data collections have no place.")
        self.addParameter(area_parameter(AREA, tr("Area"), optional=True, help=words))
        words = tr("The same as one polygon in text, for models and scripts: CRS=EPSG:4326;POLYGON((...)).")
        self.addParameter(advanced(helped(polygon_parameter(AREA_TEXT, tr("Area as text"), optional=True), words)))
        words = tr("What is given of each, separated by commas. Empty: everything.")
        self.addParameter(advanced(choice_parameter(
            OUT_FIELDS, tr("Fields"), search_listers.returned, platform=PLATFORM, depends=(ON,), optional=True,
            several=True, help=words,
        )))
        words = tr("Fields to sort by, separated by commas; “desc” after one turns it round: name, created_at desc.")
        self.addParameter(advanced(string(SORT, tr("Order"), words)))
        distinct = QgsProcessingParameterBoolean(DISTINCT, tr("Each combination of values once"), False)
        words = tr("Entries that are the same in all fields that are given come once.")
        self.addParameter(advanced(helped(distinct, words)))
        words = tr("0 fetches all. They come in pages, and are never all in memory.")
        self.addParameter(advanced(integer(MAXIMUM, tr("Greatest number"), words, 0, 2**31 - 1, 0)))
        sink = QgsProcessingParameterFeatureSink(OUTPUT, tr("Found"), QgsProcessing.SourceType.TypeVector)
        self.addParameter(helped(sink, tr("Where to write what was found.")))
        self.addOutput(QgsProcessingOutputString("IDS", tr("Ids of what was found")))
        words = tr("The same with project and data collection, as in 10/6/123")
        self.addOutput(QgsProcessingOutputString("PLACED_IDS", words))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of entries")))
        self.addOutput(QgsProcessingOutputNumber("TOTAL", tr("Number of entries on the platform")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, ON)
        yield from filter_problems(self.text(parameters, FILTER, context))
        if given(parameters, AREA):
            source = self.parameterAsSource(parameters, AREA, context)
            yield from source_problems(source, self.parameterDefinition(AREA).description())
        if given(parameters, AREA_TEXT) and self.parameterAsGeometry(parameters, AREA_TEXT, context).isEmpty():
            yield tr("The area as text is no polygon. Give one such as POLYGON((10 59, 11 59, 11 60, 10 59)).")
        areas = [name for name in (AREA, AREA_TEXT) if given(parameters, name)]
        if len(areas) > 1:
            yield tr("The area is given twice. Give a layer or a text.")
        if areas and self.parameterAsEnumString(parameters, ON, context) == "data_collections":
            yield tr("Data collections have no place. Look for projects in an area, or leave the area empty.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.pixel.found import layout
        from ...providers.pixel.flows import search
        from ...providers.pixel.flows.spool import Spool

        question = self.question(parameters, context)
        query, found = search.prepare(self.platform.api, question, work)
        most = self.parameterAsInt(parameters, MAXIMUM, context)
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            spool = Spool(Path(folder) / "found.jsonl")
            spool.fill(search.results(self.platform.api, query, found, work, most), work)
            made = layout(question.on, found.fields, spool.keys, ITEMS.get(question.on, ""))
            rows: Iterator[Row] = ((made.values(one), made.shape(one)) for one in spool.records())
            output = self.fill(
                parameters, context, OUTPUT, made.columns, made.geometry, rows, work, max(1, spool.count)
            )
            ids = ",".join(str(one["id"]) for one in spool.records() if one.get("id") is not None)
            placed = ",".join(filter(None, map(placed_id, spool.records())))
        if output and made.geometry != QgsWkbTypes.Type.NoGeometry:
            self.look(parameters, context, output, question.on)
        total = spool.count if found.total is None else found.total
        told = {"IDS": ids, "PLACED_IDS": placed, "COUNT": spool.count, "TOTAL": total}
        return {**told, **({OUTPUT: output} if output else {})}

    def question(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Question:
        """What is looked for."""
        from ...providers.pixel.flows.search import Question, sort_of

        return Question(
            self.parameterAsEnumString(parameters, ON, context),
            self.text(parameters, TEXT, context),
            search_filter.parse(self.text(parameters, FILTER, context)),
            self.area(parameters, context),
            split_ids(self.text(parameters, TAGS, context)),
            split_ids(self.text(parameters, OUT_FIELDS, context)),
            sort_of(self.text(parameters, SORT, context)),
            self.parameterAsBoolean(parameters, DISTINCT, context),
        )

    def area(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """The polygons as one text in WGS 84; empty when none are given."""
        from ...core.geometry.reproject import on_globe

        if given(parameters, AREA_TEXT):
            crs = self.parameterAsGeometryCrs(parameters, AREA_TEXT, context)
            shape = self.parameterAsGeometry(parameters, AREA_TEXT, context)
            known = crs if crs.isValid() else QgsCoordinateReferenceSystem(WGS84)
            return str(on_globe(shape, known, context.transformContext()).asWkt(9))
        if not given(parameters, AREA):
            return ""
        source = self.parameterAsSource(parameters, AREA, context)
        shapes = [
            on_globe(one.geometry(), source.sourceCrs(), context.transformContext())
            for one in source.getFeatures() if one.hasGeometry()
        ]
        return str((shapes[0] if len(shapes) == 1 else QgsGeometry.unaryUnion(shapes)).asWkt(9)) if shapes else ""

    def look(self, parameters: dict[str, Any], context: QgsProcessingContext, output: str, on: str) -> None:
        """Styled as the layers of “Images to layer” and “Rasters to layer”."""
        from ...core.layers import provenance

        origin = provenance.made("pixel", self.text(parameters, "CONNECTION", context), on, {})
        item_look(context, output, "images" if on == "images" else "rasters", origin)

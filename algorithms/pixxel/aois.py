"""Areas of interest of the platform: drawn or from features, listed as a layer, with their assets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
)

from ...core.jobs.answer import Answer
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pixxel.records import PROVIDERS
from ...providers.work import Work
from ..parameters.plain import advanced, choice, given, helped, integer, moment, number, string
from ..polygons import source_problems, unfiltered
from ..tables import declare_table, polygon_of, write_table
from .common import (
    AOI,
    PROJECT,
    PixxelAlgorithm,
    aoi_parameter,
    project_parameter,
    satellite_parameter,
    scenes_parameter,
)
from .footprints import outlined
from .shapes import area_problems, declare_area, plain, polygons, single
from .waiting import declare_waiting, waits

NAME, DESCRIPTION, SATELLITE, PROVIDER, ITEMS = "NAME", "DESCRIPTION", "SATELLITE", "PROVIDER", "ITEMS"
START, END, CLOUD, MOST, INPUT, NAME_FIELD = "START", "END", "CLOUD", "MOST_SCENES", "INPUT", "NAME_FIELD"
COLUMNS = [
    ("aoi_id", "text"), ("name", "text"), ("description", "text"), ("status", "text"), ("progress", "real"),
    ("project_id", "text"), ("satellite_id", "text"), ("area_in_sq_m", "real"), ("eo_bands", "text"),
    ("is_favourite", "boolean"), ("user_id", "text"), ("created_at", "text"), ("updated_at", "text"),
]


class Creating(PixxelAlgorithm):
    """What making one area and many share."""

    kind = "area"
    journaled = True
    goes_on = True

    def declare_scenes(self) -> None:
        """Satellite and scenes, named or found."""
        self.addParameter(satellite_parameter())
        words = tr("Whose imagery the satellite's is. Empty: as the platform says of the satellite.")
        self.addParameter(advanced(choice(PROVIDER, tr("Provider"), words, PROVIDERS)))
        words = tr("Ids of scenes to bring in, separated by commas. The button lists those of the archive. Empty: the"
                   " newest of the time below.")
        self.addParameter(scenes_parameter(ITEMS, words, optional=True))
        self.addParameter(moment(START, tr("Scenes captured from")))
        self.addParameter(moment(END, tr("Scenes captured to")))
        self.addParameter(advanced(number(CLOUD, tr("Cloud cover"), tr("Per cent at most. Empty: any."), 0, 100)))
        words = tr("The greatest number of scenes that are brought in where they are looked for.")
        self.addParameter(advanced(integer(MOST, tr("Greatest number of scenes"), words, 1, 1000, 10)))
        declare_waiting(self, tr("Until the scenes are in it. Not ticked: it goes on on the platform by itself."))

    def scene_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """Scenes, or a time to look for them in."""
        yield from self.required(parameters, context, PROJECT, SATELLITE)
        yield from self.unknown(parameters, PROVIDER)
        yield from self.unreadable(parameters, context, START, END)
        times = [self.moment(parameters, name, context) for name in (START, END)]
        if not self.ids(parameters, ITEMS, context) and not all(times):
            yield tr("Give the ids of scenes, or the time in which scenes are looked for.")
        elif all(times) and times[0] > times[1]:
            yield tr("The time ends before it begins. Change it.")

    def create(
        self, parameters: dict[str, Any], context: QgsProcessingContext, work: Work, name: str, shape: dict[str, Any]
    ) -> str:
        """Make one area over a polygon and give its id."""
        from ...providers.pixxel.flows import areas

        made = work.noted("create")
        if made is not None and made.done:
            return str(made.value)  # whatever has become of satellite and scenes
        api = self.platform.api
        satellite = areas.satellite_named(api, self.text(parameters, SATELLITE, context), work)
        provider = areas.provider_of(satellite)
        if given(parameters, PROVIDER):
            provider = self.parameterAsEnumString(parameters, PROVIDER, context)
        items = self.scenes(parameters, ITEMS, context) or self._newest(parameters, context, work, satellite, shape)
        details: Any = {
            "name": name, "description": self.text(parameters, DESCRIPTION, context), "provider": provider,
            "satellite_id": satellite["id"], "project_id": self.text(parameters, PROJECT, context),
            "geometry": shape, "item_ids": items,
        }
        return areas.create_aoi(api, details, work)

    def _newest(
        self, parameters: dict[str, Any], context: QgsProcessingContext, work: Work, satellite: Any, shape: Any
    ) -> list[str]:
        """The newest scenes over the polygon."""
        from ...providers.pixxel.flows.imagery import cloud_at_most
        from ...providers.steps import entries

        question: Any = {
            "start_date": self.moment(parameters, START, context), "end_date": self.moment(parameters, END, context),
            "satellites": [
                {"satellite_id": satellite["id"], "collection_id": str(one["id"])}
                for one in satellite.get("collections") or () if one.get("id")
            ],
            "geometry": shape,
        }
        cloud = self.real(parameters, CLOUD, context)
        if cloud is not None:
            question["filters"] = [cloud_at_most(cloud)]
        found = list(entries(self.platform.api.during(work).scenes.all(question)))
        found.sort(key=lambda one: str((one.get("properties") or {}).get("datetime") or ""), reverse=True)
        ids = [one["id"] for one in found[:self.parameterAsInt(parameters, MOST, context)]]
        if not ids:
            raise Problem(tr("There is no scene of this satellite in the area and the time. Choose a longer time."))
        return ids


class CreateAoi(Creating):
    """One area."""

    called = "createaoi"
    answers = {"create": Answer("AOI_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create area of interest")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes an area of interest on the platform, drawn on the map or from a layer, and brings scenes of a"
            " satellite into it: those that are named, or the newest of a time. Indices and insights are computed"
            " there. An area cannot be changed or deleted afterwards, and its name is used once only."
        )

    def words(self) -> str:
        return tr("aoi,new,draw,scenes")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(string(NAME, tr("Name"), tr("No other area of the workspace has it."), optional=False))
        self.addParameter(string(DESCRIPTION, tr("Description"), tr("What it is about.")))
        declare_area(self, tr("One polygon, drawn on the map or from a layer."), optional=False)
        self.declare_scenes()
        self.addOutput(QgsProcessingOutputString("AOI_ID", tr("Id of the area of interest")))
        self.addOutput(QgsProcessingOutputString("STATUS", tr("State")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, NAME)
        yield from area_problems(self, parameters, context, needed=True)
        yield from self.scene_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import areas

        shapes = polygons(self, parameters, context)
        if len(shapes) != 1:
            words = tr("There are {count} polygons where one is expected. “Create areas from features” takes many.")
            raise Problem(words.format(count=len(shapes)))
        name = self.text(parameters, NAME, context)
        aoi_id = self.create(parameters, context, work, name, single(shapes[0]))
        minutes, status = waits(self, parameters, context), "started"
        if minutes:
            status = str(areas.follow_aoi(self.platform.api, aoi_id, work, minutes).get("status") or "")
        return {"AOI_ID": aoi_id, "STATUS": status}


class CreateAois(Creating):
    """An area for each feature."""

    called = "createaois"
    answers = {"aoi */create": Answer()}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create areas from features")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes an area of interest on the platform for each polygon of a layer, named by a field, and brings scenes"
            " of a satellite into each. Taken up again after a stop, none is made twice."
        )

    def words(self) -> str:
        return tr("aoi,batch,plots,fields")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        kinds = [QgsProcessing.SourceType.TypeVectorPolygon]
        layer = QgsProcessingParameterFeatureSource(INPUT, tr("Polygons"), kinds)
        self.addParameter(helped(layer, tr("Each feature becomes an area: one polygon of one piece.")))
        field = QgsProcessingParameterField(NAME_FIELD, tr("Field of the names"), parentLayerParameterName=INPUT)
        self.addParameter(helped(field, tr("What each area is called. Names are used once only.")))
        self.addParameter(string(DESCRIPTION, tr("Description"), tr("What they are about.")))
        self.declare_scenes()
        self.addOutput(QgsProcessingOutputString("AOI_IDS", tr("Ids of the areas")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of areas")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        source = self.parameterAsSource(parameters, INPUT, context) if given(parameters, INPUT) else None
        yield from source_problems(source, self.parameterDefinition(INPUT).description())
        yield from self.scene_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import areas

        wanted = self._named(parameters, context)
        ids: list[str] = []
        for number_, (name, shape) in enumerate(wanted):
            part = work.part(f"aoi {name}", (number_ / len(wanted) / 2, (number_ + 1) / len(wanted) / 2))
            ids.append(self.create(parameters, context, part, name, shape))
        minutes = waits(self, parameters, context)
        for number_, one in enumerate(ids if minutes else ()):
            share = ((len(ids) + number_) / len(ids) / 2, (len(ids) + number_ + 1) / len(ids) / 2)
            areas.follow_aoi(self.platform.api, one, work.part(f"follow {number_}", share), minutes)
        return {"AOI_IDS": ",".join(ids), "COUNT": len(ids)}

    def _named(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[tuple[str, dict[str, Any]]]:
        """Names and polygons of all features, looked at before the first is sent."""
        from ...core.geometry.reproject import to_platform
        from ...core.geometry.validity import findings
        from ...core.geometry.words import sentences

        field = self.text(parameters, NAME_FIELD, context)
        found, wrong = [], []
        with unfiltered(context):
            source = self.parameterAsSource(parameters, INPUT, context)
            for one in source.getFeatures():
                name = str(one[field] if one[field] is not None else "").strip()
                wrong += findings(one.geometry(), name or str(one.id()))
                found.append((name, one.geometry()))
        if wrong:
            raise Problem(sentences(wrong))
        names = [name for name, _ in found]
        if "" in names or len(set(names)) < len(names):
            raise Problem(tr("Each feature needs a name of its own. Look for empty and repeated values in the field."))
        context_ = context.transformContext()
        return [(name, single(plain(to_platform(shape, source.sourceCrs(), context_)))) for name, shape in found]


class ListAois(PixxelAlgorithm):
    """Areas as a layer."""

    called = "listaois"
    kind = "area"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List areas of interest")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the platform's areas of interest as a layer, with state and progress.")

    def words(self) -> str:
        return tr("aoi,polygons")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(optional=True, several=True, name="PROJECTS"))
        self.addParameter(string(NAME, tr("Name"), tr("Only areas of this name.")))
        for name, title, words in (
            ("AOI_FILTER", tr("Area of interest"), tr("Only this one, by its id.")),
            ("SATELLITE_NAME", tr("Name of the satellite"), tr("Only areas with scenes of it.")),
            ("CREATED", tr("Created"), tr("From and to with a slash, either of which may be two dots.")),
            ("UPDATED", tr("Changed"), tr("From and to with a slash, either of which may be two dots.")),
        ):
            self.addParameter(advanced(string(name, title, words)))
        declare_table(self, "AOI_IDS", tr("Ids of the areas"), "polygon")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        members = {"aoi_name": NAME, "aoi_id": "AOI_FILTER", "satellite_name": "SATELLITE_NAME",
                   "created_at": "CREATED", "updated_at": "UPDATED"}
        filters: Any = {member: self.text(parameters, name, context) for member, name in members.items()}
        filters["project_ids"] = ",".join(self.ids(parameters, "PROJECTS", context))
        rows = (
            {**one, "eo_bands": ",".join(map(str, one.get("eo_bands") or ()))}
            for one in entries(self.platform.api.during(work).aois.list(filters))
        )
        made = write_table(
            self, parameters, context, work, rows, COLUMNS, "AOI_IDS", "polygon",
            lambda one: polygon_of(one.get("geometry")), identity="aoi_id",
        )
        return outlined(self, parameters, context, made, "aois")


class GetAoi(PixxelAlgorithm):
    """One area, for models."""

    called = "getaoi"
    kind = "area"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get area of interest")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives name, state, satellite, bands and polygon of an area of interest.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        for name, title in (
            ("AOI_ID", tr("Id of the area of interest")), ("NAME", tr("Name")), ("STATUS", tr("State")),
            ("DESCRIPTION", tr("Description")), ("PROJECT_ID", tr("Project id")), ("SATELLITE_ID", tr("Satellite id")),
            ("BANDS", tr("Bands")), ("AREA_WKT", tr("Polygon")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("PROGRESS", tr("Progress (per cent)")))
        self.addOutput(QgsProcessingOutputNumber("AREA_M2", tr("Area (m²)")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, AOI)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        one = self.platform.api.during(work).aois.get(self.text(parameters, AOI, context))
        return {
            "AOI_ID": one["aoi_id"], "NAME": one.get("name") or "", "STATUS": one.get("status") or "",
            "DESCRIPTION": one.get("description") or "", "PROJECT_ID": one.get("project_id") or "",
            "SATELLITE_ID": one.get("satellite_id") or "", "BANDS": ",".join(map(str, one.get("eo_bands") or ())),
            "AREA_WKT": polygon_of(one.get("geometry")).asWkt(), "PROGRESS": one.get("progress") or 0,
            "AREA_M2": one.get("area_in_sq_m") or 0,
        }

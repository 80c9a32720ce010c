"""Data collections: which there are, what is known of one, and their settings. How they go and come back is in
``removal``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputString

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.pixel import raster_rules
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.pixel_forms import rules_parameter, rules_problems
from ..parameters.plain import choice, given, string
from ..tables import declare_table, write_table
from .common import COLLECTION, PROJECT, PixelAlgorithm, collection_parameter, project_parameter
from .projects import changes_of, declare_changes, declare_filters, filters_of, nothing_to_change, with_tags

TYPE, RULES = "TYPE", "RULES"
COLUMNS = [
    ("collection", "text"), ("id", "long"), ("project_id", "long"), ("name", "text"), ("description", "text"),
    ("data_collection_type", "text"), ("tags", "text"), ("format", "text"), ("data_type", "text"),
    ("num_bands", "integer"), ("srid", "integer"), ("cell_width", "real"), ("cell_height", "real"),
    ("created_at", "text"), ("updated_at", "text"),
]


class _Collection(PixelAlgorithm):
    kind = "collections"


class ListCollections(_Collection):
    """Data collections as a table."""

    called = "listcollections"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List data collections")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the data collections of some or of all projects, with the rules that rasters have to meet.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Numbers of projects, separated by commas. Empty: all projects.")
        self.addParameter(project_parameter(True, words, several=True, name="PROJECTS"))
        declare_filters(self)
        words = tr("Only data collections of this type.")
        self.addParameter(choice(TYPE, tr("Type"), words, raster_rules.COLLECTION_TYPES))
        declare_table(self, "COLLECTIONS", tr("Data collections"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, TYPE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows.lifecycle import as_row
        from ...providers.steps import entries

        api = self.platform.api.during(work)
        filters = filters_of(self, parameters, context)
        if given(parameters, TYPE):
            filters["data_collection_type"] = self.parameterAsEnumString(parameters, TYPE, context)
        chosen: Iterable[str] = split_ids(self.text(parameters, "PROJECTS", context))
        projects = chosen or (str(one["id"]) for one in entries(api.projects.list()))
        rows = (
            with_tags(as_row(project, one))
            for project in projects
            for one in entries(api.collections.list(project, filters))
        )
        return write_table(self, parameters, context, work, rows, COLUMNS, "COLLECTIONS", identity="collection")


class GetCollection(_Collection):
    """One data collection, for models."""

    called = "getcollection"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get data collection")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives name, description, type, tags and rules of a data collection.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter())
        for name, title in (
            ("COLLECTION_ID", tr("Data collection")),
            ("PROJECT_ID", tr("Project id")),
            ("NAME", tr("Name")),
            ("DESCRIPTION", tr("Description")),
            ("COLLECTION_TYPE", tr("Type")),
            ("TAGS", tr("Tags")),
            ("COLLECTION_RULES", tr("Rules for rasters")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        self.place(parameters, context)
        return iter(())

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        place = self.place(parameters, context)
        one = self.platform.api.during(work).collections.get(place)
        return {
            "COLLECTION_ID": str(place),
            "PROJECT_ID": place.project,
            "NAME": one.get("name") or "",
            "DESCRIPTION": one.get("description") or "",
            "COLLECTION_TYPE": one.get("data_collection_type") or "",
            "TAGS": ",".join(one.get("tags") or []),
            "COLLECTION_RULES": raster_rules.dump(one.get("raster_info") or {}),
        }


class CreateCollection(_Collection):
    """A new data collection."""

    called = "createcollection"
    journaled = True
    answers = {"create": Answer("COLLECTION_ID", last=True)}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create data collection")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Creates a data collection in a project: for images, for rasters of any sort, for orthophotos (RGB), for"
            " terrain and surface models (DTM, DSM) or for point clouds. Type and rules cannot be changed afterwards."
        )

    def words(self) -> str:
        return tr("new,rules,orthophoto,elevation")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(string("NAME", tr("Name"), tr("What it is called."), optional=False))
        words = tr("What it is to hold.")
        self.addParameter(choice(TYPE, tr("Type"), words, raster_rules.COLLECTION_TYPES, "image"))
        self.addParameter(rules_parameter(RULES, TYPE))
        self.addParameter(string("DESCRIPTION", tr("Description"), tr("What it is about.")))
        self.addParameter(string("TAGS", tr("Tags"), tr("Separated by commas.")))
        self.addOutput(QgsProcessingOutputString("COLLECTION_ID", tr("Data collection")))

    def about(self, values: Mapping[str, Any]) -> str:
        """What the job is told by in lists: the name, where its place would be said first."""
        return str(values.get("NAME") or "")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, "NAME")
        wrong = list(self.unknown(parameters, TYPE))
        yield from wrong
        if not wrong:
            collection_type = self.parameterAsEnumString(parameters, TYPE, context)
            yield from rules_problems(self.text(parameters, RULES, context), collection_type)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import lifecycle

        collection_type = self.parameterAsEnumString(parameters, TYPE, context)
        details: Any = {
            "name": self.text(parameters, "NAME", context),
            "description": self.text(parameters, "DESCRIPTION", context),
            "data_collection_type": collection_type,
        }
        tags = split_ids(self.text(parameters, "TAGS", context))
        rules = raster_rules.checked(collection_type, raster_rules.parse(self.text(parameters, RULES, context)))
        if tags:
            details["tags"] = tags
        if rules:
            details["raster_info"] = rules
        project_id = self.text(parameters, PROJECT, context)
        place = lifecycle.create_collection(self.platform.api, project_id, details, work)
        return {"COLLECTION_ID": str(place)}


class EditCollection(_Collection):
    """Change what can be changed of a data collection."""

    called = "editcollection"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit data collection")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Changes name, description or tags of a data collection. What is left empty stays as it is. The platform"
            " has no way to change type and rules."
        )

    def words(self) -> str:
        return tr("rename,tags")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter())
        declare_changes(self)
        self.addOutput(QgsProcessingOutputString("COLLECTION_ID", tr("Data collection")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        self.place(parameters, context)
        if not changes_of(self, parameters, context):
            yield nothing_to_change()

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        place = self.place(parameters, context)
        changes: Any = changes_of(self, parameters, context)
        self.platform.api.during(work).collections.update(place, changes)
        return {"COLLECTION_ID": str(place)}


def places(algorithm: PixelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Any]:
    """The data collections of ``COLLECTIONS``. Raises ``InputProblem`` for what is none."""
    from ...providers.pixel.places import place_of

    return [place_of(one) for one in split_ids(algorithm.text(parameters, f"{COLLECTION}S", context))]

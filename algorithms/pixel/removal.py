"""Projects and data collections move, go, are restored within 60 days, and are listed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputString

from ...core import messages
from ...core.translation import tr
from ...providers.pixel.records import DAYS_TO_RESTORE, ROOT
from ...providers.work import Work
from ..parameters import choice_parameter, split_ids
from ..tables import declare_table, polygon_of, write_table
from . import collections, listers, projects
from .collections import places
from .common import PLATFORM, PixelAlgorithm, collection_parameter, project_parameter
from .projects import declare_filters, filters_of, with_tags

PROJECTS, COLLECTIONS, PARENT, INTO = "PROJECTS", "COLLECTIONS", "PARENT", "INTO"


class _OfProjects(PixelAlgorithm):
    """``PROJECTS``, and out as ``PROJECT_IDS``."""

    kind = "projects"

    def declare_projects(self, deleted: bool = False) -> None:
        """Declare the projects, those that are there or those that were deleted."""
        if deleted:
            parameter = choice_parameter(
                PROJECTS, tr("Projects"), listers.deleted_projects, platform=PLATFORM, kind="deleted_project",
                several=True, help=tr("Numbers of deleted projects, separated by commas. The button lists them."),
            )
        else:
            parameter = project_parameter(several=True, name=PROJECTS)
        self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputString("PROJECT_IDS", tr("Project ids")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECTS)

    def chosen(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[str]:
        """The ids."""
        return split_ids(self.text(parameters, PROJECTS, context))


class _OfCollections(PixelAlgorithm):
    """``COLLECTIONS``, and out as ``COLLECTION_IDS``."""

    kind = "collections"

    def declare_collections(self, deleted: bool = False) -> None:
        """Declare the data collections, those that are there or those that were deleted."""
        if deleted:
            parameter = choice_parameter(
                COLLECTIONS, tr("Data collections"), listers.deleted_collections, platform=PLATFORM,
                kind="deleted_collection", several=True,
                help=tr("Deleted data collections, as in 10/6,10/7. The button lists them."),
            )
        else:
            parameter = collection_parameter(several=True, name=COLLECTIONS)
        self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputString("COLLECTION_IDS", tr("Data collections")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTIONS)
        places(self, parameters, context)


class MoveProjects(_OfProjects):
    """Into another project, or out of all."""

    called = "moveprojects"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Move projects")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Puts projects with all that is in them into another project, or to the top.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_projects()
        words = tr("Number of the project to put them into. Empty: to the top.")
        self.addParameter(project_parameter(True, words, name=PARENT, in_menus=False, title=tr("Into the project")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        if self.text(parameters, PARENT, context) in self.chosen(parameters, context):
            yield tr("A project cannot be put into itself. Choose another one.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import lifecycle

        chosen = self.chosen(parameters, context)
        lifecycle.move_projects(self.platform.api, chosen, self.text(parameters, PARENT, context) or ROOT, work)
        return {"PROJECT_IDS": ",".join(chosen)}


class MoveCollections(_OfCollections):
    """Into another project."""

    called = "movecollections"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Move data collections")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Puts data collections with all that is in them into another project, and gives what they are there.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_collections()
        words = tr("Number of the project to put them into.")
        self.addParameter(project_parameter(words=words, name=INTO, in_menus=False, title=tr("Into the project")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, INTO)
        yield from super().problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import lifecycle

        chosen = places(self, parameters, context)
        project_id = self.text(parameters, INTO, context)
        found = lifecycle.move_collections(self.platform.api, chosen, project_id, work)
        return {"COLLECTION_IDS": ",".join(map(str, found))}


class DeleteProjects(_OfProjects):
    """Away for 60 days."""

    called = "deleteprojects"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete projects")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes projects with their data collections. They can be restored for {days} days by “Restore projects”,"
            " then they are gone for good."
        ).format(days=DAYS_TO_RESTORE)

    def words(self) -> str:
        return tr("remove")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_projects()

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import lifecycle

        chosen = self.chosen(parameters, context)
        name = lifecycle.delete_projects(self.platform.api, chosen, work)
        told = tr("{count} projects were deleted.").format(count=len(chosen))
        self.offer_undo(_can_be_restored(told, name), "restoreprojects", {PROJECTS: ",".join(chosen)})
        return {"PROJECT_IDS": ",".join(chosen)}


class DeleteCollections(_OfCollections):
    """Away for 60 days."""

    called = "deletecollections"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete data collections")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes data collections with what is in them. They can be restored for {days} days by “Restore data"
            " collections”, then they are gone for good."
        ).format(days=DAYS_TO_RESTORE)

    def words(self) -> str:
        return tr("remove")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_collections()

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import lifecycle

        chosen = places(self, parameters, context)
        name = lifecycle.delete_collections(self.platform.api, chosen, work)
        told = tr("{count} data collections were deleted.").format(count=len(chosen))
        names = ",".join(map(str, chosen))
        self.offer_undo(_can_be_restored(told, name), "restorecollections", {COLLECTIONS: names})
        return {"COLLECTION_IDS": names}


class RestoreProjects(_OfProjects):
    """Back again."""

    called = "restoreprojects"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Restore projects")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Brings projects back that were deleted less than {days} days ago.").format(days=DAYS_TO_RESTORE)

    def words(self) -> str:
        return tr("undelete,undo,bin")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_projects(deleted=True)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import lifecycle

        chosen = self.chosen(parameters, context)
        lifecycle.restore_projects(self.platform.api, chosen, work)
        return {"PROJECT_IDS": ",".join(chosen)}


class RestoreCollections(_OfCollections):
    """Back again."""

    called = "restorecollections"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Restore data collections")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Brings data collections back that were deleted less than {days} days ago.").format(
            days=DAYS_TO_RESTORE
        )

    def words(self) -> str:
        return tr("undelete,undo,bin")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_collections(deleted=True)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import lifecycle

        chosen = places(self, parameters, context)
        lifecycle.restore_collections(self.platform.api, chosen, work)
        return {"COLLECTION_IDS": ",".join(map(str, chosen))}


class ListDeleted(PixelAlgorithm):
    """What can be restored, with the days that are left."""

    called = "listdeletedprojects"
    kind = "projects"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List deleted projects")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists deleted projects that can still be restored, and for how many days.")

    def words(self) -> str:
        return tr("bin,restore")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        declare_filters(self)
        declare_table(self, "PROJECT_IDS", tr("Project ids"), "polygon")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import lifecycle
        from ...providers.steps import entries

        listed = entries(self.platform.api.during(work).projects.deleted(filters_of(self, parameters, context)))
        rows = (with_tags(lifecycle.deleted(one)) for one in listed)
        columns = [*projects.COLUMNS, ("deleted_at", "text"), ("days_left", "integer")]
        return write_table(
            self, parameters, context, work, rows, columns, "PROJECT_IDS", "polygon",
            lambda one: polygon_of(one.get("area_of_interest")),
        )


class ListDeletedCollections(PixelAlgorithm):
    """What can be restored, with the days that are left."""

    called = "listdeletedcollections"
    kind = "collections"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List deleted data collections")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists deleted data collections of some or of all projects that can still be restored, and for how many"
            " days. Those of a deleted project come back with it."
        )

    def words(self) -> str:
        return tr("bin,restore")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Numbers of projects, separated by commas. Empty: all projects.")
        self.addParameter(project_parameter(True, words, several=True, name=PROJECTS))
        declare_filters(self)
        declare_table(self, "COLLECTIONS", tr("Data collections"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import lifecycle
        from ...providers.steps import entries

        api = self.platform.api.during(work)
        filters = filters_of(self, parameters, context)
        given: Iterable[str] = split_ids(self.text(parameters, PROJECTS, context))
        rows = (
            with_tags(lifecycle.deleted(lifecycle.as_row(project, one)))
            for project in given or (str(one["id"]) for one in entries(api.projects.list()))
            for one in entries(api.collections.deleted(project, filters))
        )
        columns = [*collections.COLUMNS, ("deleted_at", "text"), ("days_left", "integer")]
        return write_table(self, parameters, context, work, rows, columns, "COLLECTIONS", identity="collection")


def _can_be_restored(told: str, name: str) -> str:
    """What was deleted, a single thing by its name, and for how long it can be taken back."""
    if name:
        words = tr("“{name}” was deleted. It can be restored for {days} days.")
        return words.format(name=messages.clean(name), days=DAYS_TO_RESTORE)
    return tr("{told} They can be restored for {days} days.").format(told=told, days=DAYS_TO_RESTORE)

"""Images, rasters and point clouds moved to another data collection, and deleted for good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import CONFIRM, given, typed_name
from .common import collection_parameter
from .item_common import OfItems

INTO = "INTO"


class _MoveItems(OfItems):
    journaled = True

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Moves them into another data collection that holds such things and whose rules they meet.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_items()
        words = tr("Project and data collection to move them into, as in 10/7. The button lists those that can be.")
        title = tr("Into the data collection")
        self.addParameter(collection_parameter(self.item, words=words, name=INTO, in_menus=False, title=title))
        self.declare_ids(tr("Ids of what was moved"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        yield from self.required(parameters, context, INTO)
        both = given(parameters, INTO) and given(parameters, "COLLECTION")
        if both and self.place(parameters, context, INTO) == self.place(parameters, context):
            yield tr("They are in that data collection already. Choose another one.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import items

        ids, to = self.ids(parameters, context), self.place(parameters, context, INTO)
        items.move(self.platform.api, self.item, self.place(parameters, context), ids, to, work)
        return self.done(ids)


class MoveImages(_MoveItems):
    """Images."""

    called = "moveimages"
    item = "image"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Move images")


class MoveRasters(_MoveItems):
    """Rasters."""

    called = "moverasters"
    item = "raster"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Move rasters")


class MovePointClouds(_MoveItems):
    """Point clouds."""

    called = "movepointclouds"
    item = "point_cloud"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Move point clouds")


class _DeleteItems(OfItems):
    journaled = True

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes them on the platform with what belongs to them, for good: unlike projects and data collections"
            " they cannot be restored. To be sure, the name has to be typed: that of the one, of several that of their"
            " data collection."
        )

    def words(self) -> str:
        return tr("remove,erase")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_items()
        words = tr(
            "They are deleted for good. Of one, type its name; of several, type the name of their data collection."
        )
        self.addParameter(typed_name(words))
        self.declare_ids(tr("Ids of what was deleted"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        yield from self.required(parameters, context, CONFIRM)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import items

        ids, typed = self.ids(parameters, context), self.text(parameters, CONFIRM, context)
        items.delete(self.platform.api, self.item, self.place(parameters, context), ids, typed, work)
        return self.done(ids)


class DeleteImages(_DeleteItems):
    """Images."""

    called = "deleteimages"
    item = "image"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete images")


class DeleteRasters(_DeleteItems):
    """Rasters."""

    called = "deleterasters"
    item = "raster"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete rasters")


class DeletePointClouds(_DeleteItems):
    """Point clouds."""

    called = "deletepointclouds"
    item = "point_cloud"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete point clouds")

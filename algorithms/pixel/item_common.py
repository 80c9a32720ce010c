"""What algorithms on single images, rasters and point clouds share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from qgis.core import QgsProcessingContext, QgsProcessingOutputNumber, QgsProcessingOutputString

from ...core.translation import tr
from ..parameters import split_ids
from ..parameters.plain import given
from .common import COLLECTION, PixelAlgorithm, collection_parameter, items_parameter

NAMES = {"image": "IMAGES", "raster": "RASTERS", "point_cloud": "POINT_CLOUDS"}


def wrong_ids(ids: list[str]) -> Iterator[str]:
    """What is no number."""
    wrong = next((one for one in ids if not one.isascii() or not one.isdigit()), None)
    if wrong is not None:
        yield tr("“{id}” is no number of an image, raster or point cloud. Choose from the list.").format(id=wrong)


class OfItems(PixelAlgorithm):
    """``COLLECTION`` and ``IMAGES``, ``RASTERS`` or ``POINT_CLOUDS``, by ``item``; their ids go out."""

    kind = "items"
    item: ClassVar[str] = ""

    @property
    def ids_name(self) -> str:
        """The parameter of the items."""
        return NAMES[self.item]

    def declare_items(self, several: bool = True) -> None:
        """Declare where they are and which; ``several`` False: one."""
        self.addParameter(collection_parameter(self.item))
        name = self.ids_name if several else self.ids_name[:-1]
        self.addParameter(items_parameter(self.item, name, several=several))

    def declare_ids(self, title: str) -> None:
        """Declare the ids of what was done."""
        self.addOutput(QgsProcessingOutputString(f"{self.item.upper()}_IDS", title))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of entries")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if given(parameters, COLLECTION):
            self.place(parameters, context)
        several = self.parameterDefinition(self.ids_name) is not None
        ids = self.ids(parameters, context)
        if not ids:
            name = self.ids_name if several else self.ids_name[:-1]
            title = self.parameterDefinition(name).description()
            yield tr("“{parameter}” is empty. Give a value.").format(parameter=title)
        elif not several and len(ids) > 1:
            yield tr("Give one.")
        yield from wrong_ids(ids)

    def ids(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[str]:
        """The chosen ones."""
        name = self.ids_name if self.parameterDefinition(self.ids_name) is not None else self.ids_name[:-1]
        return split_ids(self.text(parameters, name, context))

    def done(self, ids: list[str]) -> dict[str, Any]:
        """The outputs of :meth:`declare_ids`."""
        return {f"{self.item.upper()}_IDS": ",".join(ids), "COUNT": len(ids)}

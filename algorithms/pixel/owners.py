"""What attachments belong to: a project, a data collection, or an image in one. The nearest that is given counts, so
that menus can fill in all that is above an entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import QgsProcessingContext

from ...core.choices import Choice
from ...core.translation import tr
from ..parameters import choice_parameter
from .common import (
    COLLECTION,
    PLATFORM,
    PROJECT,
    PixelAlgorithm,
    collection_parameter,
    items_parameter,
    project_parameter,
)

IMAGE, ATTACHMENT, ATTACHMENTS = "IMAGE", "ATTACHMENT", "ATTACHMENTS"
NEW = "NEW_"


class OwnerAlgorithm(PixelAlgorithm):
    """An algorithm about the attachments of something; its owner comes out as ``OWNER``, ``project/10``."""

    kind = "attachments"

    def declare_owner(self, prefix: str = "") -> None:
        """Declare the three, of which one has to be given; with ``prefix`` those that it is moved to."""
        words = tr("Number of the project, for attachments of a project.")
        self.addParameter(project_parameter(True, words, name=prefix + PROJECT, in_menus=not prefix,
                                            title=tr("To the project") if prefix else ""))
        words = tr("Project and data collection, as in 10/6, for attachments of a data collection.")
        self.addParameter(collection_parameter("", True, words, name=prefix + COLLECTION, in_menus=not prefix,
                                               title=tr("To the data collection") if prefix else ""))
        words = tr("Number of the image, for attachments of an image.")
        image = items_parameter("image", prefix + IMAGE, True, False, words, in_menus=not prefix)
        if prefix:
            image.setDescription(tr("To the image"))
        self.addParameter(image)

    def owner(self, parameters: dict[str, Any], context: QgsProcessingContext, prefix: str = "") -> Any:
        """The nearest that is given, as ``providers.pixel.client.attachments.Owner``. Raises ``InputProblem``."""
        from ...providers.pixel.flows.attachments import owner_of

        return owner_of(self.owner_text(parameters, context, prefix))

    def owner_text(self, parameters: dict[str, Any], context: QgsProcessingContext, prefix: str = "") -> str:
        """The same as it is written, ``project/10``; empty where none is given. Raises ``InputProblem``."""
        return written({name: self.text(parameters, prefix + name, context) for name in (IMAGE, COLLECTION, PROJECT)})

    def owner_problems(
        self, parameters: dict[str, Any], context: QgsProcessingContext, prefix: str = ""
    ) -> Iterator[str]:
        """What is wrong with it."""
        if not self.owner_text(parameters, context, prefix):
            if prefix:
                yield tr("It is not said where to move it. Give a project, a data collection or an image.")
            else:
                yield tr("It is not said whose attachments are meant. Give a project, a data collection or an image.")


def written(values: Mapping[str, str]) -> str:
    """The nearest of image, data collection and project, ``image/123``; empty where none is given."""
    from ...providers.pixel.places import place_of

    if values.get(IMAGE):
        return f"image/{values[IMAGE]}"
    if values.get(COLLECTION):
        return f"data_collection/{place_of(values[COLLECTION]).collection}"
    return f"project/{values[PROJECT]}" if values.get(PROJECT) else ""


def attachments(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Attachments of what is chosen beside it, by name; none while nothing is."""
    from ...providers.pixel.flows.attachments import owner_of

    chosen = written(values)
    for one in platform.api.attachments.list(owner_of(chosen)) if chosen else ():
        name = str(one.get("name") or one["id"])
        if search.casefold() in name.casefold():
            yield Choice(str(one["id"]), name, str(one.get("description") or ""))


def attachment_parameter(several: bool = False, words: str = "") -> Any:
    """The choice of an attachment by its number, or of some."""
    usual = tr("Its number. The button lists the attachments of what is chosen above.")
    return choice_parameter(
        ATTACHMENTS if several else ATTACHMENT,
        tr("Attachments") if several else tr("Attachment"),
        attachments,
        platform=PLATFORM,
        kind="attachment",
        depends=(PROJECT, COLLECTION, IMAGE),
        optional=several,
        several=several,
        help=words or usual,
    )

"""Stored objects: files of images, and the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import advanced, choice, confirm, helped, string
from ..tables import declare_table, write_table
from . import listers
from .common import OBJECT, PLATFORM, CatalogAlgorithm

TYPE, PREFIX, DIRECT, FILE, KEY = "TYPE", "PREFIX", "DIRECT", "FILE", "KEY"
TYPES = ("data", "tmp", "result", "logs", "products")
OWN = ("data", "tmp", "result")


class _Stored(CatalogAlgorithm):
    kind = "archive"

    def declare_object(self) -> None:
        """Declare which object is meant."""
        self.addParameter(choice_parameter(
            OBJECT, tr("Stored object"), listers.stored, platform=PLATFORM, kind="stored",
            help=tr("Type and key, as in products/acme:harvest/fields.tif. The button lists those of products."),
        ))

    def object_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with its name."""
        kind, _, key = self.text(parameters, OBJECT, context).partition("/")
        if kind not in TYPES or not key:
            yield tr("“{text}” is no stored object. Give type and key; types are {allowed}.").format(
                text=self.text(parameters, OBJECT, context), allowed=", ".join(TYPES))


class ListStored(_Stored):
    """Stored objects as a table."""

    called = "liststored"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List stored objects")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the keys of stored objects of a type.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(choice(TYPE, tr("Type"), tr("Files of images are of the type products."), TYPES, "data"))
        self.addParameter(string(PREFIX, tr("Beginning"), tr("Only keys that begin so.")))
        declare_table(self, "OBJECTS", tr("Stored objects"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, TYPE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        kind = self.parameterAsEnumString(parameters, TYPE, context)
        keys = self.platform.api.during(work).storage.list(kind, self.text(parameters, PREFIX, context))
        rows = ({"id": f"{kind}/{one}", "type": kind, "key": one} for one in keys)
        return write_table(self, parameters, context, work, rows,
                           [("id", "text"), ("type", "text"), ("key", "text")], "OBJECTS")


class DownloadStored(_Stored):
    """A stored object into a file."""

    called = "downloadstored"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download stored object")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Downloads a stored object, such as the file of an image. Stopped, it goes on from the list of jobs.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_object()
        box = QgsProcessingParameterBoolean(DIRECT, tr("Straight from the service"), False)
        self.addParameter(advanced(helped(box, tr("For servers without signed addresses; it cannot be resumed."))))
        self.addParameter(helped(QgsProcessingParameterFileDestination(FILE, tr("File")), tr("Where to put it.")))
        self.addOutput(QgsProcessingOutputNumber("BYTES", tr("Bytes")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.object_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import stored

        kind, _, key = self.text(parameters, OBJECT, context).partition("/")
        target = Path(self.parameterAsFileOutput(parameters, FILE, context))
        fetch = stored.read if self.parameterAsBoolean(parameters, DIRECT, context) else stored.download_object
        fetch(self.platform.api, self.platform.engine, kind, key, target, work)
        return {FILE: str(target), "BYTES": target.stat().st_size}


class UploadStored(_Stored):
    """A file into the store."""

    called = "uploadstored"
    journaled = True
    starts_again = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload stored object")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Puts a file into the store under a key. An object of that key is replaced.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(helped(QgsProcessingParameterFile("INPUT", tr("File")), tr("What is sent.")))
        self.addParameter(choice(TYPE, tr("Type"), tr("What is temporary may be removed by itself."), OWN, "data"))
        self.addParameter(string(KEY, tr("Key"), tr("As in fields/june.tif. Empty: the name of the file.")))
        self.addOutput(QgsProcessingOutputString(OBJECT, tr("Stored object")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, TYPE)
        file = Path(self.parameterAsFile(parameters, "INPUT", context))
        if not file.is_file():
            yield tr("There is no file {file}. Choose one that is there.").format(file=file.name)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import stored

        file = Path(self.parameterAsFile(parameters, "INPUT", context))
        kind = self.parameterAsEnumString(parameters, TYPE, context)
        key = self.text(parameters, KEY, context) or file.name
        stored.put(self.platform.api, self.platform.engine, kind, key, file, work)
        return {OBJECT: f"{kind}/{key}"}


class RemoveStored(_Stored):
    """A stored object goes."""

    called = "removestored"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Remove stored object")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Removes a stored object for good. Files of images go with “Remove images”.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_object()
        self.addParameter(confirm(tr("Remove it for good"), tr("It cannot be brought back."), destroys=True))
        self.addOutput(QgsProcessingOutputString("REMOVED", tr("What was removed")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.object_problems(parameters, context)
        yield from self.unconfirmed(parameters, context, tr("The stored object would be removed for good."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import stored

        named = self.text(parameters, OBJECT, context)
        kind, _, key = named.partition("/")
        stored.remove(self.platform.api, kind, key, work)
        return {"REMOVED": named}

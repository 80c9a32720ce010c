"""Bundles of hyperspectral imagery that are on this computer already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
)

from ...core.translation import tr
from ...providers.work import Work
from ..base import ImageryAlgorithm
from ..bundle_layers import folder_of, open_bundle

BUNDLE, FOLDER = "BUNDLE", "FOLDER"


class OpenBundle(ImageryAlgorithm):
    """A ZIP as layers."""

    connected = False

    def name(self) -> str:
        return "openbundle"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Open hyperspectral bundle")

    def group(self) -> str:
        return tr("Analysis")

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return "analysis"

    def tags(self) -> list[str]:
        return tr("zip,unpack,pixxel,envi,wavelength,spectrum,cube").split(",")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Unpacks a bundle that was downloaded before and shows its images: bands named by their wavelengths, as far"
            " as the files or a header (.hdr) beside them tell them, in natural colours where the sensor sees those,"
            " and on the day of their capture. The archive stays as it is. Click pixels with the dock “Spectral"
            " Profile” then."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        file = QgsProcessingParameterFile(BUNDLE, tr("Bundle"), fileFilter=tr("ZIP files (*.zip)"))
        file.setHelp(tr("The ZIP with the images."))
        self.addParameter(file)
        folder = QgsProcessingParameterFolderDestination(
            FOLDER, tr("Folder"), optional=True, createByDefault=False
        )
        folder.setHelp(tr("Where to unpack to. Empty: a folder of the bundle's name beside it."))
        self.addParameter(folder)
        self.addOutput(QgsProcessingOutputString("FILES", tr("Unpacked images, one to a line")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of images")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        path = Path(self.parameterAsFile(parameters, BUNDLE, context))
        if not path.is_file():
            yield tr("There is no file {file}. Choose one that is there.").format(file=path.name)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        path = Path(self.parameterAsFile(parameters, BUNDLE, context))
        chosen = self.parameterAsString(parameters, FOLDER, context)
        folder = Path(chosen) if chosen else folder_of(path)
        files = open_bundle(path, folder, None, context, work)
        return {FOLDER: str(folder), "FILES": "\n".join(map(str, files)), "COUNT": len(files)}

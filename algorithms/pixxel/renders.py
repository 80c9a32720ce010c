"""What a visualization looks like: as a picture with its legend, and as a style for QGIS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterRasterLayer,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...core.whole_file import write_whole
from ...providers.work import Work
from ..failures import words_only
from ..parameters.plain import given, helped
from .common import AOI, aoi_parameter
from .visualizations import DATES, MODE, VISUALIZATION, Visual, dates_parameter, mode_parameter, visualization_parameter

LAYER, FOLDER = "LAYER", "FOLDER"


class DownloadPicture(Visual):
    """A PNG with the legend in it."""

    called = "downloadpicture"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download picture")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Saves a visualization of one day as a PNG picture with its legend drawn in.")

    def words(self) -> str:
        return tr("png,image,report,legend")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        self.addParameter(visualization_parameter())
        self.addParameter(mode_parameter())
        self.addParameter(dates_parameter(several=False))
        file = QgsProcessingParameterFileDestination("OUTPUT", tr("Picture"), tr("PNG files (*.png)"))
        self.addParameter(helped(file, tr("Where to put it.")))
        self.addOutput(QgsProcessingOutputString("DAY", tr("Day")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        if len(self.ids(parameters, DATES, context)) > 1:
            yield tr("A picture is of one day. Give one.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import areas

        aoi_id, identity = (self.text(parameters, name, context) for name in (AOI, VISUALIZATION))
        day = self.days(parameters, context, work, aoi_id, identity)[-1]
        index = str(areas.visualization(self.platform.api, aoi_id, identity, work).get("index_id") or "")
        mode = self.parameterAsEnumString(parameters, MODE, context)
        content = self.platform.api.during(work).visualizations.png(aoi_id, identity, index, day, mode)
        if not content.startswith(b"\x89PNG"):
            raise Problem(tr("The platform gave something that is no PNG picture. Try again later."))
        target = Path(self.parameterAsFileOutput(parameters, "OUTPUT", context))
        write_whole(target, content)
        return {"OUTPUT": str(target), "DAY": day}


class DownloadStyle(Visual):
    """SLD for QGIS."""

    called = "downloadstyle"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download style")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Saves the colours of a visualization as SLD files, one for each day, and puts the newest on a raster layer"
            " where one is chosen."
        )

    def words(self) -> str:
        return tr("sld,colours,legend,symbology")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(aoi_parameter())
        self.addParameter(visualization_parameter())
        self.addParameter(mode_parameter())
        self.addParameter(dates_parameter())
        layer = QgsProcessingParameterRasterLayer(LAYER, tr("Layer to style"), optional=True)
        words = tr("A raster of the index, as “Download assets” brings it. Empty: the files are only saved.")
        self.addParameter(helped(layer, words))
        folder = QgsProcessingParameterFolderDestination(FOLDER, tr("Folder"))
        self.addParameter(helped(folder, tr("Where to put the files. It is made when it is not there.")))
        self.addOutput(QgsProcessingOutputString("FILES", tr("Files, one to a line")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of files")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.transfer import safe_name

        aoi_id, identity = (self.text(parameters, name, context) for name in (AOI, VISUALIZATION))
        days = self.days(parameters, context, work, aoi_id, identity)
        mode = self.parameterAsEnumString(parameters, MODE, context)
        found = self.platform.api.during(work).visualizations.sld(aoi_id, identity, days, [mode]).get(mode) or {}
        if not found:
            words = tr("The platform gives no {mode} style for this visualization. Indices of your own have a dynamic"
                       " one only, composites none.")
            raise Problem(words.format(mode=mode))
        folder = Path(self.parameterAsFileOutput(parameters, FOLDER, context))
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for day, text in sorted(found.items()):
            path = folder / safe_name(f"{mode}_{day}.sld", f"{mode}.sld")
            write_whole(path, text)
            files.append(path)
        self._text = found[max(found)]
        return {FOLDER: str(folder), "FILES": "\n".join(map(str, files)), "COUNT": len(files)}

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        """The layer is one of the main thread."""
        self._text = ""
        self._layer = self.parameterAsRasterLayer(parameters, LAYER, context) if given(parameters, LAYER) else None

    @words_only
    def postProcessAlgorithm(  # noqa: N802 - QGIS's name
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Put the style on the layer, in the main thread."""
        from ...core.layers import sld

        if self._layer is not None and self._text:
            try:
                sld.apply(self._layer, self._text)
                self._layer.triggerRepaint()
            except Problem as problem:
                feedback.pushWarning(str(problem))
        return {}

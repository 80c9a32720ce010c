"""Results as files of this computer: one, several with all that belongs to them, or the platform's archive."""

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
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pix4d.output_types import Home
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import helped
from .common import PROJECT, Pix4dAlgorithm, project_parameter
from .output_choice import RESULT, RESULTS, output_parameter

LOAD, FOLDER, PHOTOS = "LOAD", "FOLDER", "PHOTOS"


def load_parameter() -> Any:
    """Whether what can be shown comes onto the map."""
    words = tr(
        "Shows what this QGIS can show: rasters, contour lines, camera positions; point clouds where it has PDAL, tiled"
        " scenes from QGIS 3.34 on."
    )
    return helped(QgsProcessingParameterBoolean(LOAD, tr("Show on the map"), True), words)


class DownloadOutput(Pix4dAlgorithm):
    """One output as a file."""

    called = "downloadoutput"
    kind = "results"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download output")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Downloads the file of an output: orthomosaic, surface or terrain model, index or reflectance, point cloud,"
            " contour lines, camera positions, report, log, archive. It appears under its name when it is whole; what"
            " was cut goes on where it stopped. An OPF project and a tiled scene are many files: “Download results”"
            " brings them into a folder."
        )

    def words(self) -> str:
        return tr("pull,fetch,orthomosaic,dsm,dtm,ndvi,point cloud,report,contours")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(output_parameter())
        self.addParameter(load_parameter())
        file = QgsProcessingParameterFileDestination("OUTPUT", tr("File"), tr("All files (*.*)"))
        self.addParameter(helped(file, tr("Where to put it. Its usual ending is added when the name has none.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("OUTPUT_TYPE", tr("Type of the output")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, RESULT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import outputs, retrieval
        from . import shown

        project_id = self.text(parameters, PROJECT, context)
        api = self.platform.api.during(work)
        result = outputs.ready_one(api, project_id, self.text(parameters, RESULT, context))
        if result.type.home in (Home.PROJECT, Home.SCENE):
            raise Problem(
                tr("“{output}” leads to many files. Use “Download results”, which brings all of them into a folder.")
                .format(output=result.type.name)
            )
        target = with_ending(Path(self.parameterAsFileOutput(parameters, "OUTPUT", context)), result)
        retrieval.download_one(self.platform.api, self.platform.engine, result, target, work)
        project, files = api.projects.get(project_id), {target: result}
        shown.keep_times(project, files)
        if self.parameterAsBoolean(parameters, LOAD, context):
            shown.load(self, parameters, context, feedback, project, files)
        return {"OUTPUT": str(target), "PROJECT_ID": project_id, "OUTPUT_TYPE": result.type.name}


def with_ending(target: Path, result: Any) -> Path:
    """The file with the ending that fits the output, where QGIS or the user gave none (QGIS's is ``.file``)."""
    from ...providers.pix4d.flows.retrieval import suffix_of

    suffix = suffix_of(result)
    return target.with_suffix(suffix) if target.suffix.lower() in ("", ".file") and suffix else target


class DownloadResults(Pix4dAlgorithm):
    """Several or all outputs into a folder."""

    called = "downloadresults"
    kind = "results"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download results")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Downloads outputs of a project into a folder: those that are named, or all that are ready. Each file is"
            " called by the type of its output. An OPF project comes with all files that it names, a tiled scene with"
            " all of its tiles, each in a folder of its own and with references that still lead to the files. Taken up"
            " again after a stop, it fetches only what is missing. A file that is there already is not replaced: choose"
            " an empty folder."
        )

    def words(self) -> str:
        return tr("pull,fetch,opf,mesh,cesium,3d tiles,all,backup")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(states=("DONE", "ERROR")))
        words = tr("Types or ids, separated by commas. Empty: all that are ready.")
        self.addParameter(output_parameter(words, several=True, optional=True))
        photos = QgsProcessingParameterBoolean(PHOTOS, tr("With the photos of an OPF project"), True)
        self.addParameter(helped(photos, tr("An OPF project names its photos, which can be a lot.")))
        self.addParameter(load_parameter())
        folder = QgsProcessingParameterFolderDestination(FOLDER, tr("Folder"))
        self.addParameter(helped(folder, tr("Where to put the files. It is made when it is not there.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("FILES", tr("Files, one to a line")))
        self.addOutput(QgsProcessingOutputString("OUTPUT_TYPES", tr("Types of the outputs")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of outputs")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import outputs, retrieval
        from . import shown

        project_id = self.text(parameters, PROJECT, context)
        api = self.platform.api.during(work)
        wanted = split_ids(self.text(parameters, RESULTS, context))
        if wanted:
            chosen = list(dict.fromkeys(outputs.ready_one(api, project_id, one) for one in wanted))
        else:
            chosen = [one for one in outputs.results(api, project_id) if one.ready]
        if not chosen:
            raise Problem(tr("The project has no output that is ready. Start its processing, or wait for its end."))
        folder = Path(self.parameterAsString(parameters, FOLDER, context))
        folder.mkdir(parents=True, exist_ok=True)
        if work.noted("begun") is None:
            _refuse_replacing(folder, chosen)
            work.note("begun", True)
        photos = self.parameterAsBoolean(parameters, PHOTOS, context)
        found = retrieval.download_all(self.platform.api, self.platform.engine, chosen, folder, work, photos)
        for name in found.left_out:
            feedback.pushWarning(tr("Not fetched, as it is not in the project's storage: {name}").format(name=name))
        project, files = api.projects.get(project_id), {path: one for one, path in found.files.items()}
        shown.keep_times(project, files)
        if self.parameterAsBoolean(parameters, LOAD, context):
            shown.load(self, parameters, context, feedback, project, files)
        return {
            FOLDER: str(folder),
            "PROJECT_ID": project_id,
            "FILES": "\n".join(str(path) for path in found.files.values()),
            "OUTPUT_TYPES": ",".join(one.type.name for one in found.files),
            "COUNT": len(found.files),
        }


def _refuse_replacing(folder: Path, chosen: list[Any]) -> None:
    from ...providers.pix4d.flows.retrieval import places

    there = [path.name for path in places(chosen, folder).values() if path.exists()]
    if there:
        words = tr("The folder has {names} already, which would be replaced. Choose an empty folder.")
        raise Problem(words.format(names=", ".join(there[:5])))


class DownloadOutputsArchive(Pix4dAlgorithm):
    """All outputs as one archive, which the platform makes."""

    called = "downloadoutputsarchive"
    kind = "results"
    journaled = True
    goes_on = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download archive of outputs")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Has the platform put all outputs of a project into one ZIP file, waits until that is made, and downloads"
            " it. The platform also sends an e-mail when it is ready, and refuses projects with very large outputs:"
            " “Download results” fetches those file by file."
        )

    def words(self) -> str:
        return tr("zip,pull,fetch,all,backup")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(states=("DONE", "ERROR")))
        file = QgsProcessingParameterFileDestination("OUTPUT", tr("Archive"), tr("ZIP files (*.zip)"))
        self.addParameter(helped(file, tr("Where to put it.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows.archives import download_archive
        from ...providers.pix4d.flows.retrieval import archive_address

        project_id = self.text(parameters, PROJECT, context)
        api = self.platform.api.during(work)
        target = Path(self.parameterAsFileOutput(parameters, "OUTPUT", context))
        download_archive(lambda: archive_address(api, project_id), target, work, self.platform.engine)
        return {"OUTPUT": str(target), "PROJECT_ID": project_id}

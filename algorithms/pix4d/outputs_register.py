"""Outputs of one's own: registered with a project, where the platform shows and measures on them; and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterLayer,
)

from ...core.translation import tr
from ...providers.pix4d.output_types import MATERIAL, MESH, TEXTURE, TYPES
from ...providers.work import Work
from ..imagery import raster_file, raster_problems, require_undamaged
from ..parameters import split_ids
from ..parameters.plain import CONFIRM, confirm, given, helped, named_files, string
from .common import PROJECT, Pix4dAlgorithm, project_parameter
from .output_choice import RESULTS, output_parameter

RASTER, FILE, OUTPUT_TYPE, INPUTS, OUTPUT_TYPES = "RASTER", "FILE", "OUTPUT_TYPE", "INPUTS", "OUTPUT_TYPES"
TIFF = (".tif", ".tiff")
BY_SUFFIX = {".obj": MESH, ".mtl": MATERIAL, ".jpg": TEXTURE, ".jpeg": TEXTURE, ".png": TEXTURE}
"""What the files of a mesh are, where they come together."""


class _Register(Pix4dAlgorithm):
    """What both registrations share."""

    kind = "results"
    journaled = True

    def words(self) -> str:
        return tr("upload,push,own,dsm,orthomosaic,mesh")

    def add_outputs(self) -> None:
        """Declare the consent, and what is given back."""
        agreed = QgsProcessingParameterBoolean(CONFIRM, tr("Replace outputs of these types that are there"), False)
        words = tr("A project has one output of a type. Without this nothing is sent when it has one already.")
        self.addParameter(helped(agreed, words))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("OUTPUT_IDS", tr("Output ids")))
        self.addOutput(QgsProcessingOutputString("REGISTERED", tr("Types of the outputs")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of outputs")))

    def register(
        self, files: dict[Path, str], parameters: dict[str, Any], context: QgsProcessingContext, work: Work
    ) -> dict[str, Any]:
        """Send and register, and give the declared outputs."""
        from ...providers.pix4d.flows.outputs import register

        project_id = self.text(parameters, PROJECT, context)
        replace = self.parameterAsBoolean(parameters, CONFIRM, context)
        require_undamaged([path for path in files if path.suffix.lower() in TIFF], work)
        made = register(self.platform.api, self.platform.engine, project_id, files, work, replace)
        return {
            "PROJECT_ID": project_id,
            "OUTPUT_IDS": ",".join(one.output_id for one in made),
            "REGISTERED": ",".join(one.type.name for one in made),
            "COUNT": len(made),
        }


class RegisterOutput(_Register):
    """One file."""

    called = "registeroutput"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Register output")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends a raster or another file to a project and registers it as one of its outputs, for example a surface"
            " model of your own on which the platform is to measure volumes. It takes the place of the output of that"
            " type. The platform then makes a cloud-optimised form of a surface model or orthomosaic, which takes it a"
            " while. Needs a licence that allows cloud content. A mesh has three files: see “Register several outputs”."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        raster = QgsProcessingParameterRasterLayer(RASTER, tr("Raster"), optional=True)
        self.addParameter(helped(raster, tr("A raster file, or a layer of one. Or give a file below.")))
        file = QgsProcessingParameterFile(FILE, tr("Other file"), optional=True)
        self.addParameter(helped(file, tr("A point cloud, a report or another file.")))
        kinds = QgsProcessingParameterEnum(
            OUTPUT_TYPE, tr("Type of the output"), list(TYPES), usesStaticStrings=True, optional=True
        )
        words = tr("What it is, such as dsm, dtm, ortho, point_cloud. Empty: the platform decides by the file's name.")
        self.addParameter(helped(kinds, words))
        self.add_outputs()

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)
        yield from self.unknown(parameters, OUTPUT_TYPE)
        if given(parameters, RASTER) == given(parameters, FILE):
            yield tr("Give either a raster or another file.")
        elif given(parameters, RASTER):
            yield from raster_problems(raster_file(self, parameters, RASTER, context))
        else:
            path = Path(self.parameterAsFile(parameters, FILE, context))
            if path.suffix.lower() in TIFF:
                yield from raster_problems(path)
            else:
                yield from file_problems(path)
        kind = self.parameterAsString(parameters, OUTPUT_TYPE, context)
        if kind in (MESH, MATERIAL, TEXTURE):
            yield tr("A mesh, its material and its texture go together. Use “Register several outputs”.")

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        self._path = raster_file(self, parameters, RASTER, context) if given(parameters, RASTER) else None

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        path = self._path or Path(self.parameterAsFile(parameters, FILE, context))
        kind = self.parameterAsString(parameters, OUTPUT_TYPE, context)
        return self.register({path: kind}, parameters, context, work)


class RegisterOutputs(_Register):
    """Several files together."""

    called = "registeroutputs"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Register several outputs")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends several files to a project and registers them as its outputs in one step, as a mesh needs it: its"
            " .obj file, its material (.mtl) and its texture are known by their endings. They keep their names, by"
            " which they refer to each other. Each takes the place of the output of its type."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        files = QgsProcessingParameterMultipleLayers(INPUTS, tr("Files"), QgsProcessing.SourceType.TypeFile)
        self.addParameter(helped(files, tr("The files, each of which becomes an output.")))
        words = tr(
            "One for each file, in the order of the files, separated by commas, such as dsm,ortho. Empty: a mesh is"
            " known by its endings, and the platform decides on others by their names."
        )
        self.addParameter(string(OUTPUT_TYPES, tr("Types of the outputs"), words))
        self.add_outputs()

    def files(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Path]:
        """The files that are given."""
        return [Path(one) for one in named_files(self, parameters, INPUTS, context)]

    def chosen(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[Path, str]:
        """The files with their types; empty types are for the platform to decide."""
        files = self.files(parameters, context)
        types = [one.strip() for one in self.text(parameters, OUTPUT_TYPES, context).split(",")]
        if types == [""]:
            is_mesh = any(one.suffix.lower() == ".obj" for one in files)
            types = [BY_SUFFIX.get(one.suffix.lower(), "") if is_mesh else "" for one in files]
        return dict(zip(files, types))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)
        files = self.files(parameters, context)
        if not files:
            yield tr("No file is given. Choose at least one.")
            return
        listed = self.text(parameters, OUTPUT_TYPES, context)
        if listed and len(listed.split(",")) != len(files):
            yield tr("There are {types} types for {files} files. Give one for each file, or none.").format(
                types=len(listed.split(",")), files=len(files)
            )
            return
        if len(set(files)) < len(files):
            yield tr("A file is given twice. Leave one of them out.")
            return
        chosen = self.chosen(parameters, context)
        for path, kind in chosen.items():
            yield from raster_problems(path) if path.suffix.lower() in TIFF else file_problems(path)
            if kind and kind not in TYPES:
                words = tr("“{type}” is no type of output that PIX4D knows. “dsm” and “ortho” are some.")
                yield words.format(type=kind)
        types = [kind for kind in chosen.values() if kind]
        if len(set(types)) < len(types):
            yield tr("A type is given twice, and a project has one output of each. Leave one of them out.")
        mesh = {MESH, MATERIAL, TEXTURE}
        if mesh & set(types) and not mesh <= set(types):
            yield tr("A mesh is three files: .obj, .mtl and its texture. Give all of them.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        return self.register(self.chosen(parameters, context), parameters, context, work)


def file_problems(path: Path) -> Iterator[str]:
    """What is wrong with a file that is to be sent."""
    if not path.is_file():
        yield tr("There is no file {file}. Choose one that is there.").format(file=path.name)
    elif path.stat().st_size == 0:
        yield tr("The file {file} is empty.").format(file=path.name)


class DeleteOutputs(Pix4dAlgorithm):
    """Outputs, for good."""

    called = "deleteoutputs"
    kind = "results"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete outputs")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes outputs of a project with their files, for good. Photos and the project itself stay. What was"
            " processed can be made again, which may cost; what was registered has to be sent again."
        )

    def words(self) -> str:
        return tr("remove")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(output_parameter(several=True))
        self.addParameter(confirm(tr("Delete them for good"), tr("There is no way back."), destroys=True))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("OUTPUT_TYPES", tr("Types of the outputs")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of outputs")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, RESULTS)
        yield from self.unconfirmed(parameters, context, tr("The outputs are deleted for good."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows.outputs import delete

        project_id = self.text(parameters, PROJECT, context)
        wanted = split_ids(self.text(parameters, RESULTS, context))
        deleted = delete(self.platform.api, project_id, wanted, work)
        return {
            "PROJECT_ID": project_id,
            "OUTPUT_TYPES": ",".join(one.type.name for one in deleted),
            "COUNT": len(deleted),
        }

"""The processing options that a project keeps until it is processed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
)

from ...core.translation import tr
from ...providers.pix4d.project_records import ProcessingOptions
from ...providers.work import Work
from ..parameters.plain import advanced, given, helped
from .common import PROJECT, Pix4dAlgorithm, project_parameter
from .options_input import WithOptions

OVERWRITE, RESET = "OVERWRITE", "RESET"
RESETS: dict[str, tuple[str, ...]] = {
    "tags": ("tags",),
    "outputs": ("outputs",),
    "formats": ("formats",),
    "output_crs": ("output_cs_horizontal", "output_cs_vertical", "output_cs_geoid", "output_cs_geoid_height"),
}
"""What can be taken back to its default, and the members that it is told by."""


class SetOptions(WithOptions):
    """Change some options, or overwrite all."""

    called = "setoptions"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Set processing options")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sets how a project is processed: tags, outputs and their formats, the system of the results. What is not"
            " given stays, or with “All others return to their defaults” is taken back, the region of interest"
            " included.\n\nThe templates of PIX4Dmapper (standard and custom ones) are not offered: PIX4D retired them"
            " in January 2026."
        )

    def words(self) -> str:
        return tr("tags,outputs,formats,nadir,oblique,building,rtk,half-scale,template")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.declare_options()
        resets = QgsProcessingParameterEnum(
            RESET, tr("Return to the default"), list(RESETS), allowMultiple=True, optional=True, usesStaticStrings=True
        )
        self.addParameter(advanced(helped(resets, tr("These are taken back; nothing may be given for them above."))))
        overwrite = QgsProcessingParameterBoolean(OVERWRITE, tr("All others return to their defaults"), False)
        self.addParameter(helped(overwrite, tr("Also the region of interest is taken away.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)
        found = list(self.option_problems(parameters, context))
        yield from found
        if found:
            return
        options, resets = self.options(parameters, context), self._resets(parameters, context)
        if not options and not resets and not self.parameterAsBoolean(parameters, OVERWRITE, context):
            yield tr("Nothing is to be set. Choose at least one option.")
        for name in resets:
            if set(RESETS[name]) & set(options):
                yield tr("“{name}” is given and is to return to its default. Choose one of the two.").format(name=name)

    def _resets(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[str]:
        names = self.parameterAsEnumStrings(parameters, RESET, context) if given(parameters, RESET) else []
        return [one for one in names if one in RESETS]

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import processing

        project_id = self.text(parameters, PROJECT, context)
        overwrite = self.parameterAsBoolean(parameters, OVERWRITE, context)
        options: dict[str, Any] = dict(self.options(parameters, context))
        if not overwrite:
            options.update({member: None for name in self._resets(parameters, context) for member in RESETS[name]})
        processing.set_options(self.platform.api, project_id, options, overwrite, work)
        return {"PROJECT_ID": project_id}


class GetOptions(Pix4dAlgorithm):
    """What is stored."""

    called = "getoptions"
    kind = "processing"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get processing options")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Tells how a project will be processed. What is empty is at the platform's default.")

    def words(self) -> str:
        return tr("tags,outputs,formats,read")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        for name, title in (
            ("PROJECT_ID", tr("Project id")),
            ("TAGS", tr("Tags")),
            ("OUTPUTS", tr("Outputs")),
            ("FORMATS", tr("Formats")),
            ("OUTPUT_SYSTEM", tr("Coordinate reference system of the results")),
            ("OUTPUT_GEOID", tr("Geoid model of the results")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("OUTPUT_GEOID_HEIGHT", tr("Geoid height of the results (metres)")))
        self.addOutput(QgsProcessingOutputBoolean("HAS_REGION", tr("Whether there is a region of interest")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        project_id = self.text(parameters, PROJECT, context)
        stored: ProcessingOptions = self.platform.api.during(work).options.get(project_id)
        horizontal, vertical = stored.get("output_cs_horizontal"), stored.get("output_cs_vertical")
        system = f"EPSG:{horizontal}" + (f"+{vertical}" if vertical is not None else "") if horizontal else ""
        found = {
            "TAGS": ",".join(stored.get("tags") or []),
            "OUTPUTS": ",".join(stored.get("outputs") or []),
            "FORMATS": ",".join(_formats(stored.get("formats") or {})),
            "OUTPUT_SYSTEM": system,
            "OUTPUT_GEOID": stored.get("output_cs_geoid") or "",
            "OUTPUT_GEOID_HEIGHT": stored.get("output_cs_geoid_height"),
            "HAS_REGION": bool(stored.get("area")),
        }
        feedback.pushInfo(tr("Tags: {tags}. Outputs: {outputs}.").format(
            tags=found["TAGS"] or tr("the usual ones"), outputs=found["OUTPUTS"] or tr("the usual ones")
        ))
        return {"PROJECT_ID": project_id, **found}


def _formats(formats: Mapping[str, list[str]]) -> Iterator[str]:
    for output, some in formats.items():
        yield from (f"{output}.{one}" for one in some)

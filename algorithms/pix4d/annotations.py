"""Annotations of a project as layers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
    QgsProcessingParameterVectorDestination,
    QgsProject,
)

from ...core.translation import tr
from ...providers.work import Work
from ..own_look import own_look
from ..parameters.plain import advanced, file_named, given, helped
from .common import Pix4dAlgorithm, project_parameter
from .results_map import captured_at

COORDINATES = "COORDINATES"
OUTPUTS = {"POINTS": "point", "LINES": "line", "POLYGONS": "polygon", "CIRCLES": "circle"}
_TYPES = {
    "point": QgsProcessing.SourceType.TypeVectorPoint,
    "line": QgsProcessing.SourceType.TypeVectorLine,
    "polygon": QgsProcessing.SourceType.TypeVectorPolygon,
    "circle": QgsProcessing.SourceType.TypeVectorPolygon,
}


def coordinates_parameter() -> Any:
    """In which system annotations are."""
    from ...core.annotations.systems import CHOICES

    names = list(CHOICES)
    made = QgsProcessingParameterEnum(
        COORDINATES, tr("Coordinates of annotations"), names, False, names[0], False, True
    )
    words = tr(
        "“project”: in the coordinate system of the project, as PIX4D says. “degrees”: longitude and latitude, should"
        " annotations turn out to lie elsewhere."
    )
    return advanced(helped(made, words))


class GetAnnotations(Pix4dAlgorithm):
    """All annotations of a project, a layer for each kind of shape."""

    called = "getannotations"
    kind = "annotations"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get annotations as layers")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes layers of the annotations of a project: points, lines, polygons and circles, in their own colours."
            " The layers can be edited and pushed back with “Push annotations”: what you do not touch stays as it is"
            " on the platform, what has no column included. Coordinates are those of the platform, in the coordinate"
            " system of the project."
        )

    def words(self) -> str:
        return tr("pull,download,drawings,measurements,comments,stockpiles")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        from ...core.annotations.looks import titles

        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(coordinates_parameter())
        for name, kind in OUTPUTS.items():
            made = QgsProcessingParameterVectorDestination(
                name, titles()[kind], _TYPES[kind], optional=True, createByDefault=True
            )
            self.addParameter(helped(made, tr("A GeoPackage. It is written also when there are none of this kind.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of annotations")))
        self.addOutput(QgsProcessingOutputNumber("LEFT_OUT", tr("Annotations of other shapes, which are left out")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT")
        yield from self.unknown(parameters, COORDINATES)
        shown = {Path(one.source().partition("|")[0]) for one in QgsProject.instance().mapLayers().values()}
        for name in OUTPUTS:
            target = file_named(parameters.get(name))
            if target is not None and target.suffix.lower() != ".gpkg":
                yield tr("The layer cannot be written to {file}. Give a name that ends in .gpkg.").format(
                    file=target.name
                )
            elif target in shown:  # what is edited in it later would be lost
                yield tr("{file} is shown in the project. Remove its layer first, or choose another file.").format(
                    file=target.name
                )
        if not any(given(parameters, name) for name in OUTPUTS):
            yield tr("No layer is wanted. Choose where to write at least one of them.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.annotations.dressing import make_dressed
        from ...core.annotations.systems import annotation_crs
        from ...core.layers import provenance
        from ...providers.pix4d.flows import annotation_list

        project_id = self.text(parameters, "PROJECT", context)
        api = self.platform.api.during(work)
        project = api.projects.get(project_id)
        crs = annotation_crs(project, self.parameterAsEnumString(parameters, COORDINATES, context))
        connection = self.text(parameters, "CONNECTION", context)
        title = project.get("display_name") or project.get("name") or project_id
        found: dict[str, Any] = {"PROJECT_ID": project_id, "COUNT": 0, "LEFT_OUT": 0}
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            there = annotation_list.fetch(api, project_id, Path(folder) / "annotations.jsonl", work)
            for name, kind in OUTPUTS.items():
                work.check_cancelled()
                if not given(parameters, name):
                    continue
                target = Path(self.parameterAsOutputLayer(parameters, name, context))
                origin = provenance.made("pix4d", connection, kind, {"project": project_id})
                captured = captured_at(project)
                made = make_dressed(target, there.records(), crs, {kind: origin}, title, captured)
                found[name] = str(target)
                found["COUNT"] += made.count
                found["LEFT_OUT"] = made.left_out
                own_look(context, str(target))
        if found["LEFT_OUT"]:
            feedback.pushWarning(
                tr("Annotations of shapes that no layer can hold are left out: {count}.").format(
                    count=found["LEFT_OUT"])
            )
        if not crs.isValid():
            feedback.pushWarning(tr("The project has no place on the earth, so its layers have none either."))
        return found

"""One control point changed, some deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
)

from ...core.control_points.names import is_plain
from ...core.translation import tr
from ...providers.pix4d.project_records import POINT_TYPES
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import confirm, given, helped, number, string
from .common import PROJECT, Pix4dAlgorithm, project_parameter
from .point_choice import gcp_parameter

GCP, GCPS, NEW_NAME, TYPE = "GCP", "GCPS", "NEW_NAME", "POINT_TYPE"
NUMBERS = {"X": "x", "Y": "y", "Z": "z", "XY_ACCURACY": "xy_accuracy", "Z_ACCURACY": "z_accuracy"}
FAR = 1e9


def odd_names(names: list[str]) -> Iterator[str]:
    """A problem for each name that the platform's addresses cannot hold."""
    for name in names:
        if not is_plain(name):
            yield tr(
                "PIX4D cannot change or delete a point called “{name}”: only names of letters, digits and underscores"
                " can be addressed. It goes only with its project."
            ).format(name=name)


class EditGcp(Pix4dAlgorithm):
    """Members of one control point."""

    called = "editgcp"
    kind = "control_points"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit control point")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Changes the name, type, coordinates or accuracies of one control point. What is left empty stays as it is."
            " “Change control points by a layer” changes many."
        )

    def words(self) -> str:
        return tr("gcp,rename,move,check point,accuracy")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(gcp_parameter(GCP, tr("Control point")))
        words = tr("Letters, digits and underscores. Marks follow.")
        self.addParameter(string(NEW_NAME, tr("New name"), words))
        types = QgsProcessingParameterEnum(TYPE, tr("Type"), list(POINT_TYPES), usesStaticStrings=True, optional=True)
        self.addParameter(helped(types, tr("A check point is measured, but not used for placing the project.")))
        place = tr("In the project's coordinate reference system: x runs east or west, y north or south.")
        for name, title in (("X", tr("X")), ("Y", tr("Y")), ("Z", tr("Height"))):
            self.addParameter(number(name, title, place, -FAR, FAR))
        unit = tr("In the unit of the project's system.")
        for name, title in (
            ("XY_ACCURACY", tr("Horizontal accuracy")), ("Z_ACCURACY", tr("Vertical accuracy")),
        ):  # fmt: skip
            self.addParameter(number(name, title, unit, 0, FAR))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("GCP_NAME", tr("Name of the point")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, GCP)
        yield from self.unknown(parameters, TYPE)
        name, new = self.text(parameters, GCP, context), self.text(parameters, NEW_NAME, context)
        yield from odd_names([one for one in (name, new) if one])
        if not any(given(parameters, one) for one in (NEW_NAME, TYPE, *NUMBERS)):
            yield tr("Nothing is to be changed. Give at least one new value.")
        for one in ("XY_ACCURACY", "Z_ACCURACY"):
            if given(parameters, one) and (self.real(parameters, one, context) or 0) <= 0:
                yield tr("An accuracy has to be greater than 0.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import control_points

        project_id, name = self.text(parameters, PROJECT, context), self.text(parameters, GCP, context)
        changes: dict[str, object] = {
            member: self.real(parameters, one, context) for one, member in NUMBERS.items() if given(parameters, one)
        }
        if given(parameters, NEW_NAME):
            changes["name"] = self.text(parameters, NEW_NAME, context)
        if given(parameters, TYPE):
            changes["point_type"] = self.parameterAsEnumString(parameters, TYPE, context)
        final = control_points.change_gcp(self.platform.api, project_id, name, changes, work)
        return {"PROJECT_ID": project_id, "GCP_NAME": final}


class DeleteGcps(Pix4dAlgorithm):
    """Some control points, with their marks."""

    called = "deletegcps"
    kind = "control_points"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete control points")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes control points of a project, and the marks that they have in photos. When one of the names is not"
            " there, nothing is deleted."
        )

    def words(self) -> str:
        return tr("gcp,remove,check point")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(gcp_parameter(GCPS, tr("Control points"), several=True))
        words = tr("The points and their marks are deleted; the platform cannot give them back.")
        self.addParameter(confirm(tr("Confirm: the points and their marks are deleted"), words, destroys=True))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("GCP_NAMES", tr("Names of the deleted points")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of deleted points")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, GCPS)
        yield from odd_names(split_ids(self.text(parameters, GCPS, context)))
        yield from self.unconfirmed(parameters, context, tr("The control points and their marks would be deleted."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import control_points

        project_id = self.text(parameters, PROJECT, context)
        names = split_ids(self.text(parameters, GCPS, context))
        gone = control_points.delete_gcps(self.platform.api, project_id, names, work)
        return {"PROJECT_ID": project_id, "GCP_NAMES": ",".join(gone), "COUNT": len(gone)}

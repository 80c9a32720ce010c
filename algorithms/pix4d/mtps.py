"""Manual tie points: what is seen in several photos, without coordinates of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
)

from ...core.control_points.names import LONGEST
from ...core.translation import tr
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import confirm, given, helped, number, string
from ..tables import declare_table, write_table
from .common import PROJECT, Pix4dAlgorithm, project_parameter
from .point_choice import mtp_parameter

NAMES, CHECKPOINTS, MTP, MTPS, NEW_NAME, USE = "NAMES", "CHECKPOINTS", "MTP", "MTPS", "NEW_NAME", "USE"
USES = ("tie", "check")
PLACE = {"X": "x", "Y": "y", "Z": "z"}
COLUMNS = [("id", "long"), ("name", "text"), ("is_checkpoint", "boolean"), ("x", "real"), ("y", "real"), ("z", "real"),
           ("marks", "integer")]
FAR = 1e9


class RegisterMtps(Pix4dAlgorithm):
    """All names, or none."""

    called = "registermtps"
    kind = "control_points"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Register manual tie points")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes manual tie points in a project: places that can be recognised in several photos, but whose"
            " coordinates are not known. Mark them in at least two photos afterwards. All names are registered or"
            " none. A name is also used up by a control point."
        )

    def words(self) -> str:
        return tr("mtp,tie point,marks")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(string(NAMES, tr("Names"), tr("Separated by commas; each once."), optional=False))
        check = QgsProcessingParameterBoolean(CHECKPOINTS, tr("They are check points"), False)
        self.addParameter(helped(check, tr("Check points are measured, but not used for placing the project.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("MTP_IDS", tr("Numbers of the tie points")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of tie points")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, NAMES)
        for name in split_ids(self.text(parameters, NAMES, context)):
            if len(name) > LONGEST:
                yield tr("A name has {count} characters; at most {most} are allowed.").format(
                    count=len(name), most=LONGEST
                )

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import control_points

        project_id = self.text(parameters, PROJECT, context)
        check = self.parameterAsBoolean(parameters, CHECKPOINTS, context)
        points = [{"name": name, "is_checkpoint": check} for name in split_ids(self.text(parameters, NAMES, context))]
        ids = control_points.register_mtps(self.platform.api, project_id, points, work)
        return {"PROJECT_ID": project_id, "MTP_IDS": ",".join(ids), "COUNT": len(ids)}


class ListMtps(Pix4dAlgorithm):
    """The tie points as a table."""

    called = "listmtps"
    kind = "control_points"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List manual tie points")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the manual tie points of a project, in how many photos each is marked, and the coordinates that it"
            " has, if any."
        )

    def words(self) -> str:
        return tr("mtp,tie point,table")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        declare_table(self, "MTP_IDS", tr("Numbers of the tie points"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        api, project_id = self.platform.api.during(work), self.text(parameters, PROJECT, context)
        mtps = api.mtps.list(project_id)
        marks = Counter(str(one.get("gcp")) for one in api.marks.list(project_id))
        records = [{**one, "marks": marks[one["name"]]} for one in mtps]
        return write_table(self, parameters, context, work, records, COLUMNS, "MTP_IDS")


class EditMtp(Pix4dAlgorithm):
    """Members of one tie point."""

    called = "editmtp"
    kind = "control_points"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit manual tie point")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Changes the name, the use or the place of one manual tie point. What is left empty stays as it is.")

    def words(self) -> str:
        return tr("mtp,rename,check point")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(mtp_parameter(MTP, tr("Tie point")))
        self.addParameter(string(NEW_NAME, tr("New name"), tr("Marks follow.")))
        uses = QgsProcessingParameterEnum(USE, tr("Use"), list(USES), usesStaticStrings=True, optional=True)
        self.addParameter(helped(uses, tr("“tie” places the project, “check” is only measured.")))
        for name in PLACE:
            words = tr("In the project's coordinate reference system.")
            self.addParameter(number(name, name if name != "Z" else tr("Height"), words, -FAR, FAR))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("MTP_ID", tr("Number of the tie point")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, MTP)
        yield from self.unknown(parameters, USE)
        if not any(given(parameters, one) for one in (NEW_NAME, USE, *PLACE)):
            yield tr("Nothing is to be changed. Give at least one new value.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        project_id, identity = self.text(parameters, PROJECT, context), self.text(parameters, MTP, context)
        changes: dict[str, object] = {
            member: self.real(parameters, one, context) for one, member in PLACE.items() if given(parameters, one)
        }
        if given(parameters, NEW_NAME):
            changes["name"] = self.text(parameters, NEW_NAME, context)
        if given(parameters, USE):
            changes["is_checkpoint"] = self.parameterAsEnumString(parameters, USE, context) == USES[1]
        self.platform.api.during(work).mtps.update(project_id, identity, changes)
        return {"PROJECT_ID": project_id, "MTP_ID": identity}


class DeleteMtps(Pix4dAlgorithm):
    """Some tie points, with their marks."""

    called = "deletemtps"
    kind = "control_points"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete manual tie points")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes manual tie points of a project, and the marks that they have in photos. When one of them is not"
            " there, nothing is deleted."
        )

    def words(self) -> str:
        return tr("mtp,remove,tie point")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(mtp_parameter(MTPS, tr("Tie points"), several=True))
        words = tr("The tie points and their marks are deleted; the platform cannot give them back.")
        self.addParameter(confirm(tr("Confirm: the tie points and their marks are deleted"), words, destroys=True))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("MTP_IDS", tr("Numbers of the deleted tie points")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of deleted tie points")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, MTPS)
        yield from self.unconfirmed(parameters, context, tr("The tie points and their marks would be deleted."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import control_points

        project_id = self.text(parameters, PROJECT, context)
        ids = split_ids(self.text(parameters, MTPS, context))
        gone = control_points.delete_mtps(self.platform.api, project_id, ids, work)
        return {"PROJECT_ID": project_id, "MTP_IDS": ",".join(gone), "COUNT": len(gone)}

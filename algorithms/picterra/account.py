"""The account behind the key, and who may use a folder or detector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
    QgsProcessingParameterMatrix,
)

from ...core.translation import tr
from ...providers.picterra.records import GRANT_KINDS
from ...providers.work import Work
from ..parameters.plain import confirm, helped, string
from ..tables import declare_table, write_table
from .common import PicterraAlgorithm

KINDS = list(GRANT_KINDS)
WIDTH = 3


class GetUser(PicterraAlgorithm):
    """Who the key belongs to."""

    called = "getuser"
    kind = "account"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Who am I")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives the user and the organisation that the key of the connection belongs to.")

    def words(self) -> str:
        return tr("user,organisation,organization,key,test connection")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addOutput(QgsProcessingOutputString("USER_ID", tr("User id")))
        self.addOutput(QgsProcessingOutputString("ORGANIZATION_ID", tr("Organisation id")))
        self.addOutput(QgsProcessingOutputString("ORGANIZATION_NAME", tr("Organisation")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        user = self.platform.api.during(work).account.user()
        organisation = user.get("organization_name") or ""
        feedback.pushInfo(tr("Organisation: {name}").format(name=organisation))
        return {
            "USER_ID": user.get("user_id") or "",
            "ORGANIZATION_ID": user.get("organization_id") or "",
            "ORGANIZATION_NAME": organisation,
        }


class _Grants(PicterraAlgorithm):
    """Kind and id of what is shared."""

    kind = "account"

    def words(self) -> str:
        return tr("share,sharing,permissions,access")

    def add_resource(self) -> None:
        """Declare the parameters."""
        kinds = QgsProcessingParameterEnum("KIND", tr("Kind"), KINDS, False, KINDS[0], False, True)
        self.addParameter(helped(kinds, tr("What is shared: a folder or a detector.")))
        words = tr("Id of the folder or detector.")
        self.addParameter(string("RESOURCE", tr("Folder or detector"), words, optional=False))

    def resource_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with them."""
        yield from self.required(parameters, context, "RESOURCE")
        yield from self.unknown(parameters, "KIND")

    def resource(self, parameters: dict[str, Any], context: QgsProcessingContext) -> tuple[str, str]:
        """Kind and id."""
        return self.parameterAsEnumString(parameters, "KIND", context), self.text(parameters, "RESOURCE", context)


class GetGrants(_Grants):
    """Who may use it, as a table."""

    called = "getgrants"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List grants")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists who may use a folder or a detector, and in which role.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.add_resource()
        declare_table(self, "GRANTEE_IDS", tr("Ids of users and organisations"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.resource_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        grants = self.platform.api.during(work).account.grants(*self.resource(parameters, context))
        records = [{**(one.get("grantee") or {}), "role": one.get("role")} for one in grants]
        columns = [("type", "text"), ("id", "text"), ("role", "text")]
        return write_table(self, parameters, context, work, records, columns, "GRANTEE_IDS")


class SetGrants(_Grants):
    """Replace who may use it."""

    called = "setgrants"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Set grants")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Replaces all grants of a folder or a detector by those of the table. Who is not in the table may not use"
            " it any more. Roles that are known: viewer, editor."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.add_resource()
        headers = [tr("user or organization"), tr("Id"), tr("Role")]
        table = QgsProcessingParameterMatrix("GRANTS", tr("Grants"), headers=headers, optional=True)
        self.addParameter(helped(table, tr("One row for each user or organization. Empty: nobody else may use it.")))
        words = tr("All present grants are replaced by those of the table.")
        self.addParameter(confirm(tr("Confirm: all present grants are replaced"), words))
        self.addOutput(QgsProcessingOutputString("RESOURCE_ID", tr("Id of the folder or detector")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of grants")))

    def rows(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[list[str]]:
        """Type, id and role of each row."""
        cells = self.cells(parameters, "GRANTS", context)
        return [row for row in (cells[at:at + WIDTH] for at in range(0, len(cells), WIDTH)) if any(row)]

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.resource_problems(parameters, context)
        for row in self.rows(parameters, context):
            if len(row) != WIDTH or not all(row):
                yield tr("Each row of the grants needs a type, an id and a role.")
            elif row[0] not in ("user", "organization"):
                yield tr("A grant is for a “user” or an “organization”, not for “{type}”.").format(type=row[0])
        what = tr("All present grants would be replaced by those of the table.")
        yield from self.unconfirmed(parameters, context, what)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        kind, resource_id = self.resource(parameters, context)
        grants = [{"grantee": {"type": one[0], "id": one[1]}, "role": one[2]} for one in self.rows(parameters, context)]
        after = self.platform.api.during(work).account.set_grants(kind, resource_id, grants)
        return {"RESOURCE_ID": resource_id, "COUNT": len(after)}

"""Who is behind the client id of a connection."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputString

from ...core.translation import tr
from ...providers.work import Work
from .common import Pix4dAlgorithm


class GetUser(Pix4dAlgorithm):
    """The account."""

    called = "getuser"
    kind = "sharing"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Who am I at PIX4D")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Gives the user that the client id of the connection belongs to, the organisation that he begins with, and"
            " which units he prefers."
        )

    def words(self) -> str:
        return tr("user,account,organisation,organization,licence,test connection")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        for name, title in (
            ("USER_ID", tr("User id")),
            ("NAME", tr("Name")),
            ("EMAIL", tr("E-mail")),
            ("ORGANIZATION_ID", tr("Organisation id")),
            ("UNITS", tr("Preferred units")),
            ("LICENSES", tr("Licences")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        user = self.platform.api.during(work).account.user()
        licenses = user.get("license_per_solution_summary")
        found = {
            "USER_ID": user.get("uuid") or "",
            "NAME": " ".join(filter(None, (user.get("first_name"), user.get("last_name")))),
            "EMAIL": user.get("email") or "",
            "ORGANIZATION_ID": user.get("default_organization") or "",
            "UNITS": user.get("preferred_units") or "",
            "LICENSES": ", ".join(f"{name}: {state}" for name, state in licenses.items())
            if isinstance(licenses, dict) else "",
        }
        feedback.pushInfo(tr("User: {name}").format(name=found["NAME"] or found["EMAIL"] or found["USER_ID"]))
        return found

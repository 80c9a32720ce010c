"""What became of uploads, with logs and stack traces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.translation import tr
from ...providers.descarteslabs.places import inside_of
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import advanced, choice, helped, moment
from ..tables import declare_table, write_table
from . import listers
from .common import PLATFORM, PRODUCT, UPLOAD, CatalogAlgorithm, product_parameter
from .uploads import COLUMNS, WAIT, tell

LISTED = [one for one in COLUMNS if one[0] not in ("image", "labels", "logs", "stacktrace")]
STATES = ("SUCCESS", "FAILURE")


class ListUploads(CatalogAlgorithm):
    """Ended uploads as a table."""

    called = "listuploads"
    kind = "uploads"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List uploads")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the uploads into a product that have ended. “Get upload” gives the log of one.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(product_parameter())
        self.addParameter(choice("STATUS", tr("Status"), tr("Only those that went well, or that failed."), STATES))
        self.addParameter(moment("CREATED", tr("Created after")))
        self.addParameter(moment("UPDATED", tr("Changed after")))
        declare_table(self, "UPLOAD_IDS", tr("Upload ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PRODUCT)
        yield from self.unknown(parameters, "STATUS")
        yield from self.unreadable(parameters, context, "CREATED", "UPDATED")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        asked = {
            "status": self.parameterAsEnumString(parameters, "STATUS", context),
            "created": self.moment(parameters, "CREATED", context),
            "updated": self.moment(parameters, "UPDATED", context),
        }
        filters: Any = {name: value for name, value in asked.items() if value}
        pages = self.platform.api.during(work).uploads.list(self.text(parameters, PRODUCT, context), filters)
        rows = (one for page, _ in pages for one in page.records)
        return write_table(self, parameters, context, work, rows, LISTED, "UPLOAD_IDS")


class GetUpload(CatalogAlgorithm):
    """One upload with its log."""

    called = "getupload"
    kind = "uploads"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get upload")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Tells what became of an upload, with its log and, where it failed, the stack trace. One that was sent"
            " without waiting can be waited for here."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(choice_parameter(
            UPLOAD, tr("Upload"), listers.uploads, platform=PLATFORM, kind="upload", depends=(PRODUCT,),
            help=tr("Product and name, as in acme:harvest/fields.tif. The button lists those of the connection."),
        ))
        wait = QgsProcessingParameterBoolean(WAIT, tr("Wait until the catalog has read it"), False)
        self.addParameter(advanced(helped(wait, tr("Without this, one that is still being read is not found."))))
        for name, title in (
            ("UPLOAD_ID", tr("Upload id")), ("STATUS", tr("Status")), ("FAILURE_TYPE", tr("Kind of failure")),
            ("EXCEPTION_NAME", tr("Error")), ("CREATED", tr("Created")), ("LABELS", tr("Labels")), ("LOGS", tr("Log")),
            ("STACKTRACE", tr("Stack trace")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("RUNTIME", tr("Took (s)")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, UPLOAD)
        if self.text(parameters, UPLOAD, context):
            inside_of(self.text(parameters, UPLOAD, context))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import uploads

        place = inside_of(self.text(parameters, UPLOAD, context))
        api = self.platform.api
        if self.parameterAsBoolean(parameters, WAIT, context):
            one: Any = uploads.awaited(api, place.product, place.name, work)
        else:
            one = api.during(work).uploads.get(place.product, place.name)
        tell(feedback, [one])
        texts = ("status", "failure_type", "exception_name", "created", "logs", "stacktrace")
        return {"UPLOAD_ID": one["id"], "RUNTIME": one.get("runtime"), "LABELS": ",".join(one.get("labels") or []),
                **{name.upper(): str(one.get(name) or "") for name in texts}}

"""Files into products, and what all uploads share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.descarteslabs import properties
from ...providers.work import Work
from .. import files_input
from ..imagery import require_undamaged
from ..parameters.plain import given, helped, string
from ..tables import OUTPUT, write_table
from .common import PRODUCT, CatalogAlgorithm, product_parameter
from .fields import declare_properties, moments, properties_of

IMAGE_ID, TOGETHER, WAIT = "IMAGE_ID", "TOGETHER", "WAIT"
SUFFIXES = (".tif", ".tiff", ".jp2")
COLUMNS = [("id", "text"), ("image", "text"), ("status", "text"), ("failure_type", "text"), ("exception_name", "text"),
           ("runtime", "real"), ("peak_memory_usage", "long"), ("created", "text"), ("labels", "text"),
           ("logs", "text"), ("stacktrace", "text")]
TOLD = 2000


class Upload(CatalogAlgorithm):
    """What uploads share."""

    kind = "uploads"
    journaled = True
    goes_on = True
    starts_again = True

    def image_details(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """What is said of the image."""
        return properties_of(self, "image", parameters, context)

    def declare_rest(self) -> None:
        """Declare what is said of the image, the waiting and the results."""
        wait = QgsProcessingParameterBoolean(WAIT, tr("Wait until the catalog has read them"), True)
        self.addParameter(helped(wait, tr("The catalog reads what was sent either way.")))
        declare_properties(self, "image")
        table = QgsProcessingParameterFeatureSink(
            OUTPUT, tr("Results"), QgsProcessing.SourceType.TypeVector, optional=True, createByDefault=False
        )
        self.addParameter(helped(table, tr("One row for each upload, with its log.")))
        self.addOutput(QgsProcessingOutputString("UPLOAD_IDS", tr("Upload ids")))
        self.addOutput(QgsProcessingOutputString("IMAGE_IDS", tr("Ids of the images that were made")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of uploads")))
        self.addOutput(QgsProcessingOutputNumber("FAILED", tr("Number of those that failed")))

    def property_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with what is said of the image."""
        yield from self.unreadable(parameters, context, *moments(self, "image"))
        name = self.text(parameters, IMAGE_ID, context)
        if name:
            properties.check_id(name)
        self.image_details(parameters, context)

    def sent(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work,
        sending: Sequence[Any], product: str,
    ) -> dict[str, Any]:
        """Send into a product, follow, and tell what became of each."""
        from ...providers.descarteslabs.flows import uploads

        api = self.platform.api
        sender = work.part("files", (0.0, 0.8))
        uploads.send(api, self.platform.engine, product, sending, sender)
        rows: list[dict[str, Any]] = [{"id": one.known_as} for one in sending]
        if self.parameterAsBoolean(parameters, WAIT, context):
            results = uploads.follow(api, product, sending, work.part("read", (0.8, 1.0)), sender)
            rows = [{**result, "image": one.image} for one, result in zip(sending, results)]
        failed = tell(feedback, rows)
        if failed and failed == len(rows):
            words = tr("The catalog could not read what was sent: {reason}. Its log is above.")
            raise Problem(words.format(reason=uploads.words(rows[0])))
        made = dict.fromkeys(one["image"] for one in rows if one.get("status") == "SUCCESS")
        outputs = write_rows(self, parameters, context, work, rows)
        return {**outputs, "IMAGE_IDS": ",".join(made), "FAILED": failed}


class UploadImages(Upload):
    """Files into a product."""

    called = "uploadimages"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload images")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends GeoTIFF and JPEG 2000 files into a product, one image each or all as one image, and waits until the"
            " catalog has read them. The product's bands have to be there before. An image of the same name is"
            " replaced."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(product_parameter())
        files_input.declare_files(self, tr("Images"), tr("Files in it are sent."), rasters=True)
        box = QgsProcessingParameterBoolean(TOGETHER, tr("All files are one image"), False)
        self.addParameter(helped(box, tr("Bands then say which of the files they are in, from 0 on.")))
        self.addParameter(string(
            IMAGE_ID, tr("Id of the image"), tr("For a single image. Empty: the name of the file.")))
        self.declare_rest()

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PRODUCT)
        yield from files_input.problems(self, parameters, context, SUFFIXES)
        yield from self.property_problems(parameters, context)
        together = self.parameterAsBoolean(parameters, TOGETHER, context)
        if together and not self.text(parameters, IMAGE_ID, context):
            yield tr("Files that are one image need its id. Give one.")
        if not together and given(parameters, IMAGE_ID) and len(self._files(parameters, context)) > 1:
            yield tr("Several images cannot have the same id. Leave the id empty, or make one image of all files.")

    def checkParameterValues(  # noqa: N802 - QGIS's name
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        found = self._found(parameters, context)
        return (False, found) if found else files_input.checked_by_qgis(self, parameters, context)

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        self._chosen = self._files(parameters, context)

    def image_details(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """``FILES`` are those of this computer, not the image's property of that name: their paths stay here."""
        told = {name: value for name, value in parameters.items() if name != files_input.FILES}
        return super().image_details(told, context)

    def _files(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Path]:
        single = files_input.named(self, parameters, context)
        return files_input.chosen(self, parameters, context, SUFFIXES, single)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import uploads

        require_undamaged(self._chosen, work)
        product, image_id = self.text(parameters, PRODUCT, context), self.text(parameters, IMAGE_ID, context)
        request = self.image_details(parameters, context)
        if self.parameterAsBoolean(parameters, TOGETHER, context):
            sending = uploads.of_one_image(product, self._chosen, request, image_id)
        else:
            sending = uploads.of_files(product, self._chosen, request, image_id)
        return self.sent(parameters, context, feedback, work, sending, product)


def tell(feedback: QgsProcessingFeedback, rows: Sequence[dict[str, Any]]) -> int:
    """Tell logs and stack traces, and give how many failed."""
    failed = 0
    for one in rows:
        if one.get("logs"):
            feedback.pushConsoleInfo(f"{one['id']}:\n{str(one['logs'])[-TOLD:]}")
        if one.get("status") == "FAILURE":
            failed += 1
            words = tr("The catalog could not read {name}: {reason}").format(
                name=one["id"], reason=one.get("exception_name") or one.get("failure_type") or "?")
            feedback.reportError(f"{words}\n{str(one.get('stacktrace') or '')[-TOLD:]}")
    return failed


def write_rows(
    algorithm: CatalogAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, work: Work,
    rows: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Write the results as a table."""
    joined = ({**one, "labels": ",".join(map(str, one.get("labels") or []))} for one in rows)
    return write_table(algorithm, parameters, context, work, joined, COLUMNS, "UPLOAD_IDS")

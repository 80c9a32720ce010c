"""Products go, alone or with all in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import helped, string, typed_name
from .common import PRODUCT, CatalogAlgorithm, product_parameter

CASCADE, TASK, WAIT = "CASCADE", "TASK", "WAIT"


class RemoveProduct(CatalogAlgorithm):
    """A product goes."""

    called = "removeproduct"
    kind = "projects"
    journaled = True
    goes_on = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Remove product")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Removes a product for good. One that holds bands or images is removed only with all of them, which goes on"
            " at the platform and is followed."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(product_parameter())
        box = QgsProcessingParameterBoolean(CASCADE, tr("With all bands and images"), False)
        self.addParameter(helped(box, tr("Without this, a product that holds something is refused.")))
        self.addParameter(typed_name(tr("Type the title of the product. Nothing of it can be brought back.")))
        wait = QgsProcessingParameterBoolean(WAIT, tr("Wait until all is removed"), True)
        self.addParameter(helped(wait, tr("The removal goes on at the platform either way.")))
        declare_counters(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PRODUCT, "CONFIRM")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers import steps
        from ...providers.descarteslabs.flows import removal

        api, product = self.platform.api, self.text(parameters, PRODUCT, context)
        asked = api.during(work)

        def title() -> str:
            known = asked.products.get(product)
            return str(known.get("title") or product)

        steps.require_name(work, title, self.text(parameters, "CONFIRM", context))
        task = removal.remove_product(api, product, self.parameterAsBoolean(parameters, CASCADE, context), work)
        wait = bool(task) and self.parameterAsBoolean(parameters, WAIT, context)
        known = removal.follow(api, task, work, given_now=True) if wait else {}
        return {"PRODUCT_ID": product, **counted(task, known, not task or wait)}


class FollowRemoval(CatalogAlgorithm):
    """How far a removal is."""

    called = "followremoval"
    kind = "projects"
    goes_on = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Follow removal")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Tells how far the removal of a product with all in it is, or waits until it has ended.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string(TASK, tr("Task"), tr("As “Remove product” gave it, such as node-a:12."),
                                 optional=False))
        wait = QgsProcessingParameterBoolean(WAIT, tr("Wait until all is removed"), True)
        self.addParameter(helped(wait, tr("Without this, only the state of now is told.")))
        declare_counters(self, with_product=False)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, TASK)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import removal

        task = self.text(parameters, TASK, context)
        if self.parameterAsBoolean(parameters, WAIT, context):
            return counted(task, removal.follow(self.platform.api, task, work), True)
        state = self.platform.api.during(work).products.deletion(task)
        return counted(task, removal.counters(state), bool(state.get("completed")))


def declare_counters(algorithm: CatalogAlgorithm, with_product: bool = True) -> None:
    """Declare what is told of a removal."""
    if with_product:
        algorithm.addOutput(QgsProcessingOutputString("PRODUCT_ID", tr("Id of what was removed")))
    algorithm.addOutput(QgsProcessingOutputString("TASK_ID", tr("Task of the removal")))
    algorithm.addOutput(QgsProcessingOutputNumber("DELETED", tr("Number of removed bands and images")))
    algorithm.addOutput(QgsProcessingOutputNumber("FAILED", tr("Number of those that stayed")))
    algorithm.addOutput(QgsProcessingOutputBoolean("COMPLETED", tr("Has ended")))


def counted(task: str, known: Any, completed: bool) -> dict[str, Any]:
    """The outputs of a removal."""
    return {"TASK_ID": task, "DELETED": int(known.get("deleted") or 0), "FAILED": len(known.get("failures") or []),
            "COMPLETED": completed}

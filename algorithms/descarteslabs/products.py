"""Products: which there are, what is known of one, and their settings. How they go is in ``removal``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
)

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.descarteslabs import present, properties
from ...providers.work import Work
from ..parameters.plain import advanced, confirm, helped, string
from ..tables import declare_table, write_table
from .common import PRODUCT, CatalogAlgorithm, as_reader, declare_as_reader, product_parameter
from .fields import as_parameters, declare_empty, declare_properties, emptied, moments, properties_of

WHICH, TEXT, BANDS, TO_ALL, CORE = "WHICH", "TEXT", "BANDS", "SET_GLOBAL_PERMISSIONS", "CORE"
OWN, READABLE, IDS = range(3)
ACCESS = ("read", "writers", "owners")
COLUMNS = [
    ("id", "text"), ("title", "text"), ("description", "text"), ("owner_type", "text"), ("start_date", "text"),
    ("end_date", "text"), ("resolution", "text"), ("sensor", "text"), ("revisit", "text"), ("spectral_bands", "long"),
    ("read", "text"), ("writers", "text"), ("owners", "text"), ("tags", "text"), ("modified", "text"),
]
OUTPUTS = ("title", "description", "owner_type", "start_date", "end_date", "resolution", "sensor", "read", "writers",
           "owners", "modified")


class _Product(CatalogAlgorithm):
    kind = "projects"

    def permissions(self) -> None:
        """Declare that access lists go to all bands and images, and the confirmation of that."""
        words = tr("Copies who may read, change and own to all bands and images of the product, in the background.")
        title = tr("Set the access of all bands and images, too")
        self.addParameter(helped(QgsProcessingParameterBoolean(TO_ALL, title, False), words))
        self.addParameter(confirm(
            tr("The access of all of them may be overwritten"),
            tr("Needed with the setting above: what single bands and images have is replaced."),
        ))

    def permission_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with the confirmation."""
        if self.parameterAsBoolean(parameters, TO_ALL, context):
            yield from self.unconfirmed(
                parameters, context, tr("The access lists of all bands and images would be overwritten."))

    def property_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with the properties."""
        yield from self.unreadable(parameters, context, *moments(self, "product"))
        properties_of(self, "product", parameters, context)


class ListProducts(_Product):
    """Products as a table."""

    called = "listproducts"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List products")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists products of the catalog: your own, or all that you may read.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        titles = [tr("My own"), tr("All that I may read"), tr("Ids of all that I may read, as older servers tell them")]
        self.addParameter(helped(
            QgsProcessingParameterEnum(WHICH, tr("Which products"), titles, defaultValue=OWN),
            tr("Whose products are listed."),
        ))
        self.addParameter(string(TEXT, tr("Text"), tr("Only those that have this text in title or description.")))
        self.addParameter(string(BANDS, tr("Bands"), tr("Only those with these bands, separated by commas.")))
        declare_table(self, "PRODUCT_IDS", tr("Product ids"))
        self.addOutput(QgsProcessingOutputString("NAMESPACE", tr("What stands before the ids of your products")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        api = self.platform.api.during(work)
        which = self.parameterAsEnum(parameters, WHICH, context)
        text = self.text(parameters, TEXT, context)
        bands = [one.strip() for one in self.text(parameters, BANDS, context).split(",") if one.strip()]
        if which == IDS:
            found: Any = ({"id": one} for one in api.products.ids() if text.casefold() in one.casefold())
        else:
            pages = api.products.search(api.owner() if which == OWN else "", text, bands)
            found = (joined(one) for page, _ in pages for one in page.records)
        told = write_table(self, parameters, context, work, found, COLUMNS, "PRODUCT_IDS")
        return {**told, "NAMESPACE": api.own_namespace()}


class GetProduct(_Product):
    """One product, for models."""

    called = "getproduct"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get product")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives what the catalog knows of a product.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(product_parameter(own=False))
        declare_as_reader(self)
        for name, title in self._outputs():
            self.addOutput(QgsProcessingOutputString(name, title))

    def _outputs(self) -> list[tuple[str, str]]:
        return [
            ("PRODUCT_ID", tr("Product id")), ("TITLE", tr("Title")), ("DESCRIPTION", tr("Description")),
            ("OWNER_TYPE", tr("Kind of owner")), ("START_DATE", tr("Begin")), ("END_DATE", tr("End")),
            ("RESOLUTION", tr("Resolution")), ("SENSOR", tr("Sensor")), ("READ", tr("Who may read")),
            ("WRITERS", tr("Who may change")), ("OWNERS", tr("Owners")), ("MODIFIED", tr("Changed")),
            ("PROPERTIES", tr("All properties as JSON")),
        ]

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PRODUCT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import reading

        reader = as_reader(self, parameters, context)
        one = reading.product(self.platform.api, self.text(parameters, PRODUCT, context), work, reader)
        row = joined(one)
        return {"PRODUCT_ID": one["id"], "PROPERTIES": reading.as_json(one),
                **{name.upper(): str(row.get(name) or "") for name in OUTPUTS}}


class AddProduct(_Product):
    """A new product."""

    called = "addproduct"
    journaled = True
    answers = {"add": Answer("PRODUCT_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add product")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Adds a product to the catalog. Bands are added to it next, then images are uploaded. Without a namespace"
            " the catalog puts yours before the id."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("ID", tr("Id"), tr("As in harvest, or acme:harvest with its namespace."),
                                 optional=False))
        declare_properties(self, "product")
        declare_core(self)
        self.addOutput(QgsProcessingOutputString("PRODUCT_ID", tr("Product id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "ID", "TITLE", "DESCRIPTION")
        if self.text(parameters, "ID", context):
            properties.check_id(self.text(parameters, "ID", context))
        yield from self.property_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import entries

        details: Any = {"id": self.text(parameters, "ID", context),
                        **properties_of(self, "product", parameters, context)}
        core = self.parameterAsBoolean(parameters, CORE, context)
        return {"PRODUCT_ID": entries.add_product(self.platform.api, details, work, core)}


class ChangeProduct(_Product):
    """Change what is given of a product."""

    called = "changeproduct"
    changes = PRODUCT
    replaces = False

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Change product")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Changes properties of a product. What is left empty stays as it is; “Properties to empty” takes away what"
            " is there. Opened on a product, the form shows what it has, and only what is changed there is sent."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(product_parameter())
        declare_properties(self, "product", needed=self.replaces)
        if not self.replaces:
            declare_empty(self, "product")
        self.permissions()
        self.addOutput(QgsProcessingOutputString("PRODUCT_ID", tr("Product id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PRODUCT)
        if self.replaces:
            yield from self.required(parameters, context, "TITLE", "DESCRIPTION")
        yield from self.property_problems(parameters, context)
        yield from self.permission_problems(parameters, context)
        to_all = self.parameterAsBoolean(parameters, TO_ALL, context)
        if not to_all and not self.details(parameters, context):
            yield nothing_to_change()

    def details(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """The properties that are given, and those that are to be emptied."""
        return {**properties_of(self, "product", parameters, context), **emptied("product", parameters)}

    def as_it_is(self, platform: Any, identity: str, work: Work) -> dict[str, Any]:
        return as_parameters("product", platform.api.during(work).products.get(identity))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        product_id = self.text(parameters, PRODUCT, context)
        products = self.platform.api.during(work).products
        details, to_all = self.details(parameters, context), self.parameterAsBoolean(parameters, TO_ALL, context)
        known: Any = products.get(product_id)
        if self.replaces:
            replaced: Any = present.exact("product", details, known)
            products.replace(product_id, replaced, to_all)
        else:
            properties.check("product", details, known)
            changed: Any = present.new("product", details, known)
            if to_all:
                changed.update({name: details[name] for name in ACCESS if name in details})
            if changed or to_all:
                products.change(product_id, changed, to_all)
            else:
                feedback.pushInfo(as_it_was())
        return {"PRODUCT_ID": product_id}


class ReplaceProduct(ChangeProduct):
    """Say all properties of a product anew."""

    called = "replaceproduct"
    replaces = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Replace product")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Says all properties of a product anew. What is left empty falls back to its default. Opened on a product,"
            " the form shows what it has."
        )


def nothing_to_change() -> str:
    """The problem of a change without any."""
    return tr("Nothing is to be changed. Give at least one of the settings.")


def as_it_was() -> str:
    """What is told of a change to what is there already."""
    return tr("All of it is so already. Nothing was sent.")


def declare_core(algorithm: CatalogAlgorithm) -> None:
    """Declare that it goes to the vendor's own catalog."""
    box = QgsProcessingParameterBoolean(CORE, tr("In the operator's own (core) catalog"), False)
    algorithm.addParameter(advanced(helped(box, tr("Only the operator's staff may do this."))))


def joined(one: Any) -> dict[str, Any]:
    """A row whose lists are texts."""
    return {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in one.items()}

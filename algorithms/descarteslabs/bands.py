"""Bands of products: which there are, what is known of one, and their settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.descarteslabs import present, properties
from ...providers.work import Work
from ..parameters import choice_parameter, split_ids
from ..parameters.plain import confirm, helped, number, string
from ..tables import declare_table, write_table
from . import listers
from .common import (
    BAND,
    IMAGE,
    PLATFORM,
    PRODUCT,
    CatalogAlgorithm,
    as_reader,
    band_parameter,
    declare_as_reader,
    image_parameter,
    product_parameter,
)
from .fields import as_parameters, declare_empty, declare_properties, emptied, properties_of
from .products import CORE, as_it_was, declare_core, joined, nothing_to_change

COLUMNS = [
    ("id", "text"), ("name", "text"), ("product", "text"), ("type", "text"), ("dtype", "text"), ("srcband", "long"),
    ("data_range", "text"), ("default_range", "text"), ("nodata", "real"), ("color", "text"), ("resolution", "real"),
    ("resolution_unit", "text"), ("wavelength_center", "real"), ("wavelength_unit", "text"), ("description", "text"),
    ("modified", "text"),
]
DERIVED = [("id", "text"), ("name", "text"), ("bands", "text"), ("dtype", "text"), ("type", "text"),
           ("data_range", "text"), ("physical_range", "text"), ("description", "text")]
REQUIRE = "REQUIRE_BANDS"


class _Band(CatalogAlgorithm):
    kind = "vector_layers"

    def property_problems(
        self, parameters: dict[str, Any], context: QgsProcessingContext, needed: bool
    ) -> Iterator[str]:
        """What is wrong with the properties."""
        if needed:
            yield from self.required(parameters, context, "SRCBAND", "DATA_RANGE")
        properties_of(self, "band", parameters, context, partial=not needed)


class ListBands(_Band):
    """Bands of products or of an image as a table."""

    called = "listbands"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List bands")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the bands of products, those that are computed included, or of an image.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Whole ids, separated by commas. Empty, with no image either: your own products.")
        self.addParameter(product_parameter(optional=True, several=True, own=False, words=words))
        self.addParameter(image_parameter(optional=True))
        self.addParameter(number("WAVELENGTH", tr("Wavelength"), tr("Only bands with this wavelength."), 0, 1e9))
        self.addParameter(number("RESOLUTION", tr("Resolution"), tr("Only bands with this resolution."), 0, 1e9))
        self.addParameter(string("TAGS", tr("Tags"), tr("Only those with these tags, separated by commas.")))
        declare_table(self, "BAND_IDS", tr("Band ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        found = (joined(one) for one in self._rows(parameters, context, work))
        return write_table(self, parameters, context, work, found, COLUMNS, "BAND_IDS")

    def _rows(
        self, parameters: dict[str, Any], context: QgsProcessingContext, work: Work
    ) -> Iterable[Mapping[str, Any]]:
        bands = self.platform.api.during(work).bands
        products = split_ids(self.text(parameters, PRODUCT, context))
        image = self.text(parameters, IMAGE, context)
        narrowed = {
            "wavelength": self.real(parameters, "WAVELENGTH", context),
            "resolution": self.real(parameters, "RESOLUTION", context),
            "tags": split_ids(self.text(parameters, "TAGS", context)),
        }
        if image:
            yield from bands.of_image(image).values()
        elif products and not any(narrowed.values()):
            for product in products:
                yield from bands.of_product(product).values()
        else:
            wanted = products or [one.id for one in listers.own_products(self.platform, "", {})]
            if wanted:
                yield from bands.search(wanted, **narrowed)


class ListDerivedBands(_Band):
    """Bands that are computed of others."""

    called = "listderivedbands"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List derived bands")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the bands that the catalog computes of others, such as derived:ndvi.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("BANDS", tr("Computed of"), tr("Names of bands, separated by commas. Empty: any.")))
        box = QgsProcessingParameterBoolean(REQUIRE, tr("Computed of no others"), False)
        self.addParameter(helped(box, tr("Only those for which these bands are enough.")))
        self.addParameter(choice_parameter(
            BAND, tr("Only this one"), listers.derived_bands, platform=PLATFORM, optional=True,
            help=tr("Whole id of a derived band, as in derived:ndvi. Empty: all."),
        ))
        declare_table(self, "BAND_IDS", tr("Band ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        bands = self.platform.api.during(work).bands
        one = self.text(parameters, BAND, context)
        required = self.parameterAsBoolean(parameters, REQUIRE, context)
        listed = [bands.get_derived(one)] if one else bands.derived(
            split_ids(self.text(parameters, "BANDS", context)), required)
        rows = (joined(two) for two in listed)
        return write_table(self, parameters, context, work, rows, DERIVED, "BAND_IDS")


class GetBand(_Band):
    """One band, for models."""

    called = "getband"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get band")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives what the catalog knows of a band.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(band_parameter())
        declare_as_reader(self)
        for name, title in (
            ("BAND_ID", tr("Band id")), ("NAME", tr("Name")), ("TYPE", tr("Type of band")), ("DTYPE", tr("Data type")),
            ("DATA_RANGE", tr("Range of values")), ("DEFAULT_RANGE", tr("Range for showing")),
            ("PROPERTIES", tr("All properties as JSON")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.inside_problems(parameters, context, BAND)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import reading

        reader = as_reader(self, parameters, context)
        one = reading.band(self.platform.api, self.inside(parameters, BAND, context), work, reader)
        row = joined(one)
        return {"BAND_ID": one["id"], "PROPERTIES": reading.as_json(one), **{
            name.upper(): str(row.get(name) or "") for name in ("name", "type", "dtype", "data_range", "default_range")
        }}


class AddBand(_Band):
    """A new band of a product."""

    called = "addband"
    journaled = True
    answers = {"add": Answer("BAND_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add band")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Adds a band to a product. Bands have to be there before images are uploaded.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(product_parameter())
        self.addParameter(string("NAME", tr("Name"), tr("As in red."), optional=False))
        declare_properties(self, "band")
        declare_core(self)
        self.addOutput(QgsProcessingOutputString("BAND_ID", tr("Band id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PRODUCT, "NAME")
        if self.text(parameters, "NAME", context):
            properties.check_id(self.text(parameters, "NAME", context))
        yield from self.property_problems(parameters, context, needed=True)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import entries

        details: Any = {"name": self.text(parameters, "NAME", context),
                        **properties_of(self, "band", parameters, context)}
        core = self.parameterAsBoolean(parameters, CORE, context)
        product = self.text(parameters, PRODUCT, context)
        return {"BAND_ID": entries.add_band(self.platform.api, product, details, work, core)}


class ChangeBand(_Band):
    """Change what is given of a band."""

    called = "changeband"
    changes = BAND
    replaces = False

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Change band")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Changes properties of a band. What is left empty stays as it is; “Properties to empty” takes away what is"
            " there. Opened on a band, the form shows what it has, and only what is changed there is sent. Pixels may"
            " be served in the old form for about a minute."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(band_parameter())
        declare_properties(self, "band", needed=self.replaces)
        if not self.replaces:
            declare_empty(self, "band")
        self.addOutput(QgsProcessingOutputString("BAND_ID", tr("Band id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.inside_problems(parameters, context, BAND)
        yield from self.property_problems(parameters, context, needed=self.replaces)
        if not self.details(parameters, context):
            yield nothing_to_change()

    def details(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """The properties that are given, and those that are to be emptied."""
        found = properties_of(self, "band", parameters, context, partial=not self.replaces)
        return {**found, **emptied("band", parameters)}

    def as_it_is(self, platform: Any, identity: str, work: Work) -> dict[str, Any]:
        from ...providers.descarteslabs.places import inside_of

        place = inside_of(identity)
        return as_parameters("band", platform.api.during(work).bands.get(place.product, place.name))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        place = self.inside(parameters, BAND, context)
        bands = self.platform.api.during(work).bands
        details, known = self.details(parameters, context), bands.get(place.product, place.name)
        if self.replaces:
            replaced: Any = present.exact("band", details, known)
            bands.replace(place.product, place.name, replaced)
        else:
            properties.check("band", details, known)
            changed: Any = present.new("band", details, known)
            if changed:
                bands.change(place.product, place.name, changed)
            else:
                feedback.pushInfo(as_it_was())
        return {"BAND_ID": place.whole}


class ReplaceBand(ChangeBand):
    """Say all properties of a band anew."""

    called = "replaceband"
    replaces = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Replace band")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Says all properties of a band anew. What is left empty falls back to its default. Opened on a band, the"
            " form shows what it has."
        )


class RemoveBands(_Band):
    """Bands go."""

    called = "removebands"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Remove bands")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Removes bands from their products for good. The files of images stay as they are.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(band_parameter(several=True))
        self.addParameter(confirm(tr("Remove them for good"), tr("Bands cannot be brought back."), destroys=True))
        self.addOutput(QgsProcessingOutputString("BAND_IDS", tr("Ids of what was removed")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        from ...providers.descarteslabs.places import inside_of

        yield from self.required(parameters, context, BAND)
        for one in split_ids(self.text(parameters, BAND, context)):
            inside_of(one)
        yield from self.unconfirmed(parameters, context, tr("The bands would be removed for good."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import removal
        from ...providers.descarteslabs.places import inside_of

        places = [inside_of(one) for one in split_ids(self.text(parameters, BAND, context))]
        removal.remove_bands(self.platform.api, places, work)
        return {"BAND_IDS": ",".join(one.whole for one in places)}

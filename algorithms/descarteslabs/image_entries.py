"""Entries of many images from the rows of a layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsFeature,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt

from ...core.translation import tr
from ...providers.descarteslabs import properties
from ...providers.work import Work
from ..failures import worded
from ..parameters.plain import choice, helped
from .common import PRODUCT, CatalogAlgorithm, product_parameter
from .images import STATE

INPUT, IDS = "INPUT", "ID_FIELD"
USUAL = ("image_id", "id", "key", "item_id", "name")
TOLD = 10
"""Wrong rows that are named."""


class AddImages(CatalogAlgorithm):
    """The entries of many images without sending their files."""

    called = "addimages"
    kind = "rasters"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add image entries of a layer")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Adds an entry to a product for each row of a layer, without files. The row's shape is the footprint, and"
            " columns with the catalog's own names, such as acquired, sat_id or cloud_fraction, are the properties;"
            " other columns are left out, and that is told. All rows are checked before anything is sent. An entry"
            " that is there already and is equal counts as added."
        )

    def words(self) -> str:
        return tr("many,batch,footprints,table,metadata")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        source = QgsProcessingParameterFeatureSource(INPUT, tr("Images"), [QgsProcessing.SourceType.TypeVector])
        self.addParameter(helped(source, tr("A layer of footprints, or a table.")))
        self.addParameter(product_parameter())
        field = QgsProcessingParameterField(IDS, tr("Ids"), parentLayerParameterName=INPUT, optional=True)
        words = tr("The column with the ids, without the product. Empty: the first of {names}.")
        self.addParameter(helped(field, words.format(names=", ".join(USUAL))))
        words = tr("Whether the catalog has the files (available) or only knows of them (remote), where no column of"
                   " that name says it.")
        self.addParameter(choice(STATE, tr("Storage state"), words, properties.STATES, "remote"))
        self.addOutput(QgsProcessingOutputString("IMAGE_IDS", tr("Image ids")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of entries")))
        self.addOutput(QgsProcessingOutputNumber("REFUSED", tr("Refused by the platform")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PRODUCT)
        yield from self.unknown(parameters, STATE)
        source = self.parameterAsSource(parameters, INPUT, context)
        if source is not None and not self._id_column(parameters, context, source):
            yield tr("No column says the ids. Choose one in “{parameter}”.").format(parameter=tr("Ids"))

    def _id_column(self, parameters: dict[str, Any], context: QgsProcessingContext, source: Any) -> str:
        names = source.fields().names()
        chosen = self.text(parameters, IDS, context)
        return next((one for one in ([chosen] if chosen else USUAL) if one in names), "")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows.many_entries import add_images

        source = self.parameterAsSource(parameters, INPUT, context)
        rows = _Rows(source, self._id_column(parameters, context, source), context)
        state = self.parameterAsEnumString(parameters, STATE, context)
        if rows.left_out:
            words = tr("These columns are no properties of images and are left out: {names}.")
            feedback.pushInfo(words.format(names=", ".join(rows.left_out)))
        rows.check(state, work)
        fine, refused = [], 0
        product = self.text(parameters, PRODUCT, context)
        for given, whole, words in add_images(self.platform.api, product, rows.entries(state), rows.count, work):
            if not whole:
                refused += 1
                words = words or tr("The platform refused it without a word. Look at its properties.")
                feedback.reportError(tr("{id}: {words}").format(id=given, words=words))
            else:
                fine.append(whole)
        return {"IMAGE_IDS": ",".join(fine), "COUNT": len(fine), "REFUSED": refused}


class _Rows:
    """The rows of a layer as entries. Read twice, so that nothing is sent where a row is wrong, and never all kept."""

    def __init__(self, source: Any, ids: str, context: QgsProcessingContext) -> None:
        self._source, self._ids, self._context = source, ids, context
        names = source.fields().names()
        self._columns = [one for one in names if one in properties.IMAGE and one not in ("geometry", ids)]
        self._state = STATE.lower() if STATE.lower() in names else ""
        self.left_out = [one for one in names if one not in (*self._columns, ids, self._state)]
        self.count = 0

    def check(self, state: str, work: Work) -> None:
        """Raise with the first wrong rows."""
        wrong: list[str] = []
        ids: Counter[str] = Counter()
        for feature in self._source.getFeatures():
            work.check_cancelled()
            self.count += 1
            try:
                ids[str(self._entry(feature, state)["id"])] += 1
            except Exception as error:
                if len(wrong) < TOLD:
                    wrong.append(tr("Row {number}: {words}").format(number=feature.id(), words=worded(error)))
        twice = [one for one, times in ids.items() if times > 1][:TOLD]
        if twice:
            wrong.append(tr("These ids are there several times: {ids}.").format(ids=", ".join(twice)))
        if wrong:
            raise QgsProcessingException("\n".join([*wrong, tr("Nothing was sent.")]))

    def entries(self, state: str) -> Iterator[Any]:
        """What is sent of each row."""
        for feature in self._source.getFeatures():
            yield self._entry(feature, state)

    def _entry(self, feature: QgsFeature, state: str) -> dict[str, Any]:
        from ...core.geometry import to_platform

        number = _plain(feature[self._ids])
        identity = "" if number is None else str(number).strip()
        properties.check_id(identity)
        found: dict[str, Any] = {"id": identity, "storage_state": state}
        if self._state and _plain(feature[self._state]) not in (None, ""):
            rule = properties.Rule("choice", properties.STATES)
            found["storage_state"] = properties.value_of(rule, self._state, _plain(feature[self._state]))
        for name in self._columns:
            value = _plain(feature[name])
            if value not in (None, ""):
                found[name] = properties.value_of(properties.IMAGE[name], name, value)
        if feature.hasGeometry() and not feature.geometry().isEmpty():
            crs = self._source.sourceCrs()
            found["geometry"] = to_platform(feature.geometry(), crs, self._context.transformContext())
        properties.check("image", found)
        return found


def _plain(value: Any) -> Any:
    """A cell as Python has it: None for an empty one, moments as ISO 8601 in UTC."""
    if value is None or (hasattr(value, "isNull") and value.isNull()):
        return None
    if isinstance(value, QDateTime):
        return value.toUTC().toString(Qt.DateFormat.ISODate)
    if isinstance(value, QDate):
        return value.toString(Qt.DateFormat.ISODate)
    return value

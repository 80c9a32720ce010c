"""Edited rows of images and rasters pushed back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...core import compat
from ...core.translation import tr
from ...providers.work import Work
from ..failures import words_only
from ..parameters.plain import advanced, choice, confirm, given, helped
from .common import COLLECTION, PixelAlgorithm, collection_parameter

if TYPE_CHECKING:
    from ...providers.pixel.flows.metadata_plan import Plan
    from ...providers.pixel.flows.metadata_push import Done

INPUT, KIND, DRY_RUN, CONFLICTS, OUTPUT = "INPUT", "KIND", "DRY_RUN", "CONFLICTS", "OUTPUT"
LEAVE, MINE = "leave", "mine"
KINDS = {"image": "images", "raster": "rasters"}
COLUMNS = (("id", "text"), ("outcome", "text"), ("members", "text"), ("words", "text"))
SHOWN = 20
"""Changes that are told in words."""


class PushMetadata(PixelAlgorithm):
    """Bring names, places, cameras, tags and metadata to what rows of a layer say."""

    called = "pushmetadata"
    kind = "items"

    def __init__(self) -> None:
        super().__init__()
        self._layer = ""
        self._sent: dict[int, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
        self._item = ""

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Push metadata")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Compares the rows of a layer with the images or rasters on the platform and sends what was edited: name,"
            " capture date, place, camera, tags, and the columns that begin with json_metadata. Layers of “Images to"
            " layer”, “Rasters to layer” and “Search” know what came: what you did not touch keeps what others made of"
            " it. Of any other layer with a column id, the columns of these names count where a cell is not empty. An"
            " emptied cell of the metadata removes its key; other members cannot be emptied on the platform, and that"
            " is told. “Only show the plan” sends nothing."
        )

    def words(self) -> str:
        return tr("edit,attributes,tags,update,sync,upload,table,camera")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        source = QgsProcessingParameterFeatureSource(
            INPUT, tr("Layer"), [QgsProcessing.SourceType.TypeVector]
        )
        self.addParameter(helped(source, tr("A layer or table with a column id.")))
        dry = QgsProcessingParameterBoolean(DRY_RUN, tr("Only show the plan"), False)
        self.addParameter(helped(dry, tr("Compare, and tell what would be sent.")))
        words = tr("Only for layers that do not say in which data collection their rows are.")
        self.addParameter(advanced(collection_parameter(optional=True, words=words, in_menus=False)))
        words = tr("Only for layers that do not say it themselves.")
        self.addParameter(advanced(choice(KIND, tr("Rows are"), words, list(KINDS))))
        both = QgsProcessingParameterEnum(
            CONFLICTS, tr("What was changed on both sides"), [LEAVE, MINE], False, LEAVE, False, True
        )
        words = tr("“leave”: nothing is done with it, and it is told. “mine”: the layer is sent.")
        self.addParameter(advanced(helped(both, words)))
        words = tr("Images or rasters are changed on the platform as the plan says.")
        self.addParameter(confirm(tr("Confirm: metadata on the platform is changed"), words))
        table = QgsProcessingParameterFeatureSink(
            OUTPUT, tr("What became of each"), QgsProcessing.SourceType.TypeVector, optional=True, createByDefault=False
        )
        self.addParameter(helped(table, tr("One row for each image or raster that is not simply unchanged.")))
        self.addOutput(QgsProcessingOutputString("PLAN", tr("The plan in words")))
        self.addOutput(QgsProcessingOutputString("IDS", tr("Ids of what was changed")))
        for name, title in (
            ("CHANGED", tr("Changed")), ("UNCHANGED", tr("Unchanged")), ("REFUSED", tr("Refused by the platform")),
            ("CONFLICT_COUNT", tr("Changed on both sides")), ("EMPTIED", tr("Cells that cannot be emptied")),
            ("MISSING", tr("Not there any more")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, KIND, CONFLICTS)
        source = self.parameterAsSource(parameters, INPUT, context)
        if source is not None and source.fields().lookupField("id") < 0:
            yield tr("The layer has no column “id” that says which image or raster a row is.")
        if given(parameters, COLLECTION):
            self.place(parameters, context)
        if not self.parameterAsBoolean(parameters, DRY_RUN, context):
            what = tr("Images or rasters would be changed; “Only show the plan” tells which.")
            yield from self.unconfirmed(parameters, context, what)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.pixel.reading import Source
        from ...providers.pixel.flows import metadata_push

        layer = self.parameterAsVectorLayer(parameters, INPUT, context)
        self._layer = "" if layer is None else layer.id()
        kind, place = self.what(parameters, context, layer)
        self._item = kind
        features = self.parameterAsSource(parameters, INPUT, context)
        source = Source(features, kind, place, context.transformContext())
        api = self.platform.api
        plan = metadata_push.plan(api, kind, source.rows(), work)
        if source.nameless:
            words = tr("{count} rows have no id, so they are no image or raster on the platform. They are left out.")
            feedback.pushWarning(words.format(count=len(source.nameless)))
        del source, features
        if self.parameterAsEnumString(parameters, CONFLICTS, context) == MINE:
            plan.win()
        told = _in_words(plan)
        for line in told:
            feedback.pushInfo(line)
        done: list[Done] = []
        if not self.parameterAsBoolean(parameters, DRY_RUN, context):
            done = metadata_push.push(api, kind, plan.changed, work, self._note)
        refused = [one for one in done if one.words]
        for one in refused:
            feedback.reportError(tr("{id}: {words}").format(id=one.change.row.identity, words=one.words))
        fine = [one.change.row.identity for one in done if not one.words]
        dry = self.parameterAsBoolean(parameters, DRY_RUN, context)
        return {
            **self.table(parameters, context, plan, done), "PLAN": "\n".join(told), "IDS": ",".join(fine),
            "CHANGED": len(plan.changed) if dry else len(fine), "UNCHANGED": plan.unchanged, "REFUSED": len(refused),
            "CONFLICT_COUNT": len(plan.conflicts), "EMPTIED": len(plan.emptied), "MISSING": len(plan.missing),
        }

    def what(self, parameters: dict[str, Any], context: QgsProcessingContext, layer: Any) -> tuple[str, Any]:
        """What the rows are, and where those are that do not say: as the layer knows, else as the parameters say."""
        from ...core.layers import provenance

        origin = None if layer is None else provenance.read(layer)
        place = self.place(parameters, context) if given(parameters, COLLECTION) else None
        kind = self.parameterAsEnumString(parameters, KIND, context) if given(parameters, KIND) else ""
        if origin is not None and origin.platform == "pixel":
            kind = kind or next((one for one, name in KINDS.items() if name == origin.kind), "")
        return kind or "image", place

    def _note(self, done: Sequence[Done]) -> None:
        """Batch by batch, so that a stop loses nothing that is on the platform."""
        for one in done:
            row = one.change.row
            if not one.words and row.base is not None:
                self._sent[int(row.key)] = (row.base, one.change.changes)

    def table(
        self, parameters: dict[str, Any], context: QgsProcessingContext, plan: Plan, done: Sequence[Done]
    ) -> dict[str, Any]:
        """What became of each, if that is wanted."""
        fields = QgsFields()
        for name, kind in COLUMNS:
            fields.append(compat.make_field(name, kind))
        sink, destination = self.parameterAsSink(
            parameters, OUTPUT, context, fields, QgsWkbTypes.Type.NoGeometry, QgsCoordinateReferenceSystem()
        )
        if sink is None:
            return {}
        for values in _outcomes(plan, done):
            feature = QgsFeature(fields)
            feature.setAttributes(list(values))
            if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, OUTPUT))
        return {OUTPUT: destination}

    @words_only
    def postProcessAlgorithm(  # noqa: N802 - QGIS's name
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ...core.pixel.reading import keep_sent

        layer = QgsProject.instance().mapLayer(self._layer) or context.getMapLayer(self._layer)
        if isinstance(layer, QgsVectorLayer):
            keep_sent(layer, self._item, self._sent)
        return {}


def _named(members: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{group}.{name}" if group == "json_metadata" else name or group for group, name in members)


def _in_words(plan: Plan) -> list[str]:
    words = [
        tr("To change: {changed}. Unchanged: {unchanged}. Changed on both sides: {conflicts}. Not there any more:"
           " {missing}.").format(changed=len(plan.changed), unchanged=plan.unchanged, conflicts=len(plan.conflicts),
                                 missing=len(plan.missing))
    ]
    for change in plan.changed[:SHOWN]:
        words.append(tr("{id}: {members}").format(id=change.row.identity, members=_named(change.members)))
    for one in plan.conflicts[:SHOWN]:
        words.append(
            tr("{id}: {members} was changed elsewhere too").format(id=one.row.identity, members=_named(one.members))
        )
    for row, member in plan.emptied[:SHOWN]:
        words.append(
            tr("{id}: {members} cannot be emptied on the platform").format(id=row.identity, members=_named([member]))
        )
    return words


def _outcomes(plan: Plan, done: Sequence[Done]) -> Iterator[tuple[str, str, str, str]]:
    ended = {id(one.change): one for one in done}
    for change in plan.changed:
        end = ended.get(id(change))
        outcome = "to change" if end is None else "refused" if end.words else "changed"
        yield change.row.identity, outcome, _named(change.members), "" if end is None else end.words
    for one in plan.conflicts:
        yield one.row.identity, "conflict", _named(one.members), ""
    for row, member in plan.emptied:
        yield row.identity, "cannot be emptied", _named([member]), ""
    for row in plan.missing:
        yield row.identity, "missing", "", ""

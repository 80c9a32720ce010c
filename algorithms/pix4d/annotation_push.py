"""Layers as annotations of a project."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
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
    QgsProcessingParameterRasterLayer,
    QgsWkbTypes,
)

from ...core import compat
from ...core.translation import tr
from ...providers.work import Work
from ..failures import words_only
from ..parameters.plain import advanced, confirm, helped
from .annotation_input import came_with, declare_layers, layer_problems, layers_of, rows_of, show_again
from .annotations import COORDINATES, coordinates_parameter
from .common import Pix4dAlgorithm, project_parameter

if TYPE_CHECKING:  # requests comes with it
    from ...core.annotations.landing import Place
    from ...core.annotations.rows import Target
    from ...providers.pix4d.flows.annotation_creation import Done
    from ...providers.pix4d.flows.annotation_list import AnnotationList
    from ...providers.pix4d.flows.annotation_plan import Local, Plan

DRY_RUN, REMOVE, CONFLICTS, UPDATE, OUTPUT = "DRY_RUN", "REMOVE", "CONFLICTS", "UPDATE", "OUTPUT"
SURFACE = "SURFACE"
LEAVE, MINE, THEIRS = "leave", "mine", "theirs"
COLUMNS = [("layer", "text"), ("row", "text"), ("annotation_id", "text"), ("outcome", "text"), ("words", "text")]
NUMBERS = {
    "ADDED": lambda: tr("Added annotations"),
    "CHANGED": lambda: tr("Changed annotations"),
    "REMOVED": lambda: tr("Removed annotations"),
    "UNCHANGED": lambda: tr("Unchanged annotations"),
    "REFUSED": lambda: tr("Annotations that the platform refused"),
    "CONFLICT_COUNT": lambda: tr("Annotations changed on both sides"),
    "ADDED_ELSEWHERE": lambda: tr("Annotations added elsewhere"),
    "CHANGED_ELSEWHERE": lambda: tr("Annotations changed elsewhere"),
    "REMOVED_ELSEWHERE": lambda: tr("Annotations removed elsewhere"),
}


class PushAnnotations(Pix4dAlgorithm):
    """Bring a project's annotations to what layers hold."""

    called = "pushannotations"
    kind = "annotations"
    journaled = True

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[Place, bool]] = []

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Push annotations")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Compares layers with the annotations of a project and sends what was added, changed and deleted in the"
            " layers. Layers made by “Get annotations as layers” know what came: what you did not touch keeps what"
            " others made of it meanwhile, member by member, and what was changed elsewhere is told. Features of any"
            " other layer are added. “Only show the plan” sends nothing. If it is stopped, continue it from the list of"
            " jobs: each annotation is created once."
        )

    def words(self) -> str:
        return tr("upload,drawings,measurements,stockpiles,sync,synchronise")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        declare_layers(self)
        dry = QgsProcessingParameterBoolean(DRY_RUN, tr("Only show the plan"), False)
        self.addParameter(helped(dry, tr("Compare, and tell what would be sent.")))
        gone = QgsProcessingParameterBoolean(REMOVE, tr("Delete what was deleted in the layers"), True)
        words = tr("Only what came with a layer and is no longer in it; never what was added elsewhere.")
        self.addParameter(advanced(helped(gone, words)))
        names = [LEAVE, MINE, THEIRS]
        both = QgsProcessingParameterEnum(
            CONFLICTS, tr("What was changed on both sides"), names, False, LEAVE, False, True
        )
        words = tr(
            "“leave”: nothing is done with it, and it is told. “mine”: the layer is sent. “theirs”: the layer takes the"
            " platform's."
        )
        self.addParameter(advanced(helped(both, words)))
        update = QgsProcessingParameterBoolean(UPDATE, tr("Bring changes made elsewhere into the layers"), True)
        words = tr("Only into the files of “Get annotations as layers”.")
        self.addParameter(advanced(helped(update, words)))
        self.addParameter(coordinates_parameter())
        surface = QgsProcessingParameterRasterLayer(SURFACE, tr("Surface model"), optional=True)
        words = tr(
            "New annotations without heights get theirs from this raster, such as the DSM of the project. Without it"
            " they are sent without heights."
        )
        self.addParameter(advanced(helped(surface, words)))
        words = tr("Annotations of the project are added, changed and deleted as the plan says.")
        self.addParameter(confirm(tr("Confirm: annotations of the project are changed"), words))
        table = QgsProcessingParameterFeatureSink(
            OUTPUT, tr("What became of each"), QgsProcessing.SourceType.TypeVector, optional=True, createByDefault=False
        )
        self.addParameter(helped(table, tr("One row for each annotation that is not simply unchanged.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("ANNOTATION_IDS", tr("Ids of added and changed annotations")))
        self.addOutput(QgsProcessingOutputString("PLAN", tr("The plan in words")))
        for name, title in NUMBERS.items():
            self.addOutput(QgsProcessingOutputNumber(name, title()))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT")
        yield from self.unknown(parameters, COORDINATES, CONFLICTS)
        yield from layer_problems(self, parameters, context)
        if not self.parameterAsBoolean(parameters, DRY_RUN, context):
            what = tr("Annotations of the project would be changed; “Only show the plan” tells which.")
            yield from self.unconfirmed(parameters, context, what)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.annotations import words
        from ...core.annotations.heights import heights_of
        from ...core.annotations.rows import Target
        from ...core.annotations.systems import annotation_crs
        from ...providers.pix4d.flows import annotation_list, annotation_plan

        project_id = self.text(parameters, "PROJECT", context)
        api = self.platform.api.during(work)
        project = api.projects.get(project_id)
        crs = annotation_crs(project, self.parameterAsEnumString(parameters, COORDINATES, context))
        surface = self.parameterAsRasterLayer(parameters, SURFACE, context)
        height = None if surface is None else heights_of(surface, crs, context.transformContext())
        target = Target(str(project.get("id") or project_id), crs, context.transformContext(), height)
        inputs = layers_of(self, parameters, context, target.project)
        self._places = [(one.place, one.whole) for one in inputs if one.place is not None]
        rows = rows_of(inputs, target, feedback)
        came = came_with(inputs) if self.parameterAsBoolean(parameters, REMOVE, context) else {}
        both = self.parameterAsEnumString(parameters, CONFLICTS, context)
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            there = annotation_list.fetch(api, target.project, Path(folder) / "before.jsonl", work)
            plan = annotation_plan.plan(rows, came, there, work.cancelled)
            if both == MINE:
                plan.win()
            told = [words.here(plan), words.elsewhere(plan), *words.conflicts(plan)]
            for one in filter(None, told):
                feedback.pushInfo(one)
            found = _numbers(plan)
            outcomes = list(_planned(plan))
            if not self.parameterAsBoolean(parameters, DRY_RUN, context):
                found, outcomes = self._push(plan, there, target, Path(folder), work, found)
                if self.parameterAsBoolean(parameters, UPDATE, context):
                    self._update(plan, there, target, both == THEIRS)
        for one in [one for one in outcomes if one[3] == "refused"]:
            feedback.reportError(tr("{row}: {words}").format(row=one[1] or one[2], words=one[4]))
        table = self._table(parameters, context, outcomes)
        return {**found, **table, "PROJECT_ID": project_id, "PLAN": "\n".join(filter(None, told))}

    def _push(
        self, plan: Plan, there: AnnotationList, target: Target, folder: Path, work: Work, numbers: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Sequence[str]]]:
        from ...core.annotations.landing import Landed, forget_all, land
        from ...providers.pix4d.flows import annotation_push

        places = [place for place, _ in self._places]
        locals_by_key: dict[str, Local] = {one.key: one for one in plan.added}
        locals_by_key.update((one.key, one) for one, _ in plan.adopted)
        locals_by_key.update((one.local.key, one.local) for one in plan.changed)

        def told(what: str, done: Sequence[Done]) -> None:
            """Batch by batch, so that a stop loses nothing that is on the platform."""
            if what == annotation_push.REMOVED:
                forget_all(places, [one.identity for one in done if one.identity])
                return
            landed = [Landed(locals_by_key[one.key], one.record) for one in done if one.record is not None]
            land(places, landed, target)

        pushed = annotation_push.push(self.platform.api, target.project, plan, folder, work, told)
        fine = {name: [one for one in done if one.identity] for name, done in (
            ("ADDED", pushed.created), ("CHANGED", pushed.changed), ("REMOVED", pushed.removed))}
        numbers.update({name: len(done) for name, done in fine.items()})
        numbers["REFUSED"] = len(pushed.refused)
        numbers["ANNOTATION_IDS"] = ",".join(one.identity for one in [*fine["ADDED"], *fine["CHANGED"]])
        outcomes: list[Sequence[str]] = [
            _row(key=one.key if name != "REMOVED" else "", identity=one.identity, outcome=name.lower())
            for name, done in fine.items() for one in done
        ]
        gone = {id(one) for one in pushed.removed}
        for one in pushed.refused:
            key, identity = ("", one.key) if id(one) in gone else (one.key, "")
            outcomes.append(_row(key, identity, "refused", one.words))
        return numbers, [*outcomes, *_told_only(plan)]

    def _update(self, plan: Plan, there: AnnotationList, target: Target, conflicts: bool) -> None:
        from ...core.annotations.landing import take_over

        places = [place for place, whole in self._places if whole]
        take_over(places, plan, there, target, conflicts)

    def _table(
        self, parameters: dict[str, Any], context: QgsProcessingContext, outcomes: Sequence[Sequence[str]]
    ) -> dict[str, Any]:
        fields = QgsFields()
        for name, kind in COLUMNS:
            fields.append(compat.make_field(name, kind))
        sink, destination = self.parameterAsSink(
            parameters, OUTPUT, context, fields, QgsWkbTypes.Type.NoGeometry, QgsCoordinateReferenceSystem()
        )
        if sink is None:
            return {}
        for outcome in outcomes:
            feature = QgsFeature(fields)
            feature.setAttributes(list(outcome))
            if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, OUTPUT))
        return {OUTPUT: destination}

    @words_only
    def postProcessAlgorithm(  # noqa: N802 - QGIS's name
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        show_again(place for place, _ in self._places)
        return {}


def _numbers(plan: Plan) -> dict[str, Any]:
    return {
        "ADDED": len(plan.added),
        "CHANGED": len(plan.changed),
        "REMOVED": len(plan.removed),
        "UNCHANGED": plan.unchanged,
        "REFUSED": 0,
        "CONFLICT_COUNT": len(plan.conflicts),
        "ADDED_ELSEWHERE": len(plan.added_elsewhere),
        "CHANGED_ELSEWHERE": len(plan.changed_elsewhere),
        "REMOVED_ELSEWHERE": len(plan.removed_elsewhere),
        "ANNOTATION_IDS": "",
    }


def _row(key: str, identity: str, outcome: str, words: str = "") -> Sequence[str]:
    layer, _, row = key.partition("/")
    return layer.lower(), row, identity, outcome, words


def _planned(plan: Plan) -> Iterator[Sequence[str]]:
    for one in plan.added:
        yield _row(one.key, "", "added")
    for change in plan.changed:
        yield _row(change.local.key, change.local.identity, "changed")
    for identity in plan.removed:
        yield _row("", identity, "removed")
    yield from _told_only(plan)


def _told_only(plan: Plan) -> Iterator[Sequence[str]]:
    """What is only told, whether it is a push or not."""
    from ...core.annotations import words

    for one in plan.conflicts:
        yield _row(one.local.key if one.local else "", one.identity, "conflict", words.conflict(one))
    for local, _ in plan.changed_elsewhere:
        yield _row(local.key, local.identity, "changed elsewhere")
    for local in plan.removed_elsewhere:
        yield _row(local.key, local.identity, "removed elsewhere")
    for identity in plan.added_elsewhere:
        yield _row("", identity, "added elsewhere")

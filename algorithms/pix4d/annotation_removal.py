"""Annotations deleted: some, or all of a project."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSource,
)

from ...core.annotations.fields import ID
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..failures import words_only
from ..parameters import choice_parameter
from ..parameters.plain import confirm, given, helped
from . import listers
from .annotation_input import place_of, show_again
from .common import PLATFORM, Pix4dAlgorithm, project_parameter

if TYPE_CHECKING:  # QGIS starts without what only a running algorithm needs
    from ...core.annotations.landing import Place

IDS, INPUT = "ANNOTATIONS", "INPUT"


class _Removal(Pix4dAlgorithm):
    """What both share."""

    kind = "annotations"
    journaled = True

    def words(self) -> str:
        return tr("remove,clear,drawings")

    def declare_outputs(self) -> None:
        """Which project, and how many."""
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of deleted annotations")))


class DeleteAnnotations(_Removal):
    """Some of them."""

    called = "deleteannotations"

    def __init__(self) -> None:
        super().__init__()
        self._places: list[Place] = []

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete annotations")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes annotations of a project for good: those with the ids that are given, and those of the rows of a"
            " layer made by “Get annotations as layers”; tick “Selected features only” for some of its rows. The rows"
            " go as well. What is gone already counts as deleted."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        words = tr("Separated by commas or new lines, as the column “Annotation id” of the layers has them.")
        self.addParameter(
            choice_parameter(
                IDS, tr("Annotation ids"), listers.annotations, platform=PLATFORM, kind="annotation",
                depends=("PROJECT",), several=True, optional=True, help=words,
            )
        )
        kinds = [QgsProcessing.SourceType.TypeVector]
        layer = QgsProcessingParameterFeatureSource(INPUT, tr("Layer of annotations"), kinds, optional=True)
        self.addParameter(helped(layer, tr("A layer with the column {column}.").format(column=ID)))
        words = tr("The annotations cannot be brought back.")
        self.addParameter(confirm(tr("Confirm: the annotations are deleted for good"), words, destroys=True))
        self.declare_outputs()
        self.addOutput(QgsProcessingOutputString("ANNOTATION_IDS", tr("Ids of deleted annotations")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT")
        if not self.text(parameters, IDS, context) and not given(parameters, INPUT):
            yield tr("Nothing is given to delete. Give ids or a layer.")
        source = self.parameterAsSource(parameters, INPUT, context) if given(parameters, INPUT) else None
        if source is not None and source.fields().lookupField(ID) < 0:
            yield tr("The layer has no column {column}. Choose one that was made of annotations.").format(column=ID)
        yield from self.unconfirmed(parameters, context, tr("Annotations of the project would be deleted for good."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.annotations.landing import drop
        from ...providers.pix4d.flows import annotations

        project_id = self.text(parameters, "PROJECT", context)
        rows = dict(self._rows(parameters, context))
        ids = [one for one in re.split(r"[\s,;]+", self.text(parameters, IDS, context)) if one]
        wanted = list(dict.fromkeys([*ids, *rows.values()]))
        foreign = [one for one in wanted if not one.startswith(f"Project_{project_id}_")]
        if foreign:
            raise Problem(
                tr("“{id}” is no annotation of project {project}. Choose the project that it belongs to.").format(
                    id=foreign[0], project=project_id)
            )
        if not wanted:
            raise Problem(tr("The rows have no ids: they are not on the platform. Delete them in the layer."))
        place = place_of(self, parameters, INPUT, context) if given(parameters, INPUT) else None
        self._places = [place] if place is not None else []
        done = annotations.remove(self.platform.api, wanted, work)
        gone = {one.identity for one in done if one.identity}
        drop(self._places, [key for key, identity in rows.items() if identity in gone], gone)
        for one in done:
            if not one.identity:
                feedback.reportError(tr("{row}: {words}").format(row=one.key, words=one.words))
        if not gone:
            raise Problem(tr("The platform deleted none of them: {words}").format(words=done[0].words))
        return {
            "PROJECT_ID": project_id, "COUNT": len(gone),
            "ANNOTATION_IDS": ",".join(one for one in wanted if one in gone),
        }

    def _rows(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[tuple[str, str]]:
        """Keys of rows with their ids; rows that never were on the platform are left."""
        source = self.parameterAsSource(parameters, INPUT, context) if given(parameters, INPUT) else None
        if source is None:
            return
        flag = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
        request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
        index = source.fields().lookupField(ID)
        for feature in source.getFeatures(request, flag):
            value = feature[index]
            if isinstance(value, str) and value:
                yield f"{INPUT}/{feature.id()}", value

    @words_only
    def postProcessAlgorithm(  # noqa: N802 - QGIS's name
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        show_again(self._places)
        return {}


class DeleteAllAnnotations(_Removal):
    """Every annotation of a project."""

    called = "deleteallannotations"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete all annotations of a project")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes every annotation of a project for good, also those that others made. To be able to add them again,"
            " first get them as layers and export these without the columns annotation_id and platform_record; the"
            " layers as they came would only be emptied by a push."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        words = tr("All annotations of the project go, whoever made them; they cannot be brought back.")
        self.addParameter(confirm(tr("Confirm: all annotations are deleted for good"), words, destroys=True))
        self.declare_outputs()

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT")
        what = tr("All annotations of the project would be deleted for good, whoever made them.")
        yield from self.unconfirmed(parameters, context, what)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import annotations

        project_id = self.text(parameters, "PROJECT", context)
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            count = annotations.remove_all(self.platform.api, project_id, Path(folder), work)
        return {"PROJECT_ID": project_id, "COUNT": count}

"""What PIX4D calls annotations: points, lines, polygons and circles of a project, which the platform hands out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsCoordinateTransformContext, QgsMapLayer, QgsProject, QgsVectorLayer

from ...algorithms.pix4d import listers
from ...core.annotations import files, looks, rows, words
from ...core.annotations.shapes import CIRCLE, KINDS, LINE, POINT, POLYGON
from ...core.layers import provenance
from ...core.pushes.checks import Trouble
from ...core.pushes.reading import Snapshot
from ...core.translation import tr
from ...providers.capabilities import Entry
from ...providers.pix4d.output_types import ORTHOS, SURFACES
from ...providers.work import Work
from ..annotations.exchange import Choices, Comparison, Exchange, Restoration
from ..annotations.plan import AnnotationKind, AnnotationPlan, Looked, ScopeChoice, Subject

if TYPE_CHECKING:
    from ...providers.pix4d.flows.annotation_plan import Plan

_INPUTS = {POINT: "POINTS", LINE: "LINES", POLYGON: "POLYGONS", CIRCLE: "CIRCLES"}
_HINTS = {
    POINT: lambda: tr("Places with a name and a colour"),
    LINE: lambda: tr("Lines along something, such as a fault or a fence"),
    POLYGON: lambda: tr("Outlines, such as the toe of a stockpile"),
    CIRCLE: lambda: tr("Circles: click the centre, then right-click the edge"),
}
#: How many rows that cannot be sent are named in a plan.
MOST_NAMED = 5


def _kind(key: str) -> AnnotationKind:
    return AnnotationKind(key, lambda: looks.titles()[key], _HINTS[key], looks.COLORS[key], "solid", geometry=key)


def look(platform: Any, ids: Mapping[str, str], work: Work) -> Looked:
    """The project, and its orthomosaic where there is one. In the background."""
    from ...providers.pix4d.flows import browse

    api = platform.api.during(work)
    project = browse.project_entry(api.projects.get(ids["project"]))
    outputs = [browse.output_entry(one) for one in api.outputs.list(ids["project"])]
    ready = {one.name: one for one in outputs if one.state == "done"}
    imagery = next((ready[name] for name in ORTHOS if name in ready), None)
    way: tuple[Entry, ...] = (project, imagery) if imagery is not None else ()
    return Looked({"project": project.name}, imagery=way)


def is_imagery(subject: Subject, origin: provenance.Provenance) -> bool:
    """Whether a layer is the orthomosaic of the project."""
    return _is_output(subject, origin, ORTHOS)


def _is_output(subject: Subject, origin: provenance.Provenance, types: Sequence[str]) -> bool:
    mine = origin.platform == subject.platform and origin.ids.get("project") == subject.ids["project"]
    return mine and origin.kind == "output" and origin.ids.get("type") in types


def _system(platform: Any, subject: Subject, work: Work) -> tuple[rows.Target, str]:
    """Project and system of the annotations, and the project's name."""
    from ...core.annotations.systems import PROJECT, annotation_crs

    project = platform.api.during(work).projects.get(subject.ids["project"])
    crs = annotation_crs(project, PROJECT)
    target = rows.Target(subject.ids["project"], crs, QgsCoordinateTransformContext())
    return target, project.get("display_name") or project.get("name") or subject.ids["project"]


def make(platform: Any, subject: Subject, path: Path, work: Work) -> Path:
    """The file, with all annotations of the project."""
    from ...core.annotations.dressing import make_dressed
    from ...providers.pix4d.flows import annotation_list

    target, title = _system(platform, subject, work)
    origins = {
        kind: provenance.made(subject.platform, subject.connection, kind, subject.ids) for kind in KINDS
    }
    with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
        file = Path(folder) / "annotations.jsonl"
        there = annotation_list.fetch(platform.api.during(work), target.project, file, work)
        make_dressed(path, there.records(), target.crs, origins, title)
    return path


def troubles(subject: Subject, kind: str, snapshot: Snapshot, stopped: Callable[[], bool]) -> Iterator[Trouble]:
    """Rows that cannot be sent, with what is edited and not saved yet."""
    target = rows.Target(subject.ids["project"], snapshot.crs, snapshot.context)
    found = rows.read(snapshot.features(stopped), snapshot.fields, snapshot.crs, target, "", stopped)
    for one in found.wrong:
        yield Trouble(kind, int(one.key), one.words, serious=True)


def compare(platform: Any, subject: Subject, path: Path, work: Work) -> Comparison:
    """The file against the platform."""
    plan, wrong = _plan(platform, subject, path, work)
    problems = wrong[:MOST_NAMED]
    if len(wrong) > MOST_NAMED:
        problems.append(tr("And {count} more.").format(count=len(wrong) - MOST_NAMED))
    return Comparison(
        words.here(plan),
        len(plan.added) + len(plan.changed) + len(plan.removed),
        len(plan.removed),
        words.elsewhere(plan),
        list(words.conflicts(plan)),
        problems,
    )


def _plan(platform: Any, subject: Subject, path: Path, work: Work) -> tuple[Plan, list[str]]:
    from ...providers.pix4d.flows import annotation_list, annotation_plan

    target, _ = _system(platform, subject, work)
    good: list[rows.Local] = []
    wrong: list[str] = []
    came: dict[str, str] = {}
    for kind in KINDS:
        layer = QgsVectorLayer(f"{path}|layername={kind}", kind, "ogr")
        found = rows.read(
            layer.getFeatures(), layer.fields(), layer.crs(), target, f"{_INPUTS[kind]}/", work.cancelled
        )
        good += found.good
        wrong += [
            tr("{layer}, feature {row}: {words}").format(
                layer=looks.titles()[kind], row=one.key.partition("/")[2], words=one.words)
            for one in found.wrong
        ]
        came.update(files.came(files.Table(path, kind)))
    with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
        file = Path(folder) / "annotations.jsonl"
        there = annotation_list.fetch(platform.api.during(work), target.project, file, work)
        return annotation_plan.plan(good, came, there, work.cancelled), wrong


def parameters(subject: Subject, path: Path, choices: Choices) -> dict[str, Any]:
    """Of “Push annotations”; the plan that the user confirmed stands for the tick. Heights come from the project's
    surface model where that is on the map."""
    surface = surface_of(subject)
    return {
        **({} if surface is None else {"SURFACE": surface.id()}),
        "CONNECTION": subject.connection,
        "PROJECT": subject.ids["project"],
        **{name: f"{path}|layername={kind}" for kind, name in _INPUTS.items()},
        "REMOVE": choices.remove,
        "CONFLICTS": choices.conflicts,
        "UPDATE": choices.update,
        "CONFIRM": True,
    }


def surface_of(subject: Subject) -> QgsMapLayer | None:
    """The surface model of the project among the layers of QGIS's project, the streamed one first."""
    found: dict[str, QgsMapLayer] = {}
    for layer in QgsProject.instance().mapLayers().values():
        origin = provenance.parse(str(layer.customProperty(provenance.PROPERTY, "")))
        if origin is not None and _is_output(subject, origin, SURFACES):
            found[origin.ids.get("type", "")] = layer
    return next((found[kind] for kind in SURFACES if kind in found and found[kind].isValid()), None)


def restore(now: Path, earlier: Path, kind: str) -> Restoration:
    """The rows of an earlier copy."""
    from ...core.annotations.restoring import difference

    found = difference(now, earlier, kind)
    return Restoration(found.cells, found.shapes, found.gone, found.back)


PLAN = AnnotationPlan(
    platform="pix4d",
    kinds=tuple(_kind(key) for key in KINDS),
    scope=(ScopeChoice("project", "PROJECT", lambda: tr("Project"), listers.projects),),
    look=look,
    title=lambda subject: tr("Annotations: {project}").format(project=subject.name("project")),
    explain=lambda: tr("Points, lines, polygons and circles of a project, as layers to draw in."),
    raster="",
    is_imagery=is_imagery,
    exchange=Exchange(
        make=make,
        dress=looks.dress,
        symbol=looks.symbol,
        troubles=troubles,
        compare=compare,
        algorithm="pix4d_pushannotations",
        parameters=parameters,
        restore=restore,
    ),
)

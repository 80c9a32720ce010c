"""The ways into annotations, for trees, menus and layers.

    can_edit(place)            # whether an entry is a thing that annotations belong to
    edit(place, desk)          # an entry of a platform: opened, or asked for what it does not tell
    edit(None, desk)           # ask for everything
    edit(layer, desk)          # a layer whose provenance names a raster (or a set of annotations itself)
    ask(layer, desk)           # the same, asked for with what the layer tells filled in
    can_send(layer), send(layer, desk)    # copy the polygons of a layer, such as a result, into the outlines of a set
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from qgis.core import QgsMapLayer, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt import sip

from ...core.layers import provenance
from ...core.translation import tr
from ..nodes.description import Place
from .copying import BY_FIELD, class_field, copy
from .dialog import StartDialog, first_offered
from .opening import Opened, Opening
from .plan import AnnotationPlan, Subject, plan_of, plans, subject_of
from .telling import in_message_bar

if TYPE_CHECKING:
    from ..desk import Desk


def can_edit(what: Place | QgsMapLayer | None) -> bool:
    """Whether :func:`edit` knows at least one of the things that annotations belong to."""
    if isinstance(what, Place):
        plan = plan_of(what.platform)
        return plan is not None and any(what.entry.kind == one.role for one in plan.scope)
    found = None if what is None else _origin(what)
    plan = None if found is None else plan_of(found.platform)
    return plan is not None and found is not None and any(one.role in found.ids for one in plan.scope)


def can_send(layer: QgsMapLayer | None) -> bool:
    """Whether :func:`send` takes the layer: polygons that are not annotations already."""
    return (
        isinstance(layer, QgsVectorLayer)
        and layer.isValid()
        and layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry
        and subject_of(layer) is None
        and any(plan.from_results for plan in plans())
    )


def edit(what: Place | Sequence[Place] | QgsMapLayer | None, desk: Desk) -> None:
    """Open the annotations of something (of several the first); what is not known of it is asked for. Main thread."""
    if what is None or isinstance(what, (Place, QgsMapLayer)):
        _open(what, desk, None)
    else:
        _open(next(iter(what), None), desk, None)


def ask(layer: QgsMapLayer | None, desk: Desk) -> None:
    """Ask what to annotate, with what the layer tells filled in: imagery from a platform, or what was found on it."""
    plan, connection, ids, names = _known(layer if can_edit(layer) else None)
    if plan is None:
        edit(None, desk)
    else:
        _ask(plan, plans(), desk, None, (connection, ids, names))


def send(layer: QgsVectorLayer, desk: Desk) -> None:
    """Copy a layer's polygons, the selected ones where some are, into the outlines of a set, which is shown unless
    another one was opened meanwhile. Nothing is pushed yet: the user looks at it first."""

    def opened(subject: Subject, layers: Mapping[str, QgsVectorLayer]) -> None:
        kind = subject.plan.from_results
        dock = desk.show_dock("annotations")
        if kind not in layers or sip.isdeleted(layer) or not layer.isValid():
            return

        def say(state: str, words: str) -> None:
            if dock.subject == subject:
                dock.say(state, words)
            else:
                in_message_bar(desk.iface, subject, state, words)

        def arrived(count: int) -> None:
            words = tr("Copied: {count}. Look at the problems, then press “Push…”. Undo takes them back.")
            say("success", words.format(count=count))

        chosen = BY_FIELD if class_field(layer, subject) else (subject.classes[0].id if subject.classes else "")
        selected = layer.selectedFeatureCount() > 0
        copy(layer, layers[kind], subject, selected, chosen, arrived, lambda words: say("failure", words))

    _open(layer, desk, opened, always_ask=True)


def _open(
    what: Place | QgsMapLayer | None, desk: Desk, opened: Opened | None, always_ask: bool = False
) -> None:
    offered = [plan for plan in plans() if plan.from_results] if always_ask else plans()
    plan, connection, ids, names = _known(what)
    if plan is None or plan not in offered:
        plan, connection, ids, names = first_offered(offered), None, {}, {}
    if plan is None:
        return
    if not always_ask and connection is not None and all(ids.get(one.role) for one in plan.scope):
        Opening(desk, Subject(plan.platform, connection, ids, names), opened).start()
        return
    _ask(plan, offered if connection is None else [plan], desk, opened, (connection, ids, names))


def _ask(
    plan: AnnotationPlan,
    offered: Sequence[AnnotationPlan],
    desk: Desk,
    opened: Opened | None,
    known: tuple[str | None, Mapping[str, str], Mapping[str, str]] = (None, {}, {}),
) -> None:
    """Ask for what is not known; another platform has questions of its own."""
    dialog = StartDialog(plan, desk.iface.mainWindow(), *known, offered=offered)
    dialog.accepted.connect(lambda: Opening(desk, dialog.subject, opened).start())
    dialog.other.connect(lambda other: _ask(other, offered, desk, opened))
    dialog.open()


def _known(
    what: Place | QgsMapLayer | None,
) -> tuple[AnnotationPlan | None, str | None, dict[str, str], dict[str, str]]:
    """The platform's table, the connection, and ids and names by role as far as they are told."""
    if isinstance(what, Place):
        plan = plan_of(what.platform)
        nearest = {one.role: what.nearest(one.role) for one in (plan.scope if plan else ())}
        entries = {role: entry for role, entry in nearest.items() if entry is not None}
        ids = {role: entry.id for role, entry in entries.items()}
        return plan, what.connection, ids, {role: entry.name for role, entry in entries.items()}
    origin = None if what is None else _origin(what)
    plan = None if origin is None else plan_of(origin.platform)
    if origin is None or plan is None:
        return None, None, {}, {}
    roles = [one.role for one in plan.scope]
    ids = {role: one for role, one in origin.ids.items() if role in roles}
    subject = subject_of(what)
    names = dict(subject.names) if subject is not None else {}
    if what is not None and origin.kind == plan.raster:
        names[plan.raster] = what.name()
    return plan, origin.connection, ids, names


def _origin(layer: QgsMapLayer) -> provenance.Provenance | None:
    return provenance.read(layer)

"""GCPs, manual tie points and marks (section 13). Registration is all or nothing."""

from __future__ import annotations

from typing import Any

from ...errors import Refusal, detail, not_found
from ...platform import Answer, Call
from ..control_points import MarksThere, NamesTaken, Unknown
from ..reference_systems import system_of
from ..registry import operation
from ..world import World, empty


def _taken(error: NamesTaken) -> Refusal:
    """A37, in the words of the contract's example."""
    return detail(400, f"GCP name(s) already used in this project: {error.names}")


# ---------------------------------------------------------------------- GCPs
@operation("listGcps")
def list_gcps(world: World, call: Call) -> Answer:
    """All of them; there are no pages."""
    return Answer(200, {"gcps": world.project(call).control.gcps()})


@operation("registerGcps")
def register_gcps(world: World, call: Call) -> Answer:
    """Needs a system: the project's, or one in the processing options (A36)."""
    project = world.project(call, change=True)
    if not system_of(project) and project.options["output_cs_horizontal"] is None:
        raise detail(400, "The project has no coordinate system.")
    try:
        return Answer(201, {"gcps": project.control.register_gcps(call.body["gcps"])})
    except NamesTaken as error:
        raise _taken(error) from error


@operation("updateGcp")
def update_gcp(world: World, call: Call) -> Answer:
    """Any member."""
    control = world.project(call, change=True).control
    try:
        return Answer(200, control.update_gcp(call.path["gcp_name"], call.body))
    except KeyError:
        raise not_found("Not found.") from None
    except NamesTaken as error:
        raise _taken(error) from error


@operation("deleteGcp")
def delete_gcp(world: World, call: Call) -> Answer:
    """Its marks go too (A38)."""
    return _deleted(world.project(call, change=True).control.delete_gcp, call.path["gcp_name"])


# ---------------------------------------------------------------------- MTPs
@operation("listMtps")
def list_mtps(world: World, call: Call) -> Answer:
    """All of them."""
    return Answer(200, {"mtps": world.project(call).control.mtps()})


@operation("registerMtps")
def register_mtps(world: World, call: Call) -> Answer:
    """They need no system."""
    control = world.project(call, change=True).control
    try:
        return Answer(201, {"mtps": control.register_mtps(call.body["mtps"])})
    except NamesTaken as error:
        raise _taken(error) from error


@operation("updateMtp")
def update_mtp(world: World, call: Call) -> Answer:
    """Any member."""
    control = world.project(call, change=True).control
    try:
        return Answer(200, control.update_mtp(int(call.path["mtp_id"]), call.body))
    except KeyError:
        raise not_found("Not found.") from None
    except NamesTaken as error:
        raise _taken(error) from error


@operation("deleteMtp")
def delete_mtp(world: World, call: Call) -> Answer:
    """Its marks go too (A38)."""
    return _deleted(world.project(call, change=True).control.delete_mtp, int(call.path["mtp_id"]))


# ---------------------------------------------------------------------- marks
@operation("listMarks")
def list_marks(world: World, call: Call) -> Answer:
    """All of them."""
    return Answer(200, {"marks": world.project(call).control.marks()})


@operation("registerMarks")
def register_marks(world: World, call: Call) -> Answer:
    """Unknown photos and points are told first (A42), with two lists; pairs that are there in a Python-style list."""
    project = world.project(call, change=True)
    photos = {one.key for one in project.inputs.photos()}
    try:
        return Answer(201, {"marks": project.control.register_marks(call.body["marks"], photos)})
    except Unknown as error:
        raise Refusal(400, {"photos": error.photos, "gcps": error.points}) from error
    except MarksThere as error:
        raise detail(400, f"Attempt to create existing mark(s): {error.pairs}") from error


@operation("updateMark")
def update_mark(world: World, call: Call) -> Answer:
    """Its place only; photo and point are ignored silently."""
    control = world.project(call, change=True).control
    try:
        return Answer(200, control.move_mark(int(call.path["mark_id"]), call.body))
    except KeyError:
        raise not_found("Not found.") from None


@operation("deleteMark")
def delete_mark(world: World, call: Call) -> Answer:
    """One of them."""
    return _deleted(world.project(call, change=True).control.delete_mark, int(call.path["mark_id"]))


def _deleted(delete: Any, identity: Any) -> Answer:
    try:
        delete(identity)
    except KeyError:
        raise not_found("Not found.") from None
    return empty()

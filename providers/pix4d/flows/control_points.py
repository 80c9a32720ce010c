"""Control points registered, changed and deleted (notes, section 13). A registration is all or nothing, and one whose
answer did not come is recognised by what is there: names, and pairs of photo and point, are unique in a project."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ... import steps
from ...errors import InputProblem, Kind, PlatformError, Refused
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from . import refused_rows
from .refused_rows import Row, RowsRefused

Key = tuple[str, ...]
Ids = list[Any]
SAME = 1e-6
"""By how much a number may come back differently, in its own unit."""


def register_gcps(api: Pix4dClient, project_id: str, points: Sequence[Row], work: Work) -> list[str]:
    """Register all GCPs or none, and give their names. Raises :class:`RowsRefused`.

    ``points``: ``name``, ``point_type``, ``x`` east-like and ``y`` north-like in the project's output system, ``z``,
    ``xy_accuracy``, ``z_accuracy``. The project needs such a system (A36).
    """
    api = api.during(work)
    if work.noted("register") is None:
        definition, _ = system_of(api, project_id)
        if not definition:
            raise InputProblem("gcp_needs_system")
        _look_for_names(api, project_id, points)
    registration = _Registration(
        points, lambda one: (str(one["name"]),), ("x", "y", "z"), "name",
        lambda: api.gcps.list(project_id), lambda: api.gcps.register(project_id, points),
        lambda error: _refused_points(api, project_id, points, "gcps", error),
    )
    return [str(one) for one in registration.run(work)]


def register_mtps(api: Pix4dClient, project_id: str, points: Sequence[Row], work: Work) -> list[str]:
    """Register all manual tie points or none, and give their numbers. Raises :class:`RowsRefused`."""
    api = api.during(work)
    if work.noted("register") is None:
        _look_for_names(api, project_id, points)
    registration = _Registration(
        points, lambda one: (str(one["name"]),), (), "id",
        lambda: api.mtps.list(project_id), lambda: api.mtps.register(project_id, points),
        lambda error: _refused_points(api, project_id, points, "mtps", error),
    )
    return [str(one) for one in registration.run(work)]


def register_marks(api: Pix4dClient, project_id: str, marks: Sequence[Row], work: Work) -> list[str]:
    """Register all marks or none, and give their numbers. Raises :class:`RowsRefused`.

    ``marks``: ``gcp`` (the name of a GCP or tie point), ``photo`` (its storage key), ``x``, ``y`` in pixels.
    """
    api = api.during(work)
    registration = _Registration(
        marks, lambda one: (str(one["photo"]), str(one["gcp"])), ("x", "y"), "id",
        lambda: api.marks.list(project_id), lambda: api.marks.register(project_id, marks),
        lambda error: refused_rows.refused_marks(error, marks),
    )
    return [str(one) for one in registration.run(work)]


def change_gcp(api: Pix4dClient, project_id: str, name: str, changes: Row, work: Work) -> str:
    """Change members of a GCP and give its name. A change that gave it another name, and whose answer was lost, finds
    the old name gone."""
    api = api.during(work)
    wanted = str(changes.get("name") or name)

    def change() -> str:
        try:
            return api.gcps.update(project_id, name, changes)["name"]
        except Refused as error:
            if error.kind is not Kind.NOT_FOUND or wanted == name or not doubtful:
                raise
            if all(one["name"] != wanted for one in api.gcps.list(project_id)):
                raise
            return wanted

    doubtful = work.noted("change") is not None

    def adopt() -> Any:
        nonlocal doubtful
        doubtful = True
        return NOT_THERE

    return steps.settle(work, "change", change, adopt)


def change_gcps(api: Pix4dClient, project_id: str, points: Sequence[Row], work: Work) -> list[str]:
    """Give the GCPs of these names the members that they have here, and the names of those that were not so already.

    Nothing is changed when one of them is not there: raises :class:`RowsRefused`.
    """
    api = api.during(work)
    there: dict[str, Mapping[str, Any]] = {one["name"]: one for one in api.gcps.list(project_id)}
    missing = [refused_rows.RefusedRow(index, "point_unknown", str(one["name"])) for index, one in enumerate(points)
               if one["name"] not in there]
    if missing:
        raise RowsRefused("gcp_names_unknown", missing, names=", ".join(one.words for one in missing))
    changed = []
    for number, point in enumerate(points):
        work.progress(number / len(points), "working")
        work.check_cancelled()
        name = str(point["name"])
        members = {one: value for one, value in point.items() if not _same(there[name].get(one), value)}
        if members:
            api.gcps.update(project_id, name, members)
            changed.append(name)
    work.progress(1.0, "done")
    return changed


def delete_gcps(api: Pix4dClient, project_id: str, names: Sequence[str], work: Work) -> list[str]:
    """Delete GCPs by name, with their marks (A38). Nothing is deleted when one of them is not there."""
    api = api.during(work)
    there = [one["name"] for one in api.gcps.list(project_id)] if work.noted("there") is None else []
    return _delete(names, there, lambda name: api.gcps.delete(project_id, name), work)


def delete_mtps(api: Pix4dClient, project_id: str, ids: Sequence[str], work: Work) -> list[str]:
    """Delete tie points by number, with their marks (A38). Nothing is deleted when one of them is not there."""
    api = api.during(work)
    there = [str(one["id"]) for one in api.mtps.list(project_id)] if work.noted("there") is None else []
    return _delete(ids, there, lambda identity: api.mtps.delete(project_id, identity), work)


def delete_marks(api: Pix4dClient, project_id: str, ids: Sequence[str], work: Work) -> list[str]:
    """Delete marks by number. Nothing is deleted when one of them is not there."""
    api = api.during(work)
    there = [str(one["id"]) for one in api.marks.list(project_id)] if work.noted("there") is None else []
    return _delete(ids, there, lambda identity: api.marks.delete(project_id, identity), work)


def system_of(api: Pix4dClient, project_id: str) -> tuple[str, float | None]:
    """The system of a project's results and its geoid height: that of the processing options where they name one, else
    the project's own; empty when it has none yet."""
    options = api.options.get(project_id)
    horizontal, vertical = options.get("output_cs_horizontal"), options.get("output_cs_vertical")
    if horizontal is not None:
        text = f"EPSG:{horizontal}" + (f"+{vertical}" if vertical is not None else "")
        return text, options.get("output_cs_geoid_height")
    project = api.projects.get(project_id)
    crs = project.get("crs") or {}
    height = crs.get("geoid_height") if isinstance(crs, dict) else None
    definition = crs.get("definition") if isinstance(crs, dict) else None
    return str(definition or project.get("coordinate_system") or ""), height


# ---------------------------------------------------------------------- steps
class _Registration:
    """One call that registers everything or nothing, taken once."""

    def __init__(
        self,
        rows: Sequence[Row],
        key: Callable[[Mapping[str, Any]], Key],
        numbers: tuple[str, ...],
        identity: str,
        listed: Callable[[], Sequence[Mapping[str, Any]]],
        register: Callable[[], Sequence[Mapping[str, Any]]],
        traced: Callable[[Refused], RowsRefused | None],
    ) -> None:
        self._rows = rows
        self._key = key
        self._numbers = numbers
        self._identity = identity
        self._listed = listed
        self._register = register
        self._traced = traced
        self._doubtful = False

    def run(self, work: Work) -> Ids:
        """The identities, in order."""
        work.progress(0.0, "working")
        ids: Ids = steps.settle(work, "register", self._send, self._adopt)
        work.progress(1.0, "done")
        return ids

    def _send(self) -> Ids:
        try:
            found = {self._key(one): one for one in self._register()}
        except Refused as error:
            there = self._there() if self._doubtful else None
            if there is not None:
                return there
            traced = self._traced(error) if error.kind in (Kind.REFUSED, Kind.CONFLICT) else None
            if traced is None:
                raise
            raise traced from error
        made = [found.get(self._key(one), {}).get(self._identity) for one in self._rows]
        if None not in made:
            return made
        there = self._there()  # an answer may be shorter than what it says of
        if there is None:
            raise PlatformError(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": self._identity})
        return there

    def _adopt(self) -> Any:
        """Those of an earlier try, when all are there; it is tried again otherwise, as the platform keeps no second."""
        self._doubtful = True
        there = self._there()
        return NOT_THERE if there is None else there

    def _there(self) -> Ids | None:
        found = {self._key(one): one for one in self._listed()}
        ids = []
        for row in self._rows:
            one = found.get(self._key(row))
            if one is None or not all(_same(one.get(name), row.get(name)) for name in self._numbers):
                return None
            ids.append(one[self._identity])
        return ids


def _same(one: Any, other: Any) -> bool:
    if not isinstance(one, (int, float)) or not isinstance(other, (int, float)):
        return bool(one == other)
    return bool(abs(one - other) <= SAME)


def _look_for_names(api: Pix4dClient, project_id: str, points: Sequence[Row]) -> None:
    found = refused_rows.names_taken(points, _names(api, project_id))
    if found is not None:
        raise found


def _names(api: Pix4dClient, project_id: str) -> set[str]:
    gcps, mtps = api.gcps.list(project_id), api.mtps.list(project_id)
    return {str(one.get("name")) for one in (*gcps, *mtps)}


def _refused_points(
    api: Pix4dClient, project_id: str, points: Sequence[Row], member: str, error: Refused
) -> RowsRefused | None:
    """By the order of the messages, else by the names that are there by now: what the platform says of them is not
    documented (A37)."""
    found = refused_rows.by_index(error.answer, member, points, error.words)
    return found or refused_rows.names_taken(points, _names(api, project_id), error.words)


def _delete(ids: Sequence[str], there: Sequence[str], delete: Callable[[str], None], work: Work) -> list[str]:
    """One after the other. What is gone meanwhile is what was wanted."""
    if work.noted("there") is None:
        missing = [one for one in ids if one not in there]
        if missing:
            raise InputProblem("points_unknown", names=", ".join(missing))
        work.note("there", True)

    def remove(one: str) -> None:
        try:
            delete(one)
        except Refused as error:
            if error.kind is not Kind.NOT_FOUND:
                raise

    for number, one in enumerate(ids):
        work.progress(number / len(ids), "working")
        steps.settle(work, f"delete {one}", lambda one=one: remove(one), lambda: NOT_THERE)  # type: ignore[misc]
    work.progress(1.0, "done")
    return list(ids)

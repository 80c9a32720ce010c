"""What a push changes: the annotations of layers, against what they were when they came, and against the platform now.

Three states are compared member by member: as it came (``base``), as the layer has it (``body``), and as the platform
has it now. So what nobody touched here keeps what somebody else made of it, and only a member that both sides changed,
to different values, is a conflict.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import Cancelled
from ..project_records import Annotation
from .annotation_list import AnnotationList, Member, digest, members

WRITTEN_NOT = ("id", "created", "modified")
"""Members of an answer that are not sent back."""


@dataclass(frozen=True)
class Local:
    """One annotation of a layer. ``key`` names its row, ``body`` is what the layer says of it now, whole, ``base`` what
    the platform said when it came; None for one that was drawn here."""

    key: str
    body: Annotation
    base: Annotation | None = None

    @property
    def identity(self) -> str:
        """Its id on the platform; empty for one that was drawn here."""
        return "" if self.base is None else str(self.base.get("id") or "")


@dataclass(frozen=True)
class Change:
    """One that is to be overwritten: by ``whole``, which has what was touched here and everything else as it is."""

    local: Local
    whole: Annotation


@dataclass(frozen=True)
class Conflict:
    """Changed here and, meanwhile, elsewhere. ``members`` are those that both changed; none: it was removed on one of
    the sides. ``local`` None: it was removed here, ``theirs`` None: it was removed there. ``mine`` is what would be
    written if this side were to win."""

    identity: str
    local: Local | None
    theirs: Annotation | None
    members: tuple[Member, ...] = ()
    mine: Annotation | None = None


@dataclass
class Plan:
    """What is to be done. ``adopted``: drawn here and, by an earlier push whose answer was lost, on the platform
    already. ``changed_elsewhere`` and ``removed_elsewhere``: untouched here. ``added_elsewhere``: ids. ``current``:
    what the platform says now of rows that say the same. ``held``: ids that can be none of what is added."""

    added: list[Local] = field(default_factory=list)
    adopted: list[tuple[Local, Annotation]] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    unchanged: int = 0
    changed_elsewhere: list[tuple[Local, Annotation]] = field(default_factory=list)
    removed_elsewhere: list[Local] = field(default_factory=list)
    added_elsewhere: list[str] = field(default_factory=list)
    current: list[tuple[Local, Annotation]] = field(default_factory=list)
    held: set[str] = field(default_factory=set)

    @property
    def any(self) -> bool:
        """Whether something would be sent."""
        return bool(self.added or self.changed or self.removed)

    def win(self) -> None:
        """Let this side win every conflict: what was removed there is added again, what was removed here goes."""
        for one in self.conflicts:
            if one.local is None:
                self.removed.append(one.identity)
            elif one.theirs is None:
                self.added.append(Local(one.local.key, one.mine or {}))
            else:
                self.changed.append(Change(one.local, one.mine or {}))
        self.conflicts = []


def plan(
    rows: Iterable[Local],
    came: Mapping[str, str],
    now: AnnotationList,
    cancelled: Callable[[], bool] = lambda: False,
) -> Plan:
    """Compare. ``came`` has the digest of each that the layers held when they came, by id: what is not among the rows
    any more was removed here. Leave out of ``came`` what the rows cannot tell of (a filtered layer)."""
    made = Plan()
    here: set[str] = set()
    new: list[Local] = []
    for one in rows:
        if cancelled():
            raise Cancelled
        if not one.identity or one.identity in here:  # a row that was copied is another annotation
            new.append(Local(one.key, _fresh(one.body)))
            continue
        here.add(one.identity)
        _compare(one, now, made)
    for identity, said in came.items():
        if identity not in here and identity in now:
            theirs = now.get(identity)
            if theirs is not None and digest(theirs) != said:
                made.conflicts.append(Conflict(identity, None, theirs))
            else:
                made.removed.append(identity)
    taken = here | set(came)
    for one in new:
        found = next((identity for identity in now.alike(one.body) if identity not in taken), None)
        theirs = now.get(found) if found is not None else None
        if found is None or theirs is None:
            made.added.append(one)
        else:
            taken.add(found)
            made.adopted.append((one, theirs))
    made.held = set(now.ids)
    made.added_elsewhere = [identity for identity in now.ids if identity not in taken]
    return made


def _compare(one: Local, now: AnnotationList, made: Plan) -> None:
    mine, base = members(one.body), members(one.base or {})
    touched = {name for name in {*mine, *base} if mine.get(name) != base.get(name)}
    theirs = now.get(one.identity)
    if theirs is None:
        if touched:
            made.conflicts.append(Conflict(one.identity, one, None, (), _fresh(one.body)))
        else:
            made.removed_elsewhere.append(one)
        return
    there = members(theirs)
    clashing = tuple(sorted(
        name for name in touched if there.get(name) != base.get(name) and there.get(name) != mine.get(name)
    ))
    whole = merged(theirs, {name: mine.get(name) for name in touched}) if touched else {}
    if clashing:
        made.conflicts.append(Conflict(one.identity, one, theirs, clashing, whole))
    elif any(there.get(name) != mine.get(name) for name in touched):
        made.changed.append(Change(one, whole))
    elif there == mine:
        made.unchanged += 1
        if one.base != theirs:
            made.current.append((one, theirs))
    else:
        made.changed_elsewhere.append((one, theirs))


def merged(theirs: Annotation, touched: Mapping[Member, Any]) -> Annotation:
    """The whole annotation as the platform has it, with what was touched here; None takes a member away."""
    whole: dict[str, Any] = {name: copy.deepcopy(value) for name, value in theirs.items() if name not in WRITTEN_NOT}
    for (name, *inner), value in touched.items():
        if inner and not isinstance(whole.get(name), dict):
            whole[name] = {}
        place, last = (whole[name], inner[0]) if inner else (whole, name)
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    return whole  # type: ignore[return-value]


def _fresh(body: Annotation) -> Annotation:
    """As a new one is sent."""
    known = {name: value for name, value in body.items() if name not in WRITTEN_NOT}
    return known  # type: ignore[return-value]

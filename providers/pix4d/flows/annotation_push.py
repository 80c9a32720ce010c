"""What a plan says, done: annotations created, overwritten, removed (notes, section 20)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...work import Work
from ..client import Pix4dClient
from .annotation_creation import Done, create
from .annotation_plan import Plan
from .annotations import overwrite, remove

CREATED, CHANGED, REMOVED = "created", "changed", "removed"
Told = Callable[[str, Sequence[Done]], None]
"""Hears what was done (``created``, ``changed``, ``removed``) with which, batch by batch."""


@dataclass
class Pushed:
    """What became of each, in the order of the plan. Of those that were removed ``key`` is the id."""

    created: list[Done] = field(default_factory=list)
    changed: list[Done] = field(default_factory=list)
    removed: list[Done] = field(default_factory=list)

    @property
    def refused(self) -> list[Done]:
        """Those that the platform did not take; ``words`` say why."""
        return [one for one in (*self.created, *self.changed, *self.removed) if not one.identity]


def push(
    api: Pix4dClient,
    project_id: str,
    plan: Plan,
    folder: Path,
    work: Work,
    told: Told = lambda what, done: None,
) -> Pushed:
    """Do what the plan says. What is refused does not keep the rest from being done. ``folder`` is for lists.

    What an earlier push created and could not tell of is told first, as created.
    """
    found = Pushed()
    total = max(1, len(plan.added) + len(plan.changed) + len(plan.removed))
    first, second = len(plan.added) / total, (len(plan.added) + len(plan.changed)) / total
    found.created = [Done(local.key, str(theirs.get("id") or ""), theirs) for local, theirs in plan.adopted]
    told(CREATED, found.created)
    taken = {*plan.held, *(one.identity for one in found.created)}
    found.created += create(
        api, project_id, plan.added, taken, folder, work.part("new", (0.0, first)), lambda done: told(CREATED, done)
    )
    found.changed = overwrite(
        api, plan.changed, work.part("changed", (first, second)), lambda done: told(CHANGED, done)
    )
    found.removed = remove(
        api, plan.removed, work.part("gone", (second, 1.0)), lambda done: told(REMOVED, done)
    )
    return found

"""A plan in words, as whole sentences, for the log of an algorithm and for the desk."""

from __future__ import annotations

from collections.abc import Iterator

from ...providers.pix4d.flows.annotation_plan import Conflict, Member, Plan
from ..translation import tr
from .fields import COLUMNS


def here(plan: Plan) -> str:
    """What a push changes on the platform."""
    if not plan.any and not plan.conflicts:
        return tr("Nothing to push. Unchanged: {unchanged}.").format(unchanged=plan.unchanged)
    return tr("Added: {added}. Changed: {changed}. Removed: {removed}. Unchanged: {unchanged}.").format(
        added=len(plan.added), changed=len(plan.changed), removed=len(plan.removed), unchanged=plan.unchanged
    )


def elsewhere(plan: Plan) -> str:
    """What was changed elsewhere since the layers were read; empty when nothing was."""
    added, changed = len(plan.added_elsewhere), len(plan.changed_elsewhere)
    removed = len(plan.removed_elsewhere)
    if not (added or changed or removed):
        return ""
    return tr(
        "Changed elsewhere meanwhile, and left as it is there: added {added}, changed {changed}, removed {removed}."
    ).format(added=added, changed=changed, removed=removed)


def conflicts(plan: Plan, most: int = 5) -> Iterator[str]:
    """One sentence for each of the first conflicts, and their number."""
    if plan.conflicts:
        yield tr("Changed on both sides: {count}.").format(count=len(plan.conflicts))
    for one in plan.conflicts[:most]:
        yield conflict(one)


def conflict(one: Conflict) -> str:
    """What clashes."""
    name = _name(one)
    if one.local is None:
        return tr("“{name}” was deleted here and changed elsewhere.").format(name=name)
    if one.theirs is None:
        return tr("“{name}” was changed here and deleted elsewhere.").format(name=name)
    what = ", ".join(member_title(member) for member in one.members)
    return tr("“{name}” was changed here and elsewhere: {what}.").format(name=name, what=what)


def _name(one: Conflict) -> str:
    record = one.theirs or (one.local.body if one.local is not None else {})
    return str((record.get("properties") or {}).get("name") or one.identity)


def member_title(member: Member) -> str:
    """A member as the layers' columns call it."""
    if member == ("geometry",):
        return tr("shape")
    return next((one.title() for one in COLUMNS if one.member == member), member[-1])

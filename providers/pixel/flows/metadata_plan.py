"""What a push of edited rows changes: each row against what it was when it came, and against the platform now.

Three states are compared member by member: as it came (``base``), as the row has it, and as the platform has it now.
So what nobody touched here keeps what somebody else made of it, and only a member that both sides changed, to different
values, is a conflict. Rows that did not come from here have no base: what they say counts where it says something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from ..items import METADATA, TAGS, Item, Member, Members, members_of, metadata_value, same, tells
from ..places import Place
from ..records import ItemChanges


@dataclass(frozen=True)
class Row:
    """An edited row. ``cells``: the members that it has a column for, None where a cell is empty. ``key`` names it."""

    key: str
    identity: str
    place: Place
    cells: Mapping[Member, Any]
    base: Item | None = None


@dataclass(frozen=True)
class Change:
    """What is sent for a row. ``members`` are those that change."""

    row: Row
    changes: ItemChanges
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Conflict:
    """Members that were changed here and, meanwhile, elsewhere. ``mine``: what would be sent if this side won."""

    row: Row
    members: tuple[Member, ...]
    mine: Change | None = None


@dataclass
class Plan:
    """What is to be done. ``emptied``: cells that were emptied and that the platform cannot be told to empty;
    ``missing``: rows whose item is not there."""

    changed: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    emptied: list[tuple[Row, Member]] = field(default_factory=list)
    missing: list[Row] = field(default_factory=list)
    unchanged: int = 0

    def win(self) -> None:
        """Let this side win every conflict."""
        self.changed += [one.mine for one in self.conflicts if one.mine is not None]
        self.conflicts = []


def touched(row: Row, kind: str) -> list[Member]:
    """The members of a row that differ from what came; of a row without base those that say something."""
    if row.base is None:
        return [member for member, value in row.cells.items() if not same(value, None)]
    base = members_of(row.base, kind)
    return [member for member, value in row.cells.items() if not same(_value(member, value, base), base.get(member))]


def _value(member: Member, cell: Any, other: Members) -> Any:
    """A cell in the type that its member has elsewhere."""
    return metadata_value(cell, other.get(member)) if member[0] == METADATA else cell


def compare(row: Row, theirs: Item | None, kind: str, plan: Plan) -> None:
    """Put a row with touched members into the plan. ``theirs`` is the item now, None when it is not there."""
    if theirs is None:
        plan.missing.append(row)
        return
    base = members_of(row.base, kind) if row.base is not None else None
    there = members_of(theirs, kind)
    if base is not None:
        # An answer that is silent about a member is no other side's change: most members are only assumed.
        there.update({member: value for member, value in base.items() if not tells(theirs, member)})
    wanted: Members = {}
    clashing: list[Member] = []
    for member in touched(row, kind):
        mine = _value(member, row.cells[member], base if base is not None else there)
        if same(mine, there.get(member)) or (base is None and member == TAGS and set(mine) <= set(there[TAGS])):
            continue
        if same(mine, None) and member[0] == "fields":
            plan.emptied.append((row, member))
            continue
        known = row.base is not None and tells(row.base, member)
        if base is not None and known and member != TAGS and not same(there.get(member), base.get(member)):
            clashing.append(member)
        wanted[member] = mine
    whole = _change(row, wanted, there, base, kind)
    if clashing:
        safe = {member: value for member, value in wanted.items() if member not in clashing}
        plan.conflicts.append(Conflict(row, tuple(clashing), whole if not safe else _change(
            row, {member: wanted[member] for member in clashing}, there, base, kind)))
        whole = _change(row, safe, there, base, kind)
    if whole is not None:
        plan.changed.append(whole)
    elif not clashing:
        plan.unchanged += 1


def _change(row: Row, wanted: Members, there: Members, base: Members | None, kind: str) -> Change | None:
    """The body of a request; tags are added and removed one by one, so that others' stay."""
    if not wanted:
        return None
    body: dict[str, Any] = {}
    fields = {name: value for (group, name), value in wanted.items() if group == "fields"}
    if fields:
        body["fields"] = {"fields_type": kind, **fields}
    metadata = {name: value for (group, name), value in wanted.items() if group == METADATA}
    if metadata:
        body[METADATA] = metadata
    if TAGS in wanted:
        mine, now = wanted[TAGS], set(there[TAGS])
        before = set(base[TAGS]) if base is not None else set(mine)
        added = [one for one in mine if one not in before and one not in now] if base is not None else [
            one for one in mine if one not in now]
        removed = sorted((before - set(mine)) & now)
        body.update({name: tags for name, tags in (("add_tags", added), ("remove_tags", removed)) if tags})
    if not body:
        return None
    return Change(row, cast(ItemChanges, body), tuple(wanted))

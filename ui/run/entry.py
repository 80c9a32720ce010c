"""Opening the form, empty or with what was chosen in a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...core.choices import Choice
from ..nodes.description import Place
from .form import RunForm
from .plan import plan_of

if TYPE_CHECKING:
    from ..desk import Desk


def open_form(desk: Desk, platform: str) -> RunForm | None:
    """The empty form of a platform; None where it runs nothing."""
    plan = plan_of(platform)
    if plan is None:
        return None
    form = RunForm(desk, plan)
    form.show()
    return form


def run_on(places: Sequence[Place], desk: Desk) -> RunForm | None:
    """The form for rasters and a detector that were chosen in a list of one connection."""
    plan = plan_of(places[0].platform)
    if plan is None:
        return None
    chosen = {kind: [Choice(one.entry.id, one.name) for one in places if one.entry.kind == kind]
              for kind in (plan.item_kind, plan.model_kind)}
    form = RunForm(desk, plan)
    form.fill(places[0].connection, next(iter(chosen[plan.model_kind]), None), chosen[plan.item_kind])
    form.show()
    return form

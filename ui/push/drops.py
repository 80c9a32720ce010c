"""Rasters dropped onto an entry of a platform, wherever it is shown: the push form opens for that place. Photos where
those are taken: see ``ui.photos.drops``; other files where an algorithm takes many at once: see ``.file_drops``.

Who owns the tree asks ``can_drop`` while something is dragged and calls ``drop`` when it is let go. It has to accept
the event with ``Qt.DropAction.CopyAction``: a move would take the layer out of the tree that it came from.
"""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QMimeData

from ...core.choices import Choice
from ..nodes.description import Place
from ..photos import drops as photo_drops
from . import file_drops, sources
from .plan import PushPlan, plan_of


def takes_rasters(place: Place) -> PushPlan | None:
    """The plan by which this entry takes rasters; None when it takes none."""
    plan = plan_of(place.platform)
    return plan if plan is not None and place.entry.kind in plan.places else None


def can_drop(mime: QMimeData, place: Place) -> bool:
    """Whether this may be dropped there. Cheap."""
    if photo_drops.can_drop(mime, place) or file_drops.can_drop(mime, place):
        return True
    return takes_rasters(place) is not None and sources.may_hold_rasters(mime)


def drop(mime: QMimeData, place: Place, desk: Any) -> bool:
    """Open the form with what was dropped; False when it is nothing for this place."""
    if photo_drops.can_drop(mime, place):
        return photo_drops.drop(mime, place)
    if file_drops.can_drop(mime, place):
        return file_drops.drop(mime, place)
    plan = takes_rasters(place)
    if plan is None or not sources.may_hold_rasters(mime):
        return False
    show_form(desk, place, sources.of_mime(mime, plan.suffixes()))
    return True


def show_form(desk: Any, place: Place, found: list[sources.Source]) -> None:
    """The form for a place, with these rasters in it."""
    plan = takes_rasters(place)
    entry = None if plan is None else place.nearest(plan.target_kind)
    target = None if entry is None else Choice(entry.id, entry.name)
    show_sources(desk, place.platform, place.connection, found, target)


def show_sources(
    desk: Any, platform: str, connection: str, found: list[sources.Source], target: Choice | None = None
) -> None:
    """The form for a connection, with these rasters in it."""
    from .opening import open_form

    plan = plan_of(platform)
    if plan is not None:
        open_form(desk, plan, connection, target, found)

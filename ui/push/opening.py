"""The push forms that are open: one for each platform, so that what is dropped twice comes together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...core.choices import Choice
from .plan import PushPlan
from .sources import Source

if TYPE_CHECKING:  # built when first needed
    from .form import PushForm

_open: dict[str, PushForm] = {}


def open_form(
    desk: Any, plan: PushPlan, connection: str | None = None, target: Choice | None = None, found: Iterable[Source] = ()
) -> PushForm:
    """Show the form of a platform with these rasters added. Without a connection the last one stays."""
    form = _open.get(plan.platform)
    if form is None:
        from .form import PushForm

        form = _open[plan.platform] = PushForm(desk, plan)
        form.finished.connect(lambda _: _open.pop(plan.platform, None))
    if connection is not None:
        form.goes_to(connection, target)
    form.add(found)
    form.show()
    form.raise_()
    form.activateWindow()
    return form


def close_forms() -> None:
    """Close them, for unloading."""
    for form in list(_open.values()):
        form.reject()
        form.deleteLater()
    _open.clear()

"""Icons of our own by name, as the desk asks for them."""

from __future__ import annotations

from ..core.icons import ICONS, icon

__all__ = ["ICONS", "icon"]

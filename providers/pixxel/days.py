"""Days as the platform spells them."""

from __future__ import annotations

import re
from typing import Any

_TASK_DAY = re.compile(r"(\d{2})-(\d{2})-(\d{4})")


def iso_day(text: Any) -> str:
    """A day of an order task, which is written ``DD-MM-YYYY`` (section 3.4), as ``YYYY-MM-DD``; all else as it is."""
    found = _TASK_DAY.fullmatch(str(text or "").strip())
    return f"{found[3]}-{found[2]}-{found[1]}" if found else str(text or "")

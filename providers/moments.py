"""Times as platforms write them."""

from __future__ import annotations

from datetime import datetime, timezone


def moment_of(value: object) -> datetime | None:
    """An ISO 8601 time; one without a zone is meant as UTC; None for what is none."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=timezone.utc)

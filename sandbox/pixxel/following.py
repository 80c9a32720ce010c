"""What insights and jobs share: bundles by a repeated PUT, and filters by day."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from .bundles import begin
from .searching import instant, interval
from .work.product import bundle
from .world import World


def bundle_status(world: World, of: str, name: str, files: list[tuple[str, Path]], host: str) -> tuple[str, str]:
    """``pending`` and no address at first, later ``ready`` and its address (P21). The same files are put together once;
    after a failure, which is told once, again."""
    kind = f"{of}: {','.join(one for one, _ in files)}"
    known = next((one for one in world.state.bundles.values() if one.kind == kind), None)
    if known is None:
        begin(world, kind, of, name, bundle, (files,))
        return "pending", ""
    if known.status == "failed":
        del world.state.bundles[known.id]
        return "failed", ""
    return ("ready", world.address(known.path, host)) if known.status == "success" else ("pending", "")


def on(text: str | None, moment: float, field: str) -> bool:
    """Whether a moment lies on the day of an RFC 3339 instant, or in an interval (P14)."""
    if not text:
        return True
    if "/" in text:
        first, last = interval(text, field)
        return first.timestamp() <= moment <= last.timestamp()
    day = instant(text, field).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.timestamp() <= moment < (day + timedelta(days=1)).timestamp()


def taken(seconds: float) -> str:
    """A length of time as ``13m20s`` (P27)."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes}m{rest}s" if hours else f"{minutes}m{rest}s" if minutes else f"{rest}s"

"""Thousands of raster records at once, for benchmarks of lists."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from .answers import moment
from .records import Raster
from .state import DEFAULT_KEY
from .work.records import RasterReport
from .world import World

FIRST_CAPTURE = datetime(2020, 1, 1, tzinfo=timezone.utc)


def many_rasters(world: World, count: int, name: str, folder_id: str | None) -> list[str]:
    """Records of ready rasters of the first account, without files: footprints on a grid, an hour between captures."""
    state = world.state
    account = state.accounts[DEFAULT_KEY]
    folder = folder_id or state.default_folder(account).id
    ids = []
    for number in range(count):
        west, south = 5 + (number % 200) * 0.02, 45 + (number // 200) * 0.01
        east, north = west + 0.01, south + 0.008
        footprint = {"type": "Polygon", "bbox": [west, south, east, north],
                     "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}
        captured = FIRST_CAPTURE + timedelta(hours=number)
        one = Raster(id=state.new_id(), owner=account.name, name=f"{name} {number + 1:05d}", folder_id=folder,
                     created=world.services.clock.now(), status="ready", listed=True,
                     captured_at=moment(captured.isoformat()), cloud_coverage=number % 101,
                     report=RasterReport(True, width=1000, height=1000, bands=3, data_type="Byte", georeferenced=True,
                                         footprint=footprint, min_zoom=14, max_zoom=20))
        state.rasters[one.id] = one
        ids.append(one.id)
    return ids

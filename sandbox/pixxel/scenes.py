"""The archive: which satellite saw which part of the world on which day. Nothing is stored; everything follows from
the number of a tile and the date, so that any area has scenes and the same question has the same answer.

The world is cut into tiles of 0.3 by 0.25 degrees, numbered by six digits. Each satellite sees a column of tiles every
12 days (Sentinel-2 every 5), between 2022-04-01 and the day before yesterday. The scene of the notes,
``TD2_000812_20240117_L2A_20240402_01002031``, is among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property, lru_cache

from .satellites import COLLECTIONS, SATELLITES, SENTINEL, TD1, TD2, Satellite

WIDTH, HEIGHT = 0.3, 0.25
COLUMNS, ROWS = 1200, 720
TILES = COLUMNS * ROWS
_SHIFT = 812 - (417 * COLUMNS + 852)
FIRST_DAY = date(2022, 4, 1)
REPROCESSED = date(2024, 4, 2)
"""All earlier scenes were made anew on that day."""
_PHASE = {TD2: (12, (5 * 852 + date(2024, 1, 17).toordinal()) % 12),
          TD1: (12, (5 * 852 + date(2024, 1, 17).toordinal() + 6) % 12), SENTINEL: (5, 0)}
_OWN_ID = re.compile(r"(TD[12])_(\d{6})_(\d{8})_(L2A|L1C)_(\d{8})_01002031")
_OPEN_ID = re.compile(r"S2_(\d{6})_(\d{8})_L2A")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Scene:
    """One scene: satellite, collection, tile (column from 180 W, row from the south pole) and day."""

    satellite: str
    collection: str
    column: int
    row: int
    day: date

    @property
    def tile(self) -> int:
        """The number of its tile."""
        return (self.row * COLUMNS + self.column + _SHIFT) % TILES

    @property
    def of(self) -> Satellite:
        """Its satellite."""
        return SATELLITES[self.satellite]

    @property
    def created(self) -> date:
        """The day on which the product was made."""
        if self.day < REPROCESSED:
            return REPROCESSED
        return self.day + timedelta(days=1)

    @cached_property
    def id(self) -> str:
        """Its STAC id (section 7.5)."""
        if self.satellite == SENTINEL:
            return f"S2_{self.tile:06d}_{self.day:%Y%m%d}_L2A"
        level = COLLECTIONS[self.collection].level
        return f"{self.of.code}_{self.tile:06d}_{self.day:%Y%m%d}_{level}_{self.created:%Y%m%d}_01002031"

    @cached_property
    def moment(self) -> datetime:
        """When it was taken: half past ten of the place."""
        longitude = -180 + (self.column + 0.5) * WIDTH
        seconds = int((10.4 - longitude / 15) * 3600 + self.row % 60) % 86400
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=timezone.utc) + timedelta(seconds=seconds)

    @cached_property
    def cloud_cover(self) -> float:
        """Percent, one decimal."""
        return float(round(100 * self.chance(1) ** 2.5, 1))

    @property
    def off_nadir(self) -> float:
        """Degrees, one decimal."""
        return round(20 * self.chance(2), 1)

    def chance(self, purpose: int) -> float:
        """A number from 0 to below 1 that belongs to this tile, day and satellite; another for each purpose."""
        return mix(self.tile, self.day.toordinal(), int(self.satellite[:8], 16), purpose) / 2 ** 64

    @cached_property
    def ring(self) -> list[list[float]]:
        """Its footprint, counter-clockwise: a little larger than the tile, and askew like an orbit."""
        west, south = -180 + self.column * WIDTH, -90 + self.row * HEIGHT
        east, north = west + WIDTH, south + HEIGHT
        corners = ((west - 0.03, south - 0.05), (east + 0.01, south - 0.05), (east + 0.03, north + 0.05),
                   (west - 0.01, north + 0.05), (west - 0.03, south - 0.05))
        return [[round(min(180.0, max(-180.0, x)), 6), round(min(90.0, max(-90.0, y)), 6)] for x, y in corners]

    @property
    def box(self) -> Box:
        """West, south, east, north of the footprint."""
        across, up = [one[0] for one in self.ring], [one[1] for one in self.ring]
        return min(across), min(up), max(across), max(up)


def mix(*numbers: int) -> int:
    """A number of 64 bits that looks random and is always the same."""
    state = 0x9E3779B97F4A7C15
    for one in numbers:
        state = (state ^ (one & (2 ** 64 - 1))) * 0xBF58476D1CE4E5B9 & (2 ** 64 - 1)
        state = (state ^ state >> 27) * 0x94D049BB133111EB & (2 ** 64 - 1)
        state ^= state >> 31
    return state


def last_day(now: float) -> date:
    """The newest day of the archive."""
    return datetime.fromtimestamp(now, timezone.utc).date() - timedelta(days=2)


@lru_cache(maxsize=100_000)
def by_id(item_id: str, newest: date) -> Scene | None:
    """The scene of an id, if there is one."""
    own, other = _OWN_ID.fullmatch(item_id), _OPEN_ID.fullmatch(item_id)
    try:
        if own is not None:
            satellite = TD1 if own[1] == "TD1" else TD2
            scene = _scene(satellite, "pixxel-td-" + own[4].lower(), int(own[2]), own[3])
        elif other is not None:
            scene = _scene(SENTINEL, "sentinel-2-l2a", int(other[1]), other[2])
        else:
            return None
    except ValueError:
        return None
    seen = FIRST_DAY <= scene.day <= newest and _seen(scene.satellite, scene.column, scene.day)
    return scene if seen and scene.id == item_id else None


def _scene(satellite: str, collection: str, tile: int, day: str) -> Scene:
    row, column = divmod((tile - _SHIFT) % TILES, COLUMNS)
    return Scene(satellite, collection, column, row, date(int(day[:4]), int(day[4:6]), int(day[6:])))


def _seen(satellite: str, column: int, day: date) -> bool:
    every, phase = _PHASE[satellite]
    return (5 * column + day.toordinal()) % every == phase if every == 12 else (
        column + day.toordinal()) % every == phase


def scenes(sources: Iterable[tuple[str, str]], boxes: Iterable[Box], first: date, last: date) -> Iterator[Scene]:
    """Scenes of satellites and collections whose footprints may touch one of the boxes, the newest day first; of a
    day from the south-west upwards."""
    wanted = list(sources)
    ranges = [(max(0, int((west - 0.06 + 180) // WIDTH)), min(COLUMNS - 1, int((east + 0.06 + 180) // WIDTH)),
               max(0, int((south - 0.1 + 90) // HEIGHT)), min(ROWS - 1, int((north + 0.1 + 90) // HEIGHT)))
              for west, south, east, north in boxes]
    day, end = last, max(first, FIRST_DAY)
    while day >= end:
        for satellite, collection in wanted:
            done: set[tuple[int, int]] = set()
            for left, right, bottom, top in ranges:
                for column in range(left, right + 1):
                    if not _seen(satellite, column, day):
                        continue
                    for row in range(bottom, top + 1):
                        if (column, row) not in done:
                            if len(ranges) > 1:
                                done.add((column, row))
                            yield Scene(satellite, collection, column, row, day)
        day -= timedelta(days=1)

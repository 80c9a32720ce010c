"""The live sources of each form, from what platforms give."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .registry import Live

EARTH_RADIUS = 6378137.0


def tiles(
    template: str,
    zoom: tuple[int, int] | None = None,
    extent: tuple[float, float, float, float] | None = None,
    from_south: bool = True,
) -> Live:
    """Tiles by an address with ``{z}``, ``{x}``, ``{y}``. The address itself is the secret (Picterra, section 9.13).

    ``extent``: west, south, east, north in degrees. ``from_south``: rows are counted from the south, as in TMS.
    """
    facts = {"zmin": str(zoom[0]), "zmax": str(zoom[1])} if zoom else {}
    if extent:
        facts["extent"] = ",".join(f"{one:.2f}" for one in (*_mercator(*extent[:2]), *_mercator(*extent[2:])))
    secret = template.partition("{")[0]
    return Live("", (secret,), facts=facts, template=template.replace("{y}", "{-y}") if from_south else template)


def _mercator(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees to metres of EPSG:3857."""
    north = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    return EARTH_RADIUS * math.radians(longitude), EARTH_RADIUS * north


def signed(address: str, expires: float | None = None) -> Live:
    """A file read by ranges from a signed address. The part behind the question mark is the secret."""
    secret = address.partition("?")[2] or address
    return Live(f"/vsicurl/{address}", (secret, address), expires=expires)


def bucket(
    name: str,
    key: str,
    access: Mapping[str, str],
    expires: float | None = None,
    options: Mapping[str, str] | None = None,
) -> Live:
    """An object in a bucket. ``access`` has ``access_key``, ``secret_key`` and for temporary ones ``session_token``;
    ``options`` are further GDAL options (``AWS_REGION``, ``AWS_S3_ENDPOINT``).

    GDAL looks for files beside a raster, which these credentials are not for. It would then ask this computer's own
    configuration and the metadata service of Amazon's machines for others, some thirty times for each raster. Without
    credentials nothing is signed, for the same reason.
    """
    path = f"/vsis3/{name}/{key}"
    given = {
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "AWS_ACCESS_KEY_ID": access["access_key"],
        "AWS_SECRET_ACCESS_KEY": access["secret_key"],
        "AWS_SESSION_TOKEN": access.get("session_token", ""),
        "AWS_NO_SIGN_REQUEST": "" if access["access_key"] and access["secret_key"] else "YES",
        **(options or {}),
    }
    return Live(path, (path,), {name: value for name, value in given.items() if value}, path, expires)

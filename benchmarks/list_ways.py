"""Ways to list all rasters, page by page: ``python -m benchmarks.list_ways WAY EXPECTED``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from .measure import report, timed
from .vendor import vendor_client


def client() -> Callable[[], int]:
    """The plugin's client: pages of records."""
    platform = connected()
    return lambda: sum(len(page.records) for page in platform.api.rasters.list())


def lister() -> Callable[[], int]:
    """What fills the plugin's choice of a raster: names and details."""
    from imagery_hub.algorithms.picterra import listers

    platform = connected()
    return lambda: sum(1 for _ in listers.rasters(platform, "", {}))


def connected() -> object:
    from imagery_hub.providers.http.network import EnvironmentNetwork
    from imagery_hub.providers.picterra.provider import connect, normalise_address

    address = normalise_address(os.environ["PICTERRA_BASE_URL"])
    return connect(address, {"key": os.environ["PICTERRA_API_KEY"]}, {}, EnvironmentNetwork())


def vendor(generation: str) -> Callable[[], int]:
    """The vendor's client: page after page by ``next``."""
    used = vendor_client(generation)

    def job() -> int:
        count, page = 0, used.list_rasters()
        while page is not None:
            count += len(list(page))
            page = page.next()
        return count

    return job


if __name__ == "__main__":
    name, expected = sys.argv[1], int(sys.argv[2])
    ours = {"client": client, "lister": lister}
    way = ours[name]() if name in ours else vendor(name.removeprefix("vendor-"))

    def job() -> None:
        found = way()
        if found != expected:
            raise RuntimeError(f"{name} listed {found} rasters of {expected}.")

    report(timed(job))

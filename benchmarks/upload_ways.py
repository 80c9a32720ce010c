"""Ways to upload one raster through the sandbox: ``python -m benchmarks.upload_ways WAY RASTER``.

The connection is in ``PICTERRA_API_KEY`` and ``PICTERRA_BASE_URL``. What each way is made of (the plugin's providers,
the vendor's client) is imported before the clock starts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from .job_journals import job_journals
from .measure import report, timed
from .vendor import vendor_client


def plugin(folder: Path) -> Callable[[Path], object]:
    """The plugin's flow, with a journal on disk as in QGIS."""
    from imagery_hub.providers.http.network import EnvironmentNetwork
    from imagery_hub.providers.picterra.flows import rasters
    from imagery_hub.providers.picterra.provider import connect, normalise_address
    from imagery_hub.providers.work import Work

    open_journal = job_journals(folder)

    def job(path: Path) -> None:
        address = normalise_address(os.environ["PICTERRA_BASE_URL"])
        platform = connect(address, {"key": os.environ["PICTERRA_API_KEY"]}, {}, EnvironmentNetwork())
        journal = open_journal()
        try:
            details = rasters.details_of(name="benchmark", multispectral=True)
            rasters.upload_raster(platform.api, platform.engine, path, details, Work(journal))
        finally:
            platform.close()
            journal.close()

    return job


def vendor(generation: str) -> Callable[[Path], object]:
    """The vendor's client."""
    client = vendor_client(generation)
    return lambda path: client.upload_raster(str(path), "benchmark", multispectral=True)


if __name__ == "__main__":
    way, raster = sys.argv[1], Path(sys.argv[2])
    job = plugin(raster.parent) if way == "plugin" else vendor(way.removeprefix("vendor-"))
    report(timed(lambda: job(raster)))

"""``python -m benchmarks`` (``make bench``): all ways side by side in one run, into ``build/bench.json``, and a table.

``--quick`` takes small sizes and one round: it shows that everything works and measures nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import (
    annotation_speed,
    descarteslabs_speed,
    desk_speed,
    gate_speed,
    list_speed,
    machine,
    pass_speed,
    photo_speed,
    pixel_speed,
    pixxel_speed,
    report,
    result_speed,
    stall_speed,
    start_speed,
    upload_speed,
)
from .measure import MEBIBYTE, RESULTS, ROOT

Measurements = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Sizes:
    """How much of everything. ``repetitions`` of what is quick, ``long_repetitions`` of what takes minutes."""

    upload: int = 1 << 30
    polygons: int = 1_000_000
    rasters: int = 20_000
    gate: int = 256 * MEBIBYTE
    repetitions: int = 11
    long_repetitions: int = 3
    starts: int = 15
    idle_seconds: float = 20.0
    photos: int = 500
    photo_bytes: int = 5_000_000
    large: int = 2 << 30
    annotations: int = 10_000
    pixel_photos: int = 500
    pixel_photo_bytes: int = 4_000_000
    pixel_rasters: int = 20
    pixel_raster_bytes: int = 100_000_000
    pixel_images: int = 100_000
    pixxel_entries: int = 10_000
    pixxel_bundle: int = 2 << 30
    catalog_images: int = 1_000


QUICK = Sizes(8 * MEBIBYTE, 2_000, 100, 24 * MEBIBYTE, 1, 1, 1, 1.0, 20, 200_000, 24 * MEBIBYTE, 200,
              20, 300_000, 2, 6_000_000, 2_000, 300, 24 * MEBIBYTE, 40)

PARTS: dict[str, Callable[[Path, Sizes], Measurements]] = {
    "start": lambda folder, sizes: {"start": start_speed.measured(folder, sizes.starts)},
    "upload": lambda folder, sizes: {
        "upload": upload_speed.measured(folder, sizes.upload, sizes.repetitions),
        "upload, bare server": upload_speed.bare(folder, sizes.upload, sizes.repetitions),
    },
    "passing": lambda folder, sizes: {"passing": pass_speed.measured(folder, sizes.upload, sizes.long_repetitions)},
    "list": lambda folder, sizes: {"list": list_speed.measured(folder, sizes.rasters, sizes.repetitions)},
    "gate": lambda folder, sizes: {"S3 gate": gate_speed.measured(folder, sizes.gate, sizes.repetitions)},
    "photos": lambda folder, sizes: photo_speed.measured(
        folder, sizes.photos, sizes.photo_bytes, sizes.large, sizes.long_repetitions
    ),
    "pixel": lambda folder, sizes: pixel_speed.measured(
        folder, (sizes.pixel_photos, sizes.pixel_photo_bytes), (sizes.pixel_rasters, sizes.pixel_raster_bytes),
        sizes.pixel_images, sizes.long_repetitions
    ),
    "pixxel": lambda folder, sizes: pixxel_speed.measured(
        folder, sizes.pixxel_entries, sizes.pixxel_bundle, sizes.long_repetitions
    ),
    "descarteslabs": lambda folder, sizes: descarteslabs_speed.measured(
        folder, sizes.catalog_images, sizes.long_repetitions
    ),
    "annotations": lambda folder, sizes: annotation_speed.measured(folder, sizes.annotations, sizes.long_repetitions),
    "stalls": lambda folder, sizes: {
        "stalls": stall_speed.measured(folder, sizes.upload, sizes.polygons, sizes.rasters, sizes.idle_seconds)
    },
    "desk": lambda folder, sizes: {
        "stalls, docks open": desk_speed.measured(
            folder, sizes.upload, sizes.polygons, sizes.rasters, sizes.idle_seconds
        )
    },
    "result": lambda folder, sizes: result_speed.measured(folder, sizes.polygons, sizes.long_repetitions),
}


def main() -> int:
    """Measure what was asked for. What is finished is on disk even when a later part fails."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that nothing is left running
    options = arguments()
    given = {name: value for name, value in vars(options).items() if value is not None and name in vars(Sizes())}
    sizes = Sizes(**{**vars(QUICK if options.quick else Sizes()), **given})
    found: dict[str, Any] = {
        "quick": options.quick, "revision": machine.revision(), "machine": machine.facts(), "sizes": vars(sizes),
        "before": machine.moment(), "measurements": earlier(options) if options.only else {},
    }
    folder = ROOT / "build" / "bench" / f"run-{time.time_ns()}"
    folder.mkdir(parents=True)
    # Modules are compiled once, as for a user, but not into the folders of the repository.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(ROOT / "build" / "bench" / "bytecode")
    try:
        for name in options.only or PARTS:
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            before = machine.moment()
            for title, one in PARTS[name](folder, sizes).items():
                times = {"before": before, "after": machine.moment(), "revision": found["revision"]}
                found["measurements"][title] = {**one, **times}
            found["after"] = machine.moment()
            write(options.output, found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(report.text(found))
    broken = [f"{title}: {way}" for title, one in found["measurements"].items() for way, row in one["ways"].items()
              if way.startswith("plugin") and "did_not_finish" in row]
    for one in broken:
        print(f"The plugin did not finish: {one}", file=sys.stderr)
    return 1 if broken else 0


def earlier(options: argparse.Namespace) -> Measurements:
    """What the file holds from a run of the same kind; ``--only`` renews parts of it."""
    if not options.output.is_file():
        return {}
    kept = json.loads(options.output.read_text("utf-8"))
    return kept["measurements"] if kept.get("quick") == options.quick else {}


def write(path: Path, found: dict[str, Any]) -> None:
    """The whole file anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the plugin beside other ways.")
    parser.add_argument("--quick", action="store_true", help="small sizes and one round, to see that everything works")
    parts = ", ".join(PARTS)
    parser.add_argument("--only", nargs="+", choices=sorted(PARTS), metavar="PART", help=f"renew only these: {parts}")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where to write (default: build/bench.json)")
    parser.add_argument("--upload", type=int, metavar="BYTES")
    parser.add_argument("--polygons", type=int)
    parser.add_argument("--rasters", type=int)
    parser.add_argument("--gate", type=int, metavar="BYTES")
    parser.add_argument("--photos", type=int)
    parser.add_argument("--photo-bytes", type=int, metavar="BYTES")
    parser.add_argument("--annotations", type=int)
    parser.add_argument("--pixel-photos", type=int)
    parser.add_argument("--pixel-photo-bytes", type=int, metavar="BYTES")
    parser.add_argument("--pixel-rasters", type=int)
    parser.add_argument("--pixel-raster-bytes", type=int, metavar="BYTES")
    parser.add_argument("--pixel-images", type=int, help="made into a layer")
    parser.add_argument("--pixxel-entries", type=int, help="of the catalog, made into a layer")
    parser.add_argument("--pixxel-bundle", type=int, metavar="BYTES")
    parser.add_argument("--catalog-images", type=int, help="added to the Descartes Labs catalog")
    parser.add_argument("--large", type=int, metavar="BYTES", help="of the large file to S3")
    parser.add_argument("--repetitions", type=int, help="of what takes seconds")
    parser.add_argument("--long-repetitions", type=int, help="of what takes minutes")
    parser.add_argument("--starts", type=int, help="of QGIS, each with and without the plugin")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

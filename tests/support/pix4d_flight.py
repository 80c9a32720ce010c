"""A test flight over made-up land whose truth is known, flown once and kept in ``build`` for later sessions."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sandbox.pix4d.work import camera, geodesy, grids, photo_files, scene, terrain, virtual_flight

KEPT = Path(__file__).resolve().parents[2] / "build" / "test-flights"


@dataclass(frozen=True)
class TestFlight:
    """``photos``: 40 JPEG files of 600 x 450 with EXIF and XMP, in the order of flight. ``orthoimage`` and ``terrain``
    (heights above the ellipsoid): the truth, in EPSG:32632. Do not change the files: others use them too."""

    __test__ = False

    photos: tuple[Path, ...]
    orthoimage: Path
    terrain: Path


def test_flight(objects: bool = False) -> TestFlight:
    """The flight; with ``objects``, over the same land with two buildings. Some seconds the first time."""
    digest = hashlib.sha256(str(objects).encode())
    for module in (camera, geodesy, grids, photo_files, scene, terrain, virtual_flight):
        digest.update(Path(module.__file__).read_bytes())
    folder = KEPT / digest.hexdigest()[:16]
    if not folder.is_dir():
        KEPT.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=KEPT))
        land = scene.make_scene(made, objects=objects)
        world = virtual_flight.World(land.orthoimage, land.terrain)
        virtual_flight.fly(world, virtual_flight.FlightPlan(), made / "photos")
        try:
            os.replace(made, folder)
        except OSError:  # another session was first
            shutil.rmtree(made)
    return TestFlight(tuple(sorted((folder / "photos").glob("*.JPG"))), folder / "orthoimage.tif",
                      folder / "terrain.tif")


test_flight.__test__ = False  # type: ignore[attr-defined]

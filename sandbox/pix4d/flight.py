"""``python -m sandbox.pix4d.flight``: photos for trying PIX4D processing without a drone.

A virtual camera flies over an orthoimage draped on a terrain. Without an orthoimage, one of made-up land is used; it
and its terrain are left beside the photos, as the truth that results can be compared with.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .work.photo_files import Lens
from .work.scene import make_scene
from .work.virtual_flight import FlightPlan, World, fly


def main(arguments: list[str] | None = None) -> None:
    """Read the arguments and fly; the photos' number and place are printed."""
    given = _arguments(arguments)
    image, terrain = given.orthoimage, given.terrain
    if image is None:
        land = make_scene(given.folder / "truth", objects=given.objects)
        image, terrain = land.orthoimage, land.terrain
    lens = Lens(8.8, 13.2, given.width, round(given.width * 3 / 4))
    plan = FlightPlan(height=given.height, overlap=given.overlap, sidelap=given.sidelap, lens=lens, pitch=given.pitch)
    try:
        photos = fly(World(image, terrain, given.ground), plan, given.folder / "photos")
    except (ValueError, RuntimeError) as error:
        sys.exit(str(error))
    print(f"{len(photos)} photos in {given.folder / 'photos'}.")
    if terrain is not None:
        print(f"Terrain to register as an extra file of the project, named terrain.tif: {terrain}.")


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.pix4d.flight",
                                     description="Photos of a virtual camera, with true EXIF and XMP.")
    parser.add_argument("folder", type=Path, help="where photos (and made-up land) are written")
    parser.add_argument("--orthoimage", type=Path, help="what the ground looks like; left out, made-up land")
    parser.add_argument("--terrain", type=Path, help="heights above the WGS84 ellipsoid in metres, a raster; a second "
                        "band is the surface with all objects on it")
    parser.add_argument("--ground", type=float, default=0.0, help="height of level ground, without a terrain")
    parser.add_argument("--height", type=float, default=40.0, help="metres above the ground's mean height")
    parser.add_argument("--overlap", type=float, default=0.7, help="of two photos of a line, of 1")
    parser.add_argument("--sidelap", type=float, default=0.6, help="of two lines, of 1")
    parser.add_argument("--pitch", type=float, default=-90.0, help="degrees; -90 looks straight down")
    parser.add_argument("--width", type=int, default=600, help="pixels of a photo, which is three quarters as high")
    parser.add_argument("--objects", action="store_true", help="put two buildings on the made-up land")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()

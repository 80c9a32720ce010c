"""Bundles of imagery: a ZIP with GeoTIFFs and what belongs to them, unpacked and opened as layers.

A bundle of Pixxel holds, for each scene, the image, a quality mask, a small picture, footprint and box as GeoJSON, and
header files (notes, section 7.5). Names in it are a server's: they never say where a file goes.
"""

from __future__ import annotations

import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from qgis.core import QgsRasterLayer

from ..problems import Problem
from ..translation import tr
from . import hyperspectral, metadata, time
from .gdal_calls import GdalFailed
from .wavelengths import Band, header

BLOCK = 1 << 20
LARGEST_HEADER = 4 << 20
RASTERS, PICTURES, SHAPES = (".tif", ".tiff"), (".jpg", ".jpeg", ".png"), (".geojson", ".json")
_MASKS = {"mask", "masks", "qa", "bqa", "qm", "quality", "udm", "udm2", "dqm"}
_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
LONGEST_NAME = 120


@dataclass(frozen=True)
class Bundle:
    """What was unpacked, each part in the order of its names."""

    images: tuple[Path, ...] = ()
    masks: tuple[Path, ...] = ()
    pictures: tuple[Path, ...] = ()
    shapes: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """All of it."""
        return (*self.images, *self.masks, *self.pictures, *self.shapes, *self.others)

    def header_of(self, image: Path) -> Path | None:
        """The header (``.hdr``) that belongs to an image: named like it, or the only one beside the only image."""
        headers = [one for one in self.others if one.suffix.lower() == ".hdr"]
        names = {image.stem.lower(), image.name.lower()}
        found = [one for one in headers if one.stem.lower() in names]
        if not found and len(self.images) == 1 and len(headers) == 1:
            found = headers
        return found[0] if found else None


def unpack(
    archive: Path, folder: Path, report: Callable[[int, int], None] = lambda done, total: None, of_scenes: bool = True
) -> Bundle:
    """Unpack into a folder, which is made if it is missing; files of the same name there are replaced. ``of_scenes`` as
    for :func:`sort`.

    ``report`` is told the bytes done and all bytes, and may raise to stop: no file is left half written. Not for the
    main thread. :class:`Problem` for an archive that is damaged or locked, and for a disk without the room.
    """
    try:
        with zipfile.ZipFile(archive) as source:
            members = _members(source)
            total, done = sum(one.file_size for one in members.values()), 0
            folder.mkdir(parents=True, exist_ok=True)
            if total > shutil.disk_usage(folder).free:
                words = tr("There is no room on the disk to unpack {file}. Free some space, or choose another folder.")
                raise Problem(words.format(file=archive.name))
            for name, member in members.items():
                done = _write(source, member, folder / name, done, lambda bytes_done: report(bytes_done, total))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        words = tr("The bundle {file} is damaged. Download it again.")
        raise Problem(words.format(file=archive.name)) from None
    except RuntimeError as error:  # what zipfile says of an archive with a password
        if "password" not in str(error):
            raise
        raise Problem(tr("The bundle {file} is locked by a password.").format(file=archive.name)) from None
    except OSError as error:
        words = tr("The bundle {file} cannot be unpacked: {reason}")
        raise Problem(words.format(file=archive.name, reason=error.strerror or type(error).__name__)) from None
    return sort([folder / name for name in members], of_scenes)


def sort(files: Sequence[Path], of_scenes: bool = True) -> Bundle:
    """Which file is what, by its name. ``of_scenes``: whether a raster may be the quality mask of a scene; what blocks
    make is an image, also where it is called a mask."""
    found: dict[str, list[Path]] = {"images": [], "masks": [], "pictures": [], "shapes": [], "others": []}
    for one in sorted(files):
        part = _part(one)
        found["images" if part == "masks" and not of_scenes else part].append(one)
    return Bundle(**{part: tuple(paths) for part, paths in found.items()})


def layers(
    bundle: Bundle, told: Sequence[Band] = (), names: Mapping[str, str] | None = None,
    captures: Mapping[str, str] | None = None,
) -> list[QgsRasterLayer]:
    """The images as layers in their picture, on the day of their capture, bands named by wavelength where file, header
    or ``told`` say it.

    ``names``: titles by file stem; ``captures``: see :func:`capture_of`. Reads pixels: not for the main thread.
    :class:`Problem` for what cannot be opened.
    """
    if not bundle.images:
        raise Problem(tr("The bundle holds no GeoTIFF. Look at its files in their folder."))
    found = []
    for path in bundle.images:
        about = bundle.header_of(path)
        items = header(_text(about)) if about is not None else {}
        try:
            cube = hyperspectral.adopt(path, items, told)
            layer = hyperspectral.open_layer(path, (names or {}).get(path.stem, path.stem))
        except GdalFailed:
            words = tr("The image {file} of the bundle is damaged. Download the bundle again.")
            raise Problem(words.format(file=path.name)) from None
        words = tr("{count} bands").format(count=len(cube.bands))
        metadata.describe(layer, metadata.Description(layer.name(), words, [tr("Hyperspectral")], identifier=path.stem))
        captured = capture_of(path.stem, captures or {})
        if time.set_raster_range(layer, captured):
            time.keep(str(path), captured)
        found.append(layer)
    return found


def capture_of(stem: str, captures: Mapping[str, str]) -> str:
    """When an image was captured: what the platform says of the name that the file's holds whole, the longest first;
    else the day in the file's name; else what the platform says of all (below no name). Empty where nothing is known.
    """
    around = f"_{_plain(stem)}_"
    known = [name for name in captures if name and f"_{_plain(name)}_" in around]
    if known:
        return captures[max(known, key=len)]
    return hyperspectral.captured(stem) or captures.get("", "")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _members(source: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Each file of the archive by the name that it gets: its own without folders, and with the one above it where
    several files have the same."""
    found: dict[str, zipfile.ZipInfo] = {}
    for one in source.infolist():
        parts = PurePosixPath(one.filename.replace("\\", "/")).parts
        if one.is_dir() or not parts:
            continue
        name = _fit(parts[-1])
        if name.lower() in {known.lower() for known in found} and len(parts) > 1:
            name = _fit(f"{parts[-2]}_{parts[-1]}")
        number = 2
        while name.lower() in {known.lower() for known in found}:
            name, number = _fit(f"{number}_{parts[-1]}"), number + 1
        found[name] = one
    return found


def _fit(name: str) -> str:
    """A name for a file on any system: no separators, no device, not hidden, not endless."""
    plain = _UNFIT.sub("_", name).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending[:20]}"


def _write(
    source: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, done: int, report: Callable[[int], None]
) -> int:
    part = target.with_name(f"{target.name}.part")
    try:
        with source.open(member) as packed, part.open("wb") as written:
            while block := packed.read(BLOCK):
                written.write(block)
                done += len(block)
                report(done)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return done


def _part(path: Path) -> str:
    ending = path.suffix.lower()
    if ending in RASTERS:
        return "masks" if _MASKS & set(re.split(r"[^a-z0-9]+", path.stem.lower())) else "images"
    return "pictures" if ending in PICTURES else "shapes" if ending in SHAPES else "others"


def _text(path: Path) -> str:
    with path.open("rb") as source:
        return source.read(LARGEST_HEADER).decode("utf-8", "replace")

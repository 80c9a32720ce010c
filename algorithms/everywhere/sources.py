"""Where an item comes from: each kind is found, with what its platform says of it, and then fetched by the platform's
own flow.

Items are named as in the platforms' own algorithms: a raster of Picterra and an entry of Pixxel's catalog by their id,
an output of PIX4D by project and output (``1042:ortho``), a raster of Pixel by project, data collection and number
(``10/6/123``), an image of the Descartes Labs catalog by its whole id (``acme:harvest:june``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from .items import Item, file_name

Find = Callable[[Any, str, Work], "tuple[Item, Any]"]
Address = Callable[[], str]
Make = Callable[[Path, Work], Path]


@dataclass(frozen=True)
class Source(ABC):
    """``example`` is how such an item is named; ``separators``: as many of that sign are in it. ``find`` tells what it
    is before it is fetched, its path being the name of the file that it will be, and gives the way to that file."""

    platform: str
    example: str
    separators: tuple[str, int]
    find: Find

    def names(self, identity: str) -> bool:
        """Whether this can be such an item."""
        sign, count = self.separators
        return not sign or (identity.count(sign) >= count and all(identity.split(sign)))

    def passing(self, platform: Any, item: Item, way: Any, work: Work) -> Item | None:
        """The item as a file that passes through; None for what cannot."""
        return None

    @abstractmethod
    def fetch(self, platform: Any, item: Item, way: Any, folder: Path, work: Work) -> Item:
        """The item with its file in the folder."""


@dataclass(frozen=True)
class Stored(Source):
    """A file of its platform. The way to it are its addresses."""

    def passing(self, platform: Any, item: Item, way: Address, work: Work) -> Item | None:
        """None where its storage does not let it."""
        from ...providers.transfer import remote

        through = remote(item.path.name, way, work, platform.engine)
        return None if through is None else replace(item, through=through)

    def passing_again(self, platform: Any, identity: str, item: Item, known: dict[str, Any], work: Work) -> Item:
        """The item of an earlier run that passed. The platform is asked when bytes are wanted, and not before."""
        from ...providers.transfer import known_remote

        asked: list[Address] = []

        def address() -> str:
            if not asked:
                asked.append(self.find(platform, identity, work)[1])
            return asked[0]()

        return replace(item, through=known_remote(item.path.name, known, address, platform.engine))

    def fetch(self, platform: Any, item: Item, way: Address, folder: Path, work: Work) -> Item:
        from ...providers.transfer import download

        return replace(item, path=download(way, folder / item.path, work, platform.engine))


@dataclass(frozen=True)
class Made(Source):
    """What is no file of its own on its platform. The way has one made, or unpacks it, in a folder."""

    def fetch(self, platform: Any, item: Item, way: Make, folder: Path, work: Work) -> Item:
        return replace(item, path=way(folder, work).replace(folder / item.path))


def _picterra_raster(platform: Any, identity: str, work: Work) -> tuple[Item, Address]:
    from ...providers.picterra.flows import rasters

    told = platform.api.during(work).rasters.get(identity)
    name = told.get("name") or identity
    item = Item(Path(file_name(name)), name, told.get("captured_at") or "", _number(told.get("cloud_coverage")),
                _several(told.get("user_tag")))
    return item, rasters.address_of(platform.api, identity, work)


def _pix4d_output(platform: Any, identity: str, work: Work) -> tuple[Item, Address]:
    from ...providers.pix4d.flows import outputs, retrieval
    from ...providers.pix4d.output_types import Home

    api = platform.api.during(work)
    project_id, wanted = outputs.parts_of(identity)
    result = outputs.ready_one(api, project_id, wanted)
    if result.type.home not in (Home.RASTER, Home.STREAMED):
        words = tr("“{output}” is no raster. Rasters can be sent, such as an orthomosaic or a surface model.")
        raise Problem(words.format(output=result.type.name))
    project = api.projects.get(project_id)
    name = f"{project.get('display_name') or project.get('name') or project_id} {result.type.name}"
    item = Item(Path(file_name(name, retrieval.suffix_of(result))), name, project.get("acquisition_date") or "")
    return item, retrieval.address_of(platform.api, result, work)


def _pixel_raster(platform: Any, identity: str, work: Work) -> tuple[Item, Address]:
    from ...providers.pixel.flows import files
    from ...providers.pixel.flows.imagery import CLOUD_COVER
    from ...providers.pixel.items import RASTER, tags_in
    from ...providers.pixel.places import place_of
    from ...providers.transfer import safe_name

    collection, _, number = identity.rpartition("/")
    place, api = place_of(collection), platform.api.during(work)
    told: Mapping[str, Any] = api.rasters.get(place, number)
    name = str(told.get("name") or told.get("file_name") or number)
    if not told.get("download_url"):
        words = tr("The platform gives no address for the file of “{name}”, so that it cannot be sent. A published"
                   " ArcGIS service shows it.")
        raise Problem(words.format(name=name))
    further = told.get("json_metadata")
    kept = {key: value for key, value in further.items() if value is not None} if isinstance(further, dict) else {}
    own = safe_name(str(told.get("file_name") or ""), file_name(name))
    item = Item(Path(own), name, told.get("capture_date") or "",
                _number(kept.get(CLOUD_COVER)), tuple(tags_in(told.get("tags"))), kept, told.get("num_bands") or None)
    return item, files.address_of(api, RASTER, place, told)


def _pixxel_catalog(platform: Any, identity: str, work: Work) -> tuple[Item, Make]:
    from ...core.pixxel import found

    told = platform.api.during(work).catalogs.get(identity)
    scene: Mapping[str, Any] = told.get("details") or {}
    name = str(scene.get("id") or identity)
    row, properties = found.row(scene), scene.get("properties") or {}
    further = {member: str(row[member]) for member in ("platform", "product_level") if row[member]}
    item = Item(Path(file_name(name)), name, found.lenient(properties.get("datetime")), _number(row["cloud_cover"]), (),
                further)
    return item, partial(_unpacked, platform, identity)


def _unpacked(platform: Any, identity: str, folder: Path, work: Work) -> Path:
    """The only image of the entry's archive."""
    from ...core.layers import bundle
    from ...providers.pixxel.flows import bundles

    archive = folder / "bundle.zip"
    resource = bundles.of_catalog(platform.api, {"catalog_ids": [identity]}, work)
    bundles.fetch(resource, archive, work, platform.engine)

    def report(done: int, total: int) -> None:
        work.check_cancelled()
        work.progress(done / max(1, total), "pixxel_unpacking")

    images = bundle.unpack(archive, folder / "bundle", report).images
    if len(images) != 1:
        words = tr("The entry holds {count} images, and one can be sent. Download it, and upload what you need.")
        raise Problem(words.format(count=len(images)))
    return images[0]


def _descarteslabs_image(platform: Any, identity: str, work: Work) -> tuple[Item, Make]:
    from ...providers.descarteslabs.flows import reading
    from ...providers.descarteslabs.places import inside_of
    from ...providers.descarteslabs.records import REMOTE

    place = inside_of(identity)
    told: Mapping[str, Any] = reading.image(platform.api, place, work)
    if told.get("storage_state") == REMOTE:
        words = tr("The catalog has no pixels of “{name}”, which is stored elsewhere, so that it cannot be sent.")
        raise Problem(words.format(name=place.name))
    own = {str(name): value for name, value in (told.get("extra_properties") or {}).items()
           if isinstance(value, (str, int, float))}
    tags = _several(own.pop("tags", ""))
    cloud = _number(told.get("cloud_fraction"))
    percent = None if cloud is None else round(100 * cloud, 6)
    item = Item(Path(file_name(place.name)), place.name, told.get("acquired") or "", percent, tags, own)
    return item, partial(_pixels, platform, place.whole)


def _pixels(platform: Any, whole: str, folder: Path, work: Work) -> Path:
    """All bands of the image as one GeoTIFF, which the raster service makes: its files themselves are not to be had by
    a documented way."""
    from ...providers.descarteslabs.flows import pixels

    work.progress(None, "descarteslabs_pixels")
    (made,) = pixels.fetch_files(platform.api, {"ids": [whole], "bands": None, "of": "GTiff"}, folder, work)
    return made


def _several(value: Any) -> tuple[str, ...]:
    """Tags that a platform without lists of them has in one text."""
    return tuple(filter(None, (one.strip() for one in str(value or "").split(","))))


def _number(value: Any) -> float | None:
    return None if isinstance(value, bool) or not isinstance(value, (int, float)) else float(value)


#: By the names in the parameter, which are those of scripts too and therefore not translated.
SOURCES: dict[str, Source] = {
    "Picterra raster": Stored("picterra", "3f2c…", ("", 0), _picterra_raster),
    "PIX4D output": Stored("pix4d", "1042:ortho", (":", 1), _pix4d_output),
    "Pixel raster": Stored("pixel", "10/6/123", ("/", 2), _pixel_raster),
    "Pixxel catalog entry": Made("pixxel", "7d0b…", ("", 0), _pixxel_catalog),
    "Descartes Labs image": Made("descarteslabs", "acme:harvest:june", (":", 1), _descarteslabs_image),
}

"""Where an item comes from: each kind is fetched by its platform's own flow, with what the platform says of it.

Items are named as in the platforms' own algorithms: a raster of Picterra and an entry of Pixxel's catalog by their id,
an output of PIX4D by project and output (``1042:ortho``), a raster of Pixel by project, data collection and number
(``10/6/123``), an image of the Descartes Labs catalog by its whole id (``acme:harvest:june``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from .items import Item, file_name

Fetch = Callable[[Any, str, Path, Work], Item]


@dataclass(frozen=True)
class Source:
    """``example`` is how such an item is named; ``separators``: as many of that sign are in it."""

    platform: str
    fetch: Fetch
    example: str
    separators: tuple[str, int] = ("", 0)

    def names(self, identity: str) -> bool:
        """Whether this can be such an item."""
        sign, count = self.separators
        return not sign or (identity.count(sign) >= count and all(identity.split(sign)))


def _picterra_raster(platform: Any, identity: str, folder: Path, work: Work) -> Item:
    from ...providers.picterra.flows import rasters

    told = platform.api.during(work).rasters.get(identity)
    name = told.get("name") or identity
    target = folder / file_name(name)
    rasters.download_raster(platform.api, platform.engine, identity, target, work)
    tag = told.get("user_tag")
    return Item(target, name, told.get("captured_at") or "", _number(told.get("cloud_coverage")), (tag,) if tag else ())


def _pix4d_output(platform: Any, identity: str, folder: Path, work: Work) -> Item:
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
    target = folder / file_name(name, retrieval.suffix_of(result))
    retrieval.download_one(platform.api, platform.engine, result, target, work)
    return Item(target, name, project.get("acquisition_date") or "")


def _pixel_raster(platform: Any, identity: str, folder: Path, work: Work) -> Item:
    from ...providers.pixel.flows import files
    from ...providers.pixel.items import RASTER, tags_in
    from ...providers.pixel.places import place_of

    collection, _, number = identity.rpartition("/")
    place = place_of(collection)
    told: Mapping[str, Any] = platform.api.during(work).rasters.get(place, number)
    name = str(told.get("name") or told.get("file_name") or number)
    brought = files.download_items(platform.api, platform.engine, RASTER, place, [number], folder, work)
    if number not in brought.files:
        words = tr("The platform gives no address for the file of “{name}”, so that it cannot be sent. A published"
                   " ArcGIS service shows it.")
        raise Problem(words.format(name=name))
    further = told.get("json_metadata")
    kept = {key: value for key, value in further.items() if value is not None} if isinstance(further, dict) else {}
    return Item(brought.files[number], name, told.get("capture_date") or "", _number(kept.get("cloud_cover")),
                tuple(tags_in(told.get("tags"))), kept)


def _pixxel_catalog(platform: Any, identity: str, folder: Path, work: Work) -> Item:
    from ...core.layers import bundle
    from ...core.pixxel import found
    from ...providers.pixxel.flows import bundles

    told = platform.api.during(work).catalogs.get(identity)
    scene: Mapping[str, Any] = told.get("details") or {}
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
    row, properties = found.row(scene), scene.get("properties") or {}
    further = {name: str(row[name]) for name in ("platform", "product_level") if row[name]}
    return Item(images[0], str(scene.get("id") or images[0].stem), found.lenient(properties.get("datetime")),
                _number(row["cloud_cover"]), (), further)


def _descarteslabs_image(platform: Any, identity: str, folder: Path, work: Work) -> Item:
    """All bands of the image as one GeoTIFF, which the raster service makes: its files themselves are not to be had by
    a documented way."""
    from ...providers.descarteslabs.flows import pixels, reading
    from ...providers.descarteslabs.places import inside_of

    place = inside_of(identity)
    told: Mapping[str, Any] = reading.image(platform.api, place, work)
    work.progress(None, "descarteslabs_pixels")
    (made,) = pixels.fetch_files(platform.api, {"ids": [place.whole], "bands": None, "of": "GTiff"}, folder, work)
    target = made.replace(folder / file_name(place.name))
    own = {str(name): value for name, value in (told.get("extra_properties") or {}).items()
           if isinstance(value, (str, int, float))}
    tags = tuple(filter(None, str(own.pop("tags", "")).split(",")))
    cloud = _number(told.get("cloud_fraction"))
    percent = None if cloud is None else round(100 * cloud, 6)
    return Item(target, place.name, told.get("acquired") or "", percent, tags, own)


def _number(value: Any) -> float | None:
    return None if isinstance(value, bool) or not isinstance(value, (int, float)) else float(value)


#: By the names in the parameter, which are those of scripts too and therefore not translated.
SOURCES: dict[str, Source] = {
    "Picterra raster": Source("picterra", _picterra_raster, "3f2c…"),
    "PIX4D output": Source("pix4d", _pix4d_output, "1042:ortho", (":", 1)),
    "Pixel raster": Source("pixel", _pixel_raster, "10/6/123", ("/", 2)),
    "Pixxel catalog entry": Source("pixxel", _pixxel_catalog, "7d0b…"),
    "Descartes Labs image": Source("descarteslabs", _descarteslabs_image, "acme:harvest:june", (":", 1)),
}

"""Satellites, bands, collections and bandsets. Identifiers are those of the notes (section 3.2); wavelengths in
nanometres (P25), one band every 15 nm from blue to near infrared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TD1 = "0004ab8d-0ad1-4d62-8a3f-fe18a7000e70"
TD2 = "0005c5bb-0bd2-4c80-9393-4a808341c54c"
SENTINEL = "0002a3a3-00a2-4b55-842b-44d8202c6d60"


@dataclass(frozen=True)
class Band:
    """One band; wavelength and full width at half maximum in nanometres."""

    name: str
    wavelength: float
    width: float
    common_name: str = ""


@dataclass(frozen=True)
class Satellite:
    """A satellite; ``scale`` turns its numbers into reflectance, ``gsd`` is the size of its pixels in metres."""

    id: str
    name: str
    code: str
    provider: str
    collections: tuple[str, ...]
    bands: tuple[Band, ...]
    full_scale: int
    gsd: int
    rgb: tuple[str, str, str]

    @property
    def scale(self) -> float:
        """Reflectance of one digital number."""
        return 1.0 / self.full_scale

    def band(self, name: str) -> Band | None:
        """A band by its name."""
        return next((one for one in self.bands if one.name == name), None)


_COMMON = {480: "blue", 555: "green", 660: "red", 705: "rededge", 840: "nir"}
HYPERSPECTRAL = tuple(Band(f"B{number:03d}", 450.0 + 15 * (number - 1), 15.0, _COMMON.get(450 + 15 * (number - 1), ""))
                      for number in range(1, 32))
MULTISPECTRAL = (Band("B02", 490.0, 65.0, "blue"), Band("B03", 560.0, 35.0, "green"), Band("B04", 665.0, 30.0, "red"),
                 Band("B05", 705.0, 15.0, "rededge"), Band("B08", 842.0, 115.0, "nir"))
_OWN = ("pixxel-td-l2a", "pixxel-td-l1c")
SATELLITES = {one.id: one for one in (
    Satellite(TD1, "Pixxel-TD1", "TD1", "pixxel", _OWN, HYPERSPECTRAL, 50000, 10, ("B015", "B008", "B003")),
    Satellite(TD2, "Pixxel-TD2", "TD2", "pixxel", _OWN, HYPERSPECTRAL, 50000, 10, ("B015", "B008", "B003")),
    Satellite(SENTINEL, "Sentinel-2", "S2", "planetary", ("sentinel-2-l2a",), MULTISPECTRAL, 10000, 10,
              ("B04", "B03", "B02")))}
QUERYABLES = ("eo:cloud_cover", "view:off_nadir")


@dataclass(frozen=True)
class Collection:
    """A collection of scenes."""

    id: str
    title: str
    level: str
    description: str
    own: bool = True


COLLECTIONS = {one.id: one for one in (
    Collection("pixxel-td-l2a", "Pixxel TD L2A", "L2A", "Tech demonstrator scenes, surface reflectance"),
    Collection("pixxel-td-l1c", "Pixxel TD L1C", "L1C", "Tech demonstrator scenes, top-of-atmosphere reflectance"),
    Collection("sentinel-2-l2a", "Sentinel-2 L2A", "L2A", "Open data, surface reflectance", own=False))}


@dataclass(frozen=True)
class Bandset:
    """Bands that are collected together, in ``captures`` passes."""

    id: str
    name: str
    description: str
    captures: int
    bands: tuple[Band, ...]


BANDSETS = {one.id: one for one in (
    Bandset("d2c30f2e-6a1b-4c57-9b3e-0a4d5e6f7081", "VNIR 31", "All bands of the demonstrators", 2, HYPERSPECTRAL),
    Bandset("d2c31a4f-7b2c-4d68-8c4f-1b5e6f708192", "Vegetation", "Green, red, red edge and near infrared", 1,
            HYPERSPECTRAL[6:8] + HYPERSPECTRAL[13:20] + HYPERSPECTRAL[26:28]),
    Bandset("d2c32b50-8c3d-4e79-9d50-2c6f708192a3", "Water", "Blue to red, for chlorophyll and sediment", 1,
            HYPERSPECTRAL[0:16]))}
ALL_BANDS = next(iter(BANDSETS))


def band_answer(one: Band) -> dict[str, Any]:
    """A band of a bandset."""
    return {"name": one.name, "wavelength": one.wavelength}


def bandset_answer(one: Bandset) -> dict[str, Any]:
    """A bandset (section 12.1)."""
    return {"id": one.id, "name": one.name, "description": one.description, "captures": one.captures,
            "bands": [band_answer(each) for each in one.bands]}


def satellite_answer(one: Satellite) -> dict[str, Any]:
    """A satellite (section 7.1)."""
    return {"id": one.id, "name": one.name,
            "collections": [{"id": each, "name": COLLECTIONS[each].title, "provider": one.provider,
                             "queryables": list(QUERYABLES), "rescale": [0, one.full_scale]}
                            for each in one.collections],
            "bands": [{"name": each.name, "wavelength": each.wavelength, "scale": one.scale, "offset": 0,
                       "spatial_resolution": one.gsd} for each in one.bands],
            "rgb_composite": dict(zip(("red", "green", "blue"), one.rgb))}

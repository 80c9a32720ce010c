"""The bands of hyperspectral rasters: names, wavelengths, widths, and which ones hold no good values.

Nothing obliges a GeoTIFF to tell wavelengths. What is read here, the first that tells: a band's own metadata in the
terms of ENVI (which GDAL's driver uses for bands of other formats too), of STAC and of GDAL's domain ``IMAGERY``; the
dataset's domain ``ENVI``, as GDAL fills it from a header; and the band's description. All in nanometres.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Without a unit, values below this are micrometres: sensors go from 0.2 to 15 µm, which is 200 to 15000 nm.
LARGEST_MICROMETRES = 100.0
_MICROMETRES = ("micro", "um", "µm", "μm")
_WAVELENGTHS = ("wavelength", "center_wavelength", "central_wavelength", "wavelength_nm", "central_wavelength_um")
_WIDTHS = ("fwhm", "full_width_half_max", "fwhm_nm", "fwhm_um")
_UNITS = ("wavelength_units", "wavelength_unit")
_TOLD = re.compile(r"(\d+(?:\.\d+)?)\s*(nm|nanomet\w*|[uµμ]m|micromet\w*|microns?)(?![a-z])", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z]{1,4}[ _-]?\d{1,4}[A-Za-z]?(?![\w.])")
_ITEM = re.compile(r"^[ \t]*([^={}\n;]+?)[ \t]*=[ \t]*(\{[^}]*\}|[^\n{]*)", re.MULTILINE)
NANOMETRES = "Nanometers"


@dataclass(frozen=True)
class Band:
    """``number`` counts from 1; ``wavelength`` is the centre and ``width`` the full width at half maximum, in nm.

    ``bad``: the file itself says that the band's values are no good.
    """

    number: int
    name: str = ""
    wavelength: float | None = None
    width: float | None = None
    bad: bool = False

    @property
    def title(self) -> str:
        """``B031 (672.5 nm)``: as QGIS lists it, and as :func:`bands_of` reads it."""
        name = self.name or str(self.number)
        return name if self.wavelength is None else f"{name} ({round(self.wavelength, 1):g} nm)"


def header(text: str) -> dict[str, str]:
    """The items of an ENVI header (``.hdr``), with names as GDAL writes them: small letters, underscores."""
    return {name.strip().lower().replace(" ", "_"): value.strip() for name, value in _ITEM.findall(text)}


def listed(value: str) -> list[str]:
    """The entries of a list ``{a, b}`` of a header."""
    return [one.strip() for one in value.strip().strip("{}").split(",") if one.strip()]


def bands_of(dataset: Any) -> tuple[Band, ...]:
    """The bands of an open GDAL dataset. Reads no pixels."""
    whole = {name.lower(): value for name, value in (dataset.GetMetadata("ENVI") or {}).items()}
    told = of_header(whole, dataset.RasterCount)
    found = []
    for number in range(1, dataset.RasterCount + 1):
        band = dataset.GetRasterBand(number)
        items = {name.lower(): value for domain in ("IMAGERY", "") for name, value in
                 (band.GetMetadata(domain) or {}).items()}
        found.append(_merged(_of_band(number, items, band.GetDescription() or ""), told[number - 1]))
    return tuple(found)


def of_header(items: Mapping[str, str], count: int) -> tuple[Band, ...]:
    """What the items of a header tell of ``count`` bands. A list of another length tells nothing."""
    unit = items.get("wavelength_units", "")
    lists = {name: listed(items.get(name, "")) for name in ("band_names", "wavelength", "fwhm", "bbl")}
    rows = {name: values if len(values) == count else [""] * count for name, values in lists.items()}
    centres = [nanometres(one, unit) for one in rows["wavelength"]]
    wide = unit or (_unit_of(centres, rows["wavelength"]))
    return tuple(
        Band(
            number + 1, _name(rows["band_names"][number]), centres[number], nanometres(rows["fwhm"][number], wide),
            rows["bbl"][number] in ("0", "0.0"),
        )
        for number in range(count)
    )


def named(bands: Sequence[Band], told: Sequence[Band]) -> tuple[Band, ...]:
    """Bands with what another source, as a header beside the file, tells in addition; unchanged where the numbers of
    bands differ."""
    if len(bands) != len(told):
        return tuple(bands)
    return tuple(_merged(one, other) for one, other in zip(bands, told))


def nanometres(value: str, unit: str = "") -> float | None:
    """A wavelength; None for what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if not math.isfinite(number) or number <= 0:
        return None
    small = unit.strip().lower()
    is_micro = small.startswith(_MICROMETRES) if small and small != "unknown" else number < LARGEST_MICROMETRES
    return round(number * 1000, 4) if is_micro else number


def nearest(bands: Sequence[Band], wavelength: float, within: float = math.inf) -> Band | None:
    """The good band that is nearest to a wavelength; None where none is ``within`` so many nanometres."""
    known = [one for one in bands if one.wavelength is not None and not one.bad]
    distance = {one: abs((one.wavelength or 0.0) - wavelength) for one in known}
    found = min(known, key=lambda one: distance[one], default=None)
    return found if found is not None and distance[found] <= within else None


def _unit_of(centres: Sequence[float | None], texts: Sequence[str]) -> str:
    """Widths are a few nanometres, so that only the centres tell the unit that both are in."""
    changed = any(one is not None and one != float(text) for one, text in zip(centres, texts))
    return "Micrometers" if changed else NANOMETRES


def _of_band(number: int, items: Mapping[str, str], description: str) -> Band:
    unit = next((items[name] for name in _UNITS if items.get(name)), "")
    key = next((name for name in _WAVELENGTHS if items.get(name)), "")
    centre = nanometres(items[key], "um" if key.endswith("_um") else "nm" if key.endswith("_nm") else unit) \
        if key else None
    told = _TOLD.search(description)
    if centre is None and told is not None:
        centre = nanometres(told.group(1), told.group(2))
    wide = next((name for name in _WIDTHS if items.get(name)), "")
    scale = "um" if wide.endswith("_um") else "nm" if wide.endswith("_nm") else unit
    if wide and not scale and centre is not None and key:
        scale = "nm" if centre == nanometres(items[key], "nm") else "um"
    width = nanometres(items[wide], scale or "nm") if wide else None
    is_bad = items.get("bbl", items.get("bad_band", "")).strip().lower()
    bad = is_bad in ("0", "0.0") if "bbl" in items else is_bad in ("1", "true", "yes")
    return Band(number, _name(description), centre, width, bad)


def _name(text: str) -> str:
    """The short name at the beginning of a description; the whole of one that has no wavelength in it."""
    found = _NAME.match(text.strip())
    if found is not None:
        return found.group(0)
    return "" if _TOLD.search(text) else text.strip()


def _merged(one: Band, other: Band) -> Band:
    return Band(
        one.number, one.name or other.name, one.wavelength if one.wavelength is not None else other.wavelength,
        one.width if one.width is not None else other.width, one.bad or other.bad,
    )

"""The columns of the table of bands: which property each shows, how it is written, and in which words it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ....core.translation import tr
from ....providers.descarteslabs import band_tables, properties
from ....providers.errors import InputProblem

COLORMAP, COLORMAP_NAME = "colormap", "colormap_name"


@dataclass(frozen=True)
class Column:
    """``member``: the property of a band. ``choices``: those of which one is chosen. ``free``: anything else may be
    typed too. ``needed``: it has to be said."""

    member: str
    title: Callable[[], str]
    tip: Callable[[], str]
    choices: tuple[str, ...] = ()
    free: bool = False
    needed: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it is written at the right."""
        rule = properties.BAND.get(self.member)
        return rule is not None and rule.kind in ("integer", "number", "range")


COLUMNS = (
    Column("name", lambda: tr("Name"), lambda: tr("Letters, digits and _ - . : only. Each name once."), needed=True),
    Column("srcband", lambda: tr("Band"), lambda: tr("Number of the band in the file, from 1 on."), needed=True),
    Column("dtype", lambda: tr("Data type"), lambda: tr("That of the layer, or the catalog refuses its file."),
           tuple(properties.DTYPES), needed=True),
    Column("data_range", lambda: tr("Range"), lambda: tr("Least and greatest value, as in 0, 65535."), needed=True),
    Column("nodata", lambda: tr("No data"), lambda: tr("The value of pixels that say nothing. Empty: none.")),
    Column("default_range", lambda: tr("Shown range"),
           lambda: tr("From black to white, as in 200, 3000: of the layer's style, else of nearly all pixels.")),
    Column("type", lambda: tr("Type"), lambda: tr("What the values are: measured, a mask, classes or something else."),
           properties.TYPES, needed=True),
    Column("color", lambda: tr("Colour"), lambda: tr("Alpha for a mask, Palette with a colour map."),
           ("", *properties.COLORS)),
    Column(COLORMAP, lambda: tr("Colour map"),
           lambda: tr("One by name, or red, green, blue and opacity for each value from 0 on, as in"
                      " 0 0 0 255; 255 0 0 255."),
           ("", *properties.COLORMAPS), free=True),
    Column("wavelength_center", lambda: tr("Wavelength (nm)"), lambda: tr("Its centre, in nanometres.")),
    Column("wavelength_fwhm", lambda: tr("Width (nm)"), lambda: tr("At half of the maximum (FWHM), in nanometres.")),
    Column("resolution", lambda: tr("Resolution"), lambda: tr("The size of a pixel.")),
    Column("resolution_unit", lambda: tr("Unit"), lambda: tr("Of the resolution."), ("", *properties.UNITS)),
)
SHOWN = {one.member for one in COLUMNS} | {COLORMAP_NAME}
PLACES = {one.member: place for place, one in enumerate(COLUMNS)} | {COLORMAP_NAME: 8, "wavelength_unit": 9}
"""Where a property stands; those that follow from another stand with it."""


def written(column: Column, band: dict[str, Any]) -> str:
    """A property as it stands in its cell."""
    value = band.get(column.member)
    if column.member == COLORMAP and not value:
        value = band.get(COLORMAP_NAME)
    if value is None:
        return ""
    if column.member == COLORMAP and isinstance(value, list):
        return "; ".join(" ".join(map(str, row)) for row in value)
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return _plain(value)


def read(texts: dict[str, str], kept: dict[str, Any]) -> dict[str, Any]:
    """A band of the texts of its cells and of what has no column. A text that cannot be meant stays as it is, which the
    check then tells."""
    found: dict[str, Any] = {}
    for column in COLUMNS:
        text = texts.get(column.member, "").strip()
        if not text:
            continue
        member = COLORMAP_NAME if column.member == COLORMAP and text in properties.COLORMAPS else column.member
        try:
            found[member] = band_tables.value_of(member, text)
        except InputProblem:
            found[member] = text
    if any(one in found for one in ("wavelength_center", "wavelength_fwhm")):
        found["wavelength_unit"] = "nm"
    return {**found, **kept}


def kept_of(band: dict[str, Any]) -> dict[str, Any]:
    """What has no column."""
    follows = {*SHOWN, "wavelength_unit"}
    return {member: value for member, value in band.items() if member not in follows}


def _plain(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)

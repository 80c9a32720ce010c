"""Which coordinate reference systems PIX4D takes for its results, said before anything is sent (its notes, section 12).

A system is told to the platform as a text: WKT 2, ``EPSG:2056``, ``EPSG:2056+5728`` or ``ARBITRARY_METERS``. It has to
be projected or arbitrary, and its axes, that of the height included, have to have one unit. GDAL reads the texts here:
the lists of QGIS 3.22 hold no vertical systems, and compound ones lose their vertical part in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from osgeo import gdal, osr
from qgis.core import QgsCoordinateReferenceSystem

from .problems import Problem
from .translation import tr

#: Systems without a place on the earth, for photos without positions.
ARBITRARY = ("ARBITRARY_METERS", "ARBITRARY_FEET", "ARBITRARY_US_FEET")
#: The codes that ``output_cs_horizontal`` and ``output_cs_vertical`` of the processing options may have.
LOWEST_CODE, HIGHEST_CODE = 1024, 32767
#: Parts of a foot by which the unit of two axes may differ: less than what the definitions are rounded to.
SAME_UNIT = 1e-9
_CODES = re.compile(r"[A-Za-z_]+:\d+(\+([A-Za-z_]+:)?\d+)?")
_PROJECTED = ("ProjectedCRS", "DerivedProjectedCRS", "EngineeringCRS")
_GEOGRAPHIC = ("GeographicCRS", "DerivedGeographicCRS")

Axis = dict[str, Any]
"""An axis as PROJ's JSON tells it: name, abbreviation, direction, unit."""


def definition_of(crs: QgsCoordinateReferenceSystem, vertical: str = "") -> str:
    """The text that tells the platform this system; empty when it is not valid.

    ``vertical`` is the code of a vertical system, ``5728`` or ``EPSG:5728``. Raises :class:`Problem` for one that does
    not exist.
    """
    if not crs.isValid():
        return ""
    name = crs.authid()
    known = bool(name) and not name.startswith("USER:")
    text = name if known else str(crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED))
    if not vertical.strip():
        return text
    height = vertical_name(vertical)
    if known:
        same = height.partition(":")[0] == name.partition(":")[0]
        return f"{name}+{height.partition(':')[2] if same else height}"
    ground, up, both = _read(text), _read(height), osr.SpatialReference()
    named = crs.description() or "custom"
    if ground is None or up is None or both.SetCompoundCS(f"{named} + {height}", ground, up) != 0:
        raise Problem(tr("{vertical} cannot be joined with {name}.").format(vertical=height, name=named))
    return str(both.ExportToWkt(["FORMAT=WKT2_2019"]))


def vertical_name(text: str) -> str:
    """``EPSG:5728`` of what a user wrote. Raises :class:`Problem` when that is no vertical system."""
    name = text.strip().upper()
    name = f"EPSG:{name}" if name.isdigit() else name
    found = _read(name)
    if found is None or not found.IsVertical() or found.IsCompound():
        raise Problem(
            tr("“{text}” is not a vertical coordinate reference system. Give the code of one, such as EPSG:5773.")
            .format(text=text.strip())
        )
    return name


def refusal(definition: str) -> str:
    """Why the platform does not take a system, and what it would take; empty when it does."""
    text = definition.strip()
    if text in ARBITRARY:
        return ""
    found = _read(text)
    shown = _shown(text, found)
    if found is None:
        return tr(
            "“{name}” cannot be read as a coordinate reference system. Give one such as EPSG:32632, EPSG:2056+5728 or"
            " well-known text."
        ).format(name=shown)
    kinds = list(_kinds(_tree(found)))
    if any(kind in _GEOGRAPHIC for kind in kinds):
        return tr(
            "{name} counts in degrees, which PIX4D refuses. Choose a projected system, such as the UTM zone of the"
            " place."
        ).format(name=shown)
    if not any(kind in _PROJECTED for kind in kinds):
        words = tr("{name} has no plane on which to map. PIX4D takes projected or arbitrary systems: choose one.")
        return words.format(name=shown)
    axes = axes_of(text)
    first = axes[0]
    for one in axes[1:]:
        if abs(_metres(one) - _metres(first)) > SAME_UNIT:
            return tr(
                "The axes of {name} have different units ({one} and {other}), which PIX4D refuses. Choose a vertical"
                " system in {one}, or none."
            ).format(name=shown, one=_unit(first), other=_unit(one))
    return ""


def geoid_problems(definition: str, height: float | None, model: str = "") -> Iterator[str]:
    """What is wrong with a geoid beside a system; the platform would only say so after a long processing (10613 to
    10615). ``height`` is in the unit of the vertical axis."""
    if height is not None and model.strip():
        yield tr("A geoid model and a geoid height are given. Give one of them only.")
    if (height is not None or model.strip()) and not definition.strip():
        yield tr("A geoid is given without a coordinate reference system. Choose one, or leave the geoid out.")
    elif (height is not None or model.strip()) and not has_vertical(definition):
        yield tr(
            "A geoid is given, but the coordinate reference system has no vertical part. Give the vertical system that"
            " it belongs to, or leave the geoid out."
        )


def output_problems(
    horizontal: int | None, vertical: int | None, geoid: str = "", height: float | None = None
) -> Iterator[str]:
    """What is wrong with the output system of the processing options (notes, section 10)."""
    geoid = geoid.strip()
    if horizontal is None:
        if vertical is not None or geoid or height is not None:
            yield tr("An output height is given without an output coordinate reference system. Choose one.")
        return
    for code in (horizontal, vertical):
        if code is not None and not LOWEST_CODE <= code <= HIGHEST_CODE:
            yield tr("EPSG:{code} cannot be an output system: its code has to be from {low} to {high}.").format(
                code=code, low=LOWEST_CODE, high=HIGHEST_CODE
            )
            return
    definition = f"EPSG:{horizontal}" + (f"+{vertical}" if vertical is not None else "")
    refused = refusal(definition)
    if refused:
        yield refused
        return
    yield from geoid_problems(definition, height, geoid)
    if vertical is not None and height is None and not geoid:
        yield tr("An output vertical system needs a geoid model or a geoid height. Give one of them.")


def has_vertical(definition: str) -> bool:
    """Whether a system has a vertical part of its own; the third axis of a 3D system is none."""
    found = _read(definition)
    return found is not None and "VerticalCRS" in _kinds(_tree(found))


def axes_of(definition: str) -> list[Axis]:
    """The axes in the order that the system declares, the vertical one last; none for an arbitrary system."""
    found = _read(definition)
    return [] if found is None else list(_axes(_tree(found)))


def map_crs(definition: str) -> QgsCoordinateReferenceSystem:
    """The system of a project as QGIS shows layers in it, without its vertical part; not valid for an arbitrary one."""
    crs = QgsCoordinateReferenceSystem()
    text = definition.strip()
    if not text or text in ARBITRARY:
        return crs
    if "[" in text:
        crs.createFromWkt(text)
    else:
        crs.createFromUserInput(text.partition("+")[0])
    return crs.horizontalCrs() if hasattr(crs, "horizontalCrs") and crs.isValid() else crs


def layer_crs(definition: str) -> QgsCoordinateReferenceSystem:
    """The system of a layer with a project's coordinates: as :func:`map_crs`, and for an arbitrary one a system without
    a place on the earth. A layer in memory without any would be taken for one in longitude and latitude."""
    crs = map_crs(definition)
    if crs.isValid():
        return crs
    return QgsCoordinateReferenceSystem.fromWkt(
        'ENGCRS["Arbitrary",EDATUM["Arbitrary"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],'
        f'LENGTHUNIT["unit",{metres_of(definition)!r}]]'
    )


def well_known_text(definition: str) -> str:
    """A system as WKT 2; empty for an arbitrary one and for what cannot be read."""
    found = _read(definition)
    return "" if found is None else str(found.ExportToWkt(["FORMAT=WKT2_2019"]))


def metres_of(definition: str) -> float:
    """Length of the unit of the axes in metres."""
    text = definition.strip()
    if text in ARBITRARY:
        return {"ARBITRARY_METERS": 1.0, "ARBITRARY_FEET": 0.3048}.get(text, 1200 / 3937)
    axes = axes_of(text)
    return _metres(axes[0]) if axes else 1.0


def _read(text: str) -> osr.SpatialReference | None:
    """The system of a text in one of the documented forms. GDAL would read files and addresses too."""
    text = text.strip()
    found = osr.SpatialReference()
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        if "[" in text:
            answer = found.ImportFromWkt(text)
        elif _CODES.fullmatch(text):
            answer = found.SetFromUserInput(text)
        else:
            return None
    except RuntimeError:
        return None
    finally:
        gdal.PopErrorHandler()
    return found if answer == 0 else None


def _tree(found: osr.SpatialReference) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads(found.ExportToPROJJSON())
    return tree


def _parts(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "components" in tree:
        for part in tree["components"]:
            yield from _parts(part)
    elif "source_crs" in tree:
        yield from _parts(tree["source_crs"])
    else:
        yield tree


def _kinds(tree: dict[str, Any]) -> list[str]:
    return [str(part.get("type", "")) for part in _parts(tree)]


def _axes(tree: dict[str, Any]) -> Iterator[Axis]:
    for part in _parts(tree):
        yield from part.get("coordinate_system", {}).get("axis", [])


def _metres(axis: Axis) -> float:
    unit = axis.get("unit")
    return float(unit.get("conversion_factor", 1.0)) if isinstance(unit, dict) else 1.0


def _unit(axis: Axis) -> str:
    unit = axis.get("unit")
    return str(unit.get("name", "")) if isinstance(unit, dict) else str(unit or "")


def _shown(text: str, found: osr.SpatialReference | None) -> str:
    """Short enough for a sentence: well-known text is long."""
    name = (found.GetName() if found is not None else "") or ""
    if "[" in text:
        return name or text[:40]
    return f"{text} ({name})" if name else text

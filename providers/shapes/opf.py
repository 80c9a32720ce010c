"""OPF planes: PIX4D's region of interest (its notes, section 14). WGS 84, longitude first, one polygon."""

from __future__ import annotations

from typing import Any

from ..errors import InputProblem


def to_plane(polygon: list[Any]) -> dict[str, Any]:
    """A GeoJSON polygon's rings as a plane with open rings and no normal, heights 0 (they are ignored)."""
    vertices: list[list[float]] = []
    boundaries: list[list[int]] = []
    for ring in polygon:
        corners = ring[:-1] if len(ring) > 1 and list(ring[0][:2]) == list(ring[-1][:2]) else ring
        if len({(one[0], one[1]) for one in corners}) < 3:
            raise InputProblem("ring_short")
        boundaries.append(list(range(len(vertices), len(vertices) + len(corners))))
        vertices += [[one[0], one[1], 0] for one in corners]
    if not boundaries:
        raise InputProblem("empty_geometry")
    plane: dict[str, Any] = {"vertices3d": vertices, "outer_boundary": boundaries[0]}
    return {**plane, "inner_boundaries": boundaries[1:]} if len(boundaries) > 1 else plane


def region_of_interest(geometry: dict[str, Any], thickness: float | None = None) -> dict[str, Any]:
    """The ``area`` member of processing options. ``thickness`` is in metres along the plane's normal.

    Raises :class:`InputProblem` (``one_polygon``) for several parts, which a plane cannot express.
    """
    coordinates = geometry.get("coordinates") or []
    if geometry.get("type") == "MultiPolygon":
        if len(coordinates) != 1:
            raise InputProblem("one_polygon", count=str(len(coordinates)))
        coordinates = coordinates[0]
    elif geometry.get("type") != "Polygon":
        raise InputProblem("wrong_kind", kind=str(geometry.get("type")), wanted="Polygon")
    area: dict[str, Any] = {"plane": to_plane(coordinates)}
    return {**area, "thickness": thickness} if thickness is not None else area


def from_plane(plane: dict[str, Any]) -> dict[str, Any]:
    """A plane as a GeoJSON polygon. Open and closed rings and either winding are read; indices are checked.

    Raises :class:`InputProblem`, also for what is no plane at all: it comes from a platform.
    """
    vertices = plane.get("vertices3d")
    inner = plane.get("inner_boundaries") or []
    if not isinstance(vertices, list) or not isinstance(inner, list):
        raise InputProblem("plane_broken")
    rings = []
    for boundary in [plane.get("outer_boundary"), *inner]:
        if not isinstance(boundary, list) or not all(type(one) is int for one in boundary):
            raise InputProblem("plane_broken")
        if len(set(boundary)) < 3:
            raise InputProblem("ring_short")
        if not all(0 <= one < len(vertices) for one in boundary):
            raise InputProblem("plane_index")
        ring = [_place(vertices[one]) for one in boundary]
        rings.append(ring if ring[0] == ring[-1] else [*ring, ring[0]])
    return {"type": "Polygon", "coordinates": rings}


def from_region(area: dict[str, Any]) -> tuple[dict[str, Any], float | None]:
    """The ``area`` of processing options as a GeoJSON polygon and its thickness in metres, None when unlimited."""
    plane, thickness = area.get("plane"), area.get("thickness")
    if not isinstance(plane, dict) or (thickness is not None and type(thickness) not in (int, float)):
        raise InputProblem("plane_broken")
    return from_plane(plane), None if thickness is None else float(thickness)


def _place(vertex: Any) -> list[float]:
    if not isinstance(vertex, list) or len(vertex) < 2 or not all(type(one) in (int, float) for one in vertex):
        raise InputProblem("plane_broken")
    return [vertex[0], vertex[1]]

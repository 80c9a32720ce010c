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
    """A plane as a GeoJSON polygon. Open and closed rings and either winding are read; indices are checked."""
    vertices = plane.get("vertices3d", [])
    rings = []
    for boundary in [plane.get("outer_boundary", []), *(plane.get("inner_boundaries") or [])]:
        if len(set(boundary)) < 3:
            raise InputProblem("ring_short")
        if not all(isinstance(one, int) and 0 <= one < len(vertices) for one in boundary):
            raise InputProblem("plane_index")
        ring = [[vertices[one][0], vertices[one][1]] for one in boundary]
        rings.append(ring if ring[0] == ring[-1] else [*ring, ring[0]])
    return {"type": "Polygon", "coordinates": rings}

"""Where a camera looked, from the XMP that drones write into photos."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qgis.PyQt.QtXml import QDomDocument, QDomElement


@dataclass(frozen=True)
class Facing:
    """Degrees. ``yaw`` from north, clockwise; ``pitch`` -90 straight down, 0 to the horizon. ``of_body``: the roll is
    that of the aircraft about its nose, not of the photo about the line of sight."""

    yaw: float | None = None
    pitch: float | None = None
    roll: float | None = None
    of_body: bool = False


#: Names by vendor, best first: gimbal of DJI, camera of Parrot, PIX4D's own ``Camera`` schema (multispectral cameras),
#: whose angles are those of the aircraft, 0 straight down.
_NAMES = (
    ("GimbalYawDegree", "GimbalPitchDegree", "GimbalRollDegree", 0.0),
    ("CameraYawDegree", "CameraPitchDegree", "CameraRollDegree", 0.0),
    ("Yaw", "Pitch", "Roll", -90.0),
)


def values(packet: str) -> dict[str, str]:
    """All simple members of the packet by their name without its schema; the first of a name counts."""
    document = QDomDocument()
    start = packet.find("<")
    if start < 0 or "<!DOCTYPE" in packet:
        return {}
    document.setContent(packet[start:], True)  # stays empty when it is no XML
    found: dict[str, str] = {}
    for name, value in _members(document.documentElement()):
        found.setdefault(name, value)
    return found


def _members(element: QDomElement) -> Iterator[tuple[str, str]]:
    attributes = element.attributes()
    for index in range(attributes.count()):
        attribute = attributes.item(index).toAttr()
        yield attribute.localName() or attribute.name(), attribute.value().strip()
    child = element.firstChildElement()
    if child.isNull() and element.text().strip():
        yield element.localName() or element.tagName(), element.text().strip()
    while not child.isNull():
        yield from _members(child)
        child = child.nextSiblingElement()


def facing(told: Mapping[str, str]) -> Facing:
    """The orientation of the camera, by the first vendor whose members are there."""
    for yaw, pitch, roll, down in _NAMES:
        if yaw in told or pitch in told:
            tilt = number(told, pitch)
            return Facing(number(told, yaw), None if tilt is None else tilt + down, number(told, roll), down != 0.0)
    return Facing()


def number(told: Mapping[str, str], name: str) -> float | None:
    """A member as a number; drones write ``+12.40``, and fractions like ``1229/100`` occur."""
    text, _, divisor = told.get(name, "").partition("/")
    try:
        value = float(text) / float(divisor or 1.0)
    except (ValueError, ZeroDivisionError):
        return None
    return value if math.isfinite(value) else None

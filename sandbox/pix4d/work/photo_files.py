"""Writes what a drone's camera writes into its JPEG files: EXIF and, in Adobe's XMP, the attitude as DJI gives it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

gdal.UseExceptions()

MAKE, MODEL = "Imagery Hub", "Sandbox Camera 1"
ASCII, SHORT, LONG, RATIONAL, BYTE, UNDEFINED = 2, 3, 4, 5, 1, 7
_SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, UNDEFINED: 1}
Field = tuple[int, int, Any]


@dataclass(frozen=True)
class Lens:
    """``focal`` and ``sensor_width`` in millimetres; a picture of ``width`` by ``height`` pixels."""

    focal: float
    sensor_width: float
    width: int
    height: int

    @property
    def focal_pixels(self) -> float:
        """The focal length in pixels."""
        return self.focal / self.sensor_width * self.width

    @property
    def focal_35(self) -> int:
        """The focal length at which a film of 36 x 24 mm sees as much from corner to corner."""
        diagonal = self.sensor_width * float(np.hypot(1, self.height / self.width))
        return round(self.focal * 43.2666153 / diagonal)


@dataclass(frozen=True)
class Shot:
    """Where and how a photo was taken. ``place``: longitude, latitude, ellipsoidal height; None leaves the position
    out. ``attitude``: yaw, pitch, roll in degrees; None leaves XMP out. ``relative``: metres above take-off."""

    place: tuple[float, float, float] | None
    attitude: tuple[float, float, float] | None
    moment: datetime
    relative: float = 0.0
    make: str = MAKE
    model: str = MODEL


def write_jpeg(path: Path, pixels: np.ndarray, lens: Lens, shot: Shot, quality: int = 90) -> Path:
    """Write a photo, rows x columns x 3 of bytes, with its EXIF and XMP."""
    rows, columns, bands = pixels.shape
    memory = gdal.GetDriverByName("MEM").Create("", columns, rows, bands, gdal.GDT_Byte)
    for band in range(bands):
        memory.GetRasterBand(band + 1).WriteArray(pixels[..., band])
    place = f"/vsimem/photo_{path.name}_{id(pixels)}.jpg"
    gdal.GetDriverByName("JPEG").CreateCopy(place, memory, options=[f"QUALITY={quality}"]).FlushCache()
    try:
        handle = gdal.VSIFOpenL(place, "rb")
        size = gdal.VSIStatL(place).size
        content = bytes(gdal.VSIFReadL(1, size, handle))
        gdal.VSIFCloseL(handle)
    finally:
        gdal.Unlink(place)
    path.write_bytes(content[:2] + described(lens, shot) + content[2:])
    return path


def described(lens: Lens, shot: Shot) -> bytes:
    """The segments that go between the beginning of a JPEG file and its picture."""
    segments = _segment(b"Exif\x00\x00" + exif(lens, shot))
    if shot.attitude is not None:
        segments += _segment(b"http://ns.adobe.com/xap/1.0/\x00" + xmp(lens, shot).encode("utf-8"))
    return segments


def _segment(content: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


# ---------------------------------------------------------------------- EXIF
def exif(lens: Lens, shot: Shot) -> bytes:
    """A TIFF structure with the fields that photogrammetry reads."""
    moment = shot.moment.strftime("%Y:%m:%d %H:%M:%S")
    per_millimetre = lens.width / lens.sensor_width
    camera: list[Field] = [
        (0x829A, RATIONAL, [0.001]), (0x829D, RATIONAL, [2.8]), (0x8827, SHORT, [100]),
        (0x9000, UNDEFINED, b"0230"), (0x9003, ASCII, moment), (0x9004, ASCII, moment),
        (0x920A, RATIONAL, [lens.focal]), (0xA002, LONG, [lens.width]), (0xA003, LONG, [lens.height]),
        (0xA20E, RATIONAL, [per_millimetre * 10]), (0xA20F, RATIONAL, [per_millimetre * 10]),
        (0xA210, SHORT, [3]), (0xA405, SHORT, [lens.focal_35]),
    ]  # fmt: skip
    main: list[Field] = [(0x010F, ASCII, shot.make), (0x0110, ASCII, shot.model), (0x0112, SHORT, [1]),
                         (0x0131, ASCII, "Imagery Hub sandbox"), (0x0132, ASCII, moment)]
    parts: list[tuple[int, list[Field]]] = [(0x8769, camera)]
    if shot.place is not None:
        parts.append((0x8825, _position(shot.place, shot.moment)))
    start = 8
    first = 2 + 12 * (len(main) + len(parts)) + 4 + _heap_size(main)
    blocks, offset = [], start + first
    for tag, fields in parts:
        block = _directory(fields, offset)
        main.append((tag, LONG, [offset]))
        blocks.append(block)
        offset += len(block)
    return b"II*\x00" + struct.pack("<I", start) + _directory(main, start) + b"".join(blocks)


def _position(place: tuple[float, float, float], moment: datetime) -> list[Field]:
    longitude, latitude, height = place
    return [
        (0x0000, BYTE, b"\x02\x03\x00\x00"),
        (0x0001, ASCII, "N" if latitude >= 0 else "S"), (0x0002, RATIONAL, _sexagesimal(latitude)),
        (0x0003, ASCII, "E" if longitude >= 0 else "W"), (0x0004, RATIONAL, _sexagesimal(longitude)),
        (0x0005, BYTE, b"\x00" if height >= 0 else b"\x01"), (0x0006, RATIONAL, [abs(height)]),
        (0x0007, RATIONAL, [moment.hour, moment.minute, moment.second]),
        (0x0012, ASCII, "WGS-84"), (0x001D, ASCII, moment.strftime("%Y:%m:%d")),
    ]  # fmt: skip


def _sexagesimal(degrees: float) -> list[float]:
    whole = round(abs(degrees) * 3600 * 10**7)
    return [whole // (3600 * 10**7), whole // (60 * 10**7) % 60, whole % (60 * 10**7) / 10**7]


def _value(kind: int, value: Any) -> tuple[int, bytes]:
    """Number of values, and their bytes."""
    if kind == ASCII:
        text = value.encode("ascii") + b"\x00"
        return len(text), text
    if kind in (BYTE, UNDEFINED):
        return len(value), value
    if kind == RATIONAL:
        return len(value), b"".join(_fraction(one) for one in value)
    return len(value), struct.pack("<" + ("H" if kind == SHORT else "I") * len(value), *value)


def _fraction(value: float) -> bytes:
    for below in (1, 10**7, 10**4, 1000):
        above = value * below
        if above < 2**32 and (below != 1 or float(value).is_integer()):
            return struct.pack("<II", round(above), below)
    raise ValueError(f"{value} does not fit into EXIF.")


def _heap_size(fields: list[Field]) -> int:
    return sum(len(content) + len(content) % 2 for content in (_value(kind, value)[1] for _, kind, value in fields)
               if len(content) > 4)


def _directory(fields: list[Field], offset: int) -> bytes:
    """A directory of fields that lies at ``offset``; long values follow it."""
    fields = sorted(fields, key=lambda field: field[0])
    entries, heap = b"", b""
    after = offset + 2 + 12 * len(fields) + 4
    for tag, kind, value in fields:
        count, content = _value(kind, value)
        if len(content) > 4:
            place = struct.pack("<I", after + len(heap))
            heap += content + b"\x00" * (len(content) % 2)
        else:
            place = content.ljust(4, b"\x00")
        entries += struct.pack("<HHI", tag, kind, count) + place
    return struct.pack("<H", len(fields)) + entries + b"\x00" * 4 + heap


# ---------------------------------------------------------------------- XMP
def xmp(lens: Lens, shot: Shot) -> str:
    """Adobe's packet with DJI's names."""
    yaw, pitch, roll = shot.attitude or (0.0, 0.0, 0.0)
    values = {
        "GimbalYawDegree": f"{yaw:+.2f}", "GimbalPitchDegree": f"{pitch:+.2f}", "GimbalRollDegree": f"{roll:+.2f}",
        "FlightYawDegree": f"{yaw:+.2f}", "FlightPitchDegree": "+0.00", "FlightRollDegree": "+0.00",
        "RelativeAltitude": f"{shot.relative:+.3f}", "CalibratedFocalLength": f"{lens.focal_pixels:.6f}",
        "CalibratedOpticalCenterX": f"{lens.width / 2:.6f}", "CalibratedOpticalCenterY": f"{lens.height / 2:.6f}",
    }  # fmt: skip
    if shot.place is not None:
        longitude, latitude, height = shot.place
        values.update({"AbsoluteAltitude": f"{height:+.3f}", "GpsLatitude": f"{latitude:.9f}",
                       "GpsLongitude": f"{longitude:.9f}", "RtkFlag": "50", "RtkStdLon": "0.01000",
                       "RtkStdLat": "0.01000", "RtkStdHgt": "0.02000"})
    attributes = "\n".join(f'   drone-dji:{name}="{value}"' for name, value in values.items())
    return ('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
            ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
            '  <rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"\n'
            '   xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/"\n'
            f'   tiff:Make="{shot.make}" tiff:Model="{shot.model}"\n{attributes}/>\n'
            ' </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>')

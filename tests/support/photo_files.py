"""Photos with EXIF and XMP as cameras write them, made byte by byte: JPEG and TIFF that need no camera.

What the tags say is exact: coordinates, heights and lengths are written as rationals of the numbers given.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from osgeo import gdal

ASCII, SHORT, LONG, RATIONAL, BYTE, UNDEFINED = 2, 3, 4, 5, 1, 7
XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
Entry = tuple[int, int, bytes, int]
"""Tag, type, content and number of values."""


@dataclass(frozen=True)
class Shot:
    """What a photo says of itself. Degrees, metres, millimetres; None is left out.

    ``latitude``, ``longitude``: WGS 84. ``altitude``: above the ellipsoid, as PIX4D reads it. ``yaw``: of the gimbal,
    from north, clockwise. ``pitch``: of the gimbal, -90 looks straight down. ``direction``: the EXIF image direction.
    """

    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    direction: float | None = None
    yaw: float | None = None
    pitch: float | None = None
    roll: float | None = None
    relative_altitude: float | None = None
    focal_length: float | None = 12.29
    focal_length_35: int | None = 24
    model: str = "M3E"
    taken: str = "2026:03:04 09:15:01"


def jpeg(path: Path, shot: Shot, width: int = 80, height: int = 60, picture: np.ndarray | None = None) -> Path:
    """A JPEG; ``picture`` (rows, columns, 3) in place of plain grey."""
    plain = _grey(width, height) if picture is None else picture
    data = _encoded(plain)
    segments = _segment(b"Exif\0\0" + _tiff(shot, plain.shape[1], plain.shape[0]))
    packet = _xmp(shot)
    if packet:
        segments += _segment(XMP_HEADER + packet)
    path.write_bytes(data[:2] + segments + data[2:])
    return path


def tiff(path: Path, shot: Shot, width: int = 80, height: int = 60) -> Path:
    """An uncompressed TIFF of one strip with the same tags."""
    path.write_bytes(_tiff(shot, width, height, _grey(width, height).tobytes(), _xmp(shot)))
    return path


def flight(folder: Path, count: int, latitude: float = 47.2329, longitude: float = 7.8471, suffix: str = ".JPG",
           **members: float) -> list[Path]:
    """Photos one after the other towards the east, a few metres apart, all looking straight down."""
    folder.mkdir(parents=True, exist_ok=True)
    shot = {"altitude": 560.0, "yaw": 0.0, "pitch": -90.0, "roll": 0.0, "relative_altitude": 80.0, **members}
    return [
        jpeg(folder / f"DJI_{number:04d}{suffix}", Shot(latitude, longitude + number * 1e-4, **shot))
        for number in range(1, count + 1)
    ]


def _grey(width: int, height: int) -> np.ndarray:
    return np.full((height, width, 3), 128, np.uint8)


def _encoded(picture: np.ndarray) -> bytes:
    rows, columns, bands = picture.shape
    memory = gdal.GetDriverByName("MEM").Create("", columns, rows, bands, gdal.GDT_Byte)
    for band in range(bands):
        memory.GetRasterBand(band + 1).WriteArray(picture[:, :, band])
    name = "/vsimem/photo_files.jpg"
    gdal.GetDriverByName("JPEG").CreateCopy(name, memory)
    file = gdal.VSIFOpenL(name, "rb")
    data = bytes(gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file))
    gdal.VSIFCloseL(file)
    gdal.Unlink(name)
    return data


def _segment(content: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def _tiff(shot: Shot, width: int, height: int, pixels: bytes = b"", packet: bytes = b"") -> bytes:
    """A TIFF structure: the EXIF of a JPEG, or a whole TIFF when it has pixels."""
    main: list[Entry] = [_text(0x010F, "DJI"), _text(0x0110, shot.model), _short(0x0112, 1)]
    exif = [_text(0x9003, shot.taken), _long(0xA002, width), _long(0xA003, height)]
    if shot.focal_length is not None:
        exif.append(_rational(0x920A, shot.focal_length))
    if shot.focal_length_35 is not None:
        exif.append(_short(0xA405, shot.focal_length_35))
    if pixels:
        main += [_long(0x0100, width), _long(0x0101, height), _short(0x0102, 8, 8, 8), _short(0x0103, 1),
                 _short(0x0106, 2), _short(0x0115, 3), _long(0x0116, height), _long(0x0117, len(pixels)),
                 _short(0x011C, 1), _long(0x0111, 0)]
        if packet:
            main.append((0x02BC, BYTE, packet, len(packet)))
    position = _position(shot)
    main.append(_long(0x8769, 0))
    if position:
        main.append(_long(0x8825, 0))
    exif_at = 8 + len(_block(main, 8))
    gps_at = exif_at + len(_block(exif, exif_at))
    pixels_at = gps_at + len(_block(position, gps_at))
    places = {0x8769: exif_at, 0x8825: gps_at, 0x0111: pixels_at}
    main = [_long(entry[0], places[entry[0]]) if entry[0] in places else entry for entry in main]
    return b"II*\0" + struct.pack("<I", 8) + _block(main, 8) + _block(exif, exif_at) + _block(position, gps_at) + pixels


def _position(shot: Shot) -> list[Entry]:
    if shot.latitude is None or shot.longitude is None:
        return []
    entries = [
        (0, BYTE, b"\2\3\0\0", 4),
        _text(1, "N" if shot.latitude >= 0 else "S"), _angle(2, abs(shot.latitude)),
        _text(3, "E" if shot.longitude >= 0 else "W"), _angle(4, abs(shot.longitude)),
    ]
    if shot.altitude is not None:
        entries += [(5, BYTE, b"\0" if shot.altitude >= 0 else b"\1", 1), _rational(6, abs(shot.altitude))]
    if shot.direction is not None:
        entries += [_text(16, "T"), _rational(17, shot.direction)]
    return entries


def _block(entries: list[Entry], start: int) -> bytes:
    """One directory and what does not fit into it; nothing for no entries."""
    if not entries:
        return b""
    rest_at = start + 2 + 12 * len(entries) + 4
    table, rest = b"", b""
    for tag, kind, content, count in sorted(entries):
        if len(content) > 4:
            field = struct.pack("<I", rest_at + len(rest))
            rest += content + b"\0" * (len(content) % 2)
        else:
            field = content.ljust(4, b"\0")
        table += struct.pack("<HHI", tag, kind, count) + field
    return struct.pack("<H", len(entries)) + table + b"\0\0\0\0" + rest


def _text(tag: int, text: str) -> Entry:
    content = text.encode("ascii") + b"\0"
    return tag, ASCII, content, len(content)


def _short(tag: int, *values: int) -> Entry:
    return tag, SHORT, struct.pack(f"<{len(values)}H", *values), len(values)


def _long(tag: int, value: int) -> Entry:
    return tag, LONG, struct.pack("<I", value), 1


def _rational(tag: int, *values: float) -> Entry:
    parts = [Fraction(value).limit_denominator(1_000_000) for value in values]
    return tag, RATIONAL, b"".join(struct.pack("<II", part.numerator, part.denominator) for part in parts), len(parts)


def _angle(tag: int, degrees: float) -> Entry:
    """Degrees, minutes, and seconds to a hundred-thousandth, as drones write them."""
    whole = round(degrees * 3600 * 100_000)
    minutes, seconds = divmod(whole, 60 * 100_000)
    parts = [(minutes // 60, 1), (minutes % 60, 1), (seconds, 100_000)]
    return tag, RATIONAL, b"".join(struct.pack("<II", *part) for part in parts), 3


def _xmp(shot: Shot) -> bytes:
    named = {"GimbalYawDegree": shot.yaw, "GimbalPitchDegree": shot.pitch, "GimbalRollDegree": shot.roll,
             "AbsoluteAltitude": shot.altitude, "RelativeAltitude": shot.relative_altitude}
    members = " ".join(f'drone-dji:{name}="{value:+.2f}"' for name, value in named.items() if value is not None)
    if all(value is None for value in (shot.yaw, shot.pitch, shot.roll, shot.relative_altitude)):
        return b""
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="DJI Meta Data"'
        f' xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" {members}/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()

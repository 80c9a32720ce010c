"""Whatever the bytes, Pixel's validation accepts or rejects: nothing else is raised, and nothing takes for ever."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest
from photo_files import Shot, jpeg, tiff
from pixel_files import AREA, INSIDE, photo, point_cloud, raster

from sandbox.pixel.work.records import Area, Rejected, Sent, Task
from sandbox.pixel.work.validate import validate

SHOT = Shot(INSIDE[1], INSIDE[0], 12.0, yaw=3.0, pitch=-90.0, roll=0.0, relative_altitude=30.0)
MADE = {
    "a.jpg": ("image", lambda path: jpeg(path, SHOT), 1200), "a.tif": ("image", lambda path: tiff(path, SHOT), 900),
    "a.png": ("image", photo, 400), "b.tif": ("raster", raster, 500),
    "b.png": ("raster", lambda path: raster(path, "PNG"), 300), "c.las": ("point_cloud", point_cloud, 900),
    "c.laz": ("point_cloud", point_cloud, 900),
    "d.las": ("point_cloud", lambda path: point_cloud(path, 3, "1.2"), 500)}
"""Kind, how it is made, and how many bytes at the beginning are changed."""


def judged(tmp_path: Path, kind: str, name: str, content: bytes) -> str:
    """Empty for what is accepted, else the words."""
    stored = tmp_path / "stored"
    stored.write_bytes(content)
    try:
        kept = validate(Task(kind, tmp_path / "kept", Sent(name, stored), Area(AREA["coordinates"]))).path
    except Rejected as error:
        assert str(error)
        return str(error)
    kept.unlink()
    return ""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", sorted(MADE))
def test_changed_bytes(tmp_path: Path, name: str) -> None:
    kind, make, head = MADE[name]
    whole = make(tmp_path / name).read_bytes()
    chance = random.Random(name)
    rejected = 0
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            content[chance.randrange(min(head, len(content)))] = chance.choice((0, 255, chance.randrange(256)))
        rejected += judged(tmp_path, kind, name, bytes(content)) != ""
    assert rejected


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("name", "kind", "place", "value"), [
    ("c.las", "<I", 100, 4_000_000_000), ("c.las", "<I", 243, 4_000_000_000), ("c.las", "<Q", 247, 1 << 60),
    ("c.laz", "<Q", 247, 1 << 60), ("d.las", "<I", 107, 4_000_000_000), ("c.las", "<I", 96, 4_000_000_000)])
def test_headers_that_count_more_than_there_is(tmp_path: Path, name: str, kind: str, place: int, value: int) -> None:
    content = bytearray(MADE[name][1](tmp_path / name).read_bytes())
    struct.pack_into(kind, content, place, value)
    words = judged(tmp_path, "point_cloud", name, bytes(content))
    assert words == "The file is damaged or incomplete: its header counts more than the file holds"


def test_an_xmp_packet_in_another_encoding(tmp_path: Path) -> None:
    content = jpeg(tmp_path / "a.jpg", SHOT).read_bytes()
    assert content.count(b"DJI Meta Data") == 1
    assert judged(tmp_path, "image", "a.jpg", content.replace(b"DJI Meta Data", b"DJI Meta D\xe4ta")) == ""

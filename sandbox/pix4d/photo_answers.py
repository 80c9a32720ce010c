"""EXIF and XMP of a photo as the API shows them (section 16), read from the file itself."""

from __future__ import annotations

import re
from pathlib import Path

from osgeo import gdal

from .work.photo_facts import read_exif, read_facts, read_xmp

ANGLES = {"yaw": ("GimbalYawDegree", "CameraYawDegree"), "pitch": ("GimbalPitchDegree", "CameraPitchDegree"),
          "roll": ("GimbalRollDegree", "CameraRollDegree")}
_NUMBERS = re.compile(r"(\([-+.\de]+\)\s*)+")


def size(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels; None for what is no image."""
    try:
        facts = read_facts(path)
    except RuntimeError:
        return None
    return facts.width, facts.height


def make_picture(photo: Path, target: Path, longest: int = 512) -> bool:
    """A PNG of the photo, its longer side of so many pixels at most; False for what is no image."""
    found = size(photo)
    if found is None:
        return False
    shrink = min(1.0, longest / max(found))
    target.parent.mkdir(parents=True, exist_ok=True)
    options = gdal.TranslateOptions(format="PNG", width=max(1, round(found[0] * shrink)),
                                    height=max(1, round(found[1] * shrink)), outputType=gdal.GDT_Byte)
    made = gdal.Translate(str(target), str(photo), options=options)
    del made
    target.with_name(target.name + ".aux.xml").unlink(missing_ok=True)
    return True


def located(path: Path) -> bool:
    """Whether a photo tells where it was taken."""
    try:
        return read_facts(path).place is not None
    except RuntimeError:
        return False


def exif(path: Path) -> dict[str, object]:
    """Texts and numbers by the standard's names, the place in degrees; empty where there is none (A49)."""
    try:
        found: dict[str, object] = {name: _value(text) for name, text in read_exif(path).items()}
        place = read_facts(path).place
    except RuntimeError:
        return {}
    if place is not None and "GPSLatitude" in found:
        found |= {"GPSLongitude": place[0], "GPSLatitude": place[1], "GPSAltitude": place[2]}
    return found


def xmp(path: Path) -> dict[str, str]:
    """The angles of the camera as the maker wrote them; empty where there are none (A49)."""
    try:
        told = read_xmp(path)
    except RuntimeError:
        return {}
    found = {angle: next((told[name] for name in names if name in told), None) for angle, names in ANGLES.items()}
    return {angle: text for angle, text in found.items() if text is not None}


def _value(text: str) -> object:
    """GDAL writes numbers in brackets, ``(12.29)``, several beside each other."""
    if not _NUMBERS.fullmatch(text.strip()):
        return text.strip()
    numbers = [float(one) for one in re.findall(r"\(([^)]*)\)", text)]
    return numbers[0] if len(numbers) == 1 else numbers

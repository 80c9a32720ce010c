"""The stable name of a streamed source, the placeholder that stands for it while it is not live, and the source that
layers of tiles have for good."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote, unquote, urlencode

from . import facts as known

SCHEME = "imageryhub:"
#: By what QGIS asks for tiles. Qt knows no such scheme, so that nothing is looked up where the plugin is missing; the
#: registry sends each request to where the tiles are now.
TILE_SCHEME = "imageryhub-tiles"
#: Where GDAL finds live rasters, by their references: a VRT in memory leads to where they are now.
MOUNTS = "/vsimem/imageryhub/"
#: A transparent pixel, for tiles while it is not known where they are.
CLEAR = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAe"
    "n63NgAAAAASUVORK5CYII="
)
#: A raster that says nothing, for what is ours and cannot be named.
EMPTY = (
    '<VRTDataset rasterXSize="1" rasterYSize="1"><GeoTransform>0,1,0,0,0,-1</GeoTransform>'
    '<VRTRasterBand dataType="Byte" band="1"/></VRTDataset>'
)
_FOUND = re.compile(r"imageryhub:[A-Za-z0-9._~%/-]+(?:\?[A-Za-z0-9._~%=&+:*/,-]*)?")


@dataclass(frozen=True)
class Reference:
    """What is shown: ``form`` is ``tiles``, ``cog`` or ``s3``; ``facts`` say what a placeholder must look like.

    Facts of tiles: ``zmin``, ``zmax``, ``extent`` (west, south, east, north in metres of EPSG:3857). Facts of a raster:
    ``size`` (width,height), ``transform`` (GDAL's six numbers), ``crs`` (``EPSG:32617``), ``bands`` (GDAL's type names,
    one for each band). All are data, none is secret.
    """

    platform: str
    connection: str
    what: str
    id: str
    form: str
    facts: dict[str, str] = field(default_factory=dict, compare=False, hash=False)

    @property
    def provider(self) -> str:
        """The QGIS data provider of the live source."""
        return "wms" if self.form == "tiles" else "gdal"

    @property
    def mount(self) -> str:
        """The folder in GDAL's memory where a raster is found while it is live."""
        return f"{MOUNTS}{_key(SCHEME + self._path())}/"

    def _path(self) -> str:
        return "/".join(quote(one, safe="") for one in (self.platform, self.connection, self.what, self.id, self.form))

    def text(self) -> str:
        """The reference as it stands in a project file."""
        path = self._path()
        query = urlencode(sorted(self.facts.items()), safe=",:")
        return f"{SCHEME}{path}?{query}" if query else SCHEME + path

    def placeholder(self) -> str:
        """A source that is valid, holds no address, and from which the reference can be read back.

        It is the source of tiles for good. From 3.30 on QGIS asks no path writer about tiles, and layouts store their
        source as it is in every version; a source without an address cannot be left anywhere.
        """
        if self.form == "tiles":
            facts = known.sound(self.facts)
            zoom = "".join(f"&{name}={facts[name]}" for name in ("zmin", "zmax") if name in facts)
            address = f"{TILE_SCHEME}:/{_key(self.text())}/%7Bz%7D/%7Bx%7D/%7By%7D"
            return f"type=xyz&url={address}{zoom}&crs=EPSG:3857&imageryhub={quote(self.text(), safe='')}"
        return self._empty_raster()

    def _empty_raster(self) -> str:
        facts = known.sound(self.facts)
        width, height = facts.get("size", "1,1").split(",")
        transform = facts.get("transform", "0,1,0,0,0,-1")
        bands = facts.get("bands", "Byte").split(",")
        rows = "".join(
            f'<VRTRasterBand dataType="{kind}" band="{number}"><NoDataValue>0</NoDataValue></VRTRasterBand>'
            for number, kind in enumerate(bands, start=1)
        )
        return (
            f'<VRTDataset rasterXSize="{int(width)}" rasterYSize="{int(height)}">'
            f"<SRS>{facts.get('crs', '')}</SRS><GeoTransform>{transform}</GeoTransform>"
            f'<Metadata><MDI key="imageryhub">{escape(self.text())}</MDI></Metadata>{rows}</VRTDataset>'
        )


def parse(text: str) -> Reference | None:
    """A reference from its text; None for anything else, as for text that no file can hold. Never raises."""
    if not text.startswith(SCHEME) or any("\ud800" <= one <= "\udfff" for one in text):
        return None
    path, _, query = text[len(SCHEME):].partition("?")
    parts = [unquote(one) for one in path.split("/")]
    if len(parts) != 5 or not all(parts[:1] + parts[2:]):
        return None
    return Reference(parts[0], parts[1], parts[2], parts[3], parts[4], known.read(query))


def within(source: str) -> Reference | None:
    """The reference that a placeholder, or a source that QGIS wrote anew from one, carries."""
    for text in (source, unquote(source)):
        found = _FOUND.search(text.replace("&amp;", "&"))
        if found:
            return parse(found.group())
    return None


def mounted(source: str) -> Reference | None:
    """The reference, without facts, whose raster is found at this place in GDAL's memory. Never raises."""
    return parse(_text_of(source[len(MOUNTS):].partition("/")[0])) if source.startswith(MOUNTS) else None


def _key(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _text_of(key: str) -> str:
    """The text of a key; empty for what is none."""
    try:
        return base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)).decode()
    except (ValueError, binascii.Error):
        return ""


def tile_of(path: str) -> tuple[Reference, int, int, int] | None:
    """Which tile is asked for by the path of an address of tiles: level, column, row from the north."""
    key, *numbers = path.strip("/").split("/")
    try:
        reference = parse(_text_of(key))
        level, column, row = (int(one) for one in numbers)
    except ValueError:
        return None
    if reference is None or not 0 <= level <= known.DEEPEST or not (0 <= column < 2**level and 0 <= row < 2**level):
        return None
    return reference, level, column, row

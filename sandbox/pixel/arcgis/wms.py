"""The WMS of an image service, in versions 1.1.1 and 1.3.0: capabilities and maps [K].

Layers: the plain picture under the service's name, and one for each raster function of heights (section 16.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from ..records import Service
from .image_service import drawn
from .pictures import NoPicture, View, system
from .published import ImageData, default_srid, short_name, wms_options, wms_srids

NAMESPACE = ' xmlns="http://www.opengis.net/wms" xmlns:xlink="http://www.w3.org/1999/xlink"'
OLD = ' xmlns:xlink="http://www.w3.org/1999/xlink"'
FORMATS = ("image/png", "image/jpeg")


class WmsRefused(Exception):
    """A request that the service does not take; ``code`` is the WMS's own."""

    def __init__(self, words: str, code: str = "") -> None:
        super().__init__(words)
        self.code = code

    def described(self, version: str) -> str:
        """As a service exception report."""
        code = f' code="{self.code}"' if self.code else ""
        space = ' xmlns="http://www.opengis.net/ogc"' if version == "1.3.0" else ""
        return (f'<?xml version="1.0" encoding="UTF-8"?>\n<ServiceExceptionReport version="{version}"{space}>'
                f"<ServiceException{code}>{escape(str(self))}</ServiceException></ServiceExceptionReport>")


def version_of(asked: Mapping[str, str]) -> str:
    """The newest version that is not newer than what was asked for."""
    return "1.1.1" if asked.get("VERSION", "1.3.0") < "1.3.0" else "1.3.0"


def layers(service: Service, data: ImageData) -> dict[str, str | None]:
    """The raster function behind each layer by the layer's name."""
    return {short_name(service): None, **{one: one for one in data.functions}}


def northing_first(srid: int) -> bool:
    """Whether version 1.3.0 names the northing or the latitude first."""
    reference = system(srid)
    return bool(reference.EPSGTreatsAsLatLong() or reference.EPSGTreatsAsNorthingEasting())


# ---------------------------------------------------------------------- capabilities
def capabilities(service: Service, data: ImageData, asked: Mapping[str, str], place: str) -> str:
    """The document that tells what there is; ``place`` is the WMS's own address."""
    version = version_of(asked)
    new = version == "1.3.0"
    options = wms_options(service) or {}
    title = escape(str(options.get("title") or service.name))
    words = "".join(f"<Keyword>{escape(str(one))}</Keyword>" for one in options.get("keywords") or ())
    abstract = escape(str(options.get("abstract") or service.description))
    reach = ('<DCPType><HTTP><Get><OnlineResource xlink:type="simple" '
             f'xlink:href={quoteattr(place + "?")}/></Get></HTTP></DCPType>')
    maps = "".join(f"<Format>{one}</Format>" for one in FORMATS)
    root = "WMS_Capabilities" if new else "WMT_MS_Capabilities"
    name = "WMS" if new else "OGC:WMS"
    inner = "".join(_layer(one, title if function is None else one) for one, function in layers(service, data).items())
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} version="{version}"{NAMESPACE if new else OLD}>'
            f"<Service><Name>{name}</Name><Title>{title}</Title><Abstract>{abstract}</Abstract>"
            f"<KeywordList>{words}</KeywordList>"
            f'<OnlineResource xlink:type="simple" xlink:href={quoteattr(place)}/>'
            f"<MaxWidth>4100</MaxWidth><MaxHeight>4100</MaxHeight></Service>"
            f"<Capability><Request><GetCapabilities><Format>text/xml</Format>{reach}</GetCapabilities>"
            f"<GetMap>{maps}{reach}</GetMap></Request><Exception><Format>XML</Format></Exception>"
            f"<Layer><Title>{title}</Title>{_places(service, data, new)}{inner}</Layer></Capability></{root}>")


def _layer(name: str, title: str) -> str:
    return (f'<Layer queryable="0" opaque="0"><Name>{escape(name)}</Name><Title>{escape(title)}</Title>'
            f"<Style><Name>default</Name><Title>default</Title></Style></Layer>")


def _places(service: Service, data: ImageData, new: bool) -> str:
    srids = wms_srids(service)
    tag = "CRS" if new else "SRS"
    west, south, east, north = data.bounds(4326)
    systems = "".join(f"<{tag}>EPSG:{one}</{tag}>" for one in srids)
    if new:
        world = (f"<EX_GeographicBoundingBox><westBoundLongitude>{west}</westBoundLongitude>"
                 f"<eastBoundLongitude>{east}</eastBoundLongitude><southBoundLatitude>{south}</southBoundLatitude>"
                 f"<northBoundLatitude>{north}</northBoundLatitude></EX_GeographicBoundingBox>")
    else:
        world = f'<LatLonBoundingBox minx="{west}" miny="{south}" maxx="{east}" maxy="{north}"/>'
    boxes = []
    for srid in srids:
        box = data.bounds(srid)
        left, bottom, right, top = (box[1], box[0], box[3], box[2]) if new and northing_first(srid) else box
        boxes.append(f'<BoundingBox {tag}="EPSG:{srid}" minx="{left}" miny="{bottom}" maxx="{right}" maxy="{top}"/>')
    return systems + world + "".join(boxes)


# ---------------------------------------------------------------------- maps
def drawn_map(service: Service, data: ImageData, asked: Mapping[str, str]) -> tuple[bytes, str]:
    """A map and its media type. Raises :class:`WmsRefused`."""
    new = version_of(asked) == "1.3.0"
    text = asked.get("CRS" if new else "SRS", "")
    authority, _, code = text.partition(":")
    srid = int(code) if authority.upper() == "EPSG" and code.isdigit() else default_srid(service) if not text else 0
    if srid not in wms_srids(service):
        raise WmsRefused(f"{text} is not a coordinate system of this service.", "InvalidCRS" if new else "InvalidSRS")
    media = asked.get("FORMAT", "").partition(";")[0]
    if media not in FORMATS:
        raise WmsRefused(f"{media} is not a format of this service.", "InvalidFormat")
    known = layers(service, data)
    names = [one for one in asked.get("LAYERS", "").split(",") if one]
    if len(names) != 1 or names[0] not in known:
        raise WmsRefused("LAYERS is one of the layers in the capabilities.", "LayerNotDefined")
    try:
        first, second, third, fourth = (float(one) for one in asked.get("BBOX", "").split(","))
        width, height = int(asked.get("WIDTH", "")), int(asked.get("HEIGHT", ""))
    except ValueError:
        raise WmsRefused("BBOX is four numbers; WIDTH and HEIGHT are whole numbers.") from None
    box = (second, first, fourth, third) if new and northing_first(srid) else (first, second, third, fourth)
    view = View(box, srid, width, height, media, asked.get("TRANSPARENT", "").upper() == "TRUE")
    try:
        return drawn(data, view, known[names[0]]), media
    except NoPicture as error:
        raise WmsRefused(str(error)) from None

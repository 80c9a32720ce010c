"""Where a layer came from, so that it can be pushed back after editing: in the layer, and in its file.

The names and ids of platform objects are kept, never an address or a credential. A layer loaded again from its
GeoPackage, in another project or from a copy of the file, still knows its origin.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from osgeo import gdal
from qgis.core import QgsMapLayer

from .gdal_calls import must

PREFIX = "imageryhub/"
PROPERTY = PREFIX + "provenance"
ITEM = "IMAGERYHUB_PROVENANCE"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|/vsi", re.IGNORECASE)


@dataclass(frozen=True)
class Provenance:
    """``kind`` is what the layer is (``detections``, ``outline``, ``vector_layer``, ``footprints`` ...).

    ``ids`` are platform ids by role (``raster``, ``detector``, ``operation``, ``layer``, ``class``); ``created`` is
    ISO 8601, UTC.
    """

    platform: str
    connection: str
    kind: str
    ids: dict[str, str] = field(default_factory=dict)
    created: str = ""

    def text(self) -> str:
        """As it is stored. ValueError when something in it looks like an address: those can hold secrets.

        The connection's name is the user's own, and may be the server's address.
        """
        for value in (self.platform, self.kind, *self.ids.values()):
            if _ADDRESS.search(value):
                raise ValueError("provenance holds names and ids, not addresses")
        return json.dumps({key: value for key, value in asdict(self).items() if value}, sort_keys=True)


def now() -> str:
    """This moment as ``created`` wants it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def made(platform: str, connection: str, kind: str, ids: Mapping[str, str]) -> Provenance:
    """The provenance of something that is made now; roles without an id are left out."""
    return Provenance(platform, connection, kind, {role: one for role, one in ids.items() if one}, now())


def parse(text: str) -> Provenance | None:
    """From its stored form; None for anything else."""
    try:
        value = json.loads(text)
        ids = {str(role): str(one) for role, one in value.get("ids", {}).items()}
        connection, created = str(value.get("connection", "")), str(value.get("created", ""))
        return Provenance(str(value["platform"]), connection, str(value["kind"]), ids, created)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def write_layer(layer: QgsMapLayer, provenance: Provenance) -> None:
    """Into the layer, and so into projects and copies of the layer."""
    layer.setCustomProperty(PROPERTY, provenance.text())


def write_file(path: Path, layer: str, provenance: Provenance) -> None:
    """Into a GeoPackage, as metadata of the layer's table. The file must not be open for writing elsewhere."""
    dataset = must(lambda: gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE), "open")
    table = dataset.GetLayerByName(layer)
    text = provenance.text()
    must(lambda: table if table.SetMetadataItem(ITEM, text) == gdal.CE_None else None, "metadata")
    must(lambda: dataset.FlushCache() or True, "write")


def read_file(path: Path, layer: str = "") -> Provenance | None:
    """From a file, whichever program wrote it last; None where it says nothing."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY)
        table = None if dataset is None else (dataset.GetLayerByName(layer) if layer else dataset.GetLayer(0))
        text = None if table is None else table.GetMetadataItem(ITEM)
    except RuntimeError:
        return None
    finally:
        gdal.PopErrorHandler()
    return parse(text) if text else None


def read(layer: QgsMapLayer) -> Provenance | None:
    """Of a layer: from itself, else from its file."""
    found = parse(str(layer.customProperty(PROPERTY, "")))
    if found is not None:
        return found
    source, _, options = layer.source().partition("|")
    name = next((one.partition("=")[2] for one in options.split("|") if one.startswith("layername=")), "")
    found = read_file(Path(source), name) if os.path.isfile(source) else None  # it may be too long for a file's name
    if found is not None:
        write_layer(layer, found)
    return found

"""What the Descartes Labs catalog holds, as the Hub dock and the Browser show it.

The kinds are those of ``providers/descarteslabs/flows/browse.py``. An algorithm with a choice parameter of a kind is in
the menus of such entries by itself. What is named here: ``offers``, algorithms in the menu of a heading; ``first``, the
order; and, in ``CHANGES``, below which kinds an algorithm changes something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...algorithms.descarteslabs.uploads import SUFFIXES
from ...core.translation import tr
from ...providers.work import Work
from ..nodes.description import Fact, NodeKind, Place, Takes

Words = Callable[[], str]

_FILES = Takes("descarteslabs_uploadimages", SUFFIXES, layers=True)

_PRODUCTS = ("own_products", "products")
CHANGES: dict[str, tuple[str, ...]] = {
    "descarteslabs_addproduct": _PRODUCTS,
    "descarteslabs_changeproduct": _PRODUCTS,
    "descarteslabs_layertoproduct": _PRODUCTS,
    "descarteslabs_replaceproduct": _PRODUCTS,
    "descarteslabs_removeproduct": _PRODUCTS,
    "descarteslabs_addband": ("bands",),
    "descarteslabs_changeband": ("bands",),
    "descarteslabs_replaceband": ("bands",),
    "descarteslabs_removebands": ("bands",),
    "descarteslabs_addimage": ("images",),
    "descarteslabs_addimages": ("images",),
    "descarteslabs_changeimage": ("images",),
    "descarteslabs_replaceimage": ("images",),
    "descarteslabs_removeimages": ("images",),
    "descarteslabs_uploadimages": ("images", "uploads"),
    "descarteslabs_uploadarray": ("images", "uploads"),
    "descarteslabs_uploadstored": ("objects",),
    "descarteslabs_removestored": ("objects",),
}


def _heading(
    kind: str, title: Words, icon: str, empty: Words, *offers: str, takes: Takes | None = None, **more: Any
) -> NodeKind:
    return NodeKind(kind, title, title, icon, group=True, offers=offers, empty=empty, takes=takes, **more)


def _who(platform: Any, place: Place, work: Work) -> Mapping[str, str]:
    """Who is logged in, and what the catalog puts before the ids of their products."""
    api = platform.api.during(work)
    claims = api.claims()
    told = {"user": claims.get("name") or claims.get("email"), "organization": claims.get("org"),
            "namespace": api.own_namespace(), "user_namespace": api.namespace()}
    return {name: str(value) for name, value in told.items() if value}


KINDS = (
    _heading(
        "own_products", lambda: tr("My products"), "projects",
        lambda: tr("No product yet. “Add product” in the menu makes one."),
        "descarteslabs_addproduct", "descarteslabs_layertoproduct", "descarteslabs_listproducts",
        further=_who,
        facts=(
            Fact("user", lambda: tr("Logged in as")),
            Fact("organization", lambda: tr("Organization")),
            Fact("namespace", lambda: tr("Namespace of new products")),
            Fact("user_namespace", lambda: tr("The user's own namespace")),
        ),
    ),
    _heading(
        "products", lambda: tr("All products"), "collections", lambda: tr("No product that you may read."),
        "descarteslabs_listproducts",
    ),
    _heading("storage", lambda: tr("Stored objects"), "archive", lambda: ""),
    NodeKind(
        "product", lambda: tr("Product"), lambda: tr("Products"), "project",
        edit="descarteslabs_changeproduct", delete="descarteslabs_removeproduct", date="modified",
        takes=_FILES, empty=lambda: "",
        facts=(
            Fact("description", lambda: tr("Description")),
            Fact("sensor", lambda: tr("Sensor")),
            Fact("resolution", lambda: tr("Resolution")),
            Fact("revisit", lambda: tr("Revisit")),
            Fact("start_date", lambda: tr("Begin"), "moment"),
            Fact("end_date", lambda: tr("End"), "moment"),
            Fact("modified", lambda: tr("Changed"), "moment"),
        ),
    ),
    _heading(
        "images", lambda: tr("Images"), "rasters", lambda: tr("No image yet. Drag files or layers here to upload."),
        "descarteslabs_uploadimages", "descarteslabs_addimage", "descarteslabs_addimages",
        "descarteslabs_searchimages", takes=_FILES,
    ),
    _heading("bands", lambda: tr("Bands"), "spectra", lambda: tr("No band yet."),
             "descarteslabs_addband", "descarteslabs_listbands"),
    _heading("uploads", lambda: tr("Uploads"), "uploads", lambda: tr("No upload has ended yet."),
             "descarteslabs_listuploads", "descarteslabs_uploadimages"),
    NodeKind("objects", lambda: tr("Storage"), lambda: tr("Stored objects"), "archive", group=True,
             named=lambda entry: entry.name, empty=lambda: tr("Nothing is stored.")),
    NodeKind(
        "band", lambda: tr("Band"), lambda: tr("Bands"), "spectra", leaf=True, date="modified",
        edit="descarteslabs_changeband", delete="descarteslabs_removebands",
        states={
            "spectral": lambda: tr("spectral"), "mask": lambda: tr("mask"), "class": lambda: tr("classes"),
            "classification": lambda: tr("classes"), "other": lambda: tr("other"), "derived": lambda: tr("computed"),
        },
        usual=("spectral",),
        facts=(
            Fact("dtype", lambda: tr("Data type")),
            Fact("data_range", lambda: tr("Range of values")),
            Fact("default_range", lambda: tr("Range for showing")),
            Fact("nodata", lambda: tr("No-data value")),
            Fact("resolution", lambda: tr("Resolution")),
            Fact("wavelength_center", lambda: tr("Centre of the wavelength")),
            Fact("description", lambda: tr("Description")),
            Fact("modified", lambda: tr("Changed"), "moment"),
        ),
    ),
    NodeKind(
        "image", lambda: tr("Image"), lambda: tr("Images"), "raster", leaf=True, date="acquired", pictured=True,
        activate="descarteslabs_fetchpixels",
        edit="descarteslabs_changeimage", delete="descarteslabs_removeimages",
        states={"available": lambda: tr("in the catalog"), "remote": lambda: tr("stored elsewhere")},
        usual=("available",),
        facts=(
            Fact("acquired", lambda: tr("Acquired"), "moment"),
            Fact("sat_id", lambda: tr("Satellite")),
            Fact("cloud_fraction", lambda: tr("Share of clouds")),
            Fact("fill_fraction", lambda: tr("Share of filled pixels")),
            Fact("published", lambda: tr("Published"), "moment"),
            Fact("modified", lambda: tr("Changed"), "moment"),
        ),
    ),
    NodeKind(
        "upload", lambda: tr("Upload"), lambda: tr("Uploads"), "uploads", leaf=True, date="created",
        activate="descarteslabs_getupload",
        states={"done": lambda: tr("done"), "failed": lambda: tr("failed")}, bad=("failed",), usual=("done",),
        facts=(
            Fact("created", lambda: tr("Created"), "moment"),
            Fact("failure_type", lambda: tr("Kind of failure")),
            Fact("exception_name", lambda: tr("Error")),
            Fact("runtime", lambda: tr("Took (s)")),
        ),
    ),
    NodeKind("stored", lambda: tr("Stored object"), lambda: tr("Stored objects"), "archive", leaf=True,
             activate="descarteslabs_downloadstored", delete="descarteslabs_removestored"),
)

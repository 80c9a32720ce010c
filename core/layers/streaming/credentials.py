"""Credentials for GDAL's network file systems, for a path and what lies below it, never for the whole program."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from osgeo import gdal

from . import facts

_numbers = itertools.count(1)

#: What GDAL would write beside a raster: it keeps statistics that QGIS asks for, and would do so in the platform's
#: storage where the credentials allow it. Without them it is refused.
BESIDE = (".aux.xml",)
SECRET = ("_KEY", "_KEY_ID", "_TOKEN")


def apply(prefix: str, options: Mapping[str, str]) -> None:
    """Set GDAL options for ``prefix`` (``/vsis3/bucket/folder/``).

    An open file keeps the credentials that it was opened with: a layer must be opened anew afterwards. What GDAL
    remembers as missing is forgotten, since it answers "missing" for what it was refused. Raises RuntimeError before
    GDAL 3.5, which knows options of the whole program only.
    """
    setter = getattr(gdal, "SetPathSpecificOption", None) or getattr(gdal, "SetCredential", None)
    if setter is None:
        raise RuntimeError("GDAL before 3.5 has no options for a path")
    for name, value in options.items():
        setter(prefix, name, value)
    for suffix in BESIDE if prefix.startswith("/vsis3/") else ():
        beside = {name: value for name, value in options.items() if not name.endswith(SECRET)}
        for name, value in {**beside, "AWS_NO_SIGN_REQUEST": "YES"}.items():
            setter(prefix + suffix, name, value)
    forget_answers(prefix)


def clear(prefix: str) -> None:
    """Take all options of a path back."""
    clearer = getattr(gdal, "ClearPathSpecificOptions", None) or getattr(gdal, "ClearCredentials", None)
    if clearer is not None:
        clearer(prefix)
        for suffix in BESIDE:
            clearer(prefix + suffix)


def forget_answers(prefix: str) -> None:
    """Drop what GDAL remembers of earlier requests below a path."""
    gdal.VSICurlPartialClearCache(prefix)


def mount(folder: str, source: str) -> tuple[str, dict[str, str]]:
    """A new place in a folder of GDAL's memory that leads to a raster, and the facts of the raster; both empty when it
    could not be opened.

    For a background thread: it waits for the network, and leaves the raster's header in GDAL's cache, which all threads
    share, so that opening the layer on the main thread does not wait. Each time it is another place: what is open at an
    earlier one keeps statistics in it, and would write itself anew over a later one when it is closed.
    """
    place = f"{folder}{next(_numbers)}.vrt"
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        dataset = gdal.OpenEx(source, gdal.OF_RASTER)
        made = gdal.GetDriverByName("VRT").CreateCopy(place, dataset) if dataset is not None else None
        return (place, facts.of_raster(made)) if made is not None else ("", {})
    except RuntimeError:
        return "", {}
    finally:
        gdal.PopErrorHandler()


def unmount(folder: str) -> None:
    """Forget all places in a folder."""
    for name in gdal.ReadDir(folder) or ():
        gdal.Unlink(folder + name)

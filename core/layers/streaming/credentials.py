"""Credentials for GDAL's network file systems, for a path and what lies below it, never for the whole program."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from osgeo import gdal

from . import facts

_numbers = itertools.count(1)

#: What GDAL would write beside a raster: it keeps statistics that QGIS asks for, and would do so in the platform's
#: storage where the credentials allow it. Without them it is refused.
BESIDE = (".aux.xml",)
SECRET = ("_KEY", "_KEY_ID", "_TOKEN")
S3 = "/vsis3/"
#: What cannot be opened GDAL takes for a folder: it lists the bucket, which these credentials are not for, and would
#: ask the metadata service of Amazon's machines for others. For a bucket it is sent to where nobody answers; that holds
#: no secret, and stays. GDAL compares beginnings and lists a bucket without a slash at its end, so that buckets whose
#: names begin with this one's are concerned as well.
NOWHERE = ("CPL_AWS_EC2_API_ROOT_URL", "http://127.0.0.1:9")

_lock = threading.RLock()
#: What layers need for a path, until all is taken back, and how many read from one for a moment.
_kept: dict[str, dict[str, str]] = {}
_lent: Counter[str] = Counter()


def apply(prefix: str, options: Mapping[str, str]) -> None:
    """Set GDAL options for ``prefix`` (``/vsis3/bucket/folder/``).

    An open file keeps the credentials that it was opened with: a layer must be opened anew afterwards. What GDAL
    remembers as missing is forgotten, since it answers "missing" for what it was refused. Raises RuntimeError before
    GDAL 3.5, which knows options of the whole program only.
    """
    setter = _setter()
    for name, value in options.items():
        setter(prefix, name, value)
    if prefix.startswith(S3):
        setter(S3 + prefix[len(S3):].partition("/")[0], *NOWHERE)
    for suffix in BESIDE if prefix.startswith(S3) else ():
        beside = {name: value for name, value in options.items() if not name.endswith(SECRET)}
        for name, value in {**beside, "AWS_NO_SIGN_REQUEST": "YES"}.items():
            setter(prefix + suffix, name, value)
    forget_answers(prefix)


def _setter() -> Callable[[str, str, str | None], None]:
    setter: Any = getattr(gdal, "SetPathSpecificOption", None) or getattr(gdal, "SetCredential", None)
    if setter is None:
        raise RuntimeError("GDAL before 3.5 has no options for a path")
    return setter


def clear(prefix: str) -> None:
    """Take all options of a path back."""
    clearer = getattr(gdal, "ClearPathSpecificOptions", None) or getattr(gdal, "ClearCredentials", None)
    if clearer is not None:
        clearer(prefix)
        for suffix in BESIDE:
            clearer(prefix + suffix)


def keep(prefix: str, options: Mapping[str, str]) -> None:
    """Set GDAL options that layers need for a path, until :func:`take_back`. From any thread."""
    with _lock:
        earlier = _kept.get(prefix)
        if earlier == options and not prefix.startswith(S3):
            return  # or GDAL would forget the header that was just read
        if earlier is None:
            clear(prefix)  # what was there has no part in it
        for name in (earlier or {}).keys() - options.keys():
            for place in (prefix, *(prefix + suffix for suffix in BESIDE)):
                _setter()(place, name, None)
        _kept[prefix] = dict(options)
        apply(prefix, options)


@contextmanager
def lent(prefix: str, options: Mapping[str, str]) -> Iterator[None]:
    """GDAL options for a path while something is read from it once. Where a layer has its own, those are left."""
    with _lock:
        borrows = bool(prefix) and prefix not in _kept
        if borrows:
            _lent[prefix] += 1
            apply(prefix, options)
    try:
        yield
    finally:
        with _lock:
            _lent[prefix] -= borrows
            if borrows and not _lent[prefix]:
                del _lent[prefix]
                if prefix not in _kept:
                    clear(prefix)


def take_back() -> None:
    """Take back what :func:`keep` set, when no layer reads from it any more. What a bucket is still asked for goes out
    without signature: GDAL would look for other credentials, also at the metadata service of Amazon's machines."""
    with _lock:
        for prefix in _kept:
            clear(prefix)
            if prefix.startswith(S3):
                apply(prefix, {"AWS_NO_SIGN_REQUEST": "YES"})
        _kept.clear()


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

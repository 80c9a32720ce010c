"""Files and arrays into products, followed until the catalog has read them (notes, section 8).

An upload is known by its product and its upload id. Sent again it replaces what was there (ASSUMED D17), so a sending
that was cut is simply done again; its result is told from the one of before by its moment.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import InputProblem, JobFailed, Kind, PlatformError
from ...transfer import SignedPut, Source, TransferEngine, check_sendable, upload
from ...work import NOT_THERE, Work
from ..client import CatalogClient
from ..properties import is_id
from ..records import ARRAY, FILE, SUCCESS, UploadRequest, UploadResult

CONTENT = {"Content-Type": "application/octet-stream"}
"""As the vendor's client sends the bytes; no login goes with them."""
INTERVAL, LONGEST = 1.0, 15.0
BEFORE = "before"
PATIENCE = 7200.0
"""Seconds after which an upload without a result counts as lost."""


@dataclass(frozen=True)
class Sending:
    """One file that is to be sent. ``known_as``: the id under which its result is found, ``image``: the whole id of
    the image that it becomes."""

    source: Path | Source
    upload_id: str
    request: UploadRequest
    known_as: str
    image: str


def of_files(
    product_id: str, files: Sequence[Path | Source], request: UploadRequest, image_id: str = ""
) -> list[Sending]:
    """Files that become one image each, by their names or, for a single one, by ``image_id``."""
    known = [(one, image_id or one.name) for one in files]
    _usable([name for _, name in known])
    body: UploadRequest = {**request, "process_controls": {"upload_type": FILE}}
    return [Sending(one, name, body, name, f"{product_id}:{image_name(name)}") for one, name in known]


def of_one_image(product_id: str, files: Sequence[Path], request: UploadRequest, image_id: str) -> list[Sending]:
    """Files that become one image together: each is sent with the same words."""
    names = [one.name for one in files]
    _usable(names)
    body: UploadRequest = {
        **request,
        "process_controls": {"upload_type": FILE, "multi_file": {"image_files": names, "image_id": image_id}},
    }
    return [Sending(one, one.name, body, one.name, f"{product_id}:{image_name(image_id)}") for one in files]


def of_array(
    product_id: str, path: Path, request: UploadRequest, image_id: str, overviews: Sequence[int] = (),
    resampler: str = "",
) -> Sending:
    """An array in a ``.npy`` file. The catalog adds ``.tif`` to the id under which the result is found."""
    controls: Any = {"upload_type": ARRAY}
    if overviews:
        controls["overviews"] = list(overviews)
    if resampler:
        controls["overview_resampler"] = resampler
    name = image_name(image_id)
    body: UploadRequest = {**request, "process_controls": controls}
    return Sending(path, name, body, f"{name}.tif", f"{product_id}:{name}")


def image_name(upload_id: str) -> str:
    """The id of the image that an upload becomes, without the ending of a file (ASSUMED D08)."""
    for ending in (".tif", ".tiff", ".jp2"):
        if upload_id.lower().endswith(ending):
            return upload_id[:-len(ending)]
    return upload_id


def _usable(names: Sequence[str]) -> None:
    """Raise :class:`InputProblem` before anything is sent: for a name that the catalog does not take (ASSUMED D07), and
    for one that two files have."""
    odd = next((one for one in names if not is_id(one)), "")
    if odd:
        raise InputProblem("odd_upload_name", file=odd)
    twice = next((one for one in names if names.count(one) > 1), "")
    if twice:
        raise InputProblem("same_upload_name", file=twice)


def send(api: CatalogClient, engine: TransferEngine, product_id: str, sending: Sequence[Sending], work: Work) -> None:
    """Send files, one after the other. Raises for the first that cannot be sent."""
    for number, one in enumerate(sending):
        part = _part(work, one, (number / len(sending), (number + 1) / len(sending)))
        _send_one(api.during(part), engine, product_id, one, part)


def refuse_unfit(
    api: CatalogClient, product_id: str, one: Sending, work: Work, bands: int | None = None, replace: bool = False
) -> None:
    """Raise :class:`InputProblem` before a file is fetched or sent: for a product without bands, for fewer ``bands`` in
    the file than it needs (ASSUMED D09; None: not known), and, without ``replace``, for an image that is there.

    ``work``: what :func:`send` will be given. Once that has begun with the file, what is there may be its own.
    """
    if _part(work, one).noted(BEFORE) is not None:
        return
    api = api.during(work)
    needed = max((int(band.get("srcband") or 0) for band in api.bands.of_product(product_id).values()), default=0)
    if not needed:
        raise InputProblem("product_without_bands", product=product_id)
    if bands is not None and bands < needed:
        raise InputProblem("too_few_bands", file=one.source.name, count=str(bands), product=product_id,
                           needed=str(needed))
    if not replace and _image_there(api, product_id, one.image.removeprefix(f"{product_id}:")):
        raise InputProblem("image_there", image=one.image)


def _image_there(api: CatalogClient, product_id: str, name: str) -> bool:
    try:
        return bool(api.images.get(product_id, name))
    except PlatformError as error:
        if error.kind is Kind.NOT_FOUND:
            return False
        raise


def _part(work: Work, one: Sending, share: tuple[float, float] = (0.0, 1.0)) -> Work:
    return work.part(f"send {one.upload_id}", share)


def _send_one(api: CatalogClient, engine: TransferEngine, product_id: str, one: Sending, work: Work) -> None:
    check_sendable(one.source)
    work.once(BEFORE, lambda: _moment(api, product_id, one.known_as), lambda: NOT_THERE)
    if work.noted("sent") is None:
        address = lambda: api.uploads.create(product_id, one.upload_id, one.request)  # noqa: E731 - short
        upload(one.source, SignedPut(address, CONTENT), work.part("bytes"), engine)
        work.note("sent", True)


def follow(
    api: CatalogClient, product_id: str, sending: Sequence[Sending], work: Work, sent: Work
) -> list[UploadResult]:
    """Wait until all were read and give what became of each. ``sent`` is the work that they were sent with."""
    asked = api.during(work)
    found: dict[str, UploadResult] = {}
    deadline = time.monotonic() + PATIENCE
    for one in sending:
        noted = _part(sent, one).noted(BEFORE)
        before = "" if noted is None or not noted.done else str(noted.value)

        def read(one: Sending = one, before: str = before) -> UploadResult | None:
            work.progress(len(found) / len(sending), "descarteslabs_reading", done=str(len(found)),
                          total=str(len(sending)))
            result = _result(asked, product_id, one.known_as)
            if result is not None and (not before or result.get("created") != before):
                return result
            return None

        left = deadline - time.monotonic()
        result = work.follow(read, lambda state: state is not None, INTERVAL, longest=LONGEST, limit=left)
        if result is None:
            raise JobFailed(Kind.JOB_FAILED, facts={"reason": "no_result", "file": one.source.name})
        found[one.upload_id] = result
    return [found[one.upload_id] for one in sending]


def awaited(api: CatalogClient, product_id: str, known_as: str, work: Work) -> UploadResult:
    """Wait until an upload that somebody sent was read, and give what became of it."""
    asked = api.during(work)
    work.progress(None, "descarteslabs_reading", done="0", total="1")
    result = work.follow(
        lambda: _result(asked, product_id, known_as), lambda state: state is not None, INTERVAL, longest=LONGEST,
        limit=PATIENCE,
    )
    if result is None:
        raise JobFailed(Kind.JOB_FAILED, facts={"reason": "no_result", "file": known_as})
    return result


def _moment(api: CatalogClient, product_id: str, known_as: str) -> str:
    """When the result of an earlier upload by that name came; empty where there is none."""
    result = _result(api, product_id, known_as)
    return "" if result is None else str(result.get("created") or "")


def _result(api: CatalogClient, product_id: str, known_as: str) -> UploadResult | None:
    try:
        return api.uploads.get(product_id, known_as)
    except PlatformError as error:
        if error.kind is Kind.NOT_FOUND:
            return None
        raise


def words(result: UploadResult) -> str:
    """Why an upload failed, in the platform's words; empty for one that did not."""
    if result.get("status") == SUCCESS:
        return ""
    told = [result.get("failure_type"), result.get("exception_name")]
    trace = (result.get("stacktrace") or "").strip().splitlines()
    return ": ".join(str(one) for one in (*told, trace[-1] if trace else "") if one)

"""ArcGIS services: created, changed, started, stopped, refreshed, deleted (notes, section 16.2).

What runs is followed by its job, and then by the service's own status, which is ASSUMED (A25): where it is not told,
the job alone counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ... import steps
from ...errors import InputProblem, JobFailed, Kind
from ...work import NOT_THERE, Work
from ..client import PixelClient
from ..places import Place, numbers
from ..service_options import IMAGE_TYPES, ServiceChange, changed, srid_of, users_of, wms_address, wms_of
from ..service_records import PROFILES, SERVICE_TYPES, ArcgisService, ServiceAction, ServiceDetails
from .following import follow_job

BETWEEN = ("starting", "stopping", "refreshing")
REACHED = {"start": ("started", "starting"), "stop": ("stopped", "stopping"), "refresh": ("refreshing",)}
PAUSE, LONGEST_PAUSE = 3.0, 15.0


# ---------------------------------------------------------------------- coming
def create(api: PixelClient, kind: str, details: ServiceDetails, work: Work) -> str:
    """Create a service and give its number; one that an interrupted run made is adopted by its name."""
    asked, api = api.during(work, to_the_end=True), api.during(work)
    name = details["name"]
    return steps.create(
        work,
        "create",
        lambda: str(asked.arcgis.create(kind, details)["id"]),
        lambda: steps.ids_of(api.arcgis.list(kind, {"name": name}), name=name),
    )


def check_collections(api: PixelClient, kind: str, places: Sequence[Place], work: Work) -> None:
    """Look whether a service can show these data collections: all of one type that fits, and for an image service
    with optimised copies. Whether every raster has one, the platform says.

    Raises :class:`InputProblem`.
    """
    api = api.during(work)
    found = {str(one): api.collections.get(one) for one in places}
    types = {name: str(one.get("data_collection_type") or "") for name, one in found.items()}
    fitting = ("image",) if kind == "Feature" else IMAGE_TYPES
    for name, one in types.items():
        if one and one not in fitting:
            raise InputProblem("pixel_service_type", collection=name, type=one, allowed=", ".join(fitting))
    if len(set(types.values())) > 1:
        raise InputProblem("pixel_service_mixed", types=", ".join(sorted(set(types.values()))))
    if kind == "Image":
        for place in places:
            _check_optimised(api, place, PROFILES.get(types[str(place)], ""))


def _check_optimised(api: PixelClient, place: Place, profile: str) -> None:
    copies = steps.entries(api.optimized.list(place))
    fine = any(one.get("status") in (None, "completed") and one.get("profile") in (None, profile) for one in copies)
    if not fine:
        raise InputProblem("pixel_not_optimised", collection=str(place), profile=profile)


# ---------------------------------------------------------------------- changing
def update(api: PixelClient, kind: str, service_id: str, change: ServiceChange, work: Work) -> ArcgisService:
    """Change a service; options that are not named stay as they are (the platform replaces them as a whole)."""
    api = api.during(work)
    body: ServiceDetails = {}
    if change.name is not None:
        body["name"] = change.name
    if change.description is not None:
        body["description"] = change.description
    if change.collection_ids is not None:
        body["data_collection_ids"] = numbers(change.collection_ids)
    if change.of_options:
        body["options"] = changed(kind, api.arcgis.get(kind, service_id).get("options") or {}, change)
    api.arcgis.update(kind, service_id, body)
    return api.arcgis.get(kind, service_id)


# ---------------------------------------------------------------------- running
def act(
    api: PixelClient, kind: str, service_id: str, action: str, work: Work, refresh_data: bool | None = None
) -> ArcgisService:
    """Start, stop or refresh a service, wait for the end and give the service. What has nothing to do is at its end.

    Raises :class:`JobFailed` where the platform could not do it.
    """
    asked, api = api.during(work, to_the_end=True), api.during(work)
    calls: dict[str, Callable[[], ServiceAction]] = {
        "start": partial(asked.arcgis.start, kind, service_id),
        "stop": partial(asked.arcgis.stop, kind, service_id),
        "refresh": partial(asked.arcgis.refresh, kind, service_id, refresh_data),
    }

    def adopt() -> Any:
        return "" if api.arcgis.get(kind, service_id).get("status") in REACHED[action] else NOT_THERE

    job = steps.settle(work, action, lambda: calls[action]()["job"], adopt)
    words, failed = "", False
    if job:
        ended = follow_job(api, job, work, f"pixel_service_{action}")
        failed, words = ended.get("status") == "failed", str(ended.get("detail") or "")
    service = _settled(api, kind, service_id, action, work)
    if failed or service.get("status") == "failed":
        work.forget(action)
        raise JobFailed(Kind.JOB_FAILED, facts={"reason": f"pixel_service_{action}"}, words=words)
    work.progress(1.0, "done")
    return service


def _settled(api: PixelClient, kind: str, service_id: str, action: str, work: Work) -> ArcgisService:
    """The service when it is on the way no more."""
    service = api.arcgis.get(kind, service_id)
    if service.get("status") not in BETWEEN:
        return service

    def read() -> ArcgisService:
        work.progress(None, f"pixel_service_{action}")
        return api.arcgis.get(kind, service_id)

    return work.follow(read, lambda one: one.get("status") not in BETWEEN, PAUSE, longest=LONGEST_PAUSE)


# ---------------------------------------------------------------------- going
def delete(
    api: PixelClient, kind: str, service_id: str, typed: str, work: Work, stop_first: bool = False
) -> None:
    """Delete a service for good when its name is the one that was typed; a running one only after it was stopped."""
    asked = api.during(work)
    steps.require_name(work, lambda: asked.arcgis.get(kind, service_id).get("name") or "", typed)
    if stop_first and work.noted("delete") is None:
        act(api, kind, service_id, "stop", work)
    steps.delete_once(
        work, partial(asked.arcgis.delete, kind, service_id), partial(asked.arcgis.get, kind, service_id)
    )


# ---------------------------------------------------------------------- shown
def named(kind: str, one: ArcgisService) -> str:
    """A service as parameters name it: ``Image/4``."""
    return f"{kind}/{one['id']}"


def as_row(kind: str, one: ArcgisService) -> dict[str, Any]:
    """A service as a flat row."""
    stored = one.get("options") or {}
    users, url = users_of(stored), one.get("url") or ""
    wms = wms_of(stored) if kind == "Image" else None
    return {
        **one,
        "service": named(kind, one),
        "type": kind,
        "public": users is None,
        "gdo_users": ",".join(users or []),
        "data_collection_ids": ",".join(str(each) for each in one.get("data_collection_ids") or []),
        "srid": srid_of(stored),
        "wms": wms is not None,
        "wms_url": wms_address(url) if url and wms is not None else "",
        "url": url,
    }


def rows(api: PixelClient, kinds: Sequence[str], name: str = "") -> Any:
    """All services of these types as rows."""
    for kind in kinds or SERVICE_TYPES:
        for one in steps.entries(api.arcgis.list(kind, {"name": name} if name else None)):
            yield as_row(kind, one)

"""What the dialogs' choice widgets ask the platform for; run in the background."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.choices import Choice
from ...core.jobs import JobRecord, State, job_store
from ...core.moments import shown, shown_seconds
from ...core.translation import tr


def rasters(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Rasters by name, newest first."""
    for page in platform.api.rasters.list({"search": search, "folder": values.get("FOLDER", "")}):
        for one in page.records:
            detail = " · ".join(filter(None, (one.get("status"), shown(one.get("captured_at")))))
            yield Choice(one["id"], one.get("name") or one["id"], detail)


def folders(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Folders by name."""
    for page in platform.api.folders.list(search):
        for one in page.records:
            yield Choice(one["id"], one.get("name") or one["id"], shown(one.get("created_at")))


def detectors(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Detectors by name."""
    yield from _detectors(platform.api.detectors.list(search))


def trained_detectors(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Detectors that can run."""
    yield from _detectors(platform.api.detectors.list(search, is_runnable=True))


def _detectors(pages: Any) -> Iterator[Choice]:
    from ...providers.picterra.flows.browse import trained

    for page in pages:
        for one in page.records:
            yield Choice(one["id"], one.get("name") or one["id"], trained(one))


def training_rasters(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The training rasters of the detector chosen beside it; all rasters while none is."""
    if not values.get("DETECTOR"):
        yield from rasters(platform, search, {})
        return
    for page in platform.api.detectors.rasters(values["DETECTOR"]):
        for one in page.records:
            if search.casefold() in (one.get("name") or "").casefold():
                yield Choice(one["id"], one.get("name") or one["id"], one.get("status") or "")


def rasters_to_annotate(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The training rasters of the detector chosen beside it, then all others, which say that they are none yet."""
    if not values.get("DETECTOR"):
        yield from rasters(platform, search, {})
        return
    known = set()
    for one in training_rasters(platform, "", values):
        known.add(one.id)
        if search.casefold() in one.label.casefold():
            yield one
    for one in rasters(platform, search, {}):
        if one.id not in known:
            detail = " · ".join(filter(None, (tr("Not in the training set yet"), one.detail)))
            yield Choice(one.id, one.label, detail)


def vector_layers(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The vector layers of the raster chosen beside it; none while none is."""
    if not values.get("RASTER"):
        return
    for page in platform.api.vector_layers.list(values["RASTER"], search):
        for one in page.records:
            count = one.get("count")
            yield Choice(one["id"], one.get("name") or one["id"], "" if count is None else str(count))


def classes(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The classes of the detector chosen beside it."""
    if not values.get("DETECTOR"):
        return
    for one in platform.api.detectors.get(values["DETECTOR"]).get("classes", []):
        if one.get("id") and search.casefold() in (one.get("name") or "").casefold():
            yield Choice(one["id"], one.get("name") or one["id"], one.get("color") or "")


def detections(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The detections that this QGIS profile ran with the connection, newest first: the platform lists no operations."""
    names: dict[str, str] = {}

    def name(client: Any, identity: Any) -> str:
        """The name on the platform; the id of what is not there any more."""
        from ...providers.errors import Kind, PlatformError

        if identity not in names:
            try:
                names[identity] = client.get(identity).get("name") or identity
            except PlatformError as error:
                if error.kind is not Kind.NOT_FOUND:
                    raise
                names[identity] = identity
        return names[identity]

    for record in job_store().all((State.DONE,)):
        if _is_detection(record, values.get("CONNECTION", "")):
            found = record.results
            label = tr("{detector} on {raster}").format(
                detector=name(platform.api.detectors, found["DETECTOR_ID"]),
                raster=name(platform.api.rasters, found["RASTER_ID"]),
            )
            if search.casefold() in label.casefold():
                yield Choice(found["OPERATION_ID"], label, shown_seconds(record.ended or record.created))


def _is_detection(record: JobRecord, connection: str) -> bool:
    ran = record.algorithm.partition(":")[2] == "picterra_rundetector"
    same = str(record.parameters.get("CONNECTION") or "") == connection
    return ran and same and {"OPERATION_ID", "DETECTOR_ID", "RASTER_ID"} <= record.results.keys()

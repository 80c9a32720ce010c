"""What a detection or a vector layer holds, brought to files; both generations of the platform's clients (9.6, 9.8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ...errors import InputProblem, Kind, PlatformError, ServerFault
from ...transfer import TransferEngine, download
from ...work import NOT_THERE, Work
from ..client import PicterraClient
from ..records import ClassResult, OperationState, Results, VectorLayer
from . import operations

NEWEST = "layers"
"""By the vector layer of each class, as the vendor's clients from 2.0.5 on do."""
SEED = "addresses"
"""By the address of each class, as client 2.0.0 does."""


@dataclass(frozen=True)
class ClassFiles:
    """The shapes of one class: GeoJSON files, each a FeatureCollection or a bare (Multi)Polygon, WGS 84."""

    name: str
    color: str
    files: list[Path] = field(default_factory=list)
    vector_layer_id: str = ""


def finished_results(api: PicterraClient, operation_id: str) -> OperationState:
    """The state of a finished operation; its results hold fresh addresses. Raises when it failed or still runs."""
    state = api.operations.get(operation_id)
    operations.raise_if_failed(state, operation_id)
    if state.get("status") != "success":
        raise InputProblem("operation_running", operation=operation_id)
    return state


def download_results(
    api: PicterraClient, engine: TransferEngine, operation_id: str, folder: Path, generation: str, work: Work
) -> list[ClassFiles]:
    """The shapes of every class of a detection as files in ``folder``, in the platform's order of classes.

    ``generation``: :data:`SEED`, :data:`NEWEST`, or empty for whichever the answer allows, addresses first because
    they need no further job. A class without detections gives an empty file list or an empty geometry.
    """
    api = api.during(work)
    classes = classes_of(finished_results(api, operation_id))
    found: list[ClassFiles] = []
    for index, entry in enumerate(classes):
        result = entry.get("result") or {}
        kind = entry.get("class") or {}
        part = work.part(f"class {index}", (index / len(classes), (index + 1) / len(classes)))
        layer_id = result.get("vector_layer_id") or ""
        target = folder / f"class-{index}.geojson"
        if result.get("url") and generation != NEWEST:
            download(_class_address(api, operation_id, index), target, part, engine)
            files = [target]
        elif layer_id and generation != SEED:
            files = download_vector_layer(api, engine, layer_id, folder / f"class-{index}", NEWEST, part)
        else:
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "result"})
        found.append(ClassFiles(kind.get("name") or "", kind.get("color") or "", files, layer_id))
    return found


def classes_of(state: OperationState) -> list[ClassResult]:
    """The classes of a detection's results."""
    classes = results_of(state).get("by_class")
    if not isinstance(classes, list):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "by_class"})
    return classes


def results_of(state: OperationState) -> Results:
    """The results of an operation, an empty record where there are none."""
    return state.get("results") or {}


def _class_address(api: PicterraClient, operation_id: str, index: int) -> Callable[[], str]:
    """Asks for a fresh address of one class each time."""

    def fresh() -> str:
        entry = classes_of(finished_results(api, operation_id))[index]
        return address_of((entry.get("result") or {}).get("url"))

    return fresh


def layer_address(api: PicterraClient, vector_layer_id: str, work: Work) -> str:
    """Have a vector layer prepared for download; the fresh signed address of its file."""
    started = api.vector_layers.start_download(vector_layer_id)
    return address_of(results_of(operations.follow(api, started, work)).get("download_url"))


def merged_address(api: PicterraClient, operation_id: str) -> str:
    """A fresh signed address of all classes merged into one bare MultiPolygon (deprecated way, section 7)."""
    return address_of(results_of(finished_results(api, operation_id)).get("url"))


def address_of(value: object) -> str:
    """The value, when it is an address."""
    if not isinstance(value, str) or not value:
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "url"})
    return value


def download_merged(api: PicterraClient, engine: TransferEngine, operation_id: str, target: Path, work: Work) -> None:
    """All classes of a detection merged into one bare MultiPolygon."""
    api = api.during(work)
    download(lambda: merged_address(api, operation_id), target, work, engine)


def download_vector_layer(
    api: PicterraClient, engine: TransferEngine, vector_layer_id: str, folder: Path, generation: str, work: Work
) -> list[Path]:
    """The polygons of a vector layer as GeoJSON files in ``folder``.

    :data:`SEED`: every part that the record names. Otherwise a job prepares one file (from client 2.0.1 on): a
    FeatureCollection today, a bare MultiPolygon in autumn 2024.
    """
    api = api.during(work)
    folder.mkdir(parents=True, exist_ok=True)
    if generation == SEED:
        return _download_parts(api, engine, vector_layer_id, folder, work)
    target = folder / "layer.geojson"

    download(lambda: layer_address(api, vector_layer_id, work), target, work, engine)
    return [target]


def download_layer_class(
    api: PicterraClient, engine: TransferEngine, vector_layer_id: str, folder: Path, generation: str, work: Work
) -> ClassFiles:
    """A vector layer with its own name and colour, as one class.

    Whether the record can still be read is not known (section 17); without it the layer has no name here.
    """
    layer: VectorLayer = {}
    try:
        layer = api.during(work).vector_layers.get(vector_layer_id)
    except PlatformError as error:
        if error.kind is not Kind.NOT_FOUND or generation == SEED:
            raise
    files = download_vector_layer(api, engine, vector_layer_id, folder, generation or NEWEST, work)
    return ClassFiles(layer.get("name") or "", layer.get("color") or "", files, vector_layer_id)


def _download_parts(
    api: PicterraClient, engine: TransferEngine, vector_layer_id: str, folder: Path, work: Work
) -> list[Path]:
    """Big layers have several parts (section 9.8)."""

    def addresses() -> list[str]:
        parts = api.vector_layers.get(vector_layer_id).get("geojson_urls")
        if not isinstance(parts, list):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "geojson_urls"})
        return [address_of(part) for part in parts]

    count = work.once("parts", lambda: len(addresses()), lambda: NOT_THERE)
    files = [folder / f"part-{index}.geojson" for index in range(count)]
    for index, target in enumerate(files):
        part = work.part(f"part {index}", (index / count, (index + 1) / count))
        download(partial(_nth, addresses, index), target, part, engine)
    return files


def _nth(addresses: Callable[[], list[str]], index: int) -> str:
    """One of the addresses, asked for anew."""
    found = addresses()
    if index >= len(found):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "geojson_urls"})
    return found[index]

"""Which photos processing could use: those that its OPF project has calibrated cameras of (notes, section 17.6)."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import Kind, TransferFailed
from ...transfer import TransferEngine, read_document
from ...work import Work
from ..client import Pix4dClient
from ..project_records import Photo
from .linked import CAMERA_LIST, key_of
from .outputs import ready_one
from .photos import all_photos
from .storage import ProjectStorage

CALIBRATED = "application/opf-calibrated-cameras+json"
OPF = "opf_project"


@dataclass(frozen=True)
class Unused:
    """A photo that the results were not made of: ``left_out`` by the user, otherwise it could not be oriented."""

    photo: Photo
    left_out: bool


def unused_photos(api: Pix4dClient, engine: TransferEngine, project_id: str, work: Work) -> Iterator[Unused]:
    """The photos of a processed project that were not used. Raises :class:`InputProblem` for one without an OPF
    project: those of old pipelines have none."""
    asked = api.during(work)
    oriented = _oriented(asked, engine, project_id, work)
    for photo in all_photos(api, project_id, work):
        if photo.get("s3_key") not in oriented:
            yield Unused(photo, bool(photo.get("excluded_from_mapper")))


def _oriented(api: Pix4dClient, engine: TransferEngine, project_id: str, work: Work) -> set[str]:
    """The storage keys of the photos with a calibrated camera."""
    index = ready_one(api, project_id, OPF).key
    storage = ProjectStorage(api, project_id)
    folder = posixpath.dirname(index)
    named: dict[str, list[str]] = {CAMERA_LIST: [], CALIBRATED: []}
    for item in _records(_read(storage, engine, index, work), "items"):
        for resource in _records(item, "resources"):
            form = str(resource.get("format") or "").partition(";")[0].strip()
            key = key_of(folder, str(resource.get("uri") or ""), storage.prefix)
            if form in named and key is not None:
                named[form].append(key)
    photos: dict[int, str] = {}
    for key in named[CAMERA_LIST]:
        for camera in _records(_read(storage, engine, key, work), "cameras"):
            photo = key_of(posixpath.dirname(key), str(camera.get("uri") or ""), storage.prefix)
            if isinstance(camera.get("id"), int) and photo is not None:
                photos[camera["id"]] = photo
    calibrated = {camera.get("id") for key in named[CALIBRATED]
                  for camera in _records(_read(storage, engine, key, work), "cameras")}
    return {photo for identity, photo in photos.items() if identity in calibrated}


def _read(storage: ProjectStorage, engine: TransferEngine, key: str, work: Work) -> Any:
    content = read_document(storage.address(key), work.part(f"reading {posixpath.basename(key)}"), engine)
    try:
        return json.loads(content)
    except ValueError as error:
        facts = {"reason": "not_an_index", "file": posixpath.basename(key)}
        raise TransferFailed(Kind.DAMAGED, facts=facts) from error


def _records(value: Any, member: str) -> list[Mapping[str, Any]]:
    found = value.get(member) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

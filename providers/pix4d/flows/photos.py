"""Photos of a project: left out of processing, deleted, what they say of themselves, all inputs as an archive (16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from ... import steps
from ...transfer import TransferEngine
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from ..project_records import Photo
from .archives import download_archive

IDS_AT_ONCE = 200
"""Servers take addresses of some 8,000 characters."""


def all_photos(api: Pix4dClient, project_id: str, work: Work, only: Sequence[str] = ()) -> Iterator[Photo]:
    """The photos of a project by their names, fetched page by page; those of ``only`` where ids are given, which go in
    an address: so many of them at a time."""
    asked = api.during(work)
    for begin in range(0, len(only) or 1, IDS_AT_ONCE):
        yield from steps.entries(asked.photos.list(project_id, only[begin:begin + IDS_AT_ONCE]))


def set_excluded(api: Pix4dClient, project_id: str, photo_ids: Sequence[str], excluded: bool, work: Work) -> None:
    """Leave photos out of processing, or take them in again. Done twice it is the same."""
    api = api.during(work)
    for number, photo_id in enumerate(photo_ids):
        work.check_cancelled()
        api.photos.exclude(project_id, photo_id, excluded)
        _tell(work, number + 1, len(photo_ids))


def delete_photos(api: Pix4dClient, project_id: str, photo_ids: Sequence[str], work: Work) -> None:
    """Take photos out of the project and delete their files, for good."""
    api = api.during(work)
    for number, photo_id in enumerate(photo_ids):
        delete = partial(api.inputs.delete, project_id, photo_id)
        steps.delete_once(work.part(f"photo {photo_id}"), delete, partial(api.photos.get, project_id, photo_id))
        _tell(work, number + 1, len(photo_ids))


def delete_depth(api: Pix4dClient, project_id: str, photo_ids: Sequence[str], work: Work) -> None:
    """Delete the depth maps of photos, with their files, for good; the photos stay."""
    api = api.during(work)
    for number, photo_id in enumerate(photo_ids):
        delete = partial(api.depth.delete, project_id, photo_id)
        steps.settle(work.part(f"photo {photo_id}"), "delete", delete, partial(_depth_gone, api, project_id, photo_id))
        _tell(work, number + 1, len(photo_ids))


def _depth_gone(api: Pix4dClient, project_id: str, photo_id: str) -> object:
    return NOT_THERE if any(str(one.get("photo")) == photo_id for one in api.depth.list(project_id)) else "gone"


def download_inputs(api: Pix4dClient, engine: TransferEngine, project_id: str, target: Path, work: Work) -> None:
    """Download all inputs as one ZIP, which the platform makes first."""
    asked = api.during(work)
    download_archive(lambda: asked.inputs.archive(project_id), target, work, engine)


def _tell(work: Work, done: int, total: int) -> None:
    work.progress(done / total, "photos", done=str(done), total=str(total))

"""Fetching results: one, several, and those that lead to further files (notes, section 17.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputProblem, PlatformError
from ...transfer import TransferEngine, download, download_folder, safe_name
from ...work import Work
from ..client import Pix4dClient
from ..output_types import Home
from . import linked
from .outputs import Result, results
from .storage import ProjectStorage

TOO_LARGE = 400
LINKED = (Home.PROJECT, Home.SCENE)
"""These outputs are an index of further files."""


def download_one(api: Pix4dClient, engine: TransferEngine, result: Result, target: Path, work: Work) -> None:
    """The file of one output."""
    download(address_of(api, result, work), target, work, engine)


def address_of(api: Pix4dClient, result: Result, work: Work) -> Callable[[], str]:
    """Gives addresses of an output's file, a fresh one each time. They are the platform's own (fast ones where it has
    them); storage itself is asked where the platform knows the output by no id."""
    api = api.during(work)
    if result.output_id:
        return lambda: api.outputs.address(result.project_id, result.output_id)
    return ProjectStorage(api, result.project_id).address(result.key, result.bucket)


def download_linked(
    api: Pix4dClient, engine: TransferEngine, result: Result, folder: Path, work: Work, photos: bool = True
) -> linked.Brought:
    """An OPF project or a tiled scene with all files that it names; without ``photos`` all but the project's photos."""
    api = api.during(work)
    listed = set() if photos else {one["s3_key"] for page in api.photos.list(result.project_id) for one in page.records
                                   if one.get("s3_key")}
    storage = ProjectStorage(api, result.project_id)
    return linked.bring(storage, engine, result.key, folder, work, lambda key: key not in listed)


@dataclass(frozen=True)
class Fetched:
    """``files``: where each output is, of an OPF project or a tiled scene its index. ``left_out``: what they name and
    was not fetched, as it is not in the project's storage."""

    files: dict[Result, Path]
    left_out: list[str]


def download_all(
    api: Pix4dClient, engine: TransferEngine, wanted: Sequence[Result], folder: Path, work: Work, photos: bool = True
) -> Fetched:
    """Several outputs into a folder, at :func:`places`."""
    api = api.during(work)
    there = places(wanted, folder)
    single = [one for one in wanted if one.type.home not in LINKED]
    share = 0.5 if len(single) < len(wanted) else 1.0
    if single:
        storage = ProjectStorage(api, single[0].project_id)
        download_folder({there[one]: storage.address(one.key, one.bucket) for one in single},
                        work.part("files", (0.0, share)), engine)
    found, left_out = {one: there[one] for one in single}, []
    linked_ones = [one for one in wanted if one.type.home in LINKED]
    for number, one in enumerate(linked_ones):
        low, high = (share + (1 - share) * (number + step) / len(linked_ones) for step in (0, 1))
        there[one].mkdir(exist_ok=True)
        brought = download_linked(api, engine, one, there[one], work.part(one.type.name, (low, high)), photos)
        found[one] = brought.index
        left_out += brought.elsewhere
    work.progress(1.0, "downloading")
    return Fetched(found, left_out)


def places(wanted: Sequence[Result], folder: Path) -> dict[Result, Path]:
    """Where each output goes: a file, a folder for an OPF project or a tiled scene. Called by its type, which is known
    here, with the ending of its own file where that is a usual one."""
    found: dict[Result, Path] = {}
    for one in wanted:
        stem = safe_name(one.type.name, "output")
        suffix = "" if one.type.home in LINKED else suffix_of(one)
        path = folder / (stem + suffix)
        found[one] = path if path not in found.values() else folder / f"{stem}-{one.output_id}{suffix}"
    return found


def suffix_of(result: Result) -> str:
    """The ending of an output's file: that of its key where it is plain (a point cloud is LAS or LAZ), else the usual.
    """
    own = Path(safe_name(result.file, "")).suffix.lower() if result.file else ""
    usual = result.type.suffix if result.type.suffix in SUFFIXES else ""
    return own if own in SUFFIXES else usual


SUFFIXES = (
    ".tif", ".tiff", ".las", ".laz", ".zip", ".pdf", ".xml", ".json", ".txt", ".log", ".csv", ".html", ".obj", ".mtl",
    ".jpg", ".jpeg", ".png", ".fbx", ".drc", ".slpk", ".gltf", ".glb", ".ply", ".ifc", ".opf", ".xyz", ".prj", ".js",
)
"""Endings that a file may have here. None of them is of a program."""


def archive_address(api: Pix4dClient, project_id: str) -> str:
    """The address of the archive of all outputs, empty while it is being made. :class:`InputProblem` for outputs that
    are too large for one: that is what the documents give as the meaning of a 400."""
    try:
        return api.outputs.archive(project_id)
    except PlatformError as error:
        if error.status != TOO_LARGE:
            raise
        raise InputProblem("archive_too_large") from error


def follow_twin(api: Pix4dClient, project_id: str, name: str, work: Work, seconds: float = 10.0,
                patience: float = 900.0) -> Result | None:
    """Wait until an output of this type is ready, as the platform makes a cloud-optimised one some time after the plain
    one; None when it has not come after ``patience`` seconds."""
    looks = 0

    def look() -> Result | None:
        nonlocal looks
        looks += 1
        found = [one for one in results(api, project_id) if one.type.name == name and one.ready]
        return found[0] if found else None

    return work.follow(look, lambda one: one is not None or looks * seconds > patience, seconds)

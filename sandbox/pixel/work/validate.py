"""One upload job from stored bytes to a file that is accepted or rejected; runs in a worker process."""

from __future__ import annotations

import shutil
from pathlib import Path

from .records import Accepted, Facts, Rejected, Sent, Task


def validate(task: Task) -> Accepted:
    """Put the files of a job into its folder and look at them. Raises :class:`Rejected` and leaves no file then."""
    try:
        for one in (task.main, *task.support):
            _check_arrived(one, task.smallest_part)
        task.folder.mkdir(parents=True, exist_ok=True)
        path = _into(task.folder, task.main)
        for one in task.support:
            _into(task.folder, one)
        facts = _inspect(path, task)
        if task.trouble:
            raise Rejected(task.trouble)
        return Accepted(path, path.stat().st_size, facts)
    except Rejected:
        shutil.rmtree(task.folder, ignore_errors=True)
        raise


def _inspect(path: Path, task: Task) -> Facts:
    # Here, in the worker process: each takes part of a second, which the server would spend at its start.
    if task.kind == "image":
        from .images import inspect as inspect_image

        return inspect_image(path, task)
    if task.kind == "raster":
        from .rasters import inspect as inspect_raster

        return inspect_raster(path, task)
    from .point_clouds import inspect as inspect_point_cloud

    return inspect_point_cloud(path, task)


def _check_arrived(one: Sent, smallest: int) -> None:
    """A16; storage puts no parts together that are too small (section 9.2)."""
    if one.missing:
        numbers = ", ".join(map(str, one.missing))
        raise Rejected(f"Expected all parts of {one.name} with their digests, found none of part {numbers}")
    if one.place is None or not one.place.is_file():
        raise Rejected(f"Expected the bytes of {one.name} with its digest, found none")
    if any(length < smallest for length in one.parts[:-1]):
        raise Rejected(f"Expected parts of at least {smallest} bytes, found {min(one.parts[:-1])} in {one.name}")


def _into(folder: Path, one: Sent) -> Path:
    """Move a file into the folder, under its name."""
    target = folder / one.name
    if one.place is not None:
        one.place.replace(target)
    return target

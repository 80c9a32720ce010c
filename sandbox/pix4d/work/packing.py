"""Files packed into an archive, in a worker process."""

from __future__ import annotations

import zipfile
from pathlib import Path


def pack(target: Path, members: list[tuple[str, Path]]) -> int:
    """Write a ZIP with these members (name and file) and give its size. Files that are gone meanwhile are left out."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name, path in members:
            if path.is_file():
                archive.write(path, name)
    part.replace(target)
    return target.stat().st_size

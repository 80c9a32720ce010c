"""Files into a data collection: any number of them, each paired with its own upload job by its name (section 9).

Run again with the same journal an upload goes on where it stopped. Each file becomes one object of the platform, and a
file that fails does not stop the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import steps
from ...errors import PlatformError
from ...transfer import TransferEngine
from ...transfer.control import Meter
from ...work import NOT_THERE, Work
from ..client import PixelClient
from ..places import Place
from ..records import UPLOAD_STATES, UPLOADED
from .upload_block import BlockRun, result_of
from .upload_pieces import Ahead
from .upload_plan import Block, Parts, UploadFile, blocks

SENDING, FOLLOWING = (0.0, 0.9), (0.9, 1.0)
BLOCK = "block "


@dataclass(frozen=True)
class Outcome:
    """What became of a file. ``made``: the id of the image, raster or point cloud, empty for a failure. ``status`` and
    ``detail`` are the platform's words; ``error``: why it was not sent."""

    file: UploadFile
    job: str = ""
    made: str = ""
    status: str = ""
    detail: str = ""
    error: PlatformError | None = None

    @property
    def failed(self) -> bool:
        """Whether nothing came of the file."""
        return self.status != UPLOADED

    @property
    def under_way(self) -> bool:
        """Whether the platform had the file and was still looking at it."""
        return self.status in UPLOAD_STATES[1:] and self.failed


def upload_files(
    api: PixelClient,
    engine: TransferEngine,
    place: Place,
    files: Sequence[UploadFile],
    work: Work,
    parts: Parts | None = None,
) -> list[Outcome]:
    """Send files into a data collection and wait until the platform has looked at them; in the order of the files.

    Raises for what concerns all of them: no connection, no right to upload, a collection that is gone.
    """
    run = _Run(api.during(work), engine, place, files, work, parts or Parts())
    return run.all()


def earlier_outcomes(
    api: PixelClient, place: Place, files: Sequence[tuple[UploadFile, str]], work: Work
) -> dict[Path, Outcome]:
    """Of files with their earlier upload jobs (empty for none): what the platform has meanwhile, or is still looking
    at. All others may be sent again without being there twice."""
    jobs = [job for _, job in files if job]

    def ask() -> dict[str, dict[str, str]]:
        listed = steps.entries(api.during(work).upload_jobs.list(place, {"ids": jobs}))
        return {str(one["id"]): result_of(one) for one in listed if one.get("status") in UPLOAD_STATES[1:]}

    known = work.once("earlier", ask, lambda: NOT_THERE)  # once: what was sent then is not left out when it goes on
    return {file.path: _outcome(file, job, known[job], None) for file, job in files if job in known}


class _Run:
    def __init__(
        self, api: PixelClient, engine: TransferEngine, place: Place, files: Sequence[UploadFile], work: Work,
        parts: Parts,
    ) -> None:
        self._api = api
        self._engine = engine
        self._place = place
        self._files = {file.path: file for file in files}
        self._work = work
        self._parts = parts

    def all(self) -> list[Outcome]:
        """Send block by block; the platform looks at the first ones while the next are sent."""
        sending, following = self._work.part("send", SENDING), self._work.part("follow", FOLLOWING)
        made = list(self._blocks(sending))
        meter = Meter(sum(block.size for _, block in made))
        runs = [
            BlockRun(self._api, self._engine, self._place, block, self._parts, sending.part(step), meter)
            for step, block in made
        ]
        behind = 0
        with Ahead() as ahead:
            for (step, block), run, after in zip(made, runs, [*runs[1:], None]):
                meter.start_at(behind)
                paths = [str(one.path) for one in block.files]
                sending.note(step, {"multipart": block.multipart, "kind": block.files[0].kind, "files": paths})
                if after is not None:
                    after.read_ahead(ahead)
                run.send()
                behind += block.size
        for number, run in enumerate(runs):
            run.follow(following.part(f"{BLOCK}{number:04d}", (number / len(runs), (number + 1) / len(runs))))
        found = {file.path: _outcome(file, *run.outcome(number)) for run in runs
                 for number, file in enumerate(run.files)}
        return [found[path] for path in self._files]

    def _blocks(self, work: Work) -> Iterator[tuple[str, Block]]:
        """Those that an earlier run began, as they were, then what they do not hold."""
        there: set[Path] = set()
        number = -1
        for step in sorted(one for one in work.steps() if one.startswith(BLOCK) and "/" not in one):
            entry = work.noted(step)
            if entry is None:
                continue
            kept: dict[str, Any] = entry.value
            block = Block(bool(kept["multipart"]))
            for path in map(Path, kept["files"]):
                block.add(self._files.get(path) or UploadFile(path, kept["kind"]), _size(path))
                there.add(path)
            number = int(step[len(BLOCK):])
            yield step, block
        left = [(file, _size(path)) for path, file in self._files.items() if path not in there]
        for new in blocks(left, self._parts):
            number += 1
            yield f"{BLOCK}{number:04d}", new


def _size(path: Path) -> int:
    """Bytes of a file; 0 for one that is not there, which is told when its turn comes."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _outcome(file: UploadFile, job: str, result: dict[str, Any], error: PlatformError | None) -> Outcome:
    return Outcome(
        file, job, result.get("object", ""), result.get("status", ""), result.get("detail", ""), error
    )

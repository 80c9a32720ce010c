"""What a handler may use: the platform's state, its jobs and its storage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..blobs import BlobStore
from ..errors import detail, not_found
from ..jobs import Fail, Finish, Job, Jobs, WorkFailed
from ..pages import Pages
from ..platform import Answer, Call, Services
from .records import Account, Detector, Raster, Upload
from .state import State


class World:
    """State, jobs, storage, and the steps that many handlers share."""

    def __init__(self, services: Services, state: State, jobs: Jobs) -> None:
        self.services = services
        self.state = state
        self.jobs = jobs
        self.pages = Pages()

    @property
    def blobs(self) -> BlobStore:
        """The object storage."""
        return self.services.blobs

    # ------------------------------------------------------------------ upload slots
    def open_upload(self, call: Call, *target: str) -> Answer:
        """Step 1 of an upload: a slot that only the commit of the same target can use."""
        slot = self.blobs.open_slot("uploads")
        upload = Upload(self.state.new_id(), call.account.name, slot.key, target)
        self.state.uploads[upload.id] = upload
        return Answer(201, {"upload_id": upload.id, "upload_url": self.blobs.address("PUT", slot.key, call.host)})

    def upload(self, account: Account, upload_id: str, *target: str) -> Upload:
        """The upload of a target; 404 when unknown (A16)."""
        upload = self.state.uploads.get(upload_id)
        if upload is None or upload.owner != account.name or upload.target != target:
            raise not_found()
        return upload

    def take(self, account: Account, upload_id: str, *target: str) -> tuple[Upload, Path]:
        """Step 3: the upload and the place of its file, which is not there when nothing was sent (A15). A second
        commit of the same slot is refused with 400 (A16)."""
        upload = self.upload(account, upload_id, *target)
        if upload.operation_id is not None:
            raise detail(400, "This upload was committed before.")
        slot = self.blobs.slot(upload.slot)
        if slot is None:
            raise not_found()
        return upload, slot.path

    def release(self, upload: Upload) -> None:
        """The uploaded bytes are not needed any more."""
        slot = self.blobs.slot(upload.slot)
        if slot is not None:
            self.blobs.close_slot(slot)

    # ------------------------------------------------------------------ files
    def replaced(self, path: Path) -> None:
        """A file that nothing refers to any more. A job that is under way may still have to read it."""
        if not self.jobs.running:
            path.unlink(missing_ok=True)

    # ------------------------------------------------------------------ jobs
    def start(self, call: Call, kind: str, metadata: dict[str, Any], finish: Finish, *, fail: Fail | None = None,
              work: Any = None, arguments: tuple[Any, ...] = (), needs: tuple[Raster | Detector, ...] = ()) -> Job:
        """Start a long-running job. It fails with a sentence when one of ``needs`` is deleted meanwhile."""
        def still() -> None:
            for thing in needs:
                if thing.id not in self.state.rasters and thing.id not in self.state.detectors:
                    raise WorkFailed(f"The {type(thing).__name__.lower()} was deleted.")

        return self.jobs.start(kind, call.account.name, metadata, self.services.settings.job_seconds,
                               finish=finish, fail=fail or _nothing, work=work, arguments=arguments, still=still)

    def started(self, job: Job) -> Answer:
        """The answer to a start (section 7)."""
        return Answer(201, {"operation_id": job.id, "poll_interval": self.services.settings.poll_interval})


def _nothing(words: str) -> None:
    """A failure that changes nothing."""

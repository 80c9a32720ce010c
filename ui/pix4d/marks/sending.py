"""What was changed goes to the platform, by the algorithm that does that."""

from __future__ import annotations

from collections.abc import Callable

from ....core import messages
from ....core.jobs.runner import runner
from ....core.photos.marks import Changes
from ....core.problems import Problem
from ....core.translation import tr
from ... import operations
from .project import MarkedProject

ALGORITHM = "pix4d_changemarks"


class Sending:
    """One job at a time."""

    def __init__(self, done: Callable[[MarkedProject, Changes], None], failed: Callable[[str], None]) -> None:
        self._sent: tuple[MarkedProject, Changes] | None = None
        self._done, self._failed = done, failed
        self._job = ""
        runner().ended.connect(self._ended)

    @property
    def under_way(self) -> bool:
        """Whether marks are being sent."""
        return bool(self._job)

    def begin(self, project: MarkedProject, changes: Changes) -> None:
        """Send the changes; ``done`` or ``failed`` is called when the job has ended."""
        marks = [text for key, mark in {**changes.added, **changes.moved}.items()
                 for text in (key.point, key.photo, str(mark.x), str(mark.y))]  # fmt: skip
        removed = [text for key in changes.removed for text in (key.point, key.photo)]
        parameters = {"CONNECTION": project.connection, "PROJECT": project.id, "MARKS": marks, "REMOVED": removed}
        try:
            self._job = operations.start(ALGORITHM, parameters, on_map=False, tell=False)
            self._sent = (project, changes)
        except Problem as problem:
            self._failed(str(problem))

    def _ended(self, job: str, results: dict[str, object], words: str) -> None:
        if job != self._job:
            return
        sent, self._job, self._sent = self._sent, "", None
        if sent is None:
            return
        if words:
            told = tr("The marks of {project} were not sent: {words}")
            self._failed(told.format(project=messages.clean(sent[0].name), words=words))
        else:
            self._done(*sent)

    def leave(self) -> None:
        """Listen no more; what is under way goes on."""
        runner().ended.disconnect(self._ended)

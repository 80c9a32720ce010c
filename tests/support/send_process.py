"""Sends an item from one platform to another in a QGIS process of its own, and dies where it is told to.

    python send_process.py ROOT new PARAMETERS          PARAMETERS of senditem as JSON
    python send_process.py ROOT JOB

The profile is below the folder that ``QGIS_CUSTOM_CONFIG_PATH`` names, and the platforms are those of the environment.
``DIE`` in the environment: ``before 3`` or ``after 3`` kills the process right before or right after the third change
of its job's journal, ``within 0.8`` so many seconds after the job began. The last line tells the results, the number of
changes and the seconds as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

ROOT, JOB, *GIVEN = sys.argv[1:]
sys.path.insert(0, str(Path(ROOT) / "build" / "python"))

from imagery_hub.core.jobs.journal import OwnedJournal  # noqa: E402

WHEN, NUMBER = (os.environ.get("DIE") or "never 0").split()
changes = 0


def deadly(change: Callable[..., Any]) -> Callable[..., Any]:
    """A change of the journal, and perhaps the last one."""
    def counted(*given: Any) -> Any:
        global changes
        changes += 1
        here = str(changes) == NUMBER
        if here and WHEN == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = change(*given)
        if here and WHEN == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    return counted


def main() -> dict[str, Any]:
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()

    from imagery_hub.algorithms.provider import ImageryHubProvider

    registry = QgsApplication.processingRegistry()
    registry.addProvider(ImageryHubProvider())
    for name in ("begin", "finish", "forget"):
        setattr(OwnedJournal, name, deadly(getattr(OwnedJournal, name)))
    called, values = ("senditem", json.loads(GIVEN[0])) if JOB == "new" else ("resumejob", {"JOB": JOB})
    feedback = QgsProcessingFeedback(False)
    algorithm = registry.createAlgorithmById(f"imageryhub:{called}")
    if WHEN == "within":
        threading.Timer(float(NUMBER), os.kill, (os.getpid(), signal.SIGKILL)).start()
    begun = time.monotonic()
    results, fine = algorithm.run(values, QgsProcessingContext(), feedback)
    assert fine, feedback.textLog()
    told = json.loads(results["RESULTS"]) if JOB != "new" else results
    return {"results": told, "changes": changes, "seconds": time.monotonic() - begun}


if __name__ == "__main__":
    print(json.dumps(main()), flush=True)
    os._exit(0)

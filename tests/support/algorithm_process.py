"""Runs one algorithm in a QGIS process of its own, to be killed in its middle, or dies where it is told to.

    python algorithm_process.py ROOT ALGORITHM PARAMETERS          PARAMETERS as JSON

The profile is below the folder that ``QGIS_CUSTOM_CONFIG_PATH`` names, and the platforms are those of the environment.
``DIE`` in the environment: ``before 3`` or ``after 3`` kills the process right before or right after the third change
of its job's journal, ``within 0.8`` so many seconds after it began. It writes “begun” when QGIS is there; the last line
tells the results (of ``resumejob`` those of the job), the number of changes and the seconds as JSON.
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

ROOT, ALGORITHM, PARAMETERS = sys.argv[1:]
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
    feedback = QgsProcessingFeedback(False)
    algorithm = registry.createAlgorithmById(f"imageryhub:{ALGORITHM}")
    print("begun", flush=True)
    if WHEN == "within":
        threading.Timer(float(NUMBER), os.kill, (os.getpid(), signal.SIGKILL)).start()
    begun = time.monotonic()
    results, fine = algorithm.run(json.loads(PARAMETERS), QgsProcessingContext(), feedback)
    assert fine, feedback.textLog()
    told = json.loads(results["RESULTS"]) if ALGORITHM == "resumejob" else results
    return {"results": told, "changes": changes, "seconds": time.monotonic() - begun}


if __name__ == "__main__":
    print(json.dumps(main()), flush=True)
    os._exit(0)

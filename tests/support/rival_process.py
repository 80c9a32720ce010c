"""A QGIS process without a window that takes up a job at the moment at which another one does.

    python rival_process.py ROOT FOLDER JOB

Waits for FOLDER/go. The last line on stdout is "done" or "refused: why".
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from qgis.core import QgsApplication

ROOT, FOLDER, JOB = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
sys.path.insert(0, str(ROOT / "build" / "python"))


def main() -> str:
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()

    from imagery_hub.algorithms.provider import ImageryHubProvider
    from imagery_hub.core.jobs.runner import runner

    provider = ImageryHubProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    ended: list[str] = []
    runner().ended.connect(lambda job, results, words: ended.append(words))
    (FOLDER / "rival_ready").touch()
    while not (FOLDER / "go").exists():
        time.sleep(0.002)
    try:
        runner().resume(JOB)
    except Exception as error:
        return f"refused: {error}"
    while not ended:
        application.processEvents()
        time.sleep(0.01)
    return "refused: " + ended[0].replace("\n", " ") if ended[0] else "done"


if __name__ == "__main__":
    print(main(), flush=True)

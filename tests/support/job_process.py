"""Runs one test job in a QGIS process of its own: ``job_process.py TRACE new|JOB_ID SECONDS``.

The profile is below the folder that ``QGIS_CUSTOM_CONFIG_PATH`` names.

Each step that is really taken adds a line to TRACE. The last line on stdout is "done" or "refused: why".
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "build" / "python"))


def main(trace: str, job: str, seconds: str) -> str:
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()

    from imagery_hub.algorithms.base import ImageryAlgorithm

    def take(step: str) -> str:
        with Path(trace).open("a") as lines:
            lines.write(step + "\n")
        return step

    class Slow(ImageryAlgorithm):
        journaled = True

        def name(self) -> str:
            return "slow"

        def displayName(self) -> str:
            return "Slow"

        def operate(self, parameters: Any, context: Any, feedback: Any, work: Any) -> dict[str, Any]:
            work.once("first", lambda: take("first"))
            work.wait(float(seconds))
            work.once("second", lambda: take("second"))
            return {}

    class Provider(QgsProcessingProvider):
        def id(self) -> str:
            return "jobprocess"

        def name(self) -> str:
            return "Job process"

        def loadAlgorithms(self) -> None:
            self.addAlgorithm(Slow())

    provider = Provider()
    QgsApplication.processingRegistry().addProvider(provider)
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("jobprocess:slow")
    feedback = QgsProcessingFeedback(False)
    values = {} if job == "new" else {"JOB": job}
    _, fine = algorithm.run(values, QgsProcessingContext(), feedback)
    return "done" if fine else "refused: " + feedback.textLog().replace("\n", " ")


if __name__ == "__main__":
    print(main(*sys.argv[1:]), flush=True)

"""Runs one algorithm in a QGIS process of its own, to be killed in its middle.

    python algorithm_process.py ROOT ALGORITHM PARAMETERS          PARAMETERS as JSON

The platforms are those of the environment. It writes “begun” when QGIS is there, and the results as JSON at the end.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

ROOT, ALGORITHM, PARAMETERS = sys.argv[1:]
sys.path.insert(0, str(Path(ROOT) / "build" / "python"))

if __name__ == "__main__":
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()

    from imagery_hub.algorithms.provider import ImageryHubProvider

    registry = QgsApplication.processingRegistry()
    registry.addProvider(ImageryHubProvider())
    algorithm = registry.createAlgorithmById(f"imageryhub:{ALGORITHM}")
    feedback = QgsProcessingFeedback(False)
    print("begun", flush=True)
    results, fine = algorithm.run(json.loads(PARAMETERS), QgsProcessingContext(), feedback)
    assert fine, feedback.textLog()
    print(json.dumps(results), flush=True)
    os._exit(0)

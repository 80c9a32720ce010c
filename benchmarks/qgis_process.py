"""A PyQGIS process for measuring: settings in a folder of its own, the plugin's provider registered."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Any, NoReturn

_kept: list[Any] = []


def start() -> None:
    """Begin: without a window. QGIS keeps neither the application nor Python's half of the provider alive."""
    profile = tempfile.mkdtemp(prefix="profile-")
    os.environ.update(QT_QPA_PLATFORM="offscreen", QGIS_CUSTOM_CONFIG_PATH=profile, XDG_RUNTIME_DIR=profile)
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    from imagery_hub.algorithms.provider import ImageryHubProvider

    provider = ImageryHubProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    _kept.extend((application, provider))


def run(name: str, **parameters: Any) -> dict[str, Any]:
    """An algorithm of the plugin, by its name without the provider's; raises where it fails."""
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:{name}")
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    found, fine = algorithm.run(parameters, context, QgsProcessingFeedback())
    if not fine:
        raise RuntimeError(f"{name} failed.")
    return dict(found)


def leave() -> NoReturn:
    """End at once: QGIS's own taking down is no part of what is measured."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)

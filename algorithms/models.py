"""The graphical models that come with the plugin, as algorithms of its provider."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingModelAlgorithm

from ..core import log

FOLDER = Path(__file__).resolve().parents[1] / "models"


def shipped_models() -> list[QgsProcessingModelAlgorithm]:
    """The models in the plugin's folder. Their steps are found in the registry, where those of the plugin itself have
    to be by then."""
    found = []
    for path in sorted(FOLDER.glob("*.model3")):
        model = QgsProcessingModelAlgorithm()
        if model.fromFile(str(path)):
            model.setSourceFilePath(str(path))
            found.append(model)
        else:
            log.warning(f"The model {path.name} cannot be read.")
    return found
